//! How evenly the work of many sites spreads over processes, and what moves when one joins or
//! leaves.
//!
//! Partitions are those of the service itself (`depesche::kafka::partition_for`): of `feeds` by
//! site, of `articles` by article id. Processes own partitions as the cooperative-sticky assignor
//! gives them: as many each as can be, and nothing moves that need not. Sites are unequal: the n-th
//! largest has 1/n of the entries of the largest (Zipf's law with exponent 1).

use depesche::kafka::partition_for;
use std::fmt::Write as _;

/// Partitions of `feeds` and of `articles` that the service creates.
const FEEDS: usize = 24;
const ARTICLES: usize = 12;
/// Ids that stand for the articles of a while.
const IDS: usize = 120_000;

/// Which process owns each partition.
struct Owners {
    of: Vec<Option<usize>>,
}

impl Owners {
    fn none(partitions: usize) -> Self {
        Self { of: vec![None; partitions] }
    }

    /// Shares out among `members`, moving as little as can be; answers how many partitions moved
    /// away from a process that is still there.
    fn rebalance(&mut self, members: &[usize]) -> usize {
        for owner in &mut self.of {
            *owner = owner.filter(|owner| members.contains(owner));
        }
        let mut moved = 0;
        loop {
            let count = |member: usize| self.of.iter().filter(|o| **o == Some(member)).count();
            let Some(&least) = members.iter().min_by_key(|member| count(**member)) else {
                return moved;
            };
            let Some(&most) = members.iter().max_by_key(|member| count(**member)) else {
                return moved;
            };
            let free = self.of.iter().position(Option::is_none);
            let spare = (count(most) > count(least) + 1)
                .then(|| self.of.iter().rposition(|owner| *owner == Some(most)))
                .flatten();
            let Some(place) = free.or(spare) else { return moved };
            moved += usize::from(free.is_none());
            if let Some(owner) = self.of.get_mut(place) {
                *owner = Some(least);
            }
        }
    }

    /// The largest share of the work that one process has.
    fn busiest(&self, work: &[f64], members: &[usize]) -> f64 {
        let share = |member: &usize| -> f64 {
            let own = self.of.iter().zip(work).filter(|(owner, _)| **owner == Some(*member));
            own.map(|(_, work)| work).sum()
        };
        members.iter().map(share).fold(0.0, f64::max)
    }
}

/// Work of each partition, as a share of all.
fn spread(partitions: usize, keys: impl Iterator<Item = (String, f64)>) -> Vec<f64> {
    let mut work = vec![0.0; partitions];
    let count = i32::try_from(partitions).unwrap_or(i32::MAX);
    for (key, weight) in keys {
        let place = usize::try_from(partition_for(key.as_bytes(), count)).unwrap_or(0);
        if let Some(work) = work.get_mut(place) {
            *work += weight;
        }
    }
    let all: f64 = work.iter().sum();
    work.iter().map(|work| work / all).collect()
}

fn sites(count: usize) -> impl Iterator<Item = (String, f64)> {
    (1_u32..).take(count).map(|n| (format!("site-{n}.example"), 1.0 / f64::from(n)))
}

fn articles() -> impl Iterator<Item = (String, f64)> {
    (0..IDS).map(|n| (depesche::message::feed_id(&format!("https://site.example/{n}")), 1.0))
}

/// How many times as much as one process so many do together, when each does as much as the other.
fn speed_up(work: &[f64], processes: usize) -> f64 {
    let members: Vec<usize> = (0..processes).collect();
    let mut owners = Owners::none(work.len());
    // One after the other, as they are started.
    for joined in 1..=processes {
        owners.rebalance(members.get(..joined).unwrap_or_default());
    }
    1.0 / owners.busiest(work, &members)
}

fn row(page: &mut String, name: &str, work: &[f64], processes: &[usize]) {
    let largest = work.iter().copied().fold(0.0, f64::max) * 100.0;
    let _ = write!(page, "| {name} | {largest:.0} % |");
    for processes in processes {
        let _ = write!(page, " {:.1} |", speed_up(work, *processes));
    }
    page.push('\n');
}

/// The tables, in Markdown.
pub(crate) fn tables() -> String {
    let mut page = String::new();
    let processes = [2, 3, 6, 12, 24, 48];
    let head = |page: &mut String, of: &str| {
        let names = processes.map(|k| format!(" {k} processes |")).concat();
        let rule = "---:|".repeat(processes.len() + 1);
        let _ = write!(page, "| {of} | largest partition |{names}\n|---|{rule}\n");
    };
    head(&mut page, "poll: sites, partitions of `feeds`");
    for (count, partitions) in
        [(100, FEEDS), (1_000, FEEDS), (10_000, FEEDS), (100_000, FEEDS), (100_000, 4 * FEEDS)]
    {
        let work = spread(partitions, sites(count));
        row(&mut page, &format!("{count}, {partitions}"), &work, &processes);
    }
    page.push('\n');
    head(&mut page, "extract: partitions of `articles`");
    for partitions in [ARTICLES, 2 * ARTICLES, 4 * ARTICLES] {
        row(&mut page, &partitions.to_string(), &spread(partitions, articles()), &processes);
    }
    page.push_str(
        "\n| processes | partitions of `feeds` that move when one is killed | when one more joins |\n|---|---:|---:|\n",
    );
    for count in [2, 3, 6, 12] {
        let members: Vec<usize> = (0..count).collect();
        let mut owners = Owners::none(FEEDS);
        owners.rebalance(&members);
        let lost = owners.of.iter().filter(|owner| **owner == Some(0)).count();
        let aside = owners.rebalance(members.get(1..).unwrap_or_default());
        let mut owners = Owners::none(FEEDS);
        owners.rebalance(&members);
        let joined: Vec<usize> = (0..=count).collect();
        let moved = owners.rebalance(&joined);
        let _ = writeln!(page, "| {count} | {} of {FEEDS} | {moved} of {FEEDS} |", lost + aside);
    }
    page
}
