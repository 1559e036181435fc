//! Scores the time reader by the measures of TempEval-3 (task A), beside other systems' output.
//!
//! `cargo run --example score_times -- DIR [--lang de] [--misses]`
//!
//! `DIR` holds folders of TimeML files (`*.tml`). A folder `NAME` is the gold; folders
//! `NAME_SYSTEM` beside it hold the output of a system for the same files and are scored by the
//! same code. How it is counted:
//!
//! - The `TIMEX3` elements inside `TEXT` that hold text; the creation time is given, not scored.
//! - A strict match has the same extent; a relaxed match shares a character. Blanks and quotation
//!   marks at the edges do not count. Each mention is matched once: strict matches first, then
//!   from left to right.
//! - Precision is matches / mentions of the system, recall is matches / mentions of the gold, F1
//!   their harmonic mean, over all files together.
//! - Type and value are F1 too: of the relaxed matches those whose attribute is the same, letter
//!   by letter, so a wrong value counts against precision and recall (`value F1` of TempEval-3,
//!   which is relaxed F1 times the share of right values).

use anyhow::{Context, Result, bail};
use depesche::extract::ground::{Input, Reader};
use jiff::civil::{Date, DateTime};
use quick_xml::events::Event;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// A mention: its extent in characters of the text that are no blanks, and what it means.
#[derive(Debug, Clone)]
struct Timex {
    start: usize,
    end: usize,
    words: String,
    kind: String,
    value: String,
}

/// A file: the text as it stands, its mentions, the day that it was written on.
#[derive(Debug, Default)]
struct Document {
    text: String,
    created: Option<Date>,
    times: Vec<Timex>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    gold: usize,
    system: usize,
    strict: usize,
    relaxed: usize,
    kind: usize,
    value: usize,
}

impl Counts {
    fn add(&mut self, other: Counts) {
        self.gold += other.gold;
        self.system += other.system;
        self.strict += other.strict;
        self.relaxed += other.relaxed;
        self.kind += other.kind;
        self.value += other.value;
    }

    fn f1(&self, right: usize) -> f64 {
        200.0 * right as f64 / (self.gold + self.system).max(1) as f64
    }

    fn share(right: usize, of: usize) -> f64 {
        100.0 * right as f64 / of.max(1) as f64
    }
}

fn main() -> Result<()> {
    let mut dir = None;
    let (mut lang, mut misses) = ("de".to_owned(), false);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--lang" => lang = args.next().context("--lang wants a language")?,
            "--misses" => misses = true,
            _ => dir = Some(PathBuf::from(arg)),
        }
    }
    let Some(dir) = dir else { bail!("usage: score_times DIR [--lang de] [--misses]") };
    let folders = folders(&dir)?;
    let mut out = std::io::stdout().lock();
    let reader = Reader::builtin();
    for (name, folder) in &folders {
        let beside = name.rsplit_once('_').is_some_and(|(head, _)| folders.contains_key(head));
        if beside {
            continue;
        }
        let gold = documents(folder)?;
        let mut rows: Vec<(String, Counts)> = Vec::new();
        let mut ours = Counts::default();
        for (file, document) in &gold {
            let found = read(&reader, document, &lang);
            let (counts, differences) = compare(&document.times, &found);
            ours.add(counts);
            if misses {
                for line in differences {
                    writeln!(out, "{file}: {line}")?;
                }
            }
        }
        rows.push(("depesche".into(), ours));
        for (other, folder) in &folders {
            let Some(system) = other.strip_prefix(name).and_then(|s| s.strip_prefix('_')) else {
                continue;
            };
            let theirs = documents(folder)?;
            let mut total = Counts::default();
            for (file, document) in &gold {
                let empty = Vec::new();
                let found = theirs.get(file);
                if let Some(found) = found
                    && squeezed(&found.text) != squeezed(&document.text)
                {
                    bail!("{other}/{file} is not the text of {name}/{file}");
                }
                let times = found.map_or(&empty, |d| &d.times);
                total.add(compare(&document.times, times).0);
            }
            rows.push((system.to_owned(), total));
        }
        writeln!(out, "{name}: {} files, {} mentions", gold.len(), ours.gold)?;
        writeln!(
            out,
            "{:<14} {:>8} {:>8} {:>8} {:>8}   {:>9} {:>9} {:>9}",
            "F1", "strict", "relaxed", "type", "value", "mentions", "precision", "recall"
        )?;
        for (system, c) in rows {
            writeln!(
                out,
                "{system:<14} {:>8.1} {:>8.1} {:>8.1} {:>8.1}   {:>9} {:>9.1} {:>9.1}",
                c.f1(c.strict),
                c.f1(c.relaxed),
                c.f1(c.kind),
                c.f1(c.value),
                c.system,
                Counts::share(c.relaxed, c.system),
                Counts::share(c.relaxed, c.gold),
            )?;
        }
    }
    Ok(())
}

/// The folders of a folder that hold TimeML files, or the folder itself.
fn folders(dir: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "tml") {
                let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
                found.insert(name, folder.clone());
            }
        }
    }
    if found.is_empty() {
        bail!("no *.tml below {}", dir.display());
    }
    Ok(found)
}

