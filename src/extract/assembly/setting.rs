//! Place and time of one mention, not those of the speaker or of another event.

use super::draft::{PlacePick, TimePick};
use crate::extract::attribution::Saying;
use crate::extract::ground::{PlaceClass, PlaceMention, TimeMention, TokenKind};
use crate::extract::lexicon::{Frame, SpeechForm, Tag, Word};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::{PlaceRole, Realis, TimePrecision};

/// Clauses in which somebody speaks and nothing else happens.
pub(crate) fn speech_clauses(sayings: &[Saying], mentions: &[Mention]) -> Vec<usize> {
    let mut out: Vec<usize> = sayings
        .iter()
        .filter(|s| s.rule.ends_with("verb") && !mentions.iter().any(|m| m.clause == s.clause))
        .map(|s| s.clause)
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

pub(super) fn in_speaker(place: &PlaceMention, sayings: &[Saying]) -> bool {
    sayings
        .iter()
        .any(|s| s.speaker_span.start <= place.span.start && place.span.end <= s.speaker_span.end)
}

/// Right behind the words "laut ...", "nach Angaben ...", with nothing but a preposition between.
fn beside_speaker(text: &Text<'_>, place: &PlaceMention, sayings: &[Saying]) -> bool {
    let at = text.token_at(place.wide.start);
    place.locative
        && sayings.iter().filter(|s| s.rule.ends_with("before")).any(|s| {
            let last = text.token_at(s.speaker_span.end.saturating_sub(1));
            last < at && at - last <= 2 && (last + 1..at).all(|t| text.is(t, Word::Preposition))
        })
}

/// A word that is read as a place but means something else here.
fn stray(text: &Text<'_>, place: &PlaceMention) -> bool {
    let first = text.token_at(place.span.start);
    let last = text.token_at(place.span.end.saturating_sub(1));
    // "bei Brand in Textilfabrik": the event itself, or what it did.
    let event = (first..=last).any(|t| {
        text.span(t, t).end <= place.span.end
            && text.hits_at(t).any(|h| matches!(h.tag, Tag::Trigger(..) | Tag::Outcome(..)))
    });
    // "im Alter von", "rund um den Markt": a town has no article in German.
    let of_town = text.lower(first).ends_with("er") && text.capital(last + 1);
    let noun = text.lex.capital_nouns
        && place.place.class == PlaceClass::Town
        && !of_town
        && first.checked_sub(1).is_some_and(|t| {
            text.is(t, Word::Definite)
                || matches!(text.lower(t), "im" | "am" | "zum" | "zur" | "vom" | "beim")
        });
    // "in den peruanischen Anden": nor has it one before its adjective, but "im schwedischen Gävle".
    let led = first.checked_sub(2).is_some_and(|t| {
        matches!(text.lower(t), "den" | "die" | "der")
            && text.lower(t + 1).ends_with(['e', 'n', 'r'])
            && text.kind(t + 1) == TokenKind::Word
            && !text.capital(t + 1)
            && !text.verb(t + 1)
    });
    let noun =
        noun || led && text.lex.capital_nouns && place.place.class == PlaceClass::Town && !of_town;
    // "the Somali town of Baidoa": says of which place the other one is.
    let of = text.is(last + 2, Word::Of)
        && text.kind(last + 1) == TokenKind::Word
        && !text.capital(last + 1)
        && text.places_in(text.span(last + 3, last + 3)).next().is_some()
        && !text.lex.capital_nouns;
    event || noun || of || seat(text, place, |tag| government(text, tag))
}

/// The office that a place names the seat of, as in "das Verteidigungsministerium in Moskau".
fn seat(text: &Text<'_>, place: &PlaceMention, office: impl Fn(Tag) -> bool) -> bool {
    let Some(before) = text.token_at(place.span.start).checked_sub(2) else { return false };
    place.locative
        && text.is(before + 1, Word::Preposition)
        && text.hits_at(before).any(|h| h.last() == before && office(h.tag))
}

fn government(text: &Text<'_>, tag: Tag) -> bool {
    matches!(tag, Tag::Party(i) if text.lex.parties.get(i).is_some_and(|p| p.state && p.sector == "government"))
}

/// Says that something is there, or was done to it.
pub(super) fn stands(text: &Text<'_>, frame: Frame, place: &PlaceMention) -> Option<PlaceRole> {
    // "Bund im Osten" is a name.
    let named = text
        .ground
        .names
        .iter()
        .any(|n| n.quoted && n.span.start <= place.span.start && place.span.end <= n.span.end);
    if place.adjective || place.metonym || named || stray(text, place) {
        return None;
    }
    let first = text.token_at(place.wide.start);
    let before = first.checked_sub(1);
    let led = before.map(|t| if text.is(t, Word::Definite) { t.saturating_sub(1) } else { t });
    let lower = led.map_or("", |t| text.lower(t));
    if matches!(lower, "aus" | "from" | "depuis" | "desde") {
        return Some(PlaceRole::Origin);
    }
    if place.locative {
        return Some(PlaceRole::Event);
    }
    let on = before.is_some_and(|t| text.is(t, Word::On));
    if on && frame == Frame::Gathering {
        return None;
    }
    let country = place.place.class == PlaceClass::Country;
    // "Ein Erdbeben erschüttert Myanmar": what befalls a country is there.
    let befallen = frame == Frame::Event && first > text.tokens_of(place.sentence).start;
    if on || !country || befallen {
        return Some(PlaceRole::Event);
    }
    None
}

/// Places of the mention's clause, or of its sentence.
pub(crate) fn places(
    text: &Text<'_>,
    mention: &Mention,
    sayings: &[Saying],
    speech: &[usize],
    others: &[usize],
    rivals: &[usize],
) -> Vec<PlacePick> {
    let mut near = Vec::new();
    let mut wide = Vec::new();
    for (i, place) in
        text.ground.places.iter().enumerate().filter(|(_, p)| p.sentence == mention.sentence)
    {
        let Some(role) = stands(text, mention.frame, place) else { continue };
        if in_speaker(place, sayings) {
            continue;
        }
        let at = text.token_at(place.span.start);
        let clause = text.clause(at);
        // "nach Angaben des Ministeriums in Luanda": where the speaker is, unless nothing else is told.
        if beside_speaker(text, place, sayings) {
            near.push((
                at.abs_diff(mention.first()),
                PlacePick { place: i, role, quality: 1, rule: "place.speaker" },
            ));
            continue;
        }
        // "Moskau äußerte sich nicht zu dem Angriff": who speaks of what was told before.
        let subject = !place.locative && at == text.tokens_of(mention.sentence).start;
        if mention.definite
            && at < mention.first()
            && (subject || seat(text, place, |tag| tag == Tag::Speaker))
        {
            continue;
        }
        // "Anschlag in X - Luftwaffe bombardiert Lager": X is of the other half of the headline.
        let (low, high) = (at.min(mention.first()), at.max(mention.first()));
        let beyond = (low..high).any(|t| matches!(text.lower(t), "-" | "–" | "—"))
            && rivals.iter().any(|r| {
                let (from, to) = (at.min(*r), at.max(*r));
                !(from..to).any(|t| matches!(text.lower(t), "-" | "–" | "—"))
            });
        if beyond {
            continue;
        }
        // "seit dem Überfall auf X gab es Angriffe": X belongs to the word before it.
        if !place.locative
            && rivals.iter().any(|r| *r < at && (*r > mention.first() || mention.first() > at))
        {
            continue;
        }
        let locative = place.locative || role == PlaceRole::Origin;
        let pick = |quality| PlacePick { place: i, role, quality, rule: "place.clause" };
        if clause == mention.clause {
            near.push((at.abs_diff(mention.first()), pick(if locative { 4 } else { 3 })));
        } else if !speech.contains(&clause) && !others.contains(&clause) {
            wide.push((at.abs_diff(mention.first()), pick(2)));
        }
    }
    // "launched drones at Ukraine, killing 23 in Kyiv": a town of the sentence is where it was.
    let vague = near.iter().all(|(_, p): &(usize, PlacePick)| {
        text.ground
            .places
            .get(p.place)
            .is_some_and(|m| !matches!(m.place.class, PlaceClass::Town | PlaceClass::Spot))
    });
    let country =
        |p: &PlacePick| text.ground.places.get(p.place).and_then(|m| m.place.country.clone());
    let inside: Vec<Option<String>> = near.iter().map(|(_, p)| country(p)).collect();
    let mut found = near;
    if vague {
        found.extend(
            wide.into_iter().filter(|(_, p)| inside.is_empty() || inside.contains(&country(p))),
        );
    }
    found.sort_by_key(|(d, p)| (*d, p.place));
    found.into_iter().map(|(_, p)| p).collect()
}

/// Of a country and a town in it only the town; of several towns those that are told together.
pub(crate) fn narrow(text: &Text<'_>, picks: &[PlacePick], several: bool) -> Vec<PlacePick> {
    let get = |p: &PlacePick| text.ground.places.get(p.place);
    let Some(top) = picks.iter().map(|p| p.quality).max() else { return Vec::new() };
    // A town of the sentence beats the bare country of the clause.
    let fine = |p: &PlacePick| {
        get(p).is_some_and(|m| !matches!(m.place.class, PlaceClass::Country | PlaceClass::Water))
    };
    let picks: Vec<&PlacePick> =
        picks.iter().filter(|p| p.quality + 1 >= top || p.quality >= 2 && fine(p)).collect();
    let mut out: Vec<PlacePick> = Vec::new();
    for p in &picks {
        let Some(m) = get(p) else { continue };
        let contained = picks.iter().any(|o| {
            get(o).is_some_and(|x| {
                o.place != p.place
                    && x.place.class > m.place.class
                    && x.place.country == m.place.country
                    && (m.place.class == PlaceClass::Country
                        || m.place.admin1.is_some() && x.place.admin1 == m.place.admin1
                        || m.place.class == PlaceClass::Region)
            })
        });
        let told = out.iter().any(|o| {
            get(o).is_some_and(|x| {
                x.place.geoname_id == m.place.geoname_id && x.place.name == m.place.name
            })
        });
        if contained || told {
            continue;
        }
        out.push((*p).clone());
    }
    if several {
        return out;
    }
    // The nearest, and those joined to it in the same sentence.
    let Some(first) = out.first().and_then(&get).cloned() else { return out };
    out.retain(|p| {
        get(p).is_some_and(|m| {
            m.span == first.span
                || p.role != PlaceRole::Event
                || m.sentence == first.sentence && joined(text, &first, m)
        })
    });
    out
}

fn joined(text: &Text<'_>, a: &PlaceMention, b: &PlaceMention) -> bool {
    let (a, b) = if a.span.start <= b.span.start { (a, b) } else { (b, a) };
    let from = text.token_at(a.span.end.saturating_sub(1)) + 1;
    let to = text.token_at(b.span.start);
    to >= from
        && to - from <= 4
        && (from..to).all(|t| {
            text.any(t, &[Word::And, Word::Preposition, Word::Definite, Word::On])
                || text.lower(t) == ","
        })
}

/// The nearest earlier place, then the dateline, then the next one.
pub(crate) fn fallback(text: &Text<'_>, sentence: usize, sayings: &[Saying]) -> Option<PlacePick> {
    let usable = |p: &PlaceMention| {
        !p.adjective
            && !p.metonym
            && !in_speaker(p, sayings)
            && !stray(text, p)
            && (p.locative || p.place.class != PlaceClass::Country)
    };
    let pick = |place, rule| PlacePick { place, role: PlaceRole::Event, quality: 1, rule };
    let places = || text.ground.places.iter().enumerate();
    let dateline = |s: usize| text.ground.sentences.get(s).is_some_and(|x| x.dateline);
    let before = places()
        .filter(|(_, p)| p.sentence < sentence && !dateline(p.sentence) && usable(p))
        .max_by_key(|(i, p)| (p.sentence, std::cmp::Reverse(*i)));
    if let Some((i, _)) = before {
        return Some(pick(i, "place.before"));
    }
    if let Some((i, _)) = places().find(|(_, p)| dateline(p.sentence)) {
        return Some(pick(i, "place.dateline"));
    }
    places()
        .find(|(_, p)| p.sentence > sentence && p.sentence <= sentence + 3 && usable(p))
        .map(|(i, _)| pick(i, "place.behind"))
}

/// A day or a time of day that an event can have.
pub(super) fn usable(t: &TimeMention) -> bool {
    matches!(t.timex_type, "DATE" | "TIME") && t.start.is_some() && !t.since
}

/// "des laufenden Jahres": a year that the news is part of dates nothing.
fn lasting(text: &Text<'_>, t: &TimeMention) -> bool {
    let now = text.ground.anchor;
    matches!(t.precision, TimePrecision::Year)
        && t.start.is_some_and(|s| s <= now)
        && t.end.is_some_and(|e| e >= now)
}

/// The time of the mention's clause, or of its sentence.
pub(crate) fn time(
    text: &Text<'_>,
    mention: &Mention,
    speech: &[usize],
    others: &[usize],
    rivals: &[usize],
) -> Option<TimePick> {
    let mut best: Option<(u8, u8, usize, usize)> = None;
    for (i, t) in
        text.ground.times.iter().enumerate().filter(|(_, t)| t.sentence == mention.sentence)
    {
        if !usable(t) || lasting(text, t) {
            continue;
        }
        let at = text.token_at(t.span.start);
        let clause = text.clause(at);
        // "für den Beschuss vom Vortag bombardierte": the time right behind a noun is the noun's.
        let taken = rivals.iter().any(|r| *r < at && at - r <= 3 && mention.first() > at);
        // "sprach am Freitag von Schüssen": when it was said.
        let said = text.clause_tokens(clause).iter().any(|v| {
            (at.abs_diff(*v) <= 2 && (*v < mention.first()) == (at < mention.first()))
                && text.hits_at(*v).any(|h| {
                    h.first() == *v
                        && matches!(h.tag, Tag::Speech(i) if text.lex.speech.get(i).is_some_and(|s| s.1 == SpeechForm::Verb))
                })
        });
        // "from 31 a day earlier": when the figure was lower.
        let lower = text.ground.numbers.iter().any(|n| {
            let last = text.token_at(n.span.end.saturating_sub(1));
            last + 1 == at
                && text
                    .token_at(n.span.start)
                    .checked_sub(1)
                    .is_some_and(|t| text.any(t, &[Word::Of, Word::By]) || text.lower(t) == "from")
        });
        // "the second shooting in two days": what has happened has no day to come.
        let to_come = mention.realis == Realis::Actual
            && t.rule.ends_with("ahead")
            && t.start.is_some_and(|start| start.date() > text.ground.anchor.date());
        if taken || said || lower || to_come {
            continue;
        }
        let quality = if clause == mention.clause {
            3
        } else if !speech.contains(&clause) && !others.contains(&clause) {
            2
        } else {
            continue;
        };
        let key = (3 - quality, coarse(t.precision), at.abs_diff(mention.first()), i);
        if best.is_none_or(|b| key < b) {
            best = Some(key);
        }
    }
    best.map(|(q, _, _, time)| TimePick { time, quality: 3 - q })
}

/// Finer times first.
pub(crate) fn coarse(p: TimePrecision) -> u8 {
    match p {
        TimePrecision::Moment | TimePrecision::PartOfDay | TimePrecision::Day => 0,
        TimePrecision::Days => 1,
        TimePrecision::Week => 2,
        TimePrecision::Month => 3,
        _ => 4,
    }
}

/// A stated period of a series: "seit dem 3. März", "in den vergangenen Wochen".
pub(crate) fn period(text: &Text<'_>, mention: &Mention) -> Option<TimePick> {
    text.ground
        .times
        .iter()
        .enumerate()
        .filter(|(_, t)| t.sentence == mention.sentence)
        .filter(|(_, t)| {
            t.since || t.timex_type != "SET" && (t.start.is_some() || t.value.contains("REF"))
        })
        .min_by_key(|(i, t)| (u8::from(!t.since), *i))
        .map(|(time, t)| TimePick { time, quality: if t.since { 3 } else { 2 } })
}
