//! Taking in a body: piece by piece, inflated here, under limits on bytes and on inflation.
//!
//! reqwest could inflate by itself, but then neither the size on the wire (for the ratio) nor the
//! window of zstd (128 MiB of memory by a few bytes of input) would be in our hands.

use async_compression::tokio::write::{
    BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder,
};
use async_compression::zstd::DParameter;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// The codings that are asked for.
pub(super) const ACCEPT_ENCODING: &str = "gzip, br, zstd, deflate";
/// Greatest inflation taken.
pub(super) const MAX_RATIO: usize = 200;
/// Bytes that may inflate as they like: small documents of blanks are no bombs.
const FREE_BYTES: usize = 64 * 1024;
/// Bytes made room for at first.
const FIRST_BYTES: usize = 16 * 1024;
/// Bytes on the wire beyond the limit: a coding may add to what it cannot compress.
const OVERHEAD: usize = 64 * 1024;
/// Window of zstd as a power of two: 8 MiB, what RFC 8878 asks decoders to support.
const ZSTD_WINDOW: u32 = 23;

/// Why a body is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    TooLarge,
    Bomb,
}

/// A body that cannot be inflated, or is too large.
#[derive(Debug)]
pub(super) enum BodyError {
    Stop(Stop),
    Decode(String),
}

/// The bytes taken so far.
#[derive(Debug)]
struct Sink {
    bytes: Vec<u8>,
    limit: usize,
    /// Bytes that came over the wire.
    wire: usize,
    stop: Option<Stop>,
}

impl Sink {
    fn take(&mut self, piece: &[u8]) -> bool {
        let size = self.bytes.len() + piece.len();
        if size > FREE_BYTES && size / MAX_RATIO > self.wire {
            self.stop = Some(Stop::Bomb);
        } else if size > self.limit {
            let room = self.limit.saturating_sub(self.bytes.len());
            self.keep(piece.get(..room).unwrap_or_default());
            self.stop = Some(Stop::TooLarge);
        } else {
            self.keep(piece);
        }
        self.stop.is_none()
    }

    /// Grows by doubling as a `Vec` does, but never beyond the limit.
    fn keep(&mut self, piece: &[u8]) {
        let size = self.bytes.len() + piece.len();
        if size > self.bytes.capacity() {
            let wanted = self.bytes.capacity().saturating_mul(2).max(FIRST_BYTES).min(self.limit);
            self.bytes.reserve_exact(wanted.max(size) - self.bytes.len());
        }
        self.bytes.extend_from_slice(piece);
    }
}

