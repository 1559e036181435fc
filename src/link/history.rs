//! History: the next revision of an incident, from the last one and what came in.
//!
//! Nothing but the message itself is remembered of the past, so that a restored incident goes on
//! exactly as one that never left memory.

use super::fuse::fuse;
use super::profile::{hash, told_at};
use crate::message::{
    Cause, Codes, Incident, Lifecycle, Message, Realis, Relation, Report, SplitFrom, Status,
    TakenFrom, incident_id,
};
use std::collections::BTreeSet;

/// Bytes of a value, well under Kafka's usual limit of 1 MiB for a record.
const MAX_BYTES: usize = 900_000;
/// Reports kept by id alone; an incident with more takes no further ones.
const MAX_FURTHER: usize = 5_000;
/// Where the reports stand in a message.
const REPORTS: &str = "/reports";
/// Reports that are kept in full, whatever is configured.
const MIN_REPORTS: usize = 2;

/// True for a report that tells an event as news: one that can found an incident.
pub(super) fn founds(report: &Report) -> bool {
    matches!(report.realis, Realis::Actual | Realis::Attempted | Realis::Foiled)
        && matches!(report.status, Status::Current | Status::Update)
}

/// True for a report that founds nothing, but belongs to an incident that is there: a denial, or
/// an event told as background or remembered.
pub(super) fn supports(report: &Report) -> bool {
    match report.status {
        Status::Exercise => false,
        Status::Background | Status::Anniversary => {
            matches!(report.realis, Realis::Actual | Realis::Attempted | Realis::Foiled)
                || report.realis == Realis::Denied
        }
        Status::Current | Status::Update => report.realis == Realis::Denied,
    }
}

/// True when an incident with so many reports takes no more.
pub(super) fn is_full(reports: usize, more: usize) -> bool {
    reports + more > MAX_FURTHER
}

/// True for the report that an incident has its id from.
pub(super) fn founded_by(incident: &Incident, report: &Report) -> bool {
    incident.id == id_of(report, incident.split_from.as_ref())
}

/// Id of an incident that a report founds. One that is split off has another than the report would
/// give it: that one may have been used, before a merge, and revisions never start again.
fn id_of(report: &Report, split_from: Option<&SplitFrom>) -> String {
    match split_from {
        None => incident_id(&report.id),
        Some(from) => incident_id(&format!("{} {} {}", report.id, from.incident, from.revision)),
    }
}

/// A version of a report, as the cause of a revision.
pub(super) fn cause(report: &Report) -> Cause {
    Cause { report: report.id.clone(), revision: report.article.revision }
}

/// The first revision.
pub(super) fn found(report: Report, max_reports: usize) -> Box<Incident> {
    let because = cause(&report);
    founded(report, None, because, max_reports)
}

/// The first revision of what was part of another incident; the first report founds it.
pub(super) fn split_off(
    founder: Report,
    rest: Vec<Report>,
    split_from: SplitFrom,
    because: Cause,
    taken_from: Vec<TakenFrom>,
    max_reports: usize,
) -> Box<Incident> {
    let mut incident = founded(founder, Some(split_from), because, max_reports);
    incident.reports.extend(rest);
    incident.taken_from = taken_from;
    settle(&mut incident, max_reports);
    incident
}

fn founded(
    report: Report,
    split_from: Option<SplitFrom>,
    because: Cause,
    max_reports: usize,
) -> Box<Incident> {
    let (group, event_type) = (report.group.clone(), report.event_type.clone());
    let when = told_at(&report);
    let mut incident = Box::new(Incident {
        schema: Incident::SCHEMA.to_owned(),
        id: id_of(&report, split_from.as_ref()),
        revision: 1,
        lifecycle: Lifecycle::New,
        kind: report.kind,
        group,
        event_type,
        codes: Codes::default(),
        title: String::new(),
        realis: report.realis,
        status: report.status,
        time: None,
        places: Vec::new(),
        actors: Vec::new(),
        perpetrator_confidence: None,
        targets: Vec::new(),
        instruments: Vec::new(),
        casualties: Vec::new(),
        claims: Vec::new(),
        reason: None,
        counts: None,
        crowd: None,
        damage: Vec::new(),
        competing: Vec::new(),
        changed: Vec::new(),
        reports: vec![report],
        further_reports: Vec::new(),
        outlets: Vec::new(),
        languages: Vec::new(),
        independent_sources: 0,
        first_seen: when,
        last_seen: when,
        severity: 0.0,
        confidence: 0.0,
        merged_into: None,
        cause: Some(because),
        taken_from: Vec::new(),
        split_from,
        split_into: Vec::new(),
        evidence: Vec::new(),
    });
    settle(&mut incident, max_reports);
    incident
}

