//! A campaign's events, as they are read.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{
    Paired, region,
    stored::{optional, stored_date, stored_reference},
};
use kim_eventlog::Recorded;
use prost::Message;

use super::{
    CAMPAIGN_AMENDED, CAMPAIGN_ASSIGNED, CAMPAIGN_AUDIENCE_DRAWN, CAMPAIGN_CANCELLED, CAMPAIGN_COMPLETED,
    CAMPAIGN_DRAFTED, CAMPAIGN_MATERIAL_REPLACED, CAMPAIGN_MATERIAL_WITHDRAWN, CAMPAIGN_NOTICE_ISSUED, CAMPAIGN_PAUSED,
    CAMPAIGN_RELEASED, CAMPAIGN_RESUMED, CAMPAIGN_SCHEDULED, CAMPAIGN_STARTED, CAMPAIGN_UNSCHEDULED,
};
use crate::{
    domain::{
        campaign::{Assignment, Draw, Event, Group, Notice, Outline},
        ids::{CommunityId, MaterialId, OfficeId, ProgrammeId},
    },
    wire::{
        audience::stored_plan,
        stored::{stored_communities, stored_count, stored_moment, stored_position, stored_version},
    },
};

/// `None` for an event that is no campaign's, or whose content this version does not know.
pub(super) fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        CAMPAIGN_DRAFTED => {
            let e = pb::CampaignDrafted::decode(payload).ok()?;
            let outline = Outline {
                material: MaterialId::parse(&e.material_id)?,
                programme: ProgrammeId::parse(&e.programme_id)?,
                office: OfficeId::parse(&e.owning_office_id)?,
                region: region::stored(e.region.as_ref())?,
            };
            Event::Drafted { outline, plan: stored_plan(e.plan.as_ref())?, on: stored_date(e.drafted_on)? }
        }
        CAMPAIGN_AMENDED => {
            let e = pb::CampaignAmended::decode(payload).ok()?;
            Event::Amended { plan: stored_plan(e.plan.as_ref())?, on: stored_date(e.amended_on)? }
        }
        CAMPAIGN_SCHEDULED => {
            let e = pb::CampaignScheduled::decode(payload).ok()?;
            Event::Scheduled {
                version: stored_version(e.material_version)?,
                starts_at: stored_moment(e.starts_at)?,
                on: stored_date(e.scheduled_on)?,
            }
        }
        CAMPAIGN_UNSCHEDULED => {
            Event::Unscheduled { on: stored_date(pb::CampaignUnscheduled::decode(payload).ok()?.unscheduled_on)? }
        }
        CAMPAIGN_STARTED => {
            let e = pb::CampaignStarted::decode(payload).ok()?;
            let draw = Draw {
                position: stored_position(e.registry_position)?,
                decree: e.decree.parse().ok()?,
                size: stored_count(e.audience_size)?,
            };
            Event::Started { draw, version: stored_version(e.material_version)?, at: stored_moment(e.started_at)? }
        }
        CAMPAIGN_ASSIGNED => Event::Assigned(stored_assignment(&pb::CampaignAssigned::decode(payload).ok()?)?),
        CAMPAIGN_AUDIENCE_DRAWN => {
            let e = pb::CampaignAudienceDrawn::decode(payload).ok()?;
            Event::AudienceDrawn {
                batches: stored_count(e.batches)?,
                communities: stored_count(e.communities)?,
                at: stored_moment(e.drawn_at)?,
            }
        }
        CAMPAIGN_RELEASED => {
            let e = pb::CampaignReleased::decode(payload).ok()?;
            let group = Group {
                regency: region::stored(e.regency.as_ref())?,
                communities: stored_communities(&e.community_ids)?,
            };
            let position = stored_position(e.registry_position)?;
            Event::Released { group, reason: Paired::from_proto(e.reason)?, position }
        }
        _ => course(recorded)?,
    })
}

/// What becomes of one that has started.
fn course(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        CAMPAIGN_PAUSED => {
            let e = pb::CampaignPaused::decode(payload).ok()?;
            Event::Paused { note: stored_reference(&e.note_ref).ok()?, at: stored_moment(e.paused_at)? }
        }
        CAMPAIGN_RESUMED => {
            Event::Resumed { at: stored_moment(pb::CampaignResumed::decode(payload).ok()?.resumed_at)? }
        }
        CAMPAIGN_COMPLETED => {
            let e = pb::CampaignCompleted::decode(payload).ok()?;
            Event::Completed {
                communities: stored_count(e.communities)?,
                drawn: e.audience_drawn,
                deferred: stored_count(e.deferred_communities)?,
                at: stored_moment(e.completed_at)?,
            }
        }
        CAMPAIGN_CANCELLED => {
            let e = pb::CampaignCancelled::decode(payload).ok()?;
            Event::Cancelled {
                reason: Paired::from_proto(e.reason)?,
                note: stored_reference(&e.note_ref).ok()?,
                at: stored_moment(e.cancelled_at)?,
            }
        }
        CAMPAIGN_MATERIAL_REPLACED => {
            let e = pb::CampaignMaterialReplaced::decode(payload).ok()?;
            Event::MaterialReplaced {
                from: stored_version(e.from_version)?,
                to: stored_version(e.to_version)?,
                reason: Paired::from_proto(e.reason)?,
                to_notify: stored_count(e.batches_to_notify)?,
                at: stored_moment(e.replaced_at)?,
            }
        }
        CAMPAIGN_MATERIAL_WITHDRAWN => {
            let e = pb::CampaignMaterialWithdrawn::decode(payload).ok()?;
            Event::MaterialWithdrawn {
                version: stored_version(e.material_version)?,
                to_notify: stored_count(e.batches_to_notify)?,
                at: stored_moment(e.withdrawn_at)?,
            }
        }
        CAMPAIGN_NOTICE_ISSUED => {
            let e = pb::CampaignNoticeIssued::decode(payload).ok()?;
            Event::NoticeIssued {
                notice: Notice { kind: Paired::from_proto(e.kind)?, version: stored_version(e.material_version)? },
                batch: stored_count(e.batch)?,
                regency: region::stored(e.regency.as_ref())?,
                communities: stored_count(e.communities)?,
                at: stored_moment(e.issued_at)?,
            }
        }
        _ => return None,
    })
}

fn stored_assignment(e: &pb::CampaignAssigned) -> Option<Assignment> {
    Some(Assignment {
        batch: stored_count(e.batch)?,
        kind: Paired::from_proto(e.kind)?,
        regency: region::stored(e.regency.as_ref())?,
        communities: stored_communities(&e.community_ids)?,
        deferred: stored_communities(&e.deferred_community_ids)?,
        position: stored_position(e.registry_position)?,
        material: MaterialId::parse(&e.material_id)?,
        version: stored_version(e.material_version)?,
        through: optional(&e.through_community_id, CommunityId::parse).ok()?,
        skipped: stored_count(e.skipped)?,
        at: stored_moment(e.assigned_at)?,
    })
}
