//! One request: what is sent, how long its answer may take, and how much of it is taken.

use super::body::{ACCEPT_ENCODING, BodyError, Inflater, MAX_RATIO, Stop};
use super::client::Inner;
use super::site::Turn;
use super::told::{failed, host};
use super::wall::{WALL_BYTES, bot_wall};
use super::{Body, FetchError, Phase, Unchanged, Validators, headers};
use reqwest::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, LOCATION,
};
use reqwest::{Response, StatusCode};
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};
use url::Url;

/// Largest headers in bytes. HTTP/2 stops while reading; HTTP/1 is bounded by hyper's own buffer
/// (about 400 KiB) and by the number of headers, and checked afterwards.
pub(super) const MAX_HEADER_BYTES: u32 = 64 * 1024;
/// How long a refusal's body is waited for, to see whether it is a bot wall.
const WALL_TIME: Duration = Duration::from_secs(2);

/// What is asked for.
pub(super) struct Want<'a> {
    pub(super) accept: &'static str,
    pub(super) limit: usize,
    pub(super) max_redirects: usize,
    pub(super) validators: Option<&'a Validators>,
    /// Whether robots.txt has a say.
    pub(super) robots: bool,
    /// Whether the first `limit` bytes do.
    pub(super) cut: bool,
    /// Whether a page for browsers that challenges them is an error.
    pub(super) wall: bool,
}

/// What came of one request.
pub(super) enum Hop {
    Redirect { to: Url, permanent: bool },
    Unchanged(Unchanged),
    Body(Box<Body>),
}

impl Inner {
    /// One request.
    pub(super) async fn hop(
        &self,
        url: &Url,
        want: &Want<'_>,
        turn: &Turn,
    ) -> Result<Hop, FetchError> {
        let mut request = self
            .http
            .get(url.clone())
            .header(ACCEPT, want.accept)
            .header(reqwest::header::ACCEPT_ENCODING, ACCEPT_ENCODING);
        let mut conditional = false;
        if let Some(Validators { etag, last_modified }) = want.validators {
            for (name, value) in [(IF_NONE_MATCH, etag), (IF_MODIFIED_SINCE, last_modified)] {
                if let Some(value) = value.as_deref().and_then(headers::echo) {
                    request = request.header(name, value);
                    conditional = true;
                }
            }
        }
        let time = Duration::from_secs(self.settings.headers_timeout_seconds);
        let response = timeout(time, request.send())
            .await
            .map_err(|_| FetchError::Timeout { host: host(url), phase: Phase::Headers })?
            .map_err(|e| failed(url, e, MAX_HEADER_BYTES as usize))?;
        let status = response.status();
        let headers = response.headers();
        if header_bytes(headers) > MAX_HEADER_BYTES as usize {
            let limit = MAX_HEADER_BYTES as usize;
            return Err(FetchError::TooLarge { host: host(url), limit });
        }
        let retry_after = headers::retry_after(headers, SystemTime::now());
        if let (Some(time), 403 | 429 | 503) = (retry_after, status.as_u16()) {
            turn.wait(time);
        }
        match status.as_u16() {
            304 if conditional => Ok(Hop::Unchanged(Unchanged {
                etag: headers::validator(headers, ETAG),
                last_modified: headers::validator(headers, LAST_MODIFIED),
                permanent_url: None,
                max_age: headers::max_age(headers, SystemTime::now()),
                retry_after,
            })),
            code @ (301 | 302 | 303 | 307 | 308) => {
                let to = location(url, headers)?;
                Ok(Hop::Redirect { to, permanent: matches!(code, 301 | 308) })
            }
            _ if status.is_success() && status != StatusCode::PARTIAL_CONTENT => {
                self.take(url, want, response, retry_after).await
            }
            400.. if self.is_wall(response).await => {
                Err(FetchError::BotWall { host: host(url), status: status.as_u16(), retry_after })
            }
            status => Err(FetchError::Status { host: host(url), status, retry_after }),
        }
    }

    /// Whether a refusal is a bot wall. What cannot be read in a short time is none.
    async fn is_wall(&self, mut response: Response) -> bool {
        let headers = response.headers().clone();
        let header = |name: &str| headers.get(name)?.to_str().ok();
        if bot_wall(header, b"") {
            return true;
        }
        let Ok(mut inflater) =
            Inflater::new(&headers::list(&headers, CONTENT_ENCODING), WALL_BYTES)
        else {
            return false;
        };
        let read = async {
            while let Ok(Some(piece)) = response.chunk().await
                && inflater.push(&piece).await.is_ok()
            {}
        };
        // Within the time for the whole, so that it is not this that uses it up.
        let total = Duration::from_secs(self.settings.total_timeout_seconds);
        let _ = timeout(WALL_TIME.min(total / 4), read).await;
        bot_wall(header, &inflater.so_far().await)
    }

