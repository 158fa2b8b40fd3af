//! The gRPC handlers: parse, authorise, decide, append, reply.

pub mod campaign;
mod commands;
pub mod delivery;
pub mod desk;
pub mod endpoint;
mod id;
pub mod inbox;
pub mod material;
pub mod programme;
pub mod question;
mod refusals;
mod request;
pub mod simulation;
