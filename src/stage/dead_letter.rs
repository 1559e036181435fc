//! What cannot be handled goes to the dead letters, with the reason.

use super::{Context, Stage, StageError, now};
use crate::kafka::{Class, Outgoing, Record, Topic};
use crate::message::{Header, header_names as names};

/// Room for the framing of a record and for the note that it was cut, in bytes.
const FRAMING: usize = 512;
/// Framing of one header, in bytes.
const HEADER_FRAMING: usize = 16;
/// Longest header of another's that is kept, in bytes.
const HEADER_BYTES: usize = 4 * 1024;
/// Longest key that is kept whole, in bytes.
const KEY_BYTES: usize = 4 * 1024;
/// Longest detail of the reason, in characters.
const DETAIL_CHARS: usize = 1_000;
/// Size to fall back to, in bytes, where the broker refuses what the configuration allows.
const SMALLEST: usize = 8 * 1024;
/// Headers that are never left out: short ones, written here.
const OURS: [&str; 6] = [
    names::ERROR_STAGE,
    names::ERROR_REASON,
    names::ERROR_DETAIL,
    names::SOURCE_TOPIC,
    names::SOURCE_PARTITION,
    names::SOURCE_OFFSET,
];
/// Key of dead letters whose record had none: keys are never empty.
const NO_KEY: &str = "none";

/// Sends a record that was read and could not be handled.
pub(super) async fn from_record(
    context: &Context,
    stage: Stage,
    record: &Record,
    reason: &'static str,
    detail: &str,
) -> Result<(), StageError> {
    let source = vec![
        text(names::SOURCE_TOPIC, &record.topic),
        text(names::SOURCE_PARTITION, &record.partition.to_string()),
        text(names::SOURCE_OFFSET, &record.offset.to_string()),
    ];
    let headers = with_foreign(source, &record.headers);
    let key = record.key.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
    send(context, stage, &key, record.value.as_deref(), headers, reason, detail).await
}

/// Sends a record that the broker refused.
pub(super) async fn from_outgoing(
    context: &Context,
    stage: Stage,
    record: &Outgoing,
    reason: &'static str,
    detail: &str,
) -> Result<(), StageError> {
    let headers = with_foreign(vec![text(names::SOURCE_TOPIC, &record.topic)], &record.headers);
    send(context, stage, &record.key, record.value.as_deref(), headers, reason, detail).await
}

async fn send(
    context: &Context,
    stage: Stage,
    key: &str,
    value: Option<&[u8]>,
    headers: Vec<Header>,
    reason: &'static str,
    detail: &str,
) -> Result<(), StageError> {
    let mut why = vec![
        text(names::ERROR_STAGE, stage.name()),
        text(names::ERROR_REASON, reason),
        text(names::ERROR_DETAIL, &detail.chars().take(DETAIL_CHARS).collect::<String>()),
    ];
    why.extend(headers);
    let topic = Topic::DeadLetters.name(&context.config.kafka.topic_prefix);
    let largest = context.config.kafka.max_message_bytes;
    // The broker may allow less than the configuration says.
    for limit in [largest, SMALLEST] {
        match context.producer.send(fitted(&topic, key, value, &why, limit)).await {
            Ok(_) => {
                context.metrics.dead_letters_total.with([stage.name(), reason]).inc();
                tracing::warn!(stage = stage.name(), reason, key, detail, "sent to dead letters");
                return Ok(());
            }
            Err(error) if error.class() == Class::Skip => {
                tracing::warn!(stage = stage.name(), %error, "dead letter refused");
            }
            Err(source) => return Err(StageError::Send { stage: stage.name(), source }),
        }
    }
    // It stays where it was read as long as that topic keeps it. To end here would mean to meet it
    // again after every start.
    let source = |name| {
        let found = why.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| String::from_utf8_lossy(value).into_owned()).unwrap_or_default()
    };
    tracing::error!(
        stage = stage.name(),
        reason,
        key,
        detail,
        topic = source(names::SOURCE_TOPIC),
        partition = source(names::SOURCE_PARTITION),
        offset = source(names::SOURCE_OFFSET),
        "no dead letter could be written: passed over"
    );
    Ok(())
}

