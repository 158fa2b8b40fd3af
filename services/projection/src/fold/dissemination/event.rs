//! What an event of dissemination says, as far as the read model has an interest in it.

mod campaign;
mod delivery;
mod material;

use kim_contract::{
    dissemination::{event::EventType, v1 as proto},
    r#type::v1 as common,
};
use kim_eventlog::{Recorded, instant};
use kim_territory::{Level, RegionCode};
use prost_types::Timestamp;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

pub use campaign::{Assignment, CampaignEvent, Issued, Outline, Plan, Released};
pub use delivery::{DeliveryEvent, Fact};
pub use material::{MaterialEvent, Published};

use super::notice::Notice;
use crate::fold::{Place, Region, event};

/// An event that changes the read model.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Programme(ProgrammeEvent),
    Material(MaterialEvent),
    Campaign(CampaignEvent),
    Delivery(DeliveryEvent),
    Question(QuestionEvent),
}

#[derive(Clone, Debug, PartialEq)]
pub enum ProgrammeEvent {
    Established { office: Uuid, profile: Profile },
    Amended(Profile),
    Extended { until: Option<Date> },
    Closed { on: Date },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub name: String,
    pub topic: String,
    pub from: Date,
    pub until: Option<Date>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum QuestionEvent {
    Asked { campaign: Uuid, programme: Uuid, community: Uuid, regency: Regency, office: Uuid, on: Date },
    Answered,
    Reopened { on: Date },
    Redirected { to: Uuid },
    SetAside,
}

/// A regency under the list that an event names it by. Where it is counted today is told when figures are asked for: this log says
/// nothing of territories that come into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Regency {
    pub decree: &'static str,
    pub place: Place,
}

impl Regency {
    /// Of one campaign in all regencies.
    pub const ALL_TOGETHER: Self = Self { decree: "", place: Place::NATION };

    /// The regency that a seat lies in.
    fn around(region: Option<common::Region>, field: &str) -> Result<Self, String> {
        let Region { code, decree } = event::region(region, field)?;
        let regency = code.ancestors().find(|around| around.level() == Level::Regency);
        let regency: RegionCode = regency.ok_or_else(|| format!("{field} tidak di dalam kabupaten/kota"))?;
        Ok(Self { decree: decree.key(), place: Place::from(&regency) })
    }

    fn parse(region: Option<common::Region>, field: &str) -> Result<Self, String> {
        let is_regency = region
            .as_ref()
            .is_some_and(|region| region.code.parse::<RegionCode>().is_ok_and(|code| code.level() == Level::Regency));
        if is_regency { Self::around(region, field) } else { Err(format!("{field} bukan kabupaten/kota")) }
    }
}

/// Reads an event. `Ok(None)` for a type that no figure depends on; `Err` says to an operator, in Indonesian, why it
/// cannot be folded.
///
/// A type that is not listed here is one that this program is too old for: passing over it might make figures wrong.
pub fn decode(event: &Recorded) -> Result<Option<Event>, String> {
    let Some(event_type) = EventType::named(&event.event_type) else {
        return Err(unknown(event));
    };
    Ok(Some(match event_type {
        // A version counts when it was published.
        EventType::MaterialDrafted
        | EventType::MaterialAmended
        | EventType::MaterialSubmitted
        | EventType::MaterialReturned
        | EventType::MaterialApproved
        | EventType::MaterialRevised
        | EventType::MaterialDiscarded
        // Each batch says what it assigned, and each question that it was answered.
        | EventType::CampaignAudienceDrawn
        | EventType::QuestionAnswerPublished
        // Where messages go is no figure.
        | EventType::EndpointSet
        | EventType::EndpointSecretRotated
        | EventType::EndpointSuspended
        | EventType::EndpointResumed
        | EventType::EndpointRemoved => return Ok(None),
        EventType::ProgrammeEstablished
        | EventType::ProgrammeAmended
        | EventType::ProgrammeExtended
        | EventType::ProgrammeClosed => Event::Programme(programme(event_type, event)?),
        EventType::MaterialPublished => Event::Material(material::published(event)?),
        EventType::MaterialWithdrawn => Event::Material(material::withdrawn(event)?),
        EventType::QuestionAsked
        | EventType::QuestionAnswered
        | EventType::QuestionReopened
        | EventType::QuestionRedirected
        | EventType::QuestionSetAside => Event::Question(question(event_type, event)?),
        other => match campaign::decode(other, event)? {
            Some(happened) => Event::Campaign(happened),
            None => Event::Delivery(delivery::decode(other, event)?.ok_or_else(|| unknown(event))?),
        },
    }))
}

