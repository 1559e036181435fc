//! A number that is put together from its words.

/// A number word under way.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    total: u64,
    current: u64,
    /// The last scale: they fall.
    scale: Option<u64>,
    seen: bool,
}

impl Sum {
    /// Adds a piece; false when it does not continue this number.
    pub(super) fn push(&mut self, piece: u64) -> bool {
        let rest = self.current % 100;
        let fits = match piece {
            1_000.. => self.scale.is_none_or(|scale| piece < scale),
            100..1_000 => self.current < if piece == 100 { 100 } else { 1 },
            // "soixante-dix", "quatre-vingt-onze"; "twenty-one".
            _ if matches!(rest, 60 | 80) => piece < 20,
            _ if rest >= 20 && rest.is_multiple_of(10) => piece < 10,
            _ => rest == 0 && (!self.seen || self.current > 0 || self.scale.is_some()),
        };
        if !fits {
            return false;
        }
        self.seen = true;
        match piece {
            1_000.. => {
                self.total = self.total.saturating_add(self.current.max(1).saturating_mul(piece));
                self.current = 0;
                self.scale = Some(piece);
            }
            100 => self.current = self.current.max(1) * 100,
            _ => self.current += piece,
        }
        true
    }

    /// What it says.
    pub(super) fn value(self) -> u64 {
        self.total.saturating_add(self.current)
    }
}
