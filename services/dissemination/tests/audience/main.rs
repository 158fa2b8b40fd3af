//! The copy of the registry on a real PostgreSQL, fed by a real log through a real NATS: who it says is in an audience is compared with a
//! recount straight from what the events tell.

#![allow(clippy::unwrap_used, reason = "a test")]

mod drawing;
mod history;
mod keeping;
mod question;
mod rig;
mod speed;
