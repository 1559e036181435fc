//! Feeds of an outlet in their four forms.

use super::markup::{escape, paragraphs};
use super::site::{Front, Item};
use super::world::{Format, Quirk};
use crate::message::Timestamp;
use std::fmt::Write as _;

/// Content type and bytes of an outlet's feed.
pub(super) fn render(front: &Front<'_>) -> (&'static str, Vec<u8>) {
    let (content_type, text) = match front.outlet.format {
        Format::Rss2 => ("application/rss+xml; charset=utf-8", rss2(front)),
        Format::Atom => ("application/atom+xml; charset=utf-8", atom(front)),
        Format::Rdf => ("application/rdf+xml", rdf(front)),
        Format::JsonFeed => ("application/feed+json", json_feed(front)),
    };
    let body = if front.outlet.quirk == Quirk::Latin1 {
        encoding_rs::WINDOWS_1252.encode(&text).0.into_owned()
    } else {
        text.into_bytes()
    };
    (content_type, body)
}

impl Front<'_> {
    fn home(&self) -> String {
        format!("{}/{}/", self.base_url, self.outlet.id)
    }

    fn feed_url(&self) -> String {
        format!("{}{}", self.home(), self.outlet.feed)
    }

    fn description(&self) -> String {
        self.loose(&self.outlet.nav.join(" & "))
    }

    /// Escapes, unless this outlet forgets to.
    fn loose(&self, text: &str) -> String {
        let escaped = escape(text);
        if self.outlet.quirk == Quirk::BareAmpersand {
            escaped.replace("&amp;", "&")
        } else {
            escaped
        }
    }

    fn updated(&self) -> Timestamp {
        self.items.iter().map(|item| item.version.modified).max().unwrap_or(self.start)
    }

    fn declaration(&self) -> &'static str {
        if self.outlet.quirk == Quirk::Latin1 {
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"
        } else {
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        }
    }
}

/// Identity of an entry that does not change with its text.
fn identity(front: &Front<'_>, item: Item<'_>) -> String {
    format!("tag:{}.example,2024:{}", front.outlet.id, item.entry.slug)
}

/// RFC 2822, as RSS 2.0 wants it.
fn rfc2822(moment: Timestamp) -> String {
    let zoned = moment.as_jiff().to_zoned(jiff::tz::TimeZone::UTC);
    jiff::fmt::rfc2822::to_string(&zoned).unwrap_or_else(|_| moment.to_string())
}

fn rss2(front: &Front<'_>) -> String {
    let mut xml = String::from(front.declaration());
    let _ = write!(
        xml,
        "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n\
         <title>{}</title>\n<link>{}</link>\n<description>{}</description>\n\
         <language>{}</language>\n<lastBuildDate>{}</lastBuildDate>\n\
         <atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n",
        escape(&front.outlet.name),
        escape(&front.home()),
        front.description(),
        escape(&front.outlet.lang),
        rfc2822(front.updated()),
        escape(&front.feed_url()),
    );
    for item in &front.items {
        let _ = writeln!(xml, "<item>\n<title>{}</title>", escape(&item.version.title));
        if let Some(url) = &item.entry.url {
            let url = escape(url);
            let _ = writeln!(xml, "<link>{url}</link>\n<guid isPermaLink=\"true\">{url}</guid>");
        } else {
            let id = escape(&identity(front, *item));
            let _ = writeln!(xml, "<guid isPermaLink=\"false\">{id}</guid>");
        }
        let _ = writeln!(xml, "<pubDate>{}</pubDate>", rfc2822(item.entry.published));
        let _ = writeln!(xml, "<category>{}</category>", front.loose(&item.entry.section));
        if let Some(author) = &item.entry.author {
            let _ = writeln!(xml, "<dc:creator>{}</dc:creator>", escape(author));
        }
        let _ = writeln!(xml, "<description>{}</description>", escape(&item.version.summary));
        if front.outlet.full {
            let html = paragraphs(&item.version.paragraphs);
            let _ = writeln!(xml, "<content:encoded><![CDATA[{html}]]></content:encoded>");
        }
        xml.push_str("</item>\n");
    }
    xml.push_str("</channel>\n</rss>\n");
    xml
}

