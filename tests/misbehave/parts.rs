//! What the scripts are made of: answers, documents, encodings.

use crate::server::Step::{self, Send};

pub(crate) const FEED_TYPE: &str = "content-type: application/rss+xml\r\n";

/// A feed with so many entries.
pub(crate) fn feed(entries: usize) -> Vec<u8> {
    let mut out = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\"><channel>\
        <title>Blatt</title>"
        .to_vec();
    for n in 0..entries {
        let item = format!("<item><title>Meldung {n}</title><guid>m{n}</guid></item>");
        out.extend_from_slice(item.as_bytes());
    }
    out.extend_from_slice(b"</channel></rss>");
    out
}

/// A whole answer: status, further header lines, body, with its length.
pub(crate) fn answer(status: u16, headers: &str, body: &[u8]) -> Vec<Step> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} x\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    vec![Send(head.into_bytes()), Send(body.to_vec())]
}

/// The feed, with further header lines.
pub(crate) fn with(headers: &str, body: &[u8]) -> Vec<Step> {
    answer(200, headers, body)
}

pub(crate) fn redirect(to: &str) -> Vec<Step> {
    answer(302, &format!("location: {to}\r\n"), b"")
}

pub(crate) fn text(text: &str) -> Step {
    Send(text.as_bytes().to_vec())
}

/// The beginning of an answer whose body ends with the connection.
pub(crate) const OPEN: &str = "HTTP/1.1 200 x\r\nconnection: close\r\n\r\n";
/// The beginning of an answer in chunks.
pub(crate) const CHUNKED: &str = "HTTP/1.1 200 x\r\ntransfer-encoding: chunked\r\n\r\n";

/// Compresses with one of the codings; `bare` is deflate without zlib.
pub(crate) fn coded(coding: &str, bytes: &[u8]) -> Vec<u8> {
    use async_compression::Level;
    use async_compression::tokio::write::{
        BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
    };
    use tokio::io::AsyncWriteExt as _;
    // Nothing here waits: the sink is memory.
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    macro_rules! with {
        ($encoder:ident) => {{
            let mut encoder = $encoder::with_quality(Vec::new(), Level::Fastest);
            runtime.block_on(async {
                encoder.write_all(bytes).await.unwrap();
                encoder.shutdown().await.unwrap();
            });
            encoder.into_inner()
        }};
    }
    match coding {
        "gzip" => with!(GzipEncoder),
        "br" => with!(BrotliEncoder),
        "zstd" => with!(ZstdEncoder),
        "deflate" => with!(ZlibEncoder),
        _ => with!(DeflateEncoder),
    }
}

/// On a thread of its own: the scripts run within a runtime, and compress with another.
pub(crate) fn coded_apart(coding: &'static str, bytes: Vec<u8>) -> Vec<u8> {
    std::thread::spawn(move || coded(coding, &bytes)).join().unwrap()
}

/// Blanks that inflate to far more than they are.
pub(crate) fn bomb(coding: &'static str) -> Vec<Step> {
    let header = if coding == "bare" { "deflate" } else { coding };
    let body = coded_apart(coding, vec![b' '; 8 << 20]);
    with(&format!("content-encoding: {header}\r\n"), &body)
}

/// 512 MiB of blanks in zstd: the frame of one block of 128 KiB that repeats one byte, again and
/// again (RFC 8878 section 3.1.1): four bytes for each, 16 KiB in all.
pub(crate) fn great_bomb() -> Vec<u8> {
    const BLOCK: u32 = 128 * 1024;
    const BLOCKS: u32 = 512 * 1024 * 1024 / BLOCK;
    // Magic number; no content size, no checksum; window of 8 MiB.
    let mut out = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 13 << 3];
    for n in 1..=BLOCKS {
        let last = u32::from(n == BLOCKS);
        let header = last | 1 << 1 | BLOCK << 3;
        out.extend_from_slice(&header.to_le_bytes()[..3]);
        out.push(b' ');
    }
    out
}
