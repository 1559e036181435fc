//! `depesche tail`: follows a topic.

mod life;

use super::{ConfigArg, block_on};
use crate::config::{Config, ConfigError, Log};
use crate::kafka::{self, Record, Start, Stats, TableEvent, TableOptions, TableReader, Topic};
use crate::message::{
    ActorRole, Article, Casualty, FeedState, Incident, Lifecycle, Message as _, Outcome, PlaceRole,
    Report, header_names,
};
use clap::Args;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Arguments of `tail`.
#[derive(Debug, Args)]
pub struct TailArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Topic: incidents, reports, articles, feeds, fingerprints or dead-letters.
    #[arg(long, default_value = "incidents", value_parser = topic)]
    topic: Topic,
    /// Whole messages as JSON, one a line, with key, headers and position.
    #[arg(long)]
    json: bool,
    /// Only what comes from now on [default: from the beginning].
    #[arg(long)]
    new: bool,
    /// Ends at the present end of the topic.
    #[arg(long, conflicts_with = "new")]
    once: bool,
    /// Only this type or group of the taxonomy (incidents and reports).
    #[arg(long = "type", value_name = "TYPE")]
    event_type: Option<String>,
    /// Only with this country among the event's places (incidents and reports).
    #[arg(long, value_name = "CC")]
    country: Option<String>,
    /// Only from this severity on, 0 to 10 (incidents).
    #[arg(long, value_name = "N")]
    severity: Option<f64>,
}

/// Where Kafka is.
#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    #[command(flatten)]
    config: ConfigArg,
    /// Brokers, instead of those of the configuration.
    #[arg(long, value_name = "HOST:PORT,…")]
    brokers: Option<String>,
}

impl SourceArgs {
    /// The configuration with the brokers asked for. A command that prints is quiet unless told
    /// otherwise.
    pub(super) fn load(&self) -> anyhow::Result<Config> {
        let mut config = self.config.load()?.config;
        if let Some(brokers) = &self.brokers {
            config.kafka.brokers.clone_from(brokers);
        }
        if config.log.filter == Log::default().filter {
            config.log.filter = "warn".into();
        }
        Ok(config)
    }
}

fn topic(name: &str) -> Result<Topic, String> {
    Topic::from_slug(name).ok_or_else(|| {
        let names: Vec<&str> = Topic::ALL.iter().map(|t| t.slug()).collect();
        format!("one of {}", names.join(", "))
    })
}

/// Reads a topic, each record to `each`, until the stop, the end (without `follow`), or until
/// `each` says that it is enough (false).
pub(super) async fn read(
    config: &Config,
    topic: Topic,
    options: TableOptions,
    stop: &CancellationToken,
    mut each: impl FnMut(&Record) -> anyhow::Result<bool>,
) -> anyhow::Result<()> {
    let name = topic.name(&config.kafka.topic_prefix);
    tokio::select! {
        () = stop.cancelled() => return Ok(()),
        waited = kafka::wait_for_broker(&config.kafka, stop) => waited?,
    }
    let Some(count) = kafka::partition_count(&config.kafka, &name).await? else {
        anyhow::bail!("there is no topic {name} at {}", config.kafka.brokers)
    };
    let partitions: Vec<i32> = (0..count).collect();
    let stats = Arc::new(Stats::default());
    let (_, mut events) = TableReader::start(
        &config.kafka,
        "depesche.tail",
        &name,
        &partitions,
        &options,
        stop.clone(),
        stats,
    )?;
    while let Some(event) = events.recv().await {
        match event {
            TableEvent::Record(record) => {
                if !each(&record)? {
                    return Ok(());
                }
            }
            TableEvent::Restored { .. } => {}
            TableEvent::Fatal(reason) => anyhow::bail!("{name}: {reason}"),
        }
    }
    Ok(())
}

