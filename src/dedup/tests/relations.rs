//! What a text is to an earlier one.

use super::*;

#[test]
fn a_lightly_edited_agency_copy_is_a_copy() {
    let edited = AGENCY
        .replace("Das teilte die Polizei in der Nacht mit.", "Das teilte die Polizei mit.")
        .replace("Rund 150 Einsatzkräfte", "Etwa 150 Kräfte der Feuerwehr")
        .replace("in die Millionen", "in die Millionenhöhe");
    let copy = print(
        "a-9",
        "zeitung.example",
        3,
        "Explosion in Neustadt: zwölf Verletzte",
        &format!("NEUSTADT (dpa) - {edited}"),
    );
    assert_eq!(index_of(&[original()]).find(&copy), of("a-0", Relation::Copy));
}

/// A text and the same with a replacement, as agency and newspaper bring them.
fn reprinted(text: &str, from: &str, to: &str) -> Option<Relation> {
    assert!(text.contains(from), "{from}");
    let later = text.replace(from, to);
    let first = print("a-0", "agentur.example", 0, TITLE, text);
    let second = print("a-9", "zeitung.example", 3, TITLE, &later);
    let answer = index_of(&[first]).find(&second).map(|of| of.relation);
    assert_eq!(compare(text, &later).relation, answer, "side by side");
    answer
}

const ENGLISH_LONG: &str = "Twelve people were killed and 30 injured when an explosion hit a chemical \
warehouse on the outskirts of Neustadt on Monday evening, police said overnight. Firefighters said a container \
of solvents had caught fire in one of the halls at around 7.40 pm. About 150 emergency workers were on site \
until the early hours. The cause of the fire was initially unclear, said a police officer near Explosion Chemielager.";

#[test]
fn a_copy_with_a_number_that_is_new_is_an_update() {
    let update = Some(Relation::Update);
    assert_eq!(reprinted(AGENCY, "zwölf Menschen", "17 Menschen"), update);
    assert_eq!(reprinted(AGENCY, "zwölf Menschen", "siebzehn Menschen"), update);
    assert_eq!(reprinted(AGENCY, "Rund 150", "Rund 180"), update);
    let english = |from, to| {
        let title = "Explosion in chemical warehouse kills twelve";
        let first = print("a-0", "agency.example", 0, title, ENGLISH_LONG);
        let later = ENGLISH_LONG.replace(from, to);
        assert_ne!(later, ENGLISH_LONG);
        let second = print("a-9", "paper.example", 3, title, &later);
        let answer = index_of(&[first]).find(&second).map(|of| of.relation);
        assert_eq!(compare(ENGLISH_LONG, &later).relation, answer);
        answer
    };
    assert_eq!(english("Twelve people", "Seventeen people"), update);
    assert_eq!(english("30 injured", "more than 45 injured"), update);
    assert_eq!(english("Twelve people", "12 people"), Some(Relation::Copy));
    assert_eq!(english("7.40 pm", "8.10 p.m."), Some(Relation::Copy));
}

#[test]
fn a_copy_without_a_number_that_is_new_stays_a_copy() {
    let copy = Some(Relation::Copy);
    assert_eq!(reprinted(AGENCY, "zwölf Menschen", "12 Menschen"), copy);
    assert_eq!(reprinted(AGENCY, "zwölf Menschen", "mehrere Menschen"), copy);
    assert_eq!(reprinted(AGENCY, "19.40 Uhr", "20.15 Uhr"), copy);
    assert_eq!(reprinted(AGENCY, "Bei einer", "Stand: 12:30 Uhr\n5 Kommentare\nBei einer"), copy);
    let footer = "mit den Behörden zusammen.\n\nAktualisiert am 23. November 2026 um 12.45 Uhr.";
    assert_eq!(reprinted(AGENCY, "mit den Behörden zusammen.", footer), copy);
}

#[test]
fn each_copy_is_told_by_the_text_whose_figures_it_has() {
    let newer = AGENCY.replace("zwölf Menschen", "17 Menschen");
    let mut second = print("a-1", "agentur.example", 2, TITLE, &newer);
    second.of = of("a-0", Relation::Update);
    let index = index_of(&[original(), second]);
    let paper = |text: &str| print("a-9", "zeitung.example", 4, TITLE, &format!("dpa - {text}"));
    assert_eq!(index.find(&paper(&newer)), of("a-1", Relation::Copy));
    assert_eq!(index.find(&paper(AGENCY)), of("a-0", Relation::Copy));
}

