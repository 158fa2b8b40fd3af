//! The gRPC handlers: parse, authorise, decide, append, reply.

pub mod assessment;
pub mod code_list;
mod commands;
pub mod community;
pub mod desk;
mod flaws;
mod id;
mod import;
mod numbers;
pub mod office;
mod parse;
pub mod partnership;
mod refusals;
pub mod rule;
pub mod simulation;
mod territory;
pub mod training;
#[cfg(test)]
mod walks;
mod words;

use crate::claims;
