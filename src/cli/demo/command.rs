//! `depesche demo`: the main job with nothing installed.

use super::{Site, World};
use crate::cli::service::{self, Plan, Service};
use crate::cli::tail::line;
use crate::cli::{block_on, exit};
use crate::config::{Config, Loaded};
use crate::kafka::{TableEvent, TableOptions, TableReader, Topic};
use crate::message::{Incident, Lifecycle, Message as _};
use crate::ops::metrics::Metrics;
use crate::stage::Stage;
use anyhow::Context as _;
use clap::Args;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

/// Longest time `--once` waits for the last incident.
const ONCE_LIMIT: Duration = Duration::from_mins(3);

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Serves everything at once, and ends with a summary when the last incident is published.
    #[arg(long)]
    once: bool,
    /// Address of console, metrics and health; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:9464", value_name = "HOST:PORT")]
    listen: String,
    /// Logs of the service, as `info` or `depesche=debug`.
    #[arg(long, default_value = "warn", value_name = "FILTER")]
    log: String,
}

/// Runs the command.
pub(in crate::cli) fn run(args: &DemoArgs) -> anyhow::Result<ExitCode> {
    let world = World::load()?;
    block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let start = jiff::Timestamp::now().into();
        let site = Arc::new(Site::new(world, start, &format!("http://{address}")));
        let config = config(args);
        crate::ops::logging::init(&config.log)?;
        let stop = service::stop_on_signal()?;
        // `--once` begins where everything has appeared.
        let ahead = if args.once { site.last_change_seconds() } else { 0 };
        let begun = Instant::now();
        let served = Arc::clone(&site);
        let elapsed = move || ahead + begun.elapsed().as_secs();
        tokio::spawn(super::serve(listener, served, elapsed, stop.clone().cancelled_owned()));
        let loaded = Loaded { config, feeds: site.feeds(), warnings: Vec::new() };
        let plan = Plan { loaded, stages: Stage::ALL.to_vec(), embedded: true };
        let Some(service) = service::start(plan, stop.clone()).await? else {
            return Ok(ExitCode::SUCCESS);
        };
        introduce(&service, &format!("http://{address}"), &site)?;
        let incidents = incidents(&service)?;
        let ended = show(&service, incidents, args.once.then_some(&*site), &stop).await?;
        stop.cancel();
        let down = service.finish().await;
        Ok(match ended {
            Some(code) => code,
            None => down,
        })
    })
}

/// The defaults, but for a world on loopback that tells in minutes what takes days.
fn config(args: &DemoArgs) -> Config {
    let mut config = Config::default();
    args.listen.clone_into(&mut config.admin.listen);
    args.log.clone_into(&mut config.log.filter);
    config.fetch.allow_networks = vec!["127.0.0.0/8".into()];
    config.fetch.site_gap_milliseconds = 5;
    config.poll.interval_seconds = 3;
    config.poll.min_interval_seconds = 3;
    config.poll.max_interval_seconds = 3;
    config.admin.grace_seconds = 8;
    // The in-process broker holds a first join for half of it.
    config.kafka.session_timeout_seconds = 6;
    config
}

fn introduce(service: &Service, site: &str, world: &Site) -> anyhow::Result<()> {
    let config = &service.context.config;
    let mut out = std::io::stdout().lock();
    writeln!(out, "Depesche demo: {} feeds at {site}/", world.feeds().len())?;
    writeln!(out, "Console at http://{}/, metrics and health beside it", service.admin)?;
    writeln!(
        out,
        "Kafka at {} (in this process, memory only); incidents on topic {}",
        config.kafka.brokers,
        Topic::Incidents.name(&config.kafka.topic_prefix)
    )?;
    writeln!(out, "  depesche tail --brokers {}", config.kafka.brokers)?;
    writeln!(
        out,
        "  kcat -b {} -C -t {}",
        config.kafka.brokers,
        Topic::Incidents.name(&config.kafka.topic_prefix)
    )?;
    writeln!(out, "Ctrl-C ends it. Incidents as they appear:\n")?;
    out.flush()?;
    Ok(())
}

