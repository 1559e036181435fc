//! The measure: answers against keys, as the published scorer for templates in this form counts.
//!
//! Within a text, each template of the answer is laid on at most one of the key, so that the F1 of
//! the text is best; of equal ones the first in the order of the templates. Only templates of the same type
//! count as a pair: their types are right, and a filler is right when its words are among those
//! that the key accepts for one filler of that role. Everything outside a pair counts as wrong or
//! missed. Sums run over all texts.

use std::collections::BTreeMap;

/// The roles of a template, in the order of the counts; the type comes before them.
pub(crate) const ROLES: [&str; 5] = ["PerpInd", "PerpOrg", "Target", "Victim", "Weapon"];

/// A filler: all the words that stand for it.
pub(crate) type Filler = Vec<String>;

/// One incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Template {
    pub(crate) kind: String,
    pub(crate) roles: [Vec<Filler>; 5],
}

/// Numerators and denominators of precision and recall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) right_answers: u32,
    pub(crate) answers: u32,
    pub(crate) found_keys: u32,
    pub(crate) keys: u32,
}

impl Count {
    pub(crate) fn precision(self) -> f64 {
        share(self.right_answers, self.answers)
    }

    pub(crate) fn recall(self) -> f64 {
        share(self.found_keys, self.keys)
    }

