//! A government programme or policy that is told of: `Established → Closed`. A day is a day in the zone of its office.

use kim_values::{Code, PublicName, Region, VaultRef, is_far_ahead};
use time::Date;

use super::{Refusal, ids::OfficeId};

mod error;
#[cfg(test)]
pub(crate) mod histories;
#[cfg(test)]
mod tests;

pub use error::ProgrammeError;

/// What is public about a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub name: PublicName,
    /// Of the registry's list of topics.
    pub topic: Code,
    pub from: Date,
    /// The last day; `None` for a programme without an end.
    pub until: Option<Date>,
}

/// A programme as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub office: OfficeId,
    /// The office's region: its events belong there.
    pub region: Region,
    pub profile: Profile,
    pub established_on: Date,
    /// The first day on which it was over.
    pub closed_on: Option<Date>,
}

/// A stage's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Established,
    Closed,
}

/// `today` is the day in the zone of the office's region when the command is carried out. `topic_is_listed`: by the registry's list in
/// force on the programme's first day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Establish {
        office: OfficeId,
        office_is_open: bool,
        region: Region,
        profile: Profile,
        topic_is_listed: bool,
        today: Date,
    },
    Amend {
        profile: Profile,
        topic_is_listed: bool,
        today: Date,
    },
    Extend {
        until: Option<Date>,
        today: Date,
    },
    Close {
        on: Date,
        note: Option<VaultRef>,
        today: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Established { office: OfficeId, region: Region, profile: Profile, on: Date },
    Amended { profile: Profile, on: Date },
    Extended { until: Option<Date>, on: Date },
    Closed { on: Date, note: Option<VaultRef> },
}

impl Programme {
    #[must_use]
    pub fn status(&self) -> Status {
        if self.closed_on.is_some() { Status::Closed } else { Status::Established }
    }
}

impl Status {
    /// Nothing new begins in a closed programme.
    pub fn takes_new(self) -> Result<(), Refusal> {
        match self {
            Self::Established => Ok(()),
            Self::Closed => Err(Refusal::ProgrammeClosed),
        }
    }
}

/// What happens when `command` is given to a programme.
pub fn decide(state: Option<&Programme>, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Establish { office, office_is_open, region, profile, topic_is_listed, today } = command {
        if state.is_some() {
            return Err(Refusal::ProgrammeExists);
        }
        if !office_is_open {
            return Err(Refusal::OfficeClosed);
        }
        profile.sound(topic_is_listed, today)?;
        return Ok(vec![Event::Established { office, region, profile, on: today }]);
    }
    let programme = state.ok_or(Refusal::ProgrammeNotFound)?;
    programme.status().takes_new()?;
    match command {
        Command::Establish { .. } => unreachable!("decided above"),
        Command::Amend { profile, topic_is_listed, today } => {
            if profile == programme.profile {
                return Ok(Vec::new());
            }
            // A topic that was retired since stays what it is about.
            profile.sound(topic_is_listed || profile.topic == programme.profile.topic, today)?;
            Ok(vec![Event::Amended { profile, on: today }])
        }
        Command::Extend { until, today } => {
            later(programme.profile.until, until, today)?;
            Ok(vec![Event::Extended { until, on: today }])
        }
        Command::Close { on, note, today } => {
            if on > today {
                return Err(ProgrammeError::ClosedInFuture.into());
            }
            if on < programme.profile.from {
                return Err(ProgrammeError::ClosedBeforeBegin.into());
            }
            Ok(vec![Event::Closed { on, note }])
        }
    }
}

impl Profile {
    fn sound(&self, topic_is_listed: bool, today: Date) -> Result<(), Refusal> {
        if self.until.is_some_and(|until| until < self.from) {
            return Err(ProgrammeError::EndsBeforeBegin.into());
        }
        if is_far_ahead(self.from, today) {
            return Err(Refusal::TooFarAhead);
        }
        if !topic_is_listed {
            return Err(ProgrammeError::TopicNotListed(self.topic).into());
        }
        Ok(())
    }
}

/// Whether a programme may go on until `until`.
fn later(now: Option<Date>, until: Option<Date>, today: Date) -> Result<(), ProgrammeError> {
    match (now, until) {
        (None, _) => Err(ProgrammeError::WithoutEnd),
        (Some(now), Some(until)) if until <= now => Err(ProgrammeError::ExtensionNotLater(now)),
        (Some(_), Some(until)) if until < today => Err(ProgrammeError::ExtendedIntoPast),
        (Some(_), _) => Ok(()),
    }
}

/// The programme after `event`. `decide` makes none that does not fit its state.
#[must_use]
pub fn evolve(state: Option<Programme>, event: &Event) -> Option<Programme> {
    match (state, event) {
        (None, Event::Established { office, region, profile, on }) => Some(Programme {
            office: *office,
            region: *region,
            profile: profile.clone(),
            established_on: *on,
            closed_on: None,
        }),
        (Some(mut programme), event) => {
            match event {
                Event::Established { .. } => {}
                Event::Amended { profile, .. } => programme.profile.clone_from(profile),
                Event::Extended { until, .. } => programme.profile.until = *until,
                Event::Closed { on, .. } => programme.closed_on = Some(*on),
            }
            Some(programme)
        }
        (None, _) => None,
    }
}
