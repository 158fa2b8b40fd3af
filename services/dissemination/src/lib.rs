//! What is told to whom: programmes, materials, campaigns, deliveries and the questions that come back.

pub mod audience;
pub mod domain;
pub mod media;
pub mod wire;
