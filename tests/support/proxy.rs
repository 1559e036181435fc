//! A TCP proxy that misbehaves on demand: delay, cut, freeze, half-open connections, a byte budget.
#![allow(dead_code, clippy::unwrap_used)] // for tests

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to bytes and connections.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Weather {
    /// Each piece waits this long, and the pieces behind it too.
    delay: Duration,
    /// Bytes wait, connections stay.
    frozen: bool,
    /// New connections are closed at once.
    refused: bool,
    /// Connections below this number were cut.
    cut_below: u64,
    /// Connections below this number stay open and swallow everything, for ever.
    dead_below: u64,
    /// A connection that carried so many bytes is cut, in the middle of whatever it carries.
    budget: Option<u64>,
}

/// A proxy on a port of its own; what it does lasts until it is told otherwise.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    weather: watch::Sender<Weather>,
    accepted: Arc<AtomicU64>,
    carried: Arc<AtomicU64>,
}

impl Proxy {
    /// Begins to forward to a port of the loopback address.
    pub(crate) fn start(to: u16) -> Self {
        let (weather, watched) = watch::channel(Weather::default());
        let (accepted, carried) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let (told, address) = std::sync::mpsc::channel();
        let counts = (Arc::clone(&accepted), Arc::clone(&carried));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                // Ends with the proxy.
                let mut gone = watched.clone();
                tokio::select! {
                    () = serve(listener, to, watched, counts) => {}
                    () = async { while gone.changed().await.is_ok() {} } => {}
                }
            });
        });
        Self { address: address.recv().unwrap(), weather, accepted, carried }
    }

    /// Everything as it should be again; connections that are dead stay dead.
    pub(crate) fn calm(&self) {
        self.weather.send_modify(|now| {
            *now = Weather {
                cut_below: now.cut_below,
                dead_below: now.dead_below,
                ..Weather::default()
            }
        });
    }

    /// Every piece takes so much longer, in both directions.
    pub(crate) fn delay(&self, delay: Duration) {
        self.weather.send_modify(|now| now.delay = delay);
    }

    /// Nothing moves, nothing is closed.
    pub(crate) fn freeze(&self) {
        self.weather.send_modify(|now| now.frozen = true);
    }

    /// All connections are cut; new ones are closed at once until it is calm again.
    pub(crate) fn refuse(&self) {
        let below = self.accepted();
        self.weather.send_modify(|now| {
            now.refused = true;
            now.cut_below = below;
        });
    }

    /// All connections are cut; new ones work.
    pub(crate) fn cut(&self) {
        let below = self.accepted();
        self.weather.send_modify(|now| now.cut_below = below);
    }

    /// All connections stay open and never carry anything again, as after a lost state of a
    /// firewall; new ones work.
    pub(crate) fn half_open(&self) {
        let below = self.accepted();
        self.weather.send_modify(|now| now.dead_below = below);
    }

    /// Each connection carries so many bytes and is then cut.
    pub(crate) fn budget(&self, bytes: u64) {
        self.weather.send_modify(|now| now.budget = Some(bytes));
    }

    /// Connections accepted so far.
    pub(crate) fn accepted(&self) -> u64 {
        self.accepted.load(Relaxed)
    }

    /// Bytes carried so far, in both directions.
    pub(crate) fn carried(&self) -> u64 {
        self.carried.load(Relaxed)
    }
}

async fn serve(
    listener: TcpListener,
    to: u16,
    weather: watch::Receiver<Weather>,
    (accepted, carried): (Arc<AtomicU64>, Arc<AtomicU64>),
) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let number = accepted.fetch_add(1, Relaxed);
        if weather.borrow().refused {
            continue;
        }
        let (weather, carried) = (weather.clone(), Arc::clone(&carried));
        tokio::spawn(async move {
            let Ok(server) = TcpStream::connect(("127.0.0.1", to)).await else { return };
            let own = Arc::new(AtomicU64::new(0));
            let (from_client, to_client) = client.into_split();
            let (from_server, to_server) = server.into_split();
            let mut cut = weather.clone();
            let up = Pump { number, weather: weather.clone(), own: Arc::clone(&own) };
            let down = Pump { number, weather, own };
            let (up_carried, down_carried) = (Arc::clone(&carried), carried);
            // Whichever ends first takes both sockets with it.
            tokio::select! {
                () = up.run(from_client, to_server, up_carried) => {}
                () = down.run(from_server, to_client, down_carried) => {}
                _ = cut.wait_for(|now| number < now.cut_below) => {}
            }
        });
    }
}

struct Pump {
    number: u64,
    weather: watch::Receiver<Weather>,
    /// Bytes of this connection.
    own: Arc<AtomicU64>,
}

impl Pump {
    async fn run(
        mut self,
        mut from: tokio::net::tcp::OwnedReadHalf,
        mut to: tokio::net::tcp::OwnedWriteHalf,
        carried: Arc<AtomicU64>,
    ) {
        let mut piece = vec![0; 16 * 1024];
        loop {
            let number = self.number;
            let read = from.read(&mut piece).await;
            let now = self.weather.borrow().clone();
            if number < now.dead_below {
                // Not even the end of the other side is told.
                return std::future::pending().await;
            }
            let Ok(length @ 1..) = read else { return };
            if !now.delay.is_zero() {
                tokio::time::sleep(now.delay).await;
            }
            let moves = self.weather.wait_for(|now| !now.frozen || number < now.dead_below).await;
            let Ok(now) = moves.map(|now| now.clone()) else { return };
            if number < now.dead_below {
                return std::future::pending().await;
            }
            let before = self.own.fetch_add(length as u64, Relaxed);
            let rest = now.budget.map_or(length as u64, |budget| budget.saturating_sub(before));
            let length = length.min(usize::try_from(rest).unwrap());
            if length == 0 || to.write_all(&piece[..length]).await.is_err() {
                return;
            }
            carried.fetch_add(length as u64, Relaxed);
        }
    }
}
