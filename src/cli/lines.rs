//! Reading inputs and writing answers, one JSON object a line.

use anyhow::Context as _;
use base64::Engine as _;
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::{BufRead, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Longest input that is read, in bytes: one file, or one line of many.
const MAX_INPUT: u64 = 64 * 1024 * 1024;

/// Reads a file, or standard input for `-`.
pub(super) fn read_input(path: &str) -> anyhow::Result<Vec<u8>> {
    let name = if path == "-" { "standard input" } else { path };
    let read = || {
        let mut bytes = Vec::new();
        if path == "-" {
            std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes)?;
        } else {
            std::fs::File::open(path)?.take(MAX_INPUT + 1).read_to_end(&mut bytes)?;
        }
        if bytes.len() as u64 > MAX_INPUT {
            return Err(std::io::Error::other(format!("longer than {MAX_INPUT} bytes")));
        }
        Ok(bytes)
    };
    read().with_context(|| format!("cannot read {name}"))
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
    answer: impl FnMut(&Map<String, Value>) -> Result<A, String>,
) -> anyhow::Result<()> {
    let out = std::io::BufWriter::new(std::io::stdout().lock());
    answer_lines(std::io::stdin().lock(), out, MAX_INPUT, answer)
}

fn answer_lines<A: Serialize>(
    mut input: impl BufRead,
    mut out: impl Write,
    longest: u64,
    mut answer: impl FnMut(&Map<String, Value>) -> Result<A, String>,
) -> anyhow::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.by_ref().take(longest + 1).read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let too_long = line.len() as u64 > longest && line.last() != Some(&b'\n');
        if too_long {
            input.skip_until(b'\n')?;
        }
        if !too_long && line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answered = if too_long {
            with_id(Value::Null, Err(format!("longer than {longest} bytes")))
        } else {
            one_line(&line, &mut answer)
        };
        serde_json::to_writer(&mut out, &answered)?;
        writeln!(out)?;
        // A line in, a line out: whoever waits for the answer gets it now.
        out.flush()?;
    }
}

fn one_line<A: Serialize>(
    line: &[u8],
    answer: &mut impl FnMut(&Map<String, Value>) -> Result<A, String>,
) -> Map<String, Value> {
    match serde_json::from_slice(line) {
        Ok(Value::Object(object)) => {
            let id = object.get("id").cloned().unwrap_or(Value::Null);
            // One input that brings out a mistake of ours must not end the answers to the others.
            let answered = catch_unwind(AssertUnwindSafe(|| answer(&object)))
                .unwrap_or_else(|_| Err("the reader panicked on it".into()))
                .and_then(|a| serde_json::to_value(a).map_err(|error| error.to_string()));
            with_id(id, answered)
        }
        Ok(_) => with_id(Value::Null, Err("not a JSON object".into())),
        Err(error) => with_id(Value::Null, Err(format!("not JSON: {error}"))),
    }
}

fn with_id(id: Value, answer: Result<Value, String>) -> Map<String, Value> {
    let mut out = serde_json::Map::new();
    out.insert("id".into(), id);
    match answer {
        Ok(Value::Object(fields)) => {
            // The asker's id stands first and is not overwritten by a field of that name.
            out.extend(fields.into_iter().filter(|(name, _)| name != "id"));
        }
        Ok(other) => drop(out.insert("value".into(), other)),
        Err(error) => drop(out.insert("error".into(), error.into())),
    }
    out
}

/// A text field of a line.
pub(super) fn text<'a>(line: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    line.get(name).and_then(Value::as_str)
}

/// The bytes of a line's input: a text field, or `base64` for what is not UTF-8.
pub(super) fn bytes(line: &Map<String, Value>, names: &[&str]) -> Result<Vec<u8>, String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Answers with the length of `text`.
    fn answers(input: &[u8], longest: u64) -> Vec<Value> {
        let mut out = Vec::new();
        answer_lines(input, &mut out, longest, |line| {
            assert!(!line.contains_key("bad"), "a mistake of ours");
            let text = text(line, "text").ok_or("no text")?;
            Ok(json!({"id": "overwritten?", "length": text.len()}))
        })
        .unwrap();
        let out = String::from_utf8(out).unwrap();
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn bad_lines_keep_their_place_and_their_id() {
        let input = concat!(
            "{\"id\": \"a\", \"text\": \"four\"}\n",
            "\n",
            "{\"id\": [1, \"x\"]}\n",
            "no JSON\n",
            "[1, 2]\n",
            "{\"text\": \"\"}\r\n",
            "{\"id\": 7, \"text\": \"last, without an end\"}",
        );
        let answers = answers(input.as_bytes(), MAX_INPUT);
        assert_eq!(answers[0], json!({"id": "a", "length": 4}));
        assert_eq!(answers[1], json!({"id": [1, "x"], "error": "no text"}));
        assert!(answers[2]["error"].as_str().unwrap().starts_with("not JSON"));
        assert_eq!(answers[2]["id"], Value::Null);
        assert_eq!(answers[3], json!({"id": null, "error": "not a JSON object"}));
        assert_eq!(answers[4], json!({"id": null, "length": 0}));
        assert_eq!(answers[5], json!({"id": 7, "length": 20}));
        assert_eq!(answers.len(), 6);
    }

    #[test]
    fn a_line_that_is_too_long_is_one_answer() {
        let mut input = vec![b' '; 100];
        input.extend(b"{}\n{\"id\": 2, \"text\": \"abc\"}\n");
        let answers = answers(&input, 40);
        assert_eq!(answers[0], json!({"id": null, "error": "longer than 40 bytes"}));
        assert_eq!(answers[1], json!({"id": 2, "length": 3}));
        assert_eq!(answers.len(), 2);
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_read() {
        let line = br#"{"id": 1, "text": "abc"}"#;
        for end in [&b""[..], b"\n"] {
            let input = [line, end, b"{}"].concat();
            let first = answers(&input, line.len() as u64).remove(0);
            assert_eq!(first["length"], if end.is_empty() { Value::Null } else { json!(3) });
        }
    }

    #[test]
    fn a_panic_and_bytes_that_are_not_utf8_are_answered() {
        let answers =
            answers(b"{\"id\": 1, \"bad\": 1}\n\"\xff\"\n{\"id\": 2, \"text\": \"\"}", 1_000);
        assert_eq!(answers[0], json!({"id": 1, "error": "the reader panicked on it"}));
        assert!(answers[1]["error"].as_str().unwrap().starts_with("not JSON"));
        assert_eq!(answers[2], json!({"id": 2, "length": 0}));
    }

    #[test]
    fn bytes_come_as_text_or_as_base64() {
        let of = |line: Value| bytes(line.as_object().unwrap(), &["html", "text"]);
        assert_eq!(of(json!({"text": "ä"})), Ok("ä".as_bytes().to_vec()));
        assert_eq!(of(json!({"base64": "5A=="})), Ok(vec![0xe4]));
        assert!(of(json!({"base64": "?"})).unwrap_err().starts_with("base64: "));
        assert!(of(json!({"text": 3})).unwrap_err().contains("html, text"));
    }
}
