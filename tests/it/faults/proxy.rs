//! The fault proxy does what it says.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::harness::{Proxy, Weather};

/// Says everything back.
async fn echo() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = socket.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    port
}

async fn connected(proxy: &Proxy) -> TcpStream {
    TcpStream::connect(("127.0.0.1", proxy.port())).await.unwrap()
}

async fn said_back(socket: &mut TcpStream, bytes: usize) -> std::io::Result<()> {
    socket.write_all(&vec![7; bytes]).await?;
    let mut back = vec![0; bytes];
    socket.read_exact(&mut back).await.map(|_| ())
}

#[tokio::test]
async fn in_fair_weather_everything_arrives_and_an_end_is_handed_on() {
    let proxy = Proxy::to(echo().await).await;
    let mut socket = connected(&proxy).await;
    said_back(&mut socket, 300_000).await.unwrap();
    socket.shutdown().await.unwrap();
    assert_eq!(socket.read(&mut [0; 1]).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_delayed_or_slow_takes_its_time() {
    let proxy = Proxy::to(echo().await).await;
    let mut socket = connected(&proxy).await;
    proxy.turn(Weather::Delayed(Duration::from_millis(50)));
    let begun = Instant::now();
    said_back(&mut socket, 10).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(100));
    proxy.turn(Weather::Slow(100_000));
    let begun = Instant::now();
    said_back(&mut socket, 10_000).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[tokio::test]
async fn what_is_cut_or_reset_ends_and_cannot_be_made_again_meanwhile() {
    let proxy = Proxy::to(echo().await).await;
    for weather in [Weather::Cut, Weather::Reset] {
        let mut socket = connected(&proxy).await;
        said_back(&mut socket, 10).await.unwrap();
        proxy.turn(weather);
        let ended = socket.read(&mut [0; 1]).await;
        assert_eq!(ended.ok(), (weather == Weather::Cut).then_some(0), "{weather:?}");
        let mut another = connected(&proxy).await;
        assert!(said_back(&mut another, 10).await.is_err());
        proxy.turn(Weather::Fair);
        said_back(&mut connected(&proxy).await, 10).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_stalled_arrives_later_and_what_is_half_open_never() {
    const A_WHILE: Duration = Duration::from_millis(200);
    let proxy = Proxy::to(echo().await).await;
    let mut socket = connected(&proxy).await;
    proxy.turn(Weather::Stalled);
    assert!(timeout(A_WHILE, said_back(&mut socket, 10)).await.is_err());
    proxy.turn(Weather::Fair);
    socket.read_exact(&mut [0; 10]).await.unwrap();
    proxy.turn(Weather::HalfOpen);
    assert!(timeout(A_WHILE, said_back(&mut socket, 10)).await.is_err());
    let mut another = connected(&proxy).await;
    assert!(timeout(A_WHILE, said_back(&mut another, 10)).await.is_err());
    proxy.turn(Weather::Fair);
    said_back(&mut connected(&proxy).await, 10).await.unwrap();
    for dead in [&mut socket, &mut another] {
        assert!(timeout(A_WHILE, said_back(dead, 10)).await.is_err());
    }
}

#[tokio::test]
async fn of_several_connections_one_is_forgotten() {
    let proxy = Proxy::to(echo().await).await;
    let mut sockets = vec![connected(&proxy).await, connected(&proxy).await, connected(&proxy).await];
    for socket in &mut sockets {
        said_back(socket, 10).await.unwrap();
    }
    proxy.forget_one(4);
    let mut dead = 0;
    for socket in &mut sockets {
        dead += usize::from(timeout(Duration::from_millis(200), said_back(socket, 10)).await.is_err());
    }
    assert_eq!(dead, 1);
    said_back(&mut connected(&proxy).await, 10).await.unwrap();
}
