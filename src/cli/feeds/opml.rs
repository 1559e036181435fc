//! `depesche feeds import` and `export`: OPML to a feed list and back.

use crate::cli::ConfigArg;
use crate::cli::lines::read_input;
use crate::cli::tail::printable;
use crate::config::{FeedSource, is_language, read_feed_list, refused};
use crate::feed::opml::{self, Outline};
use anyhow::Context as _;
use clap::Args;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use toml::Value;

/// Arguments of `import`.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// OPML file, or `-` for standard input.
    file: String,
    /// Outlet of all feeds [default: the title of each].
    #[arg(long)]
    outlet: Option<String>,
    /// Language of feeds that state none (BCP 47).
    #[arg(long, value_parser = language)]
    lang: Option<String>,
    /// Country of all feeds (ISO 3166-1 alpha-2).
    #[arg(long, value_name = "CC", value_parser = country)]
    country: Option<String>,
    /// Takes the feeds' own texts: the article pages are not fetched.
    #[arg(long)]
    no_pages: bool,
    /// A new file for the list [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Feed list files [default: all feeds of the configuration].
    #[arg(conflicts_with = "config")]
    files: Vec<PathBuf>,
    /// Title of the list.
    #[arg(long, default_value = "Depesche")]
    title: String,
    /// A new file for the OPML [default: standard output].
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

fn language(tag: &str) -> Result<String, String> {
    if is_language(tag) { Ok(tag.to_owned()) } else { Err("not a tag as `de` or `pt-BR`".into()) }
}

fn country(code: &str) -> Result<String, String> {
    let fits = code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase());
    if fits { Ok(code.to_owned()) } else { Err("not two capital letters as `DE`".into()) }
}

/// An OPML file as feeds, and what is to be said about it.
pub(super) struct Imported {
    pub(super) feeds: Vec<FeedSource>,
    pub(super) remarks: Vec<String>,
}

/// Makes feeds of a list: what could not stand in a feed list, and what is in it already, is left
/// out and told.
pub(super) fn imported(
    bytes: &[u8],
    each: impl Fn(&mut FeedSource),
) -> Result<Imported, &'static str> {
    let list = opml::read(bytes);
    if let Some(error) = list.error {
        return Err(error);
    }
    let mut out = Imported { feeds: Vec::new(), remarks: Vec::new() };
    if !list.repairs.is_empty() {
        out.remarks.push(format!("repaired: {}", list.repairs.join(", ")));
    }
    if list.left_out > 0 {
        out.remarks.push(format!("{} feeds are beyond what is read", list.left_out));
    }
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for outline in list.feeds {
        let url = outline.url.clone();
        let mut feed = source(outline);
        each(&mut feed);
        if let Some(why) = refused(&feed) {
            out.remarks.push(format!("left out: {}: {why}", printable(&url)));
            continue;
        }
        if let Some(first) = known.get(&cleaned(&url)) {
            out.remarks.push(format!("left out: {url}: is {first} again"));
            continue;
        }
        known.insert(cleaned(&url), url);
        out.feeds.push(feed);
    }
    Ok(out)
}

fn source(outline: Outline) -> FeedSource {
    let host = |url: &str| {
        let url = url::Url::parse(url).ok()?;
        Some(url.host_str()?.trim_start_matches("www.").to_owned())
    };
    let outlet = outline
        .title
        .or_else(|| outline.site.as_deref().and_then(host))
        .or_else(|| host(&outline.url))
        .unwrap_or_else(|| outline.url.clone());
    FeedSource {
        outlet,
        lang: outline.lang.filter(|lang| is_language(lang)),
        country: None,
        pages: true,
        section: outline.section,
        url: outline.url,
    }
}

/// What two addresses of one feed have in common: without scheme, `www.`, tracking and end slash.
fn cleaned(url: &str) -> String {
    let canonical = crate::page::url::canonical(url).unwrap_or_else(|| url.to_owned());
    let bare = canonical.split_once("://").map_or(canonical.as_str(), |(_, rest)| rest);
    bare.trim_start_matches("www.").trim_end_matches('/').to_owned()
}

