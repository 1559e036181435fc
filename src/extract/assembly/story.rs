//! What the story of an article makes of its drafts: consequences, words in passing, and retellings
//! by other words are no incidents of their own.

use super::attach::Owner;
use super::draft::Draft;
use super::{merge, parties};
use crate::extract::casualty::Figure;
use crate::extract::ground::{PlaceClass, PlaceMention};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::{Kind, Outcome, PlaceRole, Realis, Status};

/// Triggers at least so sure stand for an incident also when told in passing.
const ASIDE: f64 = 1.15;
/// Triggers less sure than this are as often figures of speech.
const WEAK: f64 = 0.75;
/// Types so sure are not changed by what is told later.
const SURE: f64 = 1.1;

/// A fire after an explosion, an arrest after a stabbing: no events of their own.
pub(super) fn consequences(
    text: &Text<'_>,
    drafts: &mut [Draft],
    owner: &mut Owner,
    mentions: &[Mention],
) {
    let family = |d: &Draft| text.taxonomy.family(d.best().0).to_owned();
    for effect in 0..drafts.len() {
        let Some(e) = drafts.get(effect) else { continue };
        if e.mentions.is_empty() || !e.live() {
            continue;
        }
        let own = places_of(text, e);
        let headline = in_title(text, e, mentions);
        // "The drone set several flats on fire": no arson beside the strike.
        let flames = text.taxonomy.name(e.best().0) == "arson_attack"
            && e.time.is_none()
            && own.is_empty()
            && !headline;
        // Each could be the effect of the other: what is told first is the cause.
        let mutual = |d: &Draft| text.taxonomy.absorbs(&family(e), &family(d));
        let cause = (0..drafts.len()).find(|c| {
            *c != effect
                && drafts.get(*c).is_some_and(|d| {
                    let there = places_of(text, d);
                    let apart = !own.is_empty()
                        && !there.is_empty()
                        && !there.iter().any(|p| own.iter().any(|o| within(o, p)));
                    d.live()
                        && !d.mentions.is_empty()
                        && (d.kind == e.kind || family(e) == "arrest")
                        && (!mutual(d) || *c < effect)
                        && (!apart || family(e) == "arrest")
                        && (text.taxonomy.absorbs(&family(d), &family(e))
                            || flames && text.taxonomy.group(d.best().0) == "remote_violence")
                        && !mentions_another(e, mentions)
                })
        });
        if let Some(c) = cause {
            // "Stromausfall in Catania", after a fire: the headline tells which is the news.
            let turned = headline
                && drafts.get(c).is_some_and(|d| {
                    // "Waldbrände in Portugal", where one was arrested as an arsonist.
                    let arson = text.taxonomy.name(d.best().0) == "arson_attack"
                        && text.taxonomy.group(e.best().0) == "natural";
                    !in_title(text, d, mentions)
                        && (arson
                            || !matches!(
                                text.taxonomy.group(d.best().0),
                                "remote_violence" | "violence_against_people" | "crime"
                            ))
                })
                && drafts.get(effect).is_some_and(|e| {
                    matches!(
                        text.taxonomy.group(e.best().0),
                        "accident" | "health" | "infrastructure" | "natural"
                    )
                });
            // "Festnahmen bei Razzia", where there was some shooting: a raid.
            let raid = headline
                && drafts.get(effect).is_some_and(|e| family(e) == "arrest")
                && drafts.get(c).is_some_and(|d| {
                    text.taxonomy.name(d.best().0) == "armed_clash" && !in_title(text, d, mentions)
                });
            // "Massaker in Kirche", where some were abducted too: the headline tells the deed.
            let massacre = headline
                && drafts
                    .get(c)
                    .is_some_and(|d| family(d) == "abduction" && !in_title(text, d, mentions))
                && drafts.get(effect).is_some_and(|e| {
                    let (best, weight) = e.best();
                    text.taxonomy.name(best) == "mass_killing" || weight >= SURE
                });
            let swap = turned || raid || massacre;
            let (c, effect) = if swap { (effect, c) } else { (c, effect) };
            let Some(slot) = drafts.get_mut(effect) else { continue };
            let mut taken = slot.clone();
            slot.mentions.clear();
            // "nach der Tat festgenommen": news of the arrest, not of the attack.
            taken.status = Status::Current;
            taken.parties.clear();
            parties::keep(text, &mut taken, drafts.get(c));
            taken.votes.clear();
            hand_over(owner, &taken, c);
            if let Some(cause) = drafts.get_mut(c) {
                merge::absorb(cause, taken);
            }
        }
    }
}

