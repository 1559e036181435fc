//! Several whole articles on one page, as sites put them that load the next one while one scrolls.

use super::render::{Shape, blocks};

/// Words from which an `article` element is a whole article and no teaser.
const WHOLE: usize = 60;
/// Articles looked at.
const MAX_ARTICLES: usize = 50;

/// Leaves out other whole articles where one `article` element carries the page's headline.
///
/// `html` is well nested (see [`super::guard`]), so an element ends where its name is closed.
pub(super) fn keep_own(html: &mut String, title: &str) {
    let key = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let title = key(title);
    if title.is_empty() {
        return;
    }
    let mut own = None;
    let mut whole = Vec::new();
    for (i, range) in articles(html).into_iter().enumerate() {
        let inner = blocks(html.get(range.clone()).unwrap_or_default());
        let headed = inner.iter().any(|b| b.shape == Shape::Heading);
        let words: usize = inner
            .iter()
            .filter(|b| b.shape == Shape::Paragraph && !b.is_link())
            .map(|b| b.text.split_whitespace().count())
            .sum();
        if words < WHOLE || !headed {
            continue;
        }
        let named = inner.iter().any(|b| b.shape == Shape::Heading && key(&b.text) == title);
        if named && own.is_none() {
            own = Some(i);
        } else {
            whole.push(range);
        }
    }
    if own.is_some() {
        for range in whole.into_iter().rev() {
            html.replace_range(range, "");
        }
    }
}

/// Where the outermost `article` elements stand, in order.
fn articles(html: &str) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::new();
    let (mut depth, mut start, mut at) = (0_usize, 0, 0);
    while let Some(found) = html.get(at..).and_then(|rest| rest.find("article")) {
        let name = at + found;
        at = name + "article".len();
        let before = html.get(..name).unwrap_or_default();
        let ends = html.get(at..).is_some_and(|rest| rest.starts_with(['>', ' ']));
        if before.ends_with("</") && ends {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                out.push(start..at + 1);
            }
        } else if before.ends_with('<') && ends {
            if depth == 0 {
                start = name - 1;
            }
            depth += 1;
        }
        if out.len() >= MAX_ARTICLES {
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(title: &str, words: usize) -> String {
        format!("<article class=\"a\"><h1>{title}</h1><p>{}</p></article>", "Wort ".repeat(words))
    }

    #[test]
    fn only_other_whole_articles_are_left_out() {
        let (own, next, teaser) =
            (article("Eigener", 80), article("Nächster", 90), article("Anriss", 20));
        let mut html = format!("<main>{own}{teaser}{next}</main>");
        keep_own(&mut html, "Eigener");
        assert_eq!(html, format!("<main>{own}{teaser}</main>"));
        let whole = format!("<main>{own}{next}</main>");
        let mut html = whole.clone();
        keep_own(&mut html, "Ein dritter");
        assert_eq!(html, whole);
    }

    #[test]
    fn nested_articles_belong_to_the_outer_one() {
        let whole =
            format!("<article><h1>Eigener</h1>{}<p>x</p></article>", article("Eintrag", 90));
        let mut html = whole.clone();
        keep_own(&mut html, "Eigener");
        assert_eq!(html, whole);
        assert_eq!(articles(&whole).len(), 1);
    }
}
