//! Tidying: a report from outside, made bounded and exact before it is kept.
//!
//! Numbers are rounded to six decimals (0.1 m in degrees), which JSON carries there and back
//! without loss, so that a restored incident equals the one in memory. Lists and texts are cut at
//! limits far above what an article holds.

use crate::message::Report;

/// Longest id that is taken for one, in bytes.
const MAX_ID: usize = 128;
/// Longest text, in characters.
const MAX_TEXT: usize = 600;
/// Longest URL, in characters.
const MAX_URL: usize = 2_048;
/// Most values of a list.
const MAX_LIST: usize = 32;
/// Most proofs.
const MAX_EVIDENCE: usize = 160;

/// The report as it is kept; none when its id cannot be one.
pub(super) fn tidy(report: &Report) -> Option<Report> {
    if report.id.is_empty() || report.id.len() > MAX_ID || report.article.id.len() > MAX_ID {
        return None;
    }
    let mut r = report.clone();
    for text in [&mut r.region, &mut r.group, &mut r.event_type, &mut r.schema] {
        clip(text, MAX_ID);
    }
    clip(&mut r.article.title, MAX_TEXT);
    clip(&mut r.article.outlet, MAX_ID);
    clip(&mut r.article.lang, MAX_ID);
    r.article.url.iter_mut().for_each(|url| clip(url, MAX_URL));
    r.reason.iter_mut().for_each(|reason| clip(reason, MAX_TEXT));
    if let Some(time) = &mut r.time {
        time.text.iter_mut().for_each(|text| clip(text, MAX_TEXT));
    }
    r.places.truncate(MAX_LIST);
    for place in &mut r.places {
        clip(&mut place.name, MAX_TEXT);
        clip(&mut place.text, MAX_TEXT);
        place.lat = place.lat.filter(|lat| lat.abs() <= 90.0).map(exact);
        place.lon = place.lon.filter(|lon| lon.abs() <= 180.0).map(exact);
        place.confidence = share(place.confidence);
    }
    r.actors.truncate(MAX_LIST);
    for actor in &mut r.actors {
        clip(&mut actor.name, MAX_TEXT);
        actor.confidence = share(actor.confidence);
    }
    r.targets.truncate(MAX_LIST);
    for target in &mut r.targets {
        clip(&mut target.name, MAX_TEXT);
        target.owner.iter_mut().for_each(|owner| clip(owner, MAX_TEXT));
        target.confidence = share(target.confidence);
    }
    r.instruments.truncate(MAX_LIST);
    for instrument in &mut r.instruments {
        clip(&mut instrument.name, MAX_TEXT);
        clip(&mut instrument.class, MAX_ID);
    }
    r.casualties.truncate(MAX_LIST);
    for casualty in &mut r.casualties {
        clip(&mut casualty.text, MAX_TEXT);
        casualty.group.iter_mut().for_each(|group| clip(group, MAX_TEXT));
        casualty.confidence = share(casualty.confidence);
    }
    r.claims.truncate(MAX_LIST);
    for claim in &mut r.claims {
        clip(&mut claim.speaker, MAX_TEXT);
        claim.medium.iter_mut().for_each(|medium| clip(medium, MAX_ID));
    }
    r.damage.truncate(MAX_LIST);
    r.damage.iter_mut().for_each(|damage| clip(&mut damage.name, MAX_TEXT));
    r.links.truncate(MAX_LIST);
    r.links.retain(|link| link.to.len() <= MAX_ID);
    if let Some(counts) = &mut r.counts {
        clip(&mut counts.unit, MAX_TEXT);
        counts.parts.truncate(MAX_LIST);
        counts.parts.iter_mut().for_each(|part| clip(&mut part.label, MAX_TEXT));
    }
    r.evidence.truncate(MAX_EVIDENCE);
    for proof in &mut r.evidence {
        clip(&mut proof.text, MAX_TEXT);
        clip(&mut proof.field, MAX_TEXT);
        clip(&mut proof.rule, MAX_ID);
    }
    r.confidence = share(r.confidence);
    Some(r)
}

fn clip(text: &mut String, chars: usize) {
    if let Some((end, _)) = text.char_indices().nth(chars) {
        text.truncate(end);
    }
}

/// A confidence: 0 to 1, and 0 for what is no number.
fn share(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { exact(number.clamp(0.0, 1.0)) }
}

fn exact(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}
