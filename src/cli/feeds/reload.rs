//! The feed list read again while the service runs: on SIGHUP, and when one of its files changed.
//!
//! The new list is checked as at the start, with the whole configuration; where anything in it is
//! wrong, the list in use stays. Only the feeds are taken over: everything else takes effect with
//! the next start.

use crate::cli::{ConfigArg, service};
use crate::config::{Config, ConfigErrors, FeedChanges, Feeds, Loaded};
use crate::stage::{Context, Stage};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How often the files are looked at. A change counts once they looked the same twice, so that
/// nothing half written is read.
const LOOK: Duration = Duration::from_secs(2);

/// What a file looks like from outside; none where it cannot be seen.
type Look = Option<(u64, i64, i64, u64)>;

/// Reads the list again whenever that is called for.
pub(in crate::cli) struct Reloader {
    arg: ConfigArg,
    stages: Vec<Stage>,
    /// As read last, the feeds left out.
    config: Config,
    files: Vec<PathBuf>,
    /// How the files looked when they were read last.
    read: Vec<Look>,
    hangup: Signal,
}

impl Reloader {
    /// Watches the files of a configuration that was just read. From now on SIGHUP does not end
    /// the process any more.
    ///
    /// # Errors
    /// If the signal cannot be listened to.
    pub(in crate::cli) fn new(
        arg: ConfigArg,
        loaded: &Loaded,
        stages: Vec<Stage>,
    ) -> std::io::Result<Self> {
        let files = files(&arg, &loaded.config);
        Ok(Self {
            read: look(&files),
            files,
            config: without_feeds(&loaded.config),
            arg,
            stages,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    /// Works until the service stops.
    pub(in crate::cli) async fn run(mut self, context: Context) {
        let mut tick = tokio::time::interval(LOOK);
        let mut seen = self.read.clone();
        loop {
            let reason = tokio::select! {
                () = context.stop.cancelled() => return,
                Some(()) = self.hangup.recv() => "SIGHUP",
                _ = tick.tick() => {
                    let now = look(&self.files);
                    let settled = now == seen;
                    seen = now;
                    if !settled || seen == self.read {
                        continue;
                    }
                    "a file changed"
                }
            };
            // What changes while it is read is read again.
            self.read = look(&self.files);
            let arg = self.arg.clone();
            let outcome = match tokio::task::spawn_blocking(move || arg.load()).await {
                Ok(Ok(loaded)) => self.take(&context, loaded, reason),
                Ok(Err(errors)) => Err(errors),
                Err(error) => {
                    tracing::error!(error = %error, "the reader of the feed list panicked");
                    continue;
                }
            };
            let outcome = outcome.unwrap_or_else(|errors| {
                tracing::error!(reason, errors = %errors, "feed list refused: the old one stays in use");
                "refused"
            });
            context.metrics.feed_reloads_total.with([outcome]).inc();
            seen.clone_from(&self.read);
        }
    }

    /// Takes a list over that was read without mistakes.
    fn take(
        &mut self,
        context: &Context,
        loaded: Loaded,
        reason: &str,
    ) -> Result<&'static str, ConfigErrors> {
        service::feeds_wanted(&loaded.feeds, &self.stages)?;
        let files = files(&self.arg, &loaded.config);
        if files != self.files {
            self.read = look(&files);
            self.files = files;
        }
        let config = without_feeds(&loaded.config);
        if config != self.config {
            tracing::warn!(
                "the configuration changed beside the feeds: restart to let that take effect"
            );
            self.config = config;
        }
        let feeds = loaded.feeds.len();
        let changes = FeedChanges::between(&context.feeds.current(), &loaded.feeds);
        if changes.is_empty() {
            tracing::info!(reason, feeds, "feed list read again: nothing changed");
            return Ok("unchanged");
        }
        let FeedChanges { added, removed, changed } = changes;
        tracing::info!(reason, feeds, added, removed, changed, "feed list read again");
        context.feeds.replace(loaded.feeds);
        Ok("changed")
    }
}

fn without_feeds(config: &Config) -> Config {
    Config { feeds: Feeds::default(), ..config.clone() }
}

/// The files that feeds are named in.
fn files(arg: &ConfigArg, config: &Config) -> Vec<PathBuf> {
    arg.config.iter().chain(&config.feeds.files).cloned().collect()
}

fn look(files: &[PathBuf]) -> Vec<Look> {
    // Symbolic links are followed: that is how mounted configurations are exchanged.
    let one = |path: &PathBuf| {
        let seen = std::fs::metadata(path).ok()?;
        Some((seen.len(), seen.mtime(), seen.mtime_nsec(), seen.ino()))
    };
    files.iter().map(one).collect()
}
