//! Near-duplicates as newsrooms make them, and what must not be taken for one.

use super::*;
use crate::message::{
    Article, DuplicateOf, Message as _, PageOutcome, Relation, TextSource, Timestamp,
};
use proptest::prelude::*;

const TITLE: &str = "Zwölf Verletzte bei Explosion in Chemielager bei Neustadt";
const AGENCY: &str = "Bei einer Explosion in einem Chemielager am Stadtrand von Neustadt sind am Montagabend \
zwölf Menschen verletzt worden, drei von ihnen schwer. Das teilte die Polizei in der Nacht mit. Nach Angaben \
der Feuerwehr war gegen 19.40 Uhr in einer Halle der Firma ein Behälter mit Lösungsmitteln in Brand geraten.\n\n\
Rund 150 Einsatzkräfte waren bis in die frühen Morgenstunden vor Ort. Anwohner im Umkreis von einem Kilometer \
wurden aufgefordert, Fenster und Türen geschlossen zu halten. Messungen ergaben den Angaben zufolge keine \
Gefahr für die Bevölkerung. Die Warnung wurde gegen drei Uhr aufgehoben.\n\n\
Die Ursache des Feuers war zunächst unklar. Die Staatsanwaltschaft leitete Ermittlungen ein. Der Sachschaden \
geht nach einer ersten Schätzung in die Millionen. Das Lager gehört zu einem Betrieb mit etwa 300 Beschäftigten, \
der Farben und Lacke herstellt. Ein Sprecher des Unternehmens sagte, man arbeite eng mit den Behörden zusammen.";
const ENGLISH: &str = "Twelve people were injured, three of them seriously, when an explosion hit a chemical \
warehouse on the outskirts of Neustadt on Monday evening, police said overnight. Firefighters said a container \
of solvents had caught fire in one of the halls at around 7.40 pm. About 150 emergency workers were on site \
until the early hours. Residents within a kilometre were told to keep windows and doors closed. The cause of \
the fire was initially unclear, and prosecutors have opened an investigation.";

fn at(hours: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + hours * 3_600)
}

fn article(id: &str, host: &str, hours: i64, title: &str, text: &str) -> Article {
    let url = format!("https://{host}/{id}");
    Article {
        schema: Article::SCHEMA.into(),
        id: id.into(),
        revision: 0,
        feed: "f-1".into(),
        entry: id.into(),
        outlet: host.into(),
        url: Some(url.clone()),
        canonical_url: Some(url),
        title: title.into(),
        summary: None,
        text: text.into(),
        text_source: TextSource::Page,
        page: PageOutcome::Read,
        truncated: false,
        lang: None,
        country: None,
        published: Some(at(hours)),
        modified: None,
        authors: Vec::new(),
        tags: Vec::new(),
    }
}

fn print(id: &str, host: &str, hours: i64, title: &str, text: &str) -> crate::message::Fingerprint {
    fingerprint(&article(id, host, hours, title, text), at(hours + 1))
}

/// The answer expected.
#[allow(clippy::unnecessary_wraps)] // reads like what it is compared with
fn of(article: &str, relation: Relation) -> Option<DuplicateOf> {
    Some(DuplicateOf { article: article.into(), relation })
}

fn index_of(prints: &[crate::message::Fingerprint]) -> Index {
    let mut index = Index::new(Settings { window_days: 7 });
    for print in prints {
        index.insert(print);
    }
    index
}

fn original() -> crate::message::Fingerprint {
    print("a-0", "agentur.example", 0, TITLE, AGENCY)
}

