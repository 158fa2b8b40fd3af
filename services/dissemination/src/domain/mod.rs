//! What dissemination decides: pure, without I/O and without a clock. Each aggregate is a `decide` and an `evolve`.

pub mod audience;
pub mod campaign;
pub mod content;
pub mod delivery;
pub mod endpoint;
pub mod ids;
pub mod material;
#[cfg(test)]
mod matrix;
pub mod programme;
pub mod question;
pub mod refusal;
#[cfg(test)]
pub(crate) mod walks;
pub mod window;

pub use refusal::Refusal;
