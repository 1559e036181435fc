//! `depesche inspect`: what one room makes of an input.

use super::extract::About;
use super::lines::{bytes, each_line, read_input, text, write_json};
use crate::config::Config;
use crate::extract::ground::{self, Reader};
use crate::message::{Fingerprint, Timestamp, rfc3339};
use crate::{dedup, feed, page};
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// Characters of a text or page that are looked at.
const MAX_CHARS: usize = 1_000_000;
/// Entries of a feed that are shown.
const MAX_ENTRIES: usize = 10_000;

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub struct InspectArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Verdict, repairs, feed fields and entries as read.
    Feed(FeedArgs),
    /// Title, date, author, canonical URL, language and text.
    Page(PageArgs),
    /// Language, sentences, and every time, place, number and name.
    Text(TextArgs),
    /// Fingerprints and similarity of two texts.
    Pair(PairArgs),
}

#[derive(Debug, Args)]
struct FeedArgs {
    /// File, or `-` for standard input.
    #[arg(default_value = "-")]
    file: String,
    /// Content type as the server gave it.
    #[arg(long)]
    content_type: Option<String>,
    /// Address the feed was fetched from: what relative links refer to.
    #[arg(long)]
    url: Option<String>,
    /// Reads many from standard input, one JSON object a line: `id`, and `text` (or `feed`, `xml`)
    /// or `base64`, and as wanted `content_type`, `url`; answers a line each.
    #[arg(long)]
    jsonl: bool,
}

#[derive(Debug, Args)]
struct PageArgs {
    /// File, or `-` for standard input.
    #[arg(default_value = "-")]
    file: String,
    /// Content type as the server gave it.
    #[arg(long)]
    content_type: Option<String>,
    /// Address the page was fetched from.
    #[arg(long)]
    url: Option<String>,
    /// How the text is found: `single` by the best reader, `vote` by several.
    #[arg(long, default_value = "vote", value_parser = quality)]
    quality: page::Quality,
    /// Time zone (IANA, as `Europe/Berlin`) of times without one [default: UTC].
    #[arg(long)]
    zone: Option<String>,
    /// Reads many from standard input, one JSON object a line: `id`, `html` or `base64`, and as
    /// wanted `content_type`, `url`, `quality`, `zone`; answers a line each.
    #[arg(long)]
    jsonl: bool,
}

#[derive(Debug, Args)]
struct TextArgs {
    /// File, or `-` for standard input.
    #[arg(default_value = "-")]
    file: String,
    /// Publication: what relative times refer to [default: now].
    #[arg(long)]
    published: Option<String>,
    /// Language (BCP 47), a hint.
    #[arg(long)]
    lang: Option<String>,
    /// Reads many from standard input, one JSON object a line: `id`, `text`, and as wanted
    /// `title`, `published`, `lang`, `country`, `toponyms` (`[[start, end], …]`: resolve just
    /// these); answers a line each.
    #[arg(long)]
    jsonl: bool,
}

#[derive(Debug, Args)]
struct PairArgs {
    /// First file.
    #[arg(required_unless_present = "jsonl")]
    a: Option<String>,
    /// Second file.
    #[arg(required_unless_present = "jsonl")]
    b: Option<String>,
    /// Reads many from standard input, one JSON object a line: `id`, `a`, `b`; answers a line each.
    #[arg(long)]
    jsonl: bool,
}

/// Runs the command.
pub(super) fn run(args: &InspectArgs) -> anyhow::Result<ExitCode> {
    // Pages nest: the readers get the stack that the service gives them.
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new()
            .stack_size(16 * 1024 * 1024)
            .spawn_scoped(scope, || inspect(&args.what))?;
        worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the reader panicked on this input")))
    })?;
    Ok(ExitCode::SUCCESS)
}

fn inspect(what: &What) -> anyhow::Result<()> {
    match what {
        What::Feed(args) => inspect_feed(args),
        What::Page(args) => inspect_page(args),
        What::Text(args) => inspect_text(args),
        What::Pair(args) => inspect_pair(args),
    }
}

fn inspect_feed(args: &FeedArgs) -> anyhow::Result<()> {
    let fetched: Timestamp = jiff::Timestamp::now().into();
    let read = |bytes: &[u8], content_type: Option<&str>, url: Option<&str>| {
        let hints =
            feed::Hints { content_type, url, max_entries: MAX_ENTRIES, fetched: Some(fetched) };
        feed::read(bytes, &hints)
    };
    let (content_type, url) = (args.content_type.as_deref(), args.url.as_deref());
    if args.jsonl {
        return each_line(|line| {
            let body = bytes(line, &["feed", "xml", "text"])?;
            Ok(read(&body, text(line, "content_type").or(content_type), text(line, "url").or(url)))
        });
    }
    write_json(&read(&read_input(&args.file)?, content_type, url), false)
}

/// Reads the name of a quality.
fn quality(name: &str) -> Result<page::Quality, String> {
    match name {
        "single" => Ok(page::Quality::Single),
        "vote" => Ok(page::Quality::Vote),
        _ => Err("neither `single` nor `vote`".into()),
    }
}

fn inspect_page(args: &PageArgs) -> anyhow::Result<()> {
    let hints = page::Hints {
        content_type: args.content_type.as_deref(),
        url: args.url.as_deref(),
        max_chars: MAX_CHARS,
        quality: args.quality,
        zone: args.zone.as_deref(),
    };
    if args.jsonl {
        return each_line(|line| {
            let body = bytes(line, &["html", "text"])?;
            let own = page::Hints {
                content_type: text(line, "content_type").or(hints.content_type),
                url: text(line, "url").or(hints.url),
                quality: text(line, "quality").map_or(Ok(hints.quality), quality)?,
                zone: text(line, "zone").or(hints.zone),
                ..hints
            };
            Ok(PageView::of(page::read(&body, &own)))
        });
    }
    write_json(&PageView::of(page::read(&read_input(&args.file)?, &hints)), false)
}

