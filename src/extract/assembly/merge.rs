//! One event told in several sentences is one draft; several events are several.

use super::draft::{Draft, PlacePick, Role};
use super::setting;
use crate::extract::entity::{Entity, EntityKind};
use crate::extract::ground::{PlaceClass, PlaceMention, Resolved};
use crate::extract::lexicon::{Form, Word};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::{Kind, PlaceRole, Realis, Status};

/// Towns within this many kilometres are one place.
const SAME_PLACE_KM: f64 = 60.0;

/// The draft that a new one is told as, by the best agreement; the latest of equals.
pub(crate) fn partner(
    text: &Text<'_>,
    drafts: &[Draft],
    new: &Draft,
    mention: &Mention,
    mentions: &[Mention],
) -> Option<usize> {
    let mut best: Option<(i32, usize)> = None;
    for (i, old) in drafts.iter().enumerate() {
        if let Some(score) = agreement(text, old, new, mention, mentions)
            && best.is_none_or(|(b, _)| score >= b)
        {
            best = Some((score, i));
        }
    }
    best.map(|(_, i)| i).or_else(|| repeated(text, drafts, new, mention, mentions))
}

/// "Cyberattack ... the attack": the head of a compound stands for what the whole word told.
fn repeated(
    text: &Text<'_>,
    drafts: &[Draft],
    new: &Draft,
    mention: &Mention,
    mentions: &[Mention],
) -> Option<usize> {
    if !mention.definite || mention.plural || mention.form != Form::Noun || mention.another {
        return None;
    }
    let head = text.lower(mention.last());
    drafts.iter().rposition(|d| {
        d.kind == new.kind
            && d.live()
            && new.live()
            && places_agree(text, &d.places, &new.places) != Some(false)
            && d.mentions
                .iter()
                .filter_map(|m| mentions.get(*m))
                .any(|m| m.form == Form::Noun && text.lower(m.last()).ends_with(head))
    })
}

fn last_sentence(draft: &Draft, mentions: &[Mention]) -> usize {
    draft
        .mentions
        .iter()
        .filter_map(|m| mentions.get(*m))
        .map(|m| m.sentence)
        .max()
        .unwrap_or_default()
}

/// How well they agree; none if they cannot be the same.
fn agreement(
    text: &Text<'_>,
    old: &Draft,
    new: &Draft,
    mention: &Mention,
    mentions: &[Mention],
) -> Option<i32> {
    let (a, wa) = old.best();
    let (b, wb) = new.best();
    if text.taxonomy.family(a) != text.taxonomy.family(b) && !takes_up(text, old, mention, mentions)
    {
        return None;
    }
    let past = |d: &Draft| matches!(d.status, Status::Background | Status::Anniversary);
    if past(old) != past(new) || !realis_fits(old.realis, new.realis) {
        return None;
    }
    let same_sentence = last_sentence(old, mentions) == mention.sentence;
    let anaphor = mention.definite;
    if old.only_reason != mention.in_reason && (same_sentence || old.only_reason) && !anaphor {
        return None;
    }
    if same_sentence && old.only_reason != mention.in_reason {
        return None;
    }
    // A definite plural takes up a series or an event; else the kinds must be the same.
    if old.kind != new.kind && !(anaphor && mention.plural) {
        return None;
    }
    if new.kind == Kind::Aggregate && old.kind != Kind::Aggregate && new.totals.is_some() {
        return None;
    }
    let own_sentence = same_sentence && anaphor;
    if (mention.another || mention.earlier && !mention.definite) && !own_sentence {
        return None;
    }
    if a != b
        && wa >= 0.85
        && wb >= 0.85
        && specific(text, a)
        && specific(text, b)
        && !related(text, a, b)
    {
        return None;
    }
    // "Bei Shimla begrub am Mittag ein Erdrutsch einen Bus": another kind, with its own town and hour.
    let fresh = text.taxonomy.group(a) == "natural"
        && a != b
        && mention.form == Form::Noun
        && mention.first().checked_sub(1).is_some_and(|t| text.is(t, Word::Indefinite))
        && new.time.is_some_and(|t| t.quality >= 3)
        && new.places.iter().any(|p| {
            p.quality >= 4
                && text
                    .ground
                    .places
                    .get(p.place)
                    .is_some_and(|m| m.place.class == PlaceClass::Town)
        })
        && !old
            .mentions
            .iter()
            .filter_map(|m| mentions.get(*m))
            .any(|m| m.sentence == mention.sentence);
    if fresh {
        return None;
    }
    // "Anschlag auf Café - Luftwaffe bombardiert Lager": two events of one headline.
    let apart = old.mentions.iter().filter_map(|m| mentions.get(*m)).all(|m| {
        m.sentence == mention.sentence
            && (m.last() + 1..mention.first())
                .any(|t| matches!(text.lower(t), "-" | "–" | "—" | ";"))
    });
    if apart
        && !anaphor
        && a != b
        && !old.targets.is_empty()
        && !new.targets.is_empty()
        && !shared(&old.targets, &new.targets)
    {
        return None;
    }
    if roles_clash(old, new) || times_clash(text, old, new) {
        return None;
    }
    let near = places_agree(text, &old.places, &new.places);
    if near == Some(false) {
        return None;
    }
    let mut score = 0;
    score += i32::from(a == b) * 2;
    score += i32::from(near == Some(true)) * 3;
    score += i32::from(shared(&old.perpetrators, &new.perpetrators)) * 3;
    score += i32::from(shared(&old.targets, &new.targets)) * 2;
    score += i32::from(old.kind == new.kind);
    score += i32::from(anaphor && same_sentence) * 6;
    let distance = mention.sentence.saturating_sub(last_sentence(old, mentions));
    score += i32::from(anaphor && distance <= 1) * 4;
    score -= i32::try_from(distance.min(6)).unwrap_or(6) / 3;
    Some(score)
}

