//! Whoever receives what the channels send: a web server, and a mail server.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
};

use kim_webhook::{Secret, Signed, verify};
use serde_json::Value;
use time::OffsetDateTime;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What a web server was sent.
#[derive(Debug, Clone)]
pub struct Received {
    pub id: String,
    pub json: Value,
    timestamp: String,
    signature: String,
    body: Vec<u8>,
}

impl Received {
    /// Whether it is signed with that secret.
    pub fn is_signed(&self, secret: &str) -> bool {
        let signed = Signed { id: &self.id, timestamp: &self.timestamp, signature: &self.signature };
        verify(&Secret::parse(secret).unwrap(), signed, &self.body, OffsetDateTime::now_utc()).is_ok()
    }
}

/// A web server that answers what it is told to.
pub struct WebServer {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    answer: Arc<AtomicU16>,
}

impl WebServer {
    /// `answer` is an HTTP status; 0 closes the connection without an answer, and 1 never answers.
    pub async fn start(answer: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = Self { address, received: Arc::default(), answer: Arc::new(AtomicU16::new(answer)) };
        let (received, answer) = (server.received.clone(), server.answer.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, received.clone(), answer.clone()));
            }
        });
        server
    }

    /// By the name that the configuration lets through.
    pub fn url(&self) -> String {
        format!("http://localhost:{}/terima", self.address.port())
    }

    pub fn answers(&self, status: u16) {
        self.answer.store(status, Ordering::SeqCst);
    }

    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Of this type.
    pub fn of(&self, kind: &str) -> Vec<Received> {
        self.received().into_iter().filter(|received| received.json["type"] == kind).collect()
    }
}

async fn serve(stream: TcpStream, received: Arc<Mutex<Vec<Received>>>, answer: Arc<AtomicU16>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    let (mut id, mut timestamp, mut signature, mut length) = (String::new(), String::new(), String::new(), 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim().split_once(": ") else {
            if line.trim().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "webhook-id" => value.clone_into(&mut id),
            "webhook-timestamp" => value.clone_into(&mut timestamp),
            "webhook-signature" => value.clone_into(&mut signature),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let json = serde_json::from_slice(&body).ok()?;
    let status = answer.load(Ordering::SeqCst);
    received.lock().unwrap().push(Received { id, json, timestamp, signature, body });
    match status {
        0 => {}
        1 => std::future::pending().await,
        status => {
            let head = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).await.ok()?;
        }
    }
    Some(())
}

/// A mail server that takes every letter.
pub struct MailServer {
    pub port: u16,
    letters: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let letters: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = letters.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, kept.clone()));
            }
        });
        Self { port, letters }
    }

    /// Each with whom it is to and from, as the connection said, on its first lines.
    pub fn letters(&self) -> Vec<String> {
        self.letters.lock().unwrap().clone()
    }
}

async fn take(stream: TcpStream, letters: Arc<Mutex<Vec<String>>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 mail.test\r\n").await.ok()?;
    let mut letter = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let command = line.trim().to_ascii_uppercase();
        if command == "DATA" {
            stream.write_all(b"354 go on\r\n").await.ok()?;
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await.ok()?;
                if line == ".\r\n" {
                    break;
                }
                letter.push_str(&line);
            }
            letters.lock().unwrap().push(std::mem::take(&mut letter));
        } else if command.starts_with("MAIL FROM") || command.starts_with("RCPT TO") {
            letter.push_str(&line);
        } else if command == "QUIT" {
            stream.write_all(b"221 bye\r\n").await.ok()?;
            return Some(());
        }
        let answer: &[u8] = if command.starts_with("EHLO") { b"250 mail.test\r\n" } else { b"250 ok\r\n" };
        stream.write_all(answer).await.ok()?;
    }
}
