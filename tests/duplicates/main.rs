//! Pairs of articles as newsrooms make them, and what the index says of them.
//!
//! `cargo test --test duplicates -- --nocapture` prints precision and recall by kind, the recall
//! curve and the table of parameters that `docs/duplicates.md` shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // tests fail by panicking
#![allow(clippy::print_stdout)] // tables for the documentation
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)] // small numbers of its own

mod edits;
mod lab;
mod synthetic;

use depesche::dedup::{Index, Settings, fingerprint};
use depesche::message::{Article, Fingerprint, Relation, Timestamp, article_id};
use edits::Edit;
use serde::Deserialize;
use std::collections::BTreeMap;
use synthetic::Random;

const START: i64 = 1_790_000_000;
const HOUR: i64 = 3_600;

/// Title and text by name.
type Texts = BTreeMap<&'static str, (&'static str, String)>;

fn texts() -> Texts {
    let blocks = include_str!("texts.txt").split("== ").skip(1);
    blocks
        .map(|block| {
            let (head, text) = block.split_once('\n').unwrap();
            let (name, title) = head.split_once(" | ").unwrap();
            (name, (title, text.trim().to_owned()))
        })
        .collect()
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Made {
    kind: String,
    a: String,
    b: Option<String>,
    expect: Vec<String>,
    keep: Vec<usize>,
    replace: Vec<[String; 2]>,
    title: Option<String>,
    lead: String,
    tail: String,
    shared: Option<String>,
    holds: Option<String>,
}

#[derive(Deserialize)]
struct Pairs {
    pair: Vec<Made>,
}

/// Two articles, those known besides, and the answers that are right (none: no relation).
#[derive(Debug)]
struct Pair {
    kind: String,
    name: String,
    first: Article,
    second: Article,
    known: Vec<Article>,
    expect: Vec<Relation>,
}

fn article(name: &str, host: &str, hours: i64, title: &str, text: &str) -> Article {
    let url = format!("https://{host}/{name}");
    Article {
        id: article_id(Some(&url), "", ""),
        canonical_url: Some(url),
        title: title.into(),
        text: text.into(),
        published: Some(Timestamp::from_second(START + hours * HOUR)),
        ..synthetic::article(0, 1, START)
    }
}

fn print(article: &Article) -> Fingerprint {
    fingerprint(article, Timestamp::from_second(START + 1_000 * HOUR))
}

/// Articles of a host that carry its furniture.
fn with_furniture(texts: &Texts, host: &str, furniture: &str) -> Vec<Article> {
    ["wetter-1", "boerse-2", "blotter-3", "en-09-follow", "de-14-folge"]
        .iter()
        .map(|name| {
            let (title, text) = &texts[name];
            article(&format!("{name}-m"), host, 0, title, &format!("{text}\n\n{furniture}"))
        })
        .collect()
}

fn relation(name: &str) -> Option<Relation> {
    match name {
        "copy" => Some(Relation::Copy),
        "excerpt" => Some(Relation::Excerpt),
        "update" => Some(Relation::Update),
        "none" => None,
        other => panic!("{other}"),
    }
}

fn kept(text: &str, keep: &[usize]) -> String {
    let parts = text.split("\n\n").enumerate();
    let parts = parts.filter(|(n, _)| keep.is_empty() || keep.contains(n)).map(|(_, part)| part);
    parts.collect::<Vec<_>>().join("\n\n")
}

fn made(texts: &Texts, made: &Made) -> Pair {
    let (title, text) = &texts[made.a.as_str()];
    let (hosts, mut known) = match &made.shared {
        Some(shared) => {
            let (_, furniture) = &texts[shared.as_str()];
            (["see.example"; 2], with_furniture(texts, "see.example", furniture))
        }
        None => (["agentur.example", "zeitung.example"], Vec::new()),
    };
    let shared = made.shared.as_ref().map(|s| format!("\n\n{}", texts[s.as_str()].1));
    let shared = shared.unwrap_or_default();
    let (first, second_title, second) = if let Some(holds) = &made.holds {
        let (title, overview) = &texts[holds.as_str()];
        let part = kept(text, &made.keep);
        (part.clone(), *title, overview.replacen("\n\n", &format!("\n\n{part}\n\n"), 1))
    } else if let Some(b) = &made.b {
        let (title, second) = &texts[b.as_str()];
        let both = |text: &str| kept(text, &made.keep) + &shared;
        (both(text), *title, both(second))
    } else {
        let mut second = kept(text, &made.keep);
        for [from, to] in &made.replace {
            assert!(second.contains(from.as_str()), "{}: {from}", made.a);
            second = second.replace(from, to);
        }
        let tail = if made.tail.is_empty() { "" } else { "\n\n" };
        (text.clone(), *title, format!("{}{second}{tail}{}", made.lead, made.tail))
    };
    let second_title = made.title.as_deref().unwrap_or(second_title);
    let first = article("eins", hosts[0], 24, title, &first);
    let mut second = article("zwei", hosts[1], 27, second_title, &second);
    if made.kind == "correction" {
        // The same article, told again: a revision.
        second = Article { id: first.id.clone(), revision: 1, ..second };
    }
    known.extend(others(texts, &[Some(made.a.as_str()), made.b.as_deref(), made.holds.as_deref()]));
    Pair {
        kind: made.kind.clone(),
        name: format!("{} {}", made.a, made.b.as_deref().unwrap_or_default()),
        first,
        second,
        known,
        expect: made.expect.iter().filter_map(|name| relation(name)).collect(),
    }
}

/// All other texts, as published before.
fn others(texts: &Texts, without: &[Option<&str>]) -> Vec<Article> {
    texts
        .iter()
        .filter(|(name, _)| !without.contains(&Some(name)))
        .map(|(name, (title, text))| article(name, "agentur.example", 20, title, text))
        .collect()
}

/// Agency reports: what is edited.
fn reports(texts: &Texts) -> impl Iterator<Item = (&'static str, &'static str, &str)> {
    texts
        .iter()
        .filter(|(name, _)| name.len() == 5)
        .map(|(name, (title, text))| (*name, *title, text.as_str()))
}

fn edited(texts: &Texts, synonyms: &Synonyms, edit: Edit, strength: usize) -> Vec<Pair> {
    let furniture = &texts["anmelden"].1;
    reports(texts)
        .map(|(name, title, text)| {
            let pool = texts.values().flat_map(|(_, t)| t.split_whitespace());
            let words = edits::Words {
                synonyms: if name.starts_with("de") { &synonyms.de } else { &synonyms.en },
                pool: pool.filter(|w| w.chars().all(char::is_alphabetic)).collect(),
                furniture,
            };
            let mut random = Random(strength as u64 * 100 + name.len() as u64);
            for byte in name.bytes() {
                random.0 = random.0.wrapping_mul(31).wrapping_add(byte.into());
            }
            let second = edit.apply(text, strength, &words, &mut random);
            let expect = match edit {
                Edit::Cut => vec![Relation::Copy, Relation::Excerpt],
                // Furniture may hold a number, which then counts as new.
                Edit::Lead | Edit::Furniture => vec![Relation::Copy, Relation::Update],
                Edit::Words => vec![Relation::Copy, Relation::Update, Relation::Excerpt],
                _ => vec![Relation::Copy],
            };
            let mut known = others(texts, &[Some(name)]);
            if edit == Edit::Furniture {
                known.extend(with_furniture(texts, "zeitung.example", furniture));
            }
            Pair {
                kind: format!("{edit:?}, {strength}").to_lowercase(),
                name: name.into(),
                first: article("eins", "agentur.example", 24, title, text),
                second: article("zwei", "zeitung.example", 27, title, &second),
                known,
                expect,
            }
        })
        .collect()
}

#[derive(Deserialize)]
struct Synonyms {
    de: BTreeMap<String, String>,
    en: BTreeMap<String, String>,
}

fn synonyms() -> Synonyms {
    toml::from_str(include_str!("synonyms.toml")).unwrap()
}

fn by_hand(texts: &Texts) -> Vec<Pair> {
    let pairs: Pairs = toml::from_str(include_str!("pairs.toml")).unwrap();
    pairs.pair.iter().map(|pair| made(texts, pair)).collect()
}

/// Those made by hand, and of each way of editing the strengths that count.
fn all(texts: &Texts) -> Vec<Pair> {
    let mut all = by_hand(texts);
    for edit in Edit::ALL {
        for strength in edit.strengths().iter().filter(|s| edit.counts(**s)) {
            all.extend(edited(texts, &synonyms(), edit, *strength));
        }
    }
    all
}

fn answer(pair: &Pair) -> Option<(bool, Relation)> {
    let mut index = Index::new(Settings::default());
    pair.known.iter().chain([&pair.first]).for_each(|article| index.insert(&print(article)));
    let of = index.find(&print(&pair.second))?;
    Some((of.article == pair.first.id, of.relation))
}

#[derive(Debug, Default, Clone, Copy)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
    silent: usize,
}

