//! The two languages that the pages speak.

/// The language of a page. Names of regions and of offices stay Indonesian in both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    Indonesian,
    English,
}

impl Language {
    /// The text of this language: both stand side by side where they are written, so that neither is forgotten.
    #[must_use]
    pub fn say<T>(self, indonesian: T, english: T) -> T {
        match self {
            Self::Indonesian => indonesian,
            Self::English => english,
        }
    }

    /// BCP 47, for `lang` and `hreflang`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.say("id", "en")
    }

    #[must_use]
    pub fn other(self) -> Self {
        self.say(Self::English, Self::Indonesian)
    }
}
