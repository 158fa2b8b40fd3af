//! Unary calls by a client that costs the machine as little as can be, as pgbench does for inserts: HTTP/2 and no more. It sends one
//! kind of request, and of an answer it looks only at the status.

use std::net::SocketAddr;

use anyhow::{Context, ensure};
use bytes::{BufMut, Bytes, BytesMut};
use futures::future::try_join_all;
use h2::client::SendRequest;
use prost::Message;
use tokio::net::TcpStream;

/// What an unread answer may take: as much as tonic's own client allows.
const CONNECTION_WINDOW: u32 = 5 << 20;
const STREAM_WINDOW: u32 = 2 << 20;
/// A message's frame: not compressed, then the length.
const FRAME: usize = 5;

/// One HTTP/2 connection; clones share it.
#[derive(Clone)]
pub struct Unary {
    send: SendRequest<Bytes>,
    request: http::Request<()>,
}

impl Unary {
    /// A connection for calls of this method, as `/package.Service/Method`.
    async fn connect(address: SocketAddr, method: &str, token: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (send, connection) = h2::client::Builder::new()
            .initial_connection_window_size(CONNECTION_WINDOW)
            .initial_window_size(STREAM_WINDOW)
            .handshake(stream)
            .await?;
        // Its end shows in the calls.
        tokio::spawn(connection);
        let request = http::Request::post(format!("http://{address}{method}"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("authorization", format!("Bearer {token}"))
            .body(())?;
        Ok(Self { send, request })
    }

    /// A handful of connections, as an office's network or a gateway has them.
    pub async fn connections(address: SocketAddr, method: &str, token: &str) -> anyhow::Result<Vec<Self>> {
        const CONNECTIONS: usize = 4;
        try_join_all((0..CONNECTIONS).map(|_| Self::connect(address, method, token))).await
    }

    /// Makes a call. An error unless its status is OK.
    pub async fn call(&mut self, message: &impl Message) -> anyhow::Result<()> {
        let length = message.encoded_len();
        let mut frame = BytesMut::with_capacity(FRAME + length);
        frame.put_u8(0);
        frame.put_u32(u32::try_from(length)?);
        message.encode(&mut frame)?;

        let (response, mut body) = self.send.clone().ready().await?.send_request(self.request.clone(), false)?;
        body.send_data(frame.freeze(), true)?;
        let (head, mut answer) = response.await?.into_parts();
        let mut read = 0;
        while let Some(data) = answer.data().await {
            let data = data?;
            read += data.len();
            answer.flow_control().release_capacity(data.len())?;
        }
        let trailers = answer.trailers().await?.unwrap_or(head.headers);
        let status = trailers.get("grpc-status").context("the answer has no status")?;
        ensure!(status == "0", "the answer was {status:?}: {:?}", trailers.get("grpc-message"));
        ensure!(read > FRAME, "the answer has no message");
        Ok(())
    }
}
