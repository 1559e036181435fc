//! What a table of named groups must keep: ids and aliases are claimed once, sectors and countries
//! are known.

use super::LexiconError;
use super::compile::Read;
use super::rows::GroupFile;
use crate::extract::ground::is_country;
use std::collections::{BTreeMap, BTreeSet};

/// Sectors that a group may be of.
const SECTORS: [&str; 6] =
    ["armed_group", "civilian", "criminal", "government", "military", "police"];

/// Checks the tables of groups, later files after earlier ones. An alias may be claimed again
/// where the countries of the two groups differ: then the country beside it decides.
pub(super) fn groups(files: &[Read<'_, GroupFile>]) -> Result<(), LexiconError> {
    let mut ids = BTreeSet::new();
    let mut claimed: BTreeMap<String, (&str, Option<&str>)> = BTreeMap::new();
    for file in files {
        for row in &file.rows.group {
            let id = row.id.get_ref();
            if !ids.insert(id.as_str()) {
                return Err(file.wrong(row.id.span(), format!("the id `{id}` is taken")));
            }
            let sector = row.sector.get_ref();
            if !SECTORS.contains(&sector.as_str()) {
                let problem = format!("no sector `{sector}`: {}", SECTORS.join(", "));
                return Err(file.wrong(row.sector.span(), problem));
            }
            let country = row.country.as_ref().map(|c| c.get_ref().as_str());
            if let Some(code) = row.country.as_ref().filter(|c| !is_country(c.get_ref())) {
                let problem = format!("no country `{}` (two capital letters)", code.get_ref());
                return Err(file.wrong(code.span(), problem));
            }
            for word in &row.words {
                let alias = word.get_ref().trim_matches(['~', '-', '+']).to_lowercase();
                let (other, home) = *claimed.entry(alias).or_insert((id, country));
                if other != id && (home.is_none() || country.is_none() || home == country) {
                    let problem = format!("`{}` is a name of `{other}` already", word.get_ref());
                    return Err(file.wrong(word.span(), problem));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::Lexicon;

    fn problem(groups: &str) -> String {
        let file = ("groups.toml".to_owned(), groups.to_owned());
        Lexicon::load(&[file]).err().map(|e| e.to_string()).unwrap_or_default()
    }

    fn row(id: &str, more: &str, words: &str) -> String {
        format!("[[group]]\nid = \"{id}\"\nname = \"X\"\n{more}\nwords = [\"{words}\"]\n")
    }

    #[test]
    fn a_defect_of_a_group_is_told_with_its_line() {
        let armed = "sector = \"armed_group\"";
        assert_eq!(problem(&row("front_x", armed, "Xyzfront")), "");
        let twice = row("front_x", armed, "Xyzfront") + &row("front_x", armed, "Abcfront");
        assert_eq!(problem(&twice), "groups.toml:7: the id `front_x` is taken");
        let found = problem(&row("front_x", "sector = \"army\"", "Xyzfront"));
        assert!(found.starts_with("groups.toml:4: no sector `army`"), "{found}");
        let found = problem(&row("front_x", "sector = \"police\"\ncountry = \"QQ\"", "Xyz"));
        assert!(found.starts_with("groups.toml:5: no country `QQ`"), "{found}");
        let found = problem(&row("front_x", armed, "Hamas"));
        assert_eq!(found, "groups.toml:5: `Hamas` is a name of `hamas` already");
    }

    #[test]
    fn the_countries_of_two_groups_may_decide_between_them() {
        let of = |id: &str, code: &str| {
            row(id, &format!("sector = \"police\"\ncountry = \"{code}\""), "Xyzgarde")
        };
        assert_eq!(problem(&(of("garde_ml", "ML") + &of("garde_ne", "NE"))), "");
        assert!(problem(&(of("garde_ml", "ML") + &of("other_ml", "ML"))).contains("already"));
    }

    #[test]
    fn the_builtin_table_names_many_groups() {
        let groups: toml::Table =
            toml::from_str(include_str!("../../../config/lexicon/groups.toml")).unwrap();
        assert!(groups["group"].as_array().unwrap().len() >= 600);
    }
}
