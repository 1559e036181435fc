//! Parties and things in the text, each with the words that lead to it.

use super::ground::{NumberKind, PlaceClass, Span, TokenKind};
use super::lexicon::{Form, Frame, Tag, Word};
use super::text::Text;
use crate::message::Bound;

/// Words left of a head that are looked at.
const MAX_LEFT: usize = 7;

/// How a phrase is tied to what stands before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lead {
    /// Subject or object.
    None,
    /// "des", "der" after a noun; "Israels" before one.
    Genitive,
    By,
    Through,
    On,
    Of,
    With,
    Between,
    Other,
}

/// What kind of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntityKind {
    /// A group, a force, a state.
    Party,
    /// People by what they are.
    People,
    /// A thing that can be hit.
    Thing,
}

/// A party or a thing.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // marks that do not depend on each other
pub(crate) struct Entity {
    pub(crate) kind: EntityKind,
    /// First token with article and adjectives, without preposition.
    pub(crate) first: usize,
    pub(crate) head: usize,
    pub(crate) last: usize,
    pub(crate) lead: Lead,
    pub(crate) accusative: bool,
    /// "the guards' shooting".
    pub(crate) possessive: bool,
    pub(crate) name: String,
    pub(crate) id: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) sector: String,
    /// Group of people or class of thing.
    pub(crate) class: String,
    pub(crate) instrument: Option<String>,
    pub(crate) unknown: bool,
    pub(crate) single: bool,
    pub(crate) state: bool,
    pub(crate) number: Option<Bound>,
    pub(crate) rule: &'static str,
}

impl Entity {
    /// Armed, so that what it strikes is struck with weapons.
    pub(crate) fn armed(&self) -> bool {
        matches!(self.sector.as_str(), "military" | "armed_group")
    }

    pub(crate) fn span(&self, text: &Text<'_>) -> Span {
        text.span(self.first, self.last)
    }

    pub(crate) fn covers(&self, token: usize) -> bool {
        (self.first..=self.last).contains(&token)
    }

    /// The same party, as far as can be told.
    pub(crate) fn same(&self, other: &Self) -> bool {
        match (&self.id, &other.id) {
            (Some(a), Some(b)) => a == b,
            _ => {
                (self.country.is_some()
                    && self.country == other.country
                    && self.state
                    && other.state)
                    || self.name.to_lowercase() == other.name.to_lowercase()
            }
        }
    }
}

/// All parties and things in order.
pub(crate) fn find(text: &Text<'_>) -> Vec<Entity> {
    let mut out: Vec<Entity> = Vec::new();
    for hit in &text.hits {
        let made = match hit.tag {
            Tag::Party(i) => party(text, i, hit.first(), hit.last()),
            Tag::People(i) => people(text, i, hit.last()),
            Tag::Target(i) => thing(text, i, hit.last()),
            _ => None,
        };
        out.extend(made);
    }
    singular(text, &mut out);
    countries(text, &mut out);
    quoted(text, &mut out);
    out.sort_by_key(|e| (e.head, e.kind as u8, e.first));
    apposition(text, &mut out);
    out
}

/// Article, adjectives and preposition left of a head.
struct Left {
    first: usize,
    lead: Lead,
    accusative: bool,
    number: Option<Bound>,
    country: Option<String>,
}

