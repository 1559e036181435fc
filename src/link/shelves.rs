//! Shelves: byte strings of many lengths, in pages of their own.
//!
//! What is kept for days would otherwise lie among what is needed for the work on one report, and
//! each incident that grows would leave a hole there of another size: the allocator then spends more
//! time in cold holes than the work takes. Here a place is as long as its class and is used again by
//! the next string of that class. A page is never given back, so that memory stays at its peak.

/// Bytes by which the classes differ.
const STEP: usize = 32;
/// Classes; what is longer than the last has memory of its own.
const CLASSES: usize = 128;
/// Bytes of a page; what is not used of it is not resident.
const PAGE: usize = 256 * 1024;

/// A string that was put on a shelf, to be asked for and taken off there.
#[derive(Debug)]
pub(super) enum Kept {
    Place { place: u32, length: u32 },
    Own(Box<[u8]>),
}

/// Places of one length.
#[derive(Debug, Default)]
struct Class {
    pages: Vec<Box<[u8]>>,
    free: Vec<u32>,
    /// Places that were ever used.
    used: u32,
}

#[derive(Debug, Default)]
pub(super) struct Shelves(Vec<Class>);

fn class_of(length: usize) -> usize {
    length.div_ceil(STEP).max(1) - 1
}

/// Bytes of a place, and places of a page.
fn size_of(class: usize) -> (usize, usize) {
    let size = (class + 1) * STEP;
    (size, PAGE / size)
}

impl Class {
    fn range(class: usize, place: u32) -> (usize, usize) {
        let (size, places) = size_of(class);
        let place = place as usize;
        (place / places, place % places * size)
    }

    fn slice(&mut self, class: usize, place: u32, length: usize) -> Option<&mut [u8]> {
        let (page, start) = Self::range(class, place);
        while self.pages.len() <= page {
            self.pages.push(vec![0; PAGE].into());
        }
        self.pages.get_mut(page)?.get_mut(start..start + length)
    }
}

impl Shelves {
    pub(super) fn put(&mut self, bytes: &[u8]) -> Kept {
        self.put_in_place(bytes).unwrap_or_else(|| Kept::Own(bytes.into()))
    }

    fn put_in_place(&mut self, bytes: &[u8]) -> Option<Kept> {
        let number = class_of(bytes.len());
        if self.0.is_empty() {
            self.0.resize_with(CLASSES, Class::default);
        }
        let class = self.0.get_mut(number)?;
        let length = u32::try_from(bytes.len()).ok()?;
        let place = if let Some(place) = class.free.pop() {
            place
        } else {
            let next = class.used;
            class.used = next.checked_add(1)?;
            next
        };
        class.slice(number, place, bytes.len())?.copy_from_slice(bytes);
        Some(Kept::Place { place, length })
    }

    pub(super) fn get<'a>(&'a self, kept: &'a Kept) -> &'a [u8] {
        match kept {
            Kept::Own(bytes) => bytes,
            Kept::Place { place, length } => {
                let length = *length as usize;
                let class = class_of(length);
                let (page, start) = Class::range(class, *place);
                let page = self.0.get(class).and_then(|class| class.pages.get(page));
                page.and_then(|page| page.get(start..start + length)).unwrap_or_default()
            }
        }
    }

    pub(super) fn take_off(&mut self, kept: &Kept) {
        if let Kept::Place { place, length } = kept
            && let Some(class) = self.0.get_mut(class_of(*length as usize))
        {
            class.free.push(*place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_on_the_shelves_is_what_was_put_there(
            steps in prop::collection::vec((0..6000usize, any::<u8>(), any::<bool>()), 1..200),
        ) {
            let mut shelves = Shelves::default();
            let mut known: Vec<(Kept, Vec<u8>)> = Vec::new();
            for (length, byte, off) in steps {
                if off && !known.is_empty() {
                    let (kept, _) = known.swap_remove(length % known.len());
                    shelves.take_off(&kept);
                } else {
                    let bytes = vec![byte; length];
                    known.push((shelves.put(&bytes), bytes));
                }
                for (kept, bytes) in &known {
                    prop_assert_eq!(shelves.get(kept), bytes.as_slice());
                }
            }
        }
    }
}
