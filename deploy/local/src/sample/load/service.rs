//! A service as the loader calls it: with a simulator's token, at a simulated time, and again when it was away.

use std::{future::Future, time::Duration};

use anyhow::{Context, bail};
use kim_contract::log::v1::{GetLogRequest, GetLogResponse, event_log_service_client::EventLogServiceClient};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::{Instant, sleep};
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};

/// A service that is away longer does not come back by itself.
const AWAY_AT_MOST: Duration = Duration::from_mins(3);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Rows in a message of an import.
pub const ROWS: usize = 300;
/// Entries on a page of a list.
pub const PAGE: i32 = 500;

/// Cheap to clone.
#[derive(Clone)]
pub struct Service {
    pub channel: Channel,
    token: MetadataValue<Ascii>,
}

impl Service {
    /// `address` is `http://127.0.0.1:7401`; it is connected to when it is called.
    pub fn new(address: &str, token: &str) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(address.to_owned()).with_context(|| format!("alamat {address}"))?;
        let endpoint = endpoint.tcp_nodelay(true).connect_timeout(Duration::from_secs(5));
        let token = format!("Bearer {token}").parse().context("token simulator")?;
        Ok(Self { channel: endpoint.connect_lazy(), token })
    }

    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }

    fn request_at<T>(&self, message: T, at: OffsetDateTime) -> Request<T> {
        let mut request = self.request(message);
        let text = at.format(&Rfc3339).expect("the simulation's years have four digits");
        request.metadata_mut().insert("kim-simulated-time", text.parse().expect("a time is of ASCII"));
        request
    }

    /// The service's log, which is a simulated one.
    pub async fn log(&self) -> anyhow::Result<GetLogResponse> {
        let answer = again(|| async {
            EventLogServiceClient::new(self.channel.clone()).get_log(self.request(GetLogRequest {})).await
        });
        let log = answer.await?.into_inner();
        if !log.simulated {
            bail!("log {} ini bukan log simulasi; contoh tidak boleh dimuat ke dalamnya", log.context);
        }
        Ok(log)
    }

    /// One call of one of its services, at a simulated time.
    pub async fn call<C, Q, A, F>(
        &self,
        client: impl Fn(Channel) -> C,
        message: Q,
        at: OffsetDateTime,
        call: impl Fn(C, Request<Q>) -> F,
    ) -> Result<A, Status>
    where
        Q: Clone,
        F: Future<Output = Result<tonic::Response<A>, Status>>,
    {
        let answer = again(|| call(client(self.channel.clone()), self.request_at(message.clone(), at))).await?;
        Ok(answer.into_inner())
    }

    /// All pages of a list, one after another: `ask` asks for the page of a token, and says what is on it and the next one's token.
    pub async fn all<T, F>(&self, ask: impl Fn(Self, String) -> F) -> anyhow::Result<Vec<T>>
    where
        F: Future<Output = Result<(Vec<T>, String), Status>>,
    {
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let (page, next) = again(|| ask(self.clone(), page_token.clone())).await?;
            found.extend(page);
            if next.is_empty() {
                return Ok(found);
            }
            page_token = next;
        }
    }
}

/// A stream that ended early says nothing of the rest.
pub fn complete<T>(results: Vec<T>, sent: usize) -> Result<Vec<T>, Status> {
    if results.len() == sent {
        Ok(results)
    } else {
        Err(Status::unavailable(format!("{} of {sent} rows were answered", results.len())))
    }
}

/// Calls until there is an answer, as long as the service may come back. What is called can be called twice.
pub async fn again<A, F: Future<Output = Result<A, Status>>>(call: impl Fn() -> F) -> Result<A, Status> {
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match call().await {
            Err(status) if passes(&status) && begun.elapsed() < AWAY_AT_MOST => {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            answer => return answer,
        }
    }
}

/// Whether the same call may have another answer later.
fn passes(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable
            | Code::Unknown
            | Code::Cancelled
            | Code::DeadlineExceeded
            | Code::ResourceExhausted
            | Code::Aborted
            | Code::Internal
    )
}
