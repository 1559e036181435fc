//! Puts the service together, and takes it down again.

use super::exit;
use crate::config::{Config, ConfigError, ConfigErrors, FeedSource, Loaded};
use crate::console::Console;
use crate::fetch::Client;
use crate::kafka::{self, EmbeddedBroker, Producer, Stats, Topic};
use crate::ops::health::{Health, Latch};
use crate::ops::http::{self, Pages};
use crate::ops::metrics::Metrics;
use crate::stage::{self, Context, FeedList, Stage, StageError};
use anyhow::{Context as _, bail};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Time without a word from a broker after which the service is not ready.
const SILENCE: Duration = Duration::from_secs(30);
/// Time kept back from the grace period for the producer and the last answers.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What is to be run.
pub(super) struct Plan {
    /// Configuration and feeds.
    pub(super) loaded: Loaded,
    /// Which stages.
    pub(super) stages: Vec<Stage>,
    /// Whether the broker runs inside the process.
    pub(super) embedded: bool,
}

/// A service that runs.
pub(super) struct Service {
    /// What the stages work with.
    pub(super) context: Context,
    /// Where the admin pages are.
    pub(super) admin: SocketAddr,
    stages: JoinSet<Result<(), StageError>>,
    pages: tokio::task::JoinHandle<std::io::Result<()>>,
    pages_stop: CancellationToken,
    /// What the console reads with.
    readers: JoinSet<()>,
    /// Stops with the service.
    _broker: Option<EmbeddedBroker>,
}

/// Checks that belong to rooms below the configuration.
///
/// # Errors
/// All mistakes at once.
pub(super) fn check_rooms(config: &Config) -> Vec<ConfigError> {
    kafka::check_options(&config.kafka)
        .into_iter()
        .map(|(key, message)| ConfigError::new(format!("kafka.librdkafka.{key}"), message))
        .collect()
}

