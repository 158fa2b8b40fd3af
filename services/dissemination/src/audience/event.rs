//! What an event of the registry says, as far as audiences depend on it.

use kim_contract::{
    registry::{
        event::EventType,
        v1::{self as proto, CommunityStatus},
    },
    r#type::v1 as common,
};
use kim_desk::wire::{date, region};
use kim_eventlog::Recorded;
use kim_territory::Territory;
use kim_values::Region;
use time::Date;
use uuid::Uuid;

use super::master;

/// An event that changes the copy.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    Community(CommunityEvent),
    Partnership(PartnershipEvent),
    Office(OfficeEvent),
    /// Of the master data, which are read from the events as they are.
    Master,
}

/// Something about one community.
#[derive(Debug, Clone, PartialEq)]
pub enum CommunityEvent {
    Drafted(Profile),
    /// The whole record as it stands from now on.
    Changed(Profile),
    Turned(CommunityStatus),
    /// A territory that came into force has its seat elsewhere.
    Moved(Region),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub name: String,
    pub seat: Region,
    pub base_group: proto::BaseGroup,
}

/// Something about one partnership.
#[derive(Debug, Clone, PartialEq)]
pub enum PartnershipEvent {
    Proposed {
        office: Uuid,
        community: Uuid,
        begins_on: Date,
        ends_on: Date,
    },
    Signed {
        on: Date,
    },
    Renewed {
        ends_on: Date,
    },
    /// Expired, terminated, or never agreed on.
    Over {
        on: Date,
    },
}

/// Something about one office.
#[derive(Debug, Clone, PartialEq)]
pub enum OfficeEvent {
    Established { name: String, kind: proto::OfficeKind, region: Region, on: Date },
    Renamed { name: String, effective_from: Date },
    Moved(Region),
    Closed { on: Date },
}

/// Reads an event. `Ok(None)` for a type that no audience depends on; `Err` says to an operator, in Indonesian, why it cannot be folded.
///
/// A type that the contract does not have is one that this program is too old for: passing over it might make audiences wrong.
pub fn decode(event: &Recorded) -> Result<Option<Event>, String> {
    let name = &event.event_type;
    let event_type =
        EventType::named(name).ok_or_else(|| format!("layanan diseminasi ini belum mengenal kejadian {name}"))?;
    macro_rules! body {
        ($type:ident, $id:ident) => {
            event.message_of(|e: &proto::$type| &e.$id)?
        };
    }
    macro_rules! turned {
        ($type:ident, $status:ident) => {{
            let _: proto::$type = body!($type, community_id);
            Event::Community(CommunityEvent::Turned(CommunityStatus::$status))
        }};
    }
    Ok(Some(match event_type {
        EventType::CommunityDrafted => {
            let body = body!(CommunityDrafted, community_id);
            Event::Community(CommunityEvent::Drafted(profile(body.profile)?))
        }
        EventType::CommunityAmended => {
            let body = body!(CommunityAmended, community_id);
            changed(body.profile)?
        }
        EventType::ChangeAccepted => {
            let body = body!(ChangeAccepted, community_id);
            changed(body.profile)?
        }
        EventType::CommunityCorrected => {
            let body = body!(CommunityCorrected, community_id);
            changed(body.after)?
        }
        EventType::CommunitySubmitted => turned!(CommunitySubmitted, Submitted),
        EventType::CommunityReturned => turned!(CommunityReturned, Returned),
        EventType::CommunityRegistered => turned!(CommunityRegistered, Registered),
        EventType::CommunityActivated => turned!(CommunityActivated, Active),
        EventType::CommunityBecameDormant => turned!(CommunityBecameDormant, Dormant),
        EventType::DormancyCorrected => turned!(DormancyCorrected, Active),
        EventType::CommunityRevitalised => turned!(CommunityRevitalised, Active),
        EventType::CommunityDissolved => turned!(CommunityDissolved, Dissolved),
        EventType::CommunityMerged => turned!(CommunityMerged, Merged),
        EventType::CommunitySeatMoved => {
            let body = body!(CommunitySeatMoved, community_id);
            Event::Community(CommunityEvent::Moved(region(body.to, "to")?))
        }
        EventType::CommunityMovedIn => {
            let body = body!(CommunityMovedIn, community_id);
            Event::Community(CommunityEvent::Moved(region(body.to, "to")?))
        }
        EventType::PartnershipProposed
        | EventType::PartnershipSigned
        | EventType::PartnershipRenewed
        | EventType::PartnershipExpired
        | EventType::PartnershipTerminated
        | EventType::PartnershipDeclined => Event::Partnership(partnership(event_type, event)?),
        EventType::OfficeEstablished
        | EventType::OfficeRenamed
        | EventType::OfficeClosed
        | EventType::OfficeRegionMoved => Event::Office(office(event_type, event)?),
        EventType::TerritoryAdopted
        | EventType::TerritoryRegionsChanged
        | EventType::GrantRevoked
        | EventType::CodeListSet => {
            if !master::is_understood(event_type, &event.payload) {
                return Err(format!("isi kejadian {name} tidak dikenal layanan diseminasi ini"));
            }
            Event::Master
        }
        // Nothing here depends on these. A community that moves out comes in at its new seat in the same append.
        EventType::CommunityMovedOut
        | EventType::ActivityReported
        | EventType::DormancyReminded
        | EventType::RevitalisationPlanned
        | EventType::MembersCounted
        | EventType::OfficerAppointed
        | EventType::OfficerLeft
        | EventType::OfficerErased
        | EventType::ChangeProposed
        | EventType::ChangeRefused
        | EventType::ChangeWithdrawn
        | EventType::CommunityAbsorbed
        | EventType::PartnershipReminded
        | EventType::OfficeParentSet
        | EventType::GrantIssued
        | EventType::FormationRuleSet
        | EventType::DormancyRuleSet
        | EventType::BaselineSet
        | EventType::TrainingPlanned
        | EventType::TrainingRescheduled
        | EventType::TrainingInvitationsSent
        | EventType::TrainingHeld
        | EventType::TrainingReported
        | EventType::TrainingCancelled
        | EventType::RubricSet
        | EventType::CommunityAssessed
        | EventType::AssessmentRevised
        | EventType::AssessmentWithdrawn => return Ok(None),
    }))
}