impl Score {
    fn add(&mut self, expect: &[Relation], answer: Option<(bool, Relation)>) -> bool {
        match answer {
            None if expect.is_empty() => self.silent += 1,
            None => self.missed += 1,
            Some((true, relation)) if expect.contains(&relation) => self.right += 1,
            Some(_) => {
                self.wrong += 1;
                self.missed += usize::from(!expect.is_empty());
                return false;
            }
        }
        answer.is_some() || expect.is_empty()
    }

    fn precision(self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    fn recall(self) -> f64 {
        share(self.right, self.right + self.missed)
    }

    fn f1(self) -> f64 {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 1.0 } else { part as f64 / of as f64 }
}

#[test]
fn pairs_of_all_kinds_are_told_apart() {
    let texts = texts();
    assert!(reports(&texts).count() >= 30 && texts.len() >= 40);
    assert!(by_hand(&texts).len() >= 100);
    let pairs = all(&texts);
    assert!(pairs.len() >= 300);
    let mut kinds: BTreeMap<&str, Score> = BTreeMap::new();
    let mut total = Score::default();
    for pair in &pairs {
        let answer = answer(pair);
        kinds.entry(&pair.kind).or_default().add(&pair.expect, answer);
        if !total.add(&pair.expect, answer) {
            println!("{} {}: {answer:?}, not {:?}", pair.kind, pair.name, pair.expect);
        }
    }
    println!(
        "| kind | pairs | found | of another kind or false | missed | rightly none |\n|---|---|---|---|---|---|"
    );
    for (kind, s) in &kinds {
        let pairs = s.right + s.wrong.max(s.missed) + s.silent;
        println!("| {kind} | {pairs} | {} | {} | {} | {} |", s.right, s.wrong, s.missed, s.silent);
    }
    let (p, r, f1) = (total.precision(), total.recall(), total.f1());
    println!("{} pairs: precision {p:.3}, recall {r:.3}, F1 {f1:.3}", pairs.len());
    assert!(f1 >= 0.97, "{f1}");
}

#[test]
fn recall_falls_with_the_strength_of_an_edit_and_not_before() {
    let texts = texts();
    println!("| edit | strength: recall |\n|---|---|");
    for edit in Edit::ALL {
        let mut row = Vec::new();
        for strength in edit.strengths() {
            let mut score = Score::default();
            for pair in edited(&texts, &synonyms(), edit, *strength) {
                // Whatever the relation: that it is one.
                let found = answer(&pair).filter(|(first, _)| *first);
                score.add(&[Relation::Copy], found.map(|(_, _)| (true, Relation::Copy)));
            }
            if edit.counts(*strength) {
                assert!(score.recall() >= 0.9, "{edit:?} {strength}: {}", score.recall());
            }
            row.push(format!("{strength}: {:.2}", score.recall()));
        }
        println!("| {edit:?} | {} |", row.join(", "));
    }
}

#[test]
fn no_other_parameters_are_clearly_better() {
    let texts = texts();
    // What a revision is cannot be seen from the texts.
    let mut pairs = all(&texts);
    pairs.retain(|pair| pair.kind != "correction");
    println!(
        "| grams | found by | contained | precision | recall | F1 |\n|---|---|---|---|---|---|"
    );
    let (mut best, mut ours) = (0.0_f64, 0.0);
    for n in [2, 3, 4, 5] {
        let sets: Vec<_> = pairs
            .iter()
            .map(|p| (lab::grams(&p.first.text, n), lab::grams(&p.second.text, n), p))
            .collect();
        for finder in lab::Finder::ALL {
            let met: Vec<_> = sets.iter().map(|(a, b, _)| finder.meets(a, b)).collect();
            for contained in [0.3, 0.4, 0.5, 0.6, 0.7] {
                let mut score = Score::default();
                for ((a, b, pair), met) in sets.iter().zip(&met) {
                    let found = *met && lab::repeats(a, b, contained, 0.5);
                    let expect: &[Relation] =
                        if pair.expect.is_empty() { &[] } else { &[Relation::Copy] };
                    score.add(expect, found.then_some((true, Relation::Copy)));
                }
                let f1 = score.f1();
                best = best.max(f1);
                let is_ours = n == 3
                    && matches!(finder, lab::Finder::Smallest(32, 2))
                    && (contained - 0.5_f64).abs() < 1e-9;
                if is_ours {
                    ours = f1;
                }
                let plain = matches!(finder, lab::Finder::Smallest(32, 2) | lab::Finder::AllPairs);
                if plain || (n == 3 && (contained - 0.5_f64).abs() < 1e-9) {
                    let (p, r) = (score.precision(), score.recall());
                    println!(
                        "| {n} | {} | {contained} | {p:.3} | {r:.3} | {f1:.3} |",
                        finder.name()
                    );
                }
            }
        }
    }
    assert!(ours >= best - 0.02, "{ours} {best}");
}

#[test]
fn equal_texts_that_are_no_articles_never_make_two_incidents_one() {
    let texts = texts();
    let mut index = Index::new(Settings::default());
    let mut asked = 0;
    // Forms and prompts in place of the body, of the same host and of others, alone or behind the
    // first sentence of the article.
    for (n, (_, title, text)) in reports(&texts).enumerate() {
        let (sentence, _) = text.split_once(". ").unwrap();
        for (m, form) in ["anmelden", "paywall"].into_iter().enumerate() {
            let form = &texts[form].1;
            // Behind its first sentence an article is asked once: with another form it is itself again.
            let bodies = if n % 2 == m { 2 } else { 1 };
            for (k, body) in
                [form.clone(), format!("{sentence}.\n\n{form}")].iter().enumerate().take(bodies)
            {
                // A form behind a sentence is known as furniture once its host has shown it.
                let host = format!("h{}.example", if k == 0 { n % 5 } else { 9 });
                let name = format!("{n}-{m}-{k}");
                let print = print(&article(&name, &host, 20 + n as i64, title, body));
                let of = index.find(&print);
                if k == 0 || n > 8 {
                    assert_eq!(of, None, "{title}: {body}");
                    asked += 1;
                }
                index.insert(&print);
            }
        }
    }
    assert!(asked > 80);
}

#[test]
fn one_article_under_two_addresses_that_only_the_network_equates_is_a_copy() {
    // A shortener in one feed, the address itself in another: two article ids, one page.
    let texts = texts();
    for (name, title, text) in reports(&texts) {
        let direct = article(name, "zeitung.example", 20, title, text);
        let mut short = direct.clone();
        short.id = article_id(Some("https://kurz.example/Ab1"), "", "");
        let mut index = Index::new(Settings::default());
        index.insert(&print(&direct));
        let of = index.find(&print(&short)).or_else(|| {
            // At the same moment the smaller id is the first.
            let mut index = Index::new(Settings::default());
            index.insert(&print(&short));
            index.find(&print(&direct))
        });
        assert_eq!(of.map(|of| of.relation), Some(Relation::Copy));
    }
}
