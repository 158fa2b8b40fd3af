//! What an event of the registry says, as far as the read model has an interest in it.

mod territory;

use kim_contract::{
    registry::{event::EventType, v1 as proto},
    r#type::v1 as common,
};
use kim_eventlog::Recorded;
use time::{Date, Month};
use uuid::Uuid;

pub use territory::{Adoption, RegionsChanged};

use super::place::Region;
use crate::pages::ActivityKind;

/// An event that changes the read model.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Community(CommunityEvent),
    Training(Training),
    DormancyRule(DormancyRule),
    Baseline(Baseline),
    Office(OfficeNamed),
    Regions(RegionsChanged),
    Territory(Adoption),
}

impl Event {
    /// Whether what was counted before is counted elsewhere from now on.
    #[must_use]
    pub const fn moves_regions(&self) -> bool {
        matches!(self, Self::Regions(_))
    }
}

/// Something about one community.
#[derive(Clone, Debug, PartialEq)]
pub enum CommunityEvent {
    Drafted(Profile),
    Amended(Profile),
    Submitted {
        on: Date,
    },
    Returned {
        on: Date,
    },
    Registered {
        on: Date,
    },
    Activated {
        from: Date,
    },
    Reported {
        on: Date,
        kind: ActivityKind,
    },
    Reminded,
    BecameDormant {
        from: Date,
    },
    DormancyCorrected {
        dormant_from: Date,
    },
    RevitalisationPlanned,
    Revitalised {
        from: Date,
        after: Preceding,
    },
    Dissolved {
        on: Date,
    },
    Merged {
        on: Date,
    },
    Counted {
        members: i32,
        on: Date,
    },
    /// The whole record as it stands from now on, after a change or a correction.
    Changed(Profile),
    /// A decree gave its seat another code, or its region ended.
    Moved(Region),
    /// Its board, its proposals, what was merged into it: no figure depends on these.
    Noted,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub name: String,
    pub seat: Region,
    pub formed_on: Date,
    /// 0 when not known.
    pub members: i32,
}

/// What preceded a revival, as the registry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preceding {
    Training(Uuid),
    Partnership,
    Visit,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    pub region: Region,
    pub held_from: Date,
    pub held_to: Date,
    pub communities: Vec<Uuid>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DormancyRule {
    pub region: Region,
    pub version: i32,
    pub reminder_months: i32,
    pub dormant_months: i32,
    pub effective_from: Date,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    pub code: String,
    pub value: i64,
    pub as_of: Date,
    pub source: String,
    pub version: i32,
}

/// An office's name, from a day on.
#[derive(Clone, Debug, PartialEq)]
pub struct OfficeNamed {
    pub name: String,
    pub from: Date,
}

/// Reads an event. `Ok(None)` for a type that no figure depends on; `Err` says to an operator, in Indonesian, why it
/// cannot be folded.
///
/// A type that is not listed here is one that this program is too old for: passing over it might make figures wrong.
pub fn decode(event: &Recorded) -> Result<Option<Event>, String> {
    let Some(event_type) = EventType::named(&event.event_type) else {
        return Err(unknown(event));
    };
    let decoded = match event_type {
        EventType::CommunityDrafted => {
            let body = event.message_of(|e: &proto::CommunityDrafted| &e.community_id)?;
            Event::Community(CommunityEvent::Drafted(profile(body.profile)?))
        }
        EventType::CommunityAmended => {
            let body = event.message_of(|e: &proto::CommunityAmended| &e.community_id)?;
            Event::Community(CommunityEvent::Amended(profile(body.profile)?))
        }
        EventType::ChangeAccepted => {
            let body = event.message_of(|e: &proto::ChangeAccepted| &e.community_id)?;
            Event::Community(CommunityEvent::Changed(profile(body.profile)?))
        }
        EventType::CommunityCorrected => {
            let body = event.message_of(|e: &proto::CommunityCorrected| &e.community_id)?;
            Event::Community(CommunityEvent::Changed(profile(body.after)?))
        }
        EventType::TrainingHeld => training(event.message_of(|e: &proto::TrainingHeld| &e.training_id)?)?,
        EventType::DormancyRuleSet => dormancy_rule(event.message()?)?,
        EventType::BaselineSet => baseline(event.message()?)?,
        EventType::OfficeEstablished => {
            let body = event.message_of(|e: &proto::OfficeEstablished| &e.office_id)?;
            Event::Office(OfficeNamed { name: body.name, from: date(body.established_on, "established_on")? })
        }
        EventType::OfficeRenamed => {
            let body = event.message_of(|e: &proto::OfficeRenamed| &e.office_id)?;
            Event::Office(OfficeNamed { name: body.name, from: date(body.effective_from, "effective_from")? })
        }
        EventType::TerritoryRegionsChanged => Event::Regions(territory::regions_changed(&event.message()?)?),
        EventType::TerritoryAdopted => Event::Territory(territory::adoption(event.message()?)?),
        // Neither a figure nor a page depends on these; a training counts when it was held.
        EventType::FormationRuleSet
        | EventType::GrantIssued
        | EventType::GrantRevoked
        | EventType::OfficeParentSet
        | EventType::OfficeClosed
        | EventType::PartnershipProposed
        | EventType::PartnershipSigned
        | EventType::PartnershipRenewed
        | EventType::PartnershipReminded
        | EventType::PartnershipExpired
        | EventType::PartnershipTerminated
        | EventType::PartnershipDeclined
        | EventType::TrainingPlanned
        | EventType::TrainingRescheduled
        | EventType::TrainingInvitationsSent
        | EventType::TrainingReported
        | EventType::TrainingCancelled
        | EventType::CodeListSet
        | EventType::RubricSet
        | EventType::CommunityAssessed
        | EventType::AssessmentRevised
        | EventType::AssessmentWithdrawn
        | EventType::OfficeRegionMoved => return Ok(None),
        life => match of_life(life, event)? {
            Some(happened) => Event::Community(happened),
            None => return Err(unknown(event)),
        },
    };
    Ok(Some(decoded))
}

