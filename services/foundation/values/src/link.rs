//! Where something is published.

use std::fmt;

use crate::text::{TextError, public_text};

/// Where something is published: an `https` address of up to 300 characters that names a host and a path, and no person: it has
/// neither a query nor what looks like an address of mail or a telephone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link(Box<str>);

/// Why a link is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("is no https address of a host and a path")]
    Malformed,
    #[error(transparent)]
    Text(#[from] TextError),
}

impl Link {
    pub fn parse(raw: &str) -> Result<Self, LinkError> {
        let text = public_text(raw, 12, 300)?;
        let host = text.strip_prefix("https://").and_then(|rest| rest.split('/').next()).unwrap_or_default();
        let is_host = host.contains('.') && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        if !is_host || text.contains(|c: char| !c.is_ascii_graphic() || matches!(c, '?' | '#')) {
            return Err(LinkError::Malformed);
        }
        Ok(Self(text.into()))
    }

    /// A link that a log already has.
    #[must_use]
    pub fn stored(link: &str) -> Self {
        Self(link.into())
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_an_address_of_a_published_document_and_of_nobody() {
        for good in ["https://kim.id/materi", "https://kominfo.riau.go.id/2022/10/materi-bimtek.pdf", "https://kim.id"]
        {
            assert_eq!(Link::parse(good).map(|link| link.to_string()), Ok(good.to_owned()));
        }
        for (bad, why) in [
            ("", LinkError::Text(TextError::Empty)),
            ("http://kim.id/materi", LinkError::Malformed),
            ("https://localhost/materi", LinkError::Malformed),
            ("https://kim.id/materi?oleh=seseorang", LinkError::Malformed),
            ("https://kim.id/materi bimtek", LinkError::Malformed),
            ("https://kim.id:7400/materi", LinkError::Malformed),
            ("https://orang@kim.id/materi", LinkError::Text(TextError::HasAddress)),
            ("https://wa.me/6281234567890", LinkError::Text(TextError::HasPhoneNumber)),
        ] {
            assert_eq!(Link::parse(bad), Err(why), "{bad}");
        }
    }
}
