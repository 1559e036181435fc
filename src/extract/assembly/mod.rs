//! From mentions to events: which mentions tell of one event, and what belongs to it.
//!
//! Owns merging, the setting of an event, its figures, sources and relations, and the writing of
//! reports. Promises the order of the text, and that nothing stands in a report without its words.

mod aggregate;
mod armed;
mod attach;
mod draft;
mod link;
mod merge;
mod news;
mod parties;
mod report;
mod setting;
mod settle;
mod story;
mod victims;
mod whole;

pub(crate) use report::Context;

use super::attribution::{self, Saying};
use super::casualty;
use super::entity::{self, Entity, EntityKind};
use super::ground::TimeMention;
use super::lexicon::{Effect, Frame, Tag, Word};
use super::reality;
use super::role::{self, Roles};
use super::text::Text;
use super::trigger::{self, Cited, Mention};
use crate::message::{Kind, Outcome, PlaceRole, Realis, Report, Status};
use attach::Owner;
use draft::{Draft, Role};

/// Reports of one article.
const MAX_DRAFTS: usize = 60;
/// From so many dead on a murder is a mass killing.
const MASS: u64 = 8;
/// Words between an event and the year of it.
const YEAR_REACH: usize = 10;

/// What became of a text: reports, and the mentions with the draft that each went to.
pub(crate) struct Assembled {
    pub(crate) reports: Vec<Report>,
    pub(crate) mentions: Vec<Mention>,
    /// Report index of each mention.
    pub(crate) owner: Vec<Option<usize>>,
}

/// Reads all events of a text.
pub(crate) fn assemble(text: &Text<'_>, context: &Context<'_>) -> Assembled {
    let entities = entity::find(text);
    let mut mentions = trigger::find(text);
    reality::judge(text, &mut mentions);
    let sayings = attribution::read(text, &entities);
    let figures = casualty::read(text, &entities);
    let crowds = casualty::crowds(text);
    let speech = setting::speech_clauses(&sayings, &mentions);

    let mut drafts: Vec<Draft> = Vec::new();
    let mut owner: Owner = vec![None; mentions.len()];
    for i in 0..mentions.len() {
        let clause = mentions.get(i).map(|m| m.clause);
        let rivals: Vec<usize> = mentions
            .iter()
            .enumerate()
            .filter(|(j, m)| *j != i && Some(m.clause) == clause)
            .map(|(_, m)| m.first())
            .collect();
        let Some(mention) = mentions.get_mut(i) else { continue };
        let roles = role::assign(text, mention, &entities, &rivals);
        weigh(text, mention, &roles, &entities);
        if mention.veto.is_some() {
            continue;
        }
        let Some(mention) = mentions.get(i) else { continue };
        let others: Vec<usize> = mentions
            .iter()
            .filter(|m| m.veto.is_none() && m.clause != mention.clause)
            .map(|m| m.clause)
            .collect();
        let new = single(text, i, mention, roles, &sayings, &speech, (&others, &rivals));
        match merge::partner(text, &drafts, &new, mention, &mentions) {
            Some(d) => {
                if let Some(old) = drafts.get_mut(d) {
                    merge::absorb(old, new);
                }
                if let Some(slot) = owner.get_mut(i) {
                    *slot = Some(d);
                }
            }
            None if drafts.len() < MAX_DRAFTS => {
                if let Some(slot) = owner.get_mut(i) {
                    *slot = Some(drafts.len());
                }
                drafts.push(new);
            }
            None => {}
        }
    }
    story::consequences(text, &mut drafts, &mut owner, &mentions);
    whole::parts(text, &mut drafts, &mut owner, &mentions);
    story::asides(text, &mut drafts, &mut owner, &mentions, &figures);
    parties::endings(text, &mut drafts, &mut owner, &mentions);
    story::retellings(text, &mut drafts, &mut owner, &mentions, &figures);
    news::unbacked(text, &mut drafts, &mut owner, &mut mentions, &figures);
    news::reasons(text, &mut drafts, &mentions);
    news::ended(text, &mut drafts, &mentions);
    news::buried(text, &mut drafts, &mentions);
    whole::lasting(text, &mut drafts, &mentions);
    whole::times(text, &mut drafts, &mentions, &owner, &speech);
    attach::reasons(text, &mut drafts, &mentions, &owner);
    attach::figures(text, &mut drafts, &mentions, &owner, figures, &sayings);
    parties::complete(text, &mut drafts, &mentions, &owner, &entities);
    attach::sayings(text, &mut drafts, &mentions, &owner, &sayings);
    attach::crowds(text, &mut drafts, &mentions, &owner, &crowds);
    attach::damage(text, &mut drafts, &mentions, &owner, &entities);
    finish(text, &mut drafts, &mentions, &sayings);
    whole::places(text, &mut drafts, &mentions, &owner, &sayings, &speech);
    link::relate(text, &mut drafts, &mentions, &owner);
    let (reports, kept) = report::write(text, &drafts, &mentions, &sayings, context);
    let owner = owner.into_iter().map(|o| o.and_then(|d| kept.get(d).copied().flatten())).collect();
    Assembled { reports, mentions, owner }
}

