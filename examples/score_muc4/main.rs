//! Scores English reports on the templates of MUC-4 (the JSON lines of the GTT project: `docid`,
//! `doctext`, `templates`), counted as its published scorer does.
//!
//! `cargo run --example score_muc4 -- FILE [--words LIST] [--misses] [--out PREDICTIONS]`
//!
//! The texts have no large letters; they are given back first, names with a list of
//! words (one a line, as systems have for spelling). `--misses` shows what each text has
//! wrong and missed; `--out` writes the answers in the form that the published scorer reads.

#![allow(clippy::print_stdout)] // a command that prints its answer

mod align;
mod answer;
#[path = "../support/article.rs"]
mod article;
mod truecase;

use align::{Count, Counts, Filler, ROLES, Template, total};
use anyhow::{Context, Result};
use article::article;
use depesche::extract::Extractor;
use depesche::message::rfc3339;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use truecase::Truecaser;

/// The texts are of 1988 to 1990, most without a date.
const SEEN: &str = "1990-01-15T12:00:00Z";

#[derive(Deserialize)]
struct Line {
    docid: String,
    doctext: String,
    templates: Vec<Map<String, Value>>,
}

struct Options {
    file: String,
    words: Option<String>,
    out: Option<String>,
    misses: bool,
}

fn options() -> Result<Options> {
    const USAGE: &str = "usage: score_muc4 FILE [--words LIST] [--misses] [--out PREDICTIONS]";
    let mut args = std::env::args().skip(1);
    let file = args.next().context(USAGE)?;
    let mut options = Options { file, words: None, out: None, misses: false };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--misses" => options.misses = true,
            "--words" => options.words = Some(args.next().context(USAGE)?),
            "--out" => options.out = Some(args.next().context(USAGE)?),
            _ => anyhow::bail!(USAGE),
        }
    }
    Ok(options)
}

fn main() -> Result<()> {
    let options = options()?;
    let list = match &options.words {
        Some(path) => std::fs::read_to_string(path).context(path.clone())?,
        None => String::new(),
    };
    let truecaser = Truecaser::new(&list);
    let extractor = Extractor::builtin()?;
    let seen = rfc3339(SEEN).context("date")?;
    let mut sums = Counts::default();
    let mut relevance = Count::default();
    let mut predictions = Map::new();
    let lines = std::fs::read_to_string(&options.file).context(options.file.clone())?;
    for line in lines.lines() {
        let line: Line = serde_json::from_str(line)?;
        let key = key(&line.templates);
        let text = truecaser.restore(&line.doctext);
        let reports = extractor.read(&article(&line.docid, &text, "en", None), seen, None).reports;
        let answer = answer::templates(&reports, &text);
        let (counts, mapping) = align::score(&answer, &key);
        sums.iter_mut().zip(counts).for_each(|(sum, part)| sum.add(part));
        relevance.add(relevant(!answer.is_empty(), !key.is_empty()));
        if options.misses {
            show(&line.docid, &text, &answer, &key, &mapping);
        }
        let written: Vec<Value> = answer.iter().map(written).collect();
        predictions.insert(number(&line.docid), json!({ "pred_templates": written }));
    }
    println!("{:<12}{:>8}{:>8}{:>8}{:>8}{:>8}", "", "P", "R", "F1", "answers", "keys");
    let names = std::iter::once("type").chain(ROLES);
    for (name, count) in names.zip(sums) {
        row(name, count);
    }
    row("micro", total(&sums));
    row("any (texts)", relevance);
    if let Some(path) = &options.out {
        std::fs::write(path, serde_json::to_string(&predictions)?).context(path.clone())?;
    }
    Ok(())
}

fn row(name: &str, count: Count) {
    println!(
        "{name:<12}{:>8.4}{:>8.4}{:>8.4}{:>8}{:>8}",
        count.precision(),
        count.recall(),
        count.f1(),
        count.answers,
        count.keys
    );
}

/// Whether a text tells an incident at all.
fn relevant(answer: bool, key: bool) -> Count {
    let both = u32::from(answer && key);
    Count {
        right_answers: both,
        answers: u32::from(answer),
        found_keys: both,
        keys: u32::from(key),
    }
}

/// The templates of the key, each once.
fn key(templates: &[Map<String, Value>]) -> Vec<Template> {
    let mut out: Vec<Template> = Vec::new();
    for from in templates {
        let kind = from.get("incident_type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let roles = ROLES.map(|role| from.get(role).map(fillers).unwrap_or_default());
        let template = Template { kind, roles };
        if !out.contains(&template) {
            out.push(template);
        }
    }
    out
}

/// A filler is a list of pairs of words and offset.
fn fillers(value: &Value) -> Vec<Filler> {
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let words = |pair: &Value| Some(pair.get(0)?.as_str()?.to_owned());
    let filler = |v: &Value| list(v).iter().filter_map(words).collect::<Filler>();
    list(value).iter().map(filler).filter(|f| !f.is_empty()).collect()
}

fn written(template: &Template) -> Value {
    let mut out = Map::from_iter([("incident_type".to_owned(), json!(template.kind))]);
    for (role, fillers) in ROLES.iter().zip(&template.roles) {
        out.insert((*role).to_owned(), json!(fillers));
    }
    Value::Object(out)
}

/// The published scorer's name of a text: "TST1-MUC3-0007" is 10007.
fn number(docid: &str) -> String {
    let part = docid.split('-').next().and_then(|p| p.chars().last()).and_then(|c| c.to_digit(10));
    let last = docid.split('-').next_back().and_then(|n| n.parse::<u32>().ok());
    match (part, last) {
        (Some(part), Some(last)) => (part * 10_000 + last).to_string(),
        _ => docid.to_owned(),
    }
}

fn show(docid: &str, text: &str, answer: &[Template], key: &[Template], on: &[Option<usize>]) {
    println!("=== {docid}\n{text}\n");
    for (template, on) in answer.iter().zip(on) {
        let on = on.map_or("-".to_owned(), |n| n.to_string());
        println!("  answer on {on}: {}", in_line(template));
    }
    for (n, template) in key.iter().enumerate() {
        let missed = if on.contains(&Some(n)) { "" } else { " missed" };
        println!("  key {n}{missed}: {}", in_line(template));
    }
    println!();
}

fn in_line(template: &Template) -> String {
    let mut parts = vec![template.kind.clone()];
    for (role, fillers) in ROLES.iter().zip(&template.roles) {
        parts.extend(fillers.iter().map(|f| format!("{role}: {}", f.join(" | "))));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_with_all_words_of_a_filler_and_each_template_once() {
        let line = json!([
            {"incident_type": "arson", "Target": [[["old bus", 3], ["bus", 7]], [["shed", 20]]]},
            {"incident_type": "arson", "Target": [[["old bus", 3], ["bus", 7]], [["shed", 20]]]},
        ]);
        let line: Vec<Map<String, Value>> = serde_json::from_value(line).unwrap();
        let key = key(&line);
        assert_eq!(key.len(), 1);
        assert_eq!(key[0].kind, "arson");
        assert_eq!(
            key[0].roles[2],
            [vec!["old bus".to_owned(), "bus".into()], vec!["shed".into()]]
        );
        assert!(key[0].roles[0].is_empty());
    }

    #[test]
    fn texts_are_numbered_as_the_published_scorer_numbers_them() {
        assert_eq!(number("TST1-MUC3-0007"), "10007");
        assert_eq!(number("DEV-MUC3-0012"), "DEV-MUC3-0012");
    }
}
