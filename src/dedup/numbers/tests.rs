//! What counts as a number of a text.

use super::table::Table;
use super::*;
use crate::dedup::words::words;
use proptest::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

fn of(text: &str) -> Vec<u32> {
    let text = Plain::of(text);
    numbers(&text, &text.words())
}

// Small positive numbers, in the unit that the reader keeps.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn hashes(values: &[f64]) -> Vec<u32> {
    let mut out: Vec<u32> = values
        .iter()
        .map(|v| (xxh3_64(&((v * 1_000.0).round() as u64).to_le_bytes()) >> 32) as u32)
        .collect();
    out.sort_unstable();
    out
}

/// Each sentence with its numbers.
fn reads(cases: &[(&str, &[f64])]) {
    for (text, values) in cases {
        assert_eq!(of(text), hashes(values), "{text}");
    }
}

#[test]
fn the_table_can_be_read() {
    let table: Table = Table::read().unwrap();
    assert_eq!(table.language.len(), 4);
    for l in &table.language {
        assert!(!l.words.is_empty() && !l.marks.is_empty() && l.months.len() >= 11);
        // The number reader looks at two words at most.
        let phrases = l.words.keys().chain(&l.skip).chain(&l.months).chain(&l.joins);
        assert!(phrases.clone().all(|p| p.split(' ').count() <= 2));
        assert!(phrases.clone().all(|p| *p == words(p).joined().trim_end()));
    }
}

#[test]
fn digits_and_words_of_four_languages_are_one_number() {
    reads(&[
        ("Bei dem Angriff auf die Stadt starben zwölf Menschen.", &[12.0]),
        ("Bei dem Angriff auf die Stadt starben 12 Menschen.", &[12.0]),
        ("Twelve people were killed in the attack.", &[12.0]),
        ("Douze personnes ont été tuées dans le raid.", &[12.0]),
        ("Doce personas murieron en el ataque.", &[12.0]),
        ("In der Halle waren siebenundzwanzig Arbeiter und der Wächter.", &[27.0]),
        ("Die Polizei zählte dreitausendvierhundertzwei Menschen.", &[3_402.0]),
        ("Die Behörden sprachen von einhundertfünf Verletzten.", &[105.0]),
        ("The storm has left two hundred and five people homeless.", &[205.0]),
        ("The storm has left twenty-seven or thirty people homeless.", &[27.0, 30.0]),
        ("Le bilan est de quatre-vingt-dix-sept morts dans les villages.", &[97.0]),
        ("Le bilan est de vingt et un morts dans les villages.", &[21.0]),
        ("Los equipos buscan a treinta y cuatro personas en el río.", &[34.0]),
        ("Los daños afectan a dos mil quinientas personas en el sur.", &[2_500.0]),
        ("Between two and five people were hurt.", &[2.0, 5.0]),
    ]);
}

#[test]
fn groups_decimals_and_scales_are_resolved() {
    let all: &[f64] = &[1_500_000.0];
    reads(&[
        ("Die Stadt hat 1,5 Millionen Einwohner.", all),
        ("Die Stadt hat 1.500.000 Einwohner.", all),
        ("The city has 1,500,000 people and the port.", all),
        ("La ville compte 1\u{202f}500\u{a0}000 habitants dans le nord.", all),
        ("The quake had a magnitude of 6.8 on the scale.", &[6.8]),
        ("Das Beben hatte die Stärke 6,8 nach der Skala.", &[6.8]),
        ("Die Feuerwehr war mit 40 Kräften, 12 Wagen im Einsatz.", &[12.0, 40.0]),
    ]);
}

#[test]
fn times_dates_labels_and_what_is_no_sentence_do_not_count() {
    reads(&[
        ("Stand: 12.30 Uhr", &[]),
        ("Stand: 23. November 2026, 12:30 Uhr", &[]),
        ("5 Kommentare\nLesezeit 4 Minuten\nTeilen 17", &[]),
        ("Zuletzt aktualisiert am 23.11.2026 um 12:30 Uhr von der Redaktion.", &[]),
        ("Der Brand brach am 3. Mai gegen drei Uhr auf der A7 aus.", &[]),
        ("This story was updated on November 23, 2026 at 7.40 p.m. in London.", &[]),
        ("Le feu a pris le 3 mai à 19h30 dans le port.", &[]),
        ("El fuego empezó el 3 de mayo de 2026 a las 19:30 en el puerto.", &[]),
        ("Ein Mensch und 1 Hund wurden von der Feuerwehr gerettet.", &[]),
        ("At least 12 may have been killed in the blast.", &[12.0]),
    ]);
}

#[test]
fn a_number_that_the_earlier_text_lacks_is_news() {
    let (twelve, more) = (of("Es gab zwölf Tote und 30 Verletzte."), of("Es gab 12 Tote."));
    assert!(news(&more, &twelve) && !news(&twelve, &more) && !news(&twelve, &twelve));
    assert!(news(&[], &more) && !news(&more, &[]));
}

#[test]
fn of_many_numbers_the_common_sample_is_compared() {
    let list = |from: u32, to: u32| {
        (from..to).map(|n| format!("Der Ort {n} ist dabei.")).collect::<Vec<_>>().join(" ")
    };
    let (all, without) = (of(&list(100, 400)), of(&list(130, 400)));
    assert_eq!(all.len(), MAX_KEPT);
    assert!(!news(&all, &without));
    assert!(news(&without, &all));
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}", digits in "[0-9.,:/ ’hundertzwei-]{0,80}") {
        prop_assert!(of(&text).len() <= MAX_KEPT);
        prop_assert!(of(&digits).is_sorted_by(|a, b| a < b));
    }
}
