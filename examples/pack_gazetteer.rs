//! Packs the tables of `data/build.py` into `data/gazetteer.bin`: the layout is described in
//! `src/extract/ground/places/gazetteer.rs`.
//!
//! `cargo run --example pack_gazetteer -- FOLDER data/gazetteer.bin`

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

const MULTI: u64 = 1 << 40;

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
        strings.push(u8::try_from(name.len())?);
        strings.extend(name.as_bytes());
    }

    let mut postings: Vec<u8> = Vec::new();
    let mut names = fst::MapBuilder::memory();
    for line in read("names.tsv")?.lines() {
        let (key, list) = line.split_once('\t').context("names.tsv")?;
        let entries = list
            .split(',')
            .map(|cell| {
                let (digits, alternate) = match cell.strip_suffix('a') {
                    Some(digits) => (digits, 1 << 31),
                    None => (cell, 0),
                };
                Ok(digits.parse::<u32>()? | alternate)
            })
            .collect::<Result<Vec<u32>>>()?;
        let value = match entries.as_slice() {
            [one] => u64::from(*one),
            many => {
                let at = u64::try_from(postings.len())?;
                postings.push(u8::try_from(many.len())?);
                for entry in many {
                    postings.extend(entry.to_le_bytes());
                }
                MULTI | at
            }
        };
        names.insert(key, value)?;
    }
    let names = names.into_inner()?;

    let mut file = b"DPGAZ\x01\0\0".to_vec();
    let sections = [&places, &strings, &postings, &names];
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

/// Degrees in hundred-thousandths.
fn degrees(cell: &str) -> Result<i32> {
    let (sign, rest) = match cell.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, cell),
    };
    let (whole, part) = rest.split_once('.').context("degrees")?;
    Ok(sign * (whole.parse::<i32>()? * 100_000 + part.parse::<i32>()?))
}
