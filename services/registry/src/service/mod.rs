//! The gRPC handlers: parse, authorise, decide, append, reply.

pub mod assessment;
pub mod call;
pub mod closed;
pub mod code_list;
pub mod community;
pub mod desk;
mod flaws;
mod import;
pub mod log;
mod numbers;
pub mod office;
mod parse;
pub mod partnership;
mod problem;
mod refusals;
pub mod rule;
pub mod simulation;
mod target;
mod territory;
pub mod training;
#[cfg(test)]
mod walks;
mod words;

use crate::claims;
