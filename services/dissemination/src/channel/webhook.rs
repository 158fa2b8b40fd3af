//! What a webhook is sent, as JSON. `README.md` of this crate says so to those who receive it.

use kim_webhook::{Message, MessageError};
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use super::message::{Kind, Notification};
use crate::domain::{
    content::{AltText, Content, Media, MediaRole, MediaType},
    material::Publication,
};

/// As Standard Webhooks has it: what happened, when, and what is to be known of it.
#[derive(Serialize)]
struct Envelope<'a> {
    r#type: Kind,
    #[serde(with = "time::serde::rfc3339")]
    timestamp: OffsetDateTime,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    campaign_id: Uuid,
    community_id: Uuid,
    material_id: Uuid,
    material_version: i32,
    /// Of a correction: what was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    revision_note: Option<String>,
    /// One of each language, Indonesian first; none of what was withdrawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contents: Vec<Said<'a>>,
}

#[derive(Serialize)]
struct Said<'a> {
    language: String,
    title: &'a str,
    body: &'a str,
    links: Vec<Link<'a>>,
    media: Vec<Medium<'a>>,
}

#[derive(Serialize)]
struct Link<'a> {
    title: &'a str,
    address: String,
}

#[derive(Serialize)]
struct Medium<'a> {
    /// SHA-256, 64 hex digits; `MaterialService.GetMedia` has its bytes.
    hash: String,
    r#type: &'static str,
    bytes: u64,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    alt_text: Option<&'a str>,
}

/// The message that is sent, by the id of the one that was queued. `publication` is what is told; none of a withdrawal.
pub(super) fn message(
    queued: &Message,
    notification: &Notification,
    publication: Option<&Publication>,
) -> Result<Message, MessageError> {
    let Notification { kind, campaign, community, material, version, at } = *notification;
    let envelope = Envelope {
        r#type: kind,
        timestamp: at,
        data: Data {
            campaign_id: campaign,
            community_id: community,
            material_id: material,
            material_version: version,
            revision_note: publication
                .filter(|_| kind == Kind::Corrected)
                .and_then(|publication| publication.wording.note.as_ref().map(ToString::to_string)),
            contents: publication
                .map(|publication| publication.wording.contents.each().map(said).collect())
                .unwrap_or_default(),
        },
    };
    let payload = serde_json::to_vec(&envelope).expect("texts, numbers and ids are JSON");
    Message::new(queued.id.clone(), queued.kind.clone(), payload)
}

fn said(content: &Content) -> Said<'_> {
    Said {
        language: content.language.to_string(),
        title: content.title.as_str(),
        body: content.body.as_str(),
        links: content
            .links
            .iter()
            .map(|link| Link { title: link.title.as_str(), address: link.address.to_string() })
            .collect(),
        media: content.media.iter().map(medium).collect(),
    }
}

fn medium(media: &Media) -> Medium<'_> {
    Medium {
        hash: media.hash.to_string(),
        r#type: match media.media_type {
            MediaType::Jpeg => "image/jpeg",
            MediaType::Png => "image/png",
            MediaType::Webp => "image/webp",
            MediaType::Pdf => "application/pdf",
            MediaType::Mp3 => "audio/mpeg",
            MediaType::Mp4 => "video/mp4",
        },
        bytes: media.size,
        role: match media.role {
            MediaRole::Illustration => "illustration",
            MediaRole::Poster => "poster",
            MediaRole::Recording => "recording",
            MediaRole::Attachment => "attachment",
        },
        alt_text: media.alt_text.as_ref().map(AltText::as_str),
    }
}