/// The dead letter, cut to what fits into `limit` bytes: first the reason and where it comes from,
/// then the key, then headers as they were, then the value.
fn fitted(
    topic: &str,
    key: &str,
    value: Option<&[u8]>,
    headers: &[Header],
    limit: usize,
) -> Outgoing {
    let mut room = limit.saturating_sub(FRAMING);
    let mut kept_key: String = key.to_owned();
    while kept_key.len() > KEY_BYTES.min(room / 4) {
        kept_key.pop();
    }
    room = room.saturating_sub(kept_key.len());
    let mut cut = kept_key.len() < key.len();
    let mut kept = Vec::new();
    for (name, value) in headers {
        let size = name.len() + value.len() + HEADER_FRAMING;
        let ours = OURS.contains(&name.as_str());
        if ours || (size <= HEADER_BYTES && size <= room / 2) {
            room = room.saturating_sub(size);
            kept.push((name.clone(), value.clone()));
        } else {
            cut = true;
        }
    }
    let whole = value.map_or(0, <[u8]>::len);
    cut |= whole > room;
    if cut {
        kept.push(text(names::TRUNCATED_FROM, &whole.to_string()));
    }
    Outgoing {
        topic: topic.to_owned(),
        key: if kept_key.is_empty() { NO_KEY.to_owned() } else { kept_key },
        partition: None,
        value: value.map(|bytes| bytes.get(..whole.min(room)).unwrap_or_default().to_vec()),
        headers: kept,
        time: Some(now()),
    }
}

/// Adds the headers that the record had, but for those that only a dead letter has: whoever wrote
/// the record must not say where it comes from.
fn with_foreign(mut ours: Vec<Header>, theirs: &[Header]) -> Vec<Header> {
    let foreign = |(name, _): &&Header| {
        !OURS.contains(&name.as_str()) && name.as_str() != names::TRUNCATED_FROM
    };
    ours.extend(theirs.iter().filter(foreign).cloned());
    ours
}

fn text(name: &str, value: &str) -> Header {
    (name.to_owned(), value.as_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn why() -> Vec<Header> {
        vec![text(names::ERROR_STAGE, "extract"), text(names::ERROR_REASON, "unreadable")]
    }

    fn size(record: &Outgoing) -> usize {
        let headers: usize = record.headers.iter().map(|(n, v)| n.len() + v.len()).sum();
        record.key.len() + record.value.as_ref().map_or(0, Vec::len) + headers
    }

    fn header<'a>(record: &'a Outgoing, name: &str) -> Option<&'a str> {
        let found = record.headers.iter().find(|(n, _)| n == name)?;
        Some(std::str::from_utf8(&found.1).unwrap())
    }

    #[test]
    fn what_fits_is_kept_as_it_is() {
        let mut headers = why();
        headers.push(text("ce_id", "a-1/0"));
        let letter = fitted("t", "a-1", Some(b"{"), &headers, 10_000);
        assert_eq!(letter.key, "a-1");
        assert_eq!(letter.value.as_deref(), Some(&b"{"[..]));
        assert_eq!(letter.headers, headers);
    }

    #[test]
    fn a_long_value_is_cut_and_says_how_long_it_was() {
        let value = vec![b'x'; 20_000];
        let letter = fitted("t", "a-1", Some(&value), &why(), 10_000);
        assert_eq!(header(&letter, names::TRUNCATED_FROM), Some("20000"));
        assert_eq!(header(&letter, names::ERROR_REASON), Some("unreadable"));
        let kept = letter.value.as_ref().unwrap().len();
        assert!((9_000..10_000).contains(&kept), "{kept}");
        assert!(size(&letter) < 10_000);
    }

    #[test]
    fn tombstones_and_records_without_a_key_have_a_letter_too() {
        let letter = fitted("t", "", None, &why(), 10_000);
        assert_eq!((letter.key.as_str(), letter.value), (NO_KEY, None));
    }

    #[test]
    fn a_record_cannot_say_where_it_comes_from() {
        let theirs = [text(names::SOURCE_TOPIC, "elsewhere"), text(names::TRUNCATED_FROM, "1")];
        let headers = with_foreign(vec![text(names::SOURCE_TOPIC, "here")], &theirs);
        assert_eq!(headers, [text(names::SOURCE_TOPIC, "here")]);
    }

    proptest! {
        #[test]
        fn every_letter_fits_and_keeps_its_reason(
            key in 0..30_000_usize,
            value in 0..60_000_usize,
            foreign in proptest::collection::vec(0..9_000_usize, 0..12),
            limit in SMALLEST..40_000_usize,
        ) {
            let mut headers = why();
            headers.push(text(names::ERROR_DETAIL, &"ü".repeat(DETAIL_CHARS)));
            headers.extend(foreign.iter().map(|n| text("x", &"h".repeat(*n))));
            let letter = fitted("t", &"ß".repeat(key / 2), Some(&vec![0; value]), &headers, limit);
            prop_assert!(size(&letter) <= limit, "{} > {limit}", size(&letter));
            prop_assert_eq!(header(&letter, names::ERROR_REASON), Some("unreadable"));
            let whole = letter.value.as_ref().is_some_and(|v| v.len() == value)
                && letter.key.len() == key / 2 * 2
                && letter.headers.len() == headers.len();
            prop_assert!(whole || key < 2 || header(&letter, names::TRUNCATED_FROM).is_some());
        }
    }
}
