//! Assessments by the sample rubric.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};

use super::digest;
use crate::sample::{
    assessment::{Assessment, CRITERIA, Period, RevisionReason, WithdrawalReason},
    codes,
    dice::{Dice, Topic},
};

#[must_use]
pub fn period(period: Period) -> pbt::Period {
    match period.quarter {
        Some(quarter) => {
            pbt::Period { kind: pbt::PeriodKind::Quarter.into(), year: period.year, number: quarter.into() }
        }
        None => pbt::Period { kind: pbt::PeriodKind::Year.into(), year: period.year, number: 0 },
    }
}

/// One for each criterion. What is seen on paper has its document: the board and what was done.
#[must_use]
pub fn scores(number: u32, assessment: &Assessment, given: [u8; CRITERIA]) -> Vec<pb::Score> {
    let Period { year, quarter } = assessment.period;
    let which = 1_000_000 + year.unsigned_abs() * 10 + u32::from(quarter.unwrap_or_default());
    let mut dice = Dice::of(Topic::Assessment, number.into(), which.into());
    let given = codes::criteria().iter().zip(given);
    given
        .map(|(criterion, score)| {
            let on_paper = matches!(criterion.code, "kelembagaan" | "kegiatan");
            let evidence_hashes = on_paper.then(|| digest(dice.bytes())).into_iter().collect();
            pb::Score { criterion: criterion.code.into(), score: score.into(), evidence_hashes }
        })
        .collect()
}

#[must_use]
pub fn revision_reason(reason: RevisionReason) -> pb::AssessmentRevisionReason {
    match reason {
        RevisionReason::EvidenceAdded => pb::AssessmentRevisionReason::EvidenceAdded,
        RevisionReason::Objection => pb::AssessmentRevisionReason::Objection,
        RevisionReason::ScoredWrongly => pb::AssessmentRevisionReason::ScoredWrongly,
    }
}

#[must_use]
pub fn withdrawal_reason(reason: WithdrawalReason) -> pb::AssessmentWithdrawalReason {
    match reason {
        WithdrawalReason::WithoutEvidence => pb::AssessmentWithdrawalReason::WithoutEvidence,
        WithdrawalReason::WrongPeriod => pb::AssessmentWithdrawalReason::WrongPeriod,
    }
}
