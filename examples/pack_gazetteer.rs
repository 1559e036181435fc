//! Packs the tables of `data/build.py` into `data/gazetteer.bin`: the layout is described in
//! `src/extract/ground/places/gazetteer.rs`.
//!
//! `cargo run --example pack_gazetteer -- FOLDER data/gazetteer.bin`

#[path = "../src/extract/ground/places/key.rs"]
mod key;

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const MULTI: u64 = 1 << 40;
const ALTERNATE: u32 = 1 << 31;
const TOWN: &str = "4";
/// Most places of one key.
const PER_KEY: usize = 8;
/// Countries whose towns are written in many ways: other scripts, or Arabic names.
const SPELLED: &str = "AE AF AM AZ BD BG BH BY CN CY DJ DZ EG ER ET GE GR IL IN IQ IR JO JP KG KH \
    KM KP KR KW KZ LA LB LK LY MA MD ME MK ML MM MN MR NE NG NP OM PK PS QA RS RU SA SD SN SO SS SY \
    TD TH TJ TM TN TR TW UA UZ XK YE";

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let (Some(folder), Some(out)) = (args.next(), args.next()) else {
        bail!("usage: pack_gazetteer FOLDER OUT");
    };
    let folder = Path::new(&folder);
    let read = |name: &str| {
        fs::read_to_string(folder.join(name)).with_context(|| format!("cannot read {name}"))
    };

    let (mut places, mut strings) = (Vec::new(), Vec::new());
    let mut spelled: Vec<Option<u32>> = Vec::new();
    for line in read("places.tsv")?.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let [id, name, lat, lon, people, country, admin, class, feature] = cells.as_slice() else {
            bail!("places.tsv: {line}");
        };
        places.extend(id.parse::<u32>()?.to_le_bytes());
        places.extend(degrees(lat)?.to_le_bytes());
        places.extend(degrees(lon)?.to_le_bytes());
        places.extend(people.parse::<u32>()?.to_le_bytes());
        places.extend(u32::try_from(strings.len())?.to_le_bytes());
        places.extend(country.as_bytes().get(..2).context("country")?);
        places.extend(admin.parse::<u16>()?.to_le_bytes());
        places.push(class.parse::<u8>()?);
        places.push(feature.parse::<u8>()?);
        places.extend([0, 0]);
        let many = *class == TOWN && SPELLED.split_whitespace().any(|c| c == *country);
        spelled.push(if many { Some(people.parse()?) } else { None });
        strings.push(u8::try_from(name.len())?);
        strings.extend(name.as_bytes());
    }

    let mut postings: Vec<u8> = Vec::new();
    let mut names = fst::MapBuilder::memory();
    let mut keys: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for line in read("names.tsv")?.lines() {
        let (name, list) = line.split_once('\t').context("names.tsv")?;
        let entries = list
            .split(',')
            .map(|cell| {
                let (digits, alternate) = match cell.strip_suffix('a') {
                    Some(digits) => (digits, ALTERNATE),
                    None => (cell, 0),
                };
                Ok(digits.parse::<u32>()? | alternate)
            })
            .collect::<Result<Vec<u32>>>()?;
        let key = key::key(name);
        if key.len() >= key::SHORTEST {
            let towns = entries.iter().filter(|e| people(&spelled, **e).is_some());
            keys.entry(key).or_default().extend(towns);
        }
        names.insert(name, value(&entries, &mut postings)?)?;
    }
    let names = names.into_inner()?;
    let mut spellings = fst::MapBuilder::memory();
    for (key, mut entries) in keys {
        // The plain name of a place goes before its alternate names, large places before small.
        entries.sort_unstable_by_key(|e| (e & !ALTERNATE, *e));
        entries.dedup_by_key(|e| *e & !ALTERNATE);
        entries.sort_by_key(|e| (e & ALTERNATE, std::cmp::Reverse(people(&spelled, *e)), *e));
        entries.truncate(PER_KEY);
        if !entries.is_empty() {
            spellings.insert(key, value(&entries, &mut postings)?)?;
        }
    }
    let spellings = spellings.into_inner()?;

    let mut file = b"DPGAZ\x02\0\0".to_vec();
    let sections = [&places, &strings, &postings, &names, &spellings];
    let mut at = 8 + sections.len() * 8;
    for section in sections {
        file.extend(u32::try_from(at)?.to_le_bytes());
        file.extend(u32::try_from(section.len())?.to_le_bytes());
        at += section.len();
    }
    for section in sections {
        file.extend(section);
    }
    fs::write(&out, file).with_context(|| format!("cannot write {out}"))
}

/// Inhabitants of a town whose name is written in many ways.
fn people(spelled: &[Option<u32>], entry: u32) -> Option<u32> {
    spelled.get((entry & !ALTERNATE) as usize).copied().flatten()
}

/// A place number, or where the list of them begins.
fn value(entries: &[u32], postings: &mut Vec<u8>) -> Result<u64> {
    if let [one] = entries {
        return Ok(u64::from(*one));
    }
    let at = u64::try_from(postings.len())?;
    postings.push(u8::try_from(entries.len())?);
    for entry in entries {
        postings.extend(entry.to_le_bytes());
    }
    Ok(MULTI | at)
}

/// Degrees in hundred-thousandths.
fn degrees(cell: &str) -> Result<i32> {
    let (sign, rest) = match cell.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, cell),
    };
    let (whole, part) = rest.split_once('.').context("degrees")?;
    Ok(sign * (whole.parse::<i32>()? * 100_000 + part.parse::<i32>()?))
}
