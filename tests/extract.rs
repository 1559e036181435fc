//! Extraction against its specification: articles, single sentences, and what must always hold.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // helpers of tests are tests

use depesche::extract::{Extraction, Extractor};
use depesche::message::{
    Article, Kind, Outcome, PageOutcome, Part, Realis, Report, Status, TextSource, rfc3339,
};
use proptest::prelude::*;
use serde::Deserialize;
use std::sync::LazyLock;

static EXTRACTOR: LazyLock<Extractor> = LazyLock::new(|| Extractor::builtin().unwrap());

fn article(title: &str, text: &str, published: &str) -> Article {
    Article {
        schema: "depesche.article/1".into(),
        id: "a-test".into(),
        revision: 0,
        feed: "f-test".into(),
        entry: "1".into(),
        outlet: "Test".into(),
        url: None,
        canonical_url: None,
        title: title.into(),
        summary: None,
        text: text.into(),
        text_source: TextSource::Page,
        page: PageOutcome::Read,
        truncated: false,
        lang: None,
        country: None,
        published: rfc3339(published),
        modified: None,
        authors: vec![],
        tags: vec![],
    }
}

fn read(title: &str, text: &str, published: &str) -> Extraction {
    let a = article(title, text, published);
    let x = EXTRACTOR.read(&a, rfc3339("2030-01-01").unwrap(), None);
    holds(&a, &x);
    x
}

/// What must hold for every extraction.
fn holds(a: &Article, x: &Extraction) {
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let wanted = <Report as depesche::message::Message>::SCHEMA;
        let schemas = depesche::message::json_schemas();
        let (_, schema) = schemas.into_iter().find(|(name, _)| *name == wanted).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    });
    for r in &x.reports {
        let value = serde_json::to_value(r).unwrap();
        let errors: Vec<_> =
            SCHEMA.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:?}\n{value:#}");
    }
    let again = EXTRACTOR.read(a, rfc3339("2030-01-01").unwrap(), None);
    assert_eq!(
        serde_json::to_string(&x.reports).unwrap(),
        serde_json::to_string(&again.reports).unwrap(),
        "same input, same bytes"
    );
    for r in &x.reports {
        let value = serde_json::to_value(r).unwrap();
        for e in &r.evidence {
            let source = if e.part == Part::Title { &a.title } else { &a.text };
            let slice: String = source.chars().skip(e.start).take(e.end - e.start).collect();
            assert_eq!(slice, e.text, "evidence of {} is the text it points at", e.field);
            assert!(value.pointer(&e.field).is_some_and(|v| !v.is_null()), "{} is filled", e.field);
        }
        let proven = |field: &str| r.evidence.iter().any(|e| e.field == field);
        assert!(proven("/type"));
        assert!(r.time.is_none() || proven("/time"));
        let lists = [
            ("places", r.places.len()),
            ("actors", r.actors.len()),
            ("targets", r.targets.len()),
            ("instruments", r.instruments.len()),
            ("casualties", r.casualties.len()),
            ("claims", r.claims.len()),
            ("damage", r.damage.len()),
            ("links", r.links.len()),
        ];
        for (name, len) in lists {
            for i in 0..len {
                assert!(proven(&format!("/{name}/{i}")), "/{name}/{i} has evidence");
            }
        }
        for (name, filled) in [
            ("/reason", r.reason.is_some()),
            ("/counts", r.counts.is_some()),
            ("/crowd", r.crowd.is_some()),
            ("/perpetrator_confidence", r.perpetrator_confidence.is_some()),
        ] {
            assert!(!filled || proven(name), "{name} has evidence");
        }
        assert!((0.0..=1.0).contains(&r.confidence));
        for l in &r.links {
            assert!(x.reports.iter().any(|o| o.id == l.to), "links lead to reports of the article");
        }
    }
}

