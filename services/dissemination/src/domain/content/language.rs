//! The language that something is said in.

use std::{fmt, str};

/// ISO 639 of two or three letters, and BCP 47's script where it is not the usual one: `id`, `min`, `jv-Java`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language {
    // Zeros after the last byte, so that tags compare like texts.
    bytes: [u8; 8],
    length: u8,
}

impl Language {
    /// The national language, that all who read Indonesian share.
    pub const INDONESIAN: Self = Self { bytes: *b"id\0\0\0\0\0\0", length: 2 };

    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let (language, script) = tag.split_once('-').map_or((tag, None), |(language, script)| (language, Some(script)));
        let is_language = matches!(language.len(), 2 | 3) && language.bytes().all(|b| b.is_ascii_lowercase());
        let is_script = script.is_none_or(|script| {
            matches!(script.as_bytes(), [first, rest @ ..]
                if rest.len() == 3 && first.is_ascii_uppercase() && rest.iter().all(u8::is_ascii_lowercase))
        });
        if !is_language || !is_script {
            return None;
        }
        let mut bytes = [0; 8];
        bytes[..tag.len()].copy_from_slice(tag.as_bytes());
        Some(Self { bytes, length: u8::try_from(tag.len()).ok()? })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("a tag is ASCII")
    }

    #[must_use]
    pub fn is_indonesian(self) -> bool {
        self == Self::INDONESIAN
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_a_tag_with_its_script_perhaps() {
        for good in ["id", "jv", "min", "ms", "jv-Java", "ban-Bali"] {
            assert_eq!(Language::parse(good).map(|language| language.to_string()).as_deref(), Some(good));
        }
        for bad in ["", "i", "ID", "jawa", "id-", "id-ID", "id-java", "jv-Java-ID", "j\u{e9}"] {
            assert_eq!(Language::parse(bad), None, "{bad:?}");
        }
        assert_eq!(Language::parse("id"), Some(Language::INDONESIAN));
    }
}
