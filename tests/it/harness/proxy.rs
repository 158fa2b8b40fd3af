//! Does to TCP connections what networks do to them.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Pieces that are under way in one direction at a time, of 16 kB at most.
const UNDER_WAY: usize = 32;
const PIECE: usize = 16 * 1024;

/// What becomes of what goes through a [`Proxy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    Fair,
    /// Everything arrives this much later.
    Delayed(Duration),
    /// So many bytes a second arrive, each way of each connection.
    Slow(u32),
    /// Connections are ended in order, and new ones as soon as they are made.
    Cut,
    /// Connections are reset, and new ones as soon as they are made.
    Reset,
    /// Nothing arrives; what was sent meanwhile does when the weather turns.
    Stalled,
    /// Nothing arrives, ever: the connections of this time stay open at both ends and are dead, as when a firewall forgets
    /// them. Nobody is told.
    HalfOpen,
}

impl Weather {
    fn breaks(self) -> bool {
        matches!(self, Self::Cut | Self::Reset | Self::HalfOpen)
    }
}

/// A way from anybody to one address.
pub struct Proxy {
    port: u16,
    target: u16,
    weather: watch::Sender<Weather>,
    carried: Carried,
    _stop: DropGuard,
}

/// The connections that are carried, each with the port on which the target sees it, and a token by which it is forgotten.
#[derive(Clone, Default)]
struct Carried(Arc<Mutex<Vec<(u16, CancellationToken)>>>);

impl Carried {
    fn all(&self) -> MutexGuard<'_, Vec<(u16, CancellationToken)>> {
        let mut all = self.0.lock().expect("nobody panics with it");
        all.retain(|(_, over)| !over.is_cancelled());
        all
    }
}

impl Proxy {
    pub async fn to(target: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        let (weather, seen) = watch::channel(Weather::Fair);
        let stop = CancellationToken::new();
        let carried = Carried::default();
        tokio::spawn(accept(listener, target, seen, carried.clone(), stop.clone()));
        Self { port, target, weather, carried, _stop: stop.drop_guard() }
    }

    /// Where to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where it leads.
    pub fn target(&self) -> u16 {
        self.target
    }

    pub fn turn(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// Makes this connection of many [`Weather::HalfOpen`], the others stay: the one that the target sees on this port.
    pub fn forget(&self, port: u16) {
        let all = self.carried.all();
        let (_, connection) = all.iter().find(|(seen, _)| *seen == port).expect("there is such a connection");
        connection.cancel();
    }

    /// Makes one connection of many half-open, whichever this number says. Without any, nothing happens.
    pub fn forget_one(&self, any: usize) {
        let all = self.carried.all();
        if let Some((_, connection)) = all.get(any % all.len().max(1)) {
            connection.cancel();
        }
    }
}

async fn accept(
    listener: TcpListener,
    target: u16,
    weather: watch::Receiver<Weather>,
    carried: Carried,
    stop: CancellationToken,
) {
    while let Some(accepted) = stop.run_until_cancelled(listener.accept()).await {
        let Ok((client, _)) = accepted else { continue };
        let (weather, carried, stop) = (weather.clone(), carried.clone(), stop.clone());
        tokio::spawn(async move {
            stop.run_until_cancelled(carry(client, target, weather, &carried)).await;
        });
    }
}

async fn carry(client: TcpStream, target: u16, mut weather: watch::Receiver<Weather>, carried: &Carried) {
    let now = *weather.borrow_and_update();
    if now.breaks() {
        return end(now, client, None).await;
    }
    let Ok(server) = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, target))).await else {
        // As when nobody listens there.
        return end(Weather::Reset, client, None).await;
    };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (mut client, mut server) = (client, server);
    let forgotten = CancellationToken::new();
    carried.all().push((server.local_addr().map_or(0, |seen| seen.port()), forgotten.clone()));
    let broken = {
        let (up, down) = (weather.clone(), weather.clone());
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        // When one direction breaks, the other has nobody to wait for: both ends are told.
        let both = async { tokio::try_join!(pump(from_client, to_server, up), pump(from_server, to_client, down)) };
        tokio::select! {
            _ = both => Weather::Cut,
            broken = weather.wait_for(|weather| weather.breaks()) => broken.map_or(Weather::Cut, |weather| *weather),
            () = forgotten.cancelled() => Weather::HalfOpen,
        }
    };
    forgotten.cancel();
    end(broken, client, Some(server)).await;
}

/// The end of a connection as this weather makes it.
async fn end(weather: Weather, mut client: TcpStream, mut server: Option<TcpStream>) {
    match weather {
        Weather::Reset => {
            for socket in [Some(&client), server.as_ref()].into_iter().flatten() {
                let _ = socket.set_zero_linger();
            }
        }
        Weather::HalfOpen => {
            // Both ends see an open connection that takes what they send. It is held until both have given it up.
            let swallow = async |socket: &mut TcpStream| {
                let mut buffer = vec![0; PIECE];
                while socket.read(&mut buffer).await.is_ok_and(|bytes| bytes > 0) {}
            };
            match &mut server {
                Some(server) => {
                    tokio::join!(swallow(&mut client), swallow(server));
                }
                None => swallow(&mut client).await,
            }
        }
        _ => {}
    }
}

/// One direction of a connection, until its source ends; an end in order is handed on.
async fn pump(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut weather: watch::Receiver<Weather>,
) -> io::Result<()> {
    let (pieces, mut under_way) = mpsc::channel::<(Instant, Bytes)>(UNDER_WAY);
    let seen = weather.clone();
    let take = async move {
        let mut buffer = vec![0; PIECE];
        loop {
            let read = from.read(&mut buffer).await?;
            let late = if let Weather::Delayed(late) = *seen.borrow() { late } else { Duration::ZERO };
            let piece = Bytes::copy_from_slice(&buffer[..read]);
            if pieces.send((Instant::now() + late, piece)).await.is_err() || read == 0 {
                return io::Result::Ok(());
            }
        }
    };
    let give = async move {
        while let Some((due, piece)) = under_way.recv().await {
            sleep_until(due).await;
            let now = weather.wait_for(|weather| *weather != Weather::Stalled).await.map_or(Weather::Fair, |now| *now);
            if let Weather::Slow(rate) = now {
                sleep(Duration::from_secs_f64(piece.len() as f64 / f64::from(rate))).await;
            }
            if piece.is_empty() {
                return to.shutdown().await;
            }
            to.write_all(&piece).await?;
        }
        Ok(())
    };
    tokio::try_join!(take, give).map(|_| ())
}
