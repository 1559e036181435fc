//! Reports as templates of MUC-4.

use crate::align::{ROLES, Template, compared};
use depesche::message::{ActorRole, Kind, Realis, Report, Status, TargetKind};

/// The templates of an article's reports, without repetitions.
pub(crate) fn templates(reports: &[Report]) -> Vec<Template> {
    let mut out: Vec<Template> = Vec::new();
    for template in reports.iter().filter_map(template) {
        if !out.contains(&template) {
            out.push(template);
        }
    }
    out
}

/// MUC-4 asks for single incidents that are news, accomplished or attempted, of the types that it knows.
fn template(report: &Report) -> Option<Template> {
    let news = matches!(report.status, Status::Current | Status::Update);
    let done = matches!(report.realis, Realis::Actual | Realis::Attempted | Realis::Foiled);
    if report.kind != Kind::Incident || !news || !done {
        return None;
    }
    let kind = report.codes.muc4.as_deref()?.to_lowercase();
    let mut out = Template { kind, ..Template::default() };
    for (n, actor) in report.actors.iter().enumerate() {
        if actor.role != ActorRole::Perpetrator {
            continue;
        }
        let words = words(report, &format!("/actors/{n}"), &actor.name);
        add(&mut out, usize::from(organisation(&words, actor.id.is_some())), &words);
    }
    for (n, target) in report.targets.iter().enumerate() {
        let words = words(report, &format!("/targets/{n}"), &target.name);
        match target.kind {
            TargetKind::Human => {
                if let Some(name) = person(&words) {
                    add(&mut out, 3, &name);
                }
            }
            TargetKind::Physical | TargetKind::Symbolic => add(&mut out, 2, &words),
        }
    }
    for (n, instrument) in report.instruments.iter().enumerate() {
        let words = words(report, &format!("/instruments/{n}"), &instrument.name);
        add(&mut out, 4, &words);
    }
    Some(out)
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

/// A known group, a named one, or an institution; else people.
fn organisation(words: &str, known: bool) -> bool {
    const INSTITUTIONS: [&str; 14] = [
        "army",
        "armed forces",
        "military",
        "police",
        "navy",
        "air force",
        "government",
        "national guard",
        "security forces",
        "cartel",
        "mafia",
        "group",
        "organization",
        "junta",
    ];
    let lower = words.to_lowercase();
    known || INSTITUTIONS.iter().any(|i| lower.ends_with(i))
}

/// MUC-4's form here names victims, it does not describe them: the name in the words, if any.
fn person(words: &str) -> Option<String> {
    let large = |w: &&str| w.chars().next().is_some_and(char::is_uppercase);
    let names: Vec<&str> = words.split_whitespace().filter(large).collect();
    (!names.is_empty()).then(|| names.join(" "))
}
