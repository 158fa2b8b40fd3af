//! A rubric: by what communities are assessed. No official national one was found, so it is configuration, and a sample says that
//! it is one.

use std::{collections::BTreeMap, sync::Arc};

use kim_values::{Code, Edition, Editions, Period, PublicName};
use time::Date;

use super::Refusal;

pub const MAX_CRITERIA: usize = 30;
/// The end of the scale where none is given.
pub const USUAL_SCALE: u8 = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Criterion {
    pub code: Code,
    pub name: PublicName,
    pub weight_percent: u32,
}

/// A rubric whose weights add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rubric {
    code: Code,
    name: PublicName,
    is_sample: bool,
    scale_max: u8,
    criteria: Vec<Criterion>,
}

/// What is wrong with a rubric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RubricFlaw {
    #[error("a sample says so in its name")]
    SampleUnsaid,
    #[error("a scale ends at 1 to 100")]
    Scale,
    #[error("a rubric has 1 to {MAX_CRITERIA} criteria")]
    Size,
    #[error("the criterion {0} stands there twice")]
    Doubled(Code),
    #[error("a weight is 1 to 100 percent; that of {0} is not")]
    Weight(Code),
    #[error("the weights add up to {0} percent")]
    Sum(u32),
}

impl Rubric {
    /// The rubric, or all that is wrong with it. `scale_max` 0 means the usual scale.
    pub fn new(
        code: Code,
        name: PublicName,
        is_sample: bool,
        scale_max: u32,
        criteria: Vec<Criterion>,
    ) -> Result<Self, Vec<RubricFlaw>> {
        let mut flaws = Vec::new();
        if is_sample && !says_sample(&name) {
            flaws.push(RubricFlaw::SampleUnsaid);
        }
        let scale_max = match scale_max {
            0 => USUAL_SCALE,
            given => u8::try_from(given).ok().filter(|&max| max <= 100).unwrap_or_else(|| {
                flaws.push(RubricFlaw::Scale);
                USUAL_SCALE
            }),
        };
        if !(1..=MAX_CRITERIA).contains(&criteria.len()) {
            flaws.push(RubricFlaw::Size);
        }
        for (i, criterion) in criteria.iter().enumerate() {
            if criteria[..i].iter().any(|before| before.code == criterion.code) {
                flaws.push(RubricFlaw::Doubled(criterion.code));
            }
            if !(1..=100).contains(&criterion.weight_percent) {
                flaws.push(RubricFlaw::Weight(criterion.code));
            }
        }
        let sum = criteria.iter().fold(0_u32, |sum, criterion| sum.saturating_add(criterion.weight_percent));
        if sum != 100 && !criteria.is_empty() {
            flaws.push(RubricFlaw::Sum(sum));
        }
        if flaws.is_empty() { Ok(Self { code, name, is_sample, scale_max, criteria }) } else { Err(flaws) }
    }

    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    #[must_use]
    pub fn name(&self) -> &PublicName {
        &self.name
    }

    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.is_sample
    }

    /// A score is a whole number from 0 to this.
    #[must_use]
    pub fn scale_max(&self) -> u8 {
        self.scale_max
    }

    #[must_use]
    pub fn criteria(&self) -> &[Criterion] {
        &self.criteria
    }
}

fn says_sample(name: &PublicName) -> bool {
    name.as_str().to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "contoh")
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Set { rubric: Arc<Rubric>, effective_from: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Set(Edition<Rubric>),
}

/// The rubric that stands already decides nothing.
pub fn decide(state: &Editions<Rubric>, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Set { rubric, effective_from } = command;
    Ok(state.successor(rubric, effective_from).map(Event::Set).into_iter().collect())
}

#[must_use]
pub fn evolve(mut state: Editions<Rubric>, event: &Event) -> Editions<Rubric> {
    let Event::Set(edition) = event;
    state.push(edition.clone());
    state
}

/// All rubrics, all versions.
#[derive(Debug, Clone, Default)]
pub struct Rubrics(BTreeMap<Code, Editions<Rubric>>);

impl Rubrics {
    pub fn apply(&mut self, event: &Event) {
        let Event::Set(edition) = event;
        self.0.entry(edition.content.code()).or_default().push(edition.clone());
    }

    #[must_use]
    pub fn of(&self, code: Code) -> Option<&Editions<Rubric>> {
        self.0.get(&code)
    }

    #[must_use]
    pub fn version(&self, code: Code, version: u32) -> Option<&Edition<Rubric>> {
        self.of(code)?.version(version)
    }

