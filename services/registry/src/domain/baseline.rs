//! A figure to compare with. Without its date and source it is worthless.

use kim_values::{TextError, is_code, public_text};
use time::Date;

use super::Refusal;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    code: Box<str>,
    value: i64,
    as_of: Date,
    source: Box<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    #[error("a code is 3 to 64 of `a-z 0-9 _`, and begins with a letter")]
    Code,
    #[error("a value is not negative")]
    Value,
    #[error("the date lies in the future")]
    InFuture,
    #[error("the source {0}")]
    Source(TextError),
}

impl Baseline {
    pub fn new(code: &str, value: i64, as_of: Date, source: &str) -> Result<Self, BaselineError> {
        if !is_code(code) {
            return Err(BaselineError::Code);
        }
        if value < 0 {
            return Err(BaselineError::Value);
        }
        let source = public_text(source, 3, 300).map_err(BaselineError::Source)?;
        Ok(Self { code: code.into(), value, as_of, source: source.into() })
    }

    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    #[must_use]
    pub fn value(&self) -> i64 {
        self.value
    }

    #[must_use]
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// The newest version of one baseline, from 1; version 0 when there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Versions {
    pub newest: Option<Baseline>,
    pub version: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Set { baseline: Baseline, today: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Set { baseline: Baseline, version: u32 },
}

/// The figure that stands already decides nothing.
pub fn decide(state: &Versions, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Set { baseline, today } = command;
    if baseline.as_of > today {
        return Err(BaselineError::InFuture.into());
    }
    if state.newest.as_ref() == Some(&baseline) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Set { baseline, version: state.version + 1 }])
}

#[must_use]
pub fn evolve(_state: Versions, event: &Event) -> Versions {
    let Event::Set { baseline, version } = event;
    Versions { newest: Some(baseline.clone()), version: *version }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_baseline_has_a_code_a_date_and_a_source() {
        let as_of = date!(2020 - 02 - 29);
        assert_eq!(Baseline::new("Aktif", 1, as_of, "IKP"), Err(BaselineError::Code));
        assert_eq!(Baseline::new("active", -1, as_of, "IKP"), Err(BaselineError::Value));
        assert_eq!(Baseline::new("active", 1, as_of, ""), Err(BaselineError::Source(TextError::Empty)));
        assert!(Baseline::new("active_before_pandemic", 4_900, as_of, "Ditjen IKP").is_ok());
    }

    #[test]
    fn another_figure_is_another_version_and_the_same_one_is_none() {
        let today = date!(2022 - 10 - 06);
        let set = |value, as_of| Command::Set {
            baseline: Baseline::new("active_before_pandemic", value, as_of, "Ditjen IKP").expect("a valid baseline"),
            today,
        };
        let as_of = date!(2020 - 02 - 29);
        assert_eq!(
            decide(&Versions::default(), set(1, date!(2022 - 10 - 07))),
            Err(Refusal::Baseline(BaselineError::InFuture))
        );
        let events = decide(&Versions::default(), set(4_900, as_of)).expect("set");
        let state = events.iter().fold(Versions::default(), evolve);
        assert_eq!(state.version, 1);
        assert_eq!(decide(&state, set(4_900, as_of)), Ok(vec![]));
        let events = decide(&state, set(4_228, as_of)).expect("set");
        assert_eq!(events.iter().fold(state, evolve).version, 2);
    }
}