/// With more reports, and all that is known of incidents that it takes over as a whole.
pub(super) fn gain(
    mut last: Box<Incident>,
    reports: Vec<Report>,
    absorbed: &[Incident],
    because: Cause,
    taken_from: Vec<TakenFrom>,
    max_reports: usize,
) -> Box<Incident> {
    let before = versions(&last);
    let mut next = successor(&mut last);
    // A newer version takes the place of the older.
    next.reports.retain(|known| !reports.iter().any(|new| new.id == known.id));
    next.reports.extend(reports);
    for other in absorbed {
        let new = |report: &&Report| !next.reports.iter().any(|known| known.id == report.id);
        let rest: Vec<Report> = other.reports.iter().filter(new).cloned().collect();
        next.reports.extend(rest);
        next.further_reports.extend(other.further_reports.iter().cloned());
        next.outlets.extend(other.outlets.iter().cloned());
        next.languages.extend(other.languages.iter().cloned());
        next.first_seen = next.first_seen.min(other.first_seen);
        next.last_seen = next.last_seen.max(other.last_seen);
    }
    next.taken_from = taken_from;
    let mut next = revise(next, &last, because, max_reports);
    if before == versions(&next) {
        next.changed.retain(|field| field != REPORTS);
    }
    next
}

/// A copy that takes the reports with it, without what follows from them.
fn successor(last: &mut Incident) -> Box<Incident> {
    let reports = std::mem::take(&mut last.reports);
    last.evidence = Vec::new();
    let competing = std::mem::take(&mut last.competing);
    let claims = std::mem::take(&mut last.claims);
    let mut next = Box::new(last.clone());
    (last.competing, last.claims) = (competing, claims);
    next.reports = reports;
    next
}

/// The reports that are kept in full, and which versions of their articles.
fn versions(incident: &Incident) -> Vec<(u64, u32)> {
    let version = |report: &Report| (hash(&report.id), report.article.revision);
    incident.reports.iter().map(version).collect()
}

/// With a newer version of a report that is no news any more; retracted when none is left that
/// tells it as news.
pub(super) fn withdraw(last: Box<Incident>, report: Report, max_reports: usize) -> Box<Incident> {
    let because = cause(&report);
    let mut next = gain(last, vec![report], &[], because, Vec::new(), max_reports);
    if next.further_reports.is_empty() && !next.reports.iter().any(founds) {
        next.lifecycle = Lifecycle::Retracted;
    }
    next
}

/// Without reports that other incidents took over, some of which may have been split off from it.
pub(super) fn lose(
    last: &Incident,
    taken: &BTreeSet<String>,
    split_into: Vec<String>,
    because: Cause,
    max_reports: usize,
) -> Box<Incident> {
    let mut next = Box::new(last.clone());
    next.reports.retain(|report| !taken.contains(&report.id));
    // What it took because of the same report is not yet settled: those it took from are written
    // after it, and a crash in between leaves only this revision to tell of them.
    if last.cause.as_ref() != Some(&because) {
        next.taken_from = Vec::new();
    }
    let mut next = revise(next, last, because, max_reports);
    if !split_into.is_empty() {
        next.lifecycle = Lifecycle::Split;
        next.split_into = split_into;
        next.changed.push("/split_into".to_owned());
        next.changed.sort();
    }
    next
}

/// The last message of an incident that another took over.
pub(super) fn merged(last: &Incident, into: &str, because: Cause) -> Box<Incident> {
    let mut next = Box::new(last.clone());
    next.cause = Some(because);
    next.taken_from = Vec::new();
    next.split_into = Vec::new();
    next.revision = last.revision.saturating_add(1);
    next.lifecycle = Lifecycle::Merged;
    next.merged_into = Some(into.to_owned());
    next.changed = vec!["/merged_into".to_owned()];
    next
}

fn revise(
    mut next: Box<Incident>,
    last: &Incident,
    because: Cause,
    max_reports: usize,
) -> Box<Incident> {
    next.revision = last.revision.saturating_add(1);
    next.lifecycle = Lifecycle::Updated;
    next.cause = Some(because);
    next.split_into = Vec::new();
    settle(&mut next, max_reports);
    next.changed = changed(last, &next);
    next
}

/// Everything that follows from the reports.
fn settle(incident: &mut Incident, max_reports: usize) {
    incident.reports.sort_by(|a, b| (told_at(a), &a.id).cmp(&(told_at(b), &b.id)));
    incident.reports.dedup_by(|a, b| a.id == b.id);
    while incident.reports.len() > max_reports.max(MIN_REPORTS) && set_aside(incident) {}
    bookkeeping(incident);
    fuse(incident);
    shrink(incident);
}

