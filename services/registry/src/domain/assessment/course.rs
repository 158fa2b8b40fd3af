//! How a community fared by one rubric, period after period.

use kim_values::Code;

use super::Record;
use crate::domain::ids::AssessmentId;

/// An assessment that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessed {
    pub id: AssessmentId,
    pub record: Record,
}

/// An assessment, and what it is beside the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub assessed: Assessed,
    pub compared: Compared,
}

/// An assessment beside the one before it of the same kind of period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// There is none before it.
    First,
    /// Both by one version of the rubric: in total, in hundredths of a percent, and by criterion, in points of the scale.
    Criteria { before: AssessmentId, total: i32, criteria: Vec<(Code, i32)> },
    /// By two versions: other criteria, weights or scales. Only the total says something.
    TotalOnly { before: AssessmentId, total: i32 },
}

/// Months, then quarters, then years, each kind in its order, whatever the order in which they were assessed.
#[must_use]
pub fn course(mut assessed: Vec<Assessed>) -> Vec<Step> {
    assessed.sort_by_key(|assessed| assessed.record.period);
    let mut steps: Vec<Step> = Vec::with_capacity(assessed.len());
    for assessed in assessed {
        let before = steps.last().map(|step| &step.assessed);
        let before = before.filter(|before| before.record.period.kind() == assessed.record.period.kind());
        let compared = before.map_or(Compared::First, |before| compare(before, &assessed.record));
        steps.push(Step { assessed, compared });
    }
    steps
}

fn compare(before: &Assessed, after: &Record) -> Compared {
    let (id, before) = (before.id, &before.record);
    let total = i32::from(after.scored.total.get()) - i32::from(before.scored.total.get());
    if before.rubric != after.rubric {
        return Compared::TotalOnly { before: id, total };
    }
    // One version has its criteria in one order.
    let pairs = after.scored.scores.iter().zip(&before.scored.scores);
    let criteria = pairs.map(|(now, then)| (now.criterion, i32::from(now.score) - i32::from(then.score))).collect();
    Compared::Criteria { before: id, total, criteria }
}
