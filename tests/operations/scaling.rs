//! The page on scaling has the tables that the simulation of ownership prints.

use crate::{file, ownership, text};

const PAGE: &str = "docs/scaling.md";
const BEGIN: &str = "<!-- simulate_ownership -->\n";
const END: &str = "<!-- end of simulate_ownership -->\n";

#[test]
fn the_page_on_scaling_has_the_tables_of_the_simulation() {
    let tables = format!("{BEGIN}{}{END}", ownership::tables());
    let page = text(PAGE);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let (before, rest) = page.split_once(BEGIN).unwrap();
        let (_, after) = rest.split_once(END).unwrap();
        std::fs::write(file(PAGE), format!("{before}{tables}{after}")).unwrap();
    }
    let shown = text(PAGE).contains(&tables);
    assert!(shown, "{PAGE}: UPDATE_DOCS=1 cargo test --test operations scaling");
}
