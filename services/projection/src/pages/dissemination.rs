//! Dissemination: what was told in a region and how far it came, and one campaign.

mod bulletin;
mod campaign;
mod edition;
mod export;
mod finding;
mod funnel;
mod ladder;
mod model;
mod programme;
mod region;
mod words;

pub use bulletin::bulletin;
pub use campaign::campaign;
pub use edition::*;
pub use funnel::{Funnel, NoticeKind, Rung};
pub use model::*;
pub use programme::programme;
pub use region::{nation, show};