    /// What a period is scored by: the version asked for, or else the one in force on the period's last day.
    pub fn scoring(&self, code: Code, version: Option<u32>, period: Period) -> Result<&Edition<Rubric>, Refusal> {
        let editions = self.of(code).ok_or(Refusal::RubricNotFound)?;
        if let Some(version) = version {
            return editions.version(version).ok_or(Refusal::RubricNotFound);
        }
        let day = period.last_day();
        editions.in_force(day).ok_or(Refusal::RubricNotInForce(day))
    }

    /// The newest version of each, ordered by code.
    pub fn newest(&self) -> impl Iterator<Item = &Edition<Rubric>> {
        self.0.values().filter_map(Editions::newest)
    }
}

#[cfg(test)]
mod tests {
    use kim_values::PeriodKind;
    use time::macros::date;

    use super::*;

    fn code(text: &str) -> Code {
        Code::parse(text).expect("a code")
    }

    fn criteria(weights: &[(&str, u32)]) -> Vec<Criterion> {
        let criterion =
            |&(text, weight_percent)| Criterion { code: code(text), name: PublicName::stored(text), weight_percent };
        weights.iter().map(criterion).collect()
    }

    fn rubric(name: &str, is_sample: bool, scale_max: u32, weights: &[(&str, u32)]) -> Result<Rubric, Vec<RubricFlaw>> {
        Rubric::new(code("kinerja_kim"), PublicName::stored(name), is_sample, scale_max, criteria(weights))
    }

    #[test]
    fn all_that_is_wrong_with_a_rubric_is_named() {
        let half = [("kelembagaan", 50), ("kegiatan", 50)];
        for (name, is_sample, scale_max, weights, flaws) in [
            ("Kinerja KIM", true, 4, &half[..], vec![RubricFlaw::SampleUnsaid]),
            ("Kinerja KIM", false, 101, &half, vec![RubricFlaw::Scale]),
            ("Kinerja KIM", false, 4, &[], vec![RubricFlaw::Size]),
            ("Kinerja KIM", false, 4, &[("kegiatan", 99)], vec![RubricFlaw::Sum(99)]),
            (
                "Kinerja KIM",
                false,
                4,
                &[("kegiatan", 0), ("kegiatan", 101)],
                vec![
                    RubricFlaw::Weight(code("kegiatan")),
                    RubricFlaw::Doubled(code("kegiatan")),
                    RubricFlaw::Weight(code("kegiatan")),
                    RubricFlaw::Sum(101),
                ],
            ),
        ] {
            assert_eq!(rubric(name, is_sample, scale_max, weights), Err(flaws), "{weights:?}");
        }
        let usual = rubric("Rubrik contoh: kinerja KIM", true, 0, &half).expect("a rubric");
        assert_eq!((usual.scale_max(), usual.is_sample()), (4, true));
        assert!(rubric("Kinerja KIM", false, 100, &half).is_ok());
    }

    #[test]
    fn another_rubric_is_another_version_and_the_same_one_is_none() {
        let day = date!(2026 - 01 - 01);
        let set = |scale_max, effective_from| {
            let rubric = rubric("Kinerja KIM", false, scale_max, &[("kegiatan", 100)]).expect("a rubric");
            Command::Set { rubric: Arc::new(rubric), effective_from }
        };
        let first = decide(&Editions::default(), set(4, day)).expect("set");
        let state = first.iter().fold(Editions::default(), evolve);
        assert_eq!(decide(&state, set(4, day)), Ok(vec![]));
        let [Event::Set(second)] = &decide(&state, set(5, day)).expect("set")[..] else { panic!() };
        assert_eq!(second.version, 2);
        let mut rubrics = Rubrics::default();
        rubrics.apply(&first[0]);
        rubrics.apply(&Event::Set(second.clone()));
        assert_eq!(rubrics.newest().map(|edition| edition.version).collect::<Vec<_>>(), [2]);
        assert_eq!(rubrics.version(code("kinerja_kim"), 1).map(|edition| edition.content.scale_max()), Some(4));
        let year = |year| Period::new(PeriodKind::Year, year, 0).expect("a year");
        let scoring =
            |text, version, period| rubrics.scoring(code(text), version, period).map(|edition| edition.version);
        assert_eq!(scoring("kinerja_kim", None, year(2026)), Ok(2));
        assert_eq!(scoring("kinerja_kim", Some(1), year(2026)), Ok(1));
        assert_eq!(scoring("kinerja_kim", Some(3), year(2026)), Err(Refusal::RubricNotFound));
        assert_eq!(scoring("lain", None, year(2026)), Err(Refusal::RubricNotFound));
        let before = Err(Refusal::RubricNotInForce(date!(2025 - 12 - 31)));
        assert_eq!(scoring("kinerja_kim", None, year(2025)), before);
    }
}
