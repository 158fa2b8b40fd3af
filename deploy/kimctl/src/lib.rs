//! The operator's command line: where everything stands, tokens, rebuilds, checks of the log, imports.

pub mod cli;
pub mod connection;
pub mod csv_rows;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod import;
pub mod log;
pub mod progress;
pub mod projection;
pub mod refusal;
pub mod run;
pub mod status;
pub mod table;
pub mod territory;
pub mod times;
pub mod token;
