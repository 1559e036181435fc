//! The feed list by partition.

use super::queue::Place;
use crate::config::FeedSource;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// A feed and where it belongs.
#[derive(Debug)]
pub(super) struct Listed {
    /// Feed id.
    pub(super) id: Arc<str>,
    /// Its site: the registrable domain.
    pub(super) site: Arc<str>,
    /// Partition of `feeds` that it belongs to; all feeds of a site have the same.
    pub(super) partition: i32,
    /// Place in the list.
    index: u32,
}

impl Place for Arc<Listed> {
    fn id(&self) -> &Arc<str> {
        &self.id
    }

    fn site(&self) -> &Arc<str> {
        &self.site
    }
}

/// A feed list, by partition.
#[derive(Debug, Default)]
pub(super) struct Listing {
    sources: Arc<Vec<FeedSource>>,
    by_partition: BTreeMap<i32, Vec<Arc<Listed>>>,
}

impl Listing {
    /// Sorts a list by partition.
    pub(super) fn of(sources: Arc<Vec<FeedSource>>, partitions: i32) -> Self {
        let mut by_partition: BTreeMap<i32, Vec<Arc<Listed>>> = BTreeMap::new();
        let mut sites: HashSet<Arc<str>> = HashSet::new();
        for (index, source) in (0_u32..).zip(sources.iter()) {
            let id: Arc<str> = crate::message::feed_id(&source.url).into();
            let site: Arc<str> =
                crate::fetch::site(&source.url).map_or_else(|| Arc::clone(&id), Arc::from);
            let partition = crate::kafka::partition_for(site.as_bytes(), partitions);
            // One text for all feeds of a site.
            let site = if let Some(known) = sites.get(&site) {
                Arc::clone(known)
            } else {
                sites.insert(Arc::clone(&site));
                site
            };
            by_partition.entry(partition).or_default().push(Arc::new(Listed {
                id,
                site,
                partition,
                index,
            }));
        }
        Self { sources, by_partition }
    }

    /// Feeds in the list.
    pub(super) fn len(&self) -> usize {
        self.sources.len()
    }

    /// The feeds of a partition, in the order of the list.
    pub(super) fn of_partition(&self, partition: i32) -> &[Arc<Listed>] {
        self.by_partition.get(&partition).map_or(&[], Vec::as_slice)
    }

    /// A feed as configured.
    pub(super) fn source(&self, listed: &Listed) -> Option<Arc<FeedSource>> {
        let index = usize::try_from(listed.index).ok()?;
        self.sources.get(index).cloned().map(Arc::new)
    }
}
