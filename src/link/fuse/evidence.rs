//! Evidence: the words of the chosen report, under the incident's own pointers.

use crate::message::{IncidentEvidence, Report};

/// Proofs kept for one value.
const PER_VALUE: usize = 4;
/// Proofs kept for an incident.
const MAX: usize = 240;

/// Collects proofs in the order of the fields.
#[derive(Debug, Default)]
pub(super) struct Proofs {
    kept: Vec<IncidentEvidence>,
}

impl Proofs {
    /// Copies what proves `theirs` in a report, as proof of `ours` in the incident.
    pub(super) fn copy(&mut self, report: &Report, theirs: &str, ours: &str) {
        let proofs = report.evidence.iter().filter_map(|proof| {
            let rest = proof.field.strip_prefix(theirs)?;
            (rest.is_empty() || rest.starts_with('/')).then_some((proof, rest))
        });
        for (proof, rest) in proofs.take(PER_VALUE) {
            if self.kept.len() >= MAX {
                return;
            }
            self.kept.push(IncidentEvidence {
                field: format!("{ours}{rest}"),
                report: report.id.clone(),
                article: report.article.id.clone(),
                part: proof.part,
                start: proof.start,
                end: proof.end,
                text: proof.text.clone(),
                rule: proof.rule.clone(),
            });
        }
    }

    pub(super) fn into_vec(self) -> Vec<IncidentEvidence> {
        self.kept
    }
}
