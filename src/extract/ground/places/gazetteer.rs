//! The gazetteer, read in place from the bytes that are compiled in.
//!
//! Layout (little endian), written by `examples/pack_gazetteer.rs`: eight bytes of magic; offset
//! and length (u32 each) of five sections; places of 28 bytes (GeoNames id u32, latitude and
//! longitude i32 in 1e-5 degrees, inhabitants u32, offset of the name u32, country two letters,
//! place number of the first-level division u16, class u8, seat u8, two spare bytes); names (length
//! u8, then text); postings (count u8, then place numbers u32, the top bit marks an alternate
//! name); an `fst` map from lower-cased names to a place number or, with bit 40 set, to the offset
//! of a posting list; and the same from keys (`key.rs`), for other spellings.

use super::super::PlaceClass;
use std::sync::OnceLock;

static BYTES: &[u8] = include_bytes!("../../../../data/gazetteer.bin");
const PLACE: usize = 28;
const MULTI: u64 = 1 << 40;
const ALTERNATE: u32 = 1 << 31;

/// A place as stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record {
    pub(super) geoname_id: Option<u32>,
    pub(super) lat: f64,
    pub(super) lon: f64,
    pub(super) population: u64,
    name: &'static [u8],
    pub(super) country: &'static str,
    /// Number of the first-level division's own record.
    pub(super) admin1: Option<u32>,
    pub(super) class: PlaceClass,
    /// 5 for the seat of a country, 4 and less for lower seats.
    pub(super) seat: u8,
}

impl Record {
    /// The name; few of the places that are weighed are ever told.
    pub(super) fn name(&self) -> &'static str {
        text(self.name)
    }
}

/// A place that a name may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Number of the place.
    pub(super) place: u32,
    /// By an alternate name of unknown language.
    pub(super) alternate: bool,
}

/// What the first word of a name leads to.
#[derive(Debug, Clone, Copy, Default)]
pub(in super::super) struct First {
    /// Bytes of an ending that is no part of the name, and what the name stands for.
    found: Option<(usize, u64)>,
    /// Where longer names that begin so go on.
    on: Option<(fst::raw::CompiledAddr, fst::raw::Output)>,
}

/// The gazetteer.
#[derive(Debug)]
pub(super) struct Gazetteer {
    places: &'static [u8],
    strings: &'static [u8],
    postings: &'static [u8],
    names: Option<fst::Map<&'static [u8]>>,
    folded: Option<fst::Map<&'static [u8]>>,
}

