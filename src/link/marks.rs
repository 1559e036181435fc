//! Marks: sets of words and names as one sorted slice of hashes.

/// What a mark is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// A long word of a title.
    Word = 1,
    /// An article that tells it.
    Article = 2,
    /// A report of it.
    Report = 3,
    /// A report that the extractor calls the same event.
    SameAs = 4,
    /// Kind of a physical target.
    TargetType = 5,
    /// Name of a target.
    TargetName = 6,
    /// Class of an instrument.
    Instrument = 7,
}

/// Bits of the hash; the rest says what the mark is of.
const BITS: u32 = 60;
/// Most marks of one kind that are kept; of reports and articles all are.
const MAX: usize = 64;

/// A set of marks.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Marks(Box<[u64]>);

/// Marks in the making.
#[derive(Debug, Default)]
pub(super) struct Builder(Vec<u64>);

fn mark(of: Of, text: &str) -> u64 {
    let hash = xxhash_rust::xxh3::xxh3_64(text.as_bytes());
    (of as u64) << BITS | hash >> (64 - BITS)
}

/// The mark of a report.
pub(super) fn of_report(id: &str) -> u64 {
    mark(Of::Report, id)
}

impl Builder {
    pub(super) fn add(&mut self, of: Of, text: &str) {
        self.0.push(mark(of, text));
    }

    pub(super) fn build(mut self) -> Marks {
        self.0.sort_unstable();
        self.0.dedup();
        Marks(self.0.into())
    }
}

impl Marks {
    pub(super) fn builder() -> Builder {
        Builder::default()
    }

    /// The marks of one kind, sorted.
    pub(super) fn of(&self, of: Of) -> &[u64] {
        let from = self.0.partition_point(|mark| *mark < (of as u64) << BITS);
        let to = self.0.partition_point(|mark| *mark < (of as u64 + 1) << BITS);
        self.0.get(from..to).unwrap_or_default()
    }

    pub(super) fn with(&self, other: &Self) -> Self {
        let mut all: Vec<u64> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable();
        all.dedup();
        let mut seen = [0_usize; 16];
        all.retain(|mark| {
            let kind = usize::try_from(mark >> BITS).unwrap_or_default();
            let Some(count) = seen.get_mut(kind) else { return false };
            *count += 1;
            *count <= MAX || kind == Of::Article as usize || kind == Of::Report as usize
        });
        Self(all.into())
    }

    /// Marks of a kind that both have.
    pub(super) fn shared(&self, other: &Self, of: Of) -> usize {
        shared(self.of(of), other.of(of))
    }

    /// True when one of the two calls a report of the other the same event.
    pub(super) fn stated(&self, other: &Self) -> bool {
        let names = |a: &Self, b: &Self| {
            let reports = b.of(Of::Report);
            a.of(Of::SameAs).iter().any(|mark| {
                let report = mark ^ (Of::SameAs as u64 ^ Of::Report as u64) << BITS;
                reports.binary_search(&report).is_ok()
            })
        };
        names(self, other) || names(other, self)
    }
}

fn shared(mut a: &[u64], mut b: &[u64]) -> usize {
    let mut count = 0;
    while let (Some((x, rest_a)), Some((y, rest_b))) = (a.split_first(), b.split_first()) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => a = rest_a,
            std::cmp::Ordering::Greater => b = rest_b,
            std::cmp::Ordering::Equal => {
                count += 1;
                (a, b) = (rest_a, rest_b);
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_different_kinds_do_not_meet() {
        let mut a = Marks::builder();
        a.add(Of::Word, "karsa");
        a.add(Of::SameAs, "r-2");
        let mut b = Marks::builder();
        b.add(Of::TargetName, "karsa");
        b.add(Of::Word, "karsa");
        b.add(Of::Report, "r-2");
        let (a, b) = (a.build(), b.build());
        assert_eq!(a.shared(&b, Of::Word), 1);
        assert_eq!(a.shared(&b, Of::TargetName), 0);
        assert!(a.stated(&b) && b.stated(&a) && !a.stated(&a));
        assert_eq!(a.with(&b).shared(&b, Of::TargetName), 1);
    }
}
