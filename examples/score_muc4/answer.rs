//! Reports as templates of MUC-4.

use crate::align::{ROLES, Template, compared};
use crate::truecase::TITLES;
use depesche::extract::ground::places_named;
use depesche::message::{ActorRole, Kind, Realis, Report, Status, TargetKind};

const PEOPLE: usize = 0;
const ORGANISATION: usize = 1;
const TARGET: usize = 2;
const VICTIM: usize = 3;
const WEAPON: usize = 4;

/// The templates of an article's reports. One that says nothing beyond another of its type is the
/// same incident, told again.
pub(crate) fn templates(reports: &[Report], text: &str) -> Vec<Template> {
    let all: Vec<Template> = reports.iter().filter_map(|r| template(r, text)).collect();
    let mut out: Vec<Template> = Vec::new();
    for (n, template) in all.iter().enumerate() {
        let again = all.iter().enumerate().any(|(m, other)| {
            m != n && within(template, other) && (m < n || !within(other, template))
        });
        if !again {
            out.push(template.clone());
        }
    }
    out
}

/// All that the one says is said by the other.
fn within(one: &Template, other: &Template) -> bool {
    one.kind == other.kind
        && one.roles.iter().zip(&other.roles).all(|(a, b)| a.iter().all(|f| b.contains(f)))
}

/// MUC-4 asks for single incidents, accomplished, attempted or planned, and takes what an
/// article tells of earlier ones as well.
fn template(report: &Report, text: &str) -> Option<Template> {
    let told = !matches!(report.status, Status::Anniversary | Status::Exercise);
    let asked = !matches!(
        report.realis,
        Realis::Denied | Realis::Negated | Realis::Hypothetical | Realis::Threatened
    );
    if report.kind != Kind::Incident || !told || !asked {
        return None;
    }
    let mut out = Template { kind: kind(report)?, ..Template::default() };
    let actors = report.actors.iter().enumerate();
    for (n, actor) in actors.filter(|(_, a)| a.role == ActorRole::Perpetrator) {
        let field = format!("/actors/{n}");
        let words = plain(&words(report, &field, &actor.name));
        let known = actor.id.is_some() || actor.sector == "armed_group";
        perpetrator(&mut out, &words, known);
        if let Some(members) = members(report, &field, text) {
            add(&mut out, PEOPLE, &format!("{members} of {words}"));
        }
    }
    for (n, target) in report.targets.iter().enumerate() {
        let words = words(report, &format!("/targets/{n}"), &target.name);
        match (target.kind, name(&words)) {
            (TargetKind::Human, Some(name)) if !place_or_short(&name) => {
                add(&mut out, VICTIM, &name);
            }
            (TargetKind::Human, _) => {}
            (TargetKind::Physical | TargetKind::Symbolic, _) => {
                add(&mut out, TARGET, uncounted(&words));
            }
        }
    }
    // What was damaged is a thing hit.
    for (n, damage) in report.damage.iter().enumerate() {
        let words = words(report, &format!("/damage/{n}"), &damage.name);
        add(&mut out, TARGET, uncounted(&words));
    }
    for (n, instrument) in report.instruments.iter().enumerate() {
        let field = format!("/instruments/{n}");
        // "Shot" proves a firearm, but MUC-4 asks for its name.
        if !by_deed(report, &field) {
            add(&mut out, WEAPON, &words(report, &field, &instrument.name));
        }
    }
    Some(out)
}

/// The type by the taxonomy; MUC-4 has no words for damage to lines and for explosions of unknown cause,
/// which it counts as attacks and bombings.
fn kind(report: &Report) -> Option<String> {
    match (report.codes.muc4.as_deref(), report.event_type.as_str()) {
        (Some(code), _) => Some(code.to_lowercase()),
        (None, "sabotage") => Some("attack".to_owned()),
        (None, "explosion_accident") => Some("bombing".to_owned()),
        _ => None,
    }
}

