//! One connection that is kept, and the time of each answer on it.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use http_body_util::{BodyExt, Empty};
use hyper::{Request, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

pub struct Connection {
    sender: http1::SendRequest<Empty<Bytes>>,
    port: u16,
}

/// Times of one address, shortest first.
pub struct Times {
    sorted: Vec<Duration>,
    /// Bytes of the last answer, compressed.
    pub size: usize,
}

impl Connection {
    pub async fn open(port: u16) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.context("nobody answers: deploy/local/up")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, port })
    }

    async fn get(&mut self, path: &str, encoding: &'static str) -> anyhow::Result<Bytes> {
        let request = Request::get(path)
            .header(header::HOST, format!("127.0.0.1:{}", self.port))
            .header(header::ACCEPT_ENCODING, encoding)
            .body(Empty::new())?;
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        ensure!(response.status().is_success(), "{path}: {}", response.status());
        Ok(response.into_body().collect().await?.to_bytes())
    }

    /// The page as it is read.
    pub async fn text(&mut self, path: &str) -> anyhow::Result<String> {
        Ok(String::from_utf8(self.get(path, "identity").await?.into())?)
    }

    /// Asks for the paths one after another, over and over; the first round is not counted.
    pub async fn times(&mut self, paths: &[String], requests: usize) -> anyhow::Result<Times> {
        let mut sorted = Vec::with_capacity(requests);
        let mut size = 0;
        for path in paths.iter().take(20) {
            self.get(path, "gzip").await?;
        }
        for path in paths.iter().cycle().take(requests) {
            let begun = Instant::now();
            size = self.get(path, "gzip").await?.len();
            sorted.push(begun.elapsed());
        }
        sorted.sort_unstable();
        Ok(Times { sorted, size })
    }
}

impl Times {
    pub fn into_sorted(self) -> Vec<Duration> {
        self.sorted
    }

    /// In milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let at = (self.sorted.len() * percent / 100).min(self.sorted.len() - 1);
        self.sorted[at].as_secs_f64() * 1e3
    }
}