/// Something in the text says that they are two: other places, days, or parties, or a headline that
/// sets them side by side.
pub(super) fn told_apart(text: &Text<'_>, old: &Draft, new: &Draft, mentions: &[Mention]) -> bool {
    let of = |d: &Draft| -> Vec<Mention> {
        d.mentions.iter().filter_map(|m| mentions.get(*m)).cloned().collect()
    };
    let beside = of(new).iter().all(|n| {
        of(old).iter().all(|o| {
            // "eine Messerattacke und ein Brandanschlag"
            let listed = o.clause == n.clause
                && o.form == Form::Noun
                && n.form == Form::Noun
                && !n.definite
                && n.first() > o.last()
                && n.first() - o.last() <= 4
                && (o.last() + 1..n.first()).any(|t| text.is(t, Word::And))
                && (o.last() + 1..n.first()).any(|t| text.is(t, Word::Indefinite));
            o.sentence == n.sentence
                && (listed
                    || (o.last() + 1..n.first())
                        .any(|t| matches!(text.lower(t), "-" | "–" | "—" | ";")))
        })
    });
    roles_clash(old, new)
        || times_clash(text, old, new)
        || places_agree(text, &old.places, &new.places) == Some(false)
        || beside && !shared(&old.targets, &new.targets)
        || of(new).iter().all(|m| m.earlier && !m.definite)
}

/// "Der Überfall", "die Tat" right after a kidnapping or a robbery: the same deed by a general word.
fn takes_up(text: &Text<'_>, old: &Draft, mention: &Mention, mentions: &[Mention]) -> bool {
    let distance = mention.sentence.saturating_sub(last_sentence(old, mentions));
    mention.definite
        && !mention.plural
        && mention.form == Form::Noun
        && !mention.another
        && mention.tokens.len() == 1
        && distance <= 2
        && !specific(text, mention.best().0)
        && (text.taxonomy.family(mention.best().0) == "attack"
            || text.taxonomy.name(mention.best().0) == "homicide")
        && matches!(
            text.taxonomy.group(old.best().0),
            "battle" | "remote_violence" | "violence_against_people" | "crime"
        )
}

fn realis_fits(a: Realis, b: Realis) -> bool {
    a == b
        || matches!(
            (a, b),
            (Realis::Actual, Realis::Attempted) | (Realis::Attempted, Realis::Actual)
        )
}

