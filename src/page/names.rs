//! Names of people, languages, and lines of text, in their usual forms.

use super::render::line;

/// Authors, tags kept.
pub(super) const MAX_NAMES: usize = 16;
/// Characters of a title, name or tag.
const MAX_LINE: usize = 500;

/// One line of plain text, of bounded length; `None` when nothing is left.
pub(super) fn one_line(text: &str) -> Option<String> {
    let text: String = line(text).chars().take(MAX_LINE).collect();
    let text = text.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// Names without "by", addresses and repeats.
pub(super) fn names<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for text in texts {
        let Some(text) = one_line(text) else { continue };
        let text = ["Von ", "von ", "By ", "by ", "BY ", "Par ", "par ", "Por ", "por "]
            .iter()
            .find_map(|by| text.strip_prefix(by))
            .unwrap_or(&text);
        for name in text
            .split([';', '|'])
            .flat_map(|part| part.split(" und "))
            .flat_map(|part| part.split(" and "))
        {
            // "Beispiel, Ada" is one name, "Ada Beispiel, Bo Muster" are two.
            let parts: Vec<&str> = name.split(',').map(str::trim).collect();
            let many = parts.iter().all(|p| p.contains(' '));
            let parts = if many { parts } else { vec![name.trim()] };
            for name in parts {
                let odd = name.is_empty()
                    || name.chars().count() > 80
                    || name.contains("://")
                    || name.contains('@')
                    || !name.chars().any(char::is_alphabetic);
                if !odd && out.len() < MAX_NAMES && !out.iter().any(|n| n == name) {
                    out.push(name.to_owned());
                }
            }
        }
    }
    out
}

/// A language tag in its usual form, as `de` or `de-DE`.
pub(super) fn language(text: &str) -> Option<String> {
    let text = text.trim().split([',', ';', ' ']).next()?.replace('_', "-");
    let mut parts = text.split('-');
    let first = parts.next()?.to_ascii_lowercase();
    if !(2..=3).contains(&first.len()) || !first.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let mut out = first;
    for part in parts.take(2) {
        let fits = part.bytes().all(|b| b.is_ascii_alphanumeric());
        match part.len() {
            2 if fits => out = format!("{out}-{}", part.to_ascii_uppercase()),
            4 if fits => {
                let (head, tail) = part.split_at(1);
                out = format!("{out}-{}{}", head.to_ascii_uppercase(), tail.to_ascii_lowercase());
            }
            _ => break,
        }
    }
    Some(out)
}
