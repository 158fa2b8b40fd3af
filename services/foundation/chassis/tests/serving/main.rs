//! A service of this chassis as its callers and operators meet it: over real sockets, on free ports.
#![allow(clippy::unwrap_used, reason = "a test")]

mod authentication;
mod desk;
mod draining;
mod limits;
mod operations;
mod running;
