//! Feed states between two polls: compressed, because a hundred thousand of them are kept.
//!
//! A state is the JSON that also stands on the topic, as zstd with a dictionary of what all states
//! have in common. It is unpacked when its feed is due.

use crate::message::{FeedState, Message as _};
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};

/// Of a state of 500 entries, level 3 keeps a third less than level 1.
const LEVEL: i32 = 3;
/// Largest state that is unpacked, in bytes: far beyond what a message on Kafka may be.
const MAX_STATE: usize = 256 * 1024 * 1024;

/// What states have in common. Changing it is free: nothing packed outlives the process.
const COMMON: &[u8] = br#","updated":0,"title":"Nachrichten - News","hub":"https://www.","content_type":"application/rss+xml","last_error":"timeout","verdict":"repaired","interval_seconds":900,"failures":1,"article":"a-0123456789abcdef","hash":"{"schema":"depesche.feed-state/1","id":"f-0123456789abcdef","url":"https://www.example.com/feed/rss.xml","etag":"W/\"","last_modified":"Mon, 23 Nov 2026 11:00:00 GMT","body_hash":"","next_poll":"2026-11-23T11:15:00Z","last_poll":"2026-11-23T11:00:00Z","last_success":"2026-11-23T11:00:00Z","failures":0,"verdict":"clean","title":"","recent":[{"id":"https://www.example.com/","article":"a-","hash":"","revision":0},{"id":"https://www."#;

/// How a feed does, for the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mood {
    /// Never polled, or well the last time.
    Ok,
    /// The last poll failed.
    Failing,
    /// The last document could not be read.
    Unreadable,
}

impl Mood {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Ok, Self::Failing, Self::Unreadable];

    /// Name, as in the label.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failing => "failing",
            Self::Unreadable => "unreadable",
        }
    }

    /// How a feed in this state does.
    pub(super) fn of(state: Option<&FeedState>) -> Self {
        match state.and_then(|state| state.last_error.as_deref()) {
            None => Self::Ok,
            Some("not_a_feed" | "html" | "consent_page") => Self::Unreadable,
            Some(_) => Self::Failing,
        }
    }
}

/// The state of a feed that is not being polled; empty before the first poll.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Packed(Option<Box<[u8]>>);

thread_local! {
    static PACKER: RefCell<Option<Compressor<'static>>> =
        RefCell::new(Compressor::with_dictionary(LEVEL, COMMON).ok());
    static UNPACKER: RefCell<Option<Decompressor<'static>>> =
        RefCell::new(Decompressor::with_dictionary(COMMON).ok());
}

/// First byte of what is kept: how the rest is written.
const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

impl Packed {
    /// Packs a state. What cannot be written is kept as no state at all: the feed starts anew.
    pub(super) fn pack(state: &FeedState) -> Self {
        state.to_bytes().map(|json| Self::of_json(&json)).unwrap_or_default()
    }

    /// Packs a state as it stands on the topic.
    pub(super) fn of_json(json: &[u8]) -> Self {
        let squeezed = PACKER.with_borrow_mut(|packer| packer.as_mut()?.compress(json).ok());
        let (kind, body) = match &squeezed {
            Some(squeezed) if squeezed.len() < json.len() => (ZSTD, squeezed.as_slice()),
            _ => (PLAIN, json),
        };
        let mut kept = Vec::with_capacity(body.len() + 1);
        kept.push(kind);
        kept.extend_from_slice(body);
        Self(Some(kept.into_boxed_slice()))
    }

    /// The state; none before the first poll.
    pub(super) fn unpack(&self) -> Option<FeedState> {
        let (kind, body) = self.0.as_deref()?.split_first()?;
        if *kind == PLAIN {
            return FeedState::from_bytes(body).ok();
        }
        let json = UNPACKER.with_borrow_mut(|unpacker| {
            let size = Decompressor::upper_bound(body)?.min(MAX_STATE);
            unpacker.as_mut()?.decompress(body, size).ok()
        })?;
        FeedState::from_bytes(&json).ok()
    }

    /// Bytes that are kept.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |kept| kept.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{FeedVerdict, RecentEntry, Timestamp, article_id, content_hash, feed_id};

    fn state(entries: usize) -> FeedState {
        let url = "https://www.blatt.example/rss/politik.xml";
        let recent = (0..entries).map(|n| {
            let id = format!("https://www.blatt.example/politik/meldung-{}.html", n * 7_919);
            RecentEntry {
                article: article_id(Some(&id), "", ""),
                hash: content_hash(&[&id]),
                id,
                revision: 0,
                link: None,
                title: None,
                earlier: Vec::new(),
            }
        });
        FeedState {
            etag: Some("W/\"5f-\u{e4}\"".into()),
            body_hash: Some(content_hash(&["body"])),
            next_poll: Timestamp::from_second(1_800_000_900),
            last_success: Some(Timestamp::from_second(1_800_000_000)),
            verdict: Some(FeedVerdict::Clean),
            title: Some("Blatt".into()),
            recent: recent.collect(),
            ..FeedState::new(&feed_id(url), url, Timestamp::from_second(1_800_000_000))
        }
    }

    #[test]
    fn a_state_comes_back_as_it_was() {
        for entries in [0, 1, 30, 2_500] {
            let state = state(entries);
            assert_eq!(Packed::pack(&state).unpack().as_ref(), Some(&state));
        }
        assert_eq!(Packed::default().unpack(), None);
    }

    #[test]
    fn thirty_entries_take_less_than_half_of_their_json() {
        let state = state(30);
        let (json, packed) = (state.to_bytes().unwrap().len(), Packed::pack(&state).len());
        assert!(packed * 2 < json, "{packed} of {json} bytes");
    }

    #[test]
    fn what_is_not_a_state_is_none() {
        assert_eq!(Packed::of_json(b"no JSON").unpack(), None);
        assert_eq!(Packed(Some(vec![ZSTD, 1, 2, 3].into())).unpack(), None);
        assert_eq!(Packed(Some(Vec::new().into())).unpack(), None);
    }

    #[test]
    fn the_mood_is_that_of_the_last_poll() {
        let mut state = state(0);
        assert_eq!(Mood::of(None), Mood::Ok);
        assert_eq!(Mood::of(Some(&state)), Mood::Ok);
        state.last_error = Some("http_404".into());
        assert_eq!(Mood::of(Some(&state)), Mood::Failing);
        for class in ["not_a_feed", "html", "consent_page"] {
            state.last_error = Some(class.into());
            assert_eq!(Mood::of(Some(&state)), Mood::Unreadable);
        }
    }
}
