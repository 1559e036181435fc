//! The feed list of the process; it may change while the process runs.

use crate::config::FeedSource;
use std::sync::Arc;
use tokio::sync::watch;

/// The feed list. Clones show and change the same.
#[derive(Debug, Clone)]
pub struct FeedList(Arc<watch::Sender<Arc<Vec<FeedSource>>>>);

impl FeedList {
    /// A list of these feeds.
    #[must_use]
    pub fn new(feeds: Vec<FeedSource>) -> Self {
        Self(Arc::new(watch::Sender::new(Arc::new(feeds))))
    }

    /// The list as it is now.
    #[must_use]
    pub fn current(&self) -> Arc<Vec<FeedSource>> {
        Arc::clone(&self.0.borrow())
    }

    /// Puts another list in its place, and tells all who watch.
    pub fn replace(&self, feeds: Vec<FeedSource>) {
        self.0.send_replace(Arc::new(feeds));
    }

    /// Tells of each change after this call.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Arc<Vec<FeedSource>>> {
        self.0.subscribe()
    }
}