/// The first paragraphs.
fn head(text: &str, paragraphs: usize) -> String {
    text.split("\n\n").take(paragraphs).collect::<Vec<_>>().join("\n\n")
}

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
fn a_block_that_thousands_share_costs_a_question_no_more_than_64_comparisons() {
    let word = |n: usize| format!("wort{n}");
    let block: Vec<String> = (0..60).map(word).collect();
    let text = |n: usize| {
        let own: Vec<String> = (0..40).map(|i| word(1_000 + n * 40 + i)).collect();
        format!("{} {}", block.join(" "), own.join(" "))
    };
    let mut index = Index::new(Settings { window_days: 7 });
    for n in 0..5_000 {
        let host = format!("h{}.example", n % 50);
        let title = format!("wort1 wort{}", 1_000 + n * 40);
        let hours = i64::try_from(n / 50).unwrap();
        index.insert(&print(&format!("a-{n:04}"), &host, hours, &title, &text(n)));
    }
    let copy = format!("Vorab {}", text(777));
    let question = print("a-zz", "zeitung.example", 110, "Vorab wort1", &copy);
    let (found, compared) = index.search(&(&question).into());
    assert_eq!(compared, super::search::MAX_COMPARED);
    assert_eq!(found, of("a-0777", Relation::Copy));
    // A text of its own meets few.
    assert!(index.search(&(&original()).into()).1 < super::search::MAX_COMPARED);
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
fn a_translation_is_no_duplicate() {
    let english = print("a-9", "paper.example", 3, "Twelve hurt in Neustadt blast", ENGLISH);
    assert_eq!(index_of(&[original()]).find(&english), None);
}

#[test]
fn another_event_in_the_same_words_is_no_duplicate() {
    let template = |place: &str, day: &str, who: &str, how: &str| {
        format!(
            "Bei einem Unfall {place} ist {day} {who} verletzt worden. Nach Angaben der Polizei {how}. \
             Die Straße war für zwei Stunden gesperrt. Der Verkehr wurde umgeleitet. Wie hoch der Schaden ist, \
             war zunächst nicht bekannt."
        )
    };
    let one = template(
        "auf der Bundesstraße 7 bei Altdorf",
        "am frühen Freitagmorgen",
        "ein 54 Jahre alter Radfahrer schwer",
        "hatte ihn der Fahrer eines Lieferwagens beim Abbiegen in einen Feldweg übersehen",
    );
    let two = template(
        "in der Innenstadt von Bergen",
        "am Samstag gegen Mittag",
        "eine Gruppe von vier Schülern leicht",
        "kam eine Straßenbahn wegen eines Defekts an der Bremse erst hinter der Haltestelle zum Stehen",
    );
    let first = print("a-0", "x.example", 0, "Radfahrer bei Unfall schwer verletzt", &one);
    let second = print("a-1", "x.example", 9, "Schüler bei Unfall mit Straßenbahn verletzt", &two);
    assert_eq!(index_of(&[first]).find(&second), None);
}

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
fn short_texts_are_copies_only_with_text_and_headline() {
    let flash = "In der Hauptstadt hat es nach Angaben der Behörden eine Explosion gegeben.";
    let first = print("a-0", "x.example", 0, "Explosion in der Hauptstadt", flash);
    let index = index_of(&[first]);
    let same = print("a-1", "y.example", 1, "Explosion in der Hauptstadt", flash);
    let other_title = print("a-2", "y.example", 1, "Eilmeldung: Explosion", flash);
    let other_text = print(
        "a-3",
        "y.example",
        1,
        "Explosion in der Hauptstadt",
        &flash.replace("Behörden", "Polizei"),
    );
    assert_eq!(index.find(&same), of("a-0", Relation::Copy));
    assert_eq!(index.find(&other_title), None);
    assert_eq!(index.find(&other_text), None);
}

#[test]
fn texts_that_do_not_fit_their_headline_prove_nothing() {
    let prompt = "Melden Sie sich jetzt an und lesen Sie alle Inhalte unseres Angebots ohne Einschränkung. \
                  Sie können das Abonnement jederzeit kündigen. Im ersten Monat zahlen Sie nur einen Euro, danach \
                  verlängert sich der Vertrag automatisch. Schon dabei? Dann geben Sie bitte Namen und Kennwort ein.";
    let first = print("a-0", "x.example", 0, "Brücke nach Hochwasser gesperrt", prompt);
    let second = print("a-1", "x.example", 1, "Minister tritt nach Kritik zurück", prompt);
    assert!(first.weak && second.weak);
    assert_eq!(index_of(&[first]).find(&second), None);
}

#[test]
fn furniture_of_a_host_proves_nothing() {
    let furniture = "Dieser Text erschien zuerst in der gedruckten Ausgabe unserer Zeitung für die ganze Region. \
                     Mit unserem kostenlosen Morgenbrief bleiben Sie jeden Tag auf dem Laufenden und erfahren als \
                     Erste, was rund um den See geschieht. Die Anmeldung dauert nur eine Minute und ist jederzeit \
                     widerrufbar.";
    let story = |n: usize| {
        let words = ["Bagger", "Kirche", "Schule", "Hafen", "Wald", "Markt"];
        let word = words[n];
        (
            format!("{word} sorgt für Streit im Rat"),
            format!(
                "Der {word} war Thema im Rat der Gemeinde. Der {word} soll {n} Millionen kosten, sagte ein Sprecher."
            ),
        )
    };
    let prints: Vec<_> = (0..6)
        .map(|n| {
            let (title, text) = story(n);
            print(
                &format!("a-{n}"),
                "see.example",
                i64::try_from(n).unwrap(),
                &title,
                &format!("{text}\n\n{furniture}"),
            )
        })
        .collect();
    // Two alone look like copies: nothing tells yet that the second half is furniture.
    assert!(index_of(&prints[..1]).find(&prints[1]).is_some());
    assert_eq!(index_of(&prints[..5]).find(&prints[5]), None);
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

/// Texts over few words, so that near-duplicates are common.
fn texts() -> impl Strategy<Value = Vec<(u8, i64, String)>> {
    let sentence = prop::sample::select(vec![
        "Am Morgen brach im Hafen ein Feuer aus das mehrere Stunden brannte und erst am Abend gelöscht war.",
        "Die Polizei sperrte die Zufahrt zum Hafen und bat alle Anwohner die Fenster geschlossen zu halten.",
        "Nach Angaben der Feuerwehr wurden bei dem Einsatz im Hafen zwei Helfer leicht verletzt und behandelt.",
        "Der Bürgermeister dankte den Helfern und kündigte an die Ursache des Feuers genau prüfen zu lassen.",
        "Im Hafen werden vor allem Holz und Getreide umgeschlagen das aus dem ganzen Land angeliefert wird.",
    ]);
    let text = prop::collection::vec(sentence, 1..5).prop_map(|s| s.join(" "));
    prop::collection::vec((0_u8..3, 0_i64..300, text), 1..24)
}

proptest! {
    #[test]
    fn the_answer_does_not_depend_on_the_order(texts in texts(), shift in 0_usize..24) {
        let prints: Vec<_> = texts
            .iter()
            .enumerate()
            .map(|(n, (host, hours, text))| {
                print(&format!("a-{n:02}"), &format!("h{host}.example"), *hours, "Feuer im Hafen", text)
            })
            .collect();
        let mut turned = prints.clone();
        turned.rotate_left(shift % prints.len());
        turned.reverse();
        let (a, b) = (index_of(&prints), index_of(&turned));
        let question = print("a-zz", "h1.example", 310, "Feuer im Hafen", &texts[0].2);
        prop_assert_eq!(a.find(&question), b.find(&question));
        if let Some(found) = a.find(&question) {
            let origin = prints.iter().find(|p| p.article == found.article).unwrap();
            prop_assert!(origin.time <= question.time);
        }
    }

    #[test]
    fn no_text_makes_it_panic(a in "\\PC{0,200}", b in "\\PC{0,200}", hours in -3_000_000_i64..3_000_000) {
        let _ = compare(&a, &b);
        let first = print("a-0", "x.example", hours, &a, &b);
        let second = print("a-1", "", 0, &b, &a);
        let mut index = index_of(&[first.clone(), second.clone()]);
        let _ = (index.find(&first), index.find(&second));
        index.expire(at(0));
        prop_assert!(first.to_bytes().unwrap().len() < 4_096);
    }

    #[test]
    fn similarity_is_a_share_and_symmetric(a in "([a-c]{1,2} ){0,60}", b in "([a-c]{1,2} ){0,60}") {
        let (ab, ba) = (compare(&a, &b), compare(&b, &a));
        prop_assert!((0.0..=1.0).contains(&ab.jaccard) && ab.jaccard <= ab.containment + 1e-9);
        prop_assert!((ab.jaccard - ba.jaccard).abs() < 1e-12);
    }
}
