//! A service's own word over HTTP: whether it is ready, and what it measures.

use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, Uri, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use super::{Readiness, metrics::Metrics};

const PATIENCE: Duration = Duration::from_secs(4);
const LONGEST: usize = 8 * 1024 * 1024;

/// What `<address>/readyz` says; `None` when nobody answers.
pub async fn readyz(address: &str) -> Option<Readiness> {
    let (ready, said) = get(address, "/readyz").await?;
    Some(Readiness { ready, said })
}

/// What `<address>/metrics` says; `None` when nobody answers.
pub async fn metrics(address: &str) -> Option<Metrics> {
    let (_, text) = get(address, "/metrics").await.filter(|(done, _)| *done)?;
    Some(Metrics::parse(&text))
}

/// Whether it was done, and the text.
async fn get(address: &str, path: &str) -> Option<(bool, String)> {
    timeout(PATIENCE, exchange(address, path)).await.ok().flatten()
}

async fn exchange(address: &str, path: &str) -> Option<(bool, String)> {
    let address: Uri = address.parse().ok()?;
    let authority = address.authority()?;
    let stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80))).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let request = Request::get(path).header(HOST, authority.as_str()).body(Empty::<Bytes>::new()).ok()?;
    let answer = async {
        let response = sender.send_request(request).await.ok()?;
        let done = response.status().is_success();
        let body = Limited::new(response.into_body(), LONGEST).collect().await.ok()?.to_bytes();
        Some((done, String::from_utf8_lossy(&body).trim().to_owned()))
    };
    tokio::select! {
        answer = answer => answer,
        _ = connection => None,
    }
}
