//! The service whole, on a real registry, a real PostgreSQL and a real NATS.

#![allow(clippy::unwrap_used, reason = "a test")]

mod campaign;
mod nation;
mod start;
