//! What the readers hand over: fields as found, before links, dates and texts are made from them.

use super::Repairs;
use super::extra::{Beat, Extras};
use super::repair::Prepared;

/// Format of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Rss,
    Atom,
    Rdf,
    Sitemap,
    NewsSitemap,
    SitemapIndex,
    Json,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Rdf => "rdf",
            Self::Sitemap => "sitemap",
            Self::NewsSitemap => "news_sitemap",
            Self::SitemapIndex => "sitemap_index",
            Self::Json => "json_feed",
        }
    }

    pub(super) fn is_sitemap(self) -> bool {
        matches!(self, Self::Sitemap | Self::NewsSitemap | Self::SitemapIndex)
    }
}

/// Words that are HTML, or meant literally.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Words {
    pub(super) body: String,
    pub(super) literal: bool,
}

impl Words {
    pub(super) fn html(body: impl Into<String>) -> Self {
        Self { body: body.into(), literal: false }
    }

    pub(super) fn literal(body: impl Into<String>) -> Self {
        Self { body: body.into(), literal: true }
    }
}

/// A feed, as found.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) format: Format,
    pub(super) title: Option<Words>,
    pub(super) link: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) ttl: Option<u32>,
    pub(super) hub: Option<String>,
    pub(super) beat: Beat,
    pub(super) entries: Vec<DraftEntry>,
    /// Whole entries met, also those beyond the cap.
    pub(super) whole: usize,
    /// Something stands there that feed-rs may read in another way.
    pub(super) doubt: bool,
}

impl Draft {
    /// Whether feed-rs would say nothing else and no more of this document, which had no repairs.
    pub(super) fn is_sure(&self, prepared: &Prepared<'_>) -> bool {
        matches!(self.format, Format::Rss | Format::Atom)
            && prepared.plain
            && !self.doubt
            && self.whole == prepared.raw_entries
            && self.link.is_some()
            && self.entries.iter().all(|entry| {
                entry.link.is_some()
                    && entry.title.is_some()
                    && (entry.summary.is_some() || entry.content.is_some())
            })
    }

    pub(super) fn new(format: Format) -> Self {
        let entries = Vec::new();
        Self {
            format,
            title: None,
            link: None,
            lang: None,
            ttl: None,
            hub: None,
            beat: Beat::default(),
            entries,
            whole: 0,
            doubt: false,
        }
    }
}

/// An entry, as found.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct DraftEntry {
    pub(super) guid: Option<String>,
    /// `isPermaLink` is not `false`: the guid may stand for a missing link.
    pub(super) guid_is_link: bool,
    pub(super) link: Option<String>,
    pub(super) title: Option<Words>,
    pub(super) summary: Option<Words>,
    pub(super) content: Option<Words>,
    pub(super) published: Option<String>,
    pub(super) updated: Option<String>,
    pub(super) lang: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) extras: Extras,
}

/// The reading that was chosen.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) draft: Option<Draft>,
    pub(super) raw: usize,
    pub(super) error: Option<String>,
}

impl Found {
    pub(super) fn nothing(error: impl Into<String>) -> Self {
        Self { draft: None, raw: 0, error: Some(error.into()) }
    }

    /// The tolerant reading alone, where it leaves no doubt.
    pub(super) fn sure(scan: Draft, raw: usize) -> Self {
        Self { draft: Some(scan), raw, error: None }
    }

    /// Takes the strict reading where it lost nothing, completed by what feed-rs drops (raw dates,
    /// whether a guid is a link, original links); the tolerant one where the strict one failed.
    pub(super) fn choose(
        scan: Draft,
        strict: Result<Draft, String>,
        prepared: &Prepared<'_>,
        repairs: &mut Repairs,
    ) -> Self {
        let raw = prepared.raw_entries;
        let strict = strict.and_then(|draft| {
            if draft.whole < scan.whole {
                Err(format!("strict parser read {} of {raw} entries", draft.whole))
            } else {
                Ok(draft)
            }
        });
        let is_sitemap = scan.format.is_sitemap();
        let (draft, mut error) = match strict {
            // Only entries that are the same ones can complete each other.
            Ok(strict) if strict.whole == scan.whole => (overlay(strict, scan), None),
            Ok(strict) => (strict, None),
            Err(why) => {
                if !is_sitemap {
                    repairs.add("tolerant_reader");
                }
                (scan, Some(why).filter(|_| !is_sitemap))
            }
        };
        if draft.format == Format::SitemapIndex {
            error = Some("a sitemap index, which has no entries of its own".into());
        } else if draft.whole >= raw && draft.whole > 0 {
            error = None;
        } else if is_sitemap {
            error = Some(format!("read {} of {raw} entries", draft.whole)).filter(|_| raw > 0);
        }
        Self { draft: Some(draft), raw, error }
    }
}

/// The strict reading, with the fields that only the tolerant one has.
fn overlay(strict: Draft, scan: Draft) -> Draft {
    let Draft { format, title, link, lang, ttl, hub, entries, whole, .. } = strict;
    let entries = entries
        .into_iter()
        .zip(scan.entries)
        .map(|(strict, scan)| DraftEntry {
            guid: scan.guid.or(strict.guid),
            guid_is_link: scan.guid_is_link,
            // Relative links are better known to feed-rs, which follows every xml:base.
            link: match scan.link {
                Some(link) if url::Url::parse(link.trim()).is_ok() => Some(link),
                relative => strict.link.or(relative),
            },
            title: strict.title.or(scan.title),
            summary: strict.summary.or(scan.summary),
            content: strict.content.or(scan.content),
            published: scan.published,
            updated: scan.updated,
            lang: scan.lang.or(strict.lang),
            authors: if strict.authors.is_empty() { scan.authors } else { strict.authors },
            tags: if scan.tags.len() > strict.tags.len() { scan.tags } else { strict.tags },
            extras: scan.extras,
        })
        .collect();
    Draft {
        format,
        title: title.or(scan.title),
        link: link.or(scan.link),
        lang: scan.lang.or(lang),
        ttl: ttl.or(scan.ttl),
        hub: hub.or(scan.hub),
        beat: scan.beat,
        entries,
        whole,
        doubt: false,
    }
}
