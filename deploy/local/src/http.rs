//! One GET to a service on this machine.

use std::{net::Ipv4Addr, time::Duration};

use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, body::Bytes, client::conn::http1, header::HOST};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// Status and text of `http://127.0.0.1:<port><path>`; `None` when nobody answers within two seconds.
pub async fn get(port: u16, path: &str) -> Option<(u16, String)> {
    const LONGEST: usize = 1024 * 1024;
    let exchange = async {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.ok()?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
        let request = Request::get(path).header(HOST, format!("127.0.0.1:{port}")).body(Empty::<Bytes>::new()).ok()?;
        let answer = async {
            let response = sender.send_request(request).await.ok()?;
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), LONGEST).collect().await.ok()?.to_bytes();
            Some((status, String::from_utf8_lossy(&body).into_owned()))
        };
        tokio::select! {
            answer = answer => answer,
            // The connection may end with the answer's last byte already read.
            _ = connection => None,
        }
    };
    timeout(Duration::from_secs(2), exchange).await.ok().flatten()
}
