//! The real services on a real `PostgreSQL` and a real NATS, each test with its own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod harness;

mod assessments;
mod digest;
mod faults;
mod imports;
mod isolation;
mod journeys;
mod log;
mod measures;
mod offices;
mod pages;
mod part;
mod partnerships;
mod privacy;
mod rebuild;
mod reconcile;
mod records;
mod relay;
mod restore;
mod search;
mod story;
mod subscriber;
mod territory;
mod trainings;
