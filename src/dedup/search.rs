//! The answer which earlier article one repeats.

use super::compare::{Bar, relation};
use super::furniture::{self, Found};
use super::grams::{self, Shared};
use super::index::{Index, Prepared};
use super::meeting::Meeting;
use super::packed::Set;
use super::question::{Facts, Question};
use super::slice::{Entry, Slice};
use super::suspects;
use crate::message::{DuplicateOf, Relation};

/// Seconds after which an article has to be more similar.
const FRESH: i64 = 72 * 3_600;
/// Grams of the shorter text, without furniture, below which nothing is proved.
const MIN_GRAMS: usize = 12;
/// Candidates of a question that are compared: those with the most and rarest keys in common.
pub(super) const MAX_COMPARED: usize = 64;
/// Part of the shorter text's grams that must be common before furniture is looked for.
const LEAST: usize = 5;
/// Steps of a chain of copies that are followed.
const MAX_STEPS: usize = 8;

/// A question under way: what is worked out once, when it is first needed.
struct Asked<'a> {
    question: &'a Question,
    grams: Set,
    /// Those that stand for its host.
    others: Option<Vec<Found<'a>>>,
    furniture: Option<Vec<u32>>,
}

impl Index {
    /// [`Index::find`], and how many texts were candidates for it.
    pub(super) fn search(&self, prepared: &Prepared) -> (Option<DuplicateOf>, usize) {
        let question = &prepared.0;
        if let Some(known) = self.known(&question.facts.id)
            && known.facts.same(&question.facts)
        {
            let of = known
                .facts
                .of
                .as_deref()
                .map(|(id, relation)| DuplicateOf { article: id.to_string(), relation: *relation });
            return (of, 0);
        }
        let mut candidates = self.candidates(question);
        let compared = candidates.len();
        if candidates.is_empty() {
            return (None, 0);
        }
        // Copies first, then the oldest: after the oldest copy none is better.
        candidates.sort_unstable_by(|a, b| a.1.facts.order().cmp(&b.1.facts.order()));
        let mut asked =
            Asked { question, grams: Set::of(&question.grams), others: None, furniture: None };
        let mut best: Option<(&Entry, Relation)> = None;
        for candidate in candidates {
            let Some(relation) = self.relate(candidate, &mut asked) else { continue };
            if relation == Relation::Copy {
                best = Some((candidate.1, relation));
                break;
            }
            best = best.or(Some((candidate.1, relation)));
        }
        let found = best.map(|(found, relation)| DuplicateOf {
            article: self.origin(found, question),
            relation,
        });
        (found, compared)
    }

    /// Earlier articles that share the most with this one, rare keys above all; of equals the oldest.
    fn candidates(&self, question: &Question) -> Vec<Found<'_>> {
        let known: Vec<u8> = self.days_of(question.keys()).collect();
        for (day, slice) in self.days(question) {
            let keys = question.keys().iter().zip(&known).filter(|(_, known)| **known & day != 0);
            slice.warm(keys.map(|(key, _)| *key));
        }
        let mut out: Vec<(u32, Found<'_>)> = Vec::new();
        let mut meeting = Meeting::new();
        for (day, slice) in self.days(question) {
            meeting.of(slice, question, (day, &known), |met| {
                let entry = slice.get(met.slot).filter(|known| self.earlier(known, question));
                if let Some(entry) = entry
                    && (met.enough || entry.facts.same(&question.facts))
                {
                    out.push((met.says, (slice, entry)));
                }
            });
        }
        let by_keys = |a: &(u32, Found<'_>), b: &(u32, Found<'_>)| {
            b.0.cmp(&a.0).then_with(|| a.1.1.facts.order().cmp(&b.1.1.facts.order()))
        };
        if out.len() > MAX_COMPARED {
            out.select_nth_unstable_by(MAX_COMPARED, by_keys);
            out.truncate(MAX_COMPARED);
        }
        out.into_iter().map(|(_, found)| found).collect()
    }

