//! Relations between the events of one article.

use super::attach::Owner;
use super::draft::Draft;
use crate::extract::lexicon::{Effect, Tag};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::{Kind, LinkRelation};

/// Finds what was done in return for what, and what is part of what.
pub(crate) fn relate(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention], owner: &Owner) {
    let owned = |i: usize| owner.get(i).copied().flatten();
    // "Als Vergeltung für den Beschuss bombardierte ...".
    for (i, reason) in mentions.iter().enumerate().filter(|(_, m)| m.in_reason) {
        let Some(to) = owned(i) else { continue };
        let from = mentions
            .iter()
            .enumerate()
            .filter(|(_, m)| m.sentence == reason.sentence && !m.in_reason && !m.since)
            .min_by_key(|(_, m)| m.first().abs_diff(reason.first()))
            .and_then(|(j, _)| owned(j));
        let span = text.span(reason.first(), reason.last());
        push(drafts, from, to, LinkRelation::RetaliationFor, span, "link.reason");
    }
    // "Als Reaktion griff ... an": in return for what was told before.
    for hit in &text.hits {
        let Tag::Cue(c) = hit.tag else { continue };
        if text.lex.cues.get(c).is_none_or(|c| c.effect != Effect::ReasonBefore) {
            continue;
        }
        // "als Reaktion auf" is the longer reading.
        let longer = text.hits_at(hit.first()).any(|h| {
            matches!(h.tag, Tag::Cue(o) if text.lex.cues.get(o).is_some_and(|o| o.effect == Effect::Reason))
        });
        if longer {
            continue;
        }
        let sentence = text.sentence(hit.first());
        let from = mentions
            .iter()
            .enumerate()
            .find(|(_, m)| m.sentence == sentence && m.first() > hit.first() && !m.in_reason)
            .and_then(|(j, _)| owned(j));
        let to = mentions
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, m)| m.sentence < sentence && sentence - m.sentence <= 3 && !m.since)
            .filter_map(|(j, _)| owned(j))
            .find(|d| Some(*d) != from);
        if let Some(to) = to {
            push(
                drafts,
                from,
                to,
                LinkRelation::RetaliationFor,
                text.hit_span(hit),
                "link.reason_before",
            );
        }
    }
    parts(text, drafts, mentions);
}

/// An incident by the side, and of the kind, of a series in the same country.
fn parts(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention]) {
    let mut found = Vec::new();
    for (i, d) in drafts.iter().enumerate().filter(|(_, d)| d.kind == Kind::Incident && d.live()) {
        for (j, a) in
            drafts.iter().enumerate().filter(|(_, a)| a.kind == Kind::Aggregate && a.live())
        {
            let family = text.taxonomy.family(d.best().0) == text.taxonomy.family(a.best().0);
            let side = d
                .perpetrators
                .iter()
                .any(|x| a.perpetrators.iter().any(|y| x.entity.same(&y.entity)));
            let country = |d: &Draft| {
                d.places
                    .iter()
                    .filter_map(|p| text.ground.places.get(p.place))
                    .filter_map(|p| p.place.country.clone())
                    .collect::<Vec<_>>()
            };
            let there = country(d).iter().any(|c| country(a).contains(c));
            if family && side && there {
                let span = a
                    .mentions
                    .first()
                    .and_then(|m| mentions.get(*m))
                    .map(|m| text.span(m.first(), m.last()));
                if let Some(span) = span {
                    found.push((i, j, span));
                }
            }
        }
    }
    for (from, to, span) in found {
        push(drafts, Some(from), to, LinkRelation::PartOf, span, "link.series");
    }
}

fn push(
    drafts: &mut [Draft],
    from: Option<usize>,
    to: usize,
    relation: LinkRelation,
    span: crate::extract::ground::Span,
    rule: &'static str,
) {
    let Some(from) = from.filter(|f| *f != to) else { return };
    if let Some(d) = drafts.get_mut(from)
        && !d.links.iter().any(|(r, t, _, _)| *r == relation && *t == to)
    {
        d.links.push((relation, to, span, rule));
    }
}
