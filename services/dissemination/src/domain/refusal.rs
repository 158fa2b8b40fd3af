//! Why a command is refused. One enum for the whole context: the edge maps it once.

use super::{
    campaign::CampaignError, delivery::DeliveryError, endpoint::EndpointError, material::MaterialError,
    programme::ProgrammeError, question::QuestionError,
};

/// Why a command is refused; its text is for developers, the words for officers stand at the edge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no such programme")]
    ProgrammeNotFound,
    #[error("the programme exists already")]
    ProgrammeExists,
    #[error("the programme is closed")]
    ProgrammeClosed,
    #[error("the office is closed")]
    OfficeClosed,
    #[error("the day lies more than ten years ahead")]
    TooFarAhead,
    #[error(transparent)]
    Programme(#[from] ProgrammeError),

    #[error("there is no such material")]
    MaterialNotFound,
    #[error("the material exists already")]
    MaterialExists,
    #[error("the material was withdrawn")]
    MaterialWithdrawn,
    #[error("the material was given up")]
    MaterialDiscarded,
    #[error("the material is not published")]
    MaterialNotPublished,
    #[error(transparent)]
    Material(#[from] MaterialError),

    #[error("there is no such campaign")]
    CampaignNotFound,
    #[error("the campaign exists already")]
    CampaignExists,
    #[error(transparent)]
    Campaign(#[from] CampaignError),

    #[error(transparent)]
    Delivery(#[from] DeliveryError),

    #[error("there is no such question")]
    QuestionNotFound,
    #[error("the question exists already")]
    QuestionExists,
    #[error(transparent)]
    Question(#[from] QuestionError),

    #[error("there is no such endpoint")]
    EndpointNotFound,
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
}
