//! A community assessed by a rubric for a period: once, and then revised, or withdrawn and assessed anew.

use kim_values::{Code, Edition, Period, Region, VaultRef};
use time::Date;

use super::{
    Refusal,
    community::Status,
    ids::{CommunityId, OfficeId},
    rubric::Rubric,
    score::{Given, Scored},
};

mod course;
#[cfg(test)]
pub(crate) mod histories;
#[cfg(test)]
mod tests;

pub use course::{Assessed, Compared, Step, course};

/// An assessment as its events made it. Each community, rubric and period has one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Assessment {
    #[default]
    Absent,
    Standing(Record),
    Withdrawn {
        record: Record,
        on: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub community: CommunityId,
    /// The community's seat when it was first assessed: all of an assessment's events stay in that part of the log.
    pub seat: Region,
    pub rubric: RubricVersion,
    pub period: Period,
    pub scored: Scored,
    /// The office that assessed, or revised last.
    pub office: OfficeId,
    pub assessed_on: Date,
    pub revised_on: Option<Date>,
}

/// The version of a rubric that scores are given by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RubricVersion {
    pub code: Code,
    pub version: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionReason {
    ScoredWrongly,
    EvidenceAdded,
    EvidenceInvalid,
    Objection,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalReason {
    WrongCommunity,
    WrongPeriod,
    WithoutEvidence,
    Other,
}

/// `today` is the day in the zone of the community's seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Assess {
        community: CommunityId,
        /// Of the community, as it stands.
        status: Status,
        seat: Region,
        rubric: Edition<Rubric>,
        period: Period,
        given: Vec<Given>,
        office: OfficeId,
        note: Option<VaultRef>,
        today: Date,
    },
    /// `rubric` is a version of the same rubric.
    Revise {
        rubric: Edition<Rubric>,
        given: Vec<Given>,
        office: OfficeId,
        reason: RevisionReason,
        note: Option<VaultRef>,
        today: Date,
    },
    Withdraw {
        reason: WithdrawalReason,
        note: Option<VaultRef>,
        today: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Assessed {
        community: CommunityId,
        seat: Region,
        rubric: RubricVersion,
        period: Period,
        scored: Scored,
        office: OfficeId,
        note: Option<VaultRef>,
        on: Date,
    },
    Revised {
        rubric_version: u32,
        scored: Scored,
        office: OfficeId,
        reason: RevisionReason,
        note: Option<VaultRef>,
        on: Date,
    },
    Withdrawn {
        reason: WithdrawalReason,
        note: Option<VaultRef>,
        on: Date,
    },
}

impl Assessment {
    /// What is known of it, withdrawn or not.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Absent => None,
            Self::Standing(record) | Self::Withdrawn { record, .. } => Some(record),
        }
    }

    fn standing(&self) -> Result<&Record, Refusal> {
        match self {
            Self::Absent => Err(Refusal::AssessmentNotFound),
            Self::Standing(record) => Ok(record),
            Self::Withdrawn { .. } => Err(Refusal::AssessmentWithdrawn),
        }
    }
}

/// What happens when `command` is given to an assessment. A revision that changes nothing and says nothing decides nothing.
pub fn decide(assessment: &Assessment, command: Command) -> Result<Vec<Event>, Refusal> {
    Ok(match command {
        Command::Assess { community, status, seat, rubric, period, given, office, note, today } => {
            if let Assessment::Standing(_) = assessment {
                return Err(Refusal::AssessmentExists);
            }
            match status {
                Status::Registered | Status::Active | Status::Dormant => {}
                Status::Dissolved => return Err(Refusal::Dissolved),
                Status::Merged => return Err(Refusal::MergedAway),
                Status::Draft | Status::Submitted | Status::Returned => return Err(Refusal::NotRegistered(status)),
            }
            if period.first_day() > today {
                return Err(Refusal::PeriodInFuture);
            }
            let scored = rubric.content.score(&given).map_err(Refusal::Scores)?;
            let rubric = RubricVersion { code: rubric.content.code(), version: rubric.version };
            vec![Event::Assessed { community, seat, rubric, period, scored, office, note, on: today }]
        }
        Command::Revise { rubric, given, office, reason, note, today } => {
            let record = assessment.standing()?;
            let scored = rubric.content.score(&given).map_err(Refusal::Scores)?;
            let rubric_version = rubric.version;
            let is_same = record.scored == scored && record.rubric.version == rubric_version && record.office == office;
            if is_same && note.is_none() {
                return Ok(Vec::new());
            }
            vec![Event::Revised { rubric_version, scored, office, reason, note, on: today }]
        }
        Command::Withdraw { reason, note, today } => {
            assessment.standing()?;
            vec![Event::Withdrawn { reason, note, on: today }]
        }
    })
}

/// The assessment after `event`. An event that does not fit its state leaves it: `decide` makes none.
#[must_use]
pub fn evolve(state: Assessment, event: &Event) -> Assessment {
    match (state, event) {
        (before, Event::Assessed { community, seat, rubric, period, scored, office, on, .. }) => {
            Assessment::Standing(Record {
                community: *community,
                seat: before.record().map_or(*seat, |record| record.seat),
                rubric: *rubric,
                period: *period,
                scored: scored.clone(),
                office: *office,
                assessed_on: *on,
                revised_on: None,
            })
        }
        (Assessment::Standing(record), Event::Revised { rubric_version, scored, office, on, .. }) => {
            Assessment::Standing(Record {
                rubric: RubricVersion { version: *rubric_version, ..record.rubric },
                scored: scored.clone(),
                office: *office,
                revised_on: Some(*on),
                ..record
            })
        }
        (Assessment::Standing(record), Event::Withdrawn { on, .. }) => Assessment::Withdrawn { record, on: *on },
        (state, _) => state,
    }
}
