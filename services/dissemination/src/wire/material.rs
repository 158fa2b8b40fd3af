//! Materials in the log.

use kim_contract::dissemination::{event::EventType, v1 as pb};
use kim_desk::wire::{
    Happened, Paired, date,
    region::{self, place},
    stored::{or_empty, stored_date, stored_reference},
};
use kim_eventlog::{Aggregate, NewEvent, Place, Recorded};
use kim_values::{DocumentHash, VaultRef};
use prost::Message;

use super::{
    content::{contents, languages, stored_languages, stored_wording},
    stored::{stored_version, version as number},
};
use crate::domain::{
    ids::{ActorRef, OfficeId, ProgrammeId},
    material::{self, Event, Material, Outline, Publication, SealedContent, Withdrawal},
};

mod message;
pub mod record;

pub use message::{field, mark, message, publication, said};

pub const MATERIAL_DRAFTED: &str = EventType::MaterialDrafted.name();
pub const MATERIAL_AMENDED: &str = EventType::MaterialAmended.name();
pub const MATERIAL_SUBMITTED: &str = EventType::MaterialSubmitted.name();
pub const MATERIAL_RETURNED: &str = EventType::MaterialReturned.name();
pub const MATERIAL_APPROVED: &str = EventType::MaterialApproved.name();
pub const MATERIAL_PUBLISHED: &str = EventType::MaterialPublished.name();
pub const MATERIAL_REVISED: &str = EventType::MaterialRevised.name();
pub const MATERIAL_DISCARDED: &str = EventType::MaterialDiscarded.name();
pub const MATERIAL_WITHDRAWN: &str = EventType::MaterialWithdrawn.name();

/// Materials in dissemination's log.
#[derive(Debug)]
pub struct Materials;