impl AsyncWrite for Sink {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        piece: &[u8],
    ) -> Poll<io::Result<usize>> {
        let taken = self.take(piece);
        Poll::Ready(if taken { Ok(piece.len()) } else { Err(io::Error::other("limit")) })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

enum Coding {
    Plain(Sink),
    Gzip(GzipDecoder<Sink>),
    Brotli(BrotliDecoder<Sink>),
    Zstd(ZstdDecoder<Sink>),
    Zlib(ZlibDecoder<Sink>),
    Deflate(DeflateDecoder<Sink>),
    /// Too little is known: see [`Said`].
    Unclear(Sink, Vec<u8>, Said),
}

/// What a server said of a coding that is not taken by its word.
#[derive(Clone, Copy)]
enum Said {
    /// RFC 9110 means zlib; some servers send it bare.
    Deflate,
    /// A file in gzip that is served as it lies (`sitemap.xml.gz`) is inflated here as well, under the
    /// same limits.
    Nothing,
}

/// What gzip with deflate begins with (RFC 1952 section 2.3.1).
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// Inflates a body as it comes in.
pub(super) struct Inflater {
    coding: Coding,
    /// The coded stream has ended; what follows is padding.
    ended: bool,
}

impl Inflater {
    /// For a `Content-Encoding` (a list in lower case), taking at most `limit` bytes. Encodings upon
    /// each other are refused: each multiplies what the other inflates.
    pub(super) fn new(encodings: &str, limit: usize) -> Result<Self, BodyError> {
        let sink = Sink { bytes: Vec::new(), limit, wire: 0, stop: None };
        let mut encodings = encodings
            .split(',')
            .map(str::trim)
            .filter(|coding| !matches!(*coding, "" | "identity" | "none" | "utf-8"));
        let coding = match (encodings.next(), encodings.next()) {
            (_, Some(_)) => return Err(BodyError::Decode("stacked content encodings".into())),
            (None, _) => Coding::Unclear(sink, Vec::new(), Said::Nothing),
            (Some("gzip" | "x-gzip"), _) => Coding::Gzip(GzipDecoder::new(sink)),
            (Some("br"), _) => Coding::Brotli(BrotliDecoder::new(sink)),
            (Some("zstd"), _) => {
                let window = [DParameter::window_log_max(ZSTD_WINDOW)];
                Coding::Zstd(ZstdDecoder::with_params(sink, &window))
            }
            (Some("deflate"), _) => Coding::Unclear(sink, Vec::new(), Said::Deflate),
            (Some(_), _) => return Err(BodyError::Decode("unknown content encoding".into())),
        };
        Ok(Self { coding, ended: false })
    }

    fn sink(&mut self) -> &mut Sink {
        match &mut self.coding {
            Coding::Plain(sink) | Coding::Unclear(sink, ..) => sink,
            Coding::Gzip(decoder) => decoder.get_mut(),
            Coding::Brotli(decoder) => decoder.get_mut(),
            Coding::Zstd(decoder) => decoder.get_mut(),
            Coding::Zlib(decoder) => decoder.get_mut(),
            Coding::Deflate(decoder) => decoder.get_mut(),
        }
    }

    /// Tells what a body is by the bytes that it begins with. Returns what is to be inflated then.
    fn clear_up(&mut self, piece: &[u8]) -> Option<Vec<u8>> {
        let Coding::Unclear(sink, first, said) = &mut self.coding else { return None };
        first.extend_from_slice(piece);
        let new: fn(Sink) -> Coding = match (*said, first.as_slice()) {
            (Said::Deflate, [method, flags, ..]) => {
                let header = u16::from_be_bytes([*method, *flags]);
                // RFC 1950 section 2.2.
                if method & 0x0f == 8 && header % 31 == 0 {
                    |sink| Coding::Zlib(ZlibDecoder::new(sink))
                } else {
                    |sink| Coding::Deflate(DeflateDecoder::new(sink))
                }
            }
            (Said::Nothing, bytes) if bytes.starts_with(&GZIP) => {
                |sink| Coding::Gzip(GzipDecoder::new(sink))
            }
            (Said::Nothing, bytes) if !GZIP.starts_with(bytes) => Coding::Plain,
            _ => return None,
        };
        let bytes = std::mem::take(first);
        let empty = Sink { bytes: Vec::new(), limit: sink.limit, wire: sink.wire, stop: None };
        self.coding = new(std::mem::replace(sink, empty));
        Some(bytes)
    }

    /// Takes a piece from the wire.
    pub(super) async fn push(&mut self, piece: &[u8]) -> Result<(), BodyError> {
        let sink = self.sink();
        sink.wire += piece.len();
        // What inflates to nothing, or follows the end, may not go on for ever either.
        if sink.wire > sink.limit.saturating_add(OVERHEAD)
            && !matches!(self.coding, Coding::Plain(_))
        {
            return Err(BodyError::Stop(Stop::TooLarge));
        }
        if self.ended {
            return Ok(());
        }
        let cleared;
        let piece = if matches!(self.coding, Coding::Unclear(..)) {
            let Some(bytes) = self.clear_up(piece) else { return Ok(()) };
            cleared = bytes;
            cleared.as_slice()
        } else {
            piece
        };
        let result = match &mut self.coding {
            Coding::Plain(sink) | Coding::Unclear(sink, ..) => sink.write_all(piece).await,
            Coding::Gzip(decoder) => decoder.write_all(piece).await,
            Coding::Brotli(decoder) => decoder.write_all(piece).await,
            Coding::Zstd(decoder) => decoder.write_all(piece).await,
            Coding::Zlib(decoder) => decoder.write_all(piece).await,
            Coding::Deflate(decoder) => decoder.write_all(piece).await,
        };
        let Err(error) = result else { return Ok(()) };
        if let Some(stop) = self.sink().stop {
            return Err(BodyError::Stop(stop));
        }
        // Bytes after the end of a complete stream are padding, which some servers send.
        self.ended = self.close().await.is_ok();
        if self.ended { Ok(()) } else { Err(BodyError::Decode(error.to_string())) }
    }

    async fn close(&mut self) -> io::Result<()> {
        match &mut self.coding {
            Coding::Plain(_) => Ok(()),
            // Ends before it is clear that it is gzip.
            Coding::Unclear(sink, first, Said::Nothing) => {
                let first = std::mem::take(first);
                sink.write_all(&first).await
            }
            Coding::Unclear(_, _, Said::Deflate) => Err(io::ErrorKind::UnexpectedEof.into()),
            Coding::Gzip(decoder) => decoder.shutdown().await,
            Coding::Brotli(decoder) => decoder.shutdown().await,
            Coding::Zstd(decoder) => decoder.shutdown().await,
            Coding::Zlib(decoder) => decoder.shutdown().await,
            Coding::Deflate(decoder) => decoder.shutdown().await,
        }
    }

    /// The bytes, at the end of the body.
    pub(super) async fn finish(mut self) -> Result<Vec<u8>, BodyError> {
        // A body without a single byte (as of 204) is empty, whatever its coding.
        if self.sink().wire > 0 && !self.ended {
            let closed = self.close().await;
            if let Some(stop) = self.sink().stop {
                return Err(BodyError::Stop(stop));
            }
            closed.map_err(|e| BodyError::Decode(e.to_string()))?;
        }
        Ok(self.taken())
    }

    /// The bytes of a body that need not be whole.
    pub(super) async fn so_far(mut self) -> Vec<u8> {
        if !self.ended {
            // What the decoder still holds is wanted; that the stream is cut off is known.
            let _ = self.close().await;
        }
        self.taken()
    }

    /// The bytes taken until a limit was reached.
    pub(super) fn taken(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.sink().bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_compression::tokio::write::{
        BrotliEncoder, DeflateEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder,
    };

    async fn coded(encoding: &str, bytes: &[u8]) -> Vec<u8> {
        macro_rules! with {
            ($encoder:ident) => {{
                let mut encoder = $encoder::new(Vec::new());
                encoder.write_all(bytes).await.unwrap();
                encoder.shutdown().await.unwrap();
                encoder.into_inner()
            }};
        }
        match encoding {
            "gzip" => with!(GzipEncoder),
            "br" => with!(BrotliEncoder),
            "zstd" => with!(ZstdEncoder),
            "deflate" => with!(ZlibEncoder),
            "bare" => with!(DeflateEncoder),
            _ => bytes.to_vec(),
        }
    }

    async fn read(encoding: &str, wire: &[u8], limit: usize) -> Result<Vec<u8>, BodyError> {
        let encoding = if encoding == "bare" { "deflate" } else { encoding };
        let mut inflater = Inflater::new(encoding, limit)?;
        // The first byte comes alone: nothing may depend on how the network cuts.
        let (first, rest) = wire.split_at(wire.len().min(1));
        for piece in [first].into_iter().chain(rest.chunks(1_000)) {
            inflater.push(piece).await?;
        }
        inflater.finish().await
    }

    const CODINGS: [&str; 6] = ["identity", "gzip", "br", "zstd", "deflate", "bare"];

    #[tokio::test]
    async fn every_coding_is_inflated() {
        let text: Vec<u8> = (0..40_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
        for encoding in CODINGS {
            let wire = coded(encoding, &text).await;
            assert_eq!(read(encoding, &wire, 1 << 20).await.unwrap(), text, "{encoding}");
            let padded = [wire.as_slice(), &[0; 2_500]].concat();
            if encoding != "identity" {
                assert_eq!(
                    read(encoding, &padded, 1 << 20).await.unwrap(),
                    text,
                    "{encoding} with padding"
                );
            }
            assert_eq!(
                read(encoding, &[], 1 << 20).await.unwrap(),
                b"",
                "{encoding} without a byte"
            );
        }
    }

    #[tokio::test]
    async fn the_limit_counts_after_inflation() {
        let text: Vec<u8> = (0..40_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
        for encoding in CODINGS {
            let wire = coded(encoding, &text).await;
            let result = read(encoding, &wire, text.len() - 1).await;
            assert!(
                matches!(result, Err(BodyError::Stop(Stop::TooLarge))),
                "{encoding}: {result:?}"
            );
            assert_eq!(read(encoding, &wire, text.len()).await.unwrap().len(), text.len());
        }
    }

    #[tokio::test]
    async fn bombs_are_defused() {
        let zeros = vec![b' '; 8 << 20];
        for encoding in ["gzip", "br", "zstd", "deflate", "bare"] {
            let wire = coded(encoding, &zeros).await;
            assert!(wire.len() < 40_000);
            let result = read(encoding, &wire, 64 << 20).await;
            assert!(matches!(result, Err(BodyError::Stop(Stop::Bomb))), "{encoding}");
            let small = coded(encoding, zeros.get(..FREE_BYTES).unwrap()).await;
            assert_eq!(
                read(encoding, &small, 1 << 20).await.unwrap().len(),
                FREE_BYTES,
                "{encoding}"
            );
        }
    }

    #[tokio::test]
    async fn a_broken_or_truncated_stream_is_an_error() {
        let text: Vec<u8> = (0..4_000u32).flat_map(|n| n.to_string().into_bytes()).collect();
        for encoding in ["gzip", "br", "zstd", "deflate", "bare"] {
            let wire = coded(encoding, &text).await;
            for broken in [wire.get(..wire.len() / 2).unwrap(), b"<rss>kein gzip</rss>"] {
                let result = read(encoding, broken, 1 << 20).await;
                assert!(matches!(result, Err(BodyError::Decode(_))), "{encoding}: {result:?}");
            }
        }
        assert!(matches!(read("deflate", b"x", 9).await, Err(BodyError::Decode(_))));
    }

    #[tokio::test]
    async fn encodings_upon_each_other_and_unknown_ones_are_refused() {
        for encodings in ["gzip, br", "gzip,gzip", "br, identity, br", "compress", "snappy", "*"] {
            let refused = matches!(read(encodings, b"x", 9).await, Err(BodyError::Decode(_)));
            assert!(refused, "{encodings}");
        }
        for encodings in ["", ",", "identity", "identity, identity", "none", "utf-8"] {
            assert_eq!(read(encodings, b"x", 9).await.unwrap(), b"x", "{encodings}");
        }
        let wire = coded("gzip", b"ja").await;
        assert_eq!(read("identity, gzip", &wire, 9).await.unwrap(), b"ja");
        assert_eq!(read("", &wire, 9).await.unwrap(), b"ja", "a file in gzip");
        for begins in [&b""[..], b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x07gzip?"] {
            assert_eq!(read("", begins, 9).await.unwrap(), begins);
        }
    }

    #[tokio::test]
    async fn what_is_held_never_passes_the_limit() {
        const LIMIT: usize = 300_000;
        let noise: Vec<u8> = (0..400_000_u32)
            .map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[(n % 4) as usize])
            .collect();
        for encoding in CODINGS {
            let wire = coded(encoding, &noise).await;
            let encoding = if encoding == "bare" { "deflate" } else { encoding };
            let mut inflater = Inflater::new(encoding, LIMIT).unwrap();
            let mut stopped = false;
            for piece in wire.chunks(10_000) {
                stopped |= inflater.push(piece).await.is_err();
                assert!(inflater.sink().bytes.capacity() <= LIMIT, "{encoding}");
                if stopped {
                    break;
                }
            }
            assert!(stopped, "{encoding}");
        }
    }

    #[tokio::test]
    async fn what_inflates_to_nothing_ends_too() {
        // Stored blocks of no bytes, without end.
        let mut inflater = Inflater::new("deflate", 10_000).unwrap();
        let nothing = [0, 0, 0, 0xff, 0xff].repeat(2_000);
        let mut pieces = 0;
        let stop = loop {
            pieces += 1;
            if let Err(stop) = inflater.push(&nothing).await {
                break stop;
            }
            assert!(pieces < 100);
        };
        assert!(matches!(stop, BodyError::Stop(Stop::TooLarge)), "{stop:?}");
        // Padding without end.
        let wire = coded("gzip", b"ja").await;
        let mut inflater = Inflater::new("gzip", 10_000).unwrap();
        inflater.push(&wire).await.unwrap();
        let mut ended = false;
        for _ in 0..100 {
            ended |= inflater.push(&[0; 2_000]).await.is_err();
        }
        assert!(ended);
    }
}