/// Generic types can be told as any other of their family.
fn specific(text: &Text<'_>, id: usize) -> bool {
    !matches!(
        text.taxonomy.name(id),
        "ground_attack"
            | "bombing"
            | "assault"
            | "mass_killing"
            | "explosion_accident"
            | "protest"
            | "storm"
    )
}

/// Types that are often told as one.
fn related(text: &Text<'_>, a: usize, b: usize) -> bool {
    text.taxonomy.group(a) == "unrest" && text.taxonomy.group(b) == "unrest"
        || text.taxonomy.group(a) == "natural" && text.taxonomy.group(b) == "natural"
}

fn shared(a: &[Role], b: &[Role]) -> bool {
    a.iter().any(|x| b.iter().any(|y| x.entity.same(&y.entity)))
}

/// Another perpetrator, or the perpetrator is the other's target.
fn roles_clash(old: &Draft, new: &Draft) -> bool {
    let known =
        |r: &&Role| !r.entity.unknown && (r.entity.id.is_some() || r.entity.country.is_some());
    let differ = old.perpetrators.iter().filter(known).any(|_| true)
        && new.perpetrators.iter().filter(known).any(|_| true)
        && !old
            .perpetrators
            .iter()
            .any(|a| new.perpetrators.iter().any(|b| a.entity.same(&b.entity) || same_side(a, b)));
    let country = |r: &Role| r.entity.country.clone();
    let crossed = |a: &[Role], b: &[Role]| {
        a.iter().any(|x| {
            country(x).is_some()
                && x.entity.state
                && b.iter().any(|y| {
                    country(y) == country(x) && (y.entity.state || y.entity.sector == "military")
                })
        })
    };
    differ || crossed(&old.perpetrators, &new.targets) || crossed(&new.perpetrators, &old.targets)
}

fn same_side(a: &Role, b: &Role) -> bool {
    a.entity.country.is_some() && a.entity.country == b.entity.country
}

fn times_clash(text: &Text<'_>, old: &Draft, new: &Draft) -> bool {
    if old.kind != Kind::Incident || new.kind != Kind::Incident {
        return false;
    }
    let get = |d: &Draft| d.time.and_then(|t| text.ground.times.get(t.time));
    let (Some(a), Some(b)) = (get(old), get(new)) else { return false };
    // "am Morgen" is of the day that was told before.
    if a.rule.ends_with("time.part") || b.rule.ends_with("time.part") {
        return false;
    }
    if setting::coarse(a.precision) > 0 || setting::coarse(b.precision) > 0 {
        return false;
    }
    let (Some(a0), Some(b0)) = (a.start, b.start) else { return false };
    let (a1, b1) = (a.end.unwrap_or(a0), b.end.unwrap_or(b0));
    a1.date() < b0.date() || b1.date() < a0.date()
}

/// True if some event place is shared, false if all are far apart, none if one has no place.
fn places_agree(text: &Text<'_>, a: &[PlacePick], b: &[PlacePick]) -> Option<bool> {
    let border = |p: &PlaceMention| {
        (text.token_at(p.wide.start)..text.token_at(p.span.start)).any(|t| text.is(t, Word::Border))
    };
    let events = |list: &[PlacePick]| -> Vec<Site> {
        list.iter()
            .filter(|p| p.role == PlaceRole::Event && p.quality >= 3)
            .filter_map(|p| text.ground.places.get(p.place).cloned())
            .map(|p| Site { border: border(&p), place: p.place })
            .collect()
    };
    let (a, b) = (events(a), events(b));
    if a.is_empty() || b.is_empty() {
        return None;
    }
    let mut verdict = None;
    for x in &a {
        for y in &b {
            match agree(x, y) {
                Some(true) => return Some(true),
                Some(false) => verdict = verdict.or(Some(false)),
                None => {}
            }
        }
    }
    verdict
}

/// Where an event was.
struct Site {
    place: Resolved,
    border: bool,
}