/// Runs the command.
pub(super) fn run(args: &TailArgs) -> anyhow::Result<ExitCode> {
    let config = args.source.load()?;
    if args.severity.is_some_and(|s| !(0.0..=10.0).contains(&s)) {
        super::service::refuse(vec![ConfigError::new("--severity", "from 0 to 10")])?;
    }
    crate::ops::logging::init(&config.log)?;
    let options = TableOptions {
        from: if args.new { Start::End } else { Start::Beginning },
        follow: !args.once,
        ..TableOptions::default()
    };
    block_on(async {
        let stop = super::service::stop_on_signal()?;
        read(&config, args.topic, options, &stop, |record| {
            if let Some(text) = show(args, record) {
                let mut out = std::io::stdout().lock();
                writeln!(out, "{text}")?;
                out.flush()?;
            }
            Ok(true)
        })
        .await
    })?;
    Ok(ExitCode::SUCCESS)
}

/// A record as it is shown; `None` where a filter leaves it out.
fn show(args: &TailArgs, record: &Record) -> Option<String> {
    let value = record.value.as_deref();
    let parsed: Option<Value> = value.and_then(|v| serde_json::from_slice(v).ok());
    if !wanted(args, parsed.as_ref()) {
        return None;
    }
    if args.json {
        return Some(as_json(record, parsed).to_string());
    }
    let key = printable(&String::from_utf8_lossy(record.key.as_deref().unwrap_or_default()));
    let Some(value) = value else { return Some(format!("{key}  (tombstone)")) };
    let readable = match args.topic {
        Topic::Incidents => Incident::from_bytes(value).ok().map(|i| with_life(&i)),
        Topic::Reports => Report::from_bytes(value).ok().map(|r| printable(&report_line(&r))),
        Topic::Articles => Article::from_bytes(value).ok().map(|a| printable(&article_line(&a))),
        Topic::Feeds => FeedState::from_bytes(value).ok().map(|f| printable(&feed_line(&f))),
        Topic::Fingerprints => None,
        Topic::DeadLetters => Some(printable(&dead_letter_line(record))),
    };
    Some(readable.unwrap_or_else(|| format!("{key}  {} bytes", value.len())))
}

fn wanted(args: &TailArgs, value: Option<&Value>) -> bool {
    let text = |name: &str| value.and_then(|v| v.get(name)).and_then(Value::as_str);
    if let Some(wanted) = args.event_type.as_deref()
        && text("type") != Some(wanted)
        && text("group") != Some(wanted)
    {
        return false;
    }
    if let Some(country) = &args.country {
        let places = value.and_then(|v| v.get("places")).and_then(Value::as_array);
        let there = places.is_some_and(|places| {
            places.iter().any(|place| {
                place.get("role").and_then(Value::as_str) == Some("event")
                    && place
                        .get("country")
                        .and_then(Value::as_str)
                        .is_some_and(|c| c.eq_ignore_ascii_case(country))
            })
        });
        if !there {
            return false;
        }
    }
    args.severity.is_none_or(|least| {
        value.and_then(|v| v.get("severity")).and_then(Value::as_f64).is_some_and(|s| s >= least)
    })
}

/// A record as one JSON object: position, key, headers, value.
pub(super) fn as_json(record: &Record, parsed: Option<Value>) -> Value {
    let headers: serde_json::Map<String, Value> = record
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), String::from_utf8_lossy(value).into()))
        .collect();
    json!({
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": record.key.as_deref().map(String::from_utf8_lossy),
        "headers": headers,
        "value": match (parsed, &record.value) {
            (Some(value), _) => value,
            (None, Some(bytes)) => String::from_utf8_lossy(bytes).into(),
            (None, None) => Value::Null,
        },
    })
}

/// An incident, and below it what its revision brought.
fn with_life(incident: &Incident) -> String {
    match life::life(incident) {
        Some(life) => format!("{}\n          {}", line(incident), printable(&life)),
        None => line(incident),
    }
}

