//! The text that the page states in its `articleBody`: a witness, not the answer.
//!
//! It is used where it is a whole text and agrees with what the page shows, or where the page
//! shows next to nothing: at least 60 words, three quarters of the page's number of words, and half
//! of the shorter one's runs of four words in both. Unchecked it makes results worse: publishers
//! cut it, or put another text there.

use super::render::blocks;
use super::{vote, walls};
use std::collections::{HashMap, HashSet};

/// Words from which it counts.
const MIN_WORDS: usize = 60;
/// Words of the runs that are compared.
const RUN: usize = 4;

/// The better of the two, as paragraphs.
pub(super) fn choose(ours: &[String], stated: Option<&str>) -> Vec<String> {
    let Some(stated) = stated else { return ours.to_vec() };
    // Some publishers write HTML, others plain text with line ends.
    let html = stated.replace("\r\n", "\n").replace("\n\n", "<p>").replace('\n', "<br><br>");
    let theirs: Vec<String> = blocks(&html)
        .into_iter()
        .map(|block| block.text)
        .filter(|text| !walls::is_aside(text))
        .collect();
    let ours_words: Vec<u64> = ours.iter().flat_map(|text| vote::words(text)).collect();
    let theirs_words: Vec<u64> = theirs.iter().flat_map(|text| vote::words(text)).collect();
    if theirs_words.len() < MIN_WORDS {
        return ours.to_vec();
    }
    if ours_words.len() < walls::MIN_WORDS {
        return theirs;
    }
    let runs = |words: &[u64]| -> HashSet<u64> { words.windows(RUN).map(vote::run).collect() };
    let (a, b) = (runs(&ours_words), runs(&theirs_words));
    let shared = a.intersection(&b).count();
    if theirs_words.len() * 4 < ours_words.len() * 3 || shared * 2 < a.len().min(b.len()) {
        return ours.to_vec();
    }
    if theirs.len() == 1 && ours.len() > 1 { parted(&theirs.concat(), ours) } else { theirs }
}

/// Parts a text without paragraphs where the page's own paragraphs begin.
fn parted(text: &str, ours: &[String]) -> Vec<String> {
    // Where each word of the text begins, and its hash.
    let mut words: Vec<(usize, u64)> = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        // A word such as "Ost-West" is several for the comparison; all begin where it begins.
        words.extend(vote::words(piece).into_iter().map(|hash| (at, hash)));
        at += piece.len();
    }
    let hashes: Vec<u64> = words.iter().map(|(_, hash)| *hash).collect();
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (i, run) in hashes.windows(RUN).map(vote::run).enumerate() {
        places.entry(run).or_default().push(i);
    }
    let mut cuts: Vec<usize> = Vec::new();
    let mut from = 0;
    for paragraph in ours {
        let begin: Vec<u64> = vote::words(paragraph).into_iter().take(RUN).collect();
        let found = Some(&begin)
            .filter(|begin| begin.len() == RUN)
            .and_then(|begin| places.get(&vote::run(begin)))
            .and_then(|places| places.get(places.partition_point(|p| *p < from)));
        if let Some(place) = found {
            cuts.extend(words.get(*place).map(|(at, _)| *at));
            from = place + 1;
        }
    }
    let mut out: Vec<String> = Vec::new();
    let mut begin = 0;
    for cut in cuts.into_iter().chain([text.len()]) {
        let piece = text.get(begin..cut).unwrap_or_default().trim();
        if !piece.is_empty() {
            out.push(piece.to_owned());
        }
        begin = cut;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paragraphs() -> Vec<String> {
        (0..5)
            .map(|n| {
                format!(
                    "Absatz {n} beginnt hier mit Satz {n}. {}",
                    format!("Wort{n} und ").repeat(8)
                )
            })
            .map(|p| p.trim().to_owned())
            .collect()
    }

    #[test]
    fn a_body_that_agrees_is_taken_and_parted_as_the_page_is() {
        let ours = paragraphs();
        assert_eq!(choose(&ours, Some(&ours.join(" "))), ours);
        assert_eq!(choose(&ours, Some(&ours.join("\n\n"))), ours);
        assert_eq!(choose(&ours, Some(&ours.join("<br><br>"))), ours);
        // What the page shows beyond it is furniture.
        let more = [ours.clone(), vec!["Folgen Sie uns überall".to_owned()]].concat();
        assert_eq!(choose(&more, Some(&ours.join(" "))), ours);
    }

    #[test]
    fn a_body_that_is_short_cut_or_of_another_article_is_not() {
        let ours = paragraphs();
        for stated in
            ["Nur ein Satz.".to_owned(), ours[..2].join(" "), "ganz andere Worte ".repeat(60)]
        {
            assert_eq!(choose(&ours, Some(&stated)), ours);
        }
        assert_eq!(choose(&ours, None), ours);
    }

    #[test]
    fn where_the_page_shows_nothing_it_is_the_text() {
        let stated = paragraphs();
        assert_eq!(choose(&[], Some(&stated.join("\n"))), stated);
    }
}
