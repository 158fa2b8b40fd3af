//! What a version says, in events and answers.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{Paired, stored::or_empty};
use kim_values::{DocumentHash, Link, PublicName};

use crate::domain::content::{AltText, Body, Content, ContentLink, Contents, Language, Media, Note, Wording};

#[must_use]
pub fn contents(contents: &Contents) -> Vec<pb::Content> {
    contents.each().map(content).collect()
}

#[must_use]
pub fn content(content: &Content) -> pb::Content {
    let link =
        |link: &ContentLink| pb::ContentLink { title: link.title.to_string(), address: link.address.to_string() };
    let media = |media: &Media| pb::Media {
        hash: media.hash.to_string(),
        r#type: media.media_type.to_proto(),
        size: i64::try_from(media.size).expect("a medium is within its size"),
        role: media.role.to_proto(),
        alt_text: or_empty(media.alt_text.as_ref()),
    };
    pb::Content {
        language: content.language.to_string(),
        title: content.title.to_string(),
        body: content.body.to_string(),
        links: content.links.iter().map(link).collect(),
        media: content.media.iter().map(media).collect(),
    }
}

#[must_use]
pub fn languages(languages: &[Language]) -> Vec<String> {
    languages.iter().map(ToString::to_string).collect()
}

pub(super) fn stored_languages(languages: &[String]) -> Option<Vec<Language>> {
    languages.iter().map(|tag| Language::parse(tag)).collect()
}

/// A wording that a log, or the vault, already has.
pub fn stored_wording(contents: &[pb::Content], note: &str) -> Option<Wording> {
    let contents = contents.iter().map(stored_content).collect::<Option<_>>()?;
    let note = Some(note).filter(|note| !note.is_empty()).map(Note::stored);
    Some(Wording { contents: Contents::new(contents).ok()?, note })
}

fn stored_content(content: &pb::Content) -> Option<Content> {
    let link = |link: &pb::ContentLink| ContentLink {
        title: PublicName::stored(&link.title),
        address: Link::stored(&link.address),
    };
    Some(Content {
        language: Language::parse(&content.language)?,
        title: PublicName::stored(&content.title),
        body: Body::stored(&content.body),
        links: content.links.iter().map(link).collect(),
        media: content.media.iter().map(stored_media).collect::<Option<_>>()?,
    })
}

fn stored_media(media: &pb::Media) -> Option<Media> {
    Some(Media {
        hash: DocumentHash::parse(&media.hash)?,
        media_type: Paired::from_proto(media.r#type)?,
        size: u64::try_from(media.size).ok()?,
        role: Paired::from_proto(media.role)?,
        alt_text: Some(media.alt_text.as_str()).filter(|alt| !alt.is_empty()).map(AltText::stored),
    })
}
