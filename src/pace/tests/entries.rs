//! Which entries are new.

use super::*;

fn what(recent: &[RecentEntry], item: &Item) -> What {
    compare(recent, std::slice::from_ref(item), 10, &steady())[0].what
}

#[test]
fn corrections_are_new_words_not_new_blanks() {
    let before = item("g-1", "Zug entgleist: 12 Verletzte", &link(1));
    let recent = [take(&before, None, 0)];
    assert_eq!(what(&recent, &before), What::Known);
    for same in ["Zug  entgleist – 12 Verletzte!", "ZUG ENTGLEIST: 12 VERLETZTE"] {
        assert_eq!(what(&recent, &item("g-1", same, &link(1))), What::Known, "{same}");
    }
    for other in ["Zug entgleist: 13 Verletzte", "Zug entgleist: 1,2 Verletzte"] {
        let found = what(&recent, &item("g-1", other, &link(1)));
        assert_eq!(found, What::Revised { revision: 1 }, "{other}");
    }
    assert_eq!(what(&recent, &item("g-2", "Anderes", &link(2))), What::New);
    // What a campaign adds to an address in the text.
    let a = item("g-1", "Mehr: https://blatt.example/x?utm_source=rss#top", &link(1));
    let b = item("g-1", "Mehr: https://blatt.example/x?utm_source=mail", &link(1));
    assert_eq!(a.hash, b.hash);
}

#[test]
fn a_text_that_goes_to_and_fro_is_published_in_each_version_once() {
    let versions = ["Erste Fassung", "Zweite Fassung", "Dritte Fassung"]
        .map(|title| item("g-1", title, &link(1)));
    let mut recent = vec![take(&versions[0], None, 0)];
    let mut published = 0;
    for n in 0..60 {
        let version = &versions[n % 3];
        if let What::Revised { revision } = what(&recent, version) {
            published += 1;
            recent = vec![take(version, Some(&recent[0]), revision)];
        }
    }
    assert_eq!(published, 2);
    // A counter in the text is never the same, and is stopped all the same.
    let mut recent = vec![take(&versions[0], None, 0)];
    for n in 0..60 {
        let version = item("g-1", &format!("Noch {n} Minuten"), &link(1));
        if let What::Revised { revision } = what(&recent, &version) {
            recent = vec![take(&version, Some(&recent[0]), revision)];
        }
    }
    assert_eq!(recent[0].revision, Poll::default().max_revisions);
    assert!(recent[0].earlier.len() <= 4);
}

#[test]
fn a_feed_that_makes_up_ids_is_known_by_its_links_and_titles() {
    let items = |round: usize, shift: usize| -> Vec<Item> {
        (shift..shift + 8)
            .map(|n| {
                item(&format!("{round}-{n}"), &format!("Meldung mit der Nummer {n}"), &link(n))
            })
            .collect()
    };
    let recent: Vec<RecentEntry> = items(0, 0).iter().map(|i| take(i, None, 0)).collect();
    let found = compare(&recent, &items(1, 2), 100, &steady());
    let new = found.iter().filter(|c| c.what == What::New).count();
    assert_eq!(new, 2, "{found:?}");
    // It is remembered by its new id, and its old one is forgotten.
    let was: BTreeSet<String> = found.iter().filter_map(|c| c.was.clone()).collect();
    assert_eq!(was.len(), 6);
    let kept: BTreeMap<String, RecentEntry> =
        found.into_iter().filter_map(|c| c.before.map(|b| (b.id.clone(), b))).collect();
    let next = remember(&items(1, 2), &recent, &kept, &was, &steady());
    assert_eq!(next.len(), 8);
    // Links change, too, where they carry a session: titles are left.
    let moved: Vec<Item> = (0..8)
        .map(|n| item(&format!("2-{n}"), &format!("Meldung mit der Nummer {n}"), &link(n + 1_000)))
        .collect();
    let found = compare(&recent, &moved, 100, &steady());
    assert!(found.iter().all(|c| c.what == What::Known), "{found:?}");
}

