//! One attempt: a POST to the address that the guard has just looked at, and to no other.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::{
    body::Incoming,
    client::conn::http1,
    rt::{Read, Write},
};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore};
use time::{OffsetDateTime, format_description::well_known::Rfc2822};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tower::{Service, service_fn};

use crate::{
    address::Address,
    destination::Destination,
    guard::{Guard, NotAllowed},
    message::Message,
    outcome::{Attempt, Failure, Outcome},
    signature,
};

/// Addresses of a name that are tried, one after the other.
const TRIES: usize = 4;
/// A head of an answer; the smallest that hyper takes is half of it.
const HEAD_BYTES: usize = 16 * 1024;
const HEADERS: usize = 64;
/// What is read of an answer's body, so that the receiver is not cut off while it writes. What is beyond is nobody's concern.
const BODY_BYTES: usize = 16 * 1024;
const USER_AGENT: &str = concat!("kim-webhook/", env!("CARGO_PKG_VERSION"));

/// How long an attempt may take.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until a connection is there, name and TLS included.
    pub connect: Duration,
    /// Until the answer is whole, connection included. Standard Webhooks asks for 15 to 30 seconds.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(15) }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Client {
    guard: Guard,
    tls: Arc<ClientConfig>,
    patience: Patience,
}

impl Client {
    /// Trusts the certificate authorities that this machine trusts.
    pub fn new(guard: Guard, patience: Patience) -> Result<Self, io::Error> {
        Ok(Self { guard, tls: Arc::new(tls().with_native_roots()?.with_no_client_auth()), patience })
    }

    /// Trusts these certificate authorities alone.
    #[must_use]
    pub fn trusting(roots: RootCertStore, guard: Guard, patience: Patience) -> Self {
        Self { guard, tls: Arc::new(tls().with_root_certificates(roots).with_no_client_auth()), patience }
    }

    /// The longest that an attempt may take.
    #[must_use]
    pub fn total(&self) -> Duration {
        self.patience.total
    }

    /// Sends a message once, signed for `at`.
    pub async fn attempt(&self, to: &Destination, message: &Message, at: OffsetDateTime) -> Attempt {
        let begun = Instant::now();
        let outcome = match timeout(self.patience.total, self.exchange(to, message, at)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(failure)) => failure.into(),
            Err(_) => Failure::Late.into(),
        };
        Attempt { outcome, took: begun.elapsed() }
    }

    async fn exchange(&self, to: &Destination, message: &Message, at: OffsetDateTime) -> Result<Outcome, Failure> {
        let connect = self.connect(&to.address);
        let stream = timeout(self.patience.connect, connect).await.map_err(|_| Failure::Unreachable)??;
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(HEAD_BYTES)
            .max_headers(HEADERS)
            .handshake(stream)
            .await
            .map_err(|e| failure(&e))?;
        let request = request(to, message, at);
        let answer = async {
            let response = sender.send_request(request).await.map_err(|e| failure(&e))?;
            let (head, body) = response.into_parts();
            read(body).await?;
            Ok((head.status, head.headers))
        };
        // The connection is driven here and not by a task of its own, so that it ends with the attempt.
        let driven = async {
            let _ = connection.await;
            // What it has received is still to be read.
            std::future::pending().await
        };
        let (status, headers) = tokio::select! {
            answer = answer => answer?,
            never = driven => never,
        };
        Ok(Outcome::answered(status, retry_after(status, &headers, at)))
    }

    async fn connect(&self, address: &Address) -> Result<impl Read + Write + Unpin + use<>, Failure> {
        let addresses = self.guard.admit(address).await.map_err(|error| match error {
            NotAllowed::Unresolved(_) => Failure::Unresolved,
            NotAllowed::Plain | NotAllowed::Inside(_) | NotAllowed::Ours => Failure::NotAllowed,
        })?;
        let tcp = first(&addresses, self.patience.connect).await.ok_or(Failure::Unreachable)?;
        let mut tcp = Some(tcp);
        // It gives what is connected already, whatever it is asked for: nothing resolves the name again.
        let connected =
            service_fn(move |_| std::future::ready(tcp.take().ok_or(io::Error::from(io::ErrorKind::AlreadyExists))));
        let mut secured = HttpsConnector::from((connected, self.tls.clone()));
        secured.call(address.uri()).await.map_err(|_| Failure::Untrusted)
    }
}

fn tls() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has the default versions")
}

/// The first of the addresses that takes a connection; each has its part of the time.
async fn first(addresses: &[SocketAddr], within: Duration) -> Option<TokioIo<TcpStream>> {
    let tried = &addresses[..addresses.len().min(TRIES)];
    let part = within / u32::try_from(tried.len().max(1)).expect("a few");
    for address in tried {
        if let Ok(Ok(stream)) = timeout(part, TcpStream::connect(address)).await {
            return Some(TokioIo::new(stream));
        }
    }
    None
}

fn request(to: &Destination, message: &Message, at: OffsetDateTime) -> Request<Full<Bytes>> {
    Request::post(to.address.target())
        .header(header::HOST, to.address.authority())
        .header(header::CONNECTION, "close")
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::CONTENT_TYPE, "application/json")
        .header(signature::ID, message.id.as_str())
        .header(signature::TIMESTAMP, at.unix_timestamp())
        .header(signature::SIGNATURE, to.secrets.sign(&message.id, at, message.payload()))
        .body(Full::new(message.payload().clone()))
        .expect("URLs, ids and base64 can stand in a head")
}

/// Reads a body to its end, or as much of it as is of concern. One that breaks off before that is no answer: whoever failed half way may
/// not have kept the message.
async fn read(mut body: Incoming) -> Result<(), Failure> {
    let mut seen = 0;
    while seen < BODY_BYTES {
        let Some(frame) = body.frame().await else { return Ok(()) };
        seen += frame.map_err(|e| failure(&e))?.data_ref().map_or(0, Bytes::len);
    }
    Ok(())
}

fn failure(error: &hyper::Error) -> Failure {
    if error.is_parse() { Failure::Unreadable } else { Failure::Cut }
}

/// How long a receiver asks to be left alone (RFC 9110, 10.2.3); only with answers that say it is for now.
fn retry_after(status: StatusCode, headers: &HeaderMap, now: OffsetDateTime) -> Option<Duration> {
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let said = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = said.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = OffsetDateTime::parse(said, &Rfc2822).ok()?;
    (until - now).try_into().ok()
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_receiver_asks_for_seconds_or_until_a_time() {
        let now = datetime!(2022-10-06 02:00 UTC);
        let after = |status, said: &str| {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, said.parse().expect("a value"))]);
            retry_after(status, &headers, now).map(|after| after.as_secs())
        };
        let busy = StatusCode::TOO_MANY_REQUESTS;
        for (said, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            ("Thu, 06 Oct 2022 02:10:00 GMT", Some(600)),
            ("Thu, 06 Oct 2022 01:00:00 GMT", None),
            ("-1", None),
            ("soon", None),
            ("99999999999999999999999", None),
        ] {
            assert_eq!(after(busy, said), seconds, "{said}");
        }
        assert_eq!(after(StatusCode::SERVICE_UNAVAILABLE, "5"), Some(5));
        assert_eq!(after(StatusCode::MOVED_PERMANENTLY, "5"), None);
        assert_eq!(retry_after(busy, &HeaderMap::new(), now), None);
    }
}
