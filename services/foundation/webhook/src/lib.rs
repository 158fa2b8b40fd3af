//! Messages to other people's endpoints, over HTTP: the one way in which a service sends them.
//!
//! A service [queues](Queue::enqueue) a message in the transaction in which it becomes true; a [`Worker`] signs it (Standard Webhooks), sends it
//! to the [`Address`] that the [`Guard`] lets through, and tries again for three days; [`Queue::outcomes`] says what came of it. A receiver
//! gets each message at least once, with the same id each time. It knows nothing of what the messages say.

mod address;
mod carrier;
mod claim;
mod client;
mod clock;
mod destination;
mod endpoint;
mod flights;
mod guard;
mod listing;
mod message;
mod metrics;
mod network;
mod outcome;
#[cfg(test)]
mod plans;
mod queue;
mod replay;
mod report;
mod schedule;
mod schema;
mod settle;
mod signature;
mod wake;
mod words;
mod worker;

pub use address::{Address, AddressError, MAX_ADDRESS};
pub use carrier::{Carried, Carrier, VAULT_PATIENCE, Webhooks};
pub use client::{Client, Patience};
pub use clock::Clock;
pub use destination::{Destination, Unseal, UnsealError};
pub use endpoint::{Condition, State};
pub use flights::Slots;
pub use guard::{Addresses, Exceptions, Guard, NotAllowed, Resolve};
pub use listing::{DeadLetter, Logged};
pub use message::{EndpointId, MAX_PAYLOAD, Message, MessageError, MessageId, MessageType};
pub use network::Inside;
pub use outcome::{Attempt, Failure, Outcome, Verdict};
pub use queue::{EnqueueError, Enqueued, Queue};
pub use replay::{Again, ReplayError};
pub use report::{DeadReason, Report, What};
pub use schedule::Schedule;
pub use signature::{Previous, Secret, SecretError, Secrets, Signed, VerifyError, verify};
pub use worker::{Options, Worker};