fn left(text: &Text<'_>, head: usize) -> Left {
    let start = text.tokens_of(text.sentence(head)).start;
    let mut first = head;
    let mut number = None;
    let mut country = country_in(text, head, head);
    let mut steps = 0;
    let mut article = None;
    while first > start && steps < MAX_LEFT {
        let t = first - 1;
        steps += 1;
        if let Some(n) = number_at(text, t) {
            number = number.or(Some(n.0));
            first = n.1.max(start);
            continue;
        }
        // "ein 53 Jahre alter Brite"
        if let Some(age) = age_phrase(text, t, start) {
            first = age;
            continue;
        }
        if text.any(t, &[Word::Definite, Word::Indefinite, Word::This, Word::Possessive, Word::No])
        {
            article = Some(t);
            first = t;
            break;
        }
        let function = text.any(
            t,
            &[
                Word::By,
                Word::On,
                Word::Of,
                Word::With,
                Word::Preposition,
                Word::And,
                Word::Relative,
                Word::Subordinator,
                Word::Between,
                Word::Including,
                Word::Total,
                Word::Not,
            ],
        ) || text.verb(t)
            || text.kind(t) != TokenKind::Word;
        if function {
            break;
        }
        let adjective = country_in(text, t, t);
        let attributive = adjective.is_some()
            || (!text.capital(t) && !text.hits_at(t).any(|h| matches!(h.tag, Tag::Trigger(..))))
            || text.is(t, Word::More);
        let noun_before = !text.lex.verb_final
            && !text.lex.capital_nouns
            && text.capital(t)
            && text.lex.code == "en"
            && t > start;
        if !(attributive || noun_before) {
            break;
        }
        country = country.or(adjective);
        first = t;
    }
    let before = (first > start).then(|| first - 1);
    let mut lead = before.map_or(Lead::None, |b| lead_of(text, shortened(text, b, start)));
    // "vom", "zum", "du", "al": article and preposition in one stand outside the phrase already.
    if lead == Lead::None
        && let Some(a) = article
        && text.is(a, Word::Genitive)
        && before.is_some_and(|b| {
            text.capital(b) && text.kind(b) == TokenKind::Word && !text.verb(b) && b > start
                || text.hits_at(b).any(|h| matches!(h.tag, Tag::Trigger(_, Form::Noun)))
        })
    {
        lead = Lead::Genitive;
    }
    // "Angriffe ... vom Iran unterstützter Gruppen auf": coordinated phrases share their lead.
    let accusative = article.is_some_and(|a| text.is(a, Word::Accusative)) && lead == Lead::None;
    Left { first, lead, accusative, number, country }
}

/// First token of an age that ends here: "53 Jahre alter", "31-jähriger" needs none.
fn age_phrase(text: &Text<'_>, old: usize, start: usize) -> Option<usize> {
    let number = old.checked_sub(2).filter(|n| *n >= start)?;
    let years = matches!(text.lower(old - 1), "jahre" | "monate" | "wochen" | "tage");
    let worded = text.lower(old).starts_with("alte");
    (years && worded && text.lex.verb_final).then_some(number)
}

/// "Ein Fahrgast starb", "einen Fahrgast": one person of no lexicon, where the clause tells what
/// happened to people or who did it.
fn singular(text: &Text<'_>, out: &mut Vec<Entity>) {
    if !text.lex.capital_nouns {
        return;
    }
    let told = |clause: usize| {
        text.clause_tokens(clause).iter().any(|t| {
            text.hits_at(*t).any(|h| match h.tag {
                Tag::Outcome(_, form) => form != Form::Noun,
                Tag::Trigger(row, form) => {
                    form != Form::Noun
                        && text.lex.triggers.get(row).is_some_and(|t| t.frame == Frame::Attack)
                }
                _ => false,
            })
        })
    };
    for article in 0..text.ground.tokens.len() {
        // "eines Trainingsjets" belongs to what stands before it.
        if !text.is(article, Word::Indefinite) || text.is(article, Word::Genitive) {
            continue;
        }
        let end = text.tokens_of(text.sentence(article)).end;
        let Some(head) = (article + 1..end.min(article + 6)).find(|t| text.capital(*t)) else {
            continue;
        };
        // "53 Jahre alter Brite": the first noun is the age's.
        let head = match age_phrase(text, head + 1, article) {
            Some(_) => (head + 2..end.min(head + 5)).find(|t| text.capital(*t)).unwrap_or(head),
            None => head,
        };
        let plain = (article + 1..head).all(|t| {
            text.kind(t) != TokenKind::Sign && !text.verb(t) && lead_of(text, t) == Lead::None
        });
        let listed = text.hits_at(head).any(|h| {
            matches!(
                h.tag,
                Tag::People(_)
                    | Tag::Party(_)
                    | Tag::Target(_)
                    | Tag::Instrument(_)
                    | Tag::Trigger(..)
                    | Tag::Cue(_)
                    | Tag::Speaker
                    | Tag::Medium(_)
            )
        });
        let other = listed
            || out.iter().any(|e| e.covers(head))
            || text.kind(head) != TokenKind::Word
            || text.places_in(text.span(head, head)).any(|(_, p)| !p.adjective)
            || text.lex.no_person.iter().any(|end| text.lower(head).ends_with(end.as_str()));
        if !plain || other || !told(text.clause(head)) {
            continue;
        }
        let mut e = base(EntityKind::People, left(text, head), head, head);
        if e.lead == Lead::Other || e.number.is_some() {
            continue;
        }
        "civilian".clone_into(&mut e.sector);
        "people".clone_into(&mut e.class);
        e.single = true;
        e.name = plain_name(text, &e);
        e.rule = "people.unlisted";
        out.push(e);
    }
}

