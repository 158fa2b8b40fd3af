//! What an event says of a campaign.

use kim_contract::dissemination::{event::EventType, v1 as proto};
use kim_eventlog::Recorded;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Regency, id, ids, moment, notice};
use crate::{
    fold::{dissemination::notice::Notice, event},
    pages::CampaignStatus,
};

/// Something about one campaign.
#[derive(Clone, Debug, PartialEq)]
pub enum CampaignEvent {
    Drafted(Outline, Plan),
    Amended(Plan),
    Started {
        at: OffsetDateTime,
        material_version: i32,
    },
    /// Its state changed, and nothing else that a figure depends on.
    Became {
        status: CampaignStatus,
    },
    Assigned(Assignment),
    Released(Released),
    Replaced {
        material_version: i32,
    },
    Issued(Issued),
    /// Whoever got it is told, batch by batch.
    Noted,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outline {
    pub material: Uuid,
    pub programme: Uuid,
    pub office: Uuid,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub name: String,
    pub from: Date,
    pub until: Date,
    /// As the contract numbers them.
    pub priority: i16,
}

/// Communities that got the campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    pub batch: i32,
    pub regency: Regency,
    pub communities: Vec<Uuid>,
    pub at: OffsetDateTime,
}

/// Communities that are no more.
#[derive(Clone, Debug, PartialEq)]
pub struct Released {
    pub communities: Vec<Uuid>,
}

/// The communities of a batch are told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Issued {
    pub batch: i32,
    pub notice: Notice,
    pub at: OffsetDateTime,
}

/// `None` for a type that is no campaign's.
pub fn decode(event_type: EventType, event: &Recorded) -> Result<Option<CampaignEvent>, String> {
    macro_rules! body {
        ($type:ident) => {
            event.message_of(|e: &proto::$type| &e.campaign_id)?
        };
    }
    macro_rules! became {
        ($type:ident, $status:ident) => {{
            let _: proto::$type = body!($type);
            CampaignEvent::Became { status: CampaignStatus::$status }
        }};
    }
    Ok(Some(match event_type {
        EventType::CampaignDrafted => {
            let body = body!(CampaignDrafted);
            let outline = Outline {
                material: id(&body.material_id, "material_id")?,
                programme: id(&body.programme_id, "programme_id")?,
                office: id(&body.owning_office_id, "owning_office_id")?,
            };
            CampaignEvent::Drafted(outline, plan(body.plan)?)
        }
        EventType::CampaignAmended => CampaignEvent::Amended(plan(body!(CampaignAmended).plan)?),
        EventType::CampaignScheduled => became!(CampaignScheduled, Scheduled),
        EventType::CampaignUnscheduled => became!(CampaignUnscheduled, Draft),
        EventType::CampaignStarted => {
            let body = body!(CampaignStarted);
            CampaignEvent::Started {
                at: moment(body.started_at, "started_at")?,
                material_version: body.material_version,
            }
        }
        EventType::CampaignPaused => became!(CampaignPaused, Paused),
        EventType::CampaignResumed => became!(CampaignResumed, Running),
        EventType::CampaignCompleted => became!(CampaignCompleted, Completed),
        EventType::CampaignCancelled => became!(CampaignCancelled, Cancelled),
        EventType::CampaignAssigned => {
            let body = body!(CampaignAssigned);
            CampaignEvent::Assigned(Assignment {
                batch: body.batch,
                regency: Regency::parse(body.regency, "regency")?,
                communities: ids(&body.community_ids, "community_ids")?,
                at: moment(body.assigned_at, "assigned_at")?,
            })
        }
        EventType::CampaignReleased => {
            let body = body!(CampaignReleased);
            CampaignEvent::Released(Released { communities: ids(&body.community_ids, "community_ids")? })
        }
        EventType::CampaignMaterialReplaced => {
            CampaignEvent::Replaced { material_version: body!(CampaignMaterialReplaced).to_version }
        }
        EventType::CampaignMaterialWithdrawn => {
            let _: proto::CampaignMaterialWithdrawn = body!(CampaignMaterialWithdrawn);
            CampaignEvent::Noted
        }
        EventType::CampaignNoticeIssued => {
            let body = body!(CampaignNoticeIssued);
            CampaignEvent::Issued(Issued {
                batch: body.batch,
                notice: notice(body.kind(), body.material_version)?,
                at: moment(body.issued_at, "issued_at")?,
            })
        }
        _ => return Ok(None),
    }))
}

fn plan(plan: Option<proto::CampaignPlan>) -> Result<Plan, String> {
    let plan = plan.ok_or("plan tidak ada")?;
    let window = plan.window.ok_or("plan.window tidak ada")?;
    let priority = match plan.priority() {
        proto::CampaignPriority::Unspecified => return Err("plan.priority tidak dikenal".into()),
        known => i16::try_from(known as i32).expect("priorities are few"),
    };
    Ok(Plan {
        name: plan.name,
        from: event::date(window.from, "plan.window.from")?,
        until: event::date(window.until, "plan.window.until")?,
        priority,
    })
}