/// The events of a community's life after its record; `None` for a type that is none of them.
fn of_life(event_type: EventType, event: &Recorded) -> Result<Option<CommunityEvent>, String> {
    macro_rules! body {
        ($type:ident) => {
            event.message_of(|e: &proto::$type| &e.community_id)?
        };
    }
    Ok(Some(match event_type {
        EventType::CommunitySubmitted => {
            let body = body!(CommunitySubmitted);
            CommunityEvent::Submitted { on: date(body.submitted_on, "submitted_on")? }
        }
        EventType::CommunityReturned => {
            let body = body!(CommunityReturned);
            CommunityEvent::Returned { on: date(body.returned_on, "returned_on")? }
        }
        EventType::CommunityRegistered => {
            let body = body!(CommunityRegistered);
            CommunityEvent::Registered { on: date(body.registered_on, "registered_on")? }
        }
        EventType::CommunityActivated => {
            let body = body!(CommunityActivated);
            CommunityEvent::Activated { from: date(body.active_from, "active_from")? }
        }
        EventType::ActivityReported => {
            let body = body!(ActivityReported);
            CommunityEvent::Reported { kind: activity_kind(body.kind())?, on: date(body.happened_on, "happened_on")? }
        }
        EventType::DormancyReminded => {
            let _: proto::DormancyReminded = body!(DormancyReminded);
            CommunityEvent::Reminded
        }
        EventType::CommunityBecameDormant => {
            let body = body!(CommunityBecameDormant);
            CommunityEvent::BecameDormant { from: date(body.dormant_from, "dormant_from")? }
        }
        EventType::DormancyCorrected => {
            let body = body!(DormancyCorrected);
            CommunityEvent::DormancyCorrected { dormant_from: date(body.dormant_from, "dormant_from")? }
        }
        EventType::RevitalisationPlanned => {
            let _: proto::RevitalisationPlanned = body!(RevitalisationPlanned);
            CommunityEvent::RevitalisationPlanned
        }
        EventType::CommunityRevitalised => {
            let body = body!(CommunityRevitalised);
            let from = date(body.active_from, "active_from")?;
            CommunityEvent::Revitalised { from, after: preceding(body.preceded_by)? }
        }
        EventType::CommunityDissolved => {
            let body = body!(CommunityDissolved);
            CommunityEvent::Dissolved { on: date(body.dissolved_on, "dissolved_on")? }
        }
        EventType::CommunityMerged => {
            let body = body!(CommunityMerged);
            CommunityEvent::Merged { on: date(body.merged_on, "merged_on")? }
        }
        EventType::MembersCounted => {
            let body = body!(MembersCounted);
            CommunityEvent::Counted { members: body.member_count, on: date(body.counted_on, "counted_on")? }
        }
        EventType::OfficerAppointed => noted(body!(OfficerAppointed)),
        EventType::OfficerLeft => noted(body!(OfficerLeft)),
        EventType::OfficerErased => noted(body!(OfficerErased)),
        EventType::ChangeProposed => noted(body!(ChangeProposed)),
        EventType::ChangeRefused => noted(body!(ChangeRefused)),
        EventType::ChangeWithdrawn => noted(body!(ChangeWithdrawn)),
        EventType::CommunityAbsorbed => noted(body!(CommunityAbsorbed)),
        EventType::CommunitySeatMoved => {
            let body = body!(CommunitySeatMoved);
            CommunityEvent::Moved(region(body.to, "to")?)
        }
        // It comes in at its new seat in the same append.
        EventType::CommunityMovedOut => noted(body!(CommunityMovedOut)),
        EventType::CommunityMovedIn => {
            let body = body!(CommunityMovedIn);
            CommunityEvent::Moved(region(body.to, "to")?)
        }
        _ => return Ok(None),
    }))
}

