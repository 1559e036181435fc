//! What only the article as a whole tells of its events: parts of a total, lasting conditions, and
//! time and place that stand in another sentence than the event.

use super::attach::Owner;
use super::draft::{Draft, PlacePick, TimePick};
use super::setting;
use crate::extract::attribution::Saying;
use crate::extract::ground::PlaceClass;
use crate::extract::lexicon::{Frame, Tag, Word};
use crate::extract::text::Text;
use crate::extract::trigger::{Cited, Mention};
use crate::message::{Kind, PlaceRole, Status};

/// Sentences between an event and its time.
const TIME_REACH: usize = 5;
/// Sentences behind an event that may tell its town.
const PLACE_REACH: usize = 4;
/// Days between a time in another sentence and the news.
const TIME_DAYS: i64 = 8;

/// The incidents that are news.
fn news(drafts: &[Draft]) -> Vec<usize> {
    drafts
        .iter()
        .enumerate()
        .filter(|(_, d)| {
            d.live() && d.kind == Kind::Incident && !d.mentions.is_empty() && !d.only_reason
        })
        .map(|(i, _)| i)
        .collect()
}

fn sentences(draft: &Draft, mentions: &[Mention]) -> Vec<usize> {
    draft.mentions.iter().filter_map(|m| mentions.get(*m)).map(|m| m.sentence).collect()
}

/// True if the sentence tells of another event than this.
fn taken(sentence: usize, draft: usize, mentions: &[Mention], owner: &Owner) -> bool {
    mentions
        .iter()
        .zip(owner)
        .any(|(m, o)| m.sentence == sentence && m.veto.is_none() && o.is_some_and(|d| d != draft))
}

/// "212 attacks. Of these, 130 were air strikes": parts of the total are no incidents.
pub(super) fn parts(
    text: &Text<'_>,
    drafts: &mut [Draft],
    owner: &mut Owner,
    mentions: &[Mention],
) {
    for i in 0..drafts.len() {
        let Some(total) = drafts.get(i).filter(|d| d.kind == Kind::Aggregate) else { continue };
        if total.totals.is_none() {
            continue;
        }
        let told = sentences(total, mentions);
        for j in 0..drafts.len() {
            let Some(part) = drafts.get(j).filter(|d| j != i && !d.mentions.is_empty()) else {
                continue;
            };
            let of = sentences(part, mentions).iter().all(|s| {
                let start = text.tokens_of(*s).start;
                let opens = text.is(start, Word::Including)
                    || text.is(start, Word::Of) && text.is(start + 1, Word::This);
                opens && told.iter().any(|t| t <= s && s - t <= 1)
            });
            if !of {
                continue;
            }
            let moved = part.mentions.clone();
            if let Some(part) = drafts.get_mut(j) {
                part.mentions.clear();
            }
            for m in &moved {
                if let Some(slot) = owner.get_mut(*m) {
                    *slot = Some(i);
                }
            }
        }
    }
}

/// "has been under siege for months", beside an event: a condition, no news.
pub(super) fn lasting(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention]) {
    for i in news(drafts).into_iter().skip(1) {
        let Some(d) = drafts.get_mut(i) else { continue };
        let span = d.mentions.iter().filter_map(|m| mentions.get(*m)).find_map(|m| {
            text.ground.times.iter().find(|t| {
                t.timex_type == "DURATION"
                    && t.value.starts_with('P')
                    && t.value.ends_with(['M', 'Y'])
                    && !t.value.contains('T')
                    && text.clause(text.token_at(t.span.start)) == m.clause
            })
        });
        if let Some(t) = span.filter(|_| d.mentions.len() == 1 && d.time.is_none()) {
            d.status = Status::Background;
            d.reality = Some(Cited { span: t.span, rule: "status.lasting".to_owned() });
        }
    }
}

/// The time of the only incident may stand in the lede, or in a sentence near by.
pub(super) fn times(
    text: &Text<'_>,
    drafts: &mut [Draft],
    mentions: &[Mention],
    owner: &Owner,
    speech: &[usize],
) {
    let live = news(drafts);
    let [only] = live.as_slice() else { return };
    let only = *only;
    let Some(d) = drafts.get(only).filter(|d| d.time.is_none()) else { return };
    let own = sentences(d, mentions);
    let lede = text.ground.sentences.iter().position(|s| {
        !s.dateline && text.span(s.tokens.start, s.tokens.start).start >= text.ground.text_start
    });
    let today = text.ground.anchor.date();
    let found = text
        .ground
        .times
        .iter()
        .enumerate()
        .filter(|(_, t)| {
            let clause = text.clause(text.token_at(t.span.start));
            let day = t.start.map(jiff::civil::DateTime::date);
            let recent = day.is_some_and(|d| {
                today.since(d).is_ok_and(|s| (0..=TIME_DAYS).contains(&i64::from(s.get_days())))
            });
            setting::usable(t)
                && recent
                && setting::coarse(t.precision) <= 1
                && !speech.contains(&clause)
                && !taken(t.sentence, only, mentions, owner)
        })
        .filter_map(|(i, t)| {
            let distance = own.iter().map(|s| s.abs_diff(t.sentence)).min()?;
            (distance <= TIME_REACH).then_some((
                Some(t.sentence) != lede,
                t.rule.ends_with("time.part"),
                distance,
                i,
            ))
        })
        .min();
    if let (Some((_, _, _, time)), Some(d)) = (found, drafts.get_mut(only)) {
        d.time = Some(TimePick { time, quality: 1 });
    }
}

/// The town of the only incident may be told behind its country or region.
pub(super) fn places(
    text: &Text<'_>,
    drafts: &mut [Draft],
    mentions: &[Mention],
    owner: &Owner,
    sayings: &[Saying],
    speech: &[usize],
) {
    let live = news(drafts);
    let [only] = live.as_slice() else { return };
    let only = *only;
    let Some(d) = drafts.get(only) else { return };
    let wide: Vec<_> = d
        .places
        .iter()
        .filter(|p| p.role == PlaceRole::Event)
        .filter_map(|p| text.ground.places.get(p.place))
        .collect();
    let [wide] = wide.as_slice() else { return };
    if !matches!(wide.place.class, PlaceClass::Country | PlaceClass::Admin1 | PlaceClass::Region) {
        return;
    }
    let from = sentences(d, mentions).into_iter().min().unwrap_or_default();
    let found = text.ground.places.iter().position(|p| {
        let clause = text.clause(text.token_at(p.span.start));
        let inside = p.place.country.is_some()
            && p.place.country == wide.place.country
            && (wide.place.class == PlaceClass::Country
                || wide.place.admin1.is_some() && p.place.admin1 == wide.place.admin1);
        // "brought to hospitals in ...": where people are, not where it happened.
        let people = text
            .hits_in(text.tokens_of(p.sentence))
            .any(|h| matches!(h.tag, Tag::People(_) | Tag::Outcome(..) | Tag::Unnamed));
        p.place.class == PlaceClass::Town
            && inside
            && (from..=from + PLACE_REACH).contains(&p.sentence)
            && setting::stands(text, Frame::Event, p) == Some(PlaceRole::Event)
            && !people
            && !setting::in_speaker(p, sayings)
            && !speech.contains(&clause)
            && !taken(p.sentence, only, mentions, owner)
    });
    if let (Some(place), Some(d)) = (found, drafts.get_mut(only)) {
        d.places.retain(|p| p.role != PlaceRole::Event);
        d.places.push(PlacePick {
            place,
            role: PlaceRole::Event,
            quality: 1,
            rule: "place.narrower",
        });
    }
}
