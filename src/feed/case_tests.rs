//! The table `cases/hostile.toml`: what becomes of documents that are not as they should be.

use super::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    text: String,
    verdict: String,
    /// Repairs that must be among those named.
    #[serde(default)]
    repairs: Vec<String>,
    /// Titles of the entries, in order; `-` for none.
    #[serde(default)]
    titles: Vec<String>,
}

#[test]
fn every_document_of_the_table_is_read_as_the_table_says() {
    let table: Table = toml::from_str(include_str!("cases/hostile.toml")).unwrap();
    let mut wrong = Vec::new();
    for case in &table.case {
        let document = read(case.text.as_bytes(), &Hints::default());
        let verdict = serde_json::to_value(document.verdict).unwrap();
        let titles: Vec<&str> =
            document.entries.iter().map(|e| e.title.as_deref().unwrap_or("-")).collect();
        let named = case.repairs.iter().all(|repair| document.repairs.contains(repair));
        if verdict != case.verdict.as_str() || titles != case.titles || !named {
            wrong.push(format!(
                "{}\n  {verdict} {:?} {titles:?} {:?}\n  not {} {:?} {:?}",
                case.text,
                document.repairs,
                document.error,
                case.verdict,
                case.repairs,
                case.titles
            ));
        }
        if document.raw_entries > 0 && document.entries.is_empty() {
            assert_eq!(document.verdict, FeedVerdict::Unreadable, "{}", case.text);
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
