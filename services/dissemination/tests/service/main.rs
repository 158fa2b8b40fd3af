//! The service whole, on a real registry, a real PostgreSQL and a real NATS.

mod material;
mod media;
mod nation;
mod owner;
mod programme;
mod start;
