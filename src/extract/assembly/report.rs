//! Drafts to reports, each field with its words.

use super::aggregate;
use super::draft::{Draft, Role};
use super::setting;
use crate::extract::attribution::Saying;
use crate::extract::entity::EntityKind;
use crate::extract::ground::{self, Span};
use crate::extract::text::Text;
use crate::extract::trigger::Mention;
use crate::message::{
    self, Actor, ActorRole, ArticleRef, Bound, Casualty, Claim, Counts, Damage, EventTime,
    Evidence, Instrument, Kind, Link, Message, Part, Place, PlaceRole, Realis, Report, Status,
    Target, TargetKind, TimePrecision,
};
use std::collections::BTreeMap;

/// The share of places resolved without doubt that are the place of the event (docs/calibration.md).
const RIGHT_PLACE: f64 = 0.93;

/// What a report says of its article.
pub(crate) struct Context<'a> {
    pub(crate) article: &'a ArticleRef,
}

/// Evidence in the making.
struct Proof<'a> {
    text: &'a Text<'a>,
    out: Vec<Evidence>,
}

impl Proof<'_> {
    fn add(&mut self, field: impl Into<String>, span: Span, rule: impl Into<String>) {
        let ground = self.text.ground;
        let words = ground.slice(span);
        if words.is_empty() {
            return;
        }
        let (part, start, end) = ground.locate(span);
        self.out.push(Evidence {
            field: field.into(),
            part,
            start,
            end,
            text: words.to_owned(),
            rule: rule.into(),
        });
    }
}

/// The reports, and for each draft its report.
pub(crate) fn write(
    text: &Text<'_>,
    drafts: &[Draft],
    mentions: &[Mention],
    sayings: &[Saying],
    context: &Context<'_>,
) -> (Vec<Report>, Vec<Option<usize>>) {
    let mut order: Vec<usize> =
        (0..drafts.len()).filter(|i| drafts.get(*i).is_some_and(told)).collect();
    order.sort_by_key(|i| drafts.get(*i).and_then(|d| d.mentions.iter().min().copied()));
    let mut kept = vec![None; drafts.len()];
    let mut ids = vec![String::new(); drafts.len()];
    let mut ordinals: BTreeMap<(Kind, usize), usize> = BTreeMap::new();
    for (n, i) in order.iter().enumerate() {
        let Some(d) = drafts.get(*i) else { continue };
        let (id, _) = d.best();
        let ordinal = ordinals.entry((d.kind, id)).or_insert(0);
        if let (Some(slot), Some(k)) = (ids.get_mut(*i), kept.get_mut(*i)) {
            *slot = message::report_id(
                &context.article.id,
                d.kind.as_str(),
                text.taxonomy.name(id),
                *ordinal,
            );
            *k = Some(n);
        }
        *ordinal += 1;
    }
    let since = |d: &Draft| {
        let m = d.since?;
        drafts.iter().find(|o| o.mentions.contains(&m)).and_then(|o| o.time)
    };
    let reports = order
        .iter()
        .filter_map(|i| {
            let d = drafts.get(*i)?;
            let id = ids.get(*i)?.clone();
            Some(one(text, d, since(d), mentions, sayings, context, id, &ids))
        })
        .collect();
    (reports, kept)
}

/// Threats and hypotheses are no reports.
fn told(d: &Draft) -> bool {
    !d.mentions.is_empty()
        && !matches!(d.realis, Realis::Negated | Realis::Hypothetical | Realis::Threatened)
        && d.status != Status::Exercise
}