fn add(template: &mut Template, role: usize, words: &str) {
    debug_assert!(role < ROLES.len());
    let Some(fillers) = template.roles.get_mut(role) else { return };
    let filler = vec![compared(words)];
    if !compared(words).is_empty() && !fillers.contains(&filler) {
        fillers.push(filler);
    }
}

/// The words that prove a field, else its value.
fn words(report: &Report, field: &str, value: &str) -> String {
    let proof = report.evidence.iter().find(|e| e.field == field);
    proof.map_or_else(|| value.to_owned(), |e| e.text.clone())
}

/// Without words before the phrase that are no part of it.
fn plain(words: &str) -> String {
    const BEFORE: [&str; 8] = ["that", "about", "other", "new", "some", "this", "these", "those"];
    let mut rest = words;
    while let Some((first, behind)) = rest.split_once(' ')
        && BEFORE.contains(&first.to_lowercase().as_str())
    {
        rest = behind;
    }
    rest.to_owned()
}

/// Things without their number.
fn uncounted(words: &str) -> &str {
    const NUMBERS: [&str; 12] = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "several", "other",
        "some",
    ];
    match words.split_once(' ') {
        Some((first, rest)) if NUMBERS.contains(&first.to_lowercase().as_str()) => rest,
        _ => words,
    }
}

/// "members of the" before a group's name.
fn members(report: &Report, field: &str, text: &str) -> Option<String> {
    let proof = report.evidence.iter().find(|e| e.field == field)?;
    let before = text.get(..proof.start).or_else(|| text.get(..text.len().min(proof.start)))?;
    let before = before.trim_end().trim_end_matches(" the").strip_suffix(" of")?;
    let word = before.rsplit(|c: char| !c.is_alphabetic()).next()?;
    let people = ["members", "guerrillas", "rebels", "militants", "terrorists", "commandos"];
    people.contains(&word).then(|| word.to_owned())
}

/// The field was read from the words for the deed, or from "fired", "opened" and the like.
fn by_deed(report: &Report, field: &str) -> bool {
    let Some(proof) = report.evidence.iter().find(|e| e.field == field) else { return false };
    let deed = |w: &str| ["shot", "shots", "shooting", "shootings", "fired", "opened"].contains(&w);
    deed(&proof.text.to_lowercase())
        || report.evidence.iter().any(|e| {
            e.field == "/type"
                && e.part == proof.part
                && e.start == proof.start
                && e.end == proof.end
        })
}

/// People are one role, organisations another; "FMLN members" and "members of the army" are both.
fn perpetrator(template: &mut Template, words: &str, known: bool) {
    let people = people(words);
    // "rebel attack": the word tells whose, not who.
    if ["rebel", "guerrilla", "terrorist", "militant"].contains(&words) {
        return;
    }
    if people || !(known || institution(words)) {
        let short = name(words).filter(|n| people && !n.contains(' ') && n.len() > 1);
        let head = short.as_deref().and_then(|n| words.split_once(n)).map(|(_, head)| head.trim());
        let alone = head.filter(|h| short_form(short.as_deref()) && !h.is_empty());
        add(template, PEOPLE, alone.unwrap_or(words));
    } else {
        add(template, ORGANISATION, words);
    }
    if !people {
        return;
    }
    if let Some((_, whole)) = words.split_once(" of ") {
        if institution(whole) || name(whole).is_some() {
            add(template, ORGANISATION, whole);
        }
    } else if let Some(name) = name(words)
        && !words.ends_with(&name)
    {
        add(template, ORGANISATION, &name);
    }
}

fn short_form(name: Option<&str>) -> bool {
    name.is_some_and(|n| n.chars().all(|c| c.is_uppercase() || c == '-'))
}