/// The token before the phrase, where it begins with a shortened word: "auf die US- und
/// Koalitionsstreitkräfte"; else the token given.
fn shortened(text: &Text<'_>, before: usize, start: usize) -> usize {
    let Some(word) = before.checked_sub(1).filter(|w| *w > start) else { return before };
    if !text.is(before, Word::And) || !text.lower(word).ends_with('-') {
        return before;
    }
    // The hyphen may be a sign of its own, and an article may stand before the word.
    (word.saturating_sub(3)..word)
        .rev()
        .find(|t| *t >= start && lead_of(text, *t) != Lead::None)
        .unwrap_or(before)
}

fn lead_of(text: &Text<'_>, t: usize) -> Lead {
    let of = |w| text.is(t, w);
    if of(Word::Through) {
        Lead::Through
    } else if of(Word::On) {
        Lead::On
    } else if of(Word::Of) {
        Lead::Of
    } else if of(Word::By) {
        Lead::By
    } else if of(Word::With) {
        Lead::With
    } else if of(Word::Between) {
        Lead::Between
    } else if of(Word::Preposition) {
        Lead::Other
    } else {
        Lead::None
    }
}

/// The number that ends at this token, with its first token.
fn number_at(text: &Text<'_>, token: usize) -> Option<(Bound, usize)> {
    let at = text.ground.tokens.get(token)?;
    let numbers = &text.ground.numbers;
    let upto = numbers.partition_point(|n| n.span.start <= at.span.start);
    let n = numbers
        .get(upto.saturating_sub(3)..upto)?
        .iter()
        .rev()
        .find(|n| n.span.start <= at.span.start && at.span.end <= n.span.end)?;
    if n.kind != NumberKind::Count || n.rule.ends_with("article") {
        return None;
    }
    Some((n.bound, text.token_at(n.span.start)))
}

/// Country of an adjective or a prefix within these tokens.
fn country_in(text: &Text<'_>, first: usize, last: usize) -> Option<String> {
    text.places_in(text.span(first, last))
        .find(|(_, p)| p.adjective)
        .and_then(|(_, p)| p.place.country.clone())
}

/// A country right behind: "Armee des Sudan", "army of Mali", "Luftwaffe Israels".
fn country_after(text: &Text<'_>, last: usize) -> Option<(String, usize)> {
    let end = text.tokens_of(text.sentence(last)).end;
    let mut t = last + 1;
    while t < end && t <= last + 2 && text.any(t, &[Word::Definite, Word::Of, Word::Genitive]) {
        t += 1;
    }
    let span = text.span(t, t);
    let (_, p) = text
        .places_in(span)
        .find(|(_, p)| p.place.class == PlaceClass::Country && !p.locative && !p.adjective)?;
    Some((p.place.country.clone()?, text.token_at(p.span.end.saturating_sub(1))))
}

fn base(kind: EntityKind, left: Left, head: usize, last: usize) -> Entity {
    Entity {
        kind,
        first: left.first,
        head,
        last,
        lead: left.lead,
        accusative: left.accusative,
        possessive: false,
        name: String::new(),
        id: None,
        country: left.country,
        sector: "unknown".to_owned(),
        class: String::new(),
        instrument: None,
        unknown: false,
        single: false,
        state: false,
        number: left.number,
        rule: "entity",
    }
}

