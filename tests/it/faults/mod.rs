//! What is broken under load, and what must hold all the same.
//!
//! `history` is what clients were told, `checker` judges it against what the log and the stream have, `evidence` gets that;
//! `workload` are the clients, `plan` says what is broken when.

mod backpressure;
mod broker;
mod campaign;
mod checker;
mod checker_tests;
mod clock;
mod disk;
mod evidence;
mod history;
mod import;
mod plan;
mod proxy;
mod replicas;
mod silence;
mod workload;
