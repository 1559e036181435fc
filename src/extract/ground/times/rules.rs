//! Which rule reads a time: each is tried only where a word stands that it can begin with.

use super::super::Token;
use super::pattern::{Class, Found, Start, View};
use super::table::{Make, Rule, Times};

/// The numbers of the rules by what they can begin with.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By the number of a literal.
    literals: Vec<Vec<usize>>,
    /// By the number of a class.
    classes: Vec<Vec<usize>>,
}

impl Index {
    pub(super) fn of(rules: &[Rule]) -> Self {
        let mut index = Self::default();
        let put = |lists: &mut Vec<Vec<usize>>, at: usize, number: usize| {
            if lists.len() <= at {
                lists.resize_with(at + 1, Vec::new);
            }
            if let Some(list) = lists.get_mut(at).filter(|l| l.last() != Some(&number)) {
                list.push(number);
            }
        };
        for (number, rule) in rules.iter().enumerate() {
            for start in rule.pattern.starts() {
                match start {
                    Start::Literal(at) => put(&mut index.literals, usize::from(at), number),
                    Start::Class(class) => put(&mut index.classes, class as usize, number),
                }
            }
        }
        index
    }

    /// Numbers of the rules that may begin with a token; some of them more than once.
    fn at(&self, view: View) -> impl Iterator<Item = usize> {
        let literal = self.literals.get(usize::from(view.literal)).filter(|_| view.literal != 0);
        let mut mask = view.mask;
        let bits = std::iter::from_fn(move || {
            let bit = (mask != 0).then(|| mask.trailing_zeros())?;
            mask &= mask - 1;
            Some(bit as usize)
        });
        let classes = bits.filter_map(|bit| self.classes.get(bit));
        literal.into_iter().chain(classes).flatten().copied()
    }
}

impl Times {
    /// The rule that matches most words at `at`, of several the first; the words of the sentence
    /// have no other classes than these.
    pub(super) fn best(&self, views: &[View], classes: u32, at: usize) -> Option<(&Rule, Found)> {
        let view = views.get(at).filter(|v| v.mask != 0 || v.literal != 0)?;
        let mut best: Option<(usize, &Rule, Found)> = None;
        for number in self.index.at(*view) {
            let rule = self.rules.get(number).filter(|r| r.pattern.may_match(classes));
            let Some(rule) = rule else { continue };
            let Some(found) = rule.pattern.at(views, at) else { continue };
            let better = best.as_ref().is_none_or(|(other, _, b)| {
                found.end > b.end || found.end == b.end && number < *other
            });
            if better {
                best = Some((number, rule, found));
            }
        }
        best.map(|(_, rule, found)| (rule, found))
    }

    /// A holiday of several words, with its year.
    pub(super) fn holiday(
        &self,
        tokens: &[Token],
        views: &[View],
        at: usize,
    ) -> Option<(&Rule, Found)> {
        let (end, _) = self.holidays.at(tokens, at).filter(|(end, _)| *end > at + 1)?;
        let rule = self.rules.iter().find(|r| r.make == Make::Holiday)?;
        let year = views.get(end).is_some_and(|v| v.mask & Class::Year.bit() != 0);
        let to = end + usize::from(year);
        let slots = if year { vec![(Class::Year, end)] } else { Vec::new() };
        Some((rule, Found { wide: at, from: at, to, end: to, slots }))
    }
}