impl Aggregate for Materials {
    type State = Option<Material>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        read(recorded).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let material = state.as_ref().expect("a material is there from its first event on");
        write(happened, place(material.outline.region))
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        material::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn sealed(content: &SealedContent) -> pb::SealedContent {
    pb::SealedContent {
        content_ref: content.reference.to_string(),
        content_hash: content.hash.to_string(),
        languages: languages(&content.languages),
    }
}

fn stored_sealed(content: Option<&pb::SealedContent>) -> Option<SealedContent> {
    let content = content?;
    Some(SealedContent {
        reference: VaultRef::parse(&content.content_ref)?,
        hash: DocumentHash::parse(&content.content_hash)?,
        languages: stored_languages(&content.languages)?,
    })
}

fn write(happened: &Happened<Event>, place: Place) -> NewEvent {
    let material_id = happened.aggregate.to_string();
    match &happened.event {
        Event::Drafted { outline, content, by, on } => happened.written(
            MATERIAL_DRAFTED,
            place,
            &pb::MaterialDrafted {
                material_id,
                programme_id: outline.programme.to_string(),
                owning_office_id: outline.office.to_string(),
                region: Some(region::to_proto(outline.region)),
                content: Some(sealed(content)),
                author_ref: by.to_string(),
                drafted_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Amended { version, content, by, on } => happened.written(
            MATERIAL_AMENDED,
            place,
            &pb::MaterialAmended {
                material_id,
                version: number(*version),
                content: Some(sealed(content)),
                author_ref: by.to_string(),
                amended_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Submitted { version, by, on } => happened.written(
            MATERIAL_SUBMITTED,
            place,
            &pb::MaterialSubmitted {
                material_id,
                version: number(*version),
                submitted_by_ref: by.to_string(),
                submitted_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Returned { version, reasons, note, by, on } => happened.written(
            MATERIAL_RETURNED,
            place,
            &pb::MaterialReturned {
                material_id,
                version: number(*version),
                reasons: reasons.iter().map(|reason| reason.to_proto()).collect(),
                note_ref: or_empty(*note),
                returned_by_ref: by.to_string(),
                returned_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Approved { version, hash, by, on } => happened.written(
            MATERIAL_APPROVED,
            place,
            &pb::MaterialApproved {
                material_id,
                version: number(*version),
                content_hash: hash.to_string(),
                approved_by_ref: by.to_string(),
                approved_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Published(publication) => {
            happened.written(MATERIAL_PUBLISHED, place, &published(material_id, publication))
        }
        Event::Revised { version, reason, content, by, on } => happened.written(
            MATERIAL_REVISED,
            place,
            &pb::MaterialRevised {
                material_id,
                version: number(*version),
                reason: reason.to_proto(),
                content: Some(sealed(content)),
                author_ref: by.to_string(),
                revised_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Discarded { version, by, on } => happened.written(
            MATERIAL_DISCARDED,
            place,
            &pb::MaterialDiscarded {
                material_id,
                version: number(*version),
                discarded_by_ref: by.to_string(),
                discarded_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Withdrawn { version, withdrawal, by } => happened.written(
            MATERIAL_WITHDRAWN,
            place,
            &pb::MaterialWithdrawn {
                material_id,
                version: number(*version),
                reason: withdrawal.reason.to_proto(),
                note_ref: or_empty(withdrawal.note),
                withdrawn_by_ref: by.to_string(),
                withdrawn_on: Some(date::to_proto(withdrawal.on)),
            },
        ),
    }
}

fn published(material_id: String, publication: &Publication) -> pb::MaterialPublished {
    pb::MaterialPublished {
        material_id,
        programme_id: publication.programme.to_string(),
        version: number(publication.version),
        contents: contents(&publication.wording.contents),
        content_hash: publication.hash.to_string(),
        superseded_version: publication.superseded.map_or(0, number),
        revision_reason: publication.revision.map_or(0, Paired::to_proto),
        revision_note: or_empty(publication.wording.note.as_ref()),
        published_by_ref: publication.by.to_string(),
        published_on: Some(date::to_proto(publication.on)),
    }
}

fn stored_publication(e: &pb::MaterialPublished) -> Option<Publication> {
    let revision = match e.revision_reason {
        0 => None,
        reason => Some(Paired::from_proto(reason)?),
    };
    let superseded = match e.superseded_version {
        0 => None,
        number => Some(stored_version(number)?),
    };
    Some(Publication {
        programme: ProgrammeId::parse(&e.programme_id)?,
        version: stored_version(e.version)?,
        wording: stored_wording(&e.contents, &e.revision_note)?,
        hash: DocumentHash::parse(&e.content_hash)?,
        superseded,
        revision,
        by: ActorRef::parse(&e.published_by_ref)?,
        on: stored_date(e.published_on)?,
    })
}

/// `None` for an event that is no material's, or whose content this version does not know.
fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        MATERIAL_DRAFTED => {
            let e = pb::MaterialDrafted::decode(payload).ok()?;
            let outline = Outline {
                programme: ProgrammeId::parse(&e.programme_id)?,
                office: OfficeId::parse(&e.owning_office_id)?,
                region: region::stored(e.region.as_ref())?,
            };
            let (content, by) = (stored_sealed(e.content.as_ref())?, ActorRef::parse(&e.author_ref)?);
            Event::Drafted { outline, content, by, on: stored_date(e.drafted_on)? }
        }
        MATERIAL_AMENDED => {
            let e = pb::MaterialAmended::decode(payload).ok()?;
            let (content, by) = (stored_sealed(e.content.as_ref())?, ActorRef::parse(&e.author_ref)?);
            Event::Amended { version: stored_version(e.version)?, content, by, on: stored_date(e.amended_on)? }
        }
        MATERIAL_SUBMITTED => {
            let e = pb::MaterialSubmitted::decode(payload).ok()?;
            let by = ActorRef::parse(&e.submitted_by_ref)?;
            Event::Submitted { version: stored_version(e.version)?, by, on: stored_date(e.submitted_on)? }
        }
        MATERIAL_RETURNED => {
            let e = pb::MaterialReturned::decode(payload).ok()?;
            Event::Returned {
                version: stored_version(e.version)?,
                reasons: e.reasons.iter().map(|reason| Paired::from_proto(*reason)).collect::<Option<_>>()?,
                note: stored_reference(&e.note_ref).ok()?,
                by: ActorRef::parse(&e.returned_by_ref)?,
                on: stored_date(e.returned_on)?,
            }
        }
        MATERIAL_APPROVED => {
            let e = pb::MaterialApproved::decode(payload).ok()?;
            let (hash, by) = (DocumentHash::parse(&e.content_hash)?, ActorRef::parse(&e.approved_by_ref)?);
            Event::Approved { version: stored_version(e.version)?, hash, by, on: stored_date(e.approved_on)? }
        }
        MATERIAL_PUBLISHED => {
            Event::Published(Box::new(stored_publication(&pb::MaterialPublished::decode(payload).ok()?)?))
        }
        MATERIAL_REVISED => {
            let e = pb::MaterialRevised::decode(payload).ok()?;
            Event::Revised {
                version: stored_version(e.version)?,
                reason: Paired::from_proto(e.reason)?,
                content: stored_sealed(e.content.as_ref())?,
                by: ActorRef::parse(&e.author_ref)?,
                on: stored_date(e.revised_on)?,
            }
        }
        MATERIAL_DISCARDED => {
            let e = pb::MaterialDiscarded::decode(payload).ok()?;
            let by = ActorRef::parse(&e.discarded_by_ref)?;
            Event::Discarded { version: stored_version(e.version)?, by, on: stored_date(e.discarded_on)? }
        }
        MATERIAL_WITHDRAWN => {
            let e = pb::MaterialWithdrawn::decode(payload).ok()?;
            let withdrawal = Withdrawal {
                reason: Paired::from_proto(e.reason)?,
                note: stored_reference(&e.note_ref).ok()?,
                on: stored_date(e.withdrawn_on)?,
            };
            let by = ActorRef::parse(&e.withdrawn_by_ref)?;
            Event::Withdrawn { version: stored_version(e.version)?, withdrawal, by }
        }
        _ => return None,
    })
}
