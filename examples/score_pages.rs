//! Scores the text of article pages against gold text, as the public article extraction benchmark does.
//!
//! `cargo run --release --example score_pages -- FOLDER [--vote] [--worst N]`
//!
//! `FOLDER` holds
//! - `ground-truth.json`: `{"ID": {"articleBody": "…", "url": "…"?}, …}`, and `html/ID.html` or `html/ID.html.gz`; or
//! - pairs of `NAME.html` (or `.html.gz`) and `NAME.txt` with the text.
//!
//! How texts are compared is told in `tests/pages/shingles.rs`. Times are those of the processor, as the
//! kernel counts them for the thread (Linux).
#![allow(clippy::print_stdout)] // a command for people

#[path = "../tests/pages/shingles.rs"]
mod shingles;

use anyhow::{Context as _, bail};
use depesche::page::{Hints, Quality, read};
use shingles::Runs;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

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
    let mut scores: Vec<(Runs, &str)> = Vec::new();
    let mut times: Vec<Duration> = Vec::new();
    for (id, gold) in &gold {
        let html = bytes(&gold.page)?;
        let hints = Hints { url: gold.url.as_deref(), quality, ..Hints::default() };
        let start = on_cpu();
        let page = read(&html, &hints);
        times.push(on_cpu().saturating_sub(start));
        scores.push((Runs::of(&gold.text, &page.text), id));
    }
    let runs: Vec<Runs> = scores.iter().map(|(runs, _)| *runs).collect();
    let (precision, recall, f1) = shingles::score(&runs);
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
    scores.sort_by(|a, b| a.0.f1().total_cmp(&b.0.f1()));
    for (runs, id) in scores.iter().take(worst) {
        println!("{:.3}  {id}", runs.f1());
    }
    Ok(())
}

/// Time that this thread was on a processor.
fn on_cpu() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0))
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