fn party(text: &Text<'_>, entry: usize, first: usize, last: usize) -> Option<Entity> {
    let row = text.lex.parties.get(entry)?;
    let mut e = base(EntityKind::Party, left(text, first), last, last);
    e.sector.clone_from(&row.sector);
    e.instrument.clone_from(&row.instrument);
    e.unknown = row.unknown;
    e.state = row.state;
    if let Some(id) = &row.id {
        e.id = Some(id.clone());
        e.name = row.name.clone().unwrap_or_default();
        e.country = row.country.clone().or(e.country);
        e.state = matches!(row.sector.as_str(), "military" | "police" | "government");
        e.rule = "party.known";
        e.possessive = possessive(text, &mut e);
        return Some(e);
    }
    e.rule = "party.word";
    if row.state {
        e.rule = "party.state";
        if e.country.is_none()
            && let Some((country, to)) = country_after(text, last)
        {
            e.country = Some(country);
            e.last = to;
        }
    }
    if row.namable
        && let Some((name, to)) = name_behind(text, last)
    {
        e.name = name;
        e.last = to;
        e.rule = "party.named";
    }
    // French and Spanish put adjectives behind: "groupe armé pro-iranien".
    if !text.lex.verb_final && text.lex.code != "en" {
        adjectives_behind(text, &mut e);
    }
    if e.name.is_empty() {
        e.name = plain_name(text, &e);
    }
    e.possessive = possessive(text, &mut e);
    Some(e)
}

fn adjectives_behind(text: &Text<'_>, e: &mut Entity) {
    let end = text.tokens_of(text.sentence(e.head)).end;
    let to = (e.last + 4).min(end);
    for t in e.last + 1..to {
        if let Some(country) = country_in(text, t, t) {
            e.country = e.country.take().or(Some(country));
            e.last = t;
            return;
        }
        if text.verb(t) || text.kind(t) != TokenKind::Word || lead_of(text, t) != Lead::None {
            return;
        }
    }
}

/// The phrase without its article.
fn plain_name(text: &Text<'_>, e: &Entity) -> String {
    let from =
        if text.any(e.first, &[Word::Definite, Word::Indefinite, Word::This]) && e.first < e.head {
            e.first + 1
        } else {
            e.first
        };
    text.slice(from, e.last).to_owned()
}

/// The English genitive: the token itself or the next carries it.
fn possessive(text: &Text<'_>, e: &mut Entity) -> bool {
    let word = text.lower(e.last);
    let here = word.ends_with("'s")
        || word.ends_with("’s")
        || word.ends_with("s'")
        || word.ends_with("s’");
    let next = matches!(text.lower(e.last + 1), "'s" | "’s" | "'" | "’");
    (here || next) && text.lex.code == "en"
}

/// "eine Gruppe mit dem Namen X", "the group X": a name right behind.
fn name_behind(text: &Text<'_>, last: usize) -> Option<(String, usize)> {
    let from = text.span(last, last).end;
    let sentence = text.sentence(last);
    let name = text.ground.names.iter().find(|n| n.sentence == sentence && n.span.start >= from)?;
    let first = text.token_at(name.span.start);
    let between = first.saturating_sub(last + 1);
    let clean = (last + 1..first).all(|t| !text.verb(t) && text.lower(t) != ",");
    let near = if name.quoted { between <= 5 } else { between == 0 };
    (near && clean).then(|| {
        (text.ground.slice(name.span).to_owned(), text.token_at(name.span.end.saturating_sub(1)))
    })
}

fn people(text: &Text<'_>, entry: usize, head: usize) -> Option<Entity> {
    let row = text.lex.people.get(entry)?;
    let mut e = base(EntityKind::People, left(text, head), head, head);
    e.sector = row.sector.clone().unwrap_or_else(|| "civilian".to_owned());
    e.class.clone_from(&row.group);
    e.single = row.single;
    e.name = plain_name(text, &e);
    e.rule = "people";
    e.possessive = possessive(text, &mut e);
    Some(e)
}

