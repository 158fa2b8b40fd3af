//! An endpoint of somebody else: it believes what is signed, notes what has arrived whole, and does what it is told to.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use kim_webhook::{Address, Destination, Secret, Secrets, Signed, verify};
use time::OffsetDateTime;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpListener,
    task::AbortHandle,
};

pub const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
pub const BUSY: &str = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n";

/// What it does with a connection.
#[derive(Debug, Clone)]
pub enum Act {
    /// Reads the request and writes this, whatever it is, and closes.
    Say(String),
    /// The same, after a while.
    SayAfter(Duration, String),
    /// Reads the request and says nothing more.
    Hang,
    /// Closes without a word.
    Close,
    /// A body without end.
    Endless,
}

pub fn say(text: &str) -> Act {
    Act::Say(text.to_owned())
}

pub struct Receiver {
    pub secret: Secret,
    pub at: SocketAddr,
    noted: Arc<Noted>,
    task: AbortHandle,
}

#[derive(Default)]
struct Noted {
    connections: AtomicUsize,
    open: AtomicUsize,
    most_open: AtomicUsize,
    arrived: Mutex<BTreeMap<String, usize>>,
}

impl Receiver {
    /// Does what is said for each connection, by its number from 0.
    pub async fn start(act: impl Fn(usize) -> Act + Send + Sync + 'static) -> Self {
        Self::start_at([127, 0, 0, 1].into(), act).await
    }

    pub async fn start_at(ip: IpAddr, act: impl Fn(usize) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let (secret, noted) = (Secret::generate(), Arc::new(Noted::default()));
        let at = listener.local_addr().unwrap();
        let (key, its) = (secret.clone(), noted.clone());
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let act = act(its.connections.fetch_add(1, SeqCst));
                tokio::spawn(serve(stream, act, key.clone(), its.clone()));
            }
        });
        Self { secret, at, noted, task: task.abort_handle() }
    }

    pub fn destination(&self) -> Destination {
        self.named(&self.at.ip().to_string())
    }

    /// The same by a name.
    pub fn named(&self, host: &str) -> Destination {
        let address = Address::parse(&format!("http://{host}:{}/terima", self.at.port())).unwrap();
        Destination { address, secrets: Secrets::one(self.secret.clone()) }
    }

    pub fn connections(&self) -> usize {
        self.noted.connections.load(SeqCst)
    }

    /// Requests that were being answered at the same time, at most.
    pub fn most_open(&self) -> usize {
        self.noted.most_open.load(SeqCst)
    }

    /// Ids of the messages that arrived whole.
    pub fn arrived(&self) -> BTreeSet<String> {
        self.noted.arrived.lock().unwrap().keys().cloned().collect()
    }

    /// How often a message arrived that arrived most often.
    pub fn most_often(&self) -> usize {
        self.noted.arrived.lock().unwrap().values().copied().max().unwrap_or_default()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, act: Act, secret: Secret, noted: Arc<Noted>) {
    if matches!(act, Act::Close) {
        return;
    }
    let Some(id) = read(&mut stream, &secret).await else { return };
    let open = noted.open.fetch_add(1, SeqCst) + 1;
    noted.most_open.fetch_max(open, SeqCst);
    *noted.arrived.lock().unwrap().entry(id).or_default() += 1;
    match act {
        Act::Close => unreachable!("it has not read"),
        Act::Say(text) => drop(stream.write_all(text.as_bytes()).await),
        Act::SayAfter(wait, text) => {
            tokio::time::sleep(wait).await;
            drop(stream.write_all(text.as_bytes()).await);
        }
        Act::Hang => {
            let _ = stream.read_u8().await;
        }
        Act::Endless => {
            let mut written = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while written.is_ok() {
                written = stream.write_all(&[b'x'; 4096]).await;
            }
        }
    }
    noted.open.fetch_sub(1, SeqCst);
    let _ = stream.shutdown().await;
}

/// The id of a request that is signed by the secret; `None` when it broke off.
pub async fn read(stream: &mut (impl AsyncRead + Unpin), secret: &Secret) -> Option<String> {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break (String::from_utf8(bytes[..end].to_vec()).unwrap(), bytes.split_off(end + 4));
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    };
    assert!(head.starts_with("POST /terima HTTP/1.1\r\n"), "{head}");
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).unwrap()
    };
    let mut body = body;
    let length: usize = header("content-length").parse().unwrap();
    while body.len() < length {
        if stream.read_buf(&mut body).await.unwrap_or(0) == 0 {
            return None;
        }
    }
    let id = header("webhook-id");
    let signed = Signed { id, timestamp: header("webhook-timestamp"), signature: header("webhook-signature") };
    // A test may be years away; what time a message was signed for is its own.
    let now = OffsetDateTime::from_unix_timestamp(signed.timestamp.parse().unwrap()).unwrap();
    verify(secret, signed, &body, now).unwrap();
    Some(id.to_owned())
}
