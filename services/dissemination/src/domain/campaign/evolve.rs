//! What events make of a campaign.

use super::{Campaign, Event, FanOut, NoticeKind, Stage};
use crate::domain::material::RevisionReason;

/// The campaign after `event`. An event that does not fit its state leaves it: `decide` makes none.
#[must_use]
pub fn evolve(state: Option<Campaign>, event: &Event) -> Option<Campaign> {
    match (state, event) {
        (None, Event::Drafted { outline, plan, .. }) => {
            Some(Campaign { outline: *outline, plan: plan.as_ref().clone(), stage: Stage::Draft })
        }
        (Some(mut campaign), event) => {
            if let Event::Amended { plan, .. } = event {
                campaign.plan.clone_from(plan);
            }
            campaign.stage = next(campaign.stage, event);
            if let Some(fan_out) = campaign.stage.fan_out_mut() {
                go_on(fan_out, event);
            }
            Some(campaign)
        }
        (None, _) => None,
    }
}

fn next(stage: Stage, event: &Event) -> Stage {
    match (stage, event) {
        (Stage::Draft, Event::Scheduled { version, .. }) => Stage::Scheduled { version: *version },
        (Stage::Scheduled { .. }, Event::Unscheduled { .. }) => Stage::Draft,
        (Stage::Scheduled { .. }, Event::MaterialReplaced { to, .. }) => Stage::Scheduled { version: *to },
        (Stage::Scheduled { .. }, Event::Started { draw, version, at }) => {
            Stage::Running(Box::new(FanOut::begun(*draw, *version, *at)))
        }
        (Stage::Running(fan_out), Event::Paused { .. }) => Stage::Paused(fan_out),
        (Stage::Paused(fan_out), Event::Resumed { .. }) => Stage::Running(fan_out),
        (Stage::Running(fan_out) | Stage::Paused(fan_out), Event::Completed { .. }) => Stage::Completed(fan_out),
        (Stage::Running(fan_out) | Stage::Paused(fan_out), Event::Cancelled { reason, .. }) => {
            Stage::Cancelled { reason: *reason, fan_out: Some(fan_out) }
        }
        (Stage::Draft | Stage::Scheduled { .. }, Event::Cancelled { reason, .. }) => {
            Stage::Cancelled { reason: *reason, fan_out: None }
        }
        (stage, _) => stage,
    }
}

fn go_on(fan_out: &mut FanOut, event: &Event) {
    match event {
        Event::Assigned(assignment) => fan_out.add(assignment),
        Event::AudienceDrawn { .. } => fan_out.drawn = true,
        Event::Released { group, .. } => fan_out.release(&group.communities),
        Event::MaterialReplaced { to, reason, to_notify, .. } => {
            fan_out.version = *to;
            if *reason == RevisionReason::Correction {
                fan_out.notify(NoticeKind::Corrected, *to, *to_notify);
            }
        }
        Event::MaterialWithdrawn { version, to_notify, .. } => {
            fan_out.notify(NoticeKind::Withdrawn, *version, *to_notify);
        }
        Event::NoticeIssued { batch, .. } => {
            if let Some(notice) = &mut fan_out.notice {
                notice.told = *batch;
            }
        }
        _ => {}
    }
}
