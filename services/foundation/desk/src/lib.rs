//! How a write service takes a command and answers it, whatever its domain decides about.
//!
//! A handler takes a [`call::Call`], parses [`field`] by field what is asked for, and notes what is wrong in [`problem`]; what the
//! log or the vault says in the end is told by [`failure`]. Officers read [`words`]. [`startup`] opens a service's log and serves
//! what stands behind it, [`policy`] runs what it does by itself, by the world's clock or a simulated one ([`clock`]); [`config`] has the
//! rooms that each write service's configuration has. [`import`] takes rows in bulk.

pub mod call;
pub mod clock;
pub mod closed;
pub mod config;
pub mod failure;
pub mod field;
pub mod follow;
pub mod import;
pub mod keep;
pub mod list;
pub mod log;
pub mod policy;
pub mod problem;
pub mod secrets;
pub mod startup;
pub mod target;
pub mod vault;
pub mod wire;
pub mod words;