/// Runs `feeds import`.
#[allow(clippy::print_stderr)]
pub(super) fn import(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    let bytes = read_input(&args.file)?;
    let each = |feed: &mut FeedSource| {
        if let Some(outlet) = &args.outlet {
            feed.outlet.clone_from(outlet);
        }
        feed.lang = feed.lang.take().or_else(|| args.lang.clone());
        feed.country.clone_from(&args.country);
        feed.pages = !args.no_pages;
    };
    let Imported { feeds, remarks } = imported(&bytes, each)
        .map_err(std::io::Error::other)
        .with_context(|| format!("cannot read {}", args.file))?;
    for remark in &remarks {
        eprintln!("{}", printable(remark));
    }
    put(args.output.as_deref(), &as_toml(&feeds))?;
    eprintln!("{} feeds", feeds.len());
    Ok(ExitCode::SUCCESS)
}

/// A feed list file.
fn as_toml(feeds: &[FeedSource]) -> String {
    let mut out = String::from("# Feed list, made by `depesche feeds import`.\n");
    let mut section: &[String] = &[];
    let text = |text: &str| Value::String(text.to_owned()).to_string();
    // Writing to a String cannot fail.
    for feed in feeds {
        if feed.section != section {
            section = &feed.section;
            let _ = write!(out, "\n# --- {} ---\n", printable(&section.join(" / ")));
        }
        let _ = write!(
            out,
            "\n[[feeds]]\nurl = {}\noutlet = {}\n",
            text(&feed.url),
            text(&feed.outlet)
        );
        for (key, value) in [("lang", &feed.lang), ("country", &feed.country)] {
            if let Some(value) = value {
                let _ = writeln!(out, "{key} = {}", text(value));
            }
        }
        if !feed.pages {
            out.push_str("pages = false\n");
        }
        if !feed.section.is_empty() {
            let names = feed.section.iter().cloned().map(Value::String).collect();
            let _ = writeln!(out, "section = {}", Value::Array(names));
        }
    }
    out
}

/// Runs `feeds export`.
pub(super) fn export(args: &ExportArgs) -> anyhow::Result<ExitCode> {
    let feeds = if args.files.is_empty() {
        args.config.load()?.feeds
    } else {
        let mut feeds = Vec::new();
        for file in &args.files {
            feeds.extend(read_feed_list(file)?);
        }
        feeds
    };
    let outlines: Vec<Outline> = feeds
        .into_iter()
        .map(|feed| Outline {
            url: feed.url,
            title: Some(feed.outlet),
            site: None,
            lang: feed.lang,
            section: feed.section,
        })
        .collect();
    put(args.output.as_deref(), &opml::write(&args.title, &outlines))?;
    Ok(ExitCode::SUCCESS)
}

/// Writes a new file, or to standard output. A file that is there already stays as it is.
fn put(file: Option<&Path>, text: &str) -> anyhow::Result<()> {
    let Some(file) = file else {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        return Ok(());
    };
    std::fs::File::create_new(file)
        .and_then(|mut new| new.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_that_are_there_already_or_cannot_be_are_told() {
        let list = br#"<opml><body><outline text="S"><outline text="A" xmlUrl="http://www.a.example/rss/"/>
            <outline text="A2" xmlUrl="https://a.example/rss?utm_source=x"/></outline>
            <outline text="B" xmlUrl="ftp://b.example/"/>
            <outline text="C" xmlUrl="https://user:geheim@c.example/"/>
            <outline xmlUrl="https://www.d.example/feed" language="not one"/></body></opml>"#;
        let Imported { feeds, remarks } = imported(list, |_| ()).unwrap();
        let kept: Vec<(&str, &str)> =
            feeds.iter().map(|f| (f.url.as_str(), f.outlet.as_str())).collect();
        assert_eq!(
            kept,
            [("http://www.a.example/rss/", "A"), ("https://www.d.example/feed", "d.example")]
        );
        assert_eq!(feeds[1].lang, None);
        let said = remarks.join("\n");
        for part in ["is http://www.a.example/rss/ again", "only http and https", "user name"] {
            assert!(said.contains(part), "{part}:\n{said}");
        }
    }

    #[test]
    fn a_list_that_was_made_is_read_by_the_service() {
        let feeds = vec![FeedSource {
            url: "https://a.example/rss?x=1&y=\"2\"".into(),
            outlet: "Das \"Blatt\" \\ Köln".into(),
            lang: Some("de".into()),
            country: Some("DE".into()),
            pages: false,
            section: vec!["Politik / \"In\"".into(), "Land".into()],
        }];
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("list.toml");
        std::fs::write(&file, as_toml(&feeds)).unwrap();
        assert_eq!(read_feed_list(&file).unwrap(), feeds);
    }
}
