//! What a registry decides: pure, without I/O and without a clock. Each aggregate is a `decide` and an `evolve`.

pub mod adoption;
pub mod assessment;
pub mod baseline;
pub mod board;
pub mod channel;
pub mod code_list;
pub mod community;
pub mod due;
pub mod grant;
pub mod ids;
pub mod name;
pub mod office;
pub mod partnership;
pub mod profile;
pub mod reach;
pub mod refusal;
pub mod registration;
pub mod rubric;
pub mod rule;
pub mod score;
pub mod seat;
pub mod training;

pub use refusal::Refusal;
