//! Bodies that are gzip files: sitemaps are often served as `sitemap.xml.gz`.

use flate2::bufread::MultiGzDecoder;
use std::io::Read as _;

/// Most bytes that come out.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Most bytes that come out for one that goes in; text never reaches it.
const MAX_RATIO: u64 = 200;
/// Under this many bytes the ratio does not count.
const FREE_BYTES: u64 = 64 * 1024;

/// Inflates a gzip file; none where it is none. One that is cut short or damaged gives what came
/// out before; one that gives more than our limits is refused.
pub(super) fn inflate(bytes: &[u8]) -> Option<Result<Vec<u8>, &'static str>> {
    if !bytes.starts_with(&[0x1f, 0x8b, 8]) {
        return None;
    }
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let limit = size.saturating_mul(MAX_RATIO).clamp(FREE_BYTES, MAX_BYTES);
    let mut out = Vec::new();
    let ended = MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut out);
    Some(if u64::try_from(out.len()).unwrap_or(u64::MAX) > limit {
        Err("a gzip file that inflates beyond all measure")
    } else if ended.is_err() && out.is_empty() {
        Err("a damaged gzip file")
    } else {
        Ok(out)
    })
}
