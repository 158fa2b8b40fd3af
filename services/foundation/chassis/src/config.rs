//! Configuration of a service: one TOML file and variables `KIM__SECTION__KEY` over it, typed, and every mistake named
//! at once. Secrets stand in files of their own; the configuration names their paths.

mod args;
mod loading;
mod problems;
mod sections;
mod wording;

pub use args::Args;
pub use loading::{load, load_or_exit};
pub use problems::{Check, ConfigErrors, Problem, Problems};
pub use sections::{Database, Grpc, Http, Identity, LogFormat, Nats, Telemetry};
