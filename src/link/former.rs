//! Former incidents: ids that must not be used again.

use std::collections::{BTreeSet, VecDeque};

/// Ids that are remembered.
const MAX: usize = 500_000;

/// Ids of incidents that ended or closed and of reports that were retracted, the newest of them.
#[derive(Debug, Default)]
pub(super) struct Former {
    order: VecDeque<u128>,
    ids: BTreeSet<u128>,
}

impl Former {
    pub(super) fn insert(&mut self, id: &str) {
        let id = xxhash_rust::xxh3::xxh3_128(id.as_bytes());
        if !self.ids.insert(id) {
            return;
        }
        self.order.push_back(id);
        if self.order.len() > MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        self.ids.contains(&xxhash_rust::xxh3::xxh3_128(id.as_bytes()))
    }
}