#[allow(clippy::too_many_arguments)] // Everything a report is written from, once.
fn one(
    text: &Text<'_>,
    d: &Draft,
    since: Option<super::draft::TimePick>,
    mentions: &[Mention],
    sayings: &[Saying],
    context: &Context<'_>,
    id: String,
    ids: &[String],
) -> Report {
    let mut proof = Proof { text, out: Vec::new() };
    let (type_id, weight) = d.best();
    let trigger = trigger(text, d, mentions);
    let own: Vec<&Mention> = d.mentions.iter().filter_map(|m| mentions.get(*m)).collect();
    for m in own.iter().take(4) {
        proof.add("/type", text.span(m.first(), m.last()), m.rule.clone());
    }
    if let Some(series) = d.series.as_ref().filter(|_| d.kind == Kind::Aggregate) {
        proof.add("/kind", series.span, series.rule.clone());
    }
    if let Some(r) = &d.reality {
        let field = if d.realis == Realis::Actual { "/status" } else { "/realis" };
        proof.add(field, r.span, r.rule.clone());
    }
    let time = time(text, d, since, trigger, &mut proof);
    let places = places(text, d, &mut proof);
    let group = text.taxonomy.group(type_id).to_owned();
    let armed = matches!(group.as_str(), "battle" | "remote_violence");
    let mut actors = Vec::new();
    let roles = d
        .perpetrators
        .iter()
        .map(|r| (r, ActorRole::Perpetrator))
        .chain(d.parties.iter().map(|r| (r, ActorRole::Party)));
    for (r, role) in roles.take(8) {
        proof.add(format!("/actors/{}", actors.len()), r.entity.span(text), r.rule);
        actors.push(actor(r, role, armed));
    }
    if let Some((_, span, rule)) = &d.perpetrator_confidence {
        let span = if span.start == usize::MAX {
            d.perpetrators.first().map_or(trigger, |p| p.entity.span(text))
        } else {
            *span
        };
        proof.add("/perpetrator_confidence", span, rule.clone());
    }
    let targets = targets(text, d, &mut proof);
    let mut instruments = Vec::new();
    for (class, span, rule) in d.instruments.iter().take(6) {
        proof.add(format!("/instruments/{}", instruments.len()), *span, *rule);
        instruments.push(Instrument {
            class: class.clone(),
            name: text.ground.slice(*span).to_owned(),
            count: number_before(text, *span),
        });
    }
    let mut claims = Vec::new();
    let mut claim_of = BTreeMap::new();
    for i in d.sayings.iter().take(12) {
        let Some(s) = sayings.get(*i) else { continue };
        claim_of.insert(*i, claims.len());
        proof.add(format!("/claims/{}", claims.len()), s.speaker_span, s.rule.clone());
        if let Some((_, span)) = &s.medium {
            proof.add(format!("/claims/{}/medium", claims.len()), *span, "speech.medium");
        }
        claims.push(Claim {
            speaker: s.speaker.clone(),
            named: s.named,
            act: s.act,
            medium: s.medium.as_ref().map(|(m, _)| m.clone()),
            mood: s.mood,
        });
    }
    let casualties = casualties(d, &claim_of, text, &mut proof);
    if let Some(reason) = &d.reason {
        proof.add("/reason", reason.span, reason.rule.clone());
    }
    let counts = counts(d, &mut proof);
    if let Some((_, span)) = &d.crowd {
        proof.add("/crowd", *span, "crowd");
    }
    let mut damage = Vec::new();
    for (name, number, span) in &d.damage {
        proof.add(format!("/damage/{}", damage.len()), *span, "damage");
        damage.push(Damage { name: name.clone(), number: *number });
    }
    let mut links = Vec::new();
    for (relation, to, span, rule) in &d.links {
        let Some(to) = ids.get(*to).filter(|t| !t.is_empty()) else { continue };
        proof.add(format!("/links/{}", links.len()), *span, *rule);
        links.push(Link { relation: *relation, to: to.clone() });
    }
    let confidence = confidence(text, d, weight, &own);
    let region = region(text, d, &places);
    Report {
        schema: Report::SCHEMA.to_owned(),
        id,
        region,
        kind: d.kind,
        group,
        event_type: text.taxonomy.name(type_id).to_owned(),
        codes: text.taxonomy.codes(type_id),
        article: context.article.clone(),
        realis: d.realis,
        status: d.status,
        time: Some(time),
        places,
        actors,
        perpetrator_confidence: d.perpetrator_confidence.as_ref().map(|(c, _, _)| *c),
        targets,
        instruments,
        casualties,
        claims,
        reason: d.reason.as_ref().map(|r| text.ground.slice(r.span).to_owned()),
        links,
        counts,
        crowd: d.crowd.map(|(b, _)| b),
        damage,
        confidence,
        evidence: proof.out,
    }
}

/// The trigger that stands for the whole: of the text rather than of the headline.
fn trigger(text: &Text<'_>, d: &Draft, mentions: &[Mention]) -> Span {
    let spans: Vec<Span> = d
        .mentions
        .iter()
        .filter_map(|m| mentions.get(*m))
        .map(|m| text.span(m.first(), m.last()))
        .collect();
    spans
        .iter()
        .find(|s| s.start >= text.ground.text_start)
        .or_else(|| spans.first())
        .copied()
        .unwrap_or(Span { start: 0, end: 0 })
}

