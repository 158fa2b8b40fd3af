//! Requests to what runs on this machine.

use std::{net::Ipv4Addr, time::Duration};

use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Request,
    body::Bytes,
    client::conn::http1,
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// The longest answer that is read.
const LONGEST: usize = 1024 * 1024;

/// Status and text of `http://127.0.0.1:<port><path>`; `None` when nobody answers within two seconds.
pub async fn get(port: u16, path: &str) -> Option<(u16, String)> {
    let request = Request::get(path).body(Full::default()).ok()?;
    let (status, body) = timeout(Duration::from_secs(2), exchange(port, request)).await.ok()??;
    Some((status, String::from_utf8_lossy(&body).into_owned()))
}

/// Sends a request to a port, and reads the whole answer; `None` when none comes.
pub async fn exchange(port: u16, mut request: Request<Full<Bytes>>) -> Option<(u16, Bytes)> {
    let host = HeaderValue::try_from(format!("127.0.0.1:{port}")).ok()?;
    request.headers_mut().insert(HOST, host);
    let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let answer = async {
        let response = sender.send_request(request).await.ok()?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), LONGEST).collect().await.ok()?.to_bytes();
        Some((status, body))
    };
    tokio::pin!(answer);
    tokio::select! {
        answer = &mut answer => answer,
        // The connection may end with the answer's last byte already read.
        _ = connection => answer.await,
    }
}
