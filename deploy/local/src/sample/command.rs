//! What the plan gives to the registry to do.

use kim_territory::Decree;

use super::{assessment, errand::Matter, life::Cause, partnership, plan::Plan, training};

/// Places are those in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    AdoptTerritory(Decree),
    SetFormationRule,
    SetDormancyRule,
    SetBaseline,
    SetActivityKinds,
    /// As they were known by the end of that year.
    SetTopics(i32),
    SetRubric,
    /// The office of that index.
    Establish(usize),
    /// Of the training of that index.
    Train(usize, training::Turn),
    /// Of the community of that index, like all that follow.
    Plan(usize, Cause),
    Dissolve(usize),
    /// Into the other one.
    Merge(usize, usize),
    Draft(usize),
    Submit(usize),
    Return(usize),
    Register(usize),
    Tell(usize, Matter),
    /// Of the partnership of that index.
    Agree(usize, partnership::Turn),
    /// Of the assessment of that index.
    Assess(usize, assessment::Turn),
}

impl Command {
    /// Whether it is about what all others are measured by.
    #[must_use]
    pub fn is_master(self) -> bool {
        matches!(
            self,
            Self::AdoptTerritory(_)
                | Self::SetFormationRule
                | Self::SetDormancyRule
                | Self::SetBaseline
                | Self::SetActivityKinds
                | Self::SetTopics(_)
                | Self::SetRubric
        )
    }

    /// Whether the registry tells other communities something of itself after it, which comes before all else that is told.
    #[must_use]
    pub fn is_reacted_to(self) -> bool {
        matches!(self, Self::Train(_, training::Turn::Held) | Self::Merge(..))
    }

    /// The community that it is about, if it is about one.
    #[must_use]
    pub fn kim(self, plan: &Plan) -> Option<usize> {
        match self {
            Self::Plan(kim, _)
            | Self::Dissolve(kim)
            | Self::Merge(kim, _)
            | Self::Draft(kim)
            | Self::Submit(kim)
            | Self::Return(kim)
            | Self::Register(kim)
            | Self::Tell(kim, _) => Some(kim),
            Self::Agree(partnership, _) => Some(plan.partnerships[partnership].0),
            Self::Assess(assessment, _) => Some(plan.assessments[assessment].0),
            _ => None,
        }
    }
}