/// One expected report.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Expect {
    kind: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    types: Vec<String>,
    group: Option<String>,
    status: Option<String>,
    realis: Option<String>,
    date: Option<String>,
    from: Option<String>,
    to: Option<String>,
    country: Option<String>,
    place: Option<String>,
    perpetrator: Option<String>,
    perpetrator_confidence: Option<String>,
    target: Option<String>,
    instrument: Option<String>,
    speaker: Option<String>,
    act: Option<String>,
    mood: Option<String>,
    link: Option<String>,
    crowd: Option<u64>,
    total: Option<u64>,
    parts: Vec<u64>,
    /// `from` and `to` need only overlap, as the articles have it.
    #[serde(skip)]
    overlap: bool,
    #[serde(flatten)]
    figures: std::collections::BTreeMap<String, toml::Value>,
}

/// An article or a sentence with what it says.
#[derive(Debug, Deserialize)]
struct Case {
    #[serde(default)]
    name: String,
    published: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    nothing: bool,
    #[serde(default)]
    expect: Vec<Expect>,
}

fn slug<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap_or_default().to_owned()
}

/// At most two days from the later to the earlier.
fn near(later: &str, earlier: &str) -> bool {
    let day = |s: &str| s.parse::<jiff::civil::Date>().unwrap();
    (day(later) - day(earlier)).get_days() <= 2
}

/// What of an expectation a report misses.
fn misses(e: &Expect, r: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let mut check = |ok: bool, what: String| {
        if !ok {
            out.push(what);
        }
    };
    let same = |want: &Option<String>, got: &str| want.as_ref().is_none_or(|w| w == got);
    check(same(&e.event_type, &r.event_type), format!("type {}", r.event_type));
    check(e.types.is_empty() || e.types.contains(&r.event_type), format!("types {}", r.event_type));
    check(same(&e.group, &r.group), format!("group {}", r.group));
    check(e.kind.as_deref().unwrap_or("incident") == r.kind.as_str(), format!("kind {:?}", r.kind));
    check(same(&e.status, &slug(&r.status)), format!("status {:?}", r.status));
    check(same(&e.realis, &slug(&r.realis)), format!("realis {:?}", r.realis));
    let day = |s: &Option<String>| s.as_ref().map(|s| s.chars().take(10).collect::<String>());
    let (start, end) = r.time.as_ref().map_or((None, None), |t| (day(&t.start), day(&t.end)));
    if let Some(date) = &e.date {
        let inside =
            start.as_ref().is_some_and(|s| s <= date) && end.as_ref().is_none_or(|x| x >= date);
        check(inside, format!("date {start:?}..{end:?}"));
    }
    if let (true, Some(from), Some(to)) = (e.overlap, &e.from, &e.to) {
        let inside = start.as_ref().is_some_and(|s| s <= to && near(from, s))
            && end.as_ref().is_none_or(|x| x >= from && near(x, to));
        check(inside, format!("from, to {start:?}..{end:?}"));
    } else if e.from.is_some() {
        check(e.from == start, format!("from {start:?}"));
    }
    if e.to.is_some() && !e.overlap {
        check(e.to == end, format!("to {end:?}"));
    }
    if e.country.is_some() {
        let got: Vec<_> = r.places.iter().map(|p| p.country.clone()).collect();
        check(got.contains(&e.country), format!("country {got:?}"));
    }
    if let Some(place) = &e.place {
        let got: Vec<_> = r.places.iter().map(|p| p.name.clone()).collect();
        let found = r.places.iter().any(|p| {
            p.name.contains(place.as_str())
                || p.name_en.as_ref().is_some_and(|n| n.contains(place.as_str()))
        });
        check(found, format!("place {got:?}"));
    }
    let part = |want: &Option<String>, got: Vec<String>| {
        want.as_ref()
            .is_none_or(|w| got.iter().any(|g| g.to_lowercase().contains(&w.to_lowercase())))
    };
    let actors: Vec<String> = r
        .actors
        .iter()
        .map(|a| {
            format!(
                "{} {} {}",
                a.name,
                a.id.clone().unwrap_or_default(),
                a.country.clone().unwrap_or_default()
            )
        })
        .collect();
    check(part(&e.perpetrator, actors.clone()), format!("perpetrator {actors:?}"));
    if e.perpetrator_confidence.is_some() {
        let got = r.perpetrator_confidence.map(|c| slug(&c));
        check(e.perpetrator_confidence == got, format!("perpetrator_confidence {got:?}"));
    }
    let targets: Vec<String> = r
        .targets
        .iter()
        .map(|t| {
            format!(
                "{} {} {}",
                t.name,
                t.target_type.clone().unwrap_or_default(),
                t.owner.clone().unwrap_or_default()
            )
        })
        .collect();
    check(part(&e.target, targets.clone()), format!("target {targets:?}"));
    let instruments: Vec<String> = r.instruments.iter().map(|i| i.class.clone()).collect();
    check(part(&e.instrument, instruments.clone()), format!("instrument {instruments:?}"));
    let speakers: Vec<String> = r.claims.iter().map(|c| c.speaker.clone()).collect();
    check(part(&e.speaker, speakers.clone()), format!("speaker {speakers:?}"));
    let acts: Vec<String> = r.claims.iter().map(|c| slug(&c.act)).collect();
    check(part(&e.act, acts.clone()), format!("act {acts:?}"));
    let moods: Vec<String> = r.claims.iter().map(|c| slug(&c.mood)).collect();
    check(part(&e.mood, moods.clone()), format!("mood {moods:?}"));
    let links: Vec<String> = r.links.iter().map(|l| slug(&l.relation)).collect();
    check(part(&e.link, links.clone()), format!("link {links:?}"));
    if e.crowd.is_some() {
        check(r.crowd.and_then(|c| c.min.or(c.max)) == e.crowd, format!("crowd {:?}", r.crowd));
    }
    let counts = r.counts.as_ref();
    if e.total.is_some() {
        check(counts.and_then(|c| c.total.min) == e.total, format!("counts {counts:?}"));
    }
    if !e.parts.is_empty() {
        let got: Vec<u64> =
            counts.map_or(vec![], |c| c.parts.iter().filter_map(|p| p.number.min).collect());
        check(got == e.parts, format!("parts {got:?}"));
    }
    for (key, value) in &e.figures {
        if let Some(miss) = figure(key, value, r) {
            check(false, miss);
        }
    }
    out
}

