//! What of a report is right.

use super::gold::{Expected, Interval, intervals};
use super::score::Counts;
use super::slug;
use crate::message::{Actor, ActorRole, Bound, Kind, PlaceRole, Report};

/// One field of a report beside what is expected of it.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    /// Field of the score table.
    pub(super) field: &'static str,
    pub(super) counts: Counts,
    /// Confidence and rightness of each filled value that has one.
    pub(super) marks: Vec<(f64, bool)>,
    /// What was expected and what came, where they differ.
    pub(super) mistake: Option<(String, String)>,
}

/// Whether one of the alternatives is part of one of the texts, in any case of letters.
fn named(alternatives: &str, texts: &[String]) -> bool {
    let texts: Vec<String> = texts.iter().map(|t| t.to_lowercase()).collect();
    alternatives
        .split('|')
        .any(|a| !a.is_empty() && texts.iter().any(|t| t.contains(&a.to_lowercase())))
}

fn optional(alternatives: &str) -> bool {
    alternatives.split('|').any(str::is_empty)
}

/// A field that is right or wrong as a whole.
fn single(
    field: &'static str,
    expected: Option<&str>,
    got: Option<String>,
    right: bool,
    confidence: Option<f64>,
) -> Judged {
    let mut counts = Counts::default();
    let optional = expected.is_some_and(optional);
    match (expected.is_some(), got.is_some()) {
        (true, true) if right => counts.hits = 1,
        (true, true) => (counts.misses, counts.false_alarms) = (1, 1),
        (true, false) if !optional => counts.misses = 1,
        (false, true) => counts.false_alarms = 1,
        _ => {}
    }
    let marks = match (&got, confidence) {
        (Some(_), Some(confidence)) => vec![(confidence, counts.hits == 1)],
        _ => Vec::new(),
    };
    let mistake = (counts.misses + counts.false_alarms > 0).then(|| {
        (expected.unwrap_or("nothing").to_owned(), got.unwrap_or_else(|| "nothing".into()))
    });
    Judged { field, counts, marks, mistake }
}

/// Whether the group of types is right.
pub(super) fn group(expected: &Expected, report: &Report, right: bool) -> Judged {
    let want = expected.event_type.as_str();
    single("group", Some(want), Some(report.group.clone()), right, None)
}

/// First and last day of a report.
pub(super) fn days(report: &Report) -> Option<(String, String)> {
    let time = report.time.as_ref()?;
    let day = |text: &String| text.chars().take(10).collect::<String>();
    let start = time.start.as_ref().or(time.end.as_ref()).map(day)?;
    let end = time.end.as_ref().map_or_else(|| start.clone(), day);
    Some((start, end))
}

/// Whether two spans of days are the same, give or take a day at either end.
pub(super) fn same_days(expected: (&str, &str), got: (&str, &str)) -> bool {
    let near = |a: &str, b: &str| {
        let parse = |s: &str| s.parse::<jiff::civil::Date>().ok();
        match (parse(a), parse(b)) {
            (Some(a), Some(b)) => (a - b).get_days().abs() <= 1,
            _ => false,
        }
    };
    let overlap = expected.0 <= got.1 && got.0 <= expected.1;
    overlap && near(expected.0, got.0) && near(expected.1, got.1)
}

/// Countries and names of the places where it happened, with the greatest confidence.
pub(super) fn event_places(report: &Report) -> (Vec<String>, Vec<String>, Option<f64>) {
    let at: Vec<_> = report.places.iter().filter(|p| p.role == PlaceRole::Event).collect();
    let countries = at.iter().filter_map(|p| p.country.clone()).collect();
    let names = at
        .iter()
        .flat_map(|p| {
            [Some(p.name.clone()), p.name_en.clone(), Some(p.text.clone()), p.admin1.clone()]
        })
        .flatten()
        .collect();
    (countries, names, at.iter().map(|p| p.confidence).reduce(f64::max))
}

/// Names, ids, sectors and countries of those who did it; where nobody is expected, not of those who
/// only took part, as in a march.
fn parties(report: &Report, expected: bool) -> (Vec<String>, Option<f64>) {
    let did = |role| role == ActorRole::Perpetrator || expected && matches!(role, ActorRole::Party);
    // "Unbekannte" names nobody.
    let named = |a: &&Actor| did(a.role) && a.sector != "unknown";
    let of: Vec<_> = report.actors.iter().filter(named).collect();
    let texts = of
        .iter()
        .map(|a| {
            let (id, country) = (a.id.as_deref().unwrap_or(""), a.country.as_deref().unwrap_or(""));
            format!("{} {id} {} {country}", a.name, a.sector)
        })
        .collect();
    (texts, of.iter().map(|a| a.confidence).reduce(f64::max))
}

/// Whether a bound is one of the expected intervals.
fn is_one_of(expected: &str, got: Interval) -> bool {
    intervals(expected).is_some_and(|all| all.contains(&got))
}

fn shown((min, max): Interval) -> String {
    let text = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    if min == max { text(min) } else { format!("{}..{}", text(min), text(max)) }
}

