//! A question that people asked in a session, and what is answered:
//! `Asked → Answered → (Reopened → Answered)`, or `Redirected` to another office, or `SetAside`. What is asked and answered stands in the
//! vault until question and answer are published.

use kim_values::{Region, VaultRef};
use time::Date;

use super::{
    Refusal,
    ids::{ActorRef, CampaignId, CommunityId, DeliveryId, OfficeId, ProgrammeId, SessionId},
};

mod error;
#[cfg(test)]
pub(crate) mod histories;
mod published;
#[cfg(test)]
mod tests;

pub use error::QuestionError;
pub use published::{PublishedAnswer, PublishedAnswers, PublishedFlaw};

/// Where a question was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    pub delivery: DeliveryId,
    pub session: SessionId,
    pub campaign: CampaignId,
    pub programme: ProgrammeId,
    pub community: CommunityId,
    /// The community's seat: the question's events belong there.
    pub seat: Region,
}

/// A question as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub origin: Origin,
    /// The office that is to answer.
    pub office: OfficeId,
    /// What was asked and answered, in its order.
    pub turns: Vec<Turn>,
    pub stage: Stage,
    pub published: Option<PublishedAnswers>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Asked { text: VaultRef, on: Date },
    Answered { office: OfficeId, text: VaultRef, by: ActorRef, on: Date },
}

/// A stage of a question's life, with what only that stage has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Asked,
    Redirected,
    Answered { by: ActorRef },
    Reopened,
    SetAside { reason: SetAsideReason },
}

/// A stage's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Asked,
    Redirected,
    Answered,
    Reopened,
    SetAside,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetAsideReason {
    NotAQuestion,
    NotAboutTheProgramme,
    AskedBefore,
    Abusive,
    Aspiration,
    Other,
}

/// `today` is the day in the zone of the office that is to answer, of what is asked in that of the community's seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Ask {
        origin: Origin,
        office: OfficeId,
        text: VaultRef,
        today: Date,
    },
    Answer {
        text: VaultRef,
        by: ActorRef,
        today: Date,
    },
    /// By the community.
    Reopen {
        text: VaultRef,
        today: Date,
    },
    Redirect {
        to: OfficeId,
        office_is_open: bool,
        note: Option<VaultRef>,
        today: Date,
    },
    SetAside {
        reason: SetAsideReason,
        note: Option<VaultRef>,
        today: Date,
    },
    /// `by` approves what everybody is to read.
    Publish {
        answers: PublishedAnswers,
        by: ActorRef,
        today: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Asked { origin: Origin, office: OfficeId, text: VaultRef, on: Date },
    Answered { office: OfficeId, text: VaultRef, by: ActorRef, on: Date },
    Reopened { text: VaultRef, on: Date },
    Redirected { from: OfficeId, to: OfficeId, note: Option<VaultRef>, on: Date },
    SetAside { office: OfficeId, reason: SetAsideReason, note: Option<VaultRef>, on: Date },
    AnswerPublished { office: OfficeId, answers: PublishedAnswers, by: ActorRef, on: Date },
}

impl Stage {
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Asked => Status::Asked,
            Self::Redirected => Status::Redirected,
            Self::Answered { .. } => Status::Answered,
            Self::Reopened => Status::Reopened,
            Self::SetAside { .. } => Status::SetAside,
        }
    }
}

/// What happens when `command` is given to a question.
pub fn decide(state: Option<&Question>, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Ask { origin, office, text, today } = command {
        return match state {
            None => Ok(vec![Event::Asked { origin, office, text, on: today }]),
            Some(_) => Err(Refusal::QuestionExists),
        };
    }
    let question = state.ok_or(Refusal::QuestionNotFound)?;
    let (office, status) = (question.office, question.stage.status());
    match (command, question.stage) {
        (Command::Ask { .. }, _) => unreachable!("decided above"),
        (Command::Answer { text, by, today }, Stage::Asked | Stage::Redirected | Stage::Reopened) => {
            Ok(vec![Event::Answered { office, text, by, on: today }])
        }
        (Command::Redirect { to, .. }, Stage::Asked | Stage::Redirected | Stage::Reopened) if to == office => {
            Err(QuestionError::WithThisOffice.into())
        }
        (Command::Redirect { to, office_is_open, note, today }, Stage::Asked | Stage::Redirected | Stage::Reopened) => {
            if !office_is_open {
                return Err(Refusal::OfficeClosed);
            }
            Ok(vec![Event::Redirected { from: office, to, note, on: today }])
        }
        (Command::SetAside { reason, note, today }, Stage::Asked | Stage::Redirected | Stage::Reopened) => {
            Ok(vec![Event::SetAside { office, reason, note, on: today }])
        }
        (Command::Reopen { text, today }, Stage::Answered { .. } | Stage::SetAside { .. }) => {
            Ok(vec![Event::Reopened { text, on: today }])
        }
        (Command::Publish { by, .. }, Stage::Answered { by: author }) if by == author => {
            Err(QuestionError::OwnAnswer.into())
        }
        (Command::Publish { answers, by, today }, Stage::Answered { .. }) => {
            let known = question.published.as_ref() == Some(&answers);
            Ok(if known { Vec::new() } else { vec![Event::AnswerPublished { office, answers, by, on: today }] })
        }
        (Command::Answer { .. } | Command::Redirect { .. } | Command::SetAside { .. }, _) => {
            Err(QuestionError::NotWaiting(status).into())
        }
        (Command::Reopen { .. }, _) => Err(QuestionError::NotClosed(status).into()),
        (Command::Publish { .. }, _) => Err(QuestionError::NotAnswered(status).into()),
    }
}

/// The question after `event`. `decide` makes none that does not fit its state.
#[must_use]
pub fn evolve(state: Option<Question>, event: &Event) -> Option<Question> {
    match (state, event) {
        (None, Event::Asked { origin, office, text, on }) => Some(Question {
            origin: *origin,
            office: *office,
            turns: vec![Turn::Asked { text: *text, on: *on }],
            stage: Stage::Asked,
            published: None,
        }),
        (Some(mut question), event) => {
            match event {
                Event::Asked { .. } => {}
                Event::Answered { office, text, by, on } => {
                    question.turns.push(Turn::Answered { office: *office, text: *text, by: *by, on: *on });
                    question.stage = Stage::Answered { by: *by };
                }
                Event::Reopened { text, on } => {
                    question.turns.push(Turn::Asked { text: *text, on: *on });
                    question.stage = Stage::Reopened;
                }
                Event::Redirected { to, .. } => {
                    question.office = *to;
                    question.stage = Stage::Redirected;
                }
                Event::SetAside { reason, .. } => question.stage = Stage::SetAside { reason: *reason },
                Event::AnswerPublished { answers, .. } => question.published = Some(answers.clone()),
            }
            Some(question)
        }
        (None, _) => None,
    }
}
