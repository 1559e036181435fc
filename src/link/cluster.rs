//! Clusters: which reports of a small neighbourhood tell one event.
//!
//! Agglomerative: each report is a cluster at first; the two clusters that fit best become one,
//! until no two fit any more. What comes out depends on the reports alone and not on the order in
//! which they arrived.

use super::profile::Profile;
use super::score::{Weighed, weigh_possible};

/// A report, or an incident that is taken as a whole.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) profile: &'a Profile,
    /// Order among nodes where two fits are equal: when it was told, and a hash of its id.
    pub(super) order: (i64, u64),
}

type Fits = Vec<Vec<Option<Weighed>>>;

/// A cluster under way.
#[derive(Debug)]
struct Cluster<'a> {
    /// None for a cluster of one, whose profile is the node's own.
    merged: Option<Profile>,
    first: &'a Profile,
    members: Vec<usize>,
}

impl Cluster<'_> {
    fn profile(&self) -> &Profile {
        self.merged.as_ref().unwrap_or(self.first)
    }
}

/// The clusters, as indices into the nodes; each cluster in order, the clusters by their first node.
pub(super) fn clusters(nodes: &[Node<'_>]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..nodes.len()).collect();
    order.sort_by_key(|i| nodes.get(*i).map(|node| node.order));
    let mut all: Vec<Cluster<'_>> = order
        .iter()
        .filter_map(|i| {
            let first = nodes.get(*i)?.profile;
            Some(Cluster { merged: None, first, members: vec![*i] })
        })
        .collect();
    // Fits of each cluster with those after it; none where they cannot be one.
    let mut fits: Fits = Vec::new();
    for (i, one) in all.iter().enumerate() {
        let rest = all.iter().skip(i + 1);
        fits.push(rest.map(|other| weigh_possible(one.profile(), other.profile())).collect());
    }
    while let Some((a, b)) = best_pair(&fits).or_else(|| only_meant(&all, &fits)) {
        unite(&mut all, &mut fits, a, b);
    }
    all.into_iter().map(|cluster| cluster.members).collect()
}

/// Makes one cluster of two, `a` before `b`, and compares it with all others.
fn unite(all: &mut Vec<Cluster<'_>>, fits: &mut Fits, a: usize, b: usize) {
    let absorbed = all.remove(b);
    fits.remove(b);
    for (i, row) in fits.iter_mut().enumerate().take(b) {
        row.remove(b - i - 1);
    }
    let Some(kept) = all.get_mut(a) else { return };
    kept.merged = Some(kept.profile().with(absorbed.profile()));
    kept.members.extend(absorbed.members);
    for i in (0..all.len()).filter(|i| *i != a) {
        let (first, second) = (i.min(a), i.max(a));
        let (Some(one), Some(other)) = (all.get(first), all.get(second)) else { continue };
        let fit = weigh_possible(one.profile(), other.profile());
        if let Some(cell) = fits.get_mut(first).and_then(|row| row.get_mut(second - first - 1)) {
            *cell = fit;
        }
    }
}

fn fit(fits: &[Vec<Option<Weighed>>], a: usize, b: usize) -> Option<&Weighed> {
    let (first, second) = (a.min(b), a.max(b));
    fits.get(first)?.get(second.checked_sub(first + 1)?)?.as_ref()
}

/// A cluster that names no more than a country, and the only other that it can mean: early reports
/// know nothing better. Where it could mean two it stays alone.
fn only_meant(all: &[Cluster<'_>], fits: &[Vec<Option<Weighed>>]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize, &Weighed)> = None;
    for (i, _) in all.iter().enumerate().filter(|(_, cluster)| cluster.profile().is_wide()) {
        let mut meant: Vec<(usize, &Weighed)> = (0..all.len())
            .filter(|j| *j != i)
            .filter_map(|j| fit(fits, i, j).map(|fit| (j, fit)))
            .filter(|(_, fit)| fit.may_be_meant())
            .collect();
        meant.sort_by(|a, b| a.1.better(b.1).then(a.0.cmp(&b.0)));
        let Some((j, first)) = meant.first().copied() else { continue };
        let clear = meant.get(1).is_none_or(|(_, second)| first.is_clear_of(second));
        if clear && best.is_none_or(|(_, _, known)| first.better(known).is_lt()) {
            best = Some((i.min(j), i.max(j), first));
        }
    }
    best.map(|(a, b, _)| (a, b))
}

/// The two clusters that fit best, the lower index first; none when no two fit.
fn best_pair(fits: &[Vec<Option<Weighed>>]) -> Option<(usize, usize)> {
    let mut best: Option<(usize, usize, &Weighed)> = None;
    for (i, row) in fits.iter().enumerate() {
        let possible = row.iter().enumerate().filter_map(|(j, fit)| Some((j, fit.as_ref()?)));
        for (j, fit) in possible.filter(|(_, fit)| fit.joins()) {
            if best.is_none_or(|(_, _, known)| fit.better(known).is_lt()) {
                best = Some((i, i + 1 + j, fit));
            }
        }
    }
    best.map(|(a, b, _)| (a, b))
}
