//! `docs/configuration-reference.md` is made of `config/depesche.toml`, which another test keeps
//! equal to the program's defaults.

use crate::{file, text};
use std::fmt::Write as _;

const PAGE: &str = "docs/configuration-reference.md";

fn page() -> String {
    let mut page = String::from(
        "# Configuration reference\n\n\
         Every key with its variable, default and meaning. Generated from `config/depesche.toml`; a test keeps the two \
         equal\n(`UPDATE_DOCS=1 cargo test --test operations reference` writes it). How file and environment go together is in\n\
         [configuration.md](configuration.md).\n",
    );
    let mut table = String::new();
    let mut meaning = String::new();
    for line in text("config/depesche.toml").lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut table);
            meaning.clear();
            write!(page, "\n## {table}\n\n| key | default | meaning |\n|---|---|---|\n").unwrap();
        } else if let Some(comment) = line.strip_prefix('#') {
            meaning.push_str(comment);
        } else if let Some((key, value)) = line.split_once(" = ") {
            let path = format!("{table}.{key}");
            let variable = path.to_uppercase().replace('.', "__");
            let meaning = std::mem::take(&mut meaning).trim().replace('|', "\\|");
            writeln!(
                page,
                "| `{key}`<br>`DEPESCHE_{variable}` | `{}` | {meaning} |",
                value.replace('|', "\\|")
            )
            .unwrap();
        } else {
            meaning.clear();
        }
    }
    page
}

#[test]
fn the_reference_is_the_commented_configuration() {
    let page = page();
    assert!(page.matches("\n| `").count() > 50, "{page}");
    assert!(!page.contains("|  |"), "a key without a meaning:\n{page}");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(file(PAGE), &page).unwrap();
    }
    assert!(text(PAGE) == page, "{PAGE}: UPDATE_DOCS=1 cargo test --test operations reference");
}
