//! Pages that are no article: consent pages, bot walls, paywall stubs, error pages, script shells.

use super::json_ld::{Media, Stated};
use super::markup::Markup;
use super::render::{Shape, blocks_and_cells};
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
    whole: Vec<String>,
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
    /// The page, made harmless.
    pub(super) html: &'a str,
    /// It is a live ticker.
    pub(super) ticker: bool,
    /// Its address.
    pub(super) address: Option<&'a str>,
    /// What JSON-LD states.
    pub(super) stated: &'a Stated,
    /// The markup says that it must be paid for.
    pub(super) paywalled: bool,
    /// What the markup states.
    pub(super) markup: &'a Markup<'a>,
}

/// Whether the few lines of such a page are worth keeping.
pub(super) fn keeps_text(reason: &str) -> bool {
    matches!(reason, "paywall_stub" | "video_page" | "gallery")
}

/// Words below which a page about a video or with pictures has no article beside them.
const FEW_WORDS: usize = 60;
/// Pictures from which a page with hardly any text is a gallery.
const PICTURES: usize = 6;
/// Captions that are compared with the text.
const MAX_CAPTIONS: usize = 200;
/// Linked headings from which a page without an article's markup may be a list of articles.
const LINKED_HEADINGS: usize = 8;
/// Words of the longest text on such a page.
const LISTING_WORDS: usize = 400;

/// Why the page holds no article; `None` when it does.
pub(super) fn judge(seen: &Seen<'_>) -> Option<&'static str> {
    if seen.ticker {
        return None;
    }
    wall(seen).or_else(|| other_kind(seen)).or_else(|| nothing(seen))
}

/// Pages that are whole, and no article: lists of articles, videos, galleries.
fn other_kind(seen: &Seen<'_>) -> Option<&'static str> {
    let words = seen.text.split_whitespace().count();
    let kind = seen.markup.meta(&["og:type"]).unwrap_or_default().to_ascii_lowercase();
    if words < FEW_WORDS {
        let article = seen.stated.article;
        if kind.starts_with("video") || (seen.stated.media == Some(Media::Video) && !article) {
            return Some("video_page");
        }
        if seen.stated.media == Some(Media::Gallery) || kind.contains("gallery") {
            return Some("gallery");
        }
    }
    if seen.html.matches("<figure").count() >= PICTURES {
        // With nothing else to take, captions come as the text.
        let of_captions: usize = blocks_and_cells(seen.html)
            .iter()
            .filter(|b| b.shape == Shape::Caption)
            .take(MAX_CAPTIONS)
            .filter(|b| seen.text.contains(&*b.text))
            .map(|b| b.text.split_whitespace().count())
            .sum();
        if words.saturating_sub(of_captions) < FEW_WORDS {
            return Some("gallery");
        }
    }
    if seen.stated.article || kind == "article" || words >= LISTING_WORDS {
        return None;
    }
    let home = seen
        .address
        .and_then(|u| ::url::Url::parse(u).ok())
        .is_some_and(|u| u.path().trim_matches('/').is_empty() && u.query().is_none());
    let (mut headings, mut linked) = (0_usize, 0_usize);
    for block in blocks_and_cells(seen.html).iter().filter(|b| b.shape == Shape::Heading) {
        headings += 1;
        linked += usize::from(block.is_link());
    }
    let needed = if home { LINKED_HEADINGS / 2 } else { LINKED_HEADINGS };
    (linked >= needed && linked * 10 >= headings * 7).then_some("listing")
}

/// Walls by their words.
fn wall(seen: &Seen<'_>) -> Option<&'static str> {
    let article = seen.stated.article || seen.markup.meta(&["og:type"]) == Some("article");
    let words = seen.text.split_whitespace().count();
    let (title, text) = (seen.title.to_lowercase(), folded(seen.text));
    // Where there is hardly any article text, the words of the wall may be outside of it.
    let everywhere = if words < MIN_WORDS { folded(seen.all) } else { String::new() };
    for wall in &PHRASES.wall {
        let paid = wall.reason == "paywall_stub";
        // A page that states to be an article can still be cut short, and nothing else.
        if words > wall.max_words || (article && !paid && words >= MIN_WORDS) {
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
    None
}

/// Hardly any text, and why.
fn nothing(seen: &Seen<'_>) -> Option<&'static str> {
    if seen.text.split_whitespace().count() >= MIN_WORDS {
        return None;
    }
    let everywhere = folded(seen.all);
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
    let whole = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if aside.whole.contains(&whole) {
        return true;
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
        assert!(is_aside("– ANZEIGE –"));
        assert!(!is_aside("Anzeige erstattete am Abend die Polizei."));
        assert!(!is_aside("Werbung für das Fest war verboten."));
        assert!(!is_aside(&format!("Anzeige erstattete die Polizei {}", "sehr ".repeat(40))));
    }
}