fn thing(text: &Text<'_>, entry: usize, head: usize) -> Option<Entity> {
    let mut e = base(EntityKind::Thing, left(text, head), head, head);
    e.class.clone_from(text.lex.targets.get(entry)?);
    text.slice(head, head).clone_into(&mut e.name);
    e.rule = "thing";
    Some(e)
}

/// Countries and metonyms that act: "Israel griff an", "die USA haben", not "in Israel".
fn countries(text: &Text<'_>, out: &mut Vec<Entity>) {
    for place in &text.ground.places {
        let acts = place.place.class == PlaceClass::Country || place.metonym;
        if !acts || place.locative || place.adjective {
            continue;
        }
        let first = text.token_at(place.span.start);
        let last = text.token_at(place.span.end.saturating_sub(1));
        // "US-Militär": the compound is the party.
        if text.span(first, last).end > place.span.end + 1
            || out.iter().any(|e| e.kind == EntityKind::Party && e.covers(first))
        {
            continue;
        }
        let mut e = base(EntityKind::Party, left(text, first), last, last);
        if e.lead == Lead::Other {
            continue;
        }
        let word = text.lower(first);
        let name = place.place.name.to_lowercase();
        if text.lex.verb_final
            && e.lead == Lead::None
            && word.len() > name.len()
            && word.ends_with('s')
        {
            e.lead = Lead::Genitive;
        }
        e.name.clone_from(&place.place.name);
        e.country.clone_from(&place.place.country);
        "government".clone_into(&mut e.sector);
        e.state = true;
        e.rule = "party.country";
        e.possessive = possessive(text, &mut e);
        out.push(e);
    }
}

/// Names in quotation marks with an article: 'Der "Bund im Osten" erklärte'.
fn quoted(text: &Text<'_>, out: &mut Vec<Entity>) {
    for name in text.ground.names.iter().filter(|n| n.quoted) {
        let first = text.token_at(name.span.start);
        let last = text.token_at(name.span.end.saturating_sub(1));
        if last > first + 7 || out.iter().any(|e| e.kind == EntityKind::Party && e.covers(first)) {
            continue;
        }
        // The quotation mark stands between article and name.
        let article =
            first.checked_sub(2).filter(|t| text.any(*t, &[Word::Definite, Word::Indefinite]));
        if !text.capital(first) || article.is_none() {
            continue;
        }
        let mut e = base(EntityKind::Party, left(text, first), last, last);
        e.first = article.unwrap_or(first);
        e.lead = e.first.checked_sub(1).map_or(Lead::None, |b| lead_of(text, b));
        text.ground.slice(name.span).clone_into(&mut e.name);
        "armed_group".clone_into(&mut e.sector);
        e.rule = "party.quoted";
        out.push(e);
    }
}

/// "die Terrororganisation Hamas": one party, with the lead of the first and the name of the last.
fn apposition(text: &Text<'_>, out: &mut Vec<Entity>) {
    let mut i = 0;
    while i + 1 < out.len() {
        let merged = match (out.get(i), out.get(i + 1)) {
            (Some(a), Some(b))
                if a.kind == EntityKind::Party
                    && b.kind == EntityKind::Party
                    && a.last >= b.first.saturating_sub(1)
                    && a.last < b.last
                    && b.lead == Lead::None
                    && text.sentence(a.head) == text.sentence(b.head)
                    && (b.id.is_some() || a.id.is_none() && b.rule == "party.quoted") =>
            {
                let mut m = b.clone();
                m.first = a.first;
                m.lead = a.lead;
                m.accusative = a.accusative;
                m.country = b.country.clone().or_else(|| a.country.clone());
                m.number = a.number;
                Some(m)
            }
            (Some(a), Some(b))
                if a.kind == EntityKind::Party
                    && b.kind == EntityKind::Party
                    && b.head <= a.last
                    && b.first >= a.first =>
            {
                Some(a.clone())
            }
            _ => None,
        };
        if let Some(m) = merged {
            out.remove(i + 1);
            if let Some(slot) = out.get_mut(i) {
                *slot = m;
            }
        } else {
            i += 1;
        }
    }
}
