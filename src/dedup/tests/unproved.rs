//! What proves nothing.

use super::*;

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
