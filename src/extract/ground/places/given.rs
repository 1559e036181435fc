//! Resolves spans that a caller says are names of places.

use super::super::{Ground, Resolved, Span};
use super::find::{self, Candidate, Needs, What};
use super::gazetteer::{Entry, Gazetteer};
use super::lead::Lead;
use super::resolve::Context;
use super::table::Places;
use super::world::World;

/// Resolves just these spans, each taken for the name of a place.
pub(in super::super) fn spans(
    ground: &Ground,
    places: &Places,
    world: &World,
    outlet: Option<&str>,
    spans: &[Span],
) -> Vec<Option<Resolved>> {
    let mut all = find::candidates(ground, places);
    let wanted: Vec<Option<Candidate>> =
        spans.iter().map(|span| forced(ground, places, &all, *span)).collect();
    for candidate in wanted.iter().flatten() {
        match all.iter_mut().find(|c| c.span == candidate.span) {
            Some(same) => *same = candidate.clone(),
            None => all.push(candidate.clone()),
        }
    }
    all.sort_by_key(|c| (c.span.start, c.span.end));
    let context = Context::of(ground, places, world, outlet, &all);
    let resolve = |c: &Option<Candidate>| context.resolved(c.as_ref()?).map(|(place, _)| place);
    wanted.iter().map(resolve).collect()
}

/// The candidate of a span that is said to name a place.
fn forced(ground: &Ground, places: &Places, all: &[Candidate], span: Span) -> Option<Candidate> {
    if let Some(same) = all.iter().find(|c| c.span == span) {
        return Some(Candidate { strong: true, ..same.clone() });
    }
    let base = ground.slice(span).to_owned();
    let folded = super::super::tokens::fold(&base);
    let key = folded.split_whitespace().collect::<Vec<_>>().join(" ");
    let gazetteer = Gazetteer::builtin();
    let mut entries = gazetteer.find(&key);
    if entries.is_empty() {
        let stems = places.table.genitive.iter().filter_map(|g| key.strip_suffix(g.as_str()));
        entries = stems.map(|s| gazetteer.find(s)).find(|e| !e.is_empty()).unwrap_or_default();
    }
    let first = ground.tokens.partition_point(|t| t.span.end <= span.start);
    let to = ground.tokens.partition_point(|t| t.span.start < span.end);
    let sentence = ground.sentences.partition_point(|s| s.span.end <= span.start);
    let what = if let Some(number) = places.division(base.trim_end_matches('.')) {
        What::Names(vec![Entry { place: number, alternate: false }])
    } else if let Some(known) = places.adjective(&key) {
        known.what()
    } else if entries.is_empty() {
        let (_, list) = places.known.at(ground.tokens.get(..to)?, first)?;
        list.first()?.1.what()
    } else {
        What::Names(entries)
    };
    Some(Candidate {
        from: first,
        to,
        span,
        key,
        base,
        what,
        lead: Lead { wide: first, ..Lead::default() },
        sentence,
        strong: true,
        adjective: false,
        metonym: false,
        needs: Needs::Nothing,
        rule: places.rules.gazetteer,
    })
}
