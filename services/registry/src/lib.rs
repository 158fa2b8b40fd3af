//! Who the communities are, and the master data: offices, grants, rules, baselines, territory.
//!
//! A command goes one way: handler ([`service`]) → `decide` ([`domain`]) → append (`kim_eventlog`). What the registry does by itself
//! stands in [`policy`], what it knows of its own log in [`index`], personal data in [`vault`], and how events are written in [`wire`].

mod claims;
pub mod config;
pub mod domain;
pub mod index;
pub mod policy;
pub mod service;
pub mod startup;
pub mod vault;
pub mod wire;
