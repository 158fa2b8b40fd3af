//! The nation on a laptop: private servers, the services, and the sample nation.
//!
//! Three layers, from below: [`process`] starts one program and knows it again by its identity, [`servers`] know
//! PostgreSQL and NATS (tests start them in temporary directories), [`supervisor`] keeps all of them and the services
//! running under one [`home::Home`].

pub mod account;
pub mod process;
pub mod servers;
