//! When a partition counts as read, and where reading starts.

use super::*;

fn goal(low: i64, high: i64) -> Goal {
    Goal::new(&BTreeMap::from([(0, (low, high))]))
}

#[test]
fn an_empty_partition_is_read_at_once() {
    assert!(goal(0, 0).open.is_empty());
    assert!(goal(7, 7).open.is_empty());
}

#[test]
fn the_record_before_the_watermark_completes() {
    let mut goal = goal(0, 10);
    goal.reached(0, 8);
    assert_eq!(goal.left(), 1);
    goal.reached(0, 9);
    assert!(goal.open.is_empty());
}

#[test]
fn an_early_end_does_not_complete() {
    let mut goal = goal(0, 10);
    goal.reached(0, 3);
    goal.ended(0);
    goal.passed(0, 4);
    assert_eq!(goal.left(), 6);
    goal.reached(0, 9);
    assert!(goal.open.is_empty());
}

#[test]
fn an_end_beyond_trailing_markers_completes() {
    let mut goal = goal(0, 10);
    goal.reached(0, 6);
    // Statistics may run ahead of what was handed out; without the event they say nothing.
    goal.passed(0, 10);
    assert!(!goal.open.is_empty());
    goal.ended(0);
    goal.passed(0, 10);
    assert!(goal.open.is_empty());
}

#[test]
fn a_log_that_lost_its_tail_completes() {
    let mut goal = goal(0, 10);
    goal.reached(0, 6);
    goal.ended(0);
    goal.shrink(0, 7);
    assert!(goal.open.is_empty());
}

#[test]
fn the_tail_begins_no_earlier_than_the_log() {
    assert_eq!(Start::Tail(10).offset(0, 100), 90);
    assert_eq!(Start::Tail(10).offset(95, 100), 95);
    assert_eq!(Start::Tail(u64::MAX).offset(3, 100), 3);
    assert_eq!(Start::Tail(0).offset(3, 100), 100);
    assert_eq!(Start::Beginning.offset(3, 100), 3);
    assert_eq!(Start::End.offset(3, 100), 100);
}
