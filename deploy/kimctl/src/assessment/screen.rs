//! Assessments as a person reads them.

use std::fmt::Write;

use super::{Basis, Course, Shown, Step};
use crate::{dates::spelled, rubric::sample_mark, table::Table};

/// Hundredths of a percent: `62,50`.
fn percent(points: i32) -> String {
    format!("{},{:02}", points / 100, points % 100)
}

/// A difference with its sign: `+12,50`, `−3,00`, `0,00`.
fn difference(points: i32) -> String {
    let sign = match points {
        0 => "",
        1.. => "+",
        _ => "−",
    };
    format!("{sign}{}", percent(points.abs()))
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(text, "{name:<11}{value}");
            }
        };
        line("penilaian", &self.assessment_id);
        line("KIM", &self.community_name);
        line("periode", &self.period_words);
        line("rubrik", &format!("{} ({}), versi {}", self.rubric_name, self.rubric, self.rubric_version));
        if self.is_sample {
            line("perhatian", "rubrik CONTOH: nilai ini bukan nilai resmi");
        }
        line("nilai", &format!("{} dari 100", percent(self.total_basis_points)));
        line("kantor", &self.office_name);
        line("dinilai", &spelled(self.assessed_on.as_deref()));
        line("diperbaiki", &spelled(self.revised_on.as_deref()));
        line("ditarik", &spelled(self.withdrawn_on.as_deref()));
        text.push('\n');
        let mut table = Table::new(&["KRITERIA", "NILAI", "BUKTI"]).right(1).right(2);
        for score in &self.scores {
            table.row([score.criterion.clone(), score.score.to_string(), score.evidence_hashes.len().to_string()]);
        }
        let _ = write!(text, "{table}");
        text
    }
}

/// Assessments, one a line.
#[must_use]
pub fn overview(assessments: &[Shown]) -> String {
    if assessments.is_empty() {
        return "Tidak ada penilaian.\n".to_owned();
    }
    let mut table = Table::new(&["PENILAIAN", "KIM", "PERIODE", "RUBRIK", "VERSI", "NILAI", ""]).right(4).right(5);
    for one in assessments {
        let [id, community, period, rubric] =
            [&one.assessment_id, &one.community_name, &one.period, &one.rubric].map(String::as_str);
        let (version, total) = (one.rubric_version.to_string(), percent(one.total_basis_points));
        table.row([id, community, period, rubric, &version, &total, sample_mark(one.is_sample)]);
    }
    table.to_string()
}

impl Course {
    #[must_use]
    pub fn screen(&self) -> String {
        let Some(first) = self.steps.first() else {
            return "KIM ini belum dinilai dengan rubrik itu.\n".to_owned();
        };
        let one = &first.assessment;
        let mut text = format!("{}: {} ({})", one.community_name, one.rubric_name, one.rubric);
        if self.steps.iter().any(|step| step.assessment.is_sample) {
            text.push_str(", CONTOH: bukan rubrik resmi");
        }
        text.push_str("\n\n");
        let mut table =
            Table::new(&["PERIODE", "VERSI", "NILAI", "SELISIH", "PER KRITERIA"]).right(1).right(2).right(3);
        for step in &self.steps {
            let (total, version) = (step.assessment.total_basis_points, step.assessment.rubric_version);
            table.row([
                step.assessment.period.clone(),
                version.to_string(),
                percent(total),
                step.difference(),
                step.criteria(),
            ]);
        }
        let _ = write!(text, "{table}");
        if self.steps.iter().any(|step| step.basis == Basis::TotalOnly) {
            text.push_str(
                "\n* Versi rubriknya berbeda dari periode sebelumnya: hanya nilai keseluruhan yang dibandingkan.\n",
            );
        }
        text
    }
}

impl Step {
    fn difference(&self) -> String {
        let points = difference(self.total_difference_basis_points);
        match self.basis {
            Basis::First => String::new(),
            Basis::Criteria => points,
            Basis::TotalOnly => format!("{points} *"),
        }
    }

    /// The scores, and how they changed: `kegiatan 3 (+1)`.
    fn criteria(&self) -> String {
        let one = |score: &super::Score| {
            let found = self.differences.iter().find(|difference| difference.criterion == score.criterion);
            match found.map(|found| found.difference) {
                None | Some(0) => format!("{} {}", score.criterion, score.score),
                Some(more @ 1..) => format!("{} {} (+{more})", score.criterion, score.score),
                Some(less) => format!("{} {} (−{})", score.criterion, score.score, less.abs()),
            }
        };
        self.assessment.scores.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::{
        registry::v1 as pb,
        r#type::v1::{Period, PeriodKind},
    };

    use super::*;
    use crate::names::Names;

    fn assessment(month: i32, version: i32, score: i32) -> pb::Assessment {
        pb::Assessment {
            community_id: "KIM Kumantan".into(),
            rubric: "kinerja_kim".into(),
            rubric_version: version,
            rubric_name: "Rubrik contoh".into(),
            is_sample: true,
            period: Some(Period { kind: PeriodKind::Month.into(), year: 2026, number: month }),
            scores: vec![pb::Score { criterion: "kegiatan".into(), score, evidence_hashes: vec![] }],
            total_basis_points: score * 2_500,
            ..pb::Assessment::default()
        }
    }

    #[test]
    fn a_course_shows_each_period_and_says_where_only_totals_are_compared() {
        let step = |assessment, basis: pb::ComparisonBasis, total, differences| {
            let step = pb::AssessmentStep {
                basis: basis.into(),
                total_difference_basis_points: total,
                differences,
                ..pb::AssessmentStep::default()
            };
            Step::of(Shown::of(assessment, &Names::default()), step)
        };
        let less = pb::ScoreDifference { criterion: "kegiatan".into(), difference: -1 };
        let steps = vec![
            step(assessment(1, 1, 3), pb::ComparisonBasis::First, 0, vec![]),
            step(assessment(2, 1, 2), pb::ComparisonBasis::Criteria, -2_500, vec![less]),
            step(assessment(3, 2, 4), pb::ComparisonBasis::TotalOnly, 5_000, vec![]),
        ];
        let course = Course { steps };
        assert_eq!(
            course.screen(),
            "KIM Kumantan: Rubrik contoh (kinerja_kim), CONTOH: bukan rubrik resmi\n\n\
             PERIODE  VERSI   NILAI   SELISIH  PER KRITERIA\n\
             2026-01      1   75,00            kegiatan 3\n\
             2026-02      1   50,00    −25,00  kegiatan 2 (−1)\n\
             2026-03      2  100,00  +50,00 *  kegiatan 4\n\n\
             * Versi rubriknya berbeda dari periode sebelumnya: hanya nilai keseluruhan yang dibandingkan.\n"
        );
    }

    #[test]
    fn a_sample_says_that_it_is_one_wherever_it_is_shown() {
        let shown = Shown::of(assessment(1, 1, 3), &Names::default());
        assert!(shown.screen().contains("CONTOH") && shown.screen().contains("75,00 dari 100"));
        assert!(overview(&[shown]).contains("CONTOH"));
    }
}
