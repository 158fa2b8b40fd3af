//! What is told to whom: programmes, materials, campaigns, deliveries and the questions that come back.
//!
//! A command goes one way: handler ([`service`]) → `decide` ([`domain`]) → append (`kim_eventlog`). What dissemination does by itself stands in
//! [`policy`], what it knows of its own log in [`index`], what it knows of the registry's in [`audience`], people's own words and what is not
//! published yet in [`vault`], and how events are written in [`wire`].

pub mod audience;
pub mod channel;
pub mod config;
pub mod domain;
pub mod index;
pub mod media;
pub mod policy;
pub mod service;
pub mod startup;
pub mod vault;
pub mod wire;
