//! Which entries of a document are new, known or corrected, and what is remembered of them.

use crate::config::Poll;
use crate::feed::Entry;
use crate::message::{FeedState, Message as _, RecentEntry, Timestamp, article_id, content_hash};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

/// Longest id that is remembered as it is, in bytes.
const LONGEST_ID: usize = 64;
/// Earlier texts of an entry that are remembered.
const EARLIER: usize = 4;
/// Words below which a title alone names no entry: "Blitzer", "Liveticker".
const MIN_TITLE_LETTERS: usize = 16;
/// From this many entries with ids never seen, a feed can be told to change its ids.
const MIN_UNSTABLE: usize = 3;
/// Largest record of an entry in the state, in bytes: id, article, four hashes, four earlier ones.
const ENTRY_BYTES: usize = 400;
/// Largest rest of a state in bytes: headers and addresses are bounded where they are fetched.
const REST_BYTES: usize = 150_000;

/// An entry of a document, as far as its identity goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Identity within the feed; a long one as its hash.
    pub id: String,
    /// Article id.
    pub article: String,
    /// Hash of the words of title, summary and content.
    pub hash: String,
    /// Hash of the link's identity.
    pub link: Option<String>,
    /// Hash of the words of the title.
    pub title: Option<String>,
    /// When it was published.
    pub published: Option<Timestamp>,
}

impl Item {
    /// The identity of an entry of a feed. From the entry alone, so that it does not depend on
    /// whether its page can be fetched.
    #[must_use]
    pub fn of(feed: &str, entry: &Entry) -> Self {
        let address = entry.url.as_deref().and_then(crate::page::url::identity);
        let id = if entry.id.len() > LONGEST_ID {
            format!("~{}", content_hash(&[&entry.id]))
        } else {
            entry.id.clone()
        };
        let mut words = Words::default();
        let mut letters = 0;
        if let Some(title) = &entry.title {
            letters = words.add(title);
        }
        let title = (letters >= MIN_TITLE_LETTERS).then(|| words.hash());
        for text in [&entry.summary, &entry.content].into_iter().flatten() {
            words.part();
            words.add(text);
        }
        Self {
            id,
            article: article_id(address.as_deref(), feed, &entry.id),
            hash: words.hash(),
            link: address.map(|link| format!("{:016x}", xxh3_64(link.as_bytes()))),
            title,
            published: entry.published,
        }
    }
}

/// Takes words in and forgets what makes no difference to a reader: case, blanks, punctuation but
/// for that between digits, and what follows the path of an address.
#[derive(Default)]
struct Words {
    hash: Xxh3,
}

impl Words {
    /// Returns how many letters and digits there were.
    fn add(&mut self, text: &str) -> usize {
        let mut taken = 0;
        let mut piece = String::new();
        for word in text.split_whitespace() {
            piece.clear();
            let word = match word.find("://") {
                Some(_) => word.split(['?', '#']).next().unwrap_or(word),
                None => word,
            };
            let mut before = None;
            let mut chars = word.chars().peekable();
            while let Some(c) = chars.next() {
                if c.is_alphanumeric() {
                    piece.extend(c.to_lowercase());
                    taken += 1;
                } else if matches!(c, '.' | ',' | ':' | '/' | '-')
                    && before.is_some_and(char::is_numeric)
                    && chars.peek().is_some_and(|next| next.is_numeric())
                {
                    piece.push('.');
                }
                before = Some(c);
            }
            self.hash.update(piece.as_bytes());
        }
        taken
    }

    /// What follows is another part.
    fn part(&mut self) {
        self.hash.update(b"\n");
    }

    fn hash(&self) -> String {
        format!("{:016x}", self.hash.digest())
    }
}

/// What is to be done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Never seen: to be published.
    New,
    /// Published before; unchanged, back to an earlier text, or changed too often.
    Known,
    /// Published before with other words: to be published as this revision.
    Revised {
        /// Revision of the article, from 1.
        revision: u32,
    },
    /// The same id a second time in the document, or more entries than can be remembered.
    Skipped,
}

/// An entry compared with what was published before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// What is to be done.
    pub what: What,
    /// What is remembered of it, under the id it has now.
    pub before: Option<RecentEntry>,
    /// The id it had before, where that has changed.
    pub was: Option<String>,
}

