//! Entry: an open incident, with what it is compared by.

use super::marks::{Marks, Of};
use super::profile::{Profile, hash};
use super::store::Packed;
use crate::link::history::{founded_by, founds};
use crate::link::profile::told_at;
use crate::message::{Incident, Report, ShortId};

/// Reports of an incident that may still be regrouped; one with more is taken as a whole.
const MAX_LOOSE: usize = 24;

/// A report that tells the event as news, as far as it is compared.
#[derive(Debug)]
pub(super) struct Member {
    /// Hash of the report's id.
    pub(super) report: u64,
    /// When it was told, in seconds.
    pub(super) told: i64,
    pub(super) profile: Profile,
}

/// An open incident with what it is compared by.
#[derive(Debug)]
pub(super) struct Entry {
    key: ShortId,
    pub(super) revision: u64,
    /// Seconds of the first and the last report.
    pub(super) first_seen: i64,
    pub(super) last_seen: i64,
    /// First sight of the founding report, or of the one that had it split off, in seconds.
    pub(super) born: i64,
    /// Number of its reports.
    pub(super) reports: usize,
    pub(super) members: Box<[Member]>,
    /// The profile of several members together.
    merged: Option<Box<Profile>>,
    /// Index of the founding report among the members; none if it is not among them.
    pub(super) founder: Option<usize>,
    /// The founding report where it is no member.
    lone_founder: Option<Box<Profile>>,
    /// Reports that are no members, and their articles.
    others: Marks,
    /// Took over reports of others with its last revision.
    pub(super) took: bool,
    /// Taken as a whole: its reports are not regrouped.
    pub(super) pinned: bool,
    pub(super) packed: Packed,
}

impl Entry {
    pub(super) fn of(incident: &Incident, packed: Packed) -> Self {
        let member = |report: &Report| Member {
            report: hash(&report.id),
            told: told_at(report).as_second(),
            profile: Profile::of_report(report),
        };
        let mut members: Vec<Member> =
            incident.reports.iter().filter(|r| founds(r)).map(member).collect();
        let silent = members.is_empty();
        if silent {
            members = incident.reports.iter().map(member).collect();
        }
        let merged = merged(&members);
        let founding = incident.reports.iter().find(|report| founded_by(incident, report));
        let founder = founding
            .filter(|_| !silent)
            .and_then(|report| members.iter().position(|m| m.report == hash(&report.id)));
        let lone_founder = founding.filter(|_| founder.is_none()).map(Profile::of_report);
        let pinned =
            founder.is_none() || members.len() > MAX_LOOSE || !incident.further_reports.is_empty();
        let mut others = Marks::builder();
        for report in incident.reports.iter().filter(|report| silent || !founds(report)) {
            others.add(Of::Report, &report.id);
            others.add(Of::Article, &report.article.id);
        }
        for report in &incident.further_reports {
            others.add(Of::Report, report);
        }
        // An incident that was split off was not there when its reports came.
        let born = incident.split_from.as_ref().map(|from| from.seen);
        let born = born.or(founding.map(|r| r.article.seen)).unwrap_or(incident.first_seen);
        let mut entry = Self {
            key: ShortId::of(&incident.id),
            revision: incident.revision,
            first_seen: incident.first_seen.as_second(),
            last_seen: incident.last_seen.as_second(),
            born: born.as_second(),
            reports: incident.reports.len() + incident.further_reports.len(),
            members: members.into(),
            merged: merged.map(Box::new),
            founder,
            lone_founder: lone_founder.map(Box::new),
            others: others.build(),
            took: !incident.taken_from.is_empty(),
            pinned,
            packed,
        };
        if entry.pinned && entry.members.len() > MAX_LOOSE {
            // Never compared one by one again; the founding report alone still is.
            let founder = entry.founder.take();
            let members = std::mem::take(&mut entry.members).into_vec();
            let founding = members.into_iter().nth(founder.unwrap_or(usize::MAX));
            entry.lone_founder = founding.map(|m| Box::new(m.profile)).or(entry.lone_founder);
        }
        entry
    }

    pub(super) fn id(&self) -> String {
        self.key.to_string()
    }

    /// What the incident says as a whole.
    pub(super) fn profile(&self) -> &Profile {
        match (&self.merged, self.members.first()) {
            (Some(merged), _) => merged,
            (None, Some(only)) => &only.profile,
            // An incident has a report; without one there is nothing to compare.
            (None, None) => super::profile::nothing(),
        }
    }

    /// What the founding report says alone.
    pub(super) fn founding_profile(&self) -> &Profile {
        let founder = self.founder.and_then(|i| self.members.get(i)).map(|m| &m.profile);
        founder.or(self.lone_founder.as_deref()).unwrap_or_else(|| self.profile())
    }

    /// True when one of its reports, also one that is no news, is of one of these articles.
    pub(super) fn shares_article(&self, profile: &Profile) -> bool {
        self.profile().marks.shared(&profile.marks, Of::Article) > 0
            || self.others.shared(&profile.marks, Of::Article) > 0
    }

    /// True when the article itself says that it tells one of these reports.
    pub(super) fn is_stated(&self, profile: &Profile) -> bool {
        self.profile().marks.stated(&profile.marks) || self.others.stated(&profile.marks)
    }

    /// Under which it is found: the whole, each report and the founding one.
    pub(super) fn compared(&self) -> impl Iterator<Item = &Profile> {
        let members = self.members.iter().map(|member| &member.profile);
        members.chain([self.profile(), self.founding_profile()])
    }

    /// Marks of all its reports.
    pub(super) fn report_marks(&self) -> impl Iterator<Item = u64> {
        // The profile has those of the members: of reports it keeps all.
        let members = self.profile().marks.of(Of::Report);
        members.iter().chain(self.others.of(Of::Report)).copied()
    }
}

fn merged(members: &[Member]) -> Option<Profile> {
    let mut all = members.iter().map(|member| &member.profile);
    let first = all.next()?.with(&all.next()?.clone());
    Some(all.fold(first, |sum, profile| sum.with(profile)))
}
