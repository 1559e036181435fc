//! How far a partition is done, when records finish in any order.

use std::collections::VecDeque;

/// The records of one partition that were handed out, and which of them are finished.
///
/// The watermark is the offset up to which (exclusive) everything handed out is finished: what may
/// be committed. Gaps between offsets (compaction, transaction markers) count as finished.
#[derive(Debug, Default)]
pub(super) struct Watermark {
    /// Offset and whether it is finished, ascending; the first is never finished.
    open: VecDeque<(i64, bool)>,
    /// One past the last record handed out.
    next: Option<i64>,
}

impl Watermark {
    /// A record was handed out.
    pub(super) fn delivered(&mut self, offset: i64) {
        if self.next.is_some_and(|next| offset < next) {
            // The topic was made anew, or someone reset the group: start over from here.
            self.open.clear();
        }
        self.open.push_back((offset, false));
        self.next = Some(offset.saturating_add(1));
    }

    /// A record is finished. Answers whether the watermark moved.
    pub(super) fn done(&mut self, offset: i64) -> bool {
        let Ok(index) = self.open.binary_search_by_key(&offset, |(o, _)| *o) else { return false };
        let Some(slot) = self.open.get_mut(index) else { return false };
        slot.1 = true;
        let before = self.open.len();
        while self.open.front().is_some_and(|(_, done)| *done) {
            self.open.pop_front();
        }
        self.open.len() < before
    }

    /// What may be committed: the offset to continue from. None before anything was handed out.
    pub(super) fn get(&self) -> Option<i64> {
        self.open.front().map(|(offset, _)| *offset).or(self.next)
    }

    /// Records handed out and not yet below the watermark.
    #[cfg(test)]
    fn open(&self) -> usize {
        self.open.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn nothing_handed_out_nothing_to_commit() {
        assert_eq!(Watermark::default().get(), None);
    }

    #[test]
    fn the_first_open_record_holds_the_watermark() {
        let mut w = Watermark::default();
        for offset in 10..15 {
            w.delivered(offset);
        }
        assert!(!w.done(12));
        assert!(!w.done(11));
        assert_eq!(w.get(), Some(10));
        assert!(w.done(10));
        assert_eq!(w.get(), Some(13));
        assert!(w.done(13));
        assert!(w.done(14));
        assert_eq!(w.get(), Some(15));
    }

    #[test]
    fn gaps_are_crossed() {
        let mut w = Watermark::default();
        w.delivered(3);
        w.delivered(9);
        w.done(3);
        assert_eq!(w.get(), Some(9));
    }

    #[test]
    fn unknown_and_repeated_completions_are_ignored() {
        let mut w = Watermark::default();
        w.delivered(5);
        w.delivered(6);
        assert!(!w.done(4));
        assert!(!w.done(7));
        assert!(w.done(5));
        assert!(!w.done(5));
        assert_eq!(w.get(), Some(6));
    }

    #[test]
    fn a_rewind_starts_over() {
        let mut w = Watermark::default();
        w.delivered(100);
        w.delivered(0);
        assert_eq!(w.get(), Some(0));
        assert!(!w.done(100));
        assert!(w.done(0));
        assert_eq!(w.get(), Some(1));
    }

    proptest! {
        /// Whatever the gaps and the order of completion: the watermark is the first unfinished
        /// offset, never moves back, and nothing below it is unfinished.
        #[test]
        fn watermark_is_the_first_unfinished(
            steps in prop::collection::vec(1_i64..4, 1..60),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..120),
        ) {
            let mut w = Watermark::default();
            let mut offsets = Vec::new();
            let mut offset = 0;
            for step in steps {
                offset += step;
                offsets.push(offset);
                w.delivered(offset);
            }
            let mut open: BTreeSet<i64> = offsets.iter().copied().collect();
            let mut last = w.get();
            for index in order {
                let finished = offsets[index.index(offsets.len())];
                w.done(finished);
                open.remove(&finished);
                let expected = open.first().copied().or(Some(offset + 1));
                prop_assert_eq!(w.get(), expected);
                prop_assert!(w.get() >= last);
                last = w.get();
            }
            if open.is_empty() {
                prop_assert_eq!(w.open(), 0);
            }
        }
    }
}
