//! A raw server that does to a connection what a script says.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One thing to do to a connection.
pub(crate) enum Step {
    /// Bytes, as fast as they are taken.
    Send(Vec<u8>),
    /// The same bytes again and again.
    Forever(Vec<u8>),
    /// Byte by byte, so many milliseconds apart, again and again.
    Drip(Vec<u8>, u64),
    /// Nothing, until the client goes.
    Hang,
    /// A reset instead of an orderly end.
    Reset,
}

/// A request.
pub(crate) struct Ask {
    /// The how-manieth at this server, from 0.
    pub(crate) nth: usize,
    /// Request line and headers.
    pub(crate) head: Vec<u8>,
    /// The server's own address.
    pub(crate) at: SocketAddr,
}

impl Ask {
    /// Whether the request has these bytes in its head.
    pub(crate) fn has(&self, part: &[u8]) -> bool {
        self.head.windows(part.len()).any(|window| window == part)
    }
}

/// What a server does with each request. After the last step it closes.
pub(crate) type Script = fn(&Ask) -> Vec<Step>;

pub(crate) struct Server {
    pub(crate) at: SocketAddr,
    heads: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Server {
    /// Starts one on a loopback address; each address is a site of its own.
    pub(crate) async fn start(ip: [u8; 4], script: Script) -> Self {
        let listener = TcpListener::bind(SocketAddr::from((ip, 0))).await.unwrap();
        let at = listener.local_addr().unwrap();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, at, script, Arc::clone(&seen)));
            }
        });
        Self { at, heads }
    }

    pub(crate) fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}/feed", self.at)
    }

    /// The requests so far, as text.
    pub(crate) fn heads(&self) -> Vec<String> {
        let heads = self.heads.lock().unwrap();
        heads.iter().map(|head| String::from_utf8_lossy(head).into_owned()).collect()
    }
}

/// The head of a request; what is no HTTP (a TLS greeting) is one as soon as it comes.
async fn head(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
        if head.first() != Some(&b'G') {
            break;
        }
    }
    Some(head)
}

async fn serve(
    mut stream: TcpStream,
    at: SocketAddr,
    script: Script,
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
) {
    let Some(head) = head(&mut stream).await else { return };
    let nth = {
        let mut seen = seen.lock().unwrap();
        seen.push(head.clone());
        seen.len() - 1
    };
    for step in script(&Ask { nth, head, at }) {
        let done = match step {
            Step::Send(bytes) => stream.write_all(&bytes).await.is_ok(),
            Step::Forever(bytes) => loop {
                if stream.write_all(&bytes).await.is_err() {
                    break false;
                }
            },
            Step::Drip(bytes, pause) => drip(&mut stream, &bytes, pause).await,
            Step::Hang => {
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest).await;
                false
            }
            Step::Reset => {
                let _ = stream.set_zero_linger();
                return;
            }
        };
        if !done {
            return;
        }
    }
    let _ = stream.shutdown().await;
    // A close with requests unread would reset the connection and lose what was just sent.
    let mut rest = [0; 1_024];
    while matches!(stream.read(&mut rest).await, Ok(1..)) {}
}

async fn drip(stream: &mut TcpStream, bytes: &[u8], pause: u64) -> bool {
    loop {
        for byte in bytes {
            if stream.write_all(&[*byte]).await.is_err() {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
    }
}