fn figure(key: &str, value: &toml::Value, r: &Report) -> Option<String> {
    let (name, what) = key.split_once('_').unwrap_or((key, "exact"));
    let outcome: Outcome =
        serde_json::from_value(name.into()).unwrap_or_else(|_| panic!("unknown key {key}"));
    let of: Vec<_> = r.casualties.iter().filter(|c| c.outcome == outcome).collect();
    let whole: Vec<_> = of.iter().filter(|c| !c.part).collect();
    let told = format!("{key} {:?}", of.iter().map(|c| (c.min, c.max, c.part)).collect::<Vec<_>>());
    let number = |v: &toml::Value| v.as_integer().and_then(|n| u64::try_from(n).ok());
    let ok = match what {
        "none" => of.is_empty(),
        "min" => whole.iter().any(|c| c.min == number(value)),
        "max" => whole.iter().any(|c| c.max == number(value)),
        "part" => of.iter().any(|c| c.part && c.min == number(value)),
        _ => match value {
            toml::Value::Array(a) => whole.iter().any(|c| {
                let at = |i: usize| a.get(i).and_then(number);
                c.min == at(0) && c.max == at(1)
            }),
            _ if value.as_str() == Some("none") => of.is_empty(),
            _ => whole.iter().any(|c| c.min == number(value) && c.max == number(value)),
        },
    };
    (!ok).then_some(told)
}

