//! Pages as newspapers have them: the article, and much around it that is not the article.

use super::markup::{escape, paragraphs};
use super::site::{Front, Item};
use super::world::Outlet;
use std::fmt::Write as _;

/// Content type of all pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// Headlines of other articles in the box beside an article.
const TEASERS: usize = 3;

const STYLE: &str = "body{font:17px/1.5 Georgia,serif;margin:0 auto;max-width:46rem;padding:1rem}\
    nav ul{display:flex;gap:1rem;list-style:none;padding:0}figure{margin:1rem 0}img{max-width:100%}\
    .consent{background:#eee;padding:.5rem}aside{border-top:1px solid #999}footer{color:#666}";

/// List of the outlets.
pub(super) fn index(outlets: &[Outlet]) -> String {
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>Demo newspapers</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <h1>Demo newspapers</h1>\n<p>Invented outlets, invented events, real places.</p>\n<ul>\n"
    );
    for outlet in outlets {
        let _ = writeln!(
            html,
            "<li lang=\"{}\"><a href=\"/{}/\">{}</a> (<a href=\"/{}/{}\">feed</a>)</li>",
            escape(&outlet.lang),
            outlet.id,
            escape(&outlet.name),
            outlet.id,
            escape(&outlet.feed),
        );
    }
    html.push_str("</ul>\n</body>\n</html>\n");
    html
}

/// Front page of an outlet.
pub(super) fn front(front: &Front<'_>) -> String {
    let mut html = top(front, &front.outlet.name, "");
    html.push_str("<main>\n");
    for item in &front.items {
        let title = escape(&item.version.title);
        let title = match link(*item) {
            Some(path) => format!("<a href=\"{path}\">{title}</a>"),
            None => title,
        };
        let summary = escape(&item.version.summary);
        let _ = writeln!(html, "<section>\n<h2>{title}</h2>\n<p>{summary}</p>\n</section>");
    }
    html.push_str("</main>\n");
    html.push_str(&bottom(front));
    html
}

/// Who makes the outlet: nobody.
pub(super) fn imprint(front: &Front<'_>) -> String {
    let name = escape(&front.outlet.name);
    let mut html = top(front, &front.outlet.imprint, "");
    let _ = write!(html, "<main>\n<h1>{name}</h1>\n<p>depesche demo</p>\n</main>\n");
    html.push_str(&bottom(front));
    html
}

/// Page of one article.
pub(super) fn article(front: &Front<'_>, item: Item<'_>) -> String {
    let (entry, version) = (item.entry, item.version);
    let title = escape(&version.title);
    let mut html =
        top(front, &format!("{} - {}", version.title, front.outlet.name), &head(front, item));
    let _ = write!(
        html,
        "<main>\n<article>\n<p class=\"kicker\">{}</p>\n<h1>{title}</h1>\n<div class=\"meta\">",
        escape(&entry.section),
    );
    if let Some(author) = &entry.author {
        let _ = write!(html, "<span class=\"author\" rel=\"author\">{}</span> ", escape(author));
    }
    let _ = writeln!(
        html,
        "<time datetime=\"{}\">{} {}</time></div>",
        entry.published,
        escape(&front.outlet.published),
        escape(&front.words.stamp(entry.published)),
    );
    if let Some(caption) = &version.caption {
        let _ = write!(
            html,
            "<figure>\n<img src=\"/{}/pictures/{}.svg\" alt=\"\">\n<figcaption>{}</figcaption>\n</figure>\n",
            front.outlet.id,
            entry.slug,
            escape(caption),
        );
    }
    let _ = write!(
        html,
        "<div class=\"article-body\">\n{}</div>\n</article>\n",
        paragraphs(&version.paragraphs)
    );
    html.push_str(&teasers(front, item));
    html.push_str("</main>\n");
    html.push_str(&bottom(front));
    html
}

