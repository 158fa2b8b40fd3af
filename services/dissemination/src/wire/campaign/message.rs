//! A campaign, as answers show it.

use kim_contract::dissemination::v1 as pb;
use kim_desk::wire::{Paired, region, stored::count};
use kim_eventlog::Version;

use crate::{
    domain::{
        campaign::{Campaign, Draw, FanOut, NoticeProgress, Stage},
        ids::CampaignId,
    },
    wire::{
        audience::plan,
        stored::{etag, moment, position, version as number},
    },
};

/// All but the office's own words.
#[must_use]
pub fn message(id: CampaignId, campaign: &Campaign, version: Version) -> pb::Campaign {
    let Campaign { outline, plan: planned, stage } = campaign;
    let fan_out = stage.fan_out();
    let starts_at = match stage {
        Stage::Draft => None,
        _ => moment(planned.window.begins(planned.audience.codes())),
    };
    pb::Campaign {
        campaign_id: id.to_string(),
        status: stage.status().to_proto(),
        material_id: outline.material.to_string(),
        programme_id: outline.programme.to_string(),
        owning_office_id: outline.office.to_string(),
        region: Some(region::to_proto(outline.region)),
        plan: Some(plan(planned)),
        material_version: match (stage, fan_out) {
            (Stage::Scheduled { version }, _) => number(*version),
            (_, Some(fan_out)) => number(fan_out.version),
            (_, None) => 0,
        },
        starts_at,
        draw: fan_out.map(|fan_out| draw(&fan_out.draw)),
        progress: fan_out.map(progress),
        cancellation_reason: match stage {
            Stage::Cancelled { reason, .. } => reason.to_proto(),
            _ => 0,
        },
        note: String::new(),
        etag: etag(version),
    }
}

#[must_use]
pub fn draw(draw: &Draw) -> pb::CampaignDraw {
    pb::CampaignDraw {
        registry_position: position(draw.position),
        decree: draw.decree.key().to_owned(),
        communities: count(draw.size),
    }
}

fn progress(fan_out: &FanOut) -> pb::CampaignProgress {
    let number = |communities: usize| i32::try_from(communities).unwrap_or(i32::MAX);
    let waiting = fan_out.newcomers.iter().filter(|newcomer| fan_out.deferred.contains_key(newcomer)).count();
    pb::CampaignProgress {
        assigned: count(fan_out.assigned()),
        newcomers: number(fan_out.newcomers.len() - waiting),
        released: number(fan_out.released.len()),
        audience_drawn: fan_out.drawn,
        notice: fan_out.notice.as_ref().map(notice),
        deferred: number(fan_out.deferred.len()),
    }
}

pub(super) fn notice(progress: &NoticeProgress) -> pb::CampaignNotice {
    pb::CampaignNotice {
        kind: progress.notice.kind.to_proto(),
        material_version: number(progress.notice.version),
        batches: count(progress.of),
        batches_told: count(progress.told),
    }
}
