//! Configuration of a service: one TOML file and variables `KIM__SECTION__KEY` over it, typed, and every mistake named
//! at once. Secrets stand in files of their own; the configuration names their paths.
//!
//! The sections that services share are here. Each can be left out or written in part: what has no sensible default is
//! empty then, and its check says so, so that all gaps are named together.

mod args;
mod database;
mod identity;
mod loading;
mod nats;
mod network;
mod problems;
mod source;
mod telemetry;
#[cfg(test)]
mod tests;
mod wording;

pub use args::Args;
pub use database::Database;
pub use identity::Identity;
pub use loading::{load, load_or_exit};
pub use nats::Nats;
pub use network::{Grpc, Http};
pub use problems::{Check, ConfigErrors, Problem, Problems};
pub use source::Source;
pub use telemetry::{LogFormat, Telemetry};