fn agree(x: &Site, y: &Site) -> Option<bool> {
    if x.place.geoname_id.is_some() && x.place.geoname_id == y.place.geoname_id {
        return Some(true);
    }
    // "in Neustadt", and then "in Neustadt in Holstein"
    let head = |s: &Site| s.place.name.split([' ', '-']).next().map(str::to_lowercase);
    if head(x).is_some_and(|h| h.len() > 4 && Some(h) == head(y)) && x.place.name != y.place.name {
        return None;
    }
    // "an der Grenze zu Kambodscha" is on both sides of it.
    if x.border || y.border {
        return None;
    }
    if let (Some(a), Some(b)) = (&x.place.country, &y.place.country)
        && a != b
    {
        return Some(false);
    }
    let wide = |c| matches!(c, PlaceClass::Country | PlaceClass::Water);
    if let (Some(a), Some(b)) = (&x.place.admin1, &y.place.admin1)
        && a != b
        && !wide(x.place.class)
        && !wide(y.place.class)
        && kilometres(x, y) > SAME_PLACE_KM
    {
        return Some(false);
    }
    let point = |c| matches!(c, PlaceClass::Town | PlaceClass::Spot);
    if !point(x.place.class) || !point(y.place.class) {
        // A region or a country may hold the other.
        return None;
    }
    Some(kilometres(x, y) <= SAME_PLACE_KM)
}

fn kilometres(x: &Site, y: &Site) -> f64 {
    let (from, to) = (x.place.lat.to_radians(), y.place.lat.to_radians());
    let turn = (x.place.lon - y.place.lon).to_radians();
    let half =
        ((from - to) / 2.0).sin().powi(2) + from.cos() * to.cos() * (turn / 2.0).sin().powi(2);
    2.0 * 6371.0 * half.clamp(0.0, 1.0).sqrt().asin()
}

/// Takes what the new telling adds.
pub(crate) fn absorb(old: &mut Draft, new: Draft) {
    old.mentions.extend(new.mentions);
    for (id, weight) in new.votes {
        // Repeating a generic word does not outvote a specific one.
        match old.votes.iter_mut().find(|(t, _)| *t == id) {
            Some((_, w)) => *w = w.max(weight) + 0.1,
            None => old.votes.push((id, weight)),
        }
    }
    if old.status == Status::Current && new.status == Status::Update {
        old.status = Status::Update;
        old.reality = old.reality.take().or(new.reality);
    }
    if old.realis == Realis::Actual && new.realis == Realis::Attempted {
        old.realis = Realis::Attempted;
    }
    old.only_reason &= new.only_reason;
    old.series = old.series.take().or(new.series);
    if old.time.is_none_or(|t| new.time.is_some_and(|n| n.quality > t.quality)) {
        old.time = new.time.or(old.time);
    }
    old.since = old.since.or(new.since);
    old.places.extend(new.places);
    roles(&mut old.perpetrators, new.perpetrators);
    roles(&mut old.parties, new.parties);
    roles(&mut old.targets, new.targets);
    for i in new.instruments {
        match old.instruments.iter_mut().find(|(class, _, _)| *class == i.0) {
            // A word of its own ("mit Kampfflugzeugen") names it better than a compound does.
            Some(known) if known.2 == "instrument.compound" => *known = i,
            Some(_) => {}
            None => old.instruments.push(i),
        }
    }
    old.reason = old.reason.take().or(new.reason);
    old.totals = match (old.totals.take(), new.totals) {
        (Some(a), Some(b)) => Some(if b.parts.len() > a.parts.len() { b } else { a }),
        (a, b) => a.or(b),
    };
    old.crowd = old.crowd.or(new.crowd);
}

fn roles(old: &mut Vec<Role>, new: Vec<Role>) {
    for role in new {
        let known = old.iter_mut().find(|r| {
            r.entity.same(&role.entity)
                || r.entity.kind == role.entity.kind
                    && !r.entity.class.is_empty()
                    && r.entity.class == role.entity.class
                    && !apart(&r.entity, &role.entity)
        });
        match known {
            Some(r) => {
                // The telling with more detail.
                if role.entity.id.is_some() && r.entity.id.is_none()
                    || r.entity.number.is_none() && role.entity.number.is_some()
                {
                    *r = role;
                }
            }
            None => old.push(role),
        }
    }
}

/// Things of one class with different names: a town and a house in it.
fn apart(a: &Entity, b: &Entity) -> bool {
    let (x, y) = (a.name.to_lowercase(), b.name.to_lowercase());
    a.kind == EntityKind::Thing && !x.contains(&y) && !y.contains(&x)
}
