//! The stages of this process, from its metrics.

use super::answer::StageLine;
use super::rates::Counts;
use crate::kafka::Topic;
use crate::message::Timestamp;
use crate::ops::metrics::Metrics;
use crate::stage::Stage;

/// What each stage has handled since the start.
pub(super) fn handled(metrics: &Metrics) -> Counts {
    [
        metrics.polls_total.total(),
        metrics.articles_extracted_total.total(),
        metrics.reports_linked_total.total(),
    ]
}

/// A line for each stage.
pub(super) fn lines(
    metrics: &Metrics,
    here: &[Stage],
    handled: Counts,
    per_minute: [f64; 3],
) -> Vec<StageLine> {
    let lags = metrics.stage_lag_records.read();
    let successes = metrics.stage_last_success_timestamp_seconds.read();
    let published = [
        metrics.articles_published_total.get(),
        metrics.kafka_messages_sent_total.with([Topic::Reports.slug()]).get(),
        metrics.incidents_published_total.total(),
    ];
    Stage::ALL
        .into_iter()
        .zip(handled)
        .zip(per_minute)
        .zip(published)
        .map(|(((stage, handled), handled_per_minute), published)| {
            // Labels are in the order of their names: partition, stage.
            let owned = lags.iter().filter(|(labels, _)| labels.iter().any(|l| l == stage.name()));
            let lag = owned.map(|(_, lag)| *lag).reduce(i64::saturating_add);
            let last =
                successes.iter().find(|(labels, _)| labels.iter().any(|l| l == stage.name()));
            // Unix time; the cast saturates.
            #[allow(clippy::cast_possible_truncation)]
            let last_success = last.map(|(_, at)| Timestamp::from_second(*at as i64));
            StageLine {
                name: stage.name().to_owned(),
                here: here.contains(&stage),
                lag,
                handled,
                handled_per_minute,
                published,
                last_success,
            }
        })
        .collect()
}