    /// Earlier articles that stand for the host of an article, without those under its own headline.
    fn others<'a>(&'a self, question: &Question, of: &Facts) -> Vec<Found<'a>> {
        self.days(question)
            .flat_map(|(_, slice)| slice.sample(of.host))
            .filter(|(_, known)| self.earlier(known, question))
            .filter(|(_, known)| known.facts.title != of.title && known.facts.id != of.id)
            .collect()
    }

    /// What the question is to an earlier article.
    fn relate<'a>(
        &'a self,
        (slice, earlier): (&Slice, &Entry),
        asked: &mut Asked<'a>,
    ) -> Option<Relation> {
        let later = asked.question;
        let (before, after) = (&earlier.facts, &later.facts);
        if before.same(after) {
            return Some(Relation::Copy);
        }
        if before.weak || after.weak {
            return None;
        }
        // Half of what is left without furniture must be common, so some of the whole: most that
        // merely meet under a key fail here, before any furniture is worked out.
        let (mut all, mut common) = (0_usize, 0_usize);
        slice.grams(earlier, u32::MAX, |gram| {
            all += 1;
            common += usize::from(asked.grams.contains(gram));
        });
        if common < (all.min(later.grams.len()) / LEAST).max(MIN_GRAMS / 2) {
            return None;
        }
        let mut theirs = Vec::with_capacity(all);
        slice.grams(earlier, u32::MAX, |gram| theirs.push(gram));
        // The limits of samples are those before furniture was left out.
        let end = grams::end(&theirs, before.cut).min(grams::end(&later.grams, after.cut));
        let (a, b) = (grams::until(&theirs, end), grams::until(&later.grams, end));
        let fresh = after.time - before.time <= FRESH;
        let bar = if fresh { Bar::FRESH } else { Bar::STALE };
        let relation = |shared: Shared| {
            let numbers = slice.numbers(earlier);
            relation(
                shared,
                bar,
                (before.words as usize, numbers.as_deref()),
                (after.words as usize, later.numbers.as_deref()),
            )
        };
        // Of most copies a few grams show that furniture, whatever there is of it, changes nothing.
        let common: Vec<u32> = a.iter().copied().filter(|g| asked.grams.contains(*g)).collect();
        let shared = Shared::of(common.len(), a.len(), b.len());
        let needed =
            bar.common_of_a_copy(common.len(), a.len() + b.len() - common.len(), MIN_GRAMS);
        if let Some(needed) = needed {
            let hosts = self.suspects([before.host, after.host]);
            let is_clear = |gram: &&u32| !hosts.iter().flatten().any(|host| host.has(**gram));
            if suspects::low(&common).iter().filter(is_clear).take(needed).count() >= needed {
                return relation(shared);
            }
        }
        let own = asked.others.get_or_insert_with(|| self.others(later, after));
        let of_host = self.others(later, before);
        if let Some(needed) = needed {
            let some = common.get(..needed + needed / 4 + 4).unwrap_or(&common);
            if furniture::others_than(some, &[own, &of_host]) >= needed {
                return relation(shared);
            }
        }
        let grams = &asked.grams;
        let own = asked.furniture.get_or_insert_with(|| furniture::of(grams, own));
        let furniture = furniture::of(&Set::of(&theirs), &of_host);
        let a = furniture::without(a, own, &furniture);
        let b = furniture::without(b, own, &furniture);
        let shared = grams::shared(&a, &b);
        if shared.smaller < MIN_GRAMS {
            return None;
        }
        relation(shared)
    }

    /// The first article of the chain of copies that ends at `found`.
    fn origin(&self, found: &Entry, asking: &Question) -> String {
        let mut article = &found.facts.id;
        let mut of = found.facts.of.as_deref();
        for _ in 0..MAX_STEPS {
            let Some((origin, Relation::Copy)) = of else { break };
            if *origin == asking.facts.id {
                break;
            }
            article = origin;
            of = self.known(origin).and_then(|e| e.facts.of.as_deref());
        }
        article.to_string()
    }
}
