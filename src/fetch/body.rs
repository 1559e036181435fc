//! Taking in a body: piece by piece, inflated here, under limits on bytes and on inflation.
//!
//! reqwest could inflate by itself, but then neither the size on the wire (for the ratio) nor the
//! window of zstd (128 MiB of memory by a few bytes of input) would be in our hands.

use async_compression::tokio::write::{BrotliDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
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
            self.bytes.extend_from_slice(piece.get(..room).unwrap_or_default());
            self.stop = Some(Stop::TooLarge);
        } else {
            self.bytes.extend_from_slice(piece);
        }
        self.stop.is_none()
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
    Deflate(ZlibDecoder<Sink>),
}

/// Inflates a body as it comes in.
pub(super) struct Inflater {
    coding: Coding,
    /// The coded stream has ended; what follows is padding.
    ended: bool,
}

impl Inflater {
    /// For a `Content-Encoding`, taking at most `limit` bytes.
    pub(super) fn new(encoding: Option<&str>, limit: usize) -> Result<Self, BodyError> {
        let sink = Sink { bytes: Vec::new(), limit, wire: 0, stop: None };
        let encoding = encoding.unwrap_or_default().trim().to_ascii_lowercase();
        let coding = match encoding.as_str() {
            "" | "identity" | "none" | "utf-8" => Coding::Plain(sink),
            "gzip" | "x-gzip" => Coding::Gzip(GzipDecoder::new(sink)),
            "br" => Coding::Brotli(BrotliDecoder::new(sink)),
            "zstd" => {
                let window = [DParameter::window_log_max(ZSTD_WINDOW)];
                Coding::Zstd(ZstdDecoder::with_params(sink, &window))
            }
            "deflate" => Coding::Deflate(ZlibDecoder::new(sink)),
            _ => return Err(BodyError::Decode("unknown or nested content encoding".into())),
        };
        Ok(Self { coding, ended: false })
    }

    fn sink(&mut self) -> &mut Sink {
        match &mut self.coding {
            Coding::Plain(sink) => sink,
            Coding::Gzip(decoder) => decoder.get_mut(),
            Coding::Brotli(decoder) => decoder.get_mut(),
            Coding::Zstd(decoder) => decoder.get_mut(),
            Coding::Deflate(decoder) => decoder.get_mut(),
        }
    }

    /// Takes a piece from the wire.
    pub(super) async fn push(&mut self, piece: &[u8]) -> Result<(), BodyError> {
        self.sink().wire += piece.len();
        if self.ended {
            return Ok(());
        }
        let result = match &mut self.coding {
            Coding::Plain(sink) => sink.write_all(piece).await,
            Coding::Gzip(decoder) => decoder.write_all(piece).await,
            Coding::Brotli(decoder) => decoder.write_all(piece).await,
            Coding::Zstd(decoder) => decoder.write_all(piece).await,
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
            Coding::Gzip(decoder) => decoder.shutdown().await,
            Coding::Brotli(decoder) => decoder.shutdown().await,
            Coding::Zstd(decoder) => decoder.shutdown().await,
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

    /// The bytes taken until a limit was reached.
    pub(super) fn taken(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.sink().bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_compression::tokio::write::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};

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
            _ => bytes.to_vec(),
        }
    }

    async fn read(encoding: &str, wire: &[u8], limit: usize) -> Result<Vec<u8>, BodyError> {
        let mut inflater = Inflater::new(Some(encoding), limit)?;
        for piece in wire.chunks(1_000) {
            inflater.push(piece).await?;
        }
        inflater.finish().await
    }

    const CODINGS: [&str; 5] = ["identity", "gzip", "br", "zstd", "deflate"];

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
        for encoding in ["gzip", "br", "zstd", "deflate"] {
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
        for encoding in ["gzip", "br", "zstd", "deflate"] {
            let wire = coded(encoding, &text).await;
            for broken in [wire.get(..wire.len() / 2).unwrap(), b"<rss>kein gzip</rss>"] {
                let result = read(encoding, broken, 1 << 20).await;
                assert!(matches!(result, Err(BodyError::Decode(_))), "{encoding}: {result:?}");
            }
        }
        assert!(matches!(read("gzip, br", b"x", 9).await, Err(BodyError::Decode(_))));
    }
}