/// What is told of a page: all that was read, and the authors in one line.
#[derive(serde::Serialize)]
struct PageView {
    #[serde(flatten)]
    page: page::Page,
    /// The authors, separated by commas; absent without any.
    author: Option<String>,
}

impl PageView {
    fn of(page: page::Page) -> Self {
        let author = Some(page.authors.join(", ")).filter(|names| !names.is_empty());
        Self { page, author }
    }
}

/// What `inspect text` is asked about one text.
struct Question<'a> {
    title: &'a str,
    text: &'a str,
    published: Option<&'a str>,
    lang: Option<&'a str>,
    country: Option<&'a str>,
    toponyms: Option<Vec<(usize, usize)>>,
}

fn inspect_text(args: &TextArgs) -> anyhow::Result<()> {
    let reader = Reader::builtin();
    let now: Timestamp = jiff::Timestamp::now().into();
    let read = |question: &Question<'_>| -> Result<serde_json::Value, String> {
        let published = match question.published {
            Some(given) => rfc3339(given).ok_or("published: neither YYYY-MM-DD nor RFC 3339")?,
            None => now,
        };
        let input = ground::Input {
            title: question.title,
            text: question.text,
            lang: question.lang,
            anchor: published.as_jiff().to_zoned(jiff::tz::TimeZone::UTC).datetime(),
            country: question.country,
        };
        let ground = reader.read(&input);
        let mut view =
            serde_json::to_value(ground::View::with_words(&ground, &reader.words(&ground)))
                .map_err(|e| e.to_string())?;
        if let (Some(asked), Some(fields)) = (&question.toponyms, view.as_object_mut()) {
            fields.insert(
                "places".into(),
                resolved(&reader, &ground, asked, question.country).into(),
            );
        }
        Ok(view)
    };
    if args.jsonl {
        return each_line(|line| {
            let toponyms = match line.get("toponyms") {
                None | Some(serde_json::Value::Null) => None,
                Some(spans) => Some(
                    serde_json::from_value(spans.clone())
                        .map_err(|error| format!("toponyms: {error}"))?,
                ),
            };
            read(&Question {
                title: text(line, "title").unwrap_or(""),
                text: text(line, "text").ok_or("no text")?,
                published: text(line, "published").or(args.published.as_deref()),
                lang: text(line, "lang").or(args.lang.as_deref()),
                country: text(line, "country"),
                toponyms,
            })
        });
    }
    let bytes = read_input(&args.file)?;
    let view = read(&Question {
        title: "",
        text: &String::from_utf8_lossy(&bytes),
        published: args.published.as_deref(),
        lang: args.lang.as_deref(),
        country: None,
        toponyms: None,
    })
    .map_err(anyhow::Error::msg)?;
    write_json(&view, false)
}

/// Just these spans as places, in the order asked; without fields of a place where none has that
/// name.
fn resolved(
    reader: &Reader,
    ground: &ground::Ground,
    asked: &[(usize, usize)],
    country: Option<&str>,
) -> Vec<serde_json::Value> {
    let spans: Vec<Option<ground::Span>> =
        asked.iter().map(|(start, end)| ground.span_of_chars(*start, *end)).collect();
    let known: Vec<ground::Span> = spans.iter().flatten().copied().collect();
    let mut places = reader.resolve(ground, &known, country).into_iter();
    spans
        .iter()
        .zip(asked)
        .map(|(span, (start, end))| {
            let place = span.and_then(|_| places.next().flatten());
            serde_json::json!({
                "start": start,
                "end": end,
                "text": span.map(|span| ground.slice(span)),
                "name": place.as_ref().map(|p| &p.name),
                "name_en": place.as_ref().map(|p| &p.name_en),
                "geoname_id": place.as_ref().and_then(|p| p.geoname_id),
                "country": place.as_ref().and_then(|p| p.country.as_deref()),
                "admin1": place.as_ref().and_then(|p| p.admin1.as_deref()),
                "lat": place.as_ref().map(|p| p.lat),
                "lon": place.as_ref().map(|p| p.lon),
            })
        })
        .collect()
}

fn inspect_pair(args: &PairArgs) -> anyhow::Result<()> {
    if args.jsonl {
        return each_line(|line| {
            let side = |name| text(line, name).ok_or_else(|| format!("no {name}"));
            Ok(pair(side("a")?, side("b")?))
        });
    }
    let (Some(a), Some(b)) = (&args.a, &args.b) else { anyhow::bail!("two files are needed") };
    let (a, b) = (read_input(a)?, read_input(b)?);
    write_json(&pair(&String::from_utf8_lossy(&a), &String::from_utf8_lossy(&b)), false)
}

/// What is told of a pair: how similar the texts are, and the fingerprint of each.
#[derive(serde::Serialize)]
struct Pair {
    #[serde(flatten)]
    similarity: dedup::Similarity,
    fingerprints: Fingerprints,
}

#[derive(serde::Serialize)]
struct Fingerprints {
    a: Fingerprint,
    b: Fingerprint,
}

fn pair(a: &str, b: &str) -> Pair {
    let config = Config::default();
    // Texts without a date: a fixed one, so that the answer is always the same.
    let seen = Timestamp::from_second(0);
    let print =
        |text| dedup::fingerprint(&super::extract::article(text, About::default(), &config), seen);
    Pair {
        similarity: dedup::compare(a, b),
        fingerprints: Fingerprints { a: print(a), b: print(b) },
    }
}
