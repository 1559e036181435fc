//! Severity: a derived figure for filters and alerts, 0 to 10.
//!
//! The sum of
//! - `base(group)`, from `types.toml`
//! - `1.5 · log10(1 + killed)`, at most 4.5
//! - `0.75 · log10(1 + wounded)`, at most 1.5
//! - `0.5 · log2(independent sources)`, at most 1
//!
//! times 0.6 when the act was foiled or only attempted, rounded to one decimal.
//!
//! Of killed and wounded the best figure counts, else the lower bound; parts of another figure do
//! not count, and groups add up only where no total is given. Ten dead add 1.6, a hundred 3.0, a
//! thousand 4.5.

use crate::link::taxonomy;
use crate::message::{Casualty, Outcome, Realis};

/// The severity of an incident.
pub(super) fn severity(
    group: &str,
    realis: Realis,
    casualties: &[Casualty],
    independent_sources: u32,
) -> f64 {
    let killed = people(casualties, Outcome::Killed) as f64;
    let wounded = people(casualties, Outcome::Wounded) as f64;
    let sum = taxonomy::base_severity(group)
        + (1.5 * (1.0 + killed).log10()).min(4.5)
        + (0.75 * (1.0 + wounded).log10()).min(1.5)
        + (0.5 * f64::from(independent_sources.max(1)).log2()).min(1.0);
    let share = if matches!(realis, Realis::Attempted | Realis::Foiled) { 0.6 } else { 1.0 };
    ((sum * share).clamp(0.0, 10.0) * 10.0).round() / 10.0
}

fn people(casualties: &[Casualty], outcome: Outcome) -> u64 {
    let figure = |c: &Casualty| c.best.or(c.min).unwrap_or(0);
    let whole = || casualties.iter().filter(|c| c.outcome == outcome && !c.part);
    match whole().filter(|c| c.group.is_none()).map(figure).max() {
        Some(total) => total,
        None => whole().map(figure).fold(0, u64::saturating_add),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::support::killed;

    fn of(deaths: u64, sources: u32) -> f64 {
        severity("remote_violence", Realis::Actual, &[killed(deaths)], sources)
    }

    #[test]
    fn it_grows_with_deaths_and_sources_and_stays_in_range() {
        assert!((of(0, 1) - 3.0).abs() < 1e-9);
        assert!((of(9, 1) - 4.5).abs() < 1e-9);
        assert!(of(99, 1) > of(9, 1));
        assert!(of(9, 4) > of(9, 1));
        assert!(of(u64::MAX, u32::MAX) <= 10.0);
    }

    #[test]
    fn the_formula_is_as_documented() {
        // Group, realis, killed, wounded, sources, severity: the table of docs/linking.md.
        let rows = [
            ("remote_violence", Realis::Actual, 0, 0, 1, 3.0),
            ("remote_violence", Realis::Actual, 9, 0, 1, 4.5),
            ("remote_violence", Realis::Actual, 9, 27, 4, 6.6),
            ("remote_violence", Realis::Foiled, 0, 0, 1, 1.8),
            ("accident", Realis::Actual, 2, 36, 3, 4.2),
            ("natural", Realis::Actual, 212, 0, 8, 6.5),
            ("unrest", Realis::Actual, 0, 0, 2, 2.0),
            ("natural", Realis::Actual, 1_000_000, 1_000_000, 64, 9.0),
        ];
        let docs = include_str!("../../../docs/linking.md");
        for (group, realis, dead, hurt, sources, expected) in rows {
            let wounded = Casualty { outcome: Outcome::Wounded, ..killed(hurt) };
            let got = severity(group, realis, &[killed(dead), wounded], sources);
            assert!((got - expected).abs() < 1e-9, "{group} {dead} {hurt} {sources}: {got}");
            let realis = format!("{realis:?}").to_lowercase();
            let row = format!("| {group} | {realis} | {dead} | {hurt} | {sources} | {got:.1} |");
            assert!(docs.contains(&row), "docs/linking.md lacks {row}");
        }
    }

    #[test]
    fn a_foiled_attack_weighs_less() {
        let foiled = severity("remote_violence", Realis::Foiled, &[], 1);
        assert!((foiled - 1.8).abs() < 1e-9);
    }
}
