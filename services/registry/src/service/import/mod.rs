//! Imports of communities and of what they did, row by row.

mod activities;
mod communities;

pub use activities::activities;
pub use communities::communities;

use kim_chassis::access::Reach;
use kim_contract::registry::v1 as pb;
use kim_desk::{
    import::Outcome,
    problem::{Problem, Problems},
    words::Words,
};
use kim_eventlog::AppendError;
use tonic::Status;
use uuid::Uuid;

use super::desk::append_failed;

fn outcome(result: &pb::RowResult) -> Option<Outcome> {
    match result.outcome() {
        pb::RowOutcome::Unspecified => None,
        pb::RowOutcome::Accepted => Some(Outcome::Accepted),
        pb::RowOutcome::Unchanged => Some(Outcome::Unchanged),
        pb::RowOutcome::Refused => Some(Outcome::Refused),
    }
}

fn accepted(row: i64, id: Uuid) -> pb::RowResult {
    pb::RowResult { row, outcome: pb::RowOutcome::Accepted.into(), id: id.to_string(), problems: vec![] }
}

fn unchanged(row: i64, id: Uuid) -> pb::RowResult {
    pb::RowResult { row, outcome: pb::RowOutcome::Unchanged.into(), id: id.to_string(), problems: vec![] }
}

fn refused(row: i64, problems: Problems) -> pb::RowResult {
    pb::RowResult {
        row,
        outcome: pb::RowOutcome::Refused.into(),
        id: String::new(),
        problems: problems.into_iter().map(told).collect(),
    }
}

fn told(problem: Problem) -> pb::RowProblem {
    let Words { reason, message, remedy } = problem.words;
    pb::RowProblem { field: problem.field.to_owned(), reason: reason.to_owned(), message, remedy }
}

/// A row with one problem; `id` is what it met, if it met something.
fn refused_for(row: i64, field: &'static str, words: Words, id: Option<String>) -> pb::RowResult {
    let problems = vec![told(Problem { field, words })];
    pb::RowResult { row, outcome: pb::RowOutcome::Refused.into(), id: id.unwrap_or_default(), problems }
}

fn out_of_scope(reach: Reach) -> Words {
    let own = reach.region().map(|code| format!(" ({code})")).unwrap_or_default();
    Words::new(
        "OUT_OF_SCOPE",
        format!("Wilayah ini di luar wilayah kerja Anda{own}."),
        "Serahkan baris ini kepada kantor yang membawahinya.",
    )
}

/// A row that cannot be answered ends the stream: it is not known what became of it, and sending the rest again is safe.
fn broken(error: AppendError) -> Status {
    append_failed(error)
}
