//! What came of an attempt.

use std::time::Duration;

use http::StatusCode;

use crate::schema::corrupt;

/// One attempt to bring a message to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub outcome: Outcome,
    /// How long it took.
    pub took: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// 2xx.
    Delivered(StatusCode),
    /// To be tried again; `after` is what the receiver asked for.
    Failed { failure: Failure, status: Option<StatusCode>, after: Option<Duration> },
    /// 410: the receiver wants no more messages.
    Gone,
}

/// Why an attempt failed. All are tried again. That goes for an answer of 4xx, too, as Standard Webhooks advises: a receiver that is being
/// deployed, or whose secret was changed on one side only, answers 401 or 404 for an hour, and only 410 says that it is meant for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The guard does not let it through.
    NotAllowed,
    /// The name leads nowhere.
    Unresolved,
    /// Nobody took the connection.
    Unreachable,
    /// No TLS, or not with whom the address names.
    Untrusted,
    /// No whole answer in time.
    Late,
    /// The connection ended before the answer was whole.
    Cut,
    /// Not an answer of HTTP, or its head is too large.
    Unreadable,
    /// 3xx, which is never followed.
    Redirected,
    /// 4xx.
    Refused,
    /// 5xx, 408, 429: not now.
    Unavailable,
}

/// An outcome in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    Delivered,
    Gone,
    Failed(Failure),
}

impl Verdict {
    const DELIVERED: &str = "delivered";
    const GONE: &str = "gone";

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Delivered => Self::DELIVERED,
            Self::Gone => Self::GONE,
            Self::Failed(failure) => failure.code(),
        }
    }

    /// What a row says.
    pub(crate) fn stored(code: &str) -> Result<Self, sqlx::Error> {
        match code {
            Self::DELIVERED => Ok(Self::Delivered),
            Self::GONE => Ok(Self::Gone),
            failure => Failure::stored(failure).map(Self::Failed),
        }
    }
}

impl Outcome {
    /// What is kept of it.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Delivered(_) => Verdict::Delivered,
            Self::Gone => Verdict::Gone,
            Self::Failed { failure, .. } => Verdict::Failed(failure),
        }
    }

    /// What the receiver answered.
    #[must_use]
    pub fn status(self) -> Option<StatusCode> {
        match self {
            Self::Delivered(status) => Some(status),
            Self::Gone => Some(StatusCode::GONE),
            Self::Failed { status, .. } => status,
        }
    }

    /// What an answer means.
    pub(crate) fn answered(status: StatusCode, after: Option<Duration>) -> Self {
        let failure = match status {
            StatusCode::GONE => return Self::Gone,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => Failure::Unavailable,
            _ if status.is_success() => return Self::Delivered(status),
            _ if status.is_redirection() => Failure::Redirected,
            _ if status.is_client_error() => Failure::Refused,
            _ if status.is_server_error() => Failure::Unavailable,
            _ => Failure::Unreadable,
        };
        Self::Failed { failure, status: Some(status), after }
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Failed { failure, status: None, after: None }
    }
}

impl Failure {
    const ALL: [Self; 10] = [
        Self::NotAllowed,
        Self::Unresolved,
        Self::Unreachable,
        Self::Untrusted,
        Self::Late,
        Self::Cut,
        Self::Unreadable,
        Self::Redirected,
        Self::Refused,
        Self::Unavailable,
    ];

    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::Unresolved => "unresolved",
            Self::Unreachable => "unreachable",
            Self::Untrusted => "untrusted",
            Self::Late => "late",
            Self::Cut => "cut",
            Self::Unreadable => "unreadable",
            Self::Redirected => "redirected",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
        }
    }

    /// What a row says.
    pub(crate) fn stored(code: &str) -> Result<Self, sqlx::Error> {
        Self::ALL.into_iter().find(|failure| failure.code() == code).ok_or_else(|| corrupt("failure"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_means_what_its_status_says() {
        let table = [
            (200, "delivered"),
            (204, "delivered"),
            (299, "delivered"),
            (101, "unreadable"),
            (301, "redirected"),
            (304, "redirected"),
            (308, "redirected"),
            (400, "refused"),
            (401, "refused"),
            (404, "refused"),
            (408, "unavailable"),
            (410, "gone"),
            (429, "unavailable"),
            (500, "unavailable"),
            (503, "unavailable"),
            (999, "unreadable"),
        ];
        for (status, code) in table {
            let status = StatusCode::from_u16(status).expect("a status");
            assert_eq!(Outcome::answered(status, None).verdict().code(), code, "{status}");
        }
    }

    #[test]
    fn a_verdict_is_read_as_it_was_written() {
        let failed = Failure::ALL.map(Verdict::Failed);
        for verdict in [Verdict::Delivered, Verdict::Gone].into_iter().chain(failed) {
            assert_eq!(Verdict::stored(verdict.code()).ok(), Some(verdict));
        }
        assert!(Failure::stored("delivered").is_err() && Verdict::stored("waiting").is_err());
    }
}
