//! The reader's side: the same decisions as in the poll stage, in its order, on a virtual clock.

use crate::world::{Answer, END, START, Server, Temper, dice};
use depesche::config::Poll;
use depesche::feed::Entry;
use depesche::message::{FeedState, Message as _, Timestamp, feed_id};
use depesche::pace::{self, Item, Kind, Note, Read, What};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

/// Largest state in bytes.
const STATE_BYTES: usize = 900_000;

/// One request, as the log shows it.
pub(crate) struct Asked {
    pub(crate) at: i64,
    pub(crate) kind: Kind,
    pub(crate) failed: bool,
    /// Whether something new or changed came.
    pub(crate) found: bool,
}

/// A feed, its server, and what came of two weeks.
pub(crate) struct Reader {
    pub(crate) server: Server,
    pub(crate) state: FeedState,
    pub(crate) log: Vec<Asked>,
    pub(crate) notes: Vec<(i64, Note)>,
    /// When each article was published for the first time, by its title.
    pub(crate) articles: BTreeMap<String, i64>,
    pub(crate) doubles: usize,
    pub(crate) revisions: usize,
    /// What the same entry is, again and again: to hash it each time is most of the work.
    items: BTreeMap<(String, Option<String>), Item>,
}

/// Polls a few feeds of each temperament for two weeks.
pub(crate) fn two_weeks(feeds_of_each: u64, config: &Poll) -> Vec<Reader> {
    let mut readers: Vec<Reader> = Temper::ALL
        .iter()
        .enumerate()
        .flat_map(|(t, temper)| (0..feeds_of_each).map(move |n| (t as u64 * 1_000 + n, *temper)))
        .map(|(n, temper)| {
            let server = Server::new(temper, dice(7, n) % 1_000_000);
            let now = Timestamp::from_second(START);
            let state = FeedState::new(&feed_id(&server.url), &server.url, now);
            Reader {
                server,
                state,
                log: Vec::new(),
                notes: Vec::new(),
                articles: BTreeMap::new(),
                doubles: 0,
                revisions: 0,
                items: BTreeMap::new(),
            }
        })
        .collect();
    let total = readers.len();
    let mut due: BinaryHeap<Reverse<(Timestamp, usize)>> = readers
        .iter()
        .enumerate()
        .map(|(n, reader)| {
            let start = Timestamp::from_second(START);
            Reverse((pace::first_poll(&reader.state.id, start, total, config), n))
        })
        .collect();
    while let Some(Reverse((at, n))) = due.pop() {
        if at.as_second() >= END {
            break;
        }
        readers[n].poll(at, config);
        due.push(Reverse((readers[n].state.next_poll, n)));
    }
    readers
}

impl Reader {
    fn poll(&mut self, now: Timestamp, config: &Poll) {
        let (at, temper) = (now.as_second(), self.server.temper);
        let request = pace::request(&self.state, now);
        assert!(
            at >= self.server.not_before,
            "{temper:?} was asked {} s too early, because of {:?}",
            self.server.not_before - at,
            self.state.pace.because
        );
        self.check_validators(&request);
        let mut log = Asked { at, kind: request.kind, failed: false, found: false };
        let state = &mut self.state;
        let mut notes = Vec::new();
        match self.server.answer(&request, at) {
            Answer::Failed { class, retry_after } => {
                log.failed = true;
                let validators = (state.etag.clone(), state.recent.len());
                pace::failed(state, &request, class, retry_after, now, config);
                assert_eq!(validators, (state.etag.clone(), state.recent.len()));
            }
            Answer::Unchanged(said) => {
                notes = pace::unchanged(state, &request, &said, now, config);
            }
            Answer::Document { body_hash, said, .. }
                if state.body_hash.as_deref() == Some(body_hash.as_str()) =>
            {
                notes = pace::same_body(state, &request, &said, now, config);
            }
            Answer::Document { there, body_hash, said } => {
                let before = state.recent.clone();
                let document = self.server.document(there);
                let mut item = |entry: &Entry| {
                    let key = (entry.id.clone(), entry.summary.clone());
                    self.items.entry(key).or_insert_with(|| Item::of(&state.id, entry)).clone()
                };
                let items: Vec<Item> = document.entries.iter().map(&mut item).collect();
                let room = pace::room(state, STATE_BYTES);
                let compared = pace::compare(&before, &items, room, config);
                let (mut known, mut renamed) = (BTreeMap::new(), BTreeSet::new());
                let (mut new, mut old) = (Vec::new(), 0);
                for ((item, entry), found) in items.iter().zip(&document.entries).zip(compared) {
                    old += usize::from(found.before.is_some());
                    renamed.extend(found.was);
                    let revision = match found.what {
                        What::New => 0,
                        What::Revised { revision } => revision,
                        What::Known => {
                            known.insert(item.id.clone(), found.before.unwrap());
                            continue;
                        }
                        What::Skipped => continue,
                    };
                    log.found = true;
                    if revision == 0 {
                        new.push(item.published);
                        let title = entry.title.clone().unwrap();
                        self.doubles += usize::from(self.articles.insert(title, at).is_some());
                    } else {
                        self.revisions += 1;
                    }
                    let taken = pace::take(item, found.before.as_ref(), revision);
                    known.insert(item.id.clone(), taken);
                }
                state.recent = pace::remember(&items, &before, &known, &renamed, config);
                let found =
                    Read { document: &document, body_hash: &body_hash, new: &new, known: old };
                notes = pace::read(state, &request, &said, &found, now, config);
            }
        }
        notes.extend(pace::settle_move(state, now, |_| false));
        self.notes.extend(notes.into_iter().map(|note| (at, note)));
        assert!(state.next_poll > now, "{temper:?} is due at once");
        // What is polled the next time is what was read back.
        if log.failed || self.log.len().is_multiple_of(20) {
            let back = FeedState::from_bytes(&state.to_bytes().unwrap()).unwrap();
            assert_eq!(back, *state);
            *state = back;
        }
        self.log.push(log);
    }

    /// Validators go along as they came, but for the share of full requests.
    fn check_validators(&self, request: &pace::Request) {
        let (temper, sent) = (self.server.temper, &request.validators.etag);
        match request.kind {
            Kind::Conditional => assert_eq!(*sent, self.server.etag_told, "{temper:?}"),
            Kind::Full => assert!(self.server.etag_told.is_some() && sent.is_none()),
            Kind::Plain => assert_eq!(self.server.etag_told, None, "{temper:?}"),
            Kind::Distrustful => assert_eq!(temper, Temper::FrozenEtag),
        }
    }
}