fn incidents(service: &Service) -> anyhow::Result<Receiver<TableEvent>> {
    let context = &service.context;
    let kafka = &context.config.kafka;
    let topic = Topic::Incidents.name(&kafka.topic_prefix);
    let plan = crate::kafka::plan(kafka, context.config.link.shards);
    let count = plan.iter().find(|t| t.name == topic).map_or(1, |t| t.partitions);
    let options = TableOptions { follow: true, ..TableOptions::default() };
    let (_, events) = TableReader::start(
        kafka,
        "depesche.demo",
        &topic,
        &(0..count).collect::<Vec<_>>(),
        &options,
        CancellationToken::new(),
        Arc::clone(&context.stats),
    )?;
    Ok(events)
}

/// Prints incidents until the stop, or until everything the site has to tell was linked. The exit
/// code where the demo itself decides it.
async fn show(
    service: &Service,
    mut incidents: Receiver<TableEvent>,
    until_told: Option<&Site>,
    stop: &CancellationToken,
) -> anyhow::Result<Option<ExitCode>> {
    let started = Instant::now();
    let mut latest: BTreeMap<String, Incident> = BTreeMap::new();
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            () = stop.cancelled() => return Ok(None),
            event = incidents.recv() => match event {
                Some(TableEvent::Record(record)) => {
                    let Some(value) = record.value.as_deref() else { continue };
                    let incident = Incident::from_bytes(value)?;
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "{}", line(&incident))?;
                    out.flush()?;
                    latest.insert(incident.id.clone(), incident);
                }
                Some(TableEvent::Restored { .. }) => {}
                Some(TableEvent::Fatal(reason)) => anyhow::bail!("reading incidents: {reason}"),
                None => anyhow::bail!("reading incidents ended"),
            },
            _ = tick.tick() => {
                let Some(site) = until_told else { continue };
                let published: u64 = published(&service.context.metrics);
                if is_told(&service.context.metrics, site) && shown(&latest) >= published {
                    summarize(&latest, &service.context.metrics, started)?;
                    return Ok(Some(ExitCode::SUCCESS));
                }
                if started.elapsed() > ONCE_LIMIT {
                    summarize(&latest, &service.context.metrics, started)?;
                    tracing::error!("not everything was told within {} s", ONCE_LIMIT.as_secs());
                    return Ok(Some(ExitCode::from(exit::SOFTWARE)));
                }
            }
        }
    }
}

/// Whether every entry went all the way: polled, extracted, linked.
fn is_told(metrics: &Metrics, site: &Site) -> bool {
    let entries = site.entry_count(site.last_change_seconds()) as u64;
    let articles = metrics.articles_published_total.get();
    articles >= entries
        && metrics.articles_extracted_total.total() >= articles
        && metrics.reports_linked_total.total()
            >= metrics.kafka_messages_sent_total.with(["reports"]).get()
}

/// Incident messages that the service published, without tombstones.
fn published(metrics: &Metrics) -> u64 {
    ["new", "updated", "merged", "retracted"]
        .iter()
        .map(|lifecycle| metrics.incidents_published_total.with([lifecycle]).get())
        .sum()
}

/// Incident messages that were shown: revisions are counted without gaps.
fn shown(latest: &BTreeMap<String, Incident>) -> u64 {
    latest.values().map(|incident| incident.revision).sum()
}

fn summarize(
    latest: &BTreeMap<String, Incident>,
    metrics: &Metrics,
    started: Instant,
) -> anyhow::Result<()> {
    let open: Vec<&Incident> = latest
        .values()
        .filter(|i| !matches!(i.lifecycle, Lifecycle::Merged | Lifecycle::Retracted))
        .collect();
    let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
    for language in open.iter().flat_map(|incident| &incident.languages) {
        *languages.entry(language).or_default() += 1;
    }
    let languages: Vec<String> =
        languages.iter().map(|(language, n)| format!("{language} {n}")).collect();
    let several = open.iter().filter(|incident| incident.reports.len() > 1).count();
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "\n{} incidents from {} articles in {:.0} s; by language: {}; {several} told by several reports",
        open.len(),
        metrics.articles_published_total.get(),
        started.elapsed().as_secs_f64(),
        languages.join(", "),
    )
    .context("writing the summary")?;
    out.flush()?;
    Ok(())
}