/// Votes of instrument, perpetrator and target; words that need a context go without it.
fn weigh(text: &Text<'_>, mention: &mut Mention, roles: &Roles, entities: &[Entity]) {
    let sector = roles.perpetrators.first().map(|(e, _)| e.sector.as_str());
    let class = roles
        .perpetrators
        .iter()
        .find_map(|(e, _)| e.instrument.as_deref())
        .or_else(|| roles.instruments.first().map(|(c, _, _)| c.as_str()));
    let person = roles.targets.iter().any(|(e, _)| e.single && e.sector == "civilian")
        && !roles.perpetrators.iter().any(|(e, _)| e.armed());
    // What is hit tells the type only where no weapon does.
    let hit = roles.targets.iter().find(|(e, _)| e.kind == EntityKind::Thing);
    let thing = vehicle(text, mention)
        .or_else(|| hit.filter(|_| class.is_none()).map(|(e, _)| e.class.clone()));
    mention.refine(text, class, sector, person.then_some("person").or(thing.as_deref()));
    for (other, _, _) in roles.instruments.iter().skip(1) {
        mention.refine(text, Some(other), None, None);
    }
    if mention.needs_context && mention.veto.is_none() {
        let armed = roles.perpetrators.iter().any(|(e, _)| e.armed() || e.state)
            || entities.iter().any(|e| {
                e.kind == EntityKind::Party
                    && e.armed()
                    && text.sentence(e.head) == mention.sentence
            });
        let weapon = roles.instruments.iter().any(|(c, _, _)| c != "stones");
        let target = roles.targets.iter().any(|(e, _)| e.kind == EntityKind::Thing);
        if !(weapon
            || armed
                && (target
                    || reality::hurts(text, mention.sentence)
                    || mention.form == super::lexicon::Form::Noun))
        {
            let span = text.span(mention.first(), mention.last());
            mention.veto = Some(Cited { span, rule: format!("{}.no_context", text.lex.code) });
        }
    }
}

/// What an accident befalls: "Absturz eines Reisebusses", "crash of a bus".
fn vehicle(text: &Text<'_>, mention: &Mention) -> Option<String> {
    if mention.frame != Frame::Event || mention.form != super::lexicon::Form::Noun {
        return None;
    }
    let small =
        |t: &usize| text.any(*t, &[Word::Of, Word::Genitive, Word::Definite, Word::Indefinite]);
    let at = mention.last() + 1 + (mention.last() + 1..).take(2).take_while(small).count();
    text.hits_at(at).find_map(|h| match h.tag {
        Tag::Target(i) if at > mention.last() + 1 => text.lex.targets.get(i).cloned(),
        _ => None,
    })
}