fn time(
    text: &Text<'_>,
    d: &Draft,
    since: Option<super::draft::TimePick>,
    trigger: Span,
    proof: &mut Proof<'_>,
) -> EventTime {
    let anchor = text.ground.anchor.date().to_string();
    let mention = |p: Option<super::draft::TimePick>| p.and_then(|p| text.ground.times.get(p.time));
    if d.kind == Kind::Aggregate
        && !mention(d.time).is_some_and(|t| t.since)
        && let Some(start) = mention(since)
        && let Some(from) = start.start
    {
        // "seit dem Überfall", whose day the article tells elsewhere.
        proof.add("/time", start.span, "time.since_event");
        return EventTime {
            start: Some(from.date().to_string()),
            end: Some(anchor.clone()),
            precision: TimePrecision::Period,
            text: Some(text.ground.slice(start.span).to_owned()),
            anchor,
        };
    }
    let Some(t) = mention(d.time) else {
        proof.add("/time", trigger, "time.publication");
        return EventTime {
            start: Some(anchor.clone()),
            end: Some(anchor.clone()),
            precision: TimePrecision::Publication,
            text: None,
            anchor,
        };
    };
    proof.add("/time", t.span, t.rule);
    let fine = matches!(t.precision, TimePrecision::Moment | TimePrecision::PartOfDay);
    let write = |at: jiff::civil::DateTime| {
        if fine { format!("{}Z", at.strftime("%Y-%m-%dT%H:%M:%S")) } else { at.date().to_string() }
    };
    let end = if t.since && t.end.is_none() { Some(anchor.clone()) } else { t.end.map(write) };
    EventTime {
        start: t.start.map(write),
        end,
        precision: if t.since { TimePrecision::Period } else { t.precision },
        text: Some(text.ground.slice(t.span).to_owned()),
        anchor,
    }
}

fn places(text: &Text<'_>, d: &Draft, proof: &mut Proof<'_>) -> Vec<Place> {
    let mut out = Vec::new();
    for pick in d.places.iter().take(6) {
        let Some(p) = text.ground.places.get(pick.place) else { continue };
        proof.add(format!("/places/{}", out.len()), p.wide, format!("{}+{}", p.rule, pick.rule));
        let factor = match pick.quality {
            4.. => 1.0,
            3 => 0.95,
            2 => 0.85,
            _ => 0.6,
        };
        out.push(Place {
            role: pick.role,
            name: p.place.name.clone(),
            name_en: Some(p.place.name_en.clone()).filter(|n| !n.is_empty()),
            geoname_id: p.place.geoname_id,
            country: p.place.country.clone(),
            admin1: p.place.admin1.clone(),
            lat: Some(p.place.lat).filter(|x| x.is_finite()),
            lon: Some(p.place.lon).filter(|x| x.is_finite()),
            precision: p.precision,
            text: text.ground.slice(p.wide).to_owned(),
            confidence: round(p.confidence * factor * RIGHT_PLACE),
        });
    }
    out
}

fn actor(r: &Role, role: ActorRole, armed: bool) -> Actor {
    let e = &r.entity;
    let sector = if armed && e.sector == "government" { "military" } else { &e.sector };
    let confidence = match r.rule {
        "role.claim" | "role.admission" | "role.speaker" => 0.75,
        "role.accusation" => 0.55,
        "role.arrested" => 0.65,
        "role.noun.adjective" => 0.7,
        "role.verb.subject" | "role.support_verb" => 0.8,
        _ => 0.85,
    };
    Actor {
        role,
        name: e.name.clone(),
        id: e.id.clone(),
        country: e.country.clone(),
        sector: sector.to_owned(),
        confidence: if e.unknown { 0.5 } else { confidence },
    }
}

fn targets(text: &Text<'_>, d: &Draft, proof: &mut Proof<'_>) -> Vec<Target> {
    let mut out: Vec<Target> = Vec::new();
    for (i, r) in d.targets.iter().enumerate().take(8) {
        let e = &r.entity;
        if d.perpetrators.iter().any(|p| p.entity.head == e.head) {
            continue;
        }
        // "ein Fahrzeug einer bewaffneten Gruppe": whose it is, not a target of its own.
        let owner = d.targets.get(i + 1).filter(|n| {
            n.entity.lead == crate::extract::entity::Lead::Genitive
                || n.entity.lead == crate::extract::entity::Lead::Of
        });
        if e.kind == EntityKind::Party
            && matches!(
                e.lead,
                crate::extract::entity::Lead::Genitive | crate::extract::entity::Lead::Of
            )
            && i > 0
            && d.targets.get(i - 1).is_some_and(|b| b.entity.kind == EntityKind::Thing)
        {
            continue;
        }
        proof.add(format!("/targets/{}", out.len()), e.span(text), r.rule);
        let owner = owner
            .filter(|o| e.kind == EntityKind::Thing && o.entity.kind == EntityKind::Party)
            .map(|o| &o.entity);
        let kind =
            if e.kind == EntityKind::Thing { TargetKind::Physical } else { TargetKind::Human };
        let class = if e.class.is_empty() { e.sector.clone() } else { e.class.clone() };
        let one = Bound { min: Some(1), max: Some(1), approx: false };
        let article = text.is(e.first, crate::extract::lexicon::Word::Indefinite);
        out.push(Target {
            kind,
            name: e.name.clone(),
            target_type: Some(class),
            number: e.number.or_else(|| article.then_some(one)),
            owner: owner.map(|o| o.name.clone()),
            country: e.country.clone().or_else(|| owner.and_then(|o| o.country.clone())),
            // Measured: docs/calibration.md.
            confidence: 0.7,
        });
    }
    out
}

