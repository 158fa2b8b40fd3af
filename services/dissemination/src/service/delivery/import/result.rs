//! What a row of reports is answered.

use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    import::Outcome,
    problem::{Problem, Problems},
    words::Words,
};

use crate::domain::ids::DeliveryId;

pub(super) fn outcome(result: &pb::ReportResult) -> Option<Outcome> {
    match result.outcome() {
        pb::ReportOutcome::Unspecified => None,
        pb::ReportOutcome::Accepted => Some(Outcome::Accepted),
        pb::ReportOutcome::Unchanged => Some(Outcome::Unchanged),
        pb::ReportOutcome::Refused => Some(Outcome::Refused),
    }
}

pub(super) fn accepted(row: i64, id: DeliveryId) -> pb::ReportResult {
    answered(row, pb::ReportOutcome::Accepted, id.to_string(), vec![])
}

pub(super) fn unchanged(row: i64, id: DeliveryId) -> pb::ReportResult {
    answered(row, pb::ReportOutcome::Unchanged, id.to_string(), vec![])
}

pub(super) fn refused(row: i64, problems: Problems) -> pb::ReportResult {
    let problems = problems.into_iter().map(|Problem { field, words }| told(field, words)).collect();
    answered(row, pb::ReportOutcome::Refused, String::new(), problems)
}

/// A row with one problem.
pub(super) fn refused_for(row: i64, field: &'static str, words: Words) -> pb::ReportResult {
    answered(row, pb::ReportOutcome::Refused, String::new(), vec![told(field, words)])
}

fn answered(
    row: i64,
    outcome: pb::ReportOutcome,
    delivery_id: String,
    problems: Vec<pb::ReportProblem>,
) -> pb::ReportResult {
    pb::ReportResult { row, outcome: outcome.into(), delivery_id, problems }
}

fn told(field: &'static str, words: Words) -> pb::ReportProblem {
    let Words { reason, message, remedy } = words;
    pb::ReportProblem { field: field.to_owned(), reason: reason.to_owned(), message, remedy }
}

/// Not there, or not for this caller: the same words.
pub(super) fn not_found() -> Words {
    Words::new(
        "DELIVERY_NOT_FOUND",
        "Kiriman ini tidak ditemukan.",
        "Periksa nomor kampanye dan KIM-nya, atau wilayah kerja Anda.",
    )
}
