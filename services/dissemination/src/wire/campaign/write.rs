//! A campaign's events, as they are written.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{
    Happened, Paired, date, region,
    stored::{count, or_empty},
};
use kim_eventlog::{NewEvent, Place};

use super::{
    CAMPAIGN_AMENDED, CAMPAIGN_ASSIGNED, CAMPAIGN_AUDIENCE_DRAWN, CAMPAIGN_CANCELLED, CAMPAIGN_COMPLETED,
    CAMPAIGN_DRAFTED, CAMPAIGN_MATERIAL_REPLACED, CAMPAIGN_MATERIAL_WITHDRAWN, CAMPAIGN_NOTICE_ISSUED, CAMPAIGN_PAUSED,
    CAMPAIGN_RELEASED, CAMPAIGN_RESUMED, CAMPAIGN_SCHEDULED, CAMPAIGN_STARTED, CAMPAIGN_UNSCHEDULED,
};
use crate::{
    domain::campaign::{Assignment, Event},
    wire::{
        audience::plan,
        stored::{communities, moment, position, version as number},
    },
};

pub(super) fn write(happened: &Happened<Event>, place: Place) -> NewEvent {
    let campaign_id = happened.aggregate.to_string();
    match &happened.event {
        Event::Drafted { outline, plan: planned, on } => happened.written(
            CAMPAIGN_DRAFTED,
            place,
            &pb::CampaignDrafted {
                campaign_id,
                material_id: outline.material.to_string(),
                programme_id: outline.programme.to_string(),
                owning_office_id: outline.office.to_string(),
                region: Some(region::to_proto(outline.region)),
                plan: Some(plan(planned)),
                drafted_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Amended { plan: planned, on } => {
            let (plan, amended_on) = (Some(plan(planned)), Some(date::to_proto(*on)));
            happened.written(CAMPAIGN_AMENDED, place, &pb::CampaignAmended { campaign_id, plan, amended_on })
        }
        Event::Scheduled { version, starts_at, on } => happened.written(
            CAMPAIGN_SCHEDULED,
            place,
            &pb::CampaignScheduled {
                campaign_id,
                material_version: number(*version),
                starts_at: moment(*starts_at),
                scheduled_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Unscheduled { on } => {
            let unscheduled_on = Some(date::to_proto(*on));
            happened.written(CAMPAIGN_UNSCHEDULED, place, &pb::CampaignUnscheduled { campaign_id, unscheduled_on })
        }
        Event::Started { draw, version, at } => happened.written(
            CAMPAIGN_STARTED,
            place,
            &pb::CampaignStarted {
                campaign_id,
                registry_position: position(draw.position),
                decree: draw.decree.key().to_owned(),
                audience_size: count(draw.size),
                material_version: number(*version),
                started_at: moment(*at),
            },
        ),
        Event::Assigned(batch) => happened.written(CAMPAIGN_ASSIGNED, place, &assigned(campaign_id, batch)),
        Event::AudienceDrawn { batches, communities, at } => happened.written(
            CAMPAIGN_AUDIENCE_DRAWN,
            place,
            &pb::CampaignAudienceDrawn {
                campaign_id,
                batches: count(*batches),
                communities: count(*communities),
                drawn_at: moment(*at),
            },
        ),
        Event::Released { group, reason, position: at } => happened.written(
            CAMPAIGN_RELEASED,
            place,
            &pb::CampaignReleased {
                campaign_id,
                regency: Some(region::to_proto(group.regency)),
                community_ids: communities(&group.communities),
                reason: reason.to_proto(),
                registry_position: position(*at),
            },
        ),
        _ => course(happened, place, campaign_id),
    }
}

/// What becomes of one that has started.
fn course(happened: &Happened<Event>, place: Place, campaign_id: String) -> NewEvent {
    match &happened.event {
        Event::Paused { note, at } => {
            let (note_ref, paused_at) = (or_empty(*note), moment(*at));
            happened.written(CAMPAIGN_PAUSED, place, &pb::CampaignPaused { campaign_id, note_ref, paused_at })
        }
        Event::Resumed { at } => {
            let resumed_at = moment(*at);
            happened.written(CAMPAIGN_RESUMED, place, &pb::CampaignResumed { campaign_id, resumed_at })
        }
        Event::Completed { communities, drawn, deferred, at } => happened.written(
            CAMPAIGN_COMPLETED,
            place,
            &pb::CampaignCompleted {
                campaign_id,
                communities: count(*communities),
                audience_drawn: *drawn,
                completed_at: moment(*at),
                deferred_communities: count(*deferred),
            },
        ),
        Event::Cancelled { reason, note, at } => happened.written(
            CAMPAIGN_CANCELLED,
            place,
            &pb::CampaignCancelled {
                campaign_id,
                reason: reason.to_proto(),
                note_ref: or_empty(*note),
                cancelled_at: moment(*at),
            },
        ),
        Event::MaterialReplaced { from, to, reason, to_notify, at } => happened.written(
            CAMPAIGN_MATERIAL_REPLACED,
            place,
            &pb::CampaignMaterialReplaced {
                campaign_id,
                from_version: number(*from),
                to_version: number(*to),
                reason: reason.to_proto(),
                batches_to_notify: count(*to_notify),
                replaced_at: moment(*at),
            },
        ),
        Event::MaterialWithdrawn { version, to_notify, at } => happened.written(
            CAMPAIGN_MATERIAL_WITHDRAWN,
            place,
            &pb::CampaignMaterialWithdrawn {
                campaign_id,
                material_version: number(*version),
                batches_to_notify: count(*to_notify),
                withdrawn_at: moment(*at),
            },
        ),
        Event::NoticeIssued { notice, batch, regency, communities, at } => happened.written(
            CAMPAIGN_NOTICE_ISSUED,
            place,
            &pb::CampaignNoticeIssued {
                campaign_id,
                kind: notice.kind.to_proto(),
                material_version: number(notice.version),
                batch: count(*batch),
                regency: Some(region::to_proto(*regency)),
                communities: count(*communities),
                issued_at: moment(*at),
            },
        ),
        _ => unreachable!("written above"),
    }
}

fn assigned(campaign_id: String, batch: &Assignment) -> pb::CampaignAssigned {
    pb::CampaignAssigned {
        campaign_id,
        batch: count(batch.batch),
        kind: batch.kind.to_proto(),
        regency: Some(region::to_proto(batch.regency)),
        community_ids: communities(&batch.communities),
        registry_position: position(batch.position),
        material_version: number(batch.version),
        material_id: batch.material.to_string(),
        through_community_id: or_empty(batch.through),
        skipped: count(batch.skipped),
        assigned_at: moment(batch.at),
        deferred_community_ids: communities(&batch.deferred),
    }
}
