//! Rows in bulk: many in flight, each answered after its own commit, a bad one harming no other.

mod activities;
mod communities;
mod lanes;
mod metrics;
mod run;

pub use activities::activities;
pub use communities::communities;
pub use run::Results;

use kim_chassis::{
    access::{Action, Reach, reach},
    identity::{Principal, Scope, Unauthenticated},
};
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    problem::{Problem, Problems},
    words::Words,
};
use kim_eventlog::AppendError;
use kim_territory::Adopted;
use prost_types::Timestamp;
use time::OffsetDateTime;
use tonic::Status;
use uuid::Uuid;

use super::desk::append_failed;

/// Whose keys an importer's `source_key`s are: two offices may use the same ones.
fn office_of(principal: &Principal) -> String {
    match &principal.scope {
        Scope::National => "national".into(),
        Scope::Region { code, .. } => code.to_string(),
        Scope::Simulator => "simulator".into(),
        Scope::Kim { id } => format!("kim {id}"),
        Scope::Agency { office, .. } => format!("agency {office}"),
        Scope::Audit { grant } => format!("audit {grant}"),
        Scope::Citizen => "citizen".into(),
    }
}

/// How far an importer reaches by what is adopted now: a territory may come into force while its stream is open.
fn reach_by(adopted: &Adopted, principal: &Principal) -> Result<Reach, Status> {
    let scope = principal.scope.on(adopted).ok_or(Unauthenticated::ScopeUnresolved)?;
    Ok(reach(&Principal { scope, ..principal.clone() }, Action::Import)?)
}

/// A row's call: the stream's, or one at the simulator's time.
fn at_time(call: &Call, time: Option<&Timestamp>, simulated: bool) -> Result<Call, Words> {
    let mut call = call.clone();
    match time {
        None => call.now = OffsetDateTime::now_utc(),
        Some(time) => {
            let malformed = || {
                Words::new(
                    "RECORDED_TIME_MALFORMED",
                    "Waktu pencatatan salah bentuk.",
                    "Tulis waktu yang sah, atau kosongkan.",
                )
            };
            let nanos = i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos);
            let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).map_err(|_| malformed())?;
            call.record_at(time, simulated)?;
        }
    }
    Ok(call)
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

/// Whether to try again: the queue of appends is full, and the rows behind this one wait with it.
fn is_busy(error: &AppendError) -> bool {
    matches!(error, AppendError::Busy | AppendError::Conflict)
}

/// A row that cannot be answered ends the stream: it is not known what became of it, and sending the rest again is safe.
fn broken(error: AppendError) -> Status {
    append_failed(error)
}
