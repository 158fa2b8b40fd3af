//! The queue on a real PostgreSQL, with workers that send to real endpoints: some answer, some are slow, some hang, some lie.

#![allow(clippy::unwrap_used, reason = "a test")]

mod attempt;
mod isolation;
mod kills;
mod queueing;
mod receiver;
mod replaying;
mod retrying;
mod rig;
mod side_by_side;
