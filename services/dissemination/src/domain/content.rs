//! What a version of a material says, in each of its languages.

use std::collections::HashSet;

use kim_values::{DocumentHash, Link, PublicName};

mod fingerprint;
mod language;
mod media;
mod personal;
mod prose;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;

pub use language::Language;
pub use media::{Media, MediaError, MediaRole, MediaType};
pub use personal::{Mark, MarkedText, PersonalData};
pub use prose::{AltText, Body, Note};

/// As many languages as one version may be in.
pub const MAX_LANGUAGES: usize = 12;
/// As many links, and as many media, as one language may have.
pub const MAX_ATTACHED: usize = 20;
/// Bytes of all texts together: a published version is within an event's size.
pub const MAX_BYTES: usize = 400 * 1024;

/// What is said in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub language: Language,
    pub title: PublicName,
    pub body: Body,
    pub links: Vec<ContentLink>,
    pub media: Vec<Media>,
}

/// Where more is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentLink {
    pub title: PublicName,
    pub address: Link,
}

/// One of each language, Indonesian first, then by language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents(Vec<Content>);

/// Why contents are none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentFlaw {
    #[error("Indonesian is missing")]
    IndonesianMissing,
    #[error("{0} stands there twice")]
    LanguageDoubled(Language),
    #[error("there are more than {MAX_LANGUAGES} languages")]
    TooManyLanguages,
    #[error("{0} has more than {MAX_ATTACHED} links")]
    TooManyLinks(Language),
    #[error("{0} has more than {MAX_ATTACHED} media")]
    TooManyMedia(Language),
    #[error("{0} has a medium twice")]
    MediaDoubled(Language),
    #[error("the texts are longer than {MAX_BYTES} bytes together")]
    TooLong,
}

impl Contents {
    pub fn new(mut contents: Vec<Content>) -> Result<Self, ContentFlaw> {
        contents.sort_by(|one, other| {
            (!one.language.is_indonesian(), &one.language).cmp(&(!other.language.is_indonesian(), &other.language))
        });
        if !contents.first().is_some_and(|first| first.language.is_indonesian()) {
            return Err(ContentFlaw::IndonesianMissing);
        }
        if contents.len() > MAX_LANGUAGES {
            return Err(ContentFlaw::TooManyLanguages);
        }
        if let Some([doubled, _]) = contents.array_windows().find(|[one, other]| one.language == other.language) {
            return Err(ContentFlaw::LanguageDoubled(doubled.language));
        }
        contents.iter().try_for_each(Content::sound)?;
        if contents.iter().map(Content::bytes).sum::<usize>() > MAX_BYTES {
            return Err(ContentFlaw::TooLong);
        }
        Ok(Self(contents))
    }

    pub fn each(&self) -> impl Iterator<Item = &Content> {
        self.0.iter()
    }

    /// In that language, or else in Indonesian.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &Content {
        self.0.iter().find(|content| content.language == language).unwrap_or(&self.0[0])
    }

    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        self.0.iter().map(|content| content.language).collect()
    }
}

impl Content {
    fn sound(&self) -> Result<(), ContentFlaw> {
        if self.links.len() > MAX_ATTACHED {
            return Err(ContentFlaw::TooManyLinks(self.language));
        }
        if self.media.len() > MAX_ATTACHED {
            return Err(ContentFlaw::TooManyMedia(self.language));
        }
        let mut seen = HashSet::with_capacity(self.media.len());
        if self.media.iter().all(|media| seen.insert(media.hash)) {
            Ok(())
        } else {
            Err(ContentFlaw::MediaDoubled(self.language))
        }
    }

    fn bytes(&self) -> usize {
        let links: usize =
            self.links.iter().map(|link| link.title.as_str().len() + link.address.to_string().len()).sum();
        let media: usize =
            self.media.iter().map(|media| media.alt_text.as_ref().map_or(0, |alt| alt.as_str().len())).sum();
        self.title.as_str().len() + self.body.as_str().len() + links + media
    }
}

/// All that a version says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    pub contents: Contents,
    /// Of a revision: what was wrong, has changed or was added.
    pub note: Option<Note>,
}

impl Wording {
    /// SHA-256 over all of it: two versions that say the same have the same.
    #[must_use]
    pub fn hash(&self) -> DocumentHash {
        fingerprint::of(self)
    }
}
