//! Between the domain and the contract: how events are written and read, and how an answer says what the domain knows.

pub mod audience;
pub mod campaign;
pub mod content;
pub mod delivery;
pub mod endpoint;
pub mod material;
mod pairs;
pub mod programme;
pub mod question;
mod stored;
#[cfg(test)]
mod tests;
