//! The nation on a laptop: private servers, the services, and the sample nation.
//!
//! Three layers, from below: [`process`] starts one program and knows it again by its identity, [`servers`] know
//! PostgreSQL and NATS (tests start them in temporary directories), [`up`] keeps all of them and the services running
//! under one [`home::Home`].

pub mod account;
pub mod detach;
pub mod down;
pub mod home;
pub mod http;
pub mod keeper;
pub mod lock;
pub mod ports;
pub mod process;
pub mod psql;
pub mod sample;
pub mod screen;
pub mod servers;
pub mod services;
pub mod status;
pub mod tokens;
pub mod up;
