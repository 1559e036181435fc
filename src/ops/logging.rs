//! Logs: one event a line on standard error, for people or for machines.
//!
//! Titles, addresses and error pages come from outside. Their control characters (line breaks,
//! terminal escapes, changes of the writing direction) are escaped, so that no text can forge a
//! line or steer a terminal.

use crate::config::{Log, LogFormat};
use std::io::{self, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// Logging cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The filter cannot be read.
    #[error("log.filter: {0}")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// The process has a log already.
    #[error("logging is set up already")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Sets up logging for the whole process, once.
///
/// # Errors
/// If the filter cannot be read, or there is a log already.
pub fn init(config: &Log) -> Result<(), LogError> {
    subscriber(config, io::stderr)?.try_init()?;
    Ok(())
}

fn subscriber<W>(
    config: &Log,
    writer: W,
) -> Result<Box<dyn tracing::Subscriber + Send + Sync>, LogError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(&config.filter)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(false)
        .with_writer(Escaping { writer, format: config.format });
    Ok(match config.format {
        LogFormat::Text => Box::new(builder.finish()),
        LogFormat::Json => Box::new(builder.json().flatten_event(true).finish()),
    })
}

/// Makes writers that escape.
struct Escaping<W> {
    writer: W,
    format: LogFormat,
}

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Escaping<W> {
    type Writer = EscapingWriter<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        EscapingWriter { writer: self.writer.make_writer(), format: self.format }
    }
}

/// Takes one whole event at each write, as the formatter gives it.
struct EscapingWriter<W> {
    writer: W,
    format: LogFormat,
}

impl<W: Write> Write for EscapingWriter<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let mut escaped = escape(line, self.format);
        escaped.push('\n');
        self.writer.write_all(escaped.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Whether a terminal or a reader of the line would be steered by it.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The four digits of an escape in JSON.
fn hex(c: char) -> String {
    format!("{:04x}", u32::from(c))
}

fn escape(line: &str, format: LogFormat) -> String {
    if !line.contains(is_unsafe) {
        return line.to_owned();
    }
    let mut escaped = String::with_capacity(line.len() + 16);
    for c in line.chars() {
        match format {
            _ if !is_unsafe(c) => escaped.push(c),
            LogFormat::Text => escaped.extend(c.escape_default()),
            // Only inside of strings can there be one; all of them are below U+10000.
            LogFormat::Json => escaped.extend(["\\u", &hex(c)]),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(filter: &str, format: LogFormat, log: impl FnOnce()) -> String {
        let memory = Memory::default();
        let writer = memory.clone();
        let config = Log { filter: filter.into(), format };
        let subscriber = subscriber(&config, move || writer.clone()).unwrap();
        tracing::subscriber::with_default(subscriber, log);
        String::from_utf8(memory.0.lock().unwrap().clone()).unwrap()
    }

    const HOSTILE: &str = "Titel\n2026-01-01 INFO forged\u{1b}[2J\u{9b}31m\u{202e}txt";

    #[test]
    fn foreign_text_can_neither_forge_a_line_nor_steer_a_terminal() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let text = logged("info", format, || {
                tracing::info!(title = HOSTILE, "entry {HOSTILE}");
                tracing::info!(shown = %HOSTILE, debug = ?HOSTILE, "entry");
            });
            assert_eq!(text.lines().count(), 2, "{text}");
            assert!(!text.trim_end().replace('\n', "").contains(is_unsafe), "{text:?}");
        }
    }

    #[test]
    fn json_lines_hold_the_fields_and_the_very_text() {
        let text = logged("info", LogFormat::Json, || {
            tracing::warn!(feed = "f1", title = HOSTILE, "no date");
        });
        let line: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["message"], "no date");
        assert_eq!(line["feed"], "f1");
        assert_eq!(line["title"], HOSTILE);
    }

    #[test]
    fn the_filter_holds() {
        let text = logged("warn,depesche=debug", LogFormat::Text, || {
            tracing::debug!("ours");
            tracing::info!(target: "other", "theirs");
        });
        assert!(text.contains("ours") && !text.contains("theirs"), "{text}");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_refused() {
        let config = Log { filter: "depesche=loud".into(), format: LogFormat::Text };
        assert!(subscriber(&config, io::sink).err().unwrap().to_string().contains("log.filter"));
    }

    proptest! {
        #[test]
        fn any_text_is_one_line_and_json_stays_json(text in any::<String>()) {
            prop_assert!(!escape(&text, LogFormat::Text).contains(is_unsafe));
            let json = serde_json::to_string(&text).unwrap();
            let back: String = serde_json::from_str(&escape(&json, LogFormat::Json)).unwrap();
            prop_assert_eq!(back, text);
        }
    }
}
