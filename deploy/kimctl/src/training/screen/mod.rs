//! Trainings as they are shown.

mod outcome;
mod summary;
mod whole;

pub use outcome::Outcome;
pub use summary::Summary;
pub use whole::Whole;

use kim_contract::registry::v1::{TrainingCancellationReason, TrainingKind, TrainingStatus};
use serde::Serialize;

/// One training in short, several, all that is known of one, or what followed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Box<Summary>),
    List(Vec<Summary>),
    Whole(Box<Whole>),
    Outcome(Outcome),
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        match self {
            Self::One(summary) => summary.screen(),
            Self::List(summaries) => summary::table(summaries),
            Self::Whole(whole) => whole.screen(),
            Self::Outcome(outcome) => outcome.screen(),
        }
    }
}

fn filled(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn kind(kind: TrainingKind) -> &'static str {
    match kind {
        TrainingKind::Unspecified => "tidak dikenal",
        TrainingKind::Bimtek => "bimtek",
        TrainingKind::Sosialisasi => "sosialisasi",
    }
}

fn status(status: TrainingStatus) -> &'static str {
    match status {
        TrainingStatus::Unspecified => "tidak dikenal",
        TrainingStatus::Planned => "direncanakan",
        TrainingStatus::Held => "dilaksanakan",
        TrainingStatus::Reported => "dilaporkan",
        TrainingStatus::Cancelled => "dibatalkan",
    }
}

fn cancellation(reason: TrainingCancellationReason) -> &'static str {
    match reason {
        TrainingCancellationReason::Unspecified => "tidak disebut",
        TrainingCancellationReason::NoBudget => "anggarannya tidak ada",
        TrainingCancellationReason::TooFewParticipants => "pesertanya terlalu sedikit",
        TrainingCancellationReason::HostUnavailable => "penyelenggara berhalangan",
        TrainingCancellationReason::Disaster => "bencana",
        TrainingCancellationReason::EnteredInError => "salah catat",
        TrainingCancellationReason::Other => "lain-lain",
    }
}
