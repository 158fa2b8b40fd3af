//! A service's own word on whether it is ready, over HTTP.

use std::time::Duration;

use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, Uri, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

use super::Readiness;

const PATIENCE: Duration = Duration::from_secs(4);
const LONGEST: usize = 16 * 1024;

/// What `<address>/readyz` says; `None` when nobody answers.
pub async fn readyz(address: &str) -> Option<Readiness> {
    timeout(PATIENCE, get(address)).await.ok().flatten()
}

async fn get(address: &str) -> Option<Readiness> {
    let address: Uri = address.parse().ok()?;
    let authority = address.authority()?;
    let stream = TcpStream::connect((authority.host(), authority.port_u16().unwrap_or(80))).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let request = Request::get("/readyz").header(HOST, authority.as_str()).body(Empty::<Bytes>::new()).ok()?;
    let answer = async {
        let response = sender.send_request(request).await.ok()?;
        let ready = response.status().is_success();
        let body = Limited::new(response.into_body(), LONGEST).collect().await.ok()?.to_bytes();
        Some(Readiness { ready, said: String::from_utf8_lossy(&body).trim().to_owned() })
    };
    tokio::select! {
        answer = answer => answer,
        _ = connection => None,
    }
}
