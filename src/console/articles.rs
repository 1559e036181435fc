//! The articles in memory: packed, within a number of bytes, the oldest that nobody needs out first.

use crate::message::{Article, Message as _};
use std::collections::{BTreeMap, VecDeque};

/// Articles that are looked at for one without an incident before the oldest has to go.
const LOOK: usize = 64;
/// Memory of one article beside its text, in bytes.
const OVERHEAD: usize = 256;
/// Largest article that is unpacked, in bytes: far beyond what a message on Kafka may be.
const MAX_MESSAGE: usize = 256 * 1024 * 1024;

/// An article as it was read: packed before anything is locked.
#[derive(Debug)]
pub(super) struct Packed {
    id: String,
    revision: u32,
    value: Vec<u8>,
}

impl Packed {
    /// `None` where the value is no article.
    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let article = Article::from_bytes(value).ok()?;
        let value = zstd::bulk::compress(value, 3).ok()?;
        Some(Self { id: article.id, revision: article.revision, value })
    }

    fn bytes(&self) -> usize {
        OVERHEAD + self.value.len()
    }
}

#[derive(Debug)]
pub(super) struct Store {
    cap: usize,
    kept: BTreeMap<String, Packed>,
    /// Every id once, the one that was read first in front.
    order: VecDeque<String>,
    bytes: usize,
}

impl Store {
    pub(super) fn new(cap: usize) -> Self {
        Self { cap, kept: BTreeMap::new(), order: VecDeque::new(), bytes: 0 }
    }

    pub(super) fn put(&mut self, article: Packed, is_wanted: impl Fn(&str) -> bool) {
        let bytes = article.bytes();
        match self.kept.get(&article.id) {
            Some(known) if known.revision > article.revision => return,
            Some(known) => self.bytes = self.bytes.saturating_sub(known.bytes()),
            None => self.order.push_back(article.id.clone()),
        }
        self.bytes += bytes;
        self.kept.insert(article.id.clone(), article);
        while self.bytes > self.cap && self.order.len() > 1 {
            let free = self.order.iter().take(LOOK).position(|id| !is_wanted(id));
            let Some(id) = self.order.remove(free.unwrap_or(0)) else { return };
            if let Some(gone) = self.kept.remove(&id) {
                self.bytes = self.bytes.saturating_sub(gone.bytes());
            }
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<Article> {
        let value = zstd::bulk::decompress(&self.kept.get(id)?.value, MAX_MESSAGE).ok()?;
        Article::from_bytes(&value).ok()
    }

    pub(super) fn holds(&self, id: &str) -> bool {
        self.kept.contains_key(id)
    }

    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}
