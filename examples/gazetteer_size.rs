//! What the places cost: the gazetteer on disk, and what the reader keeps in memory.
//!
//! `cargo run --release --example gazetteer_size [FILE]`
//!
//! Resident memory is what the kernel tells of this process, before and after. The gazetteer is
//! read in place from the program itself: only the pages that were asked for are resident, and they
//! are shared between processes. `FILE` is a text whose places are then read, so that pages are
//! touched as in service; without one a few sentences are. The last line counts the whole gazetteer
//! as resident, which no text can exceed. The language models, which the reader loads with the first
//! text of unknown language, are no part of it: the language of the text is given.
#![allow(clippy::print_stdout)] // what it measures

use anyhow::{Context as _, Result};
use depesche::extract::ground::{Input, Lang, Reader, places_named};
use jiff::civil::date;

const GAZETTEER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/gazetteer.bin");
const SAMPLE: &str = "Bei Kämpfen nahe Deir es-Sor im Osten Syriens und in Chan Junis wurden nach \
Angaben aus Damaskus und Kairo mehrere Menschen getötet. Auch aus Goma, Bachmut, Port-au-Prince, \
Magdeburg, Springfield, San José und Neustadt gab es Berichte.";

/// Memory of this process in bytes: all that is resident, and of it what is no file.
fn resident() -> Result<(u64, u64)> {
    let status = std::fs::read_to_string("/proc/self/status").context("/proc/self/status")?;
    let field = |name: &str| -> Result<u64> {
        let line = status.lines().find(|l| l.starts_with(name)).with_context(|| name.to_owned())?;
        let kib = line.split_whitespace().nth(1).context("no number")?;
        Ok(kib.parse::<u64>()? * 1_024)
    };
    Ok((field("VmRSS:")?, field("RssAnon:")?))
}

fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn main() -> Result<()> {
    let disk = std::fs::metadata(GAZETTEER).context(GAZETTEER)?.len();
    let text = match std::env::args().nth(1) {
        Some(file) => String::from_utf8_lossy(&std::fs::read(&file).context(file)?).into_owned(),
        None => SAMPLE.to_owned(),
    };
    let (before, own_before) = resident()?;
    let reader = Reader::builtin();
    let (built, own_built) = resident()?;
    let mut places = 0;
    for lang in Lang::ALL {
        let anchor = date(2023, 11, 22).at(12, 0, 0, 0);
        let input =
            Input { title: "", text: &text, lang: Some(lang.code()), anchor, country: None };
        let mut ground = reader.read_until(&input, depesche::extract::ground::Step::Numbers);
        reader.reread_places(&mut ground, None);
        places += ground.places.iter().map(|p| places_named(&p.place.name).len()).sum::<usize>();
    }
    let (read, own_read) = resident()?;
    let grown = |now: u64, then: u64| mb(now.saturating_sub(then));
    println!("gazetteer on disk                      {:>6.1} MB", mb(disk));
    println!("tables of four languages, built        {:>6.1} MB resident", grown(built, before));
    println!("after a text ({places} places looked at) {:>6.1} MB resident", grown(read, before));
    println!("of it own memory, not shared           {:>6.1} MB", grown(own_read, own_before));
    let most = own_built.saturating_sub(own_before).max(own_read.saturating_sub(own_before)) + disk;
    println!("with every page of the gazetteer       {:>6.1} MB resident", mb(most));
    Ok(())
}
