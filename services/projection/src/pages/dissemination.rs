//! Dissemination: the funnel of a region's campaigns, and of one campaign.

mod funnel;
mod model;

pub use funnel::{Funnel, NoticeKind, Rung};
pub use model::*;
