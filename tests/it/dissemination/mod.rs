//! Dissemination whole, on a real registry.

mod campaign;
mod delivery;
mod endpoint;
mod inbox;
mod material;
mod media;
mod nation;
mod owner;
mod programme;
mod question;
mod receivers;
mod reports;
mod stage;
mod start;
