//! Scores the resolution of places on a gold file in the form of the Local-Global Lexicon (LGL).
//!
//! `cargo run --example score_places -- FILE [--errors]`
//!
//! Prints the share of toponyms that lie within 161 km (100 miles) of the gold, given their spans,
//! and precision, recall and F1 of recognition (spans that overlap; with adjectives, as in the gold). The
//! country of an outlet is what its domain's top level says, as a feed list would state it; `.com`
//! says nothing. A toponym without coordinates in the gold is left out.

#![allow(clippy::print_stdout)] // a command that prints its answer

use anyhow::{Context, Result};
use depesche::extract::ground::{Input, Reader, Span};
use jiff::civil::date;
use quick_xml::Reader as Xml;
use quick_xml::events::Event;
use std::collections::BTreeMap;

/// Great-circle kilometres of the measure.
const NEAR: f64 = 161.0;

#[derive(Default)]
struct Article {
    domain: String,
    text: String,
    toponyms: Vec<Toponym>,
}

#[derive(Default, Clone)]
struct Toponym {
    start: usize,
    end: usize,
    phrase: String,
    gold: Option<Gold>,
}

#[derive(Default, Clone)]
struct Gold {
    name: String,
    code: String,
    lat: f64,
    lon: f64,
}

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args.next().context("usage: score_places FILE [--errors]")?;
    let show = args.next().is_some_and(|a| a == "--errors");
    let articles = articles(&std::fs::read_to_string(&path).context(path)?)?;
    let reader = Reader::builtin();
    let (mut all, mut near, mut none) = (0_u32, 0_u32, 0_u32);
    let (mut found, mut hits, mut gold_hits, mut gold_all) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut kinds: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    let mut distances: Vec<f64> = Vec::new();
    for article in &articles {
        let country = country(&article.domain);
        let ground = reader.read(&Input {
            title: "",
            text: &article.text,
            lang: Some("en"),
            anchor: date(2009, 3, 20).at(12, 0, 0, 0),
            country: country.as_deref(),
        });
        let spans: Vec<Option<Span>> =
            article.toponyms.iter().map(|t| ground.span_of_chars(t.start, t.end)).collect();
        let known: Vec<Span> = spans.iter().flatten().copied().collect();
        let mut resolved = reader.resolve(&ground, &known, country.as_deref()).into_iter();
        for (toponym, span) in article.toponyms.iter().zip(&spans) {
            let place = span.as_ref().and_then(|_| resolved.next().flatten());
            let Some(gold) = &toponym.gold else { continue };
            all += 1;
            none += u32::from(place.is_none());
            let off = place.as_ref().map_or(20_000.0, |p| distance(p, gold));
            distances.push(off);
            let hit = off <= NEAR;
            near += u32::from(hit);
            let kind = kinds.entry(gold.code.clone()).or_default();
            kind.0 += 1;
            kind.1 += u32::from(hit);
            if show && !hit {
                let ours = place.map_or("-".to_owned(), |p| {
                    format!("{} {:?} {:?} {:?}", p.name_en, p.country, p.admin1, p.class)
                });
                println!(
                    "{}\t{}\t{} {} ({:.1} {:.1})\t{ours}\t{off:.0} km",
                    article.domain, toponym.phrase, gold.name, gold.code, gold.lat, gold.lon
                );
            }
        }
        let overlap = |a: Span, b: Span| a.start < b.end && b.start < a.end;
        let ours: Vec<Span> = ground.places.iter().map(|p| p.span).collect();
        found += u32::try_from(ours.len())?;
        gold_all += u32::try_from(known.len())?;
        let wrong: Vec<&Span> =
            ours.iter().filter(|o| !known.iter().any(|k| overlap(**o, *k))).collect();
        hits += u32::try_from(ours.len() - wrong.len())?;
        let missed: Vec<&Span> =
            known.iter().filter(|k| !ours.iter().any(|o| overlap(*o, **k))).collect();
        gold_hits += u32::try_from(known.len() - missed.len())?;
        if show {
            for s in &wrong {
                println!("EXTRA\t{}", ground.slice(**s));
            }
            for s in &missed {
                println!("MISSED\t{}", ground.slice(**s));
            }
        }
    }
    let share = |a: u32, b: u32| f64::from(a) / f64::from(b.max(1));
    println!("{} texts, {all} toponyms", articles.len());
    for (code, (all, near)) in kinds.iter().filter(|(_, (all, _))| *all >= 20) {
        println!("  {code:<6} {near:>5} of {all:>5}  {:.3}", share(*near, *all));
    }
    distances.sort_by(f64::total_cmp);
    let median = distances.get(distances.len() / 2).copied().unwrap_or_default();
    println!(
        "within 161 km, spans given: {:.4} (no answer {none}, median {median:.1} km)",
        share(near, all)
    );
    let (p, r) = (share(hits, found), share(gold_hits, gold_all));
    println!("recognition: precision {p:.3}, recall {r:.3}, F1 {:.3}", 2.0 * p * r / (p + r));
    Ok(())
}

