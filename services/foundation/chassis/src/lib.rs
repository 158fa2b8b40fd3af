//! A service without a domain: configuration, telemetry, identity, access, errors at the edge, health, drain.
//!
//! A service's `main` is ten lines: [`config::Args::from_env`], [`config::load_or_exit`], [`telemetry::init`], its own
//! `startup`, and [`serve::Service::run_until_signal`]. Nothing here is global except telemetry and the allocator,
//! which a process has once; so tests start several services in one process.

pub mod access;
pub mod config;
pub mod database;
pub mod errors;
pub mod identity;
pub mod nats;
pub mod pools;
pub mod serve;
pub mod telemetry;
pub mod territory;

/// A call makes and drops hundreds of small things on any thread, where the C library's allocator takes a sixth of a
/// service's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