/// Outlets, languages and the first and last article. What is only known by id keeps counting.
fn bookkeeping(incident: &mut Incident) {
    let all_here = incident.further_reports.is_empty();
    let mut outlets: BTreeSet<String> = BTreeSet::new();
    let mut languages: BTreeSet<String> = BTreeSet::new();
    if !all_here {
        outlets.extend(std::mem::take(&mut incident.outlets));
        languages.extend(std::mem::take(&mut incident.languages));
    }
    outlets.extend(incident.reports.iter().map(|r| r.article.outlet.clone()));
    languages.extend(incident.reports.iter().map(|r| r.article.lang.clone()));
    incident.outlets = outlets.into_iter().collect();
    incident.languages = languages.into_iter().collect();
    let times = || incident.reports.iter().map(told_at);
    let first = times().min().unwrap_or(incident.first_seen);
    let last = times().max().unwrap_or(incident.last_seen);
    incident.first_seen = if all_here { first } else { first.min(incident.first_seen) };
    // Never earlier than published before: the watermark rests on it.
    incident.last_seen = last.max(incident.last_seen);
}

/// Keeps one report by its id alone: a copy first, else one in the middle, so that the first and
/// the latest remain. Never the founding report. False when there is none to set aside.
fn set_aside(incident: &mut Incident) -> bool {
    let len = incident.reports.len();
    if len <= MIN_REPORTS {
        return false;
    }
    let founder = incident.reports.iter().find(|report| founded_by(incident, report));
    let founder = founder.map(|report| report.id.clone());
    let is_founder = |r: &Report| Some(&r.id) == founder.as_ref();
    let is_copy = |r: &Report| {
        r.article.duplicate_of.as_ref().is_some_and(|of| of.relation == Relation::Copy)
    };
    let middle = len / 2;
    let copy = incident.reports.iter().position(|r| is_copy(r) && !is_founder(r));
    let index = copy.unwrap_or_else(|| {
        if incident.reports.get(middle).is_some_and(is_founder) { middle - 1 } else { middle }
    });
    let report = incident.reports.remove(index);
    incident.further_reports.push(report.id);
    incident.further_reports.sort();
    incident.further_reports.dedup();
    true
}

/// Brings the value under the limit of a message.
fn shrink(incident: &mut Incident) {
    let mut bytes = size(incident);
    while bytes > MAX_BYTES && set_aside(incident) {
        bytes = size(incident);
    }
    if bytes > MAX_BYTES {
        for report in &mut incident.reports {
            report.evidence.clear();
        }
        bytes = size(incident);
    }
    if bytes > MAX_BYTES {
        incident.competing.clear();
    }
}

fn size(incident: &Incident) -> usize {
    /// Counts what is written.
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.saturating_add(bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, incident) {
        Ok(()) => count.0,
        Err(_) => 0,
    }
}

/// JSON pointers of what differs; of a list with as many values as before, those that differ.
fn changed(last: &Incident, next: &Incident) -> Vec<String> {
    let mut out = Vec::new();
    macro_rules! compare {
        ($($name:literal: $field:ident),* $(,)?) => {
            $(if PartialEq::ne(&last.$field, &next.$field) { out.push(concat!("/", $name).to_owned()); })*
        };
    }
    macro_rules! compare_lists {
        ($($name:literal: $field:ident),* $(,)?) => {
            $(each_changed($name, &last.$field, &next.$field, &mut out);)*
        };
    }
    compare!("kind": kind, "group": group, "type": event_type, "codes": codes, "title": title,
        "realis": realis, "status": status, "time": time,
        "perpetrator_confidence": perpetrator_confidence, "reason": reason, "counts": counts,
        "crowd": crowd, "outlets": outlets, "languages": languages,
        "independent_sources": independent_sources, "first_seen": first_seen,
        "last_seen": last_seen, "severity": severity, "confidence": confidence,
        "reports": reports, "further_reports": further_reports, "competing": competing);
    compare_lists!("places": places, "actors": actors, "targets": targets,
        "instruments": instruments, "casualties": casualties, "claims": claims,
        "damage": damage);
    out.sort();
    out
}

fn each_changed<T: PartialEq>(name: &str, last: &[T], next: &[T], out: &mut Vec<String>) {
    if last.len() != next.len() {
        out.push(format!("/{name}"));
        return;
    }
    for (i, (old, new)) in last.iter().zip(next).enumerate() {
        if old != new {
            out.push(format!("/{name}/{i}"));
        }
    }
}