/// What an extraction gets wrong.
fn wrong(case: &Case, reports: &[Report]) -> Vec<String> {
    let mut out = Vec::new();
    let live = |r: &&Report| {
        matches!(r.status, Status::Current | Status::Update) && r.realis == Realis::Actual
    };
    if case.nothing {
        out.extend(reports.iter().filter(live).map(|r| format!("spurious {}", r.event_type)));
    }
    for e in &case.expect {
        let best = reports.iter().map(|r| misses(e, r)).min_by_key(|m| {
            m.len()
                + usize::from(m.iter().any(|x| x.starts_with("type") || x.starts_with("kind"))) * 5
        });
        match best {
            Some(m) => out.extend(m.into_iter().map(|m| {
                format!("{}: got {m}", e.event_type.clone().unwrap_or_else(|| e.types.join("/")))
            })),
            None => out.push(format!("no report for {:?}{:?}", e.event_type, e.types)),
        }
    }
    let news = reports.iter().filter(live).filter(|r| r.kind == Kind::Incident).count();
    let wanted = case.expect.iter().filter(|e| e.kind.as_deref() != Some("aggregate")).count();
    if !case.expect.is_empty() && news > wanted {
        out.push(format!(
            "{news} incidents for {wanted}: {:?}",
            reports.iter().filter(live).map(|r| r.event_type.clone()).collect::<Vec<_>>()
        ));
    }
    out
}

fn cases(folder: &str) -> Vec<Case> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    files
        .into_iter()
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .map(|p| {
            let mut case: Case = toml::from_str(&std::fs::read_to_string(&p).unwrap())
                .unwrap_or_else(|e| panic!("{}: {e}", p.display()));
            for e in &mut case.expect {
                e.overlap = true;
            }
            case.name = p.file_stem().unwrap().to_string_lossy().into_owned();
            case
        })
        .collect()
}

#[derive(Deserialize)]
struct Sentences {
    case: Vec<Case>,
}

#[test]
fn sentences_are_read_as_specified() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pitfalls.toml"))
        .unwrap();
    let sentences: Sentences = toml::from_str(&text).unwrap();
    let mut failed = Vec::new();
    for case in &sentences.case {
        let reports = read(&case.title, &case.text, &case.published).reports;
        let wrong = wrong(case, &reports);
        if !wrong.is_empty() {
            failed.push(format!("{}: {wrong:#?}", case.name));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}:\n{}",
        failed.len(),
        sentences.case.len(),
        failed.join("\n")
    );
}

/// Share of the articles that are read without any mistake; it may only rise.
const ARTICLES_RIGHT: f64 = 0.93;

/// Groups without an article of that language that is read rightly.
const GROUPS_OPEN: [(&str, &str); 0] = [];

