//! Pictures, recordings and documents beside a text, each known by its hash.

use kim_values::DocumentHash;

use super::AltText;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaType {
    Jpeg,
    Png,
    Webp,
    Pdf,
    Mp3,
    Mp4,
}

/// What a medium is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaRole {
    Illustration,
    Poster,
    Recording,
    Attachment,
}

/// A medium of a type, within its size, that tells whoever does not see it what is to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    pub hash: DocumentHash,
    pub media_type: MediaType,
    /// Bytes.
    pub size: u64,
    pub role: MediaRole,
    pub alt_text: Option<AltText>,
}

/// Why a medium is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    #[error("is empty")]
    Empty,
    #[error("is larger than {0} bytes")]
    TooLarge(u64),
    #[error("is a picture without a text for whoever does not see it")]
    AltTextMissing,
    #[error("is of a type that does not fit its role")]
    RoleMismatch,
}

const MIB: u64 = 1024 * 1024;

impl MediaType {
    /// As many bytes as a village's connection brings in a few minutes.
    #[must_use]
    pub fn max_size(self) -> u64 {
        match self {
            Self::Jpeg | Self::Png | Self::Webp => 5 * MIB,
            Self::Pdf | Self::Mp3 => 20 * MIB,
            Self::Mp4 => 100 * MIB,
        }
    }

    /// Whether a medium of this type may have so many bytes.
    pub fn takes(self, size: u64) -> Result<(), MediaError> {
        match size {
            0 => Err(MediaError::Empty),
            _ if size > self.max_size() => Err(MediaError::TooLarge(self.max_size())),
            _ => Ok(()),
        }
    }

    #[must_use]
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// Whether these are the first bytes of such a medium, as far as it can be told from them.
    #[must_use]
    pub fn begins(self, bytes: &[u8]) -> bool {
        match self {
            Self::Jpeg => bytes.starts_with(&[0xff, 0xd8, 0xff]),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Webp => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
            Self::Pdf => bytes.starts_with(b"%PDF-"),
            Self::Mp3 => bytes.starts_with(b"ID3") || matches!(bytes, [0xff, second, ..] if second & 0xe6 == 0xe2),
            Self::Mp4 => bytes.get(4..8) == Some(b"ftyp"),
        }
    }
}

impl Media {
    pub fn new(
        hash: DocumentHash,
        media_type: MediaType,
        size: u64,
        role: MediaRole,
        alt_text: Option<AltText>,
    ) -> Result<Self, MediaError> {
        media_type.takes(size)?;
        let fits = match role {
            MediaRole::Illustration => media_type.is_picture(),
            MediaRole::Poster => media_type.is_picture() || media_type == MediaType::Pdf,
            MediaRole::Recording => matches!(media_type, MediaType::Mp3 | MediaType::Mp4),
            MediaRole::Attachment => true,
        };
        if !fits {
            return Err(MediaError::RoleMismatch);
        }
        if media_type.is_picture() && alt_text.is_none() {
            return Err(MediaError::AltTextMissing);
        }
        Ok(Self { hash, media_type, size, role, alt_text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medium_fits_its_role_and_its_size() {
        let alt = || AltText::parse("Poster imunisasi").ok();
        let media = |media_type, size, role, alt_text| {
            Media::new(DocumentHash([1; 32]), media_type, size, role, alt_text).map(|media| media.size)
        };
        for (media, then) in [
            (media(MediaType::Png, 5 * MIB, MediaRole::Illustration, alt()), Ok(5 * MIB)),
            (media(MediaType::Pdf, 1, MediaRole::Poster, None), Ok(1)),
            (media(MediaType::Mp4, 100 * MIB, MediaRole::Recording, None), Ok(100 * MIB)),
            (media(MediaType::Png, 0, MediaRole::Illustration, alt()), Err(MediaError::Empty)),
            (media(MediaType::Png, 5 * MIB + 1, MediaRole::Illustration, alt()), Err(MediaError::TooLarge(5 * MIB))),
            (media(MediaType::Jpeg, 1, MediaRole::Attachment, None), Err(MediaError::AltTextMissing)),
            (media(MediaType::Pdf, 1, MediaRole::Illustration, None), Err(MediaError::RoleMismatch)),
            (media(MediaType::Webp, 1, MediaRole::Recording, alt()), Err(MediaError::RoleMismatch)),
        ] {
            assert_eq!(media, then);
        }
    }

    #[test]
    fn a_type_is_told_by_the_first_bytes() {
        let samples: [(MediaType, &[u8]); 7] = [
            (MediaType::Jpeg, b"\xff\xd8\xff\xe0"),
            (MediaType::Png, b"\x89PNG\r\n\x1a\n"),
            (MediaType::Webp, b"RIFF\x01\x02\x03\x04WEBP"),
            (MediaType::Pdf, b"%PDF-1.7"),
            (MediaType::Mp3, b"ID3\x04"),
            (MediaType::Mp3, b"\xff\xfb\x90"),
            (MediaType::Mp4, b"\0\0\0\x18ftypisom"),
        ];
        for (of, bytes) in samples {
            for (media_type, _) in samples {
                assert_eq!(media_type.begins(bytes), media_type == of, "{media_type:?} {bytes:?}");
            }
            assert!(!of.begins(b"<script>") && !of.begins(b""), "{of:?}");
        }
    }
}
