//! The service whole, on a real registry, a real PostgreSQL and a real NATS.
#![allow(clippy::unwrap_used, reason = "a test")]

mod campaign;
mod delivery;
mod endpoint;
mod inbox;
mod material;
mod media;
mod nation;
mod owner;
mod programme;
mod question;
mod receivers;
mod reports;
mod stage;
mod start;