#[test]
fn articles_are_read_as_expected() {
    let cases = cases(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/articles"));
    let mut right = 0;
    let mut negatives = Vec::new();
    // For each language and group, whether an article about it is right.
    let mut groups: std::collections::BTreeMap<(String, String), bool> =
        std::collections::BTreeMap::new();
    for case in &cases {
        let reports = read(&case.title, &case.text, &case.published).reports;
        let wrong = wrong(case, &reports);
        let fine = wrong.is_empty();
        if fine {
            right += 1;
        } else {
            println!("{}: {wrong:#?}", case.name);
        }
        if case.nothing && !fine {
            negatives.push(case.name.as_str());
        }
        let lang = case.name.chars().take(2).collect::<String>();
        for group in case.expect.iter().filter_map(|e| e.group.clone()) {
            *groups.entry((lang.clone(), group)).or_insert(false) |= fine;
        }
    }
    let share = f64::from(right) / cases.len() as f64;
    println!("{right} of {} articles without a mistake", cases.len());
    assert!(share >= ARTICLES_RIGHT, "{right} of {}", cases.len());
    assert!(negatives.is_empty(), "read into where nothing happened: {negatives:?}");
    for lang in ["de", "en"] {
        for group in
            groups.keys().map(|(_, g)| g.clone()).collect::<std::collections::BTreeSet<_>>()
        {
            let fine = groups.get(&(lang.to_owned(), group.clone())).copied().unwrap_or_default();
            let open = GROUPS_OPEN.contains(&(lang, group.as_str()));
            assert_eq!(fine, !open, "{lang} {group}");
        }
    }
}

#[test]
fn an_operator_adds_a_type_without_code() {
    let files = [
        (
            "taxonomy.toml".to_owned(),
            "[[type]]\nname = \"drone_sighting\"\ngroup = \"other\"\nfamily = \"sighting\"\nframe = \"event\"\n".to_owned(),
        ),
        (
            "de/triggers.toml".to_owned(),
            "[[trigger]]\ntype = \"drone_sighting\"\nnouns = [\"-drohnensichtung~\"]\n".to_owned(),
        ),
    ];
    let extractor = Extractor::with_overrides(&files).unwrap();
    let a =
        article("", "Am Flughafen Hannover gab es am Montag eine Drohnensichtung.", "2024-05-15");
    let x = extractor.read(&a, rfc3339("2024-05-15").unwrap(), None);
    assert_eq!(
        x.reports.iter().map(|r| r.event_type.as_str()).collect::<Vec<_>>(),
        ["drone_sighting"]
    );
}

#[test]
fn a_lexicon_error_names_file_and_line() {
    let bad = |name: &str, text: &str| {
        Extractor::with_overrides(&[(name.to_owned(), text.to_owned())]).err().unwrap().to_string()
    };
    let message =
        bad("de/triggers.toml", "[[trigger]]\n\ntype = \"no_such_type\"\nnouns = [\"x\"]\n");
    assert_eq!(message, "de/triggers.toml:3: no type \"no_such_type\"");
    let message = bad(
        "en/people.toml",
        "[[people]]\ngroup = \"x\"\nwords = [\n  \"ok\",\n  \"... gap\"\n]\n",
    );
    assert!(message.starts_with("en/people.toml:5: "), "{message}");
    assert!(bad("xx/people.toml", "").contains("no lexicon of this name"));
}

#[test]
fn a_text_in_a_language_without_tables_gives_no_report() {
    let x = read(
        "",
        "Vijf mensen kwamen om het leven bij een ernstig ongeluk op de snelweg bij Utrecht, meldt de politie.",
        "2024-05-15",
    );
    assert!(x.reports.is_empty());
    assert!(!x.explanation.read);
}

/// The reference article is not part of the repository; its path is given by the environment.
#[test]
fn the_reference_article_gives_its_golden_reading() {
    let Ok(path) = std::env::var("DEPESCHE_SEED_ARTICLE") else {
        println!("skipped: DEPESCHE_SEED_ARTICLE is not set");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let reports = read("", text.trim(), "2023-11-22").reports;
    let expected: Case = toml::from_str(include_str!("golden.toml")).unwrap();
    let wrong = wrong(&expected, &reports);
    assert!(wrong.is_empty(), "{wrong:#?}");
    let figures: Vec<_> =
        reports.iter().flat_map(|r| &r.casualties).filter_map(|c| c.best.or(c.min)).collect();
    assert!(!figures.iter().any(|n| [900, 2500].contains(n)), "{figures:?}");
}

#[test]
fn a_very_long_text_is_cut_and_read() {
    let sentence =
        "Bei einem Angriff der Armee auf das Dorf bei Mossul wurden 14 Menschen getötet. ";
    let text = sentence.repeat(depesche::extract::MAX_CHARS / sentence.len() + 500);
    let a = article("", &text, "2024-05-15");
    let reports = EXTRACTOR.read(&a, rfc3339("2024-05-15").unwrap(), None).reports;
    assert!(!reports.is_empty());
    let last = reports.iter().flat_map(|r| &r.evidence).map(|e| e.end).max();
    assert!(last <= Some(depesche::extract::MAX_CHARS));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(title in "\\PC{0,80}", text in "\\PC{0,600}") {
        read(&title, &text, "2024-05-15");
    }

    #[test]
    fn any_shuffle_of_words_is_read_without_panic(words in prop::collection::vec(prop::sample::select(vec![
        "Angriff", "auf", "die", "der", "von", "Armee", "Rebellen", "14", "Tote", "Verletzte", "wurden", "getötet", ",", ".",
        "in", "Bagdad", "seit", "dem", "griff", "an", "und", "nicht", "sondern", "darunter", "soll", "sein", "erklärte",
        "Zahl", "stieg", "\"", "killed", "people", "were", "the", "attack", "on", "by", "said", "mehrere", "Polizei",
        "als", "Reaktion", "Ein", "Mann", "starb", "laut", "zufolge", "morts", "en", "heridos", "-", "am", "Dienstag",
    ]), 0..60)) {
        read("", &words.join(" "), "2024-05-15");
    }
}
