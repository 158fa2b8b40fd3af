//! The part of a context's events that belongs to a province or a regency: what a reader with such a scope reads.

use std::{fmt, str::FromStr};

use kim_contract::log::v1::EventFilter;

use crate::Recorded;

/// A province's or a regency's events. Positions have holes in it, by nature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// `14`
    province: String,
    /// `1401`
    regency: Option<String>,
}

/// This is the code of neither a province nor a regency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a part of a log is a province (14) or a regency (14.01)")]
pub struct PartError;

impl FromStr for Part {
    type Err = PartError;

    /// The code of a province, `14`, or of a regency, `14.01`.
    fn from_str(region_code: &str) -> Result<Self, PartError> {
        let (province, regency) = match region_code.split_once('.') {
            None => (region_code, None),
            Some((province, number)) => (province, Some(number)),
        };
        let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        if !two_digits(province) || province == "00" || regency.is_some_and(|number| !two_digits(number)) {
            return Err(PartError);
        }
        Ok(Self { province: province.into(), regency: regency.map(|number| format!("{province}{number}")) })
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.regency {
            None => f.write_str(&self.province),
            Some(regency) => write!(f, "{}.{}", self.province, &regency[2..]),
        }
    }
}

impl Part {
    /// The subjects of its events: `kim.evt.registry.v1.14.>`.
    #[must_use]
    pub fn subjects(&self, context: &str) -> String {
        let regency = self.regency.as_ref().map(|regency| format!("{regency}.")).unwrap_or_default();
        format!("kim.evt.{context}.v1.{}.{regency}>", self.province)
    }

    /// Whether an event belongs to it.
    pub(crate) fn takes(&self, event: &Recorded) -> bool {
        let [province, regency] = event.place();
        province == Some(&self.province) && self.regency.as_deref().is_none_or(|wanted| regency == Some(wanted))
    }

    /// As the log's service is asked for it.
    pub(crate) fn filter(&self) -> EventFilter {
        EventFilter { region_code: self.to_string(), ..EventFilter::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_province_or_a_regency() {
        for (code, subjects) in [("14", "kim.evt.registry.v1.14.>"), ("14.01", "kim.evt.registry.v1.14.1401.>")] {
            let part: Part = code.parse().expect("it is one");
            assert_eq!((part.to_string().as_str(), part.subjects("registry").as_str()), (code, subjects));
        }
        for code in ["", "1", "00", "1401", "14.1", "14.01.01", "14.>", "*"] {
            assert_eq!(code.parse::<Part>(), Err(PartError), "{code}");
        }
    }
}