/// An incident on one line.
pub(super) fn line(incident: &Incident) -> String {
    let mark = match incident.lifecycle {
        Lifecycle::New => "new",
        Lifecycle::Updated => "updated",
        Lifecycle::Split => "split",
        Lifecycle::Merged => "merged",
        Lifecycle::Retracted => "retracted",
    };
    let place = incident.places.iter().find(|p| p.role == PlaceRole::Event);
    let place = place.map_or_else(
        || "place unknown".to_owned(),
        |p| format!("{} {}", p.name, p.country.as_deref().unwrap_or("--")),
    );
    let mut parts = vec![
        format!("{mark:<9} {}", incident.event_type),
        incident.time.as_ref().map_or_else(|| "time unknown".to_owned(), time),
        place,
    ];
    let doer = incident.actors.iter().find(|a| a.role == ActorRole::Perpetrator);
    let target = incident.targets.first();
    if doer.is_some() || target.is_some() {
        parts.push(format!(
            "{} → {}",
            doer.map_or("?", |a| &a.name),
            target.map_or("?", |t| &t.name)
        ));
    }
    parts.extend(incident.tolls().map(casualty));
    if let Some(counts) = &incident.counts {
        parts.push(format!("{} {}", bound(counts.total.min, counts.total.max), counts.unit));
    }
    parts.push(format!("severity {:.1}", incident.severity));
    parts.push(format!(
        "{} report{} [{}]",
        incident.reports.len() + incident.further_reports.len(),
        if incident.reports.len() == 1 { "" } else { "s" },
        incident.languages.join(" ")
    ));
    let second = format!("“{}”  {}/{}", incident.title, incident.id, incident.revision);
    format!("{}\n          {}", printable(&parts.join(" · ")), printable(&second))
}

fn time(time: &crate::message::EventTime) -> String {
    match (&time.start, &time.end) {
        (Some(start), Some(end)) if start != end => format!("{start}–{end}"),
        (Some(start), _) => start.clone(),
        (None, Some(end)) => format!("until {end}"),
        (None, None) => time.text.clone().unwrap_or_else(|| "time unknown".into()),
    }
}

fn casualty(casualty: &Casualty) -> String {
    let what = match casualty.outcome {
        Outcome::Killed => "killed",
        Outcome::Wounded => "wounded",
        Outcome::Missing => "missing",
        Outcome::Captive => "captive",
        Outcome::Displaced => "displaced",
        Outcome::Arrested => "arrested",
        Outcome::Evacuated => "evacuated",
        Outcome::Ill => "ill",
    };
    let group = casualty.group.as_ref().map(|g| format!(" ({g})")).unwrap_or_default();
    format!("{what} {}{group}", bound(casualty.min, casualty.max))
}

fn bound(min: Option<u64>, max: Option<u64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min}–{max}"),
        (Some(min), None) => format!("≥{min}"),
        (None, Some(max)) => format!("≤{max}"),
        (None, None) => "?".into(),
    }
}

fn report_line(report: &Report) -> String {
    let place = report.places.iter().find(|p| p.role == PlaceRole::Event);
    format!(
        "{} {} · {:?}/{:?} · {} · {} · {:.2} · “{}” ({})  {}",
        report.kind.as_str(),
        report.event_type,
        report.realis,
        report.status,
        report.time.as_ref().map_or_else(|| "time unknown".to_owned(), time),
        place.map_or("place unknown", |p| &p.name),
        report.confidence,
        report.article.title,
        report.article.outlet,
        report.id,
    )
}

fn article_line(article: &Article) -> String {
    format!(
        "{} · “{}” · {} · {} characters from {:?} · {}/{}",
        article.published.map_or_else(|| "undated".to_owned(), |t| t.to_string()),
        article.title,
        article.outlet,
        article.text.chars().count(),
        article.text_source,
        article.id,
        article.revision,
    )
}

fn feed_line(feed: &FeedState) -> String {
    format!(
        "{} · {} · {} known · next {} · {}",
        feed.url,
        feed.last_error.as_deref().unwrap_or("ok"),
        feed.recent.len(),
        feed.next_poll,
        feed.id
    )
}

/// A dead letter on one line.
pub(super) fn dead_letter_line(record: &Record) -> String {
    let header = |name: &str| {
        record.header(name).map(|v| String::from_utf8_lossy(v).into_owned()).unwrap_or_default()
    };
    format!(
        "{}/{}  {} {} · from {} {}/{} · key {} · {}",
        record.partition,
        record.offset,
        header(header_names::ERROR_STAGE),
        header(header_names::ERROR_REASON),
        header(header_names::SOURCE_TOPIC),
        header(header_names::SOURCE_PARTITION),
        header(header_names::SOURCE_OFFSET),
        String::from_utf8_lossy(record.key.as_deref().unwrap_or_default()),
        header(header_names::ERROR_DETAIL),
    )
}

/// Text of others on one line: control characters could steer a terminal or begin a line of their
/// own, and marks of writing direction could show words in another order than they stand in.
pub(super) fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests;
