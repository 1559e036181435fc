//! Measures of a grouping against the gold, and of the fused figures.

use crate::gold::{Event, Story};
use crate::play::Item;
use depesche::message::{Incident, Outcome};
use std::collections::BTreeMap;

/// Sums of B-cubed, and pairs.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Grouping {
    items: f64,
    precision: f64,
    recall: f64,
    pairs: f64,
    right_pairs: f64,
}

impl Grouping {
    pub(crate) fn precision(self) -> f64 {
        self.precision / self.items.max(1.0)
    }

    pub(crate) fn recall(self) -> f64 {
        self.recall / self.items.max(1.0)
    }

    pub(crate) fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        2.0 * p * r / (p + r).max(f64::MIN_POSITIVE)
    }

    /// Of all pairs that were put together, the share that belongs together.
    pub(crate) fn pairwise(self) -> f64 {
        if self.pairs == 0.0 { 1.0 } else { self.right_pairs / self.pairs }
    }

    /// Adds items of one linker run. News that the gold does not know spoils the group it is in,
    /// and is not scored itself.
    pub(crate) fn add(&mut self, items: &[&Item]) {
        for (i, item) in items.iter().enumerate() {
            let Some(event) = &item.event else { continue };
            let alike = |other: &&&Item| other.event.as_ref() == Some(event);
            let class = items.iter().filter(alike).count();
            let together: Vec<&&Item> = match &item.incident {
                None => vec![item],
                Some(incident) => {
                    items.iter().filter(|o| o.incident.as_ref() == Some(incident)).collect()
                }
            };
            let right = together.iter().filter(|o| o.event.as_ref() == Some(event)).count();
            self.items += 1.0;
            self.precision += right as f64 / together.len() as f64;
            self.recall += right as f64 / class as f64;
            for other in items.iter().skip(i + 1) {
                if item.incident.is_some() && item.incident == other.incident {
                    self.pairs += 1.0;
                    self.right_pairs += f64::from(u8::from(other.event.as_ref() == Some(event)));
                }
            }
        }
    }
}

/// A figure of the gold: bounds, the upper one open if none.
fn figure(text: &str) -> (u64, Option<u64>) {
    let number = |text: &str| text.trim().parse::<u64>().unwrap();
    match (text.strip_prefix(">="), text.split_once('-')) {
        (Some(least), _) => (number(least), None),
        (None, Some((min, max))) => (number(min), Some(number(max))),
        (None, None) => (number(text), Some(number(text))),
    }
}

/// Figures of events: how many are right, and how many there are.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) right: usize,
    pub(crate) all: usize,
}

impl Figures {
    pub(crate) fn share(self) -> f64 {
        if self.all == 0 { 1.0 } else { self.right as f64 / self.all as f64 }
    }
}

/// A figure that is not as it should be.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) event: String,
    pub(crate) what: &'static str,
    pub(crate) wanted: String,
    pub(crate) got: String,
    /// A report of the incident states the wanted figure.
    pub(crate) was_told: bool,
}

/// Compares the figures of each event with those of the incident that holds most of its reports.
/// The second sum counts only figures that at least one of the incident's reports states.
pub(crate) fn figures(
    story: &Story,
    items: &[Item],
    incidents: &BTreeMap<&str, &Incident>,
) -> (Figures, Figures, Vec<Wrong>) {
    let (mut all, mut told, mut wrong) = (Figures::default(), Figures::default(), Vec::new());
    for event in story.events.values() {
        let incident = main_incident(event, items).and_then(|id| incidents.get(id.as_str()));
        for (outcome, what, wanted) in [
            (Outcome::Killed, "killed", &event.killed),
            (Outcome::Wounded, "wounded", &event.wounded),
        ] {
            let Some(wanted) = wanted else { continue };
            let got = incident.map_or_else(|| "no incident".to_owned(), |i| got(i, outcome));
            let right = incident.is_some_and(|i| is_right(wanted, i, outcome));
            let was_told = incident.is_some_and(|i| states(i, outcome, wanted));
            all.all += 1;
            all.right += usize::from(right);
            told.all += usize::from(was_told);
            told.right += usize::from(was_told && right);
            if !right {
                let (event, wanted) = (event.id.clone(), wanted.clone());
                wrong.push(Wrong { event, what, wanted, got, was_told });
            }
        }
    }
    (all, told, wrong)
}

/// The incident with most of an event's reports.
pub(crate) fn main_incident(event: &Event, items: &[Item]) -> Option<String> {
    let mut sums: BTreeMap<&String, usize> = BTreeMap::new();
    for item in items.iter().filter(|item| item.event.as_ref() == Some(&event.id)) {
        if let Some(incident) = &item.incident {
            *sums.entry(incident).or_default() += 1;
        }
    }
    sums.into_iter().max_by_key(|(_, sum)| *sum).map(|(id, _)| id.clone())
}

fn whole(incident: &Incident, outcome: Outcome) -> Option<&depesche::message::Casualty> {
    let of = |c: &&depesche::message::Casualty| c.outcome == outcome && !c.part;
    let all = || incident.casualties.iter().filter(of);
    all().find(|c| c.group.is_none()).or_else(|| all().next())
}

fn is_right(wanted: &str, incident: &Incident, outcome: Outcome) -> bool {
    let (min, max) = figure(wanted);
    let Some(got) = whole(incident, outcome) else { return false };
    match max {
        Some(max) if max == min => {
            got.best == Some(min) || (got.min, got.max) == (Some(min), Some(max))
        }
        _ => (got.min, got.max) == (Some(min), max),
    }
}

fn states(incident: &Incident, outcome: Outcome, wanted: &str) -> bool {
    let (min, max) = figure(wanted);
    let stated = |number: u64| {
        incident
            .reports
            .iter()
            .flat_map(|r| &r.casualties)
            .any(|c| c.outcome == outcome && [c.min, c.best, c.max].contains(&Some(number)))
    };
    stated(min) && max.is_none_or(stated)
}

fn got(incident: &Incident, outcome: Outcome) -> String {
    whole(incident, outcome)
        .map_or_else(|| "nothing".to_owned(), |c| format!("{:?}/{:?}/{:?}", c.min, c.best, c.max))
}