/// A word in passing, without place, time or another telling, beside an event that is told: no
/// incident of its own.
pub(super) fn asides(
    text: &Text<'_>,
    drafts: &mut [Draft],
    owner: &mut Owner,
    mentions: &[Mention],
    figures: &[Figure],
) {
    let Some(main) = drafts.iter().position(|d| {
        d.live() && d.kind == Kind::Incident && !d.mentions.is_empty() && !d.only_reason
    }) else {
        return;
    };
    for i in main + 1..drafts.len() {
        let Some(d) = drafts.get(i) else { continue };
        let placed = d.places.iter().any(|p| p.quality >= 3);
        // "the ceasefire agreed on Saturday", beside the fighting that broke it.
        let pact = d.live()
            && text.taxonomy.family(d.best().0) == "agreement"
            && !in_title(text, d, mentions);
        // "two suspects fled to Belarus", beside what they did.
        let fled = d.live()
            && text.taxonomy.family(d.best().0) == "displacement"
            && !in_title(text, d, mentions)
            && !d.mentions.iter().filter_map(|m| mentions.get(*m)).any(|m| {
                figures.iter().any(|f| f.outcome == Outcome::Displaced && f.sentence == m.sentence)
            });
        let passing = pact
            || fled
            || d.live()
                && d.kind == Kind::Incident
                && d.mentions.len() == 1
                && !d.only_reason
                && !placed
                && d.time.is_none()
                && d.best().1 < ASIDE
                && !mentions_another(d, mentions);
        if !passing {
            continue;
        }
        let mut taken = d.clone();
        parties::keep(text, &mut taken, drafts.get(main));
        if let Some(d) = drafts.get_mut(i) {
            d.mentions.clear();
        }
        hand_over(owner, &taken, main);
        if let Some(d) = drafts.get_mut(main) {
            d.perpetrators.append(&mut taken.perpetrators);
            d.targets.append(&mut taken.targets);
        }
    }
}

/// The mentions of a draft are another's from now on.
fn hand_over(owner: &mut Owner, taken: &Draft, to: usize) {
    for m in &taken.mentions {
        if let Some(o) = owner.get_mut(*m) {
            *o = Some(to);
        }
    }
}

fn in_title(text: &Text<'_>, draft: &Draft, mentions: &[Mention]) -> bool {
    draft
        .mentions
        .iter()
        .filter_map(|m| mentions.get(*m))
        .any(|m| text.span(m.first(), m.last()).start < text.ground.text_start)
}

fn mentions_another(draft: &Draft, mentions: &[Mention]) -> bool {
    draft.mentions.iter().filter_map(|m| mentions.get(*m)).any(|m| m.another)
}

fn places_of<'t>(text: &'t Text<'_>, draft: &Draft) -> Vec<&'t PlaceMention> {
    draft
        .places
        .iter()
        .filter(|p| p.quality >= 3 && p.role == PlaceRole::Event)
        .filter_map(|p| text.ground.places.get(p.place))
        .collect()
}

/// The same place, or a place and the country or the sea around it.
fn within(a: &PlaceMention, b: &PlaceMention) -> bool {
    let wide = |p: &PlaceMention| matches!(p.place.class, PlaceClass::Country | PlaceClass::Water);
    a.place.name == b.place.name
        || (wide(a) || wide(b)) && a.place.country.is_some() && a.place.country == b.place.country
}

