//! Which report answers which expectation.

use super::gold::Expected;
use super::judge::{days, event_places, same_days};
use super::slug;
use crate::message::{Kind, Outcome, Realis, Report, Status};

/// Whether a report counts at all: news, and something that came to pass or was foiled.
pub(super) fn counts(report: &Report) -> bool {
    matches!(report.status, Status::Current | Status::Update)
        && matches!(report.realis, Realis::Actual | Realis::Foiled | Realis::Attempted)
}

/// How well a report answers an expectation; 0 where it does not.
fn fit(expected: &Expected, report: &Report, group_of: &dyn Fn(&str) -> Option<String>) -> u32 {
    let types = || expected.event_type.split('|');
    let same_type = types().any(|t| t == report.event_type);
    let same_group = types().any(|t| group_of(t).is_some_and(|g| g == report.group));
    let (countries, names, _) = event_places(report);
    let has = |want: &Option<String>, got: &[String]| {
        want.as_deref().is_some_and(|want| {
            want.split('|').any(|w| !w.is_empty() && got.iter().any(|g| g.contains(w)))
        })
    };
    let country = has(&expected.country, &countries);
    let place = has(&expected.place, &names);
    let date = match (expected.days(), days(report)) {
        (Some(want), Some((from, to))) => same_days(want, (&from, &to)),
        _ => false,
    };
    if !(same_group || (date && (country || place))) {
        return 0;
    }
    // Incidents of one group are told apart by where, when and how many.
    let killed = expected.killed.as_deref().is_some_and(|want| {
        let killed = report.casualties.iter().filter(|c| c.outcome == Outcome::Killed && !c.part);
        super::gold::intervals(want)
            .is_some_and(|all| killed.into_iter().any(|c| all.contains(&(c.min, c.max))))
    });
    let aggregate = expected.kind.as_deref() == Some(Kind::Aggregate.as_str());
    let kind = aggregate == (report.kind == Kind::Aggregate);
    let status = expected.status.as_deref().unwrap_or("current").contains(&slug(&report.status));
    [
        (true, 1),
        (same_group, 4),
        (same_type, 4),
        (kind, 4),
        (place, 3),
        (date, 2),
        (country, 2),
        (killed, 2),
        (status, 1),
    ]
    .iter()
    .filter(|(holds, _)| *holds)
    .map(|(_, points)| points)
    .sum()
}

/// Pairs of expectation and report, the best fitting first; each is in one pair at most.
pub(super) fn align(
    expected: &[Expected],
    reports: &[&Report],
    group_of: &dyn Fn(&str) -> Option<String>,
) -> Vec<(usize, usize)> {
    let mut fits: Vec<(u32, usize, usize)> = Vec::new();
    for (e, expectation) in expected.iter().enumerate() {
        for (r, report) in reports.iter().enumerate() {
            let points = fit(expectation, report, group_of);
            if points > 0 {
                fits.push((points, e, r));
            }
        }
    }
    fits.sort_by_key(|(points, e, r)| (std::cmp::Reverse(*points), *e, *r));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (_, e, r) in fits {
        if pairs.iter().all(|(a, b)| *a != e && *b != r) {
            pairs.push((e, r));
        }
    }
    pairs.sort_unstable();
    pairs
}
