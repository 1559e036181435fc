//! From files to compiled tables.

use super::pattern::{Endings, Matcher};
use super::rows::{
    ActorFile, GrammarFile, GroupFile, OutcomeFile, PeopleFile, RealityFile, SpeechFile,
    TaxonomyFile, ThingFile, TriggerFile, Words,
};
use super::{
    Cue, Form, Language, Lexicon, LexiconError, Modifier, OutcomeEntry, PartyEntry, PeopleEntry,
    Tag, Taxonomy, Trigger, builtin, check,
};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, HashMap};

/// A file's name, content and rows.
pub(super) struct Read<'a, F> {
    name: &'a str,
    text: &'a str,
    pub(super) rows: F,
}

impl<F> Read<'_, F> {
    pub(super) fn wrong(&self, at: std::ops::Range<usize>, problem: String) -> LexiconError {
        LexiconError::at(self.name, self.text, at.start, problem)
    }
}

/// The built-in file and what overrides it, in the order in which they count.
fn files<'a, F: DeserializeOwned>(
    (name, text): (&'a str, &'a str),
    overrides: &'a [(String, String)],
    replaces: impl Fn(&F) -> bool,
) -> Result<Vec<Read<'a, F>>, LexiconError> {
    let mut out = Vec::new();
    let given = overrides.iter().filter(|(n, _)| n == name).map(|(n, t)| (n.as_str(), t.as_str()));
    for (name, text) in std::iter::once((name, text)).chain(given) {
        let rows: F = toml::from_str(text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            LexiconError::at(name, text, at, e.message().to_owned())
        })?;
        if replaces(&rows) {
            out.clear();
        }
        out.push(Read { name, text, rows });
    }
    Ok(out)
}

pub(super) fn lexicon(overrides: &[(String, String)]) -> Result<Lexicon, LexiconError> {
    refuse_unknown(overrides)?;
    let taxonomy = taxonomy(overrides)?;
    let [_, groups] = builtin::COMMON;
    let groups = files::<GroupFile>(groups, overrides, |f| f.replace)?;
    check::groups(&groups)?;
    let mut languages = BTreeMap::new();
    for (lang, code, files) in builtin::LANGUAGES {
        languages.insert(lang, language(code, files, &groups, &taxonomy, overrides)?);
    }
    Ok(Lexicon { taxonomy, languages })
}

fn refuse_unknown(overrides: &[(String, String)]) -> Result<(), LexiconError> {
    for (name, text) in overrides {
        let known = builtin::COMMON.iter().any(|(n, _)| n == name)
            || builtin::LANGUAGES.iter().any(|(_, _, f)| f.iter().any(|(n, _)| n == name));
        if !known {
            return Err(LexiconError::at(name, text, 0, "no lexicon of this name".to_owned()));
        }
    }
    Ok(())
}

fn taxonomy(overrides: &[(String, String)]) -> Result<Taxonomy, LexiconError> {
    let mut taxonomy = Taxonomy::default();
    let [file, _] = builtin::COMMON;
    let files = files::<TaxonomyFile>(file, overrides, |f| f.replace)?;
    for file in &files {
        for row in &file.rows.types {
            taxonomy.add(row.clone());
        }
    }
    for file in &files {
        for row in &file.rows.absorb {
            taxonomy.add_absorb(row.clone());
        }
        for row in &file.rows.refine {
            taxonomy.add_refine(row).map_err(|e| file.wrong(row.event_type.span(), e))?;
        }
    }
    Ok(taxonomy)
}

/// Adds patterns, with the line of a bad one.
fn add<F>(
    matcher: &mut Matcher<Tag>,
    file: &Read<'_, F>,
    words: &Words,
    tag: Tag,
) -> Result<(), LexiconError> {
    for word in words {
        matcher.add(word.get_ref(), tag).map_err(|e| file.wrong(word.span(), e))?;
    }
    Ok(())
}

