//! Who the communities are, and the master data: offices, grants, rules, baselines, territory.

pub mod domain;
