//! The channels out: what a community is told goes to its endpoints, too. A subscriber of the service's own log puts notifications into the
//! queue, a worker puts them into words and sends them, and what came of them goes back into the log as receipts.

mod address;
mod carrier;
mod email;
mod fold;
mod message;
mod publication;
mod receipts;
mod schema;
mod webhook;

use anyhow::Context;
use kim_desk::{keep::Keeper, words::Words};
use kim_eventlog::{Checkpoints, Feed, Log, Partition};
use kim_webhook::{Again, Client, Clock, EndpointId, Exceptions, Guard, Options, Patience, Queue, ReplayError, Worker};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

pub use address::Address;
pub use email::{Email, Encryption};
pub use message::{Kind, Notification};

use crate::{service::desk::Desk, startup::CONTEXT};
use carrier::Post;
use email::Relay;
use fold::ChannelFold;
use publication::Publications;
use receipts::Receipts;

/// Where the channels' tables are in the service's database.
pub const SCHEMA: &str = "channel";

/// Sends what communities are told. Cheap to clone.
#[derive(Clone)]
pub struct Channels {
    log: Log,
    queue: Queue,
    keeper: Keeper,
    guard: Guard,
    post: Post,
    receipts: Receipts,
}

impl Channels {
    /// Brings the tables up to date. `pool` has connections of its own: what is sent does not delay commands.
    pub async fn open(desk: &Desk, pool: PgPool, exceptions: &Exceptions, email: &Email) -> anyhow::Result<Self> {
        schema::migrate(&pool).await?;
        let log = desk.log.clone();
        Checkpoints::new(SCHEMA, log.context(), Partition::WHOLE).create(&mut *pool.acquire().await?).await?;
        let queue = Queue::open(pool.clone(), Clock::system()).await?;
        let guard = Guard::new(exceptions.clone());
        let client = Client::new(guard.clone(), Patience::default()).context("sertifikat mesin ini")?;
        let publications = Publications::new(log.clone(), desk.materials.clone());
        let post = Post { records: desk.records.clone(), publications, client, relay: Relay::of(email)? };
        let receipts = Receipts { desk: desk.clone(), queue: queue.clone(), pool: pool.clone() };
        let keeper = Keeper::new(pool, SCHEMA, CONTEXT);
        Ok(Self { log, queue, keeper, guard, post, receipts })
    }

    /// Queues what communities are told, until `stop`; in one replica at a time.
    pub async fn keep(self, stop: CancellationToken) {
        let queue = self.queue.clone();
        self.keeper.keep(Feed::Log(self.log), || ChannelFold { queue: queue.clone() }, stop).await;
    }

    /// Sends what is queued, until `stop`; all replicas do.
    pub async fn send(self, stop: CancellationToken) {
        Worker::new(self.queue, self.post, Options::default()).run(stop).await;
    }

    /// Writes what came of it into the log, until `stop`; in one replica at a time.
    pub async fn receive(self, stop: CancellationToken) {
        self.receipts.run(stop).await;
    }

    #[must_use]
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    pub async fn replay(&self, endpoint: EndpointId, again: Again) -> Result<u64, ReplayError> {
        let mut transaction = self.receipts.pool.begin().await?;
        let messages = self.queue.replay(&mut transaction, endpoint, &again).await?;
        transaction.commit().await?;
        Ok(messages)
    }

    /// A webhook's address that was typed, and that may be called.
    pub async fn webhook_address(&self, text: &str) -> Result<kim_webhook::Address, Words> {
        let address = kim_webhook::Address::parse(text.trim()).map_err(kim_webhook::AddressError::words)?;
        self.guard.admit(&address).await.map_err(|error| error.words())?;
        Ok(address)
    }

    /// An e-mail address that was typed.
    pub fn email_address(&self, text: &str) -> Result<lettre::Address, Words> {
        if self.post.relay.is_none() {
            return Err(Words::new(
                "EMAIL_NOT_OFFERED",
                "Saluran surel belum tersedia di sini.",
                "Pakai kotak masuk atau webhook, atau minta pengelola memasang server surel.",
            ));
        }
        address::email(text)
    }
}