/// A count right before a thing: "elf Drohnen".
fn number_before(text: &Text<'_>, span: Span) -> Option<Bound> {
    text.ground
        .numbers
        .iter()
        .find(|n| {
            n.kind == crate::extract::ground::NumberKind::Count
                && !n.rule.ends_with("article")
                && n.span.end <= span.start
                && span.start - n.span.end <= 1
        })
        .map(|n| n.bound)
}

fn casualties(
    d: &Draft,
    claim_of: &BTreeMap<usize, usize>,
    text: &Text<'_>,
    proof: &mut Proof<'_>,
) -> Vec<Casualty> {
    let mut out = Vec::new();
    for c in d.counts.iter().take(24) {
        let f = &c.figure;
        if aggregate::open(f.bound) {
            continue;
        }
        proof.add(format!("/casualties/{}", out.len()), f.span, f.rule);
        let best = if f.vague {
            None
        } else {
            f.bound.exact().or(f.bound.min.filter(|_| f.bound.max.is_none()))
        };
        out.push(Casualty {
            outcome: f.outcome,
            group: f.group.clone(),
            min: f.bound.min,
            best,
            max: f.bound.max,
            approx: f.bound.approx || f.vague,
            cumulative: f.cumulative,
            part: f.part,
            text: text.ground.slice(f.span).to_owned(),
            claim: c.saying.and_then(|s| claim_of.get(&s).copied()),
            confidence: round(c.confidence.clamp(0.05, 0.95)),
        });
    }
    out
}

fn counts(d: &Draft, proof: &mut Proof<'_>) -> Option<Counts> {
    let t = d.totals.as_ref()?;
    proof.add("/counts", t.span, "counts.total");
    for (i, (_, span)) in t.parts.iter().enumerate() {
        proof.add(format!("/counts/parts/{i}"), *span, "counts.part");
    }
    Some(Counts {
        unit: t.unit.clone(),
        total: t.total,
        parts: t.parts.iter().map(|(p, _)| p.clone()).collect(),
        parts_match: aggregate::parts_match(t),
    })
}

fn confidence(text: &Text<'_>, d: &Draft, weight: f64, own: &[&Mention]) -> f64 {
    let mut c = 0.38 + 0.3 * weight.min(1.2);
    let body = own
        .iter()
        .any(|m| text.ground.sentences.get(m.sentence).is_some_and(|s| s.part == Part::Text));
    c += if own.len() > 1 { 0.07 } else { 0.0 };
    c += if d.counts.is_empty() { 0.0 } else { 0.07 };
    c += if d.places.iter().any(|p| p.quality >= 2) { 0.07 } else { -0.05 };
    c += if d.time.is_some_and(|t| {
        setting::coarse(
            text.ground.times.get(t.time).map_or(TimePrecision::Period, |t| t.precision),
        ) == 0
    }) {
        0.05
    } else {
        0.0
    };
    c += if d.perpetrators.is_empty() && d.targets.is_empty() { 0.0 } else { 0.04 };
    c -= if body { 0.0 } else { 0.15 };
    c -= if d.only_reason { 0.1 } else { 0.0 };
    c -= if matches!(d.realis, Realis::Actual | Realis::Foiled) { 0.0 } else { 0.08 };
    round(c.clamp(0.1, 0.97))
}

fn round(x: f64) -> f64 {
    if x.is_finite() { (x * 100.0).round() / 100.0 } else { 0.0 }
}

fn region(text: &Text<'_>, d: &Draft, places: &[Place]) -> String {
    let pick = d
        .places
        .iter()
        .find(|p| p.role == PlaceRole::Event)
        .or_else(|| d.places.first())
        .and_then(|p| text.ground.places.get(p.place));
    let country = places.iter().find_map(|p| p.country.as_deref());
    ground::region(country, pick.map(|p| &p.place)).to_owned()
}