/// What the top level of a domain says.
fn country(domain: &str) -> Option<String> {
    let top = domain.rsplit('.').next().filter(|t| t.len() == 2)?;
    Some(if top == "uk" { "GB".to_owned() } else { top.to_uppercase() })
}

fn distance(place: &depesche::extract::ground::Resolved, gold: &Gold) -> f64 {
    let (a, b) = (place.lat.to_radians(), gold.lat.to_radians());
    let (dy, dx) = (b - a, (gold.lon - place.lon).to_radians());
    let h = (dy / 2.0).sin().powi(2) + a.cos() * b.cos() * (dx / 2.0).sin().powi(2);
    12_742.0 * h.sqrt().min(1.0).asin()
}

fn articles(text: &str) -> Result<Vec<Article>> {
    let mut xml = Xml::from_str(text);
    let mut out: Vec<Article> = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut words = String::new();
    loop {
        match xml.read_event()? {
            Event::Eof => return Ok(out),
            Event::Start(tag) => {
                open.push(tag.name().as_ref().to_owned());
                words.clear();
                match open.last().map(String::as_str) {
                    Some("article") => out.push(Article::default()),
                    Some("toponym") => {
                        let article = out.last_mut().context("toponym outside of an article")?;
                        article.toponyms.push(Toponym::default());
                    }
                    Some("gaztag") => {
                        let toponyms = out.last_mut().map(|a| &mut a.toponyms);
                        let toponym = toponyms.and_then(|t| t.last_mut()).context("gaztag")?;
                        toponym.gold = Some(Gold::default());
                    }
                    _ => {}
                }
            }
            Event::Text(part) => words.push_str(&part.xml10_content()),
            Event::CData(part) => words.push_str(&part.xml10_content()),
            Event::GeneralRef(part) => words.push_str(match part.xml10_content().as_ref() {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                _ => "",
            }),
            Event::End(_) => {
                let name = open.pop().unwrap_or_default();
                if let Some(article) = out.last_mut() {
                    set(article, open.last().map_or("", String::as_str), &name, &words)?;
                }
                words.clear();
            }
            _ => {}
        }
    }
}

fn set(article: &mut Article, parent: &str, name: &str, words: &str) -> Result<()> {
    match (parent, name) {
        ("article", "domain") => words.trim().clone_into(&mut article.domain),
        ("article", "text") => words.clone_into(&mut article.text),
        ("toponym", _) => {
            let toponym = article.toponyms.last_mut().context("toponym")?;
            match name {
                "start" => toponym.start = words.trim().parse()?,
                "end" => toponym.end = words.trim().parse()?,
                "phrase" => words.trim().clone_into(&mut toponym.phrase),
                _ => {}
            }
        }
        ("gaztag", _) => {
            let toponym = article.toponyms.last_mut().context("toponym")?;
            let gold = toponym.gold.as_mut().context("gaztag")?;
            match name {
                "name" => words.trim().clone_into(&mut gold.name),
                "fcode" => words.trim().clone_into(&mut gold.code),
                "lat" => gold.lat = words.trim().parse()?,
                "lon" => gold.lon = words.trim().parse()?,
                _ => {}
            }
        }
        _ => {}
    }
    Ok(())
}