/// A draft of one mention.
fn single(
    text: &Text<'_>,
    index: usize,
    mention: &Mention,
    roles: Roles,
    sayings: &[Saying],
    speech: &[usize],
    (others, rivals): (&[usize], &[usize]),
) -> Draft {
    let totals = aggregate::totals(text, mention);
    // A semicolon ends what "seit" speaks of.
    let part = |at: usize| {
        (text.tokens_of(mention.sentence).start..at).filter(|t| text.lower(*t) == ";").count()
    };
    let near = |t: usize| part(t) == part(mention.first());
    let period = text.ground.times.iter().any(|t| {
        t.since && t.sentence == mention.sentence && near(text.token_at(t.span.start))
    }) || text.hits_in(text.tokens_of(mention.sentence)).any(|h| {
        matches!(h.tag, Tag::Cue(i) if text.lex.cues.get(i).is_some_and(|c| c.effect == Effect::Background))
            && text.is(h.first(), super::lexicon::Word::Since)
            && near(h.first())
    });
    let counted_totals = totals.is_some();
    let counted = totals.as_ref().is_some_and(|t| aggregate::many(t) || period);
    let plural = mention.plural && mention.in_reason;
    let since_date = text.ground.times.iter().any(|t| {
        t.since
            && t.sentence == mention.sentence
            && text.clause(text.token_at(t.span.start)) == mention.clause
    });
    let counted_verb = since_date && mention.form != super::lexicon::Form::Noun && !mention.since;
    // "Floods have killed 28 since Sunday": a disaster lasts, it is no series.
    let lasts = mention.frame == Frame::Event
        && mention.series.is_none()
        && !counted_totals
        && matches!(
            text.taxonomy.group(mention.best().0),
            "natural" | "health" | "humanitarian" | "infrastructure"
        );
    let series = !mention.since
        && !lasts
        && (mention.series.is_some()
            || counted
            || plural
            || counted_verb
            || mention.plural && since_date && !mention.definite);
    let kind = if series { Kind::Aggregate } else { Kind::Incident };
    let time = if kind == Kind::Aggregate {
        setting::period(text, mention)
    } else {
        setting::time(text, mention, speech, others, rivals)
    };
    let time = setting::period(text, mention).filter(|_| lasts && since_date).or(time);
    let mut roles = roles;
    if text.taxonomy.name(mention.best().0) == "foiled_attack" {
        // Who foils an attack is no attacker.
        roles.parties.append(&mut roles.perpetrators);
    }
    // "das Hochwasser vor 22 Jahren": an old time right beside the word.
    let old = text.ground.times.iter().find(|t| {
        let at = text.token_at(t.span.start);
        t.sentence == mention.sentence
            && !t.since
            && t.timex_type == "DATE"
            && at > mention.last()
            && (at - mention.last() <= 3 && (mention.last() + 1..at).all(|x| !text.verb(x))
                || at - mention.last() <= YEAR_REACH && stated_year(text, t))
            && t.end.or(t.start).is_some_and(|e| age(text, e) > reality::OLD_DAYS)
    });
    // "a 2022 fire": the year right before it.
    let old = old.or_else(|| {
        text.ground.times.iter().find(|t| {
            t.sentence == mention.sentence
                && !t.since
                && t.timex_type == "DATE"
                && text.token_at(t.span.end.saturating_sub(1)) + 1 == mention.first()
                && t.value.len() == 4
                && t.end.or(t.start).is_some_and(|e| age(text, e) > reality::OLD_DAYS)
        })
    });
    let role = |list: Vec<(Entity, &'static str)>| -> Vec<Role> {
        let mut out: Vec<Role> = Vec::new();
        for (entity, rule) in list {
            if !out.iter().any(|r| r.entity.same(&entity)) {
                out.push(Role { entity, rule });
            }
        }
        out.truncate(6);
        out
    };
    let mut status = mention.status;
    let mut reality = mention.reality.clone();
    if status == Status::Current
        && kind == Kind::Incident
        && let Some(t) = time.and_then(|t| text.ground.times.get(t.time))
        && let Some(start) = t.end.or(t.start)
    {
        let days = age(text, start);
        if days > reality::OLD_DAYS {
            status = Status::Background;
            reality = Some(Cited { span: t.span, rule: "status.old_date".to_owned() });
        }
    }
    let mut realis = mention.realis;
    if realis == Realis::Actual
        && kind == Kind::Incident
        && let Some(t) = time.and_then(|t| text.ground.times.get(t.time))
        && t.start.is_some_and(|start| age(text, start) < 0)
        && !reality::hurts(text, mention.sentence)
    {
        // "eine weitere Demonstration am kommenden Mittwoch"
        realis = Realis::Planned;
        reality = Some(Cited { span: t.span, rule: "realis.future_date".to_owned() });
    }
    if let Some(t) = old.filter(|_| status == Status::Current) {
        status = Status::Background;
        reality = Some(Cited { span: t.span, rule: "status.old_date".to_owned() });
    }
    Draft {
        kind,
        mentions: vec![index],
        votes: mention.votes.clone(),
        realis,
        status,
        reality,
        series: mention.series.clone(),
        time,
        since: None,
        places: setting::places(text, mention, sayings, speech, others, rivals),
        perpetrators: role(roles.perpetrators),
        parties: role(roles.parties),
        targets: role(roles.targets),
        instruments: roles.instruments,
        perpetrator_confidence: None,
        counts: Vec::new(),
        sayings: Vec::new(),
        reason: None,
        totals: totals.filter(|_| kind == Kind::Aggregate),
        crowd: None,
        damage: Vec::new(),
        links: Vec::new(),
        only_reason: mention.in_reason,
    }
}