fn partnership(event_type: EventType, event: &Recorded) -> Result<PartnershipEvent, String> {
    macro_rules! body {
        ($type:ident) => {
            event.message_of(|e: &proto::$type| &e.partnership_id)?
        };
    }
    Ok(match event_type {
        EventType::PartnershipProposed => {
            let body = body!(PartnershipProposed);
            PartnershipEvent::Proposed {
                office: id(&body.office_id, "office_id")?,
                community: id(&body.community_id, "community_id")?,
                begins_on: date(body.from, "from")?,
                ends_on: date(body.until, "until")?,
            }
        }
        EventType::PartnershipSigned => {
            let body = body!(PartnershipSigned);
            PartnershipEvent::Signed { on: date(body.signed_on, "signed_on")? }
        }
        EventType::PartnershipRenewed => {
            let body = body!(PartnershipRenewed);
            PartnershipEvent::Renewed { ends_on: date(body.until, "until")? }
        }
        EventType::PartnershipExpired => {
            let body = body!(PartnershipExpired);
            PartnershipEvent::Over { on: date(body.expired_on, "expired_on")? }
        }
        EventType::PartnershipTerminated => {
            let body = body!(PartnershipTerminated);
            PartnershipEvent::Over { on: date(body.terminated_on, "terminated_on")? }
        }
        EventType::PartnershipDeclined => {
            let body = body!(PartnershipDeclined);
            PartnershipEvent::Over { on: date(body.declined_on, "declined_on")? }
        }
        _ => unreachable!("told apart above"),
    })
}

fn office(event_type: EventType, event: &Recorded) -> Result<OfficeEvent, String> {
    macro_rules! body {
        ($type:ident) => {
            event.message_of(|e: &proto::$type| &e.office_id)?
        };
    }
    Ok(match event_type {
        EventType::OfficeEstablished => {
            let body = body!(OfficeEstablished);
            OfficeEvent::Established {
                kind: body.kind(),
                region: region(body.region, "region")?,
                on: date(body.established_on, "established_on")?,
                name: body.name,
            }
        }
        EventType::OfficeRenamed => {
            let body = body!(OfficeRenamed);
            OfficeEvent::Renamed { effective_from: date(body.effective_from, "effective_from")?, name: body.name }
        }
        EventType::OfficeRegionMoved => {
            let body = body!(OfficeRegionMoved);
            OfficeEvent::Moved(region(body.to, "to")?)
        }
        EventType::OfficeClosed => {
            let body = body!(OfficeClosed);
            OfficeEvent::Closed { on: date(body.closed_on, "closed_on")? }
        }
        _ => unreachable!("told apart above"),
    })
}

fn changed(after: Option<proto::CommunityProfile>) -> Result<Event, String> {
    Ok(Event::Community(CommunityEvent::Changed(profile(after)?)))
}

fn profile(profile: Option<proto::CommunityProfile>) -> Result<Profile, String> {
    let profile = profile.ok_or("profile tidak ada")?;
    if profile.name.is_empty() {
        return Err("profile.name kosong".into());
    }
    let base_group = proto::BaseGroup::try_from(profile.base_group).map_err(|_| "profile.base_group tidak dikenal")?;
    Ok(Profile { seat: region(profile.seat, "profile.seat")?, name: profile.name, base_group })
}

fn region(told: Option<common::Region>, field: &str) -> Result<Region, String> {
    let told = told.ok_or_else(|| format!("{field} tidak ada"))?;
    let found = region::stored(Some(&told)).filter(|region| Territory::of(region.decree).get(&region.code).is_some());
    found.ok_or_else(|| format!("{field}: daftar wilayah {} tidak memuat {}", told.decree, told.code))
}

fn date(told: Option<common::Date>, field: &str) -> Result<Date, String> {
    let told = told.ok_or_else(|| format!("{field} tidak ada"))?;
    date::from_proto(&told).ok_or_else(|| format!("{field} bukan tanggal"))
}

fn id(text: &str, field: &str) -> Result<Uuid, String> {
    Uuid::try_parse(text).map_err(|_| format!("{field} bukan nomor"))
}
