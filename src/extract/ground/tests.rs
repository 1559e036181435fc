//! The ground, read from whole texts.

use super::*;
use jiff::civil::date;

fn input(text: &str) -> Input<'_> {
    let anchor = date(2023, 11, 22).at(12, 0, 0, 0);
    Input { title: "", text, lang: None, anchor, country: None }
}

fn read(lang: &str, text: &str) -> Ground {
    reader().read(&Input { lang: Some(lang), ..input(text) })
}

fn reader() -> &'static Reader {
    static READER: std::sync::OnceLock<Reader> = std::sync::OnceLock::new();
    READER.get_or_init(Reader::builtin)
}

fn sentences(lang: &str, text: &str) -> Vec<String> {
    let ground = read(lang, text);
    ground.sentences.iter().map(|s| ground.slice(s.span).to_owned()).collect()
}

#[test]
fn german_ordinals_and_abbreviations_end_no_sentence() {
    let text = "Am 3. Oktober kam Dr. Klein. Ca. 40 Menschen, z.B. Kinder, waren dort. Es war 2014. \
                Der 2. Vorsitzende sprach u. a. mit ihm.";
    assert_eq!(
        sentences("de", text),
        [
            "Am 3. Oktober kam Dr. Klein.",
            "Ca. 40 Menschen, z.B. Kinder, waren dort.",
            "Es war 2014.",
            "Der 2. Vorsitzende sprach u. a. mit ihm."
        ]
    );
}

#[test]
fn a_quotation_ends_with_its_marks() {
    assert_eq!(
        sentences("de", "„Wir kommen.“ Das sagte sie. Er rief: «Nein!» Dann ging er."),
        ["„Wir kommen.“", "Das sagte sie.", "Er rief: «Nein!»", "Dann ging er."]
    );
    let ground = read("de", "Die „Neue Front“ und die ‚Alte‘ sagten: \"Wir gehen nicht.\" Ende.");
    let quoted: Vec<_> =
        ground.tokens.iter().filter(|t| t.quoted).map(|t| t.lower.as_str()).collect();
    assert_eq!(quoted, ["neue", "front", "alte", "wir", "gehen", "nicht", "."]);
}

#[test]
fn a_dateline_stands_alone() {
    for (lang, text) in [
        ("de", "BAGDAD (dpa) - Zwei Menschen starben."),
        ("de", "Bagdad/Washington (dpa/AFP) – Zwei Menschen starben."),
        ("en", "BAGHDAD, Nov 21 (Reuters) - Two people died."),
        ("en", "WASHINGTON — Two people died."),
    ] {
        let ground = read(lang, text);
        let flags: Vec<bool> = ground.sentences.iter().map(|s| s.dateline).collect();
        assert_eq!(flags, [true, false], "{text}");
    }
    let ground = read("de", "Sie kamen - wie immer (leider) - zu spät.");
    assert!(ground.sentences.iter().all(|s| !s.dateline));
}

#[test]
fn the_title_is_a_sentence_of_its_own() {
    let input = Input {
        title: "Brand in Lager",
        text: "Es brannte.\n\nNiemand starb.",
        lang: Some("de"),
        anchor: date(2023, 11, 22).at(12, 0, 0, 0),
        country: None,
    };
    let ground = reader().read(&input);
    let parts: Vec<_> = ground.sentences.iter().map(|s| (s.part, s.paragraph)).collect();
    assert_eq!(parts, [(Part::Title, 0), (Part::Text, 1), (Part::Text, 2)]);
    assert_eq!(ground.lang, Some(Lang::De));
}

#[test]
fn words_keep_hyphens_and_apostrophes() {
    let ground = read("de", "US-Streitkräfte, F-16, 1.200, 21.30, Iraks’ A7 z.B. zu\u{ad}sammen");
    let words: Vec<_> = ground.tokens.iter().map(|t| t.lower.as_str()).collect();
    assert_eq!(
        words,
        [
            "us-streitkräfte",
            ",",
            "f-16",
            ",",
            "1.200",
            ",",
            "21.30",
            ",",
            "iraks",
            "'",
            "a7",
            "z.b",
            ".",
            "zusammen"
        ]
    );
    let french = read("fr", "Les forces de l’Irak et d'Iran aujourd’hui");
    let words: Vec<_> = french.tokens.iter().map(|t| t.lower.as_str()).collect();
    assert_eq!(words, ["les", "forces", "de", "l'", "irak", "et", "d'", "iran", "aujourd'hui"]);
}

