//! Pages that are no article: consent pages, bot walls, paywall stubs, error pages, script shells.

use super::markup::Markup;
use serde::Deserialize;
use std::sync::LazyLock;

/// Words below which a page has no article text.
pub(super) const MIN_WORDS: usize = 15;

#[derive(Debug, Default, Deserialize)]
struct Phrases {
    wall: Vec<Wall>,
    shell: Shell,
    aside: Aside,
}

#[derive(Debug, Deserialize)]
struct Wall {
    reason: String,
    max_words: usize,
    hits: usize,
    title: Vec<String>,
    text: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Shell {
    max_words: usize,
    text: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Aside {
    max_words: usize,
    begins: Vec<String>,
}

/// The table is part of the program; a test reads it.
static PHRASES: LazyLock<Phrases> =
    LazyLock::new(|| toml::from_str(include_str!("phrases.toml")).unwrap_or_default());

/// Reasons with a name of their own, so that they can be a metric label.
const REASONS: [&str; 4] = ["bot_wall", "consent_page", "soft_404", "paywall_stub"];

/// What the verdict is given about a page.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    /// The page's own title, site name included.
    pub(super) title: &'a str,
    /// The article text found.
    pub(super) text: &'a str,
    /// All text that can be seen on the page, for pages without article text.
    pub(super) all: &'a str,
    /// The markup says that it is an article.
    pub(super) article: bool,
    /// The markup says that it must be paid for.
    pub(super) paywalled: bool,
    /// What the markup states.
    pub(super) markup: &'a Markup<'a>,
}

/// Why the page holds no article; `None` when it does.
pub(super) fn judge(seen: &Seen<'_>) -> Option<&'static str> {
    let words = seen.text.split_whitespace().count();
    let (title, text) = (seen.title.to_lowercase(), folded(seen.text));
    // Where there is hardly any article text, the words of the wall may be outside of it.
    let everywhere = if words < MIN_WORDS { folded(seen.all) } else { String::new() };
    for wall in &PHRASES.wall {
        let paid = wall.reason == "paywall_stub";
        // A page that states to be an article can still be cut short, and nothing else.
        if words > wall.max_words || (seen.article && !paid && words >= MIN_WORDS) {
            continue;
        }
        let in_title = wall.title.iter().any(|phrase| begins_or_holds(&title, phrase));
        let hits = wall
            .text
            .iter()
            .filter(|phrase| text.contains(&***phrase) || everywhere.contains(&***phrase))
            .count();
        // A headline can hold the words of a wall: by itself it counts only over next to nothing.
        let titled = in_title && (hits > 0 || words < 3 * MIN_WORDS);
        if titled || hits >= wall.hits || (paid && seen.paywalled && words < wall.max_words) {
            return REASONS.into_iter().find(|r| *r == wall.reason);
        }
    }
    if words >= MIN_WORDS {
        return None;
    }
    let shell = &PHRASES.shell;
    let noscript = seen.markup.noscript.to_lowercase();
    let visible = everywhere.split_whitespace().count();
    let asks = shell.text.iter().any(|p| noscript.contains(&**p) || everywhere.contains(&**p));
    let bare = seen.markup.scripts > 0 && visible < MIN_WORDS;
    if visible <= shell.max_words && (asks || bare) {
        return Some("script_shell");
    }
    Some("no_text")
}

/// Short phrases as "404" must begin the title, so that no figure in a headline counts.
fn begins_or_holds(title: &str, phrase: &str) -> bool {
    if phrase.len() < 10 { title.starts_with(phrase) } else { title.contains(phrase) }
}

fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&word.to_lowercase().replace('’', "'"));
    }
    out
}

/// Whether a block stands between paragraphs without being part of the article.
pub(super) fn is_aside(text: &str) -> bool {
    let aside = &PHRASES.aside;
    if text.split_whitespace().take(aside.max_words + 1).count() > aside.max_words {
        return false;
    }
    let head: String = text.chars().take(60).collect::<String>().to_lowercase();
    aside.begins.iter().any(|phrase| {
        head.strip_prefix(&**phrase)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_reads_and_its_reasons_are_known() {
        let phrases: Phrases = toml::from_str(include_str!("phrases.toml")).unwrap();
        for wall in &phrases.wall {
            assert!(REASONS.contains(&&*wall.reason), "{}", wall.reason);
            for phrase in wall.title.iter().chain(&wall.text) {
                assert_eq!(*phrase, phrase.to_lowercase());
            }
        }
        assert!(!phrases.aside.begins.is_empty());
    }

    #[test]
    fn asides_are_short_and_begin_with_the_phrase() {
        assert!(is_aside("Lesen Sie auch: Was die Sperrung bedeutet"));
        assert!(is_aside("Mehr zum Thema"));
        assert!(!is_aside("Anzeigetafeln fielen aus"));
        assert!(!is_aside(&format!("Anzeige erstattete die Polizei {}", "sehr ".repeat(40))));
    }
}
