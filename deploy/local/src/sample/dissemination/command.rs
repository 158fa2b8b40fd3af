//! What the plan gives to dissemination to do. Places are those in [`super::Dissemination`].

use super::{campaign, material, question, verification};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// The programme of that index.
    Establish(usize),
    Close(usize),
    /// Of the material of that index.
    Write(usize, material::Turn),
    /// Of the campaign of that index.
    Campaign(usize, campaign::Turn),
    /// Of the delivery of a campaign at a community.
    Settle {
        campaign: usize,
        kim: usize,
        turn: verification::Turn,
    },
    /// Of the question of that index.
    Ask(usize, question::Turn),
}

/// What a command is about: no two of one step are about the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Matter {
    Programme(usize),
    Material(usize),
    Campaign(usize),
    Delivery { campaign: usize, kim: usize },
    Question(usize),
}

impl Command {
    #[must_use]
    pub fn matter(self) -> Matter {
        match self {
            Self::Establish(programme) | Self::Close(programme) => Matter::Programme(programme),
            Self::Write(material, _) => Matter::Material(material),
            Self::Campaign(campaign, _) => Matter::Campaign(campaign),
            Self::Settle { campaign, kim, .. } => Matter::Delivery { campaign, kim },
            Self::Ask(question, _) => Matter::Question(question),
        }
    }
}
