//! The real services on a real `PostgreSQL` and a real NATS, each test with its own.

mod harness;

mod log;
mod relay;
mod subscriber;