    /// Takes in the body.
    async fn take(
        &self,
        url: &Url,
        want: &Want<'_>,
        mut response: Response,
        retry_after: Option<Duration>,
    ) -> Result<Hop, FetchError> {
        let head = response.headers().clone();
        let mut body = Body {
            bytes: Vec::new(),
            content_type: headers::text(&head, CONTENT_TYPE),
            etag: headers::validator(&head, ETAG),
            last_modified: headers::validator(&head, LAST_MODIFIED),
            final_url: shown(url),
            permanent_url: None,
            max_age: headers::max_age(&head, SystemTime::now()),
            retry_after,
        };
        let too_large = || FetchError::TooLarge { host: host(url), limit: want.limit };
        let announced = response.content_length().and_then(|n| usize::try_from(n).ok());
        if !want.cut && announced.is_some_and(|n| n > want.limit) {
            return Err(too_large());
        }
        let refused = |e| match e {
            BodyError::Stop(Stop::TooLarge) => too_large(),
            BodyError::Stop(Stop::Bomb) => FetchError::Bomb { host: host(url), ratio: MAX_RATIO },
            BodyError::Decode(reason) => FetchError::Decode { host: host(url), reason },
        };
        let coding = headers::list(&head, CONTENT_ENCODING);
        let mut inflater = Inflater::new(&coding, want.limit).map_err(refused)?;
        let mut pushed = Ok(());
        let mut pieces = Pieces::new(&self.settings);
        while pushed.is_ok()
            && let Some(piece) = pieces.next(url, &mut response).await?
        {
            pushed = inflater.push(&piece).await;
        }
        body.bytes = match pushed {
            Err(BodyError::Stop(Stop::TooLarge)) if want.cut => inflater.taken(),
            Err(error) => return Err(refused(error)),
            Ok(()) => inflater.finish().await.map_err(refused)?,
        };
        let header = |name: &str| head.get(name)?.to_str().ok();
        if want.wall && bot_wall(header, &body.bytes) {
            let status = response.status().as_u16();
            return Err(FetchError::BotWall { host: host(url), status, retry_after });
        }
        Ok(Hop::Body(Box::new(body)))
    }
}

/// The pieces of a body, neither too far apart nor too slow as a whole.
struct Pieces {
    idle: Duration,
    rate: u64,
    grace: Duration,
    began: Instant,
    bytes: u64,
}

impl Pieces {
    fn new(settings: &crate::config::Fetch) -> Self {
        Self {
            idle: Duration::from_secs(settings.read_timeout_seconds),
            rate: settings.min_bytes_per_second,
            grace: Duration::from_secs(settings.slow_after_seconds),
            began: Instant::now(),
            bytes: 0,
        }
    }

    async fn next(
        &mut self,
        url: &Url,
        response: &mut Response,
    ) -> Result<Option<impl AsRef<[u8]> + std::ops::Deref<Target = [u8]> + use<>>, FetchError> {
        let piece = timeout(self.idle, response.chunk())
            .await
            .map_err(|_| FetchError::Timeout { host: host(url), phase: Phase::Idle })?
            .map_err(|e| failed(url, e, 0))?;
        self.bytes += piece.as_ref().map_or(0, |p| p.len() as u64);
        let time = self.began.elapsed();
        let due = self.rate.saturating_mul(time.as_secs());
        if piece.is_some() && time >= self.grace && self.bytes < due {
            return Err(FetchError::Slow { host: host(url), rate: self.rate });
        }
        Ok(piece)
    }
}

/// Where a redirect leads. User name and password are those of the configured address, for the same
/// origin only: no server gives us some, or gets those of another.
fn location(url: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let wrong = |reason| FetchError::Redirect { host: host(url), reason };
    let to = headers::text(headers, LOCATION).ok_or_else(|| wrong("without a target"))?;
    let mut to = url.join(to.trim()).map_err(|_| wrong("target is not a URL"))?;
    if !matches!(to.scheme(), "http" | "https") {
        return Err(wrong("target is neither http nor https"));
    }
    let (user, password) =
        if to.origin() == url.origin() { (url.username(), url.password()) } else { ("", None) };
    // Both fail only for URLs without a host, which http and https do not have.
    let _ = (to.set_username(user), to.set_password(password));
    if to.fragment().is_none() {
        to.set_fragment(url.fragment());
    }
    Ok(to)
}

/// The URL without user name, password and fragment.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail only for URLs without a host, which were refused before.
    let _ = (url.set_username(""), url.set_password(None));
    url.set_fragment(None);
    url.into()
}

fn header_bytes(headers: &HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}
