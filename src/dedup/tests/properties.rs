//! What holds for any texts.

use super::*;
use proptest::prelude::*;

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