/// Starts the service. `None` when it was told to stop while it waited for Kafka.
pub(super) async fn start(
    mut plan: Plan,
    stop: CancellationToken,
) -> anyhow::Result<Option<Service>> {
    let metrics = Arc::new(Metrics::new()?);
    let health = Health::new();
    let started = health.latch("service", "starting");
    let (listener, admin) = http::bind(&plan.loaded.config.admin.listen)
        .await
        .with_context(|| format!("cannot listen on {}", plan.loaded.config.admin.listen))?;
    tracing::info!(address = %admin, "metrics, health and version");
    let stats = Arc::new(Stats::default());
    let feeds = FeedList::new(plan.loaded.feeds);
    let console = plan.loaded.config.console.enabled.then(|| {
        let (stages, metrics) = (plan.stages.clone(), Arc::clone(&metrics));
        let config = &plan.loaded.config.console;
        Console::new(config, feeds.clone(), stages, metrics, health.clone())
    });
    let pages_stop = CancellationToken::new();
    let pages = tokio::spawn(http::serve(
        listener,
        Pages {
            metrics: Arc::clone(&metrics),
            health: health.clone(),
            console: console.as_ref().map(Console::router),
            token: plan.loaded.config.admin.token.clone(),
        },
        pages_stop.clone().cancelled_owned(),
    ));

    let mut broker = None;
    if plan.embedded {
        let topics = kafka::plan(&plan.loaded.config.kafka, plan.loaded.config.link.shards);
        let embedded = EmbeddedBroker::start(&topics)?;
        embedded.bootstrap().clone_into(&mut plan.loaded.config.kafka.brokers);
        tracing::warn!(
            brokers = embedded.bootstrap(),
            "in-process broker: everything is kept in memory and gone with the process"
        );
        broker = Some(embedded);
    }
    let config = Arc::new(plan.loaded.config);
    started.wait(format!("waiting for Kafka at {}", config.kafka.brokers));
    match kafka::wait_for_broker(&config.kafka, &stop).await {
        Ok(()) => {}
        Err(kafka::KafkaError::Cancelled(_)) => {
            pages_stop.cancel();
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    }
    // A console alone creates nothing, and shows what there is.
    if !plan.embedded && !plan.stages.is_empty() {
        started.wait("looking after the topics");
        topics(&config, &stop).await?;
    }
    let producer = Producer::start(&config.kafka, Arc::clone(&stats))?;
    let context = Context {
        config,
        feeds,
        producer,
        stats,
        metrics,
        health: health.clone(),
        consumers: Arc::default(),
        stop,
    };
    let stages = spawn_stages(&context, &plan.stages)?;
    started.open();
    let readers = console.as_ref().map_or_else(JoinSet::new, |console| {
        console.follow(&context.config.kafka, &context.stats, &context.stop)
    });
    tokio::spawn(watch(context.clone(), console, started));
    Ok(Some(Service { context, admin, stages, pages, pages_stop, readers, _broker: broker }))
}

/// Creates what is missing, if wanted, and refuses to work on topics that are cut differently.
async fn topics(config: &Config, stop: &CancellationToken) -> anyhow::Result<()> {
    let plan = kafka::plan(&config.kafka, config.link.shards);
    if config.kafka.create_topics {
        for topic in kafka::create_missing(&config.kafka, &plan).await? {
            tracing::info!(topic = topic.name, partitions = topic.partitions, "topic created");
        }
    }
    tokio::select! {
        () = stop.cancelled() => Ok(()),
        differences = settled(config, &plan) => {
            let differences = differences?;
            let serious: Vec<String> =
                differences.iter().filter(|d| d.is_serious()).map(ToString::to_string).collect();
            if !serious.is_empty() {
                bail!("the topics are not as needed: {}", serious.join("; "));
            }
            for difference in differences {
                tracing::warn!("{difference}");
            }
            Ok(())
        }
    }
}

/// How the topics differ from what is needed. Asks for a while where one is missing: a topic that
/// was just created may not be known everywhere yet.
pub(super) async fn settled(
    config: &Config,
    plan: &[kafka::TopicPlan],
) -> Result<Vec<kafka::Difference>, kafka::KafkaError> {
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let differences = kafka::compare(&config.kafka, plan).await?;
        let missing = differences.iter().any(|d| d.kind == kafka::DifferenceKind::Missing);
        if !missing || !config.kafka.create_topics || Instant::now() > deadline {
            return Ok(differences);
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

fn spawn_stages(
    context: &Context,
    wanted: &[Stage],
) -> anyhow::Result<JoinSet<Result<(), StageError>>> {
    let plan = kafka::plan(&context.config.kafka, context.config.link.shards);
    let partitions = |topic: Topic| {
        let name = topic.name(&context.config.kafka.topic_prefix);
        plan.iter().find(|t| t.name == name).map_or(1, |t| t.partitions)
    };
    let latch = |stage: Stage| context.health.latch(stage.name(), "starting");
    let mut stages = JoinSet::new();
    for stage in Stage::ALL.into_iter().filter(|s| wanted.contains(s)) {
        let work = context.clone();
        match stage {
            Stage::Poll => {
                let client = Client::new(&context.config.fetch)?;
                let partitions = partitions(Topic::Feeds);
                stages.spawn(stage::poll::run(work, latch(stage), client, partitions));
            }
            Stage::Extract => {
                let extractor = Arc::new(super::extract::extractor(&context.config)?);
                stages.spawn(stage::extract::run(work, latch(stage), extractor));
            }
            Stage::Link => {
                let layout = stage::link::Layout {
                    shards: partitions(Topic::Reports),
                    incident_partitions: partitions(Topic::Incidents),
                };
                stages.spawn(stage::link::run(work, latch(stage), layout));
            }
        }
    }
    Ok(stages)
}

/// Keeps readiness and the Kafka metrics up to date while the service runs.
async fn watch(context: Context, console: Option<Console>, latch: Latch) {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    let started = Instant::now();
    let mut shown = stage::KafkaShown::default();
    let mut silent = false;
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = context.stop.cancelled() => return,
        }
        stage::show_kafka(&context, &mut shown);
        // Without stages only the console hears from the brokers.
        let heard = context.last_contact().max(console.as_ref().and_then(Console::last_contact));
        let heard = heard.unwrap_or(started);
        let metrics = &context.metrics;
        metrics.kafka_silence_seconds.set(heard.elapsed().as_secs_f64());
        metrics.ready.set(context.health.ready().is_ok().into());
        metrics.live.set(context.health.live().is_ok().into());
        if heard.elapsed() > SILENCE {
            latch.wait(format!(
                "no word from Kafka at {} for {} s",
                context.config.kafka.brokers,
                heard.elapsed().as_secs()
            ));
            if !std::mem::replace(&mut silent, true) {
                tracing::error!(brokers = context.config.kafka.brokers, "Kafka is away: waiting");
            }
        } else {
            latch.open();
            if std::mem::replace(&mut silent, false) {
                tracing::info!(brokers = context.config.kafka.brokers, "Kafka is back");
            }
        }
    }
}

impl Service {
    /// Waits until the service is told to stop or a stage fails, and takes everything down within
    /// the grace period.
    pub(super) async fn finish(mut self) -> ExitCode {
        let mut failed = false;
        tokio::select! {
            () = self.context.stop.cancelled() => {}
            Some(ended) = self.stages.join_next() => {
                // A stage may hear of the stop before we do.
                failed |= has_failed(ended, self.context.stop.is_cancelled());
            }
        }
        self.context.health.stopping();
        self.context.stop.cancel();
        let grace = Duration::from_secs(self.context.config.admin.grace_seconds);
        let end = tokio::time::Instant::now() + grace;
        let deadline = end.checked_sub(LAST_WORDS).unwrap_or(end);
        tracing::info!(grace_seconds = grace.as_secs(), "stopping: finishing the work under way");
        loop {
            tokio::select! {
                ended = self.stages.join_next() => match ended {
                    Some(ended) => failed |= has_failed(ended, true),
                    None => break,
                },
                () = tokio::time::sleep_until(deadline) => {
                    tracing::warn!("grace period over: what is not acknowledged is done again after the next start");
                    self.stages.abort_all();
                    break;
                }
            }
        }
        let left = self.context.producer.close(LAST_WORDS / 2).await;
        if left > 0 {
            tracing::warn!(left, "messages without acknowledgement");
        }
        self.pages_stop.cancel();
        let _ = tokio::time::timeout_at(end, self.pages).await;
        // A broker that ends before its readers would be missed by them, aloud.
        let readers = async { while self.readers.join_next().await.is_some() {} };
        let _ = tokio::time::timeout_at(end, readers).await;
        tracing::info!(failed, in_flight = left, "stopped");
        if failed { ExitCode::from(exit::SOFTWARE) } else { ExitCode::SUCCESS }
    }
}

fn has_failed(
    ended: Result<Result<(), StageError>, tokio::task::JoinError>,
    stopping: bool,
) -> bool {
    match ended {
        Ok(Ok(())) => {
            if !stopping {
                tracing::error!("a stage ended without being told to: the process ends");
            }
            !stopping
        }
        Ok(Err(error)) => {
            tracing::error!(error = %error, "a stage failed: the process ends");
            true
        }
        Err(error) if error.is_cancelled() => false,
        Err(error) => {
            tracing::error!(error = %error, "a stage panicked: the process ends");
            true
        }
    }
}

/// A token that is cancelled by SIGTERM or Ctrl-C; a second signal ends the process at once.
pub(super) fn stop_on_signal() -> std::io::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = CancellationToken::new();
    let token = stop.clone();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut told = false;
        loop {
            let code = tokio::select! {
                Some(()) = terminate.recv() => 143,
                Some(()) = interrupt.recv() => 130,
                else => return,
            };
            if told {
                tracing::warn!("second signal: ending at once");
                std::process::exit(code);
            }
            told = true;
            token.cancel();
        }
    });
    Ok(stop)
}

/// Refuses a configuration with mistakes of the rooms, all at once.
pub(super) fn refuse(errors: Vec<ConfigError>) -> Result<(), ConfigErrors> {
    ConfigErrors::from_list(errors).map_or(Ok(()), Err)
}

/// Refuses to poll nothing.
pub(super) fn feeds_wanted(feeds: &[FeedSource], stages: &[Stage]) -> Result<(), ConfigErrors> {
    if stages.contains(&Stage::Poll) && feeds.is_empty() {
        let message = "no feed is named: set feeds.files or feeds.list, or leave out --stages poll";
        return refuse(vec![ConfigError::new("feeds", message)]);
    }
    Ok(())
}
