//! Reading inputs and writing answers, one JSON object a line.

use anyhow::Context as _;
use base64::Engine as _;
use serde::Serialize;
use std::io::{BufRead, Read, Write};

/// Longest input that is read, in bytes: one file, or one line of many.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// Reads a file, or standard input for `-`.
pub(super) fn read_input(path: &str) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == "-" {
        std::io::stdin().lock().take(MAX_INPUT).read_to_end(&mut bytes)?;
    } else {
        let file = std::fs::File::open(path).with_context(|| format!("cannot read {path}"))?;
        file.take(MAX_INPUT)
            .read_to_end(&mut bytes)
            .with_context(|| format!("cannot read {path}"))?;
    }
    Ok(bytes)
}

/// Writes one value: indented for people, or as one line.
pub(super) fn write_json(value: &impl Serialize, one_line: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if one_line {
        serde_json::to_writer(&mut out, value)?;
    } else {
        serde_json::to_writer_pretty(&mut out, value)?;
    }
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// Answers each line of standard input with one line, in order.
///
/// A line that cannot be used is answered with its `id` (where it has one) and an `error`.
pub(super) fn each_line<A: Serialize>(
    mut answer: impl FnMut(&serde_json::Map<String, serde_json::Value>) -> Result<A, String>,
) -> anyhow::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(MAX_INPUT).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answered = match serde_json::from_slice(&line) {
            Ok(serde_json::Value::Object(object)) => {
                let id = object.get("id").cloned().unwrap_or(serde_json::Value::Null);
                let answered = answer(&object)
                    .and_then(|a| serde_json::to_value(a).map_err(|error| error.to_string()));
                with_id(id, answered)
            }
            Ok(_) => with_id(serde_json::Value::Null, Err("not a JSON object".into())),
            Err(error) => with_id(serde_json::Value::Null, Err(format!("not JSON: {error}"))),
        };
        serde_json::to_writer(&mut out, &answered)?;
        writeln!(out)?;
        // A line in, a line out: whoever waits for the answer gets it now.
        out.flush()?;
    }
}

fn with_id(
    id: serde_json::Value,
    answer: Result<serde_json::Value, String>,
) -> serde_json::Map<String, serde_json::Value> {
    let mut out = serde_json::Map::new();
    out.insert("id".into(), id);
    match answer {
        Ok(serde_json::Value::Object(fields)) => {
            // The asker's id stands first and is not overwritten by a field of that name.
            out.extend(fields.into_iter().filter(|(name, _)| name != "id"));
        }
        Ok(other) => drop(out.insert("value".into(), other)),
        Err(error) => drop(out.insert("error".into(), error.into())),
    }
    out
}

/// A text field of a line.
pub(super) fn text<'a>(
    line: &'a serde_json::Map<String, serde_json::Value>,
    name: &str,
) -> Option<&'a str> {
    line.get(name).and_then(serde_json::Value::as_str)
}

/// The bytes of a line's input: a text field, or `base64` for what is not UTF-8.
pub(super) fn bytes(
    line: &serde_json::Map<String, serde_json::Value>,
    names: &[&str],
) -> Result<Vec<u8>, String> {
    for name in names {
        if let Some(text) = text(line, name) {
            return Ok(text.as_bytes().to_vec());
        }
    }
    match text(line, "base64") {
        Some(encoded) => base64::engine::general_purpose::STANDARD
            .decode(encoded)
            .map_err(|error| format!("base64: {error}")),
        None => Err(format!("none of {} and base64 is there", names.join(", "))),
    }
}
