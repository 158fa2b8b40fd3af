//! What a community was given, criterion by criterion, and what it comes to.

use kim_values::{Code, DocumentHash};

use super::rubric::Rubric;

/// Documents that one score may rest on.
pub const MAX_EVIDENCE: usize = 20;

/// A score as somebody gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub criterion: Code,
    pub score: i32,
    pub evidence: Vec<DocumentHash>,
}

/// A score on its rubric's scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    pub criterion: Code,
    pub score: u8,
    pub evidence: Vec<DocumentHash>,
}

/// A share in hundredths of a percent, 0 to 10,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// `None` for more than all of it.
    #[must_use]
    pub fn new(points: u16) -> Option<Self> {
        (points <= 10_000).then_some(Self(points))
    }

    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

/// Every criterion of a rubric with its score, in the rubric's order, and the weighted total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scored {
    pub scores: Vec<Score>,
    pub total: BasisPoints,
}

/// What is wrong with the scores for a rubric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScoreFlaw {
    #[error("the criterion {0} has no score")]
    Missing(Code),
    #[error("the rubric has no criterion {0}")]
    Unknown(Code),
    #[error("the criterion {0} has two scores")]
    Doubled(Code),
    #[error("the score of {criterion} is {score}, and the scale goes from 0 to {max}")]
    OutOfScale { criterion: Code, score: i32, max: u8 },
    #[error("the score of {0} rests on more than {MAX_EVIDENCE} documents")]
    TooMuchEvidence(Code),
}

impl Rubric {
    /// The scores on this rubric's scale, or all that is wrong with them.
    pub fn score(&self, given: &[Given]) -> Result<Scored, Vec<ScoreFlaw>> {
        let mut flaws = Vec::new();
        let mut scores = Vec::with_capacity(self.criteria().len());
        for criterion in self.criteria() {
            let mut of_it = given.iter().filter(|given| given.criterion == criterion.code);
            match (of_it.next(), of_it.next()) {
                (None, _) => flaws.push(ScoreFlaw::Missing(criterion.code)),
                (Some(_), Some(_)) => flaws.push(ScoreFlaw::Doubled(criterion.code)),
                (Some(given), None) => match self.on_scale(given) {
                    Ok(score) => scores.push(score),
                    Err(flaw) => flaws.push(flaw),
                },
            }
        }
        let unknown =
            given.iter().filter(|given| !self.criteria().iter().any(|criterion| criterion.code == given.criterion));
        flaws.extend(unknown.map(|given| ScoreFlaw::Unknown(given.criterion)));
        if !flaws.is_empty() {
            return Err(flaws);
        }
        let total = self.total(&scores);
        Ok(Scored { scores, total })
    }

    fn on_scale(&self, given: &Given) -> Result<Score, ScoreFlaw> {
        let (criterion, max) = (given.criterion, self.scale_max());
        let score = u8::try_from(given.score).ok().filter(|&score| score <= max);
        let score = score.ok_or(ScoreFlaw::OutOfScale { criterion, score: given.score, max })?;
        if given.evidence.len() > MAX_EVIDENCE {
            return Err(ScoreFlaw::TooMuchEvidence(criterion));
        }
        Ok(Score { criterion, score, evidence: given.evidence.clone() })
    }

    /// Rounded once, at the end, half of a point upwards. `scores` are in the order of the criteria.
    fn total(&self, scores: &[Score]) -> BasisPoints {
        let weighted: u32 = self
            .criteria()
            .iter()
            .zip(scores)
            .map(|(criterion, score)| criterion.weight_percent * u32::from(score.score))
            .sum();
        let max = u32::from(self.scale_max());
        let points = (weighted * 100 + max / 2) / max;
        BasisPoints(u16::try_from(points).expect("weights of 100 percent on a scale are at most all of it"))
    }
}

#[cfg(test)]
mod tests {
    use kim_values::PublicName;

    use super::*;
    use crate::domain::rubric::Criterion;

    fn code(text: &str) -> Code {
        Code::parse(text).expect("a code")
    }

    fn rubric(scale_max: u32) -> Rubric {
        let criterion =
            |(text, weight_percent)| Criterion { code: code(text), name: PublicName::stored(text), weight_percent };
        let criteria = [("kelembagaan", 33), ("kegiatan", 34), ("jejaring", 33)].map(criterion).to_vec();
        Rubric::new(code("kinerja_kim"), PublicName::stored("Kinerja KIM"), false, scale_max, criteria)
            .expect("a rubric")
    }

    fn given(scores: &[(&str, i32)]) -> Vec<Given> {
        let given = |&(text, score)| Given { criterion: code(text), score, evidence: vec![] };
        scores.iter().map(given).collect()
    }

    #[test]
    fn the_total_is_weighted_and_rounded_once() {
        for (scale_max, scores, total) in [
            (4, [0, 0, 0], 0),
            (4, [4, 4, 4], 10_000),
            (4, [1, 2, 3], 5_000),
            (4, [4, 0, 0], 3_300),
            (3, [1, 0, 0], 1_100),
            (3, [0, 1, 0], 1_133),
            (3, [0, 2, 0], 2_267),
            (100, [100, 100, 99], 9_967),
        ] {
            let [first, second, third] = scores;
            let given = given(&[("jejaring", third), ("kelembagaan", first), ("kegiatan", second)]);
            let scored = rubric(scale_max).score(&given).expect("scored");
            assert_eq!(scored.total.get(), total, "{scores:?} of {scale_max}");
            let order: Vec<&str> = scored.scores.iter().map(|score| score.criterion.as_str()).collect();
            assert_eq!(order, ["kelembagaan", "kegiatan", "jejaring"], "the rubric's order");
        }
    }

    #[test]
    fn all_that_is_wrong_with_scores_is_named_at_once() {
        let mut wrong = given(&[("kegiatan", 5), ("jejaring", 1), ("jejaring", 2), ("inovasi", 3)]);
        let out = |score| ScoreFlaw::OutOfScale { criterion: code("kegiatan"), score, max: 4 };
        let flaws = vec![
            ScoreFlaw::Missing(code("kelembagaan")),
            out(5),
            ScoreFlaw::Doubled(code("jejaring")),
            ScoreFlaw::Unknown(code("inovasi")),
        ];
        assert_eq!(rubric(4).score(&wrong), Err(flaws));
        wrong = given(&[("kelembagaan", 4), ("kegiatan", -1), ("jejaring", 0)]);
        wrong[2].evidence = vec![DocumentHash([7; 32]); MAX_EVIDENCE + 1];
        assert_eq!(rubric(4).score(&wrong), Err(vec![out(-1), ScoreFlaw::TooMuchEvidence(code("jejaring"))]));
    }
}
