//! What an event says of a material: its published versions, and that it was withdrawn.

use kim_contract::dissemination::v1 as proto;
use kim_eventlog::Recorded;
use time::Date;
use uuid::Uuid;

use super::id;
use crate::{
    fold::event,
    pages::{Content, ContentLink, Revision, RevisionReason},
};

/// Something about one material.
#[derive(Clone, Debug, PartialEq)]
pub enum MaterialEvent {
    Published(Published),
    Withdrawn { on: Date },
}

/// A version, with what it says in each language.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    pub programme: Uuid,
    pub version: i32,
    /// In its first language.
    pub title: String,
    pub contents: Vec<Content>,
    /// `None` for the first version.
    pub revision: Option<Revision>,
    pub on: Date,
}

pub fn published(event: &Recorded) -> Result<MaterialEvent, String> {
    let body = event.message_of(|e: &proto::MaterialPublished| &e.material_id)?;
    let reason = match body.revision_reason() {
        proto::RevisionReason::Unspecified => None,
        proto::RevisionReason::Correction => Some(RevisionReason::Correction),
        proto::RevisionReason::Update => Some(RevisionReason::Update),
        proto::RevisionReason::Addition => Some(RevisionReason::Addition),
    };
    Ok(MaterialEvent::Published(Published {
        programme: id(&body.programme_id, "programme_id")?,
        version: body.version,
        title: body.contents.first().ok_or("contents kosong")?.title.clone(),
        contents: body.contents.into_iter().map(content).collect(),
        revision: reason.map(|reason| Revision {
            superseded_version: body.superseded_version,
            reason,
            note: body.revision_note,
        }),
        on: event::date(body.published_on, "published_on")?,
    }))
}

pub fn withdrawn(event: &Recorded) -> Result<MaterialEvent, String> {
    let body = event.message_of(|e: &proto::MaterialWithdrawn| &e.material_id)?;
    Ok(MaterialEvent::Withdrawn { on: event::date(body.withdrawn_on, "withdrawn_on")? })
}

fn content(content: proto::Content) -> Content {
    let links = content.links.into_iter().map(|link| ContentLink { title: link.title, address: link.address });
    Content {
        language: content.language,
        title: content.title,
        body: content.body,
        links: links.collect(),
        media: i32::try_from(content.media.len()).expect("a version has few media"),
    }
}