fn documents(folder: &Path) -> Result<BTreeMap<String, Document>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "tml") {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let body = std::fs::read_to_string(&path)?;
            found.insert(name, document(&body).with_context(|| path.display().to_string())?);
        }
    }
    Ok(found)
}

/// Characters that count in an extent.
fn inked(c: char) -> bool {
    !c.is_whitespace()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| inked(*c)).collect()
}

/// A mention without what does not count at its edges.
fn timex(text: &str, from: usize, to: usize, kind: String, value: String) -> Option<Timex> {
    let raw = text.get(from..to)?;
    let edge = |c: char| !inked(c) || matches!(c, '"' | '„' | '“' | '”' | '«' | '»' | '\'');
    let words = raw.trim_matches(edge);
    let lead = raw.len() - raw.trim_start_matches(edge).len();
    let start = text.get(..from + lead)?.chars().filter(|c| inked(*c)).count();
    let end = start + words.chars().filter(|c| inked(*c)).count();
    (end > start).then(|| Timex { start, end, words: words.to_owned(), kind, value })
}

fn document(body: &str) -> Result<Document> {
    let mut reader = quick_xml::Reader::from_str(body);
    let mut found = Document::default();
    let (mut in_text, mut in_created) = (false, false);
    let mut open: Vec<(usize, String, String)> = Vec::new();
    loop {
        match reader.read_event()? {
            Event::Eof => break,
            Event::Start(tag) => {
                let attribute = |name: &str| -> Result<String> {
                    let value = tag.try_get_attribute(name)?;
                    Ok(value.map_or_else(String::new, |a| a.value.to_string()))
                };
                match tag.name().as_ref() {
                    "TEXT" => in_text = true,
                    "DCT" => in_created = true,
                    "TIMEX3" => {
                        let value = attribute("value")?;
                        if in_created {
                            found.created = value.get(..10).and_then(|d| d.parse().ok());
                        }
                        open.push((found.text.len(), attribute("type")?, value));
                    }
                    _ => {}
                }
            }
            Event::End(tag) => match tag.name().as_ref() {
                "TEXT" => in_text = false,
                "DCT" => in_created = false,
                "TIMEX3" => {
                    if let Some((from, kind, value)) = open.pop()
                        && in_text
                    {
                        found.times.extend(timex(&found.text, from, found.text.len(), kind, value));
                    }
                }
                _ => {}
            },
            Event::Text(text) if in_text => found.text.push_str(&text.xml10_content()),
            Event::CData(text) if in_text => found.text.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) if in_text => {
                let name = entity.xml10_content();
                let plain = match entity.resolve_char_ref()? {
                    Some(c) => c.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name)
                        .unwrap_or_default()
                        .to_owned(),
                };
                found.text.push_str(&plain);
            }
            _ => {}
        }
    }
    Ok(found)
}

fn read(reader: &Reader, document: &Document, lang: &str) -> Vec<Timex> {
    let anchor = document.created.unwrap_or_default();
    let ground = reader.read(&Input {
        title: "",
        text: &document.text,
        lang: Some(lang),
        // Only the day is known.
        anchor: DateTime::from(anchor),
        country: None,
    });
    let mentions = ground.times.iter();
    mentions
        .filter_map(|t| {
            let (span, kind, value) = t.timex3();
            timex(&ground.full, span.start, span.end, kind.into(), value.to_owned())
        })
        .collect()
}

/// Counts of a file and, in words, what differs.
fn compare(gold: &[Timex], system: &[Timex]) -> (Counts, Vec<String>) {
    let mut counts = Counts { gold: gold.len(), system: system.len(), ..Counts::default() };
    let mut pairs: Vec<Option<usize>> = vec![None; gold.len()];
    let mut used = vec![false; system.len()];
    for strict in [true, false] {
        for (g, pair) in gold.iter().zip(&mut pairs) {
            if pair.is_some() {
                continue;
            }
            let fits = |s: &Timex| {
                if strict {
                    (s.start, s.end) == (g.start, g.end)
                } else {
                    s.start < g.end && g.start < s.end
                }
            };
            let found = system.iter().zip(&used).position(|(s, used)| !used && fits(s));
            if let Some(at) = found
                && let Some(flag) = used.get_mut(at)
            {
                *flag = true;
                *pair = Some(at);
            }
        }
    }
    let mut differences = Vec::new();
    for (g, pair) in gold.iter().zip(&pairs) {
        let Some(s) = pair.and_then(|at| system.get(at)) else {
            differences.push(format!("missed  {} {} {}", g.words, g.kind, g.value));
            continue;
        };
        let strict = (s.start, s.end) == (g.start, g.end);
        counts.relaxed += 1;
        counts.strict += usize::from(strict);
        counts.kind += usize::from(s.kind == g.kind);
        counts.value += usize::from(s.value == g.value);
        if !strict || s.kind != g.kind || s.value != g.value {
            differences.push(format!(
                "differs {} {} {} | read {} {} {}",
                g.words, g.kind, g.value, s.words, s.kind, s.value
            ));
        }
    }
    let extra = system.iter().zip(&used).filter(|(_, used)| !**used);
    differences.extend(extra.map(|(s, _)| format!("extra   {} {} {}", s.words, s.kind, s.value)));
    (counts, differences)
}
