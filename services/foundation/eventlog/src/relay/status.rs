//! How the relay stands, and what it cannot mend by itself.

use std::fmt;

use crate::{Closed, Position, stream::Unanswered};

/// How the relay stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelayStatus {
    /// Another replica's relay publishes.
    Standby,
    /// Publishing; the stream's last sequence.
    Running(Position),
    /// The broker cannot be reached; it is tried again.
    Waiting(String),
    /// Publishing on would do harm: a person must decide. Says what is wrong and what to do.
    Stopped(String),
}

/// What the relay cannot mend by itself, while the log goes on taking events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// The stream was made anew again and again, and each time somebody else published on its subjects or changed it.
    AnotherPublisher,
    /// The broker refuses settings of the stream that publishing does not depend on.
    SettingsRefused,
    /// The broker answers, and keeps no event.
    NothingKept,
}

impl Alarm {
    pub const ALL: [Self; 3] = [Self::AnotherPublisher, Self::SettingsRefused, Self::NothingKept];

    /// As it stands in `log.home.alarm`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AnotherPublisher => "another_publisher",
            Self::SettingsRefused => "settings_refused",
            Self::NothingKept => "nothing_kept",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alarm| alarm.as_str() == text)
    }

    /// For a service's own log: what to do.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::AnotherPublisher => {
                "somebody else writes into the stream: find who has rights on `kim.evt.>` or on the stream beside the \
                 service, take them away, and the relay makes the stream anew by itself"
            }
            Self::SettingsRefused => {
                "the broker refuses how much is kept, or how often: see [stream] in the configuration, and whether the \
                 cluster has so many servers and so much room"
            }
            Self::NothingKept => {
                "the broker answers, and keeps no event: its disk is full, or was, and it takes nothing until it is started \
                 again; make room, then restart it, and the relay goes on by itself"
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub(super) enum RelayError {
    /// The log takes no events: nothing is published until it is open.
    #[error("the log is closed: {0}")]
    Closed(Closed),
    #[error("{}: {why}", alarm.as_str())]
    Alarm { alarm: Alarm, why: String },
    #[error("{0}")]
    Passing(String),
    #[error(transparent)]
    Unanswered(#[from] Unanswered),
}

impl RelayError {
    pub fn passing(error: impl fmt::Display) -> Self {
        Self::Passing(error.to_string())
    }
}

impl From<sqlx::Error> for RelayError {
    fn from(error: sqlx::Error) -> Self {
        Self::Unanswered(error.into())
    }
}
