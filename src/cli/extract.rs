//! `depesche extract`: one article in, reports out.

use super::lines::{each_line, read_input, text, write_json};
use super::{ConfigArg, block_on};
use crate::config::{Config, Loaded};
use crate::extract::{Extraction, Extractor};
use crate::fetch::{Answer, Client};
use crate::message::{
    Article, Message as _, PageOutcome, Report, TextSource, Timestamp, article_id, rfc3339,
};
use crate::page;
use anyhow::{Context as _, anyhow, bail};
use clap::Args;
use serde::Serialize;
use std::io::Write as _;
use std::process::ExitCode;

/// Arguments of `extract`.
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// Text file, `http(s)` address of an article, or `-` for standard input.
    #[arg(default_value = "-", value_name = "FILE|URL|-")]
    input: String,
    /// Publication: a day or an RFC 3339 moment; what "am Dienstag" refers to [default: now].
    #[arg(long, value_name = "TIME", value_parser = time)]
    published: Option<Timestamp>,
    /// Language (BCP 47) [default: recognised].
    #[arg(long)]
    lang: Option<String>,
    /// Headline.
    #[arg(long)]
    title: Option<String>,
    /// Shows each field with its words and the rule that read them.
    #[arg(long, conflicts_with = "jsonl")]
    explain: bool,
    /// Reads many from standard input, one JSON object a line: `id`, `text`, and as wanted
    /// `title`, `published`, `lang`, `url`, `country`; answers a line each: `id`, `reports`.
    #[arg(long)]
    jsonl: bool,
    #[command(flatten)]
    config: ConfigArg,
}

#[derive(Serialize)]
struct Answered {
    reports: Vec<Report>,
}

/// Reads a time argument.
fn time(text: &str) -> Result<Timestamp, String> {
    rfc3339(text).ok_or_else(|| "neither YYYY-MM-DD nor an RFC 3339 moment".to_owned())
}

/// What is known of an article beside its text.
#[derive(Default)]
pub(super) struct About {
    title: Option<String>,
    url: Option<String>,
    lang: Option<String>,
    country: Option<String>,
    published: Option<Timestamp>,
}

