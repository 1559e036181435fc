//! MinHash signatures and the bands under which similar texts meet.

/// Numbers in a signature.
pub(super) const SIGNATURE: usize = 128;
/// Numbers in a band: two texts meet when one band is equal.
const ROWS: usize = 2;
/// Bands of a signature: texts with Jaccard index s meet with probability 1 - (1 - s²)^64,
/// that is 0.93 at 0.2 and nearly 1 from 0.3.
pub(super) const BANDS: usize = SIGNATURE / ROWS;

/// Mixes a number with a seed (the finalizer of SplitMix64).
fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The signature of a set of hashes; `u32::MAX` throughout for the empty set.
pub(super) fn signature(grams: &[u64]) -> Vec<u32> {
    let mut out = vec![u32::MAX; SIGNATURE];
    // Two independent hashes give all 128 (Kirsch and Mitzenmacher, 2006).
    for gram in grams {
        let (base, step) = (mix(*gram), mix(gram.wrapping_add(0x9e37_79b9_7f4a_7c15)) | 1);
        let mut value = base;
        for slot in &mut out {
            value = value.wrapping_add(step);
            let hash = (value >> 32) as u32;
            *slot = (*slot).min(hash);
        }
    }
    out
}

/// The band keys of a signature, in order; none for a signature of another length.
pub(super) fn bands(signature: &[u32]) -> impl Iterator<Item = u32> {
    let (pairs, _) = signature.as_chunks::<ROWS>();
    let pairs = if signature.len() == SIGNATURE { pairs } else { &[] };
    pairs.iter().map(|[a, b]| (mix((u64::from(*a) << 32) | u64::from(*b)) >> 32) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_estimate_the_jaccard_index() {
        let set = |from: u64, to: u64| -> Vec<u64> { (from..to).map(mix).collect() };
        for (overlap, expected) in [(0, 0.0), (250, 1.0 / 3.0), (400, 2.0 / 3.0), (500, 1.0)] {
            let (a, b) = (signature(&set(0, 500)), signature(&set(500 - overlap, 1_000 - overlap)));
            let equal = a.iter().zip(&b).filter(|(a, b)| a == b).count() as f64 / SIGNATURE as f64;
            assert!((equal - expected).abs() < 0.12, "{overlap}: {equal}");
        }
    }

    #[test]
    fn there_are_64_bands() {
        assert_eq!(bands(&signature(&[1, 2, 3])).count(), BANDS);
        assert_eq!(bands(&[1, 2]).count(), 0);
    }
}
