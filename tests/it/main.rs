//! The real services on a real `PostgreSQL` and a real NATS, each test with its own.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it stands")]

mod harness;

// They begin in the order of their names; `chronicle` and `due` take longest, and would be waited for alone at the end.
mod assessments;
mod chronicle;
mod digest;
mod dissemination;
mod due;
mod erasure;
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
mod subscriber;
mod territory;
mod trainings;