#[test]
fn a_link_or_title_that_entries_share_names_none_of_them() {
    let home = "https://blatt.example/";
    let of = |round: usize| -> Vec<Item> {
        (0..6).map(|n| item(&format!("{round}-{n}"), "Eilmeldung", home)).collect()
    };
    let recent: Vec<RecentEntry> = of(0).iter().map(|i| take(i, None, 0)).collect();
    let found = compare(&recent, &of(1), 100, &steady());
    assert!(found.iter().all(|c| c.what == What::New), "{found:?}");
    // One entry of many with a new id, its link known, its title not: a live blog that starts anew.
    let recent = [take(&item("a", "Der Liveticker vom Montag", home), None, 0)];
    assert_eq!(what(&recent, &item("b", "Der Liveticker vom Dienstag", home)), What::New);
    assert_eq!(what(&recent, &item("b", "Der Liveticker vom Montag", home)), What::Known);
}

#[test]
fn the_identity_does_not_depend_on_campaigns_nor_on_the_length_of_an_id() {
    let plain = item("g-1", "Titel", "https://blatt.example/a");
    let told = item("g-1", "Titel", "https://blatt.example/a?utm_source=rss");
    assert_eq!((&plain.article, &plain.link), (&told.article, &told.link));
    let long = "x".repeat(5_000);
    let a = item(&long, "Titel", &link(1));
    assert!(a.id.len() <= 64);
    assert_ne!(a.id, item(&format!("{long}y"), "Titel", &link(1)).id);
    // Without an address the article is the entry's of its feed.
    let mut bare = entry("g-1", "Titel", &link(1));
    bare.url = None;
    assert_ne!(Item::of("f-1", &bare).article, Item::of("f-2", &bare).article);
}

#[test]
fn everything_in_the_document_is_remembered_and_some_of_what_left_it() {
    let items: Vec<Item> = (0..6).map(|n| item(&format!("g-{n}"), "T", &link(n))).collect();
    let before: Vec<RecentEntry> = items.iter().skip(2).map(|i| take(i, None, 0)).collect();
    let mut known: BTreeMap<String, RecentEntry> = BTreeMap::new();
    known.insert("g-0".into(), take(&items[0], None, 0));
    known.insert("g-2".into(), take(&items[2], Some(&before[0]), 1));
    // g-1 could not be published yet: it is not remembered, and comes again.
    let document = [&items[0], &items[1], &items[2], &items[0]].map(Clone::clone);
    let config = Poll { remembered_entries: 2, ..Poll::default() };
    let kept = remember(&document, &before, &known, &BTreeSet::new(), &config);
    let ids: Vec<(&str, u32)> = kept.iter().map(|r| (r.id.as_str(), r.revision)).collect();
    assert_eq!(ids, [("g-0", 0), ("g-2", 1), ("g-3", 0), ("g-4", 0)]);
}

#[test]
fn a_state_never_outgrows_its_record() {
    let mut state = known();
    let quotes = "\"".repeat(64);
    let worst = |n: usize| {
        let mut entry =
            take(&item(&format!("g-{n}"), "Ein langer Titel, wie üblich", &link(n)), None, 12);
        entry.id = format!("{n:06}{}", &quotes[6..]);
        entry.earlier = vec![entry.hash.clone(); 4];
        entry
    };
    state.recent = (0..4_000).map(worst).collect();
    for limit in [900_000, 60_000, 9_000] {
        let room = room(&mut state, limit);
        let forgotten = shrink(&mut state, limit);
        assert!(forgotten > 0);
        assert!(state.to_bytes().unwrap().len() <= limit);
        // The newest stay, and as many as were taken from one document.
        assert_eq!(state.recent[0], worst(0));
        assert!(state.recent.len() >= room, "{} of {room}", state.recent.len());
    }
    assert_eq!(shrink(&mut state, 900_000), 0);
    // What finds no room in a document is left, again and again, and not published anew each time.
    let items: Vec<Item> = (0..30).map(|n| item(&format!("g-{n}"), "T", &link(n))).collect();
    let found = compare(&[], &items, 20, &steady());
    assert_eq!(found.iter().filter(|c| c.what == What::New).count(), 20);
    assert!(found[20..].iter().all(|c| c.what == What::Skipped));
}
