//! What can go wrong, and what to do about it.

use std::fmt;
use std::time::Duration;

/// What to do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It may work later.
    Retry,
    /// This address will not work; others will.
    Skip,
    /// Nothing will work: the configuration is wrong.
    Halt,
}

/// What took too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Connecting, with the TLS handshake.
    Connect,
    /// From the request to the end of the headers.
    Headers,
    /// A pause in the body.
    Idle,
    /// The whole answer with its redirects.
    Total,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "no connection",
            Self::Headers => "no headers",
            Self::Idle => "body stands still",
            Self::Total => "answer takes too long",
        })
    }
}

/// A request that gave no answer. Messages name the host alone: paths and user names may be secrets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The client could not be built.
    #[error("client cannot be built: {reason}")]
    Setup {
        /// What is wrong, with the configuration key where it is one.
        reason: String,
    },
    /// No address that can be asked: not http or https, no host, not a URL.
    #[error("bad URL: {reason}")]
    BadUrl {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The host has no address.
    #[error("{host}: name does not resolve")]
    Dns {
        /// The host.
        host: String,
    },
    /// No connection.
    #[error("{host}: cannot connect: {reason}")]
    Connect {
        /// The host.
        host: String,
        /// The innermost cause.
        reason: String,
    },
    /// A connection, but no trust.
    #[error("{host}: TLS: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// The innermost cause.
        reason: String,
    },
    /// Took too long.
    #[error("{host}: timed out: {phase}")]
    Timeout {
        /// The host.
        host: String,
        /// What took too long.
        phase: Phase,
    },
    /// Sends, but too slowly to be waited for.
    #[error("{host}: sends less than {rate} bytes per second")]
    Slow {
        /// The host.
        host: String,
        /// The least rate that is waited for, in bytes per second.
        rate: u64,
    },
    /// The address is private, loopback, link-local or otherwise not of the public network.
    #[error("{host}: address is not public")]
    BlockedAddress {
        /// The host.
        host: String,
    },
    /// Larger than the limit, after decompression.
    #[error("{host}: larger than {limit} bytes")]
    TooLarge {
        /// The host.
        host: String,
        /// The limit in bytes.
        limit: usize,
    },
    /// Inflates beyond all measure: a decompression bomb.
    #[error("{host}: inflates more than {ratio} times")]
    Bomb {
        /// The host.
        host: String,
        /// The greatest ratio that is taken.
        ratio: usize,
    },
    /// Too many redirects, a loop, or one that leads nowhere.
    #[error("{host}: redirect: {reason}")]
    Redirect {
        /// The host that redirected.
        host: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Answered with a status that is no success.
    #[error("{host}: status {status}")]
    Status {
        /// The host.
        host: String,
        /// The status.
        status: u16,
        /// How long to wait, as the server wants it.
        retry_after: Option<Duration>,
    },
    /// A challenge for browsers instead of an answer (see [`bot_wall`](super::bot_wall())).
    #[error("{host}: bot wall with status {status}")]
    BotWall {
        /// The host.
        host: String,
        /// The status it came with.
        status: u16,
        /// How long to wait, as the server wants it.
        retry_after: Option<Duration>,
    },
    /// The site asked to be left alone for some time, and that is not over.
    #[error("{site}: asked to wait {} s more", wait.as_secs())]
    SiteWaits {
        /// The site.
        site: String,
        /// What remains of it.
        wait: Duration,
    },
    /// robots.txt forbids it, or could not be had.
    #[error("{host}: robots.txt {}", if *known { "forbids it" } else { "cannot be had" })]
    Robots {
        /// The host.
        host: String,
        /// The rules are known; otherwise it may be allowed later.
        known: bool,
    },
    /// The body is not what its content encoding says.
    #[error("{host}: body: {reason}")]
    Decode {
        /// The host.
        host: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The answer is no HTTP.
    #[error("{host}: no HTTP: {reason}")]
    Protocol {
        /// The host.
        host: String,
        /// The innermost cause.
        reason: String,
    },
    /// The connection broke before the answer was whole.
    #[error("{host}: {reason}")]
    Io {
        /// The host.
        host: String,
        /// The innermost cause.
        reason: String,
    },
}

impl FetchError {
    /// A name for metrics and feed state, one of [`ERROR_CLASSES`](super::ERROR_CLASSES).
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::Setup { .. } => "setup",
            Self::BadUrl { .. } => "bad_url",
            Self::Dns { .. } => "dns",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::Timeout { .. } => "timeout",
            Self::Slow { .. } => "slow",
            Self::BlockedAddress { .. } => "blocked_address",
            Self::TooLarge { .. } => "too_large",
            Self::Bomb { .. } => "bomb",
            Self::Redirect { .. } => "redirect",
            Self::Status { status, .. } => status_label(*status),
            Self::BotWall { .. } => "bot_wall",
            Self::SiteWaits { .. } => "site_waits",
            Self::Robots { .. } => "robots",
            Self::Decode { .. } => "decode",
            Self::Protocol { .. } => "protocol",
            Self::Io { .. } => "io",
        }
    }

    /// How long the server asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } | Self::BotWall { retry_after, .. } => *retry_after,
            Self::SiteWaits { wait, .. } => Some(*wait),
            _ => None,
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::Setup { .. } => Class::Halt,
            Self::BadUrl { .. }
            | Self::BlockedAddress { .. }
            | Self::TooLarge { .. }
            | Self::Bomb { .. }
            | Self::Redirect { .. } => Class::Skip,
            Self::Robots { known, .. } => {
                if *known {
                    Class::Skip
                } else {
                    Class::Retry
                }
            }
            Self::Status { status, .. } => match status {
                // A refusal may be a bot wall's passing mood; the other ones are about the request.
                403 | 408 | 425 | 429 => Class::Retry,
                400..=499 => Class::Skip,
                _ => Class::Retry,
            },
            _ => Class::Retry,
        }
    }
}

fn status_label(status: u16) -> &'static str {
    match status {
        401 => "http_401",
        403 => "http_403",
        404 => "http_404",
        410 => "http_410",
        429 => "http_429",
        400..=499 => "http_4xx",
        500..=599 => "http_5xx",
        _ => "http_other",
    }
}
