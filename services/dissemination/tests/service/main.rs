//! The service whole, on a real registry, a real PostgreSQL and a real NATS.

mod nation;
mod start;
