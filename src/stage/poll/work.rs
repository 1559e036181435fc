//! What is done for one entry: its page, its article, the acknowledgement.

use super::super::publish::{Meta, envelope, publish};
use super::super::{Context, Stage, StageError, now};
use super::entry;
use crate::config::FeedSource;
use crate::feed::Entry;
use crate::fetch::{Answer, Client};
use crate::kafka::Topic;
use crate::message::{PageOutcome, RecentEntry};
use crate::pace;
use crate::page::{self, Page};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Longest time to read one page.
const PAGE_TIME: std::time::Duration = std::time::Duration::from_secs(20);

/// An entry that is to be published.
pub(super) struct Planned {
    pub(super) entry: Entry,
    pub(super) item: pace::Item,
    /// What is remembered of it.
    pub(super) before: Option<RecentEntry>,
    /// Revision of the article (0 is the first).
    pub(super) revision: u32,
}

/// What one entry's task holds.
pub(super) struct EntryWork {
    pub(super) context: Context,
    pub(super) client: Client,
    pub(super) source: Arc<FeedSource>,
    pub(super) feed: String,
    pub(super) feed_lang: Option<String>,
    pub(super) stop: CancellationToken,
}

impl EntryWork {
    /// Fetches the page, publishes the article and returns what to remember; `None` when the stop
    /// came first.
    pub(super) async fn publish(self, planned: Planned) -> Result<Option<RecentEntry>, StageError> {
        let Planned { entry, item, before, revision } = planned;
        let remembered = pace::take(&item, before.as_ref(), revision);
        let page = tokio::select! {
            page = self.page(&entry) => page,
            () = self.stop.cancelled() => return Ok(None),
        };
        let article = entry::article(
            &self.feed,
            &self.source,
            self.feed_lang.as_deref(),
            &entry,
            (&remembered.article, revision),
            page,
            &self.context.config.poll,
        );
        self.context.metrics.pages_total.with([page_label(article.page)]).inc();
        let meta = Meta {
            topic: Topic::Articles,
            partition: None,
            id: format!("{}/{}", article.id, article.revision),
            time: now(),
            trace: &article.id,
            headers: Vec::new(),
        };
        let record = envelope(&self.context, Stage::Poll, &article, meta)?;
        publish(&self.context, Stage::Poll, record).await?;
        self.context.metrics.articles_published_total.inc();
        Ok(Some(remembered))
    }

    /// The article page, or why there is none.
    async fn page(&self, entry: &Entry) -> Result<Page, PageOutcome> {
        let Some(url) = entry.url.as_deref().filter(|_| self.source.pages) else {
            return Err(PageOutcome::NotFetched);
        };
        let body = match self.client.page(url).await {
            Ok(Answer::Body(body)) => body,
            Ok(Answer::Unchanged(_)) => return Err(PageOutcome::Failed),
            Err(error) => {
                self.context.metrics.fetch_errors_total.with([error.label()]).inc();
                tracing::debug!(url, error = %error, "page not fetched");
                return Err(match error.label() {
                    "robots" => PageOutcome::Forbidden,
                    _ => PageOutcome::Failed,
                });
            }
        };
        let max_chars = self.context.config.poll.max_text_chars;
        let quality = self.context.config.page.quality;
        let zone = self.source.country.as_deref().and_then(page::zone_of);
        let read = tokio::task::spawn_blocking(move || {
            let hints = page::Hints {
                content_type: body.content_type.as_deref(),
                url: Some(&body.final_url),
                max_chars,
                quality,
                zone,
            };
            page::read(&body.bytes, &hints)
        });
        // A page that takes longer than this is left to finish on its thread, unused.
        match tokio::time::timeout(PAGE_TIME, read).await {
            Ok(Ok(page)) => Ok(page),
            Ok(Err(_)) | Err(_) => Err(PageOutcome::NoText),
        }
    }
}

fn page_label(outcome: PageOutcome) -> &'static str {
    match outcome {
        PageOutcome::Read => "read",
        PageOutcome::NotFetched => "not_fetched",
        PageOutcome::Forbidden => "forbidden",
        PageOutcome::Failed => "failed",
        PageOutcome::NoText => "no_text",
    }
}
