//! Texts of a material, as people read them. They are reviewed and approved before anybody does.

use std::fmt;

use kim_values::{TextError, prose};

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $min:literal to $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            pub fn parse(raw: &str) -> Result<Self, TextError> {
                prose(raw, $min, $max).map(|text| Self(text.into()))
            }

            /// A text that a log already has.
            #[must_use]
            pub fn stored(text: &str) -> Self {
                Self(text.into())
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(/// Paragraphs of up to 20,000 characters, an empty line between them.
    Body, 10 to 20_000);
text!(/// What is to be seen, in up to 500 characters.
    AltText, 3 to 500);
text!(/// What was wrong, has changed or was added in a version, in 10 to 1,000 characters.
    Note, 10 to 1_000);
