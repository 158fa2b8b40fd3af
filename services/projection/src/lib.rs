//! Read models, `ReportingService` and the dashboards.
//!
//! Events come from the streams of the registry and of dissemination ([`context`], [`source`]), the one writer of all replicas
//! folds them ([`writer`], [`fold`]) into the generation that serves or the one that is being built ([`store`]), and every replica
//! answers from the one that serves:
//! [`reporting`] over gRPC, [`pages`] over HTTP. [`startup`] puts it together.

pub mod config;
pub mod context;
pub mod fold;
mod metrics;
pub mod pages;
pub mod reporting;
pub mod source;
pub mod startup;
pub mod store;
pub mod writer;
