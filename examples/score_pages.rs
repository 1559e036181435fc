//! Scores the text of article pages against gold text, as the public article extraction benchmark does.
//!
//! `cargo run --release --example score_pages -- FOLDER [--vote] [--worst N]`
//!
//! `FOLDER` holds
//! - `ground-truth.json`: `{"ID": {"articleBody": "…", "url": "…"?}, …}`, and `html/ID.html` or `html/ID.html.gz`; or
//! - pairs of `NAME.html` (or `.html.gz`) and `NAME.txt` with the text.
//!
//! For each page, the runs of four words (`\w+`, with their number of occurrences; a shorter text
//! is one run) of gold and found text are compared: with `tp` the runs in both, `fp` those found
//! only, `fn` those of the gold only, precision is `tp / (tp + fp)` and recall `tp / (tp + fn)`. The
//! means over the pages are told (a page on which nothing was found has no precision, one without
//! gold text no recall), and F1 is the harmonic mean of these two means.
#![allow(clippy::print_stdout)] // a command for people

use anyhow::{Context as _, bail};
use depesche::page::{Hints, Quality, read};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Words of a run.
const RUN: usize = 4;

struct Gold {
    page: PathBuf,
    text: String,
    url: Option<String>,
}

fn main() -> anyhow::Result<()> {
    let mut folder = None;
    let (mut quality, mut worst) = (Quality::Single, 0);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match &*arg {
            "--vote" => quality = Quality::Vote,
            "--worst" => worst = args.next().context("--worst needs a number")?.parse()?,
            _ => folder = Some(PathBuf::from(arg)),
        }
    }
    let folder = folder.context("usage: score_pages FOLDER [--vote] [--worst N]")?;
    let gold = gold(&folder)?;
    if gold.is_empty() {
        bail!("{}: no pages with gold text", folder.display());
    }
    let (mut precisions, mut recalls) = (Vec::new(), Vec::new());
    let mut scores: Vec<(f64, &str)> = Vec::new();
    let mut times: Vec<Duration> = Vec::new();
    for (id, gold) in &gold {
        let html = bytes(&gold.page)?;
        let hints = Hints { url: gold.url.as_deref(), quality, ..Hints::default() };
        let start = Instant::now();
        let page = read(&html, &hints);
        times.push(start.elapsed());
        let (both, found_only, gold_only) = compare(&gold.text, &page.text);
        let share = |part: f64, other: f64| {
            if part + other > 0.0 { Some(part / (part + other)) } else { None }
        };
        precisions.extend(share(both, found_only));
        recalls.extend(share(both, gold_only));
        scores.push((2.0 * both / (2.0 * both + found_only + gold_only).max(1.0), id));
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (precision, recall) = (mean(&precisions), mean(&recalls));
    let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
    times.sort_unstable();
    let at =
        |percent: usize| times.get((times.len() - 1) * percent / 100).copied().unwrap_or_default();
    let total: Duration = times.iter().sum();
    println!("pages      {}", gold.len());
    println!("precision  {precision:.3}");
    println!("recall     {recall:.3}");
    println!("F1         {f1:.3}");
    println!(
        "time       {:.1} pages/s; median {:.1?}, 99 % {:.1?}, worst {:.1?}",
        gold.len() as f64 / total.as_secs_f64(),
        at(50),
        at(99),
        at(100)
    );
    scores.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (score, id) in scores.iter().take(worst) {
        println!("{score:.3}  {id}");
    }
    Ok(())
}

/// The pages by id.
fn gold(folder: &Path) -> anyhow::Result<BTreeMap<String, Gold>> {
    let mut out = BTreeMap::new();
    let page_in = |folder: PathBuf, name: &str| {
        ["html", "html.gz"]
            .map(|end| folder.join(format!("{name}.{end}")))
            .into_iter()
            .find(|p| p.exists())
    };
    let truth = folder.join("ground-truth.json");
    if truth.exists() {
        let all: BTreeMap<String, serde_json::Value> =
            serde_json::from_slice(&std::fs::read(&truth)?)?;
        for (id, about) in all {
            let field = |name: &str| about.get(name).and_then(|v| v.as_str()).map(str::to_owned);
            let page =
                page_in(folder.join("html"), &id).with_context(|| format!("{id}: no page"))?;
            let text = field("articleBody").unwrap_or_default();
            out.insert(id, Gold { page, text, url: field("url") });
        }
        return Ok(out);
    }
    for item in std::fs::read_dir(folder)? {
        let path = item?.path();
        let name = path.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_suffix(".txt"));
        if let Some(name) = name
            && let Some(page) = page_in(folder.to_path_buf(), name)
        {
            let text = std::fs::read_to_string(&path)?;
            out.insert(name.to_owned(), Gold { page, text, url: None });
        }
    }
    Ok(out)
}

/// The bytes of a page, unpacked.
fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    use tokio::io::AsyncReadExt as _;
    let packed = std::fs::read(path)?;
    if path.extension().is_none_or(|end| end != "gz") {
        return Ok(packed);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let mut out = Vec::new();
    runtime.block_on(async {
        let reader = tokio::io::BufReader::new(&*packed);
        async_compression::tokio::bufread::GzipDecoder::new(reader).read_to_end(&mut out).await
    })?;
    Ok(out)
}

fn runs(text: &str) -> HashMap<Vec<&str>, f64> {
    let words: Vec<&str> = text
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let mut out = HashMap::new();
    if !words.is_empty() {
        for run in words.windows(RUN.min(words.len())) {
            *out.entry(run.to_vec()).or_insert(0.0) += 1.0;
        }
    }
    out
}

/// Runs in both, in the found text only, and in the gold text only.
fn compare(gold: &str, found: &str) -> (f64, f64, f64) {
    let (gold, found) = (runs(gold), runs(found));
    let both: f64 = gold.iter().map(|(run, n)| n.min(*found.get(run).unwrap_or(&0.0))).sum();
    (both, found.values().sum::<f64>() - both, gold.values().sum::<f64>() - both)
}
