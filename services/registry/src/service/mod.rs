//! The gRPC handlers: parse, authorise, decide, append, reply.

pub mod assessment;
pub mod call;
mod claims;
pub mod closed;
pub mod code_list;
pub mod community;
pub mod desk;
mod flaws;
mod import;
pub mod log;
pub mod office;
mod parse;
mod problem;
mod refusals;
pub mod rule;
pub mod simulation;
pub mod training;
mod words;