fn unknown(event: &Recorded) -> String {
    let name = &event.event_type;
    if name.starts_with("kim.dissemination.v1.") {
        format!("layanan pelaporan ini belum mengenal kejadian {name}")
    } else {
        format!("{name} bukan kejadian diseminasi")
    }
}

fn programme(event_type: EventType, event: &Recorded) -> Result<ProgrammeEvent, String> {
    Ok(match event_type {
        EventType::ProgrammeEstablished => {
            let body = event.message_of(|e: &proto::ProgrammeEstablished| &e.programme_id)?;
            ProgrammeEvent::Established {
                office: id(&body.owning_office_id, "owning_office_id")?,
                profile: profile(body.profile)?,
            }
        }
        EventType::ProgrammeAmended => {
            let body = event.message_of(|e: &proto::ProgrammeAmended| &e.programme_id)?;
            ProgrammeEvent::Amended(profile(body.profile)?)
        }
        EventType::ProgrammeExtended => {
            let body = event.message_of(|e: &proto::ProgrammeExtended| &e.programme_id)?;
            ProgrammeEvent::Extended { until: until(body.until)? }
        }
        _ => {
            let body = event.message_of(|e: &proto::ProgrammeClosed| &e.programme_id)?;
            ProgrammeEvent::Closed { on: event::date(body.closed_on, "closed_on")? }
        }
    })
}

fn profile(profile: Option<proto::ProgrammeProfile>) -> Result<Profile, String> {
    let profile = profile.ok_or("profile tidak ada")?;
    if profile.name.is_empty() {
        return Err("profile.name kosong".into());
    }
    Ok(Profile {
        name: profile.name,
        topic: profile.topic,
        from: event::date(profile.from, "profile.from")?,
        until: until(profile.until)?,
    })
}

fn until(date: Option<common::Date>) -> Result<Option<Date>, String> {
    date.map(|date| event::date(Some(date), "until")).transpose()
}

fn question(event_type: EventType, event: &Recorded) -> Result<QuestionEvent, String> {
    Ok(match event_type {
        EventType::QuestionAsked => {
            let body = event.message_of(|e: &proto::QuestionAsked| &e.question_id)?;
            QuestionEvent::Asked {
                campaign: id(&body.campaign_id, "campaign_id")?,
                programme: id(&body.programme_id, "programme_id")?,
                community: id(&body.community_id, "community_id")?,
                regency: Regency::around(body.seat, "seat")?,
                office: id(&body.office_id, "office_id")?,
                on: event::date(body.asked_on, "asked_on")?,
            }
        }
        EventType::QuestionAnswered => {
            let _: proto::QuestionAnswered = event.message_of(|e: &proto::QuestionAnswered| &e.question_id)?;
            QuestionEvent::Answered
        }
        EventType::QuestionReopened => {
            let body = event.message_of(|e: &proto::QuestionReopened| &e.question_id)?;
            QuestionEvent::Reopened { on: event::date(body.reopened_on, "reopened_on")? }
        }
        EventType::QuestionRedirected => {
            let body = event.message_of(|e: &proto::QuestionRedirected| &e.question_id)?;
            QuestionEvent::Redirected { to: id(&body.to_office_id, "to_office_id")? }
        }
        _ => {
            let _: proto::QuestionSetAside = event.message_of(|e: &proto::QuestionSetAside| &e.question_id)?;
            QuestionEvent::SetAside
        }
    })
}

fn id(text: &str, field: &str) -> Result<Uuid, String> {
    Uuid::try_parse(text).map_err(|_| format!("{field} bukan nomor"))
}

fn ids(texts: &[String], field: &str) -> Result<Vec<Uuid>, String> {
    texts.iter().map(|text| id(text, field)).collect()
}

fn moment(at: Option<Timestamp>, field: &str) -> Result<OffsetDateTime, String> {
    at.and_then(instant).ok_or_else(|| format!("{field} bukan waktu"))
}

fn notice(kind: proto::NoticeKind, version: i32) -> Result<Notice, String> {
    use crate::pages::NoticeKind;
    let kind = match kind {
        proto::NoticeKind::Corrected => NoticeKind::Corrected,
        proto::NoticeKind::Withdrawn => NoticeKind::Withdrawn,
        proto::NoticeKind::Unspecified => return Err("kind tidak dikenal".into()),
    };
    Ok(Notice { kind, version })
}
