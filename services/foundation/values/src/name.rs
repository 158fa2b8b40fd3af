//! The public name of whatever has one: a community, an office, a programme, a place.

use std::fmt;

use crate::text::{TextError, public_text};

/// 3 to 120 characters in NFC on one line, with a letter, and without what looks like an address or a telephone number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PublicName(Box<str>);

impl PublicName {
    pub fn parse(raw: &str) -> Result<Self, TextError> {
        public_text(raw, 3, 120).map(|name| Self(name.into()))
    }

    /// A name that a log already has.
    #[must_use]
    pub fn stored(name: &str) -> Self {
        Self(name.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
