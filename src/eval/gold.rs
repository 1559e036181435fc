//! The gold format: what a careful reader reports of an article.

use serde::Deserialize;

/// An article with what it says happened.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoldArticle {
    /// Name of the article within the gold set.
    pub id: String,
    /// Publication (RFC 3339, UTC).
    pub published: String,
    /// Headline.
    pub title: String,
    /// Paragraphs separated by an empty line; empty for a headline alone.
    pub text: String,
    /// Every current or updated, actual or foiled incident or aggregate; none for a negative.
    #[serde(default, rename = "report")]
    pub reports: Vec<Expected>,
}

/// A report that is expected. Alternatives are divided by `|`; an empty one allows for nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Expected {
    /// Only what is stated here is scored: other fields may say anything.
    pub partial: bool,
    /// `incident` unless stated, or `aggregate`.
    pub kind: Option<String>,
    /// Types of the taxonomy, the preferred one first.
    #[serde(rename = "type")]
    pub event_type: String,
    /// `current` unless stated.
    pub status: Option<String>,
    /// `actual` unless stated.
    pub realis: Option<String>,
    /// A day, or first and last day divided by `/`.
    pub date: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Part of a name in the text or in English.
    pub place: Option<String>,
    /// Intervals, as `3`, `2..`, `..11`, `7..11`.
    pub killed: Option<String>,
    /// As `killed`.
    pub wounded: Option<String>,
    /// As `killed`.
    pub missing: Option<String>,
    /// As `killed`.
    pub captive: Option<String>,
    /// As `killed`.
    pub displaced: Option<String>,
    /// As `killed`.
    pub arrested: Option<String>,
    /// As `killed`.
    pub evacuated: Option<String>,
    /// As `killed`.
    pub ill: Option<String>,
    /// Part of name, id, sector or country of a perpetrator or party.
    pub perpetrator: Option<String>,
    /// As in the message.
    pub perpetrator_confidence: Option<String>,
    /// Each a part of name or type of a target.
    pub target: Vec<String>,
    /// Class of an instrument.
    pub instrument: Option<String>,
    /// Participants, as `killed`.
    pub crowd: Option<String>,
    /// Total of an aggregate, as `killed`.
    pub total: Option<String>,
    /// Parts of that total.
    pub parts: Vec<String>,
}

impl Expected {
    /// The figures that are expected, by outcome.
    pub(super) fn figures(&self) -> [(&'static str, Option<&str>); 8] {
        [
            ("killed", self.killed.as_deref()),
            ("wounded", self.wounded.as_deref()),
            ("missing", self.missing.as_deref()),
            ("captive", self.captive.as_deref()),
            ("displaced", self.displaced.as_deref()),
            ("arrested", self.arrested.as_deref()),
            ("evacuated", self.evacuated.as_deref()),
            ("ill", self.ill.as_deref()),
        ]
    }

    /// First and last day.
    pub(super) fn days(&self) -> Option<(&str, &str)> {
        let date = self.date.as_deref()?;
        Some(date.split_once('/').unwrap_or((date, date)))
    }
}

/// Why a gold file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GoldError {
    /// No TOML of this form.
    #[error(transparent)]
    Syntax(#[from] toml::de::Error),
    /// An article says something that cannot be checked.
    #[error("{article}: {reason}")]
    Article {
        /// Its id.
        article: String,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    article: Vec<GoldArticle>,
}

/// Reads a gold file.
///
/// # Errors
/// [`GoldError`] for the first thing that cannot be used.
pub fn read(text: &str) -> Result<Vec<GoldArticle>, GoldError> {
    let file: File = toml::from_str(text)?;
    for article in &file.article {
        let wrong = |reason: String| GoldError::Article { article: article.id.clone(), reason };
        if crate::message::rfc3339(&article.published).is_none() {
            return Err(wrong(format!("published: {}", article.published)));
        }
        for expected in &article.reports {
            let ranges =
                expected.figures().into_iter().filter_map(|(name, text)| Some((name, text?)));
            let more = [("crowd", &expected.crowd), ("total", &expected.total)];
            let more = more.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?)));
            for (name, text) in ranges.chain(more) {
                if intervals(text).is_none() {
                    return Err(wrong(format!("{name}: {text}")));
                }
            }
            if let Some((first, last)) = expected.days()
                && [first, last].iter().any(|d| d.parse::<jiff::civil::Date>().is_err())
            {
                return Err(wrong(format!("date: {first}/{last}")));
            }
        }
    }
    Ok(file.article)
}

/// An interval; an absent bound is open.
pub(super) type Interval = (Option<u64>, Option<u64>);

/// The alternatives of an interval, as `3`, `2..`, `..11`, `7..11`; an empty one stands for nothing.
pub(super) fn intervals(text: &str) -> Option<Vec<Interval>> {
    let bound = |text: &str| match text {
        "" => Some(None),
        digits => digits.parse().ok().map(Some),
    };
    text.split('|')
        .filter(|one| !one.is_empty())
        .map(|one| match one.split_once("..") {
            Some((min, max)) => Some((bound(min)?, bound(max)?)),
            None => one.parse().ok().map(|n| (Some(n), Some(n))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_have_open_ends_and_alternatives() {
        assert_eq!(intervals("3"), Some(vec![(Some(3), Some(3))]));
        assert_eq!(intervals("2.."), Some(vec![(Some(2), None)]));
        assert_eq!(intervals("..11|7..9"), Some(vec![(None, Some(11)), (Some(7), Some(9))]));
        assert_eq!(intervals("3|"), Some(vec![(Some(3), Some(3))]));
        assert_eq!(intervals("many"), None);
    }

    #[test]
    fn what_cannot_be_checked_is_refused() {
        let file = |body: &str| {
            format!("[[article]]\nid='a'\npublished='2025-01-01'\ntitle=''\ntext=''\n{body}")
        };
        assert_eq!(read(&file("")).unwrap().len(), 1);
        assert!(read(&file("[[article.report]]\ntype='flood'\nkilled='many'")).is_err());
        assert!(read(&file("[[article.report]]\ntype='flood'\ndate='tomorrow'")).is_err());
        assert!(read(&file("[[article.report]]\ntype='flood'\ndead='3'")).is_err());
    }
}
