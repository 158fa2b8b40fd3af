//! The read model on a real PostgreSQL, fed by a real log: what it answers is compared with a recount straight from the events.

#![allow(clippy::unwrap_used, reason = "a test")]

mod dissemination;
mod figures;
mod generations;
mod history;
mod recount;
mod rig;
mod speed;
