//! Campaigns as they are shown.

mod audience;
mod campaign;
mod words;

pub use audience::{Drawn, Preview};
pub use campaign::Campaign;
pub(crate) use words::{notice, priority};

use serde::Serialize;

/// One campaign, several, whom one would reach, or whom one was for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Box<Campaign>),
    List(Vec<Campaign>),
    Preview(Preview),
    Audience(Drawn),
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        match self {
            Self::One(campaign) => campaign.screen(),
            Self::List(campaigns) => campaign::table(campaigns),
            Self::Preview(preview) => preview.screen(),
            Self::Audience(audience) => audience.screen(),
        }
    }
}