    pub(crate) fn f1(self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.right_answers += other.right_answers;
        self.answers += other.answers;
        self.found_keys += other.found_keys;
        self.keys += other.keys;
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// Type and roles.
pub(crate) type Counts = [Count; 6];

/// Type and roles together.
pub(crate) fn total(counts: &Counts) -> Count {
    let mut sum = Count::default();
    for count in counts {
        sum.add(*count);
    }
    sum
}

/// What one text counts, and which template of the key each of the answer was laid on.
pub(crate) fn score(answer: &[Template], key: &[Template]) -> (Counts, Vec<Option<usize>>) {
    let answer: Vec<Template> = answer.iter().map(normal).collect();
    let key: Vec<Template> = key.iter().map(normal).collect();
    let pairs: Vec<Vec<Option<Counts>>> =
        answer.iter().map(|a| key.iter().map(|k| pair(a, k)).collect()).collect();
    let mut counts = Counts::default();
    for t in &answer {
        tally(&mut counts, t, |c, n| c.answers += n);
    }
    for t in &key {
        tally(&mut counts, t, |c, n| c.keys += n);
    }
    let choices = best(&pairs, key.len(), total(&counts));
    let mut mapping = Vec::new();
    for (row, choice) in pairs.iter().zip(choices) {
        let found = row.get(choice).and_then(Option::as_ref);
        for (sum, part) in counts.iter_mut().zip(found.into_iter().flatten()) {
            sum.add(*part);
        }
        mapping.push(found.map(|_| choice));
    }
    (counts, mapping)
}

fn tally(counts: &mut Counts, template: &Template, add: impl Fn(&mut Count, u32)) {
    let fillers = template.roles.iter().map(|r| u32::try_from(r.len()).unwrap_or(u32::MAX));
    for (count, n) in counts.iter_mut().zip(std::iter::once(1).chain(fillers)) {
        add(count, n);
    }
}

/// What is right in a pair; nothing if the types differ.
fn pair(answer: &Template, key: &Template) -> Option<Counts> {
    // A key may leave it open: "bombing / attack".
    if !key.kind.contains(&answer.kind) {
        return None;
    }
    let mut counts = Counts::default();
    let mut slots = counts.iter_mut();
    if let Some(kind) = slots.next() {
        (kind.right_answers, kind.found_keys) = (1, 1);
    }
    let accepts = |k: &Filler, a: &Filler| a.iter().all(|words| k.contains(words));
    for ((slot, a), k) in slots.zip(&answer.roles).zip(&key.roles) {
        let right = a.iter().filter(|a| k.iter().any(|k| accepts(k, a))).count();
        let found = k.iter().filter(|k| a.iter().any(|a| accepts(k, a))).count();
        slot.right_answers = u32::try_from(right).unwrap_or(u32::MAX);
        slot.found_keys = u32::try_from(found).unwrap_or(u32::MAX);
    }
    Some(counts)
}

/// For each answer the key it is laid on (`keys` for none). Tries all of them, but keeps of those that
/// use the same keys and count the same only the first in order.
fn best(pairs: &[Vec<Option<Counts>>], keys: usize, all: Count) -> Vec<usize> {
    type Sums = (u64, u32, u32);
    let mut states: BTreeMap<Sums, Vec<usize>> = BTreeMap::from([((0, 0, 0), Vec::new())]);
    for row in pairs {
        let mut next: BTreeMap<Sums, Vec<usize>> = BTreeMap::new();
        for ((used, right, found), path) in &states {
            for choice in 0..=keys {
                let bit = if choice == keys { 0 } else { 1_u64 << choice.min(63) };
                if used & bit != 0 {
                    continue;
                }
                let gain = row.get(choice).and_then(Option::as_ref).map(total).unwrap_or_default();
                let sums = (used | bit, right + gain.right_answers, found + gain.found_keys);
                let mut path = path.clone();
                path.push(choice);
                let slot = next.entry(sums).or_insert_with(|| path.clone());
                if path < *slot {
                    *slot = path;
                }
            }
        }
        states = next;
    }
    let mut best: Option<(f64, Vec<usize>)> = None;
    for ((_, right_answers, found_keys), path) in states {
        let f1 = Count { right_answers, found_keys, ..all }.f1();
        let better = best
            .as_ref()
            .is_none_or(|(top, first)| f1 > *top || (f1.total_cmp(top).is_eq() && path < *first));
        if better {
            best = Some((f1, path));
        }
    }
    best.map(|(_, path)| path).unwrap_or_default()
}

/// With words as they are compared.
fn normal(template: &Template) -> Template {
    let mut out = template.clone();
    for words in out.roles.iter_mut().flatten().flatten() {
        *words = compared(words);
    }
    out
}

/// Small letters without punctuation, articles and spare blanks.
pub(crate) fn compared(words: &str) -> String {
    let bare: String = words.to_lowercase().chars().filter(|c| !c.is_ascii_punctuation()).collect();
    let words = bare.split_whitespace().filter(|w| !matches!(*w, "a" | "an" | "the"));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(kind: &str, fillers: &[(usize, &[&str])]) -> Template {
        let mut out = Template { kind: kind.to_owned(), ..Template::default() };
        for (role, words) in fillers {
            out.roles[*role].push(words.iter().map(|w| (*w).to_owned()).collect());
        }
        out
    }

    fn count(right_answers: u32, answers: u32, found_keys: u32, keys: u32) -> Count {
        Count { right_answers, answers, found_keys, keys }
    }

    #[test]
    fn articles_case_and_punctuation_do_not_matter() {
        assert_eq!(compared("The \"Red  Band\"'s a car"), "red bands car");
    }

    #[test]
    fn nothing_against_nothing_counts_nothing() {
        let (counts, mapping) = score(&[], &[]);
        assert_eq!(total(&counts), Count::default());
        assert!(mapping.is_empty());
    }

    #[test]
    fn a_filler_is_right_when_the_key_accepts_its_words() {
        let key = template("attack", &[(0, &["two armed men", "men"]), (4, &["rifle"])]);
        let answer = template("attack", &[(0, &["the men"]), (0, &["robbers"])]);
        let (counts, mapping) = score(&[answer], &[key]);
        assert_eq!(counts[0], count(1, 1, 1, 1));
        assert_eq!(counts[1], count(1, 2, 1, 1));
        assert_eq!(counts[5], count(0, 0, 0, 1));
        assert_eq!(total(&counts), count(2, 3, 2, 3));
        assert_eq!(mapping, [Some(0)]);
        assert!((total(&counts).f1() - 2.0 / 3.0).abs() < 1e-9);
    }

    #[test]
    fn all_words_of_an_answer_must_be_accepted() {
        let key = template("attack", &[(2, &["bank", "branch"])]);
        let both = template("attack", &[(2, &["bank", "branch"])]);
        let one_wrong = template("attack", &[(2, &["bank", "school"])]);
        assert_eq!(score(&[both], std::slice::from_ref(&key)).0[3], count(1, 1, 1, 1));
        assert_eq!(score(&[one_wrong], &[key]).0[3], count(0, 1, 0, 1));
    }

    #[test]
    fn two_answers_may_be_right_by_one_key() {
        let key = template("bombing", &[(2, &["bank", "branch"])]);
        let answer = template("bombing", &[(2, &["bank"]), (2, &["branch"])]);
        assert_eq!(score(&[answer], &[key]).0[3], count(2, 2, 1, 1));
    }

    #[test]
    fn templates_of_different_types_are_no_pair() {
        let key = template("arson", &[(2, &["bus"])]);
        let answer = template("attack", &[(2, &["bus"])]);
        let (counts, mapping) = score(&[answer], &[key]);
        assert_eq!(total(&counts), count(0, 2, 0, 2));
        assert_eq!(mapping, [None]);
    }

    #[test]
    fn a_key_may_leave_the_type_open() {
        let key = template("bombing / attack", &[]);
        for kind in ["bombing", "attack"] {
            assert_eq!(score(&[template(kind, &[])], std::slice::from_ref(&key)).1, [Some(0)]);
        }
    }

    #[test]
    fn templates_are_laid_where_they_fit_best() {
        let key = [
            template("attack", &[(3, &["anna berg"])]),
            template("attack", &[(3, &["paul stein"])]),
        ];
        let answer = [
            template("attack", &[(3, &["paul stein"])]),
            template("attack", &[(3, &["anna berg"])]),
        ];
        let (counts, mapping) = score(&answer, &key);
        assert_eq!(mapping, [Some(1), Some(0)]);
        assert!((total(&counts).f1() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn spare_templates_are_wrong_and_missed() {
        let one = template("attack", &[(0, &["robbers"])]);
        let other = template("attack", &[(0, &["soldiers"])]);
        let (counts, mapping) = score(&[one.clone(), other], std::slice::from_ref(&one));
        assert_eq!(mapping, [Some(0), None]);
        assert_eq!(total(&counts), count(2, 4, 2, 2));
        let (counts, _) = score(&[], &[one]);
        assert_eq!(total(&counts), count(0, 0, 0, 2));
    }

    #[test]
    fn many_templates_are_laid_in_no_time() {
        let many: Vec<Template> =
            (0..12).map(|n| template("attack", &[(0, &[&format!("band {n}")])])).collect();
        let turned: Vec<Template> = many.iter().rev().cloned().collect();
        let (counts, mapping) = score(&turned, &many);
        assert_eq!(total(&counts), count(24, 24, 24, 24));
        assert_eq!(mapping.first(), Some(&Some(11)));
    }
}