/// Judges every field of a report that answers an expectation.
pub(super) fn fields(expected: &Expected, report: &Report) -> Vec<Judged> {
    let mut out = Vec::new();
    let first = |text: &str| text.split('|').next().unwrap_or_default().to_owned();
    let typed = expected.event_type.split('|').any(|t| t == report.event_type);
    out.push(single(
        "type",
        Some(&first(&expected.event_type)),
        Some(report.event_type.clone()),
        typed,
        Some(report.confidence),
    ));
    let kind = expected.kind.as_deref().unwrap_or("incident");
    let is = report.kind.as_str();
    out.push(single("kind", Some(kind), Some(is.into()), kind.split('|').any(|k| k == is), None));
    // What is not stated is not scored: reports fall back to the day of publication.
    if let Some(want) = expected.days() {
        let got = days(report);
        let right = got.as_ref().is_some_and(|(a, b)| same_days(want, (a, b)));
        let got = got.map(|(a, b)| format!("{a}/{b}"));
        out.push(single("date", expected.date.as_deref(), got, right, None));
    }
    let (countries, names, confidence) = event_places(report);
    let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(", "));
    if expected.country.is_some() {
        let right = expected.country.as_deref().is_some_and(|c| named(c, &countries));
        out.push(single("country", expected.country.as_deref(), joined(&countries), right, None));
    }
    if expected.place.is_some() {
        let right = expected.place.as_deref().is_some_and(|p| named(p, &names));
        let place = joined(&names);
        out.push(single("place", expected.place.as_deref(), place, right, confidence));
    }
    figures(expected, report, &mut out);
    people(expected, report, &mut out);
    let bound = |b: Bound| (b.min, b.max);
    let crowd = report.crowd.map(bound);
    let counted = |want: &Option<String>, got: Option<Interval>| {
        got.is_some_and(|got| want.as_deref().is_some_and(|want| is_one_of(want, got)))
    };
    let right = counted(&expected.crowd, crowd);
    out.push(single("crowd", expected.crowd.as_deref(), crowd.map(shown), right, None));
    if report.kind == Kind::Aggregate || expected.total.is_some() {
        let total = report.counts.as_ref().map(|c| bound(c.total));
        let right = counted(&expected.total, total);
        out.push(single("total", expected.total.as_deref(), total.map(shown), right, None));
    }
    if expected.partial {
        // What was neither right nor missed was not asked for.
        out.retain(|judged| judged.counts.hits + judged.counts.misses > 0);
    }
    out
}

fn figures(expected: &Expected, report: &Report, out: &mut Vec<Judged>) {
    for (outcome, want) in expected.figures() {
        let of: Vec<_> =
            report.casualties.iter().filter(|c| !c.part && slug(&c.outcome) == outcome).collect();
        let right = want.and_then(|want| of.iter().find(|c| is_one_of(want, (c.min, c.max))));
        let best = right.or(of.first());
        let got = best.map(|c| shown((c.min, c.max)));
        let field = match outcome {
            "killed" => "killed",
            "wounded" => "wounded",
            _ => "other figures",
        };
        out.push(single(field, want, got, right.is_some(), best.map(|c| c.confidence)));
    }
}

fn people(expected: &Expected, report: &Report, out: &mut Vec<Judged>) {
    let (parties, confidence) = parties(report, expected.perpetrator.is_some());
    let joined = |list: &[String]| (!list.is_empty()).then(|| list.join(", "));
    let right = expected.perpetrator.as_deref().is_some_and(|p| named(p, &parties));
    let want = expected.perpetrator.as_deref();
    out.push(single("perpetrator", want, joined(&parties), right, confidence));
    // Only where the right party was found does it matter how sure that is.
    if let (true, Some(want)) = (right, expected.perpetrator_confidence.as_deref()) {
        let got = report.perpetrator_confidence.map(|c| slug(&c));
        let same = got.as_deref().is_some_and(|g| want.split('|').any(|w| w == g));
        out.push(single("perpetrator confidence", Some(want), got, same, None));
    }
    let targets: Vec<(String, f64)> = report
        .targets
        .iter()
        .map(|t| {
            let (kind, owner) =
                (t.target_type.as_deref().unwrap_or(""), t.owner.as_deref().unwrap_or(""));
            (format!("{} {kind} {owner}", t.name), t.confidence)
        })
        .collect();
    // What a fire or a flood befalls is no target.
    let aimed =
        !matches!(report.group.as_str(), "accident" | "natural" | "health" | "humanitarian");
    let targets = if aimed || !expected.target.is_empty() { targets } else { Vec::new() };
    let hit = |want: &String, (text, _): &(String, f64)| named(want, std::slice::from_ref(text));
    let found = expected.target.iter().filter(|w| targets.iter().any(|t| hit(w, t))).count();
    let marks: Vec<(f64, bool)> =
        targets.iter().map(|t| (t.1, expected.target.iter().any(|w| hit(w, t)))).collect();
    let stray = marks.iter().filter(|(_, right)| !right).count();
    let absent = |w: &&String| !optional(w) && !targets.iter().any(|t| hit(w, t));
    let misses = expected.target.iter().filter(absent).count();
    let mistake = (stray + misses > 0).then(|| {
        let got: Vec<&str> = targets.iter().map(|(text, _)| text.trim()).collect();
        (expected.target.join(", "), got.join(", "))
    });
    let counts = Counts { hits: found, misses, false_alarms: stray };
    out.push(Judged { field: "target", counts, marks, mistake });
    let classes: Vec<String> = report.instruments.iter().map(|i| i.class.clone()).collect();
    let want = expected.instrument.as_deref();
    let right = want.is_some_and(|w| w.split('|').any(|w| classes.iter().any(|c| c == w)));
    out.push(single("instrument", want, joined(&classes), right, None));
}