fn atom(front: &Front<'_>) -> String {
    let mut xml = String::from(front.declaration());
    let _ = write!(
        xml,
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n<title>{}</title>\n\
         <subtitle>{}</subtitle>\n<id>{}</id>\n<updated>{}</updated>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n",
        escape(&front.outlet.lang),
        escape(&front.outlet.name),
        front.description(),
        escape(&front.home()),
        front.updated(),
        escape(&front.home()),
        escape(&front.feed_url()),
    );
    for item in &front.items {
        let author = item.entry.author.as_deref().unwrap_or(&front.outlet.name);
        let _ = write!(
            xml,
            "<entry>\n<title>{}</title>\n<id>{}</id>\n<published>{}</published>\n\
             <updated>{}</updated>\n<author><name>{}</name></author>\n\
             <category term=\"{}\"/>\n<summary>{}</summary>\n",
            escape(&item.version.title),
            escape(&identity(front, *item)),
            item.entry.published,
            item.version.modified,
            escape(author),
            front.loose(&item.entry.section),
            escape(&item.version.summary),
        );
        if let Some(url) = &item.entry.url {
            let url = escape(url);
            let _ = writeln!(xml, "<link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/>");
        }
        if front.outlet.full {
            let html = escape(&paragraphs(&item.version.paragraphs));
            let _ = writeln!(xml, "<content type=\"html\">{html}</content>");
        }
        xml.push_str("</entry>\n");
    }
    xml.push_str("</feed>\n");
    xml
}

fn rdf(front: &Front<'_>) -> String {
    let about =
        |item: &Item<'_>| escape(&item.entry.url.clone().unwrap_or_else(|| identity(front, *item)));
    let mut xml = String::from(front.declaration());
    let _ = write!(
        xml,
        "<rdf:RDF xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
         xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">\n\
         <channel rdf:about=\"{}\">\n<title>{}</title>\n<link>{}</link>\n\
         <description>{}</description>\n<dc:language>{}</dc:language>\n<dc:date>{}</dc:date>\n\
         <items>\n<rdf:Seq>\n",
        escape(&front.feed_url()),
        escape(&front.outlet.name),
        escape(&front.home()),
        front.description(),
        escape(&front.outlet.lang),
        front.updated(),
    );
    for item in &front.items {
        let _ = writeln!(xml, "<rdf:li rdf:resource=\"{}\"/>", about(item));
    }
    xml.push_str("</rdf:Seq>\n</items>\n</channel>\n");
    for item in &front.items {
        let _ = write!(
            xml,
            "<item rdf:about=\"{}\">\n<title>{}</title>\n<dc:date>{}</dc:date>\n\
             <dc:subject>{}</dc:subject>\n<description>{}</description>\n",
            about(item),
            escape(&item.version.title),
            item.entry.published,
            front.loose(&item.entry.section),
            escape(&item.version.summary),
        );
        if let Some(url) = &item.entry.url {
            let _ = writeln!(xml, "<link>{}</link>", escape(url));
        }
        if let Some(author) = &item.entry.author {
            let _ = writeln!(xml, "<dc:creator>{}</dc:creator>", escape(author));
        }
        if front.outlet.full {
            let html = paragraphs(&item.version.paragraphs);
            let _ = writeln!(xml, "<content:encoded><![CDATA[{html}]]></content:encoded>");
        }
        xml.push_str("</item>\n");
    }
    xml.push_str("</rdf:RDF>\n");
    xml
}

fn json_feed(front: &Front<'_>) -> String {
    let items: Vec<serde_json::Value> = front
        .items
        .iter()
        .map(|item| {
            let mut value = serde_json::json!({
                "id": identity(front, *item),
                "title": item.version.title,
                "summary": item.version.summary,
                "date_published": item.entry.published,
                "date_modified": item.version.modified,
                "language": front.outlet.lang,
                "tags": [item.entry.section],
            });
            if let Some(object) = value.as_object_mut() {
                if let Some(url) = &item.entry.url {
                    object.insert("url".into(), url.clone().into());
                }
                if let Some(author) = &item.entry.author {
                    object.insert("authors".into(), serde_json::json!([{ "name": author }]));
                }
                let (key, content) = if front.outlet.full {
                    ("content_html", paragraphs(&item.version.paragraphs))
                } else {
                    ("content_text", item.version.summary.clone())
                };
                object.insert(key.into(), content.into());
            }
            value
        })
        .collect();
    let feed = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": front.outlet.name,
        "home_page_url": front.home(),
        "feed_url": front.feed_url(),
        "language": front.outlet.lang,
        "items": items,
    });
    format!("{feed:#}\n")
}