/// Compares the entries of a document, in its order, with what was published before.
///
/// An entry is found by its id. One whose id is new is the same all the same if link and title are
/// known from an entry that is not in the document any more; or link or title alone, where most
/// ids of the document are new and most of those entries are known that way: such a feed makes up
/// ids as it goes. A link or a title that several entries share stands for none of them.
#[must_use]
pub fn compare(
    recent: &[RecentEntry],
    items: &[Item],
    room: usize,
    config: &Poll,
) -> Vec<Compared> {
    let by_id: HashMap<&str, &RecentEntry> = recent.iter().map(|r| (r.id.as_str(), r)).collect();
    let present: BTreeSet<&str> = items.iter().map(|item| item.id.as_str()).collect();
    let gone = || recent.iter().filter(|r| !present.contains(r.id.as_str()));
    let new = || items.iter().filter(|item| !by_id.contains_key(item.id.as_str()));
    let links = Unique::of(gone(), |r| r.link.as_deref(), new(), |i| i.link.as_deref());
    let titles = Unique::of(gone(), |r| r.title.as_deref(), new(), |i| i.title.as_deref());
    let unknown = new().count();
    let found = new()
        .filter(|i| links.find(i.link.as_ref()).or(titles.find(i.title.as_ref())).is_some())
        .count();
    let unstable = unknown >= MIN_UNSTABLE && unknown * 2 > items.len() && found * 2 > unknown;
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    items
        .iter()
        .map(|item| {
            if taken.len() >= room || !taken.insert(&item.id) {
                return Compared { what: What::Skipped, before: None, was: None };
            }
            if let Some(known) = by_id.get(item.id.as_str()) {
                return compared(known, item, config);
            }
            let (link, title) = (links.find(item.link.as_ref()), titles.find(item.title.as_ref()));
            let same = match (link, title) {
                (Some(a), Some(b)) if a.id == b.id => Some(a),
                (link, title) if unstable => link.or(title),
                _ => None,
            };
            match same.filter(|known| used.insert(&known.id)) {
                Some(known) => compared(known, item, config),
                None => Compared { what: What::New, before: None, was: None },
            }
        })
        .collect()
}

fn compared(known: &RecentEntry, item: &Item, config: &Poll) -> Compared {
    let what = if known.hash == item.hash
        || known.earlier.contains(&item.hash)
        || known.revision >= config.max_revisions
    {
        What::Known
    } else {
        What::Revised { revision: known.revision + 1 }
    };
    let mut before = known.clone();
    let was = (known.id != item.id).then(|| std::mem::replace(&mut before.id, item.id.clone()));
    Compared { what, before: Some(before), was }
}

/// Entries that left the document, by a mark that no two of them share.
struct Unique<'a>(HashMap<&'a str, Option<&'a RecentEntry>>);

impl<'a> Unique<'a> {
    fn of<'b>(
        gone: impl Iterator<Item = &'a RecentEntry>,
        mark: impl Fn(&'a RecentEntry) -> Option<&'a str>,
        new: impl Iterator<Item = &'b Item>,
        shown: impl Fn(&'b Item) -> Option<&'b str>,
    ) -> Self {
        let mut found: HashMap<&str, Option<&RecentEntry>> = HashMap::new();
        for entry in gone {
            if let Some(mark) = mark(entry) {
                found.entry(mark).and_modify(|e| *e = None).or_insert(Some(entry));
            }
        }
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for shown in new.filter_map(shown) {
            if !seen.insert(shown)
                && let Some(entry) = found.get_mut(shown)
            {
                *entry = None;
            }
        }
        Self(found)
    }

    fn find(&self, mark: Option<&String>) -> Option<&'a RecentEntry> {
        self.0.get(mark?.as_str()).copied().flatten()
    }
}

/// What to remember of an entry that was published.
#[must_use]
pub fn take(item: &Item, before: Option<&RecentEntry>, revision: u32) -> RecentEntry {
    let mut earlier: Vec<String> = Vec::new();
    if let Some(before) = before {
        earlier.push(before.hash.clone());
        earlier.extend(before.earlier.iter().take(EARLIER - 1).cloned());
    }
    RecentEntry {
        id: item.id.clone(),
        article: before.map_or_else(|| item.article.clone(), |before| before.article.clone()),
        hash: item.hash.clone(),
        link: item.link.clone(),
        title: item.title.clone(),
        earlier,
        revision,
    }
}

/// The list to remember: everything in the document, then what was known before, newest first,
/// as many as configured. `known` is what is published, by the ids of now; `renamed` are ids that
/// are no longer used.
#[must_use]
pub fn remember(
    in_document: &[Item],
    before: &[RecentEntry],
    known: &BTreeMap<String, RecentEntry>,
    renamed: &BTreeSet<String>,
    config: &Poll,
) -> Vec<RecentEntry> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut out: Vec<RecentEntry> = Vec::new();
    for item in in_document {
        if let Some(entry) = known.get(&item.id)
            && seen.insert(item.id.as_str())
        {
            out.push(entry.clone());
        }
    }
    let room = out.len() + config.remembered_entries;
    for entry in before {
        if out.len() == room {
            break;
        }
        if !renamed.contains(&entry.id) && seen.insert(entry.id.as_str()) {
            out.push(entry.clone());
        }
    }
    out
}

/// Entries of one document that can be remembered in a state of so many bytes.
#[must_use]
pub fn room(state: &mut FeedState, state_bytes: usize) -> usize {
    let recent = std::mem::take(&mut state.recent);
    let used = state.to_bytes().map_or(0, |bytes| bytes.len());
    state.recent = recent;
    (state_bytes.saturating_sub(used) / ENTRY_BYTES).max(1)
}

/// Forgets the oldest entries until the state, as it travels, has no more than so many bytes.
/// Returns how many.
pub fn shrink(state: &mut FeedState, state_bytes: usize) -> usize {
    let before = state.recent.len();
    if before * ENTRY_BYTES + REST_BYTES <= state_bytes {
        return 0;
    }
    while let Ok(bytes) = state.to_bytes()
        && bytes.len() > state_bytes
        && !state.recent.is_empty()
    {
        // All entries are of about one size; a few more go than must.
        let excess = (bytes.len() - state_bytes) / ENTRY_BYTES + 1;
        state.recent.truncate(state.recent.len().saturating_sub(excess));
    }
    before - state.recent.len()
}
