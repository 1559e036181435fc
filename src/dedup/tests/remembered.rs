//! What is remembered of articles, and for how long.

use super::*;

#[test]
fn nothing_repeats_itself_or_something_later() {
    let (early, late) = (original(), print("a-9", "zeitung.example", 3, TITLE, AGENCY));
    let index = index_of(&[early.clone(), late.clone()]);
    assert_eq!(index.find(&early), None);
    let other = index_of(&[late]);
    assert_eq!(other.find(&early), None);
    assert_eq!(index_of(&[original()]).find(&original()), None);
}

#[test]
fn at_the_same_moment_the_smaller_id_is_first() {
    let (a, b) =
        (print("a-1", "x.example", 0, TITLE, AGENCY), print("a-2", "y.example", 0, TITLE, AGENCY));
    assert_eq!(index_of(std::slice::from_ref(&a)).find(&b), of("a-1", Relation::Copy));
    assert_eq!(index_of(&[b]).find(&a), None);
}

#[test]
fn copies_outside_the_window_are_not_looked_for() {
    let inside = print("a-9", "zeitung.example", 7 * 24, TITLE, AGENCY);
    let outside = print("a-9", "zeitung.example", 7 * 24 + 1, TITLE, AGENCY);
    let index = index_of(&[original()]);
    assert_eq!(index.find(&inside), of("a-0", Relation::Copy));
    assert_eq!(index.find(&outside), None);
}

#[test]
fn a_correction_of_the_same_article_is_a_revision_and_no_duplicate() {
    let mut corrected = article("a-0", "agentur.example", 0, TITLE, &AGENCY.replace("150", "160"));
    corrected.revision = 1;
    let mut index = index_of(&[original()]);
    let corrected = fingerprint(&corrected, at(2));
    assert_eq!(index.find(&corrected), None);
    index.insert(&corrected);
    assert_eq!(index.len(), 1);
}

#[test]
fn work_repeated_after_a_crash_has_the_same_result() {
    let (early, late) = (original(), print("a-9", "zeitung.example", 3, TITLE, AGENCY));
    // The later one was handled first and recorded as an original.
    let index = index_of(&[late.clone(), early]);
    assert_eq!(index.find(&late), None);
    // A new revision with another text is a new question.
    let mut changed =
        article("a-9", "zeitung.example", 3, TITLE, &format!("{AGENCY} Mehr in Kürze."));
    changed.revision = 1;
    assert_eq!(index.find(&fingerprint(&changed, at(5))), of("a-0", Relation::Copy));
}

#[test]
fn a_newer_revision_replaces_an_older_one() {
    let mut index = index_of(&[original()]);
    let mut newer = article("a-0", "agentur.example", 0, "Börse schließt fester", ENGLISH);
    newer.revision = 1;
    index.insert(&fingerprint(&newer, at(1)));
    index.insert(&original());
    assert_eq!(index.len(), 1);
    assert_eq!(index.find(&print("a-9", "zeitung.example", 3, TITLE, AGENCY)), None);
}

#[test]
fn the_signature_stays_small_and_readable() {
    let long = (0..5_000).map(|n| format!("{n} Boote.")).collect::<Vec<_>>().join(" ");
    let print = print("a-0", &"x".repeat(200), 0, TITLE, &long);
    assert!(print.to_bytes().unwrap().len() < 4_096);
    assert_eq!(print.signature.unpack().unwrap().len(), 32);
    assert_eq!(print.numbers.unwrap().unpack().unwrap().len(), 64);
}

#[test]
fn a_publication_in_the_future_counts_as_first_sight() {
    let future = fingerprint(&article("a-0", "x.example", 1_000, TITLE, AGENCY), at(1));
    assert_eq!(future.time, at(1));
}

#[test]
fn expired_days_are_forgotten() {
    let mut index = index_of(&[original(), print("a-9", "x.example", 72, TITLE, ENGLISH)]);
    index.expire(at(48));
    assert_eq!(index.len(), 1);
    assert_eq!(index.find(&print("a-2", "y.example", 73, TITLE, AGENCY)), None);
    index.expire(at(1_000));
    assert!(index.is_empty());
}

#[test]
fn damaged_fingerprints_do_no_harm() {
    let mut damaged = original();
    damaged.grams.0 = "?".into();
    damaged.signature.0 = "AAAA".into();
    let index = index_of(&[damaged.clone()]);
    assert_eq!(index.find(&print("a-9", "x.example", 3, TITLE, AGENCY)), of("a-0", Relation::Copy));
    assert_eq!(index.find(&damaged), None);
}

#[test]
fn a_message_is_read_as_the_fingerprint_it_carries() {
    let mut later = print("a-9", "\"zeitung\".example", 3, TITLE, AGENCY);
    later.of = of("a-0", Relation::Update);
    let asked = print("a-z", "x.example", 4, "Ein anderer Titel", AGENCY);
    let mut index = Index::new(Settings::default());
    index.insert_prepared(Prepared::read(&later.to_bytes().unwrap()).unwrap());
    assert_eq!(index.find(&later), index_of(std::slice::from_ref(&later)).find(&later));
    assert_eq!(index.find(&later), of("a-0", Relation::Update));
    assert_eq!(index.find(&asked), index_of(&[later.clone()]).find(&asked));
    later.schema = "depesche.fingerprint/2".into();
    assert!(Prepared::read(&later.to_bytes().unwrap()).is_err());
    assert!(Prepared::read(b"{}").is_err());
}

#[test]
fn after_weeks_copies_are_found_as_on_the_first_day() {
    let mut index = Index::new(Settings { window_days: 7 });
    for day in 0..40_i64 {
        index.expire(at(24 * (day - 8)));
        for n in 0..20 {
            let text = format!("{AGENCY} Aktenzeichen {day} {n}: {}", "Anlage ".repeat(2 * n + 1));
            let text = text.replace("Neustadt", &format!("Ort{day}mal{n}"));
            let text: Vec<&str> = text.split(' ').skip(n).collect();
            let text = text.join(&format!(" w{day}x{n} "));
            let (id, copy) = (format!("a-{day}-{n}"), format!("b-{day}-{n}"));
            let host = format!("h{}.example", n % 3);
            index.insert(&print(&id, &host, 24 * day, "Ort Anlage Neustadt", &text));
            let again = print(&copy, "c.example", 24 * day + 1, "Ort Anlage", &text);
            assert_eq!(index.find(&again), of(&id, Relation::Copy), "{id}");
        }
        assert!(index.len() <= 20 * 9, "{}", index.len());
    }
}
