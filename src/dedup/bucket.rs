//! A cache line of cells: from some keys to the slots under them.

/// Bits of a slot.
const SLOT: u32 = 20;
/// The bits of a cell that are its slot, or where its list is.
pub(super) const SLOT_MASK: u32 = (1 << SLOT) - 1;
/// Cells of a bucket.
pub(super) const CELLS: usize = 10;

/// The 28 bits of a key that are kept: 16 that order, 12 that tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag {
    order: u16,
    rest: u32,
}

impl Tag {
    #[allow(clippy::cast_possible_truncation)] // the cut is the point
    pub(super) fn of(key: u64) -> Self {
        Self { order: (key >> 48) as u16, rest: ((key >> 6) as u32) & 0xfff }
    }

    /// All of it, as a number: its order first.
    pub(super) fn bits(self) -> u64 {
        (u64::from(self.order) << 12) | u64::from(self.rest)
    }

    /// The bucket where it belongs, of so many: neighbours stay neighbours, so that a table that
    /// grows is read and written from one end to the other.
    pub(super) fn home(self, buckets: usize) -> usize {
        ((self.bits() * buckets as u64) >> 28) as usize
    }
}

/// What lies under a tag: a slot, or where the list of many is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) tag: Tag,
    pub(super) value: u32,
    pub(super) is_list: bool,
}

#[derive(Debug, Clone, Default)]
#[repr(align(64))]
pub(super) struct Bucket {
    order: [u16; CELLS],
    /// 12 bits of the key and 20 of the value.
    rest: [u32; CELLS],
    /// A bit for each cell whose value is a list.
    lists: u16,
    len: u8,
    /// Some that belong here, or before, lie in the next bucket.
    over: bool,
}

impl Bucket {
    /// A bit for each cell of a tag.
    #[inline]
    #[allow(clippy::needless_bitwise_bool)] // see below
    pub(super) fn find(&self, tag: Tag) -> u16 {
        let mut found = 0;
        // All are compared, without a branch: that is faster than to stop at the first.
        for (n, (order, rest)) in self.order.iter().zip(&self.rest).enumerate() {
            found |= u16::from((*order == tag.order) & (rest >> SLOT == tag.rest)) << n;
        }
        found & ((1 << self.len) - 1)
    }

    pub(super) fn is_list(&self, at: usize) -> bool {
        self.lists >> at & 1 == 1
    }

    /// The value of a cell.
    pub(super) fn value(&self, at: usize) -> u32 {
        self.rest.get(at).map_or(SLOT_MASK, |rest| rest & SLOT_MASK)
    }

    pub(super) fn is_full(&self) -> bool {
        usize::from(self.len) >= CELLS
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    pub(super) fn set_over(&mut self) {
        self.over = true;
    }

    /// Cells in use.
    pub(super) fn len(&self) -> usize {
        usize::from(self.len)
    }

    pub(super) fn cells(&self) -> impl Iterator<Item = Cell> {
        let both = self.order.iter().zip(&self.rest).take(self.len()).enumerate();
        both.map(|(n, (order, rest))| Cell {
            tag: Tag { order: *order, rest: rest >> SLOT },
            value: rest & SLOT_MASK,
            is_list: self.is_list(n),
        })
    }

    fn set(&mut self, at: usize, cell: Cell) {
        if let (Some(order), Some(rest)) = (self.order.get_mut(at), self.rest.get_mut(at)) {
            *order = cell.tag.order;
            *rest = cell.tag.rest << SLOT | cell.value & SLOT_MASK;
            self.lists = self.lists & !(1 << at) | u16::from(cell.is_list) << at;
        }
    }

    /// Adds a cell; false where none is free.
    pub(super) fn push(&mut self, cell: Cell) -> bool {
        let free = !self.is_full();
        if free {
            self.set(self.len(), cell);
            self.len += 1;
        }
        free
    }

    /// Takes all cells of a tag out, and tells how many there were.
    pub(super) fn remove(&mut self, tag: Tag) -> usize {
        let before = self.len();
        loop {
            let found = self.find(tag);
            let Some(last) = self.cells().last().filter(|_| found != 0) else { break };
            self.set(found.trailing_zeros() as usize, last);
            self.len -= 1;
        }
        before - self.len()
    }
}