fn language(
    code: &'static str,
    [grammar, trigger, outcome, people, actor, target, instrument, speech, reality]: [builtin::File;
        9],
    groups: &[Read<'_, GroupFile>],
    taxonomy: &Taxonomy,
    overrides: &[(String, String)],
) -> Result<Language, LexiconError> {
    let grammar = files::<GrammarFile>(grammar, overrides, |f| f.replace)?;
    let mut endings = Endings::default();
    let (mut verb_final, mut capital_nouns) = (false, false);
    let mut no_person = Vec::new();
    for file in &grammar {
        endings.noun.extend(file.rows.noun_endings.iter().cloned());
        endings.verb.extend(file.rows.verb_endings.iter().cloned());
        endings.joints.extend(file.rows.joints.iter().cloned());
        no_person.extend(file.rows.no_person.iter().cloned());
        verb_final |= file.rows.verb_final;
        capital_nouns |= file.rows.capital_nouns;
        endings.elision |= file.rows.elision;
    }
    let mut m = Matcher::new(endings);
    for file in &grammar {
        for (class, words) in &file.rows.words {
            add(&mut m, file, words, Tag::Word(*class))?;
        }
    }
    let (triggers, modifiers) = triggers(
        &mut m,
        code,
        taxonomy,
        &files::<TriggerFile>(trigger, overrides, |f| f.replace)?,
    )?;
    let outcomes = outcomes(&mut m, &files::<OutcomeFile>(outcome, overrides, |f| f.replace)?)?;
    let people = people_rows(&mut m, &files::<PeopleFile>(people, overrides, |f| f.replace)?)?;
    let parties = parties(&mut m, groups, &files::<ActorFile>(actor, overrides, |f| f.replace)?)?;
    let targets =
        things(&mut m, &files::<ThingFile>(target, overrides, |f| f.replace)?, Tag::Target)?;
    let instruments = things(
        &mut m,
        &files::<ThingFile>(instrument, overrides, |f| f.replace)?,
        Tag::Instrument,
    )?;
    let (mut speeches, mut media, mut cues) = (Vec::new(), Vec::new(), Vec::new());
    for file in &files::<SpeechFile>(speech, overrides, |f| f.replace)? {
        for row in &file.rows.cue {
            add(&mut m, file, &row.words, Tag::Speech(speeches.len()))?;
            speeches.push((row.act, row.form));
        }
        for row in &file.rows.medium {
            add(&mut m, file, &row.words, Tag::Medium(media.len()))?;
            media.push(row.name.clone());
        }
        add(&mut m, file, &file.rows.unnamed, Tag::Unnamed)?;
        add(&mut m, file, &file.rows.speaker, Tag::Speaker)?;
        add(&mut m, file, &file.rows.anaphor, Tag::Anaphor)?;
    }
    for file in &files::<RealityFile>(reality, overrides, |f| f.replace)? {
        for row in &file.rows.cue {
            add(&mut m, file, &row.words, Tag::Cue(cues.len()))?;
            cues.push(Cue {
                rule: format!("{code}.reality.{}", row.id),
                effect: row.effect,
                family: row.family.clone(),
            });
        }
    }
    Ok(Language {
        code,
        matcher: m,
        verb_final,
        capital_nouns,
        no_person,
        triggers,
        modifiers,
        outcomes,
        people,
        parties,
        targets,
        instruments,
        speech: speeches,
        media,
        cues,
    })
}

fn triggers(
    m: &mut Matcher<Tag>,
    code: &str,
    taxonomy: &Taxonomy,
    files: &[Read<'_, TriggerFile>],
) -> Result<(Vec<Trigger>, HashMap<String, Modifier>), LexiconError> {
    let (mut triggers, mut modifiers) = (Vec::new(), HashMap::new());
    for file in files {
        for row in &file.rows.trigger {
            let at = row.event_type.span();
            let find = |name: &str| {
                taxonomy
                    .find(name)
                    .ok_or_else(|| file.wrong(at.clone(), format!("no type {name:?}")))
            };
            let main = find(row.event_type.get_ref())?;
            let mut types = vec![(main, row.strength)];
            for (name, weight) in &row.also {
                types.push((find(name)?, *weight));
            }
            let n = triggers.len();
            add(m, file, &row.nouns, Tag::Trigger(n, Form::Noun))?;
            add(m, file, &row.verbs, Tag::Trigger(n, Form::Verb))?;
            add(m, file, &row.participles, Tag::Trigger(n, Form::Participle))?;
            triggers.push(Trigger {
                id: format!("{code}.trigger.{}", row.event_type.get_ref()),
                types,
                frame: row.frame.unwrap_or_else(|| taxonomy.frame(main)),
                instrument: row.instrument.clone(),
                needs_context: row.needs_context,
            });
        }
        for row in &file.rows.modifier {
            let event_type = row
                .event_type
                .as_deref()
                .map(|n| taxonomy.find(n).ok_or_else(|| format!("no type {n:?}")))
                .transpose()
                .map_err(|e| file.wrong(0..0, e))?;
            for stem in &row.stems {
                let modifier = Modifier {
                    instrument: row.instrument.clone(),
                    event_type,
                    family: row.family.clone(),
                    veto: row.veto,
                    sector: row.sector.clone(),
                };
                modifiers.insert(stem.clone(), modifier);
            }
        }
    }
    Ok((triggers, modifiers))
}

fn outcomes(
    m: &mut Matcher<Tag>,
    files: &[Read<'_, OutcomeFile>],
) -> Result<Vec<OutcomeEntry>, LexiconError> {
    let mut out = Vec::new();
    for file in files {
        for row in &file.rows.outcome {
            let n = out.len();
            add(m, file, &row.nouns, Tag::Outcome(n, Form::Noun))?;
            add(m, file, &row.subject, Tag::Outcome(n, Form::Subject))?;
            add(m, file, &row.object, Tag::Outcome(n, Form::Verb))?;
            add(m, file, &row.participles, Tag::Outcome(n, Form::Participle))?;
            out.push(OutcomeEntry { outcome: row.outcome, group: row.group.clone() });
        }
        add(m, file, &file.rows.toll, Tag::Toll)?;
    }
    Ok(out)
}

fn people_rows(
    m: &mut Matcher<Tag>,
    files: &[Read<'_, PeopleFile>],
) -> Result<Vec<PeopleEntry>, LexiconError> {
    let mut out = Vec::new();
    for file in files {
        for row in &file.rows.people {
            add(m, file, &row.words, Tag::People(out.len()))?;
            out.push(PeopleEntry {
                group: row.group.clone(),
                sector: row.sector.clone(),
                count: row.count,
                single: row.single,
            });
        }
    }
    Ok(out)
}

fn parties(
    m: &mut Matcher<Tag>,
    groups: &[Read<'_, GroupFile>],
    actors: &[Read<'_, ActorFile>],
) -> Result<Vec<PartyEntry>, LexiconError> {
    let mut out = Vec::new();
    for file in groups {
        for row in &file.rows.group {
            add(m, file, &row.words, Tag::Party(out.len()))?;
            out.push(PartyEntry {
                id: Some(row.id.get_ref().clone()),
                name: Some(row.name.clone()),
                country: row.country.as_ref().map(|c| c.get_ref().clone()),
                sector: row.sector.get_ref().clone(),
                state: row.state,
                namable: false,
                unknown: false,
                instrument: row.instrument.clone(),
            });
        }
    }
    for file in actors {
        for row in &file.rows.actor {
            add(m, file, &row.words, Tag::Party(out.len()))?;
            out.push(PartyEntry {
                id: None,
                name: None,
                country: None,
                sector: row.sector.clone(),
                state: row.state,
                namable: row.namable,
                unknown: row.unknown,
                instrument: row.instrument.clone(),
            });
        }
    }
    Ok(out)
}

fn things(
    m: &mut Matcher<Tag>,
    files: &[Read<'_, ThingFile>],
    tag: fn(usize) -> Tag,
) -> Result<Vec<String>, LexiconError> {
    let mut out = Vec::new();
    for file in files {
        for row in &file.rows.thing {
            add(m, file, &row.words, tag(out.len()))?;
            out.push(row.class.clone());
        }
    }
    Ok(out)
}
