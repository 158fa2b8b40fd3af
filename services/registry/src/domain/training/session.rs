//! When a training was held, and who came.

use std::collections::{HashMap, HashSet};

use time::{Date, Duration};

use crate::domain::{
    Refusal,
    ids::{CommunityId, OfficerId},
};

/// As many communities as one training may list: more than any province has, and well within an event's size.
pub const MAX_PARTICIPANTS: usize = 5_000;
/// As many officers as may be named beside them: with all of them a training is still within an event's size.
pub const MAX_OFFICERS: usize = 2_500;

/// How long what a community does counts as following a training. See DOMAIN: "the 90 days after".
const FOLLOWED: Duration = Duration::days(90);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub held_from: Date,
    pub held_to: Date,
    pub participants: Vec<CommunityId>,
    pub office_staff: u32,
    /// Of the participants, as far as it was noted.
    pub attendance: Vec<Attendance>,
}

/// A community that was dissolved, or that goes on in another one: since that day it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    pub community: CommunityId,
    pub on: Date,
}

/// Who came of one community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    pub community: CommunityId,
    pub officers: Vec<OfficerId>,
    /// The officers among them.
    pub people: u32,
}

/// Why an attendance is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttendanceError {
    #[error("an attendance is of a community that did not take part")]
    NoParticipant,
    #[error("a community's attendance stands there twice")]
    Doubled,
    #[error("an officer stands there twice")]
    OfficerDoubled,
    #[error("there are more officers than people")]
    FewerThanOfficers,
    #[error("more than {0} officers are named")]
    TooManyOfficers(usize),
}

impl Session {
    /// The last day on which what a participant does counts as following.
    #[must_use]
    pub fn follow_until(&self) -> Date {
        self.held_to.saturating_add(FOLLOWED)
    }

    /// People of the communities that took part, as far as it was noted.
    #[must_use]
    pub fn people(&self) -> u32 {
        self.attendance.iter().fold(0, |sum, attendance| sum.saturating_add(attendance.people))
    }

    /// `ended` are those of the participants that are no more.
    pub(super) fn check(&self, ended: &[Ended], today: Date) -> Result<(), Refusal> {
        if self.held_to < self.held_from {
            return Err(Refusal::TrainingEndsBeforeBegin);
        }
        if self.held_to > today {
            return Err(Refusal::TrainingInFuture);
        }
        if self.participants.len() > MAX_PARTICIPANTS {
            return Err(Refusal::TooManyParticipants(MAX_PARTICIPANTS));
        }
        each_once(&self.participants)?;
        still_there(ended.iter().filter(|ended| ended.on < self.held_from))?;
        Ok(self.check_attendance()?)
    }

    fn check_attendance(&self) -> Result<(), AttendanceError> {
        // Whether each participant's attendance is still to come.
        let mut awaited: HashMap<CommunityId, bool> = self.participants.iter().map(|id| (*id, true)).collect();
        let mut officers = HashSet::new();
        for attendance in &self.attendance {
            match awaited.get_mut(&attendance.community) {
                None => return Err(AttendanceError::NoParticipant),
                Some(false) => return Err(AttendanceError::Doubled),
                Some(awaited) => *awaited = false,
            }
            if !attendance.officers.iter().all(|officer| officers.insert(officer)) {
                return Err(AttendanceError::OfficerDoubled);
            }
            if usize::try_from(attendance.people).is_ok_and(|people| people < attendance.officers.len()) {
                return Err(AttendanceError::FewerThanOfficers);
            }
        }
        if officers.len() > MAX_OFFICERS {
            return Err(AttendanceError::TooManyOfficers(MAX_OFFICERS));
        }
        Ok(())
    }
}

pub(super) fn each_once(communities: &[CommunityId]) -> Result<(), Refusal> {
    let mut seen = HashSet::with_capacity(communities.len());
    if communities.iter().all(|id| seen.insert(id)) { Ok(()) } else { Err(Refusal::ParticipantDoubled) }
}

/// Refuses communities that had ended, and says which.
pub(super) fn still_there<'e>(ended: impl Iterator<Item = &'e Ended>) -> Result<(), Refusal> {
    let ended: Vec<CommunityId> = ended.map(|ended| ended.community).collect();
    if ended.is_empty() { Ok(()) } else { Err(Refusal::ParticipantsEnded(ended)) }
}
