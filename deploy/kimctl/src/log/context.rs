//! Whose log it is.

use clap::ValueEnum;
use serde::Serialize;

/// A write service's bounded context: each has one log and one stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogContext {
    Registry,
    Dissemination,
}

impl LogContext {
    pub const ALL: [Self; 2] = [Self::Registry, Self::Dissemination];

    /// As events and streams are named.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Dissemination => "dissemination",
        }
    }

    /// What an operator calls its service.
    #[must_use]
    pub const fn service(self) -> &'static str {
        match self {
            Self::Registry => "registri",
            Self::Dissemination => "diseminasi",
        }
    }

    /// What must be typed after a command on logs that means this one. The registry's is meant when nothing is.
    #[must_use]
    pub const fn option(self) -> &'static str {
        match self {
            Self::Registry => "",
            Self::Dissemination => " --context dissemination",
        }
    }
}