/// What was read of its aggregate, and is of no interest beyond that.
fn noted<M>(_body: M) -> CommunityEvent {
    CommunityEvent::Noted
}

fn unknown(event: &Recorded) -> String {
    let name = &event.event_type;
    if name.starts_with("kim.registry.v1.") {
        format!("layanan pelaporan ini belum mengenal kejadian {name}")
    } else {
        format!("{name} bukan kejadian registri")
    }
}

fn profile(profile: Option<proto::CommunityProfile>) -> Result<Profile, String> {
    let profile = profile.ok_or("profile tidak ada")?;
    if profile.name.is_empty() {
        return Err("profile.name kosong".into());
    }
    let seat = region(profile.seat, "profile.seat")?;
    let formed_on = date(profile.formed_on, "profile.formed_on")?;
    Ok(Profile { name: profile.name, seat, formed_on, members: profile.member_count })
}

fn training(body: proto::TrainingHeld) -> Result<Event, String> {
    let training = body.training.ok_or("training tidak ada")?;
    let ids = training.community_ids.iter().map(|id| Uuid::try_parse(id));
    let communities =
        ids.collect::<Result<_, _>>().map_err(|_| "training.community_ids memuat yang bukan nomor KIM")?;
    Ok(Event::Training(Training {
        region: region(training.region, "training.region")?,
        held_from: date(training.held_from, "training.held_from")?,
        held_to: date(training.held_to, "training.held_to")?,
        communities,
    }))
}

fn dormancy_rule(body: proto::DormancyRuleSet) -> Result<Event, String> {
    let version = body.version.ok_or("version tidak ada")?;
    let rule = body.rule.ok_or("rule tidak ada")?;
    Ok(Event::DormancyRule(DormancyRule {
        region: region(version.region, "version.region")?,
        version: version.version,
        reminder_months: rule.reminder_months,
        dormant_months: rule.dormant_months,
        effective_from: date(body.effective_from, "effective_from")?,
    }))
}

fn baseline(body: proto::BaselineSet) -> Result<Event, String> {
    let baseline = body.baseline.ok_or("baseline tidak ada")?;
    Ok(Event::Baseline(Baseline {
        as_of: date(baseline.as_of, "baseline.as_of")?,
        code: baseline.code,
        value: baseline.value,
        source: baseline.source,
        version: baseline.version,
    }))
}

pub fn region(region: Option<common::Region>, field: &str) -> Result<Region, String> {
    let region = region.ok_or_else(|| format!("{field} tidak ada"))?;
    Region::parse(&region.code, &region.decree).map_err(|e| format!("{field}: {e}"))
}

pub fn date(date: Option<common::Date>, field: &str) -> Result<Date, String> {
    let date = date.ok_or_else(|| format!("{field} tidak ada"))?;
    let month = u8::try_from(date.month).ok().and_then(|month| Month::try_from(month).ok());
    let day = u8::try_from(date.day).ok();
    // The years that a month of the pages can have.
    let year = (1900..=2999).contains(&date.year).then_some(date.year);
    let found = year.zip(month).zip(day).and_then(|((y, m), d)| Date::from_calendar_date(y, m, d).ok());
    found.ok_or_else(|| format!("{field} bukan tanggal"))
}

fn activity_kind(kind: proto::ActivityKind) -> Result<ActivityKind, String> {
    Ok(match kind {
        proto::ActivityKind::Dissemination => ActivityKind::Dissemination,
        proto::ActivityKind::LiteracyClass => ActivityKind::LiteracyClass,
        proto::ActivityKind::Coverage => ActivityKind::Coverage,
        proto::ActivityKind::Meeting => ActivityKind::Meeting,
        proto::ActivityKind::Training => ActivityKind::Training,
        proto::ActivityKind::Economic => ActivityKind::Economic,
        proto::ActivityKind::Social => ActivityKind::Social,
        proto::ActivityKind::Unspecified => return Err("kind tidak dikenal".into()),
    })
}

fn preceding(preceding: Option<proto::Preceding>) -> Result<Preceding, String> {
    let preceding = preceding.ok_or("preceded_by tidak ada")?;
    match preceding.kind() {
        proto::PrecedingKind::Training => Uuid::try_parse(&preceding.training_id)
            .map(Preceding::Training)
            .map_err(|_| "preceded_by.training_id bukan nomor pelatihan".into()),
        proto::PrecedingKind::Partnership => Ok(Preceding::Partnership),
        proto::PrecedingKind::Visit => Ok(Preceding::Visit),
        proto::PrecedingKind::Unspecified => Err("preceded_by.kind tidak dikenal".into()),
    }
}
