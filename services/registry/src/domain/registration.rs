//! The number that a community is registered under: counted by regency and year, never given twice.

use std::{fmt, str::FromStr};

use kim_territory::{Level, RegionCode};

/// `14.01/2022/00042`: the regency, the year of the registration, and the how-manieth of that year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RegistrationNumber {
    pub regency: RegionCode,
    pub year: u16,
    /// From 1. Numbers may be left out: one that was reserved for a refused record is given to nobody.
    pub serial: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no registration number")]
pub struct NoRegistrationNumber;

impl fmt::Display for RegistrationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{:05}", self.regency, self.year, self.serial)
    }
}

impl FromStr for RegistrationNumber {
    type Err = NoRegistrationNumber;

    fn from_str(text: &str) -> Result<Self, NoRegistrationNumber> {
        let mut parts = text.split('/');
        let mut part = || parts.next().ok_or(NoRegistrationNumber);
        let (regency, year, serial) = (part()?, part()?, part()?);
        let number = Self {
            regency: regency.parse().map_err(|_| NoRegistrationNumber)?,
            year: year.parse().map_err(|_| NoRegistrationNumber)?,
            serial: serial.parse().map_err(|_| NoRegistrationNumber)?,
        };
        let whole = parts.next().is_none() && number.regency.level() == Level::Regency && number.serial > 0;
        if whole { Ok(number) } else { Err(NoRegistrationNumber) }
    }
}

/// Whether a text is the beginning of registration numbers: a regency's code at least.
#[must_use]
pub fn begins_number(text: &str) -> bool {
    let mut parts = text.split('/');
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let regency = parts.next().is_some_and(|code| {
        code.contains('.') && code.parse::<RegionCode>().is_ok_and(|code| code.level() == Level::Regency)
    });
    regency
        && parts.next().is_none_or(|year| year.len() <= 4 && digits(year))
        && parts.next().is_none_or(digits)
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_written() {
        let number = RegistrationNumber { regency: "14.01".parse().expect("a code"), year: 2022, serial: 42 };
        assert_eq!(number.to_string(), "14.01/2022/00042");
        assert_eq!("14.01/2022/00042".parse(), Ok(number));
        let long = RegistrationNumber { serial: 123_456, ..number };
        assert_eq!(long.to_string().parse(), Ok(long));
        for bad in ["", "14.01/2022", "14/2022/1", "14.01/2022/0", "14.01/2022/1/1", "x/2022/1"] {
            assert_eq!(bad.parse::<RegistrationNumber>(), Err(NoRegistrationNumber), "{bad}");
        }
    }

    #[test]
    fn a_number_begins_with_its_regency() {
        for beginning in ["14.01", "14.01/", "14.01/20", "14.01/2022", "14.01/2022/", "14.01/2022/0004"] {
            assert!(begins_number(beginning), "{beginning}");
        }
        for other in ["", "14", "1401", "14.1", "14.01.01", "14.01/x", "14.01/20222", "14.01/2022/1/1", "kim 14.01"] {
            assert!(!begins_number(other), "{other}");
        }
    }
}