/// Several people, or one without a name: the words end in a common noun for people.
fn people(words: &str) -> bool {
    let head = words.split(" of ").next().unwrap_or(words);
    let last = head.split_whitespace().next_back().unwrap_or_default();
    let small = last.chars().all(char::is_lowercase);
    small && !institution(head)
}

fn institution(words: &str) -> bool {
    const INSTITUTIONS: [&str; 17] = [
        "army",
        "armed forces",
        "military",
        "police",
        "navy",
        "air force",
        "government",
        "guard",
        "security forces",
        "cartel",
        "mafia",
        "group",
        "organization",
        "junta",
        "squad",
        "squads",
        "battalion",
    ];
    let lower = words.to_lowercase();
    INSTITUTIONS.iter().any(|i| lower.ends_with(i))
}

/// The longest name in the words, without titles: this form of MUC-4 names victims and leaves
/// out those that are only described.
fn name(words: &str) -> Option<String> {
    let large = |w: &str| w.trim_start_matches('"').chars().next().is_some_and(char::is_uppercase);
    let mut runs: Vec<Vec<&str>> = vec![Vec::new()];
    let starts = words.split_whitespace().next().is_some_and(|w| compared(w).is_empty());
    for word in words.split_whitespace().skip(usize::from(starts)) {
        let title = TITLES.contains(&word.to_lowercase().trim_end_matches('.'));
        let joins = matches!(word, "de" | "la" | "del" | "los" | "of");
        match runs.last_mut() {
            Some(run) if large(word) && !title => run.push(word),
            Some(run) if joins && !run.is_empty() => run.push(word),
            _ => runs.push(Vec::new()),
        }
    }
    // A sentence's first word: "Some people".
    if runs.len() > 1 && runs.first().is_some_and(|r| r.len() == 1) && !starts {
        runs.remove(0);
    }
    for run in &mut runs {
        while run.last().is_some_and(|w| !large(w)) {
            run.pop();
        }
        let nation = |w: &&str| ["an", "ese", "ish"].iter().any(|end| w.ends_with(end));
        if run.len() > 2 && run.first().is_some_and(nation)
            || run.len() == 1 && run.first().is_some_and(nation)
        {
            run.remove(0);
        }
    }
    let longest = runs.into_iter().rev().max_by_key(Vec::len).filter(|run| !run.is_empty())?;
    Some(longest.join(" "))
}

/// "Medellin" of "a Medellin policeman", "US": no name of a person.
fn place_or_short(name: &str) -> bool {
    !name.contains(' ') && (!name.chars().any(char::is_lowercase) || !places_named(name).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_without_titles_and_nations() {
        assert_eq!(name("Bolivian Judge Maria de la Cruz").as_deref(), Some("Maria de la Cruz"));
        assert_eq!(name("the former governor Anton Brandt").as_deref(), Some("Anton Brandt"));
        assert_eq!(name("two policemen"), None);
        assert_eq!(name("a Peruvian"), None);
    }

    #[test]
    fn members_of_a_group_are_people_and_name_it() {
        let of = |words: &str, known: bool| {
            let mut out = Template::default();
            perpetrator(&mut out, words, known);
            let flat = |n: usize| out.roles[n].iter().flatten().cloned().collect::<Vec<_>>();
            (flat(PEOPLE), flat(ORGANISATION))
        };
        let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(of("the gunmen", false), (list(&["gunmen"]), list(&[])));
        assert_eq!(of("QXF members", true), (list(&["members"]), list(&["qxf"])));
        assert_eq!(
            of("soldiers of the army", false),
            (list(&["soldiers of army"]), list(&["army"]))
        );
        assert_eq!(of("the QXF", true), (list(&[]), list(&["qxf"])));
    }

    #[test]
    fn an_incident_told_twice_counts_once() {
        let bare = Template { kind: "attack".to_owned(), ..Template::default() };
        let mut full = bare.clone();
        add(&mut full, WEAPON, "a rifle");
        assert!(within(&bare, &full) && !within(&full, &bare));
    }
}
