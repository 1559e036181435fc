//! An incident in the making.

use crate::extract::casualty::Figure;
use crate::extract::entity::Entity;
use crate::extract::ground::Span;
use crate::extract::lexicon::TypeId;
use crate::extract::trigger::Cited;
use crate::message::{
    Bound, CountsPart, Kind, LinkRelation, PerpetratorConfidence, PlaceRole, Realis, Status,
};

/// A place taken for an event.
#[derive(Debug, Clone)]
pub(crate) struct PlacePick {
    /// Index into the places of the ground.
    pub(crate) place: usize,
    pub(crate) role: PlaceRole,
    /// 3: same clause; 2: same sentence; 1: elsewhere.
    pub(crate) quality: u8,
    pub(crate) rule: &'static str,
}

/// A time taken for an event: index into the times of the ground.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimePick {
    pub(crate) time: usize,
    pub(crate) quality: u8,
}

/// A party with the rule that found it.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) entity: Entity,
    pub(crate) rule: &'static str,
}

/// A figure and who says so (index into the sayings of the text).
#[derive(Debug, Clone)]
pub(crate) struct Count {
    pub(crate) figure: Figure,
    pub(crate) saying: Option<usize>,
    pub(crate) confidence: f64,
}

/// Totals of a series.
#[derive(Debug, Clone)]
pub(crate) struct Totals {
    pub(crate) unit: String,
    pub(crate) total: Bound,
    pub(crate) parts: Vec<(CountsPart, Span)>,
    pub(crate) span: Span,
}

/// An incident in the making.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) kind: Kind,
    /// Indices of its mentions.
    pub(crate) mentions: Vec<usize>,
    pub(crate) votes: Vec<(TypeId, f64)>,
    pub(crate) realis: Realis,
    pub(crate) status: Status,
    pub(crate) reality: Option<Cited>,
    pub(crate) series: Option<Cited>,
    pub(crate) time: Option<TimePick>,
    /// "seit dem Überfall": the mention whose time begins the period.
    pub(crate) since: Option<usize>,
    pub(crate) places: Vec<PlacePick>,
    pub(crate) perpetrators: Vec<Role>,
    pub(crate) parties: Vec<Role>,
    pub(crate) targets: Vec<Role>,
    pub(crate) instruments: Vec<(String, Span, &'static str)>,
    pub(crate) perpetrator_confidence: Option<(PerpetratorConfidence, Span, String)>,
    pub(crate) counts: Vec<Count>,
    pub(crate) sayings: Vec<usize>,
    pub(crate) reason: Option<Cited>,
    pub(crate) totals: Option<Totals>,
    pub(crate) crowd: Option<(Bound, Span)>,
    pub(crate) damage: Vec<(String, Option<Bound>, Span)>,
    pub(crate) links: Vec<(LinkRelation, usize, Span, &'static str)>,
    /// Told only as the reason of another.
    pub(crate) only_reason: bool,
}

impl Draft {
    /// The type with most votes.
    pub(crate) fn best(&self) -> (TypeId, f64) {
        let mut best = (usize::MAX, 0.0);
        for (id, weight) in &self.votes {
            if *weight > best.1 + 1e-9 || ((*weight - best.1).abs() <= 1e-9 && *id < best.0) {
                best = (*id, *weight);
            }
        }
        best
    }

    pub(crate) fn vote(&mut self, id: TypeId, weight: f64) {
        match self.votes.iter_mut().find(|(t, _)| *t == id) {
            Some((_, w)) => *w += weight,
            None => self.votes.push((id, weight)),
        }
    }

    /// True if it is news that something happened.
    pub(crate) fn live(&self) -> bool {
        matches!(self.status, Status::Current | Status::Update)
            && matches!(self.realis, Realis::Actual | Realis::Attempted | Realis::Foiled)
    }
}