/// Runs the command.
pub(super) fn run(args: &ExtractArgs) -> anyhow::Result<ExitCode> {
    let loaded = args.config.load()?;
    let extractor = extractor(&loaded.config)?;
    let seen: Timestamp = jiff::Timestamp::now().into();
    if args.jsonl {
        each_line(|line| {
            let body = text(line, "text").ok_or("no text")?;
            let published = match text(line, "published").or(args.published_text().as_deref()) {
                Some(given) => Some(time(given).map_err(|e| format!("published: {e}"))?),
                None => None,
            };
            let about = About {
                title: text(line, "title").map(str::to_owned),
                url: text(line, "url").map(str::to_owned),
                lang: text(line, "lang").or(args.lang.as_deref()).map(str::to_owned),
                country: text(line, "country").map(str::to_owned),
                published,
            };
            let article = article(body, about, &loaded.config);
            Ok(Answered { reports: extractor.read(&article, seen, None).reports })
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    let about = About {
        title: args.title.clone(),
        url: None,
        lang: args.lang.clone(),
        country: None,
        published: args.published,
    };
    let article = if args.input.starts_with("http://") || args.input.starts_with("https://") {
        fetched(&args.input, about, &loaded)?
    } else {
        let bytes = read_input(&args.input)?;
        article(&String::from_utf8_lossy(&bytes), about, &loaded.config)
    };
    let extraction = extractor.read(&article, seen, None);
    if args.explain {
        let mut out = std::io::stdout().lock();
        write!(out, "{}", explained(&article, &extraction))?;
        out.flush()?;
    } else {
        write_json(&extraction.reports, false)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl ExtractArgs {
    fn published_text(&self) -> Option<String> {
        self.published.map(|p| p.to_string())
    }
}

/// The extractor with the lexicons of the configuration.
pub(super) fn extractor(config: &Config) -> anyhow::Result<Extractor> {
    let folder = &config.extract.lexicon;
    if folder.as_os_str().is_empty() {
        return Ok(Extractor::builtin()?);
    }
    let files = lexicon_files(folder)
        .with_context(|| format!("cannot read the lexicon folder {}", folder.display()))?;
    Ok(Extractor::with_overrides(&files)?)
}

/// The TOML files of a lexicon folder, by path relative to it, in order.
fn lexicon_files(folder: &std::path::Path) -> std::io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new(), 0)];
    while let Some((path, prefix, depth)) = folders.pop() {
        for item in std::fs::read_dir(&path)? {
            let item = item?;
            let name = item.file_name().to_string_lossy().into_owned();
            if item.file_type()?.is_dir() && depth < 2 {
                folders.push((item.path(), format!("{prefix}{name}/"), depth + 1));
            } else if item.path().extension().is_some_and(|e| e == "toml") {
                files.push((format!("{prefix}{name}"), std::fs::read_to_string(item.path())?));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A text as an article of its own.
pub(super) fn article(text: &str, about: About, config: &Config) -> Article {
    let kept: String = text.chars().take(config.poll.max_text_chars).collect();
    let hash = crate::message::content_hash(&[about.title.as_deref().unwrap_or(""), &kept]);
    let canonical = about.url.as_deref().and_then(page::url::canonical);
    Article {
        schema: Article::SCHEMA.into(),
        id: article_id(canonical.as_deref(), "", &hash),
        revision: 0,
        feed: String::new(),
        entry: hash,
        outlet: about
            .url
            .as_deref()
            .and_then(crate::fetch::site)
            .unwrap_or_else(|| "command line".into()),
        canonical_url: canonical,
        url: about.url,
        title: about.title.unwrap_or_default(),
        summary: None,
        truncated: kept.len() < text.len(),
        text: kept,
        text_source: TextSource::Content,
        page: PageOutcome::NotFetched,
        lang: about.lang,
        country: about.country,
        published: about.published,
        modified: None,
        authors: Vec::new(),
        tags: Vec::new(),
    }
}

/// Fetches an article page through the guarded client.
fn fetched(url: &str, mut about: About, loaded: &Loaded) -> anyhow::Result<Article> {
    let client = Client::new(&loaded.config.fetch)?;
    let answer = block_on(async { Ok(client.page(url).await?) })?;
    let Answer::Body(body) = answer else { bail!("{url}: no answer with a body") };
    let hints = page::Hints {
        content_type: body.content_type.as_deref(),
        url: Some(&body.final_url),
        max_chars: loaded.config.poll.max_text_chars,
        quality: loaded.config.page.quality,
        zone: None,
    };
    // The main thread's stack is too small for a hostile page.
    let read = std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(16 * 1024 * 1024)
            .spawn_scoped(scope, || page::read(&body.bytes, &hints))
            .map(std::thread::ScopedJoinHandle::join)
    })?
    .map_err(|_| anyhow!("{url}: the page cannot be read"))?;
    if read.outcome != PageOutcome::Read {
        bail!("{url}: no article text ({})", read.reason.unwrap_or("no reason given"));
    }
    about.title = about.title.or(Some(read.title));
    about.lang = about.lang.or(read.lang);
    about.published = about.published.or(read.published);
    about.url = Some(read.canonical_url.unwrap_or_else(|| url.to_owned()));
    Ok(article(&read.text, about, &loaded.config))
}

/// The reports for people: each field with its words and rule.
fn explained(article: &Article, extraction: &Extraction) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    // Writing to a string cannot fail.
    let mut line = |text: String| {
        let _ = writeln!(out, "{text}");
    };
    if !article.title.is_empty() {
        line(format!("# {}", article.title));
    }
    for (number, report) in extraction.reports.iter().enumerate() {
        line(format!(
            "\n{}. {} · {}/{} · {:?} · {:?} · confidence {:.2}  [{}]",
            number + 1,
            report.kind.as_str(),
            report.group,
            report.event_type,
            report.realis,
            report.status,
            report.confidence,
            report.id,
        ));
        let value = serde_json::to_value(report).unwrap_or_default();
        for evidence in &report.evidence {
            let shown = value.pointer(&evidence.field).map(short).unwrap_or_default();
            line(format!("   {:<28} {shown}", evidence.field));
            line(format!(
                "      „{}“  {:?} {}–{}  {}",
                evidence.text.replace('\n', " "),
                evidence.part,
                evidence.start,
                evidence.end,
                evidence.rule,
            ));
        }
    }
    if extraction.reports.is_empty() {
        line("no incident".into());
    }
    let considered = &extraction.explanation;
    if !considered.read {
        line(format!("the language {} is not one that is read", considered.lang));
    }
    line("\n-- considered --".into());
    for candidate in &considered.candidates {
        let types: Vec<String> =
            candidate.types.iter().map(|(name, score)| format!("{name} {score:.2}")).collect();
        line(format!(
            "   „{}“ {:?} {}–{}  {}  {:?}",
            candidate.text.replace('\n', " "),
            candidate.part,
            candidate.start,
            candidate.end,
            candidate.rule,
            candidate.verdict,
        ));
        line(format!(
            "      {} · {:?} · {:?}",
            types.join(", "),
            candidate.realis,
            candidate.status
        ));
        if let (Some(words), Some(rule)) = (&candidate.because, &candidate.because_rule) {
            line(format!("      because of „{}“  {rule}", words.replace('\n', " ")));
        }
    }
    out
}

/// A value on one line: the parts that identify it.
fn short(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .filter(|(name, value)| {
                !value.is_null() && !matches!(name.as_str(), "text" | "lat" | "lon")
            })
            .map(|(name, value)| format!("{name}={}", short(value)))
            .collect::<Vec<_>>()
            .join(" "),
        serde_json::Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(", "),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