impl Gazetteer {
    /// The gazetteer that is compiled in; empty where it is damaged, which a test rules out.
    pub(super) fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Gazetteer> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            let section = |n: usize| -> &'static [u8] {
                let at = 8 + n * 8;
                let range = word(BYTES, at).zip(word(BYTES, at + 4));
                range.and_then(|(a, n)| BYTES.get(a as usize..(a + n) as usize)).unwrap_or_default()
            };
            Gazetteer {
                places: section(0),
                strings: section(1),
                postings: section(2),
                names: fst::Map::new(section(3)).ok(),
                folded: fst::Map::new(section(4)).ok(),
            }
        })
    }

    /// Number of places.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.places.len() / PLACE).unwrap_or(0)
    }

    /// A place by its number.
    pub(super) fn place(&self, number: u32) -> Option<Record> {
        let at = number as usize * PLACE;
        let bytes = self.places.get(at..at + PLACE)?;
        let signed = |at: usize| word(bytes, at).map(|v| f64::from(v.cast_signed()) / 100_000.0);
        let name = word(bytes, 16)? as usize;
        let length = usize::from(*self.strings.get(name)?);
        let admin1 = u16::from_le_bytes([*bytes.get(22)?, *bytes.get(23)?]);
        Some(Record {
            geoname_id: word(bytes, 0).filter(|id| *id > 0),
            lat: signed(4)?,
            lon: signed(8)?,
            population: u64::from(word(bytes, 12)?),
            name: self.strings.get(name + 1..name + 1 + length)?,
            country: text(self.places.get(at + 20..at + 22)?),
            admin1: (admin1 > 0).then_some(u32::from(admin1)),
            class: match *bytes.get(24)? {
                0 => PlaceClass::Country,
                1 => PlaceClass::Admin1,
                // Second-level divisions: "Cook County".
                2 => PlaceClass::Region,
                _ => PlaceClass::Town,
            },
            seat: *bytes.get(25)?,
        })
    }

    /// The places of a folded name, most likely first.
    pub(super) fn find(&self, name: &str) -> Vec<Entry> {
        self.names.as_ref().and_then(|m| m.get(name)).map_or_else(Vec::new, |v| self.entries(v))
    }

    /// The places of a key (see [`super::key`]), most likely first; only towns of countries whose
    /// own names are in another script.
    pub(super) fn find_folded(&self, key: &str) -> Vec<Entry> {
        let map = self.folded.as_ref().filter(|_| key.len() >= super::key::SHORTEST);
        map.and_then(|m| m.get(key)).map_or_else(Vec::new, |v| self.entries(v))
    }

    /// The longest name that begins with a word and goes on with others: how many of them it takes,
    /// the bytes of an ending that is no part of it, and its places. `words` gives the folded text
    /// of each further word and what stands before it.
    pub(super) fn longest<'a>(
        &self,
        first: First,
        words: impl Iterator<Item = (&'a str, &'a str)>,
        endings: &[String],
    ) -> Option<(usize, usize, Vec<Entry>)> {
        let raw = self.names.as_ref()?.as_fst();
        let mut best = first.found.map(|(cut, value)| (1, cut, value));
        if let Some((addr, out)) = first.on {
            let mut walk = Walk { raw, node: raw.node(addr), out };
            for (count, (gap, word)) in words.enumerate() {
                if !gap.bytes().all(|b| walk.step(b)) {
                    break;
                }
                let (found, whole) = self.follow(&mut walk, word, endings);
                if let Some((cut, value)) = found {
                    best = Some((count + 2, cut, value));
                }
                if !whole {
                    break;
                }
            }
        }
        best.map(|(count, cut, value)| (count, cut, self.entries(value)))
    }

    /// What a word alone, the first of a name, leads to.
    pub(super) fn first(&self, word: &str, endings: &[String]) -> First {
        let Some(raw) = self.names.as_ref().map(fst::Map::as_fst) else { return First::default() };
        let mut walk = Walk { raw, node: raw.root(), out: fst::raw::Output::zero() };
        let (found, whole) = self.follow(&mut walk, word, endings);
        let on = (whole && !walk.node.is_empty()).then(|| (walk.node.addr(), walk.out));
        First { found, on }
    }

    /// Follows a word: the bytes of an ending that is no part of the name that it ends, with the
    /// value of the name; and whether there are names that go as far as the word.
    fn follow(
        &self,
        walk: &mut Walk<'_>,
        word: &str,
        endings: &[String],
    ) -> (Option<(usize, u64)>, bool) {
        // A name without its genitive: "Bagdads"; endings in the order of their list.
        let mut stem: Option<(usize, usize, u64)> = None;
        let mut whole = true;
        for (at, byte) in word.bytes().enumerate() {
            if at > 2
                && let Some(value) = walk.value()
            {
                let ending = || endings.iter().position(|e| word.get(at..) == Some(e.as_str()));
                if let Some(order) = ending()
                    && stem.is_none_or(|(o, ..)| order < o)
                    && word.get(..at).is_some_and(|s| s.chars().count() > 2)
                {
                    stem = Some((order, word.len() - at, value));
                }
            }
            if !walk.step(byte) {
                whole = false;
                break;
            }
        }
        let exact = walk.value().filter(|_| whole);
        let found = match (stem, exact) {
            // "Perus" is a suburb, "Malis" a village: the country or city is meant.
            (Some((_, cut, s)), Some(e)) if self.weight(s) > 20 * self.weight(e) => Some((cut, s)),
            (_, Some(exact)) => Some((0, exact)),
            (stem, None) => stem.map(|(_, cut, value)| (cut, value)),
        };
        (found, whole)
    }

    /// Inhabitants of the largest place that a value means; countries and cities count, villages
    /// and names of unknown language weigh little.
    fn weight(&self, value: u64) -> u64 {
        let weigh = |entry: &Entry| {
            let place = self.place(entry.place)?;
            let people = match place.class {
                PlaceClass::Country => place.population.max(10_000_000),
                _ => place.population.max(1_000),
            };
            Some(if entry.alternate { people / 10 } else { people })
        };
        self.entries(value).iter().filter_map(weigh).max().unwrap_or(0)
    }

    fn entries(&self, value: u64) -> Vec<Entry> {
        let entry = |v: u32| Entry { place: v & !ALTERNATE, alternate: v & ALTERNATE != 0 };
        if value & MULTI == 0 {
            return u32::try_from(value).map(|v| vec![entry(v)]).unwrap_or_default();
        }
        let at = usize::try_from(value & !MULTI).unwrap_or(usize::MAX);
        let count = self.postings.get(at).copied().map_or(0, usize::from);
        (0..count).filter_map(|i| word(self.postings, at + 1 + i * 4)).map(entry).collect()
    }
}

/// A way through the names, byte by byte.
struct Walk<'f> {
    raw: &'f fst::raw::Fst<&'static [u8]>,
    node: fst::raw::Node<'f>,
    out: fst::raw::Output,
}

impl Walk<'_> {
    /// Follows a byte; false where no name goes that way.
    fn step(&mut self, byte: u8) -> bool {
        let Some(i) = self.node.find_input(byte) else { return false };
        let transition = self.node.transition(i);
        self.out = self.out.cat(transition.out);
        self.node = self.raw.node(transition.addr);
        true
    }

    /// What the name that ends here stands for.
    fn value(&self) -> Option<u64> {
        self.node.is_final().then(|| self.out.cat(self.node.final_output()).value())
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn text(bytes: &'static [u8]) -> &'static str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_gazetteer_is_whole() {
        let gazetteer = Gazetteer::builtin();
        assert!(gazetteer.len() > 100_000);
        for number in 0..gazetteer.len() {
            let place = gazetteer.place(number).unwrap();
            assert!(!place.name().is_empty() && place.country.len() == 2);
            assert!(place.lat.abs() <= 90.0 && place.lon.abs() <= 180.0);
        }
        let found = gazetteer.find("bagdad");
        assert!(found.iter().any(|e| gazetteer.place(e.place).unwrap().geoname_id == Some(98_182)));
    }
}