/// "went down in the North Sea in March 2016": the year itself stands there, and nothing ends the clause.
fn stated_year(text: &Text<'_>, t: &TimeMention) -> bool {
    let words = text.ground.slice(t.span);
    t.value.get(..4).is_some_and(|year| words.contains(year))
        && text.clause(text.token_at(t.span.start))
            == text.clause(text.token_at(t.span.end.saturating_sub(1)))
}

/// Days between a time and the news.
fn age(text: &Text<'_>, at: jiff::civil::DateTime) -> i64 {
    let anchor = text.ground.anchor.date();
    anchor.since(at.date()).map_or(0, |s| i64::from(s.get_days()))
}

/// What only the whole article tells: types by the same side's other strikes, places, periods.
fn finish(text: &Text<'_>, drafts: &mut [Draft], mentions: &[Mention], sayings: &[Saying]) {
    let strikes: Vec<(Option<String>, usize)> = drafts
        .iter()
        .filter(|d| d.best().1 >= 0.9 && text.taxonomy.group(d.best().0) == "remote_violence")
        .filter_map(|d| d.perpetrators.first().map(|p| (p.entity.country.clone(), d.best().0)))
        .collect();
    for d in drafts.iter_mut() {
        let (best, _) = d.best();
        let generic = text.taxonomy.name(best) == "ground_attack";
        let state = d
            .perpetrators
            .first()
            .filter(|p| p.entity.state && p.entity.country.is_some())
            .cloned();
        if let Some(p) = &state
            && generic
            && let Some((_, id)) = strikes.iter().find(|(c, _)| *c == p.entity.country)
        {
            d.vote(*id, 0.7);
        }
        // "israelischer Angriff auf ein Krankenhaus in Chan Junis": a state's attack in another country
        // comes by air, where nothing says otherwise.
        let abroad = state.and_then(|p| p.entity.country.clone()).is_some_and(|by| {
            d.places
                .iter()
                .filter(|p| p.role == PlaceRole::Event)
                .filter_map(|p| text.ground.places.get(p.place)?.place.country.clone())
                .any(|at| at != by)
        });
        if generic
            && abroad
            && d.instruments.is_empty()
            && let Some(id) = text.taxonomy.find("air_strike")
        {
            let short = d.best().1 + 0.05
                - d.votes.iter().find(|(t, _)| *t == id).map_or(0.0, |(_, weight)| *weight);
            d.vote(id, short);
        }
        // "greift Ziele an ... mit Raketen": the weapon tells what the attack was.
        if generic {
            let classes: Vec<String> = d.instruments.iter().map(|(c, _, _)| c.clone()).collect();
            let family = text.taxonomy.family(best).to_owned();
            for r in text.taxonomy.refinements() {
                let named = r.instrument.as_ref().is_some_and(|i| classes.contains(i));
                if named && r.family == family && r.sector.is_none() && r.target.is_none() {
                    d.vote(r.event_type, r.weight);
                }
            }
        }
        // "ermordeten 47 Menschen"
        let many = d.counts.iter().any(|c| {
            c.figure.outcome == Outcome::Killed
                && !c.figure.part
                && c.figure.bound.min.is_some_and(|n| n >= MASS)
        });
        if many
            && matches!(text.taxonomy.name(best), "assassination" | "homicide")
            && let Some(id) = text.taxonomy.find("mass_killing")
        {
            let short = d.best().1 + 0.05
                - d.votes.iter().find(|(t, _)| *t == id).map_or(0.0, |(_, weight)| *weight);
            d.vote(id, short);
        }
        // Armed men who fire on a post of the army attack it.
        let soldiers =
            |r: &Role| r.entity.sector == "military" || r.entity.class == "military_base";
        if text.taxonomy.name(best) == "shooting"
            && d.targets.iter().any(soldiers)
            && d.perpetrators.iter().any(|p| p.entity.armed())
            && let Some(id) = text.taxonomy.find("ground_attack")
        {
            let short = d.best().1 + 0.05
                - d.votes.iter().find(|(t, _)| *t == id).map_or(0.0, |(_, weight)| *weight);
            d.vote(id, short);
        }
        // Shots at a protest are more than a protest.
        let force = text.taxonomy.find("excessive_force");
        if let Some((id, _)) = d.votes.iter().copied().find(|(id, _)| Some(*id) == force)
            && text.taxonomy.family(best) == text.taxonomy.family(id)
        {
            d.vote(id, d.best().1);
        }
        let foiled = text.taxonomy.find("foiled_attack");
        if d.realis == Realis::Foiled
            && let Some(id) = foiled
            && text.taxonomy.family(best) == text.taxonomy.family(id)
        {
            d.vote(id, 3.0);
        }
        if foiled == Some(d.best().0) && d.realis == Realis::Actual {
            d.realis = Realis::Foiled;
        }
        let several = d.kind == Kind::Aggregate;
        d.places = setting::narrow(text, &d.places, several);
        if !d.places.iter().any(|p| p.role == PlaceRole::Event) {
            let sentence = d
                .mentions
                .iter()
                .filter_map(|m| mentions.get(*m))
                .map(|m| m.sentence)
                .min()
                .unwrap_or_default();
            d.places.extend(setting::fallback(text, sentence, sayings));
        }
    }
    // "seit dem Überfall": the period begins with that event.
    let since: Vec<(usize, usize, usize)> = mentions
        .iter()
        .enumerate()
        .filter(|(_, m)| m.since)
        .map(|(i, m)| (i, m.sentence, m.clause))
        .collect();
    for d in drafts.iter_mut().filter(|d| d.kind == Kind::Aggregate) {
        let found = since.iter().find(|(_, sentence, _)| {
            d.mentions
                .iter()
                .filter_map(|m| mentions.get(*m))
                .any(|m| m.sentence == *sentence && !m.in_reason)
        });
        d.since = found.map(|(i, _, _)| *i);
    }
}