/// Agency copy tells one incident unless it says otherwise: what nothing tells apart from the main
/// incident, and could be a part of it, is the same by other words.
pub(super) fn retellings(
    text: &Text<'_>,
    drafts: &mut [Draft],
    owner: &mut Owner,
    mentions: &[Mention],
    figures: &[Figure],
) {
    let told = |d: &Draft| d.live() && !d.mentions.is_empty() && !d.only_reason;
    let news = |d: &Draft| told(d) && d.kind == Kind::Incident;
    for j in 1..drafts.len() {
        let Some(new) = drafts.get(j).filter(|d| told(d)) else { continue };
        let own = toll(new, mentions, figures);
        let found = drafts.iter().take(j).position(|old| {
            let tolls = own.is_some_and(|b| toll(old, mentions, figures).is_some_and(|a| a != b));
            // "Fighting in X": what the text counts "since Sunday" is that of its headline.
            let same = new.kind == Kind::Incident
                || new.totals.is_none()
                    && in_title(text, old, mentions)
                    && text.taxonomy.family(old.best().0) == text.taxonomy.family(new.best().0);
            news(old)
                && same
                && kin(text, old, new)
                && !tolls
                && !mentions_another(new, mentions)
                && !merge::told_apart(text, old, new, mentions)
        });
        let (Some(i), Some(new)) = (found, drafts.get_mut(j)) else { continue };
        let mut taken = new.clone();
        new.mentions.clear();
        hand_over(owner, &taken, i);
        // The headline or the lead names what it is.
        let named = drafts.get(i).is_some_and(|old| {
            let (is, weight) = old.best();
            let (other, _) = taken.best();
            weight >= SURE && is != other
                || weight >= WEAK && text.taxonomy.family(is) != text.taxonomy.family(other)
        });
        // "Explosion in Kabul", and then a bomb: what somebody did names it, not what it looked like.
        let deed = drafts.get(i).is_some_and(|old| {
            let group = |d: &Draft| text.taxonomy.group(d.best().0);
            // Flames set houses on fire too: somebody must have done it.
            let somebody = text.taxonomy.name(taken.best().0) != "arson_attack"
                || !taken.perpetrators.is_empty();
            group(old) == "accident"
                && somebody
                && matches!(group(&taken), "remote_violence" | "violence_against_people" | "crime")
        });
        if deed && let Some(old) = drafts.get_mut(i) {
            old.votes.clear();
        } else if named {
            taken.votes.clear();
        }
        if taken.realis == Realis::Foiled {
            // What was shot down of a raid does not undo the raid.
            taken.votes.clear();
            taken.perpetrators.clear();
        }
        if let Some(old) = drafts.get_mut(i) {
            merge::absorb(old, taken);
        }
    }
}

/// Could be told as each other: deeds of violence, unrest, and what the taxonomy absorbs.
fn kin(text: &Text<'_>, a: &Draft, b: &Draft) -> bool {
    let group = |d: &Draft| text.taxonomy.group(d.best().0);
    let family = |d: &Draft| text.taxonomy.family(d.best().0).to_owned();
    let violent = |d: &Draft| {
        matches!(group(d), "battle" | "remote_violence" | "violence_against_people")
            || matches!(family(d).as_str(), "attack" | "homicide" | "abduction")
    };
    let (x, y) = (family(a), family(b));
    x == y
        || violent(a) && violent(b)
        || text.taxonomy.absorbs(&x, &y)
        || text.taxonomy.absorbs(&y, &x)
}

/// The number of dead that a draft's own sentences state.
fn toll(draft: &Draft, mentions: &[Mention], figures: &[Figure]) -> Option<u64> {
    let mut found = figures.iter().filter(|f| {
        f.outcome == Outcome::Killed
            && !f.part
            && draft
                .mentions
                .iter()
                .filter_map(|m| mentions.get(*m))
                .any(|m| m.sentence == f.sentence && m.clause == f.clause)
    });
    found.find_map(|f| f.bound.min)
}
