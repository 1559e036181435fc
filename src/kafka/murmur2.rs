//! The partitioner of Kafka's Java client, so that everyone agrees where a key lives.
//!
//! Source of the rule: `org.apache.kafka.common.utils.Utils.murmur2` and
//! `org.apache.kafka.clients.producer.internals.BuiltInPartitioner`; librdkafka calls it `murmur2`.

/// Kafka's murmur2: 32 bits, seed `0x9747b28c`.
#[must_use]
pub fn murmur2(data: &[u8]) -> u32 {
    const SEED: u32 = 0x9747_b28c;
    const M: u32 = 0x5bd1_e995;
    const R: u32 = 24;

    // Java counts the length in 32 bits; keys are far shorter.
    #[allow(clippy::cast_possible_truncation)]
    let mut h = SEED ^ (data.len() as u32);
    let mut words = data.chunks_exact(4);
    for word in &mut words {
        let mut k = word.iter().rev().fold(0_u32, |k, byte| (k << 8) | u32::from(*byte));
        k = k.wrapping_mul(M);
        k ^= k >> R;
        k = k.wrapping_mul(M);
        h = h.wrapping_mul(M) ^ k;
    }
    let rest = words.remainder();
    if !rest.is_empty() {
        h ^= rest.iter().rev().fold(0_u32, |k, byte| (k << 8) | u32::from(*byte));
        h = h.wrapping_mul(M);
    }
    h ^= h >> 13;
    h = h.wrapping_mul(M);
    h ^ (h >> 15)
}

fn positive(key: &[u8]) -> u32 {
    murmur2(key) & 0x7fff_ffff
}

/// The partition of a key in a topic of `count` partitions; 0 if there are none.
#[must_use]
pub fn partition_for(key: &[u8], count: i32) -> i32 {
    let Ok(divisor) = u32::try_from(count) else { return 0 };
    let Some(partition) = positive(key).checked_rem(divisor) else { return 0 };
    i32::try_from(partition).unwrap_or(0)
}

/// The partition of a key among those that one writer owns, in their given order.
///
/// With all partitions of the topic in ascending order it is [`partition_for`].
#[must_use]
pub fn place(key: &[u8], owned: &[i32]) -> Option<i32> {
    let count = u32::try_from(owned.len()).ok()?;
    let index = positive(key).checked_rem(count)?;
    owned.get(usize::try_from(index).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of Kafka's own `UtilsTest.testMurmur2`.
    #[test]
    fn agrees_with_the_java_client() {
        let vectors: [(&str, i32); 7] = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
            ("", 275_646_681),
        ];
        for (text, expected) in vectors {
            assert_eq!(murmur2(text.as_bytes()), expected.cast_unsigned(), "{text:?}");
        }
    }

    #[test]
    fn one_owner_of_all_places_as_the_default_partitioner_does() {
        let all: Vec<i32> = (0..12).collect();
        for n in 0..500 {
            let key = format!("incident-{n}");
            assert_eq!(place(key.as_bytes(), &all), Some(partition_for(key.as_bytes(), 12)));
        }
    }

    #[test]
    fn a_shard_places_only_in_its_own_partitions() {
        let owned = [1, 4, 7, 10];
        for n in 0..500 {
            let partition = place(format!("incident-{n}").as_bytes(), &owned).unwrap();
            assert!(owned.contains(&partition));
        }
        assert_eq!(place(b"x", &[]), None);
    }

    #[test]
    fn no_partitions_is_not_a_fault() {
        assert_eq!(partition_for(b"x", 0), 0);
        assert_eq!(partition_for(b"x", -3), 0);
    }
}
