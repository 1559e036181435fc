use super::*;
use crate::stage::support::{Acks, house};

fn due(ids: &[&str]) -> Due {
    let outputs = ids.iter().map(|id| Output::Tombstone { id: (*id).to_owned() }).collect();
    Due { shard: 0, outputs }
}

#[test]
fn nothing_overtakes_what_touches_the_same_incident() {
    let mut rest =
        vec![due(&["a"]), due(&["b"]), due(&["b", "c"]), due(&["c"]), due(&["a"]), due(&["d"])];
    let mut waves = Vec::new();
    while !rest.is_empty() {
        let (now, later) = wave(rest);
        waves.push(now.iter().map(Due::incidents).collect::<Vec<_>>());
        rest = later;
    }
    // "c" alone would be free, but may not overtake "b c", which waits for "b".
    assert_eq!(
        waves,
        [vec![vec!["a"], vec!["b"], vec!["d"]], vec![vec!["b", "c"], vec!["a"]], vec![vec!["c"]]]
    );
}

/// On one thread, and no acknowledgement ever comes: what is under way is all that was begun.
#[tokio::test]
async fn each_message_waits_for_the_acknowledgement_of_the_one_before() {
    let house = house(&Acks::NeverCome, Vec::new());
    let layout = Layout { shards: 1, incident_partitions: 12 };
    let context = house.context.clone();
    tokio::spawn(send_in_order(context, layout, 1, due(&["survivor", "absorbed"])));
    house.under_way(1).await;
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(house.context.stats.in_flight.get(), 1);
}

#[test]
fn shards_share_out_all_partitions() {
    let layout = Layout { shards: 5, incident_partitions: 12 };
    let mut all: Vec<i32> = (0..5).flat_map(|s| layout.owned(s)).collect();
    all.sort_unstable();
    assert_eq!(all, (0..12).collect::<Vec<_>>());
}

#[test]
fn one_shard_places_as_the_default_partitioner_does() {
    let layout = Layout { shards: 1, incident_partitions: 12 };
    for id in ["i-1", "i-2", "i-3"] {
        assert_eq!(layout.partition_of(0, id), Some(partition_for(id.as_bytes(), 12)));
    }
}

#[test]
fn an_incident_stays_in_its_shard() {
    let layout = Layout { shards: 4, incident_partitions: 12 };
    for n in 0..200 {
        let partition = layout.partition_of(3, &format!("i-{n}")).unwrap();
        assert_eq!(partition % 4, 3);
    }
}
