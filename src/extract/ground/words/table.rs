//! The word lists of a language.

use super::super::lists::Starts;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Endings of a strong preterite and of the present behind a changed vowel.
const PRETERITE: [&str; 6] = ["", "e", "en", "n", "st", "t"];
/// Endings of a participle that stands before a noun.
const INFLECTED: [&str; 6] = ["", "e", "en", "er", "es", "em"];

/// `config/lexicon/<lang>/words.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct WordTable {
    fuge: Vec<String>,
    particles: BTreeSet<String>,
    separable: Vec<String>,
    prefixes: Vec<String>,
    strong: BTreeMap<String, Vec<String>>,
    irregular: BTreeMap<String, String>,
    classes: Vec<VerbClass>,
    nouns: BTreeMap<String, String>,
    suffixes: Vec<Suffix>,
}

/// Verbs that are inflected alike.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VerbClass {
    infinitive: String,
    endings: Vec<String>,
    #[serde(default)]
    participle: Vec<String>,
    words: Vec<String>,
}

/// What an unknown word loses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Suffix {
    pub(super) from: String,
    pub(super) to: String,
    /// Characters that must remain before it.
    pub(super) least: usize,
}

/// The last three letters of a word; heads have no fewer.
pub(super) fn tail(word: &str) -> Option<&str> {
    let (at, _) = word.char_indices().rev().nth(2)?;
    word.get(at..)
}

/// The lists of a language, ready for use.
#[derive(Debug, Default)]
pub(in super::super) struct Words {
    /// Base forms of all forms.
    pub(super) forms: HashMap<String, String>,
    /// Base forms of the forms of verbs.
    pub(super) verbs: HashMap<String, String>,
    /// Base forms of the forms of nouns.
    pub(super) nouns: HashMap<String, String>,
    /// The last letters of nouns, for a first look.
    pub(super) tails: Starts,
    pub(super) particles: BTreeSet<String>,
    pub(super) separable: BTreeSet<String>,
    pub(super) prefixes: Vec<String>,
    pub(super) suffixes: Vec<Suffix>,
    pub(super) fuge: Vec<String>,
}

impl Words {
    /// Makes all forms of the listed words.
    pub(in super::super) fn new(table: WordTable) -> Self {
        let mut verbs = HashMap::new();
        let mut add = |form: String, lemma: &str| {
            verbs.entry(form).or_insert_with(|| lemma.to_owned());
        };
        for (verb, parts) in &table.strong {
            let stem = verb.strip_suffix("en").unwrap_or(verb);
            let present = parts.get(2).map_or(stem, String::as_str);
            add(verb.clone(), verb);
            for ending in ["e", "en", "t", "et"] {
                add(format!("{stem}{ending}"), verb);
            }
            for ending in ["t", "st", ""] {
                add(format!("{present}{ending}"), verb);
            }
            for ending in PRETERITE {
                add(format!("{}{ending}", parts.first().map_or("", String::as_str)), verb);
            }
            let participle = parts.get(1).map_or("", String::as_str);
            for ending in INFLECTED {
                add(format!("{participle}{ending}"), verb);
                // Behind a prefix the "ge" is missing: "betroffen".
                if let Some(bare) = participle.strip_prefix("ge") {
                    add(format!("{bare}{ending}"), verb);
                }
            }
        }
        for class in &table.classes {
            for verb in &class.words {
                let Some(stem) = verb.strip_suffix(class.infinitive.as_str()) else { continue };
                // "tötete", "zündete": an e between like sounds.
                let link = class.participle.len() == 2 && stem.ends_with(['t', 'd']);
                add(verb.clone(), verb);
                for ending in &class.endings {
                    let e = if link && ending.starts_with(['t', 's']) { "e" } else { "" };
                    add(format!("{stem}{e}{ending}"), verb);
                }
                if let [before, behind] = class.participle.as_slice() {
                    let e = if link { "e" } else { "" };
                    for ending in INFLECTED {
                        add(format!("{before}{stem}{e}{behind}{ending}"), verb);
                        add(format!("{stem}{e}{behind}{ending}"), verb);
                    }
                }
            }
        }
        for (form, lemma) in &table.irregular {
            verbs.insert(form.clone(), lemma.clone());
        }
        let mut nouns = HashMap::new();
        for (noun, plural) in &table.nouns {
            for form in [
                noun.clone(),
                format!("{noun}s"),
                format!("{noun}es"),
                plural.clone(),
                format!("{plural}n"),
            ] {
                nouns.entry(form).or_insert_with(|| noun.clone());
            }
        }
        let mut forms = nouns.clone();
        for (form, lemma) in &verbs {
            forms.entry(form.clone()).or_insert_with(|| lemma.clone());
        }
        let separable = table.separable.iter().map(|verb| verb.replace('|', "")).collect();
        Self {
            forms,
            verbs,
            tails: Starts::of(nouns.keys().filter_map(|noun| tail(noun))),
            nouns,
            particles: table.particles,
            separable,
            prefixes: table.prefixes,
            suffixes: table.suffixes,
            fuge: table.fuge,
        }
    }
}