#[test]
fn where_the_earlier_numbers_are_not_known_the_words_decide() {
    let mut old = original();
    old.numbers = None;
    let newer = AGENCY.replace("zwölf Menschen", "17 Menschen");
    let later = print("a-9", "zeitung.example", 3, TITLE, &newer);
    assert_eq!(index_of(&[old.clone()]).find(&later), of("a-0", Relation::Copy));
    // As in messages of before.
    let mut value = serde_json::to_value(&later).unwrap();
    value.as_object_mut().unwrap().remove("numbers");
    let read: crate::message::Fingerprint = serde_json::from_value(value).unwrap();
    assert_eq!(read.numbers, None);
}

#[test]
fn a_shortened_text_is_an_excerpt() {
    let short = print("a-9", "zeitung.example", 3, TITLE, &head(AGENCY, 1));
    assert_eq!(index_of(&[original()]).find(&short), of("a-0", Relation::Excerpt));
}

#[test]
fn an_extended_text_is_an_update() {
    let first = print("a-0", "agentur.example", 0, TITLE, &head(AGENCY, 1));
    let later = print("a-9", "agentur.example", 3, TITLE, AGENCY);
    assert_eq!(index_of(&[first]).find(&later), of("a-0", Relation::Update));
}

#[test]
fn after_72_hours_a_text_must_be_more_similar() {
    // Two of three paragraphs: a copy while it is fresh, and days later a series that returns.
    let short = head(AGENCY, 2);
    let asked = |hours, text: &str| {
        let later = print("a-9", "zeitung.example", hours, TITLE, text);
        index_of(&[original()]).find(&later)
    };
    assert!(asked(72, &short).is_some());
    let shared = compare(AGENCY, &short);
    assert!(shared.jaccard > 0.5 && shared.jaccard < 0.65, "{}", shared.jaccard);
    assert_eq!(asked(72, &short), of("a-0", Relation::Copy));
    // All of it is in the other: that is still an excerpt, if no copy.
    assert_eq!(asked(73, &short), of("a-0", Relation::Excerpt));
    // Four words of ten are others.
    let mut n = 0;
    let words = AGENCY.split(' ').map(|word| {
        n += 1;
        if n % 11 == 5 || n % 11 == 6 { format!("{word}x") } else { word.to_owned() }
    });
    let reworded = words.collect::<Vec<_>>().join(" ");
    let shared = compare(AGENCY, &reworded);
    assert!(shared.containment > 0.5 && shared.containment < 0.7, "{}", shared.containment);
    assert!(asked(72, &reworded).is_some());
    assert_eq!(asked(73, &reworded), None);
    // Equal texts are copies for the whole window.
    assert_eq!(asked(160, AGENCY), of("a-0", Relation::Copy));
}

#[test]
fn an_overview_that_holds_an_article_is_no_update_of_it() {
    let overview = format!("{}\n\n{}", head(AGENCY, 1), ENGLISH.repeat(3));
    let first = print("a-0", "agentur.example", 0, TITLE, &head(AGENCY, 1));
    let later = print("a-9", "zeitung.example", 3, TITLE, &overview);
    assert_eq!(index_of(&[first]).find(&later), of("a-0", Relation::Excerpt));
}

#[test]
fn a_chain_points_to_its_origin() {
    let mut second = print("a-1", "x.example", 3, TITLE, AGENCY);
    second.of = of("a-0", Relation::Copy);
    let third = print("a-2", "y.example", 6, TITLE, AGENCY);
    // The origin itself is not indexed here any more.
    assert_eq!(index_of(&[second]).find(&third), of("a-0", Relation::Copy));
}

#[test]
fn a_copy_is_preferred_to_an_older_text_that_it_extends() {
    let first = print("a-0", "agentur.example", 0, TITLE, &head(AGENCY, 1));
    let mut longer = print("a-1", "agentur.example", 2, TITLE, AGENCY);
    longer.of = of("a-0", Relation::Update);
    let copy = print("a-2", "zeitung.example", 4, TITLE, AGENCY);
    // Extracted once already, as an update: it need not be extracted again.
    assert_eq!(index_of(&[first, longer]).find(&copy), of("a-1", Relation::Copy));
}

#[test]
fn pairs_are_compared_side_by_side() {
    let same = compare(AGENCY, AGENCY);
    assert_eq!(same.relation, Some(Relation::Copy));
    assert!((same.jaccard - 1.0).abs() < 1e-9);
    assert_eq!(compare(AGENCY, &head(AGENCY, 1)).relation, Some(Relation::Excerpt));
    assert_eq!(compare(&head(AGENCY, 1), AGENCY).relation, Some(Relation::Update));
    assert_eq!(compare(AGENCY, ENGLISH).relation, None);
    assert_eq!(compare("", "").relation, None);
    assert_eq!(compare("Ja.", "ja").relation, Some(Relation::Copy));
}