#[test]
fn an_unread_language_is_named() {
    let ground = read("", "W sobotę rano w centrum miasta wybuchł pożar, dwie osoby zginęły.");
    assert_eq!((ground.lang, ground.lang_code.as_str()), (None, "pl"));
}

proptest::proptest! {
    #[test]
    fn reading_never_panics(title in "\\PC{0,40}", text in "(\\PC|\n){0,300}", lang in "(de|en|fr|es|)") {
        let input = Input { title: &title, text: &text, lang: Some(&lang), anchor: date(2024, 2, 29).at(0, 0, 0, 0), country: Some("DE") };
        let ground = reader().read(&input);
        for token in &ground.tokens {
            proptest::prop_assert!(ground.full.get(token.span.start..token.span.end).is_some());
        }
    }
}

type Cases = std::collections::BTreeMap<String, std::collections::BTreeMap<String, Vec<String>>>;

/// Compares every case of a table with what is read, and shows all that differ at once.
fn table(body: &str, shown: impl Fn(&Ground) -> Vec<String>) {
    let cases: Cases = toml::from_str(body).unwrap();
    let mut wrong = Vec::new();
    for (section, cases) in &cases {
        let (lang, day) = section.split_once(' ').unwrap_or((section, "2023-11-22T12:00"));
        for (text, wanted) in cases {
            let input = Input { lang: Some(lang), anchor: day.parse().unwrap(), ..input(text) };
            let found = shown(&reader().read(&input));
            if found != *wanted {
                wrong.push(format!("{section}: {text}\n  wanted {wanted:?}\n  found  {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn numbers_are_read_as_the_table_says() {
    table(include_str!("cases/numbers.toml"), |ground| {
        let counted = ground.numbers.iter().filter(|n| !n.rule.ends_with("article"));
        counted
            .map(|n| {
                let bound = |b: Option<u64>| b.map_or("-".to_owned(), |b| b.to_string());
                let mut shown = format!(
                    "{} = {}..{} {:?}",
                    ground.slice(n.span),
                    bound(n.bound.min),
                    bound(n.bound.max),
                    n.kind
                );
                if n.bound.approx {
                    shown.push_str(" ~");
                }
                if n.vague {
                    shown.push_str(" v");
                }
                if let Some(decimal) = n.decimal {
                    shown = format!("{shown} ={decimal}");
                }
                shown
            })
            .collect()
    });
}

#[test]
fn times_are_read_as_the_table_says() {
    table(include_str!("cases/times.toml"), |ground| {
        let moment = |t: Option<jiff::civil::DateTime>, whole: (i8, i8)| match t {
            None => "-".to_owned(),
            Some(t) if (t.hour(), t.second()) == whole => t.date().to_string(),
            Some(t) => t.to_string(),
        };
        let shown = |t: &TimeMention| {
            let day = t.timex_type == "DATE";
            let (first, last) = if day { ((0, 0), (23, 59)) } else { ((-1, 0), (-1, 0)) };
            let words = ground.slice(t.span);
            let interval = format!("{}/{}", moment(t.start, first), moment(t.end, last));
            let since = if t.since { " s" } else { "" };
            format!("{words} = {} {} {interval}{since}", t.timex_type, t.value)
        };
        ground.times.iter().map(shown).collect()
    });
}

#[test]
fn words_are_read_as_the_table_says() {
    table(include_str!("cases/words.toml"), |ground| {
        let shown = |w: &WordMention| {
            let word = ground.slice(w.span);
            match (&w.particle, &w.compound, &w.lemma) {
                (Some(particle), _, Some(lemma)) => {
                    format!("{word} … {} = {lemma}", ground.slice(*particle))
                }
                (_, Some(c), _) => format!("{word} = {} + {}", c.modifier, c.head),
                (_, _, lemma) => format!("{word} = {}", lemma.as_deref().unwrap_or_default()),
            }
        };
        reader().words(ground).iter().map(shown).collect()
    });
}

#[test]
fn sentences_are_cut_as_the_table_says() {
    table(include_str!("cases/sentences.toml"), |ground| {
        ground.sentences.iter().map(|s| ground.slice(s.span).to_owned()).collect()
    });
}

#[test]
fn a_stretch_is_what_german_guidelines_annotate() {
    let ground = read("de", "Vor zehn Jahren starben dort 30 Menschen.");
    let time = ground.times.first().unwrap();
    let (span, kind, value) = time.timex3();
    assert_eq!((ground.slice(span), kind, value), ("zehn Jahren", "DURATION", "P10Y"));
    assert_eq!((ground.slice(time.span), time.value.as_str()), ("Vor zehn Jahren", "2013"));
}

#[test]
fn a_text_is_read_as_far_as_asked() {
    let input =
        Input { lang: Some("de"), ..input("Am Dienstag starben zwölf Menschen in Köln.") };
    let until = |step: Step| {
        let g = reader().read_until(&input, step);
        let counts = [g.tokens.len(), g.sentences.len(), g.times.len(), g.numbers.len()];
        (counts.map(|n| n > 0), g.places.is_empty())
    };
    assert_eq!(until(Step::Language), ([false; 4], true));
    assert_eq!(until(Step::Tokens), ([true, false, false, false], true));
    assert_eq!(until(Step::Times), ([true, true, true, false], true));
    assert_eq!(until(Step::Numbers), ([true; 4], true));
    assert_eq!(until(Step::Whole), ([true; 4], false));
}

#[test]
fn the_wide_span_of_a_time_has_its_preposition() {
    let ground = read("de", "Bereits am Dienstag war es so.");
    let time = ground.times.first().unwrap();
    assert_eq!((ground.slice(time.wide), ground.slice(time.span)), ("am Dienstag", "Dienstag"));
}

#[test]
fn places_are_read_as_the_table_says() {
    table(include_str!("cases/places.toml"), |ground| {
        let shown = |p: &PlaceMention| {
            let words = ground.slice(p.span);
            let country = p.place.country.as_deref().unwrap_or("-");
            let mut shown = format!("{words} = {}, {country}, {:?}", p.place.name_en, p.precision);
            let flags = [("@", p.locative), ("a", p.adjective), ("m", p.metonym)];
            let flags: String = flags.iter().filter(|(_, on)| *on).map(|(f, _)| *f).collect();
            if !flags.is_empty() {
                shown = format!("{shown} {flags}");
            }
            if p.wide != p.span {
                shown = format!("{shown} [{}]", ground.slice(p.wide));
            }
            shown
        };
        ground.places.iter().map(shown).collect()
    });
}

#[test]
fn the_view_counts_characters_from_the_beginning_of_its_part() {
    let input = Input {
        title: "Brände in Köln",
        text: "Am Dienstag starben in Köln zwölf Menschen. Die „Neue Front“ schwieg.",
        lang: Some("de"),
        anchor: date(2023, 11, 22).at(12, 0, 0, 0),
        country: None,
    };
    let ground = reader().read(&input);
    let view = serde_json::to_value(View::of(&ground)).unwrap();
    for (list, part, words) in [
        ("times", "text", "Dienstag"),
        ("numbers", "text", "zwölf"),
        ("names", "text", "Neue Front"),
        ("places", "title", "Köln"),
        ("places", "text", "Köln"),
    ] {
        let found = view[list].as_array().unwrap().iter().find(|m| m["part"] == part).unwrap();
        let whole = if part == "title" { input.title } else { input.text };
        let start = usize::try_from(found["start"].as_u64().unwrap()).unwrap();
        let end = usize::try_from(found["end"].as_u64().unwrap()).unwrap();
        let slice: String = whole.chars().skip(start).take(end - start).collect();
        assert_eq!((slice.as_str(), found["text"].as_str().unwrap()), (words, words));
    }
    assert_eq!(view["times"][0]["type"], "DATE");
    assert_eq!(view["times"][0]["from"], "2023-11-21T00:00:00");
    assert_eq!(view["places"][0]["country"], "DE");
}

#[test]
fn given_spans_are_resolved() {
    let ground = read("en", "The mayor of Reading met a man from Pittsburgh, Pennsylvania.");
    let span = |words: &str| {
        let start = ground.full.find(words).unwrap();
        Span { start, end: start + words.len() }
    };
    let found = reader().resolve(&ground, &[span("Reading"), span("mayor")], None);
    let reading = found[0].as_ref().unwrap();
    assert_eq!(
        (reading.country.as_deref(), reading.admin1.as_deref()),
        (Some("US"), Some("Pennsylvania"))
    );
    assert!(found[1].is_none());
}

/// Words of the event lexicon, in capitals: what stands after "bei" in a headline.
fn nouns(lexicon: &str) -> std::collections::BTreeSet<String> {
    let table: toml::Table = toml::from_str(lexicon).unwrap();
    let mut found = std::collections::BTreeSet::new();
    let mut open: Vec<&toml::Value> = table.values().collect();
    while let Some(value) = open.pop() {
        match value {
            toml::Value::Array(list) => open.extend(list),
            toml::Value::Table(table) => {
                let nouns = table.iter().filter(|(k, _)| matches!(k.as_str(), "nouns" | "words"));
                open.extend(nouns.map(|(_, v)| v));
                open.extend(table.values().filter(|v| v.is_table()));
            }
            toml::Value::String(text) => {
                let word = text.trim_matches(['-', '~', '+']);
                let mut letters = word.chars();
                if let Some(first) = letters.next()
                    && word.chars().all(char::is_alphabetic)
                {
                    found.insert(first.to_uppercase().chain(letters).collect());
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn no_word_for_an_event_is_a_place_after_a_preposition() {
    // Cities with more right to the name than the noun.
    let cities = ["Halle", "Hallen"];
    let mut wrong = Vec::new();
    for lexicon in [
        include_str!("../../../config/lexicon/de/triggers.toml"),
        include_str!("../../../config/lexicon/de/outcomes.toml"),
        include_str!("../../../config/lexicon/de/people.toml"),
        include_str!("../../../config/lexicon/de/targets.toml"),
        include_str!("../../../config/lexicon/de/instruments.toml"),
    ] {
        let nouns = nouns(lexicon);
        assert!(nouns.len() > 20);
        for noun in nouns.iter().filter(|n| !cities.contains(&n.as_str())) {
            let ground = read("de", &format!("Elf Tote bei {noun} in Fabrik gemeldet."));
            wrong.extend(ground.places.iter().map(|p| format!("{noun} = {}", p.place.name_en)));
        }
    }
    assert!(wrong.is_empty(), "add to `weak` in places.toml: {wrong:?}");
}

#[test]
fn times_are_told_in_utc_by_the_clock_of_the_outlets_country() {
    let text = "Gegen 21.30 Uhr am Dienstag und am 3. Juli 2023 gab es Tote.";
    let of = |country: Option<&str>| -> Vec<String> {
        let ground = reader().read(&Input { lang: Some("de"), country, ..input(text) });
        let show = |t: Option<jiff::Timestamp>| t.map_or("-".to_owned(), |t| t.to_string());
        let both = |t: &TimeMention| {
            let (from, to) = ground.utc(t);
            format!("{}/{}", show(from), show(to))
        };
        ground.times.iter().map(both).collect()
    };
    let winter = "2023-11-21T20:30:00Z/2023-11-21T20:30:00Z".to_owned();
    let day = "2023-11-20T23:00:00Z/2023-11-21T22:59:59Z".to_owned();
    let summer = "2023-07-02T22:00:00Z/2023-07-03T21:59:59Z".to_owned();
    assert_eq!(of(Some("DE")), [winter, day, summer]);
    // Countries of several clocks, and none.
    for country in [Some("US"), None] {
        assert!(of(country).iter().all(|shown| shown == "-/-"), "{country:?}");
    }
}

#[test]
fn compounds_are_cut_without_copies() {
    for word in ["drohnenangriffen", "haus", "angriff", "", "selbstmordattentäter", "öl"] {
        let cut = reader().cut(Lang::De, word);
        let cut = cut.map(|c| (c.modifier.to_owned(), c.head.to_owned()));
        let whole = reader().compound(Lang::De, word).map(|c| (c.modifier, c.head));
        assert_eq!(cut, whole, "{word}");
    }
    let cut = reader().cut(Lang::De, "drohnenangriffen").unwrap();
    assert_eq!((cut.modifier, cut.head), ("drohne", "angriff"));
    assert_eq!(reader().cut(Lang::En, "drone attack"), None);
}

#[test]
fn places_can_be_added_by_an_operator() {
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let camp = "[[place]]\nen = \"Camp Beispiel\"\ncountry = \"IQ\"\nclass = \"spot\"\nlat = 33.0\nlon = 44.0\nnames = { de = [\"Beispiellager\"] }\n";
    let name =
        "[[name]]\nplace = \"Mosul\"\ncountry = \"IQ\"\nnames = { de = [\"Mussilstadt\"] }\n";
    let files = [file("places/regions.toml", camp), file("places/names.toml", name)];
    let reader = Reader::with_overrides(&files).unwrap();
    let text = "Im Beispiellager und in Mussilstadts Straßen wurde gekämpft.";
    let ground = reader.read(&Input { lang: Some("de"), ..input(text) });
    let found: Vec<_> = ground.places.iter().map(|p| p.place.name_en.as_str()).collect();
    assert_eq!(found, ["Camp Beispiel", "Mosul"]);
    let bad = Reader::with_overrides(&[file("places/regions.toml", "[[place]]\nen = 1\n")]);
    assert_eq!(bad.err().map(|d| (d.file, d.line)), Some(("places/regions.toml".to_owned(), 2)));
    assert!(Reader::reads("places/names.toml") && !Reader::reads("de/triggers.toml"));
}
