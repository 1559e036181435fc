//! Types, groups, families, and what other codebooks call them.

use super::rows::{AbsorbRow, Frame, RefineRow, TypeRow};
use crate::message::Codes;

/// Index of a type in the taxonomy.
pub(crate) type TypeId = usize;

/// The types of events.
#[derive(Debug, Default)]
pub(crate) struct Taxonomy {
    rows: Vec<TypeRow>,
    refine: Vec<Refine>,
    absorb: Vec<AbsorbRow>,
}

/// A vote for a type from what stands beside the trigger.
#[derive(Debug)]
pub(crate) struct Refine {
    pub(crate) family: String,
    pub(crate) instrument: Option<String>,
    pub(crate) sector: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) event_type: TypeId,
    pub(crate) weight: f64,
}

impl Taxonomy {
    /// Adds a type, or replaces the one of the same name.
    pub(super) fn add(&mut self, row: TypeRow) {
        match self.rows.iter_mut().find(|r| r.name == row.name) {
            Some(old) => *old = row,
            None => self.rows.push(row),
        }
    }

    pub(super) fn add_refine(&mut self, row: &RefineRow) -> Result<(), String> {
        let name = row.event_type.get_ref();
        let event_type = self.find(name).ok_or_else(|| format!("no type {name:?}"))?;
        self.refine.push(Refine {
            family: row.family.clone(),
            instrument: row.instrument.clone(),
            sector: row.sector.clone(),
            target: row.target.clone(),
            event_type,
            weight: row.weight,
        });
        Ok(())
    }

    /// The type of that name.
    pub(crate) fn find(&self, name: &str) -> Option<TypeId> {
        self.rows.iter().position(|r| r.name == name)
    }

    /// Its slug.
    pub(crate) fn name(&self, id: TypeId) -> &str {
        self.rows.get(id).map_or("other", |r| &r.name)
    }

    /// Its group.
    pub(crate) fn group(&self, id: TypeId) -> &str {
        self.rows.get(id).map_or("other", |r| &r.group)
    }

    /// Its family.
    pub(crate) fn family(&self, id: TypeId) -> &str {
        self.rows.get(id).map_or("other", |r| &r.family)
    }

    /// How triggers of it take their parties.
    pub(crate) fn frame(&self, id: TypeId) -> Frame {
        self.rows.get(id).map_or(Frame::Event, |r| r.frame)
    }

    /// What other codebooks call it.
    pub(crate) fn codes(&self, id: TypeId) -> Codes {
        self.rows.get(id).map_or_else(Codes::default, |r| Codes {
            acled: r.acled.clone(),
            plover: r.plover.clone(),
            muc4: r.muc4.clone(),
            cap: r.cap.clone(),
            glide: r.glide.clone(),
        })
    }

    pub(super) fn add_absorb(&mut self, row: AbsorbRow) {
        self.absorb.push(row);
    }

    /// True if events of the second family are told as what the first brought with it.
    pub(crate) fn absorbs(&self, cause: &str, effect: &str) -> bool {
        self.absorb.iter().any(|a| a.cause == cause && a.effects.iter().any(|e| e == effect))
    }

    pub(crate) fn refinements(&self) -> &[Refine] {
        &self.refine
    }
}