/// A picture of nothing.
pub(super) fn picture() -> &'static str {
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 160 90\">\
     <rect width=\"160\" height=\"90\" fill=\"#9ab\"/></svg>\n"
}

/// Metadata of an article: canonical address, Open Graph, JSON-LD.
fn head(front: &Front<'_>, item: Item<'_>) -> String {
    let (entry, version) = (item.entry, item.version);
    let url = format!("{}{}", front.base_url, entry.path);
    let (kind, author) = match &entry.author {
        Some(author) => ("Person", author),
        None => ("Organization", &front.outlet.name),
    };
    let linked = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": version.title,
        "description": version.summary,
        "datePublished": entry.published,
        "dateModified": version.modified,
        "inLanguage": front.outlet.lang,
        "articleSection": entry.section,
        "mainEntityOfPage": url,
        "author": [{ "@type": kind, "name": author }],
        "publisher": { "@type": "NewsMediaOrganization", "name": front.outlet.name },
    });
    // A script element ends at "</" whatever the JSON means.
    let linked = linked.to_string().replace("</", "<\\/");
    format!(
        "<link rel=\"canonical\" href=\"{url}\">\n\
         <meta name=\"description\" content=\"{summary}\">\n\
         <meta property=\"og:type\" content=\"article\">\n\
         <meta property=\"og:title\" content=\"{title}\">\n\
         <meta property=\"og:site_name\" content=\"{site}\">\n\
         <meta property=\"article:published_time\" content=\"{published}\">\n\
         <meta property=\"article:modified_time\" content=\"{modified}\">\n\
         <script type=\"application/ld+json\">{linked}</script>\n",
        url = escape(&url),
        summary = escape(&version.summary),
        title = escape(&version.title),
        site = escape(&front.outlet.name),
        published = entry.published,
        modified = version.modified,
    )
}

fn top(front: &Front<'_>, title: &str, head: &str) -> String {
    let outlet = front.outlet;
    let mut html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{}</title>\n{head}<link rel=\"alternate\" href=\"/{id}/{}\" title=\"{}\">\n\
         <style>{STYLE}</style>\n</head>\n<body>\n\
         <div class=\"consent cookie-banner\" role=\"dialog\"><p>{}</p><button>{}</button></div>\n\
         <header><a class=\"logo\" href=\"/{id}/\">{}</a></header>\n<nav><ul>\n",
        escape(&outlet.lang),
        escape(title),
        escape(&outlet.feed),
        escape(&outlet.name),
        escape(&outlet.cookies),
        escape(&outlet.accept),
        escape(&outlet.name),
        id = outlet.id,
    );
    for section in &outlet.nav {
        let _ = writeln!(html, "<li><a href=\"/{}/\">{}</a></li>", outlet.id, escape(section));
    }
    html.push_str("</ul></nav>\n");
    html
}

fn teasers(front: &Front<'_>, but: Item<'_>) -> String {
    let mut html = format!(
        "<aside class=\"related teaser-box\">\n<h3>{}</h3>\n<ul>\n",
        escape(&front.outlet.more)
    );
    let others = front.items.iter().filter(|item| item.entry.slug != but.entry.slug);
    let linked = others.filter_map(|item| Some((link(*item)?, &item.version.title)));
    for (path, title) in linked.take(TEASERS) {
        let _ = writeln!(html, "<li><a href=\"{path}\">{}</a></li>", escape(title));
    }
    html.push_str("</ul>\n</aside>\n");
    html
}

fn bottom(front: &Front<'_>) -> String {
    format!(
        "<footer><p>© {} {} · <a href=\"/{}/imprint.html\">{}</a></p></footer>\n</body>\n</html>\n",
        front.start.date().year(),
        escape(&front.outlet.name),
        front.outlet.id,
        escape(&front.outlet.imprint),
    )
}

/// Path of an entry's page, if it has a link.
fn link(item: Item<'_>) -> Option<&str> {
    item.entry.url.as_ref().map(|_| item.entry.path.as_str())
}
