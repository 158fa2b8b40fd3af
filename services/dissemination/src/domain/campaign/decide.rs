//! What happens when a command is given to a campaign.

use time::{Date, OffsetDateTime};

use super::{
    Campaign, CampaignError, CancellationReason, Command, Draw, Event, MaterialStanding, Plan, Stage, Standing,
    fan_out, notice,
};
use crate::domain::Refusal;

pub fn decide(state: Option<&Campaign>, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Draft { outline, plan, standing, today } = command {
        if state.is_some() {
            return Err(Refusal::CampaignExists);
        }
        standing.may_begin()?;
        plan.sound(&outline, today)?;
        return Ok(vec![Event::Drafted { outline, plan, on: today }]);
    }
    let campaign = state.ok_or(Refusal::CampaignNotFound)?;
    let status = campaign.stage.status();
    match command {
        Command::Draft { .. } => unreachable!("decided above"),
        Command::Amend { plan, today } => amend(campaign, plan, today),
        Command::Schedule { standing, today } => schedule(campaign, standing, today),
        Command::Unschedule { today } => match campaign.stage {
            Stage::Scheduled { .. } => Ok(vec![Event::Unscheduled { on: today }]),
            _ => Err(CampaignError::NotScheduled(status).into()),
        },
        Command::Start { draw, now } => Ok(start(campaign, draw, now)),
        Command::Assign { after, group, over_quota, now } => fan_out::assign(campaign, after, group, &over_quota, now),
        Command::FinishDraw { now } => fan_out::finish_draw(campaign, now),
        Command::AssignNewcomers { groups, over_quota, up_to, now } => {
            fan_out::assign_newcomers(campaign, groups, &over_quota, up_to, now)
        }
        Command::AssignDeferred { group, over_quota, now } => {
            fan_out::assign_deferred(campaign, group, &over_quota, now)
        }
        Command::Release { group, reason, at } => fan_out::release(campaign, group, reason, at),
        Command::Pause { note, now } => match campaign.stage {
            Stage::Running(_) => Ok(vec![Event::Paused { note, at: now }]),
            _ => Err(CampaignError::NotRunning(status).into()),
        },
        Command::Resume { now } => match campaign.stage {
            Stage::Paused(_) => Ok(vec![Event::Resumed { at: now }]),
            _ => Err(CampaignError::NotPaused(status).into()),
        },
        Command::Complete { now } => Ok(complete(campaign, now)),
        Command::Cancel { reason: CancellationReason::MaterialWithdrawn, .. } => {
            Err(CampaignError::ByItselfOnly.into())
        }
        Command::Cancel { .. } if status.has_ended() => Err(CampaignError::Ended(status).into()),
        Command::Cancel { reason, note, now } => Ok(vec![Event::Cancelled { reason, note, at: now }]),
        Command::ReplaceMaterial { by, reason, now } => Ok(notice::replace_material(campaign, by, reason, now)),
        Command::WithdrawMaterial { now } => Ok(notice::withdraw_material(campaign, now)),
        Command::IssueNotices { now } => Ok(notice::issue(campaign, now)),
    }
}

/// What is as it was decides nothing.
fn amend(campaign: &Campaign, plan: Box<Plan>, today: Date) -> Result<Vec<Event>, Refusal> {
    let Stage::Draft = campaign.stage else {
        return Err(CampaignError::NotDraft(campaign.stage.status()).into());
    };
    if *plan == campaign.plan {
        return Ok(Vec::new());
    }
    plan.sound(&campaign.outline, today)?;
    Ok(vec![Event::Amended { plan, on: today }])
}

/// A window whose hour has passed today opens at once.
fn schedule(campaign: &Campaign, standing: Standing, today: Date) -> Result<Vec<Event>, Refusal> {
    let Stage::Draft = campaign.stage else {
        return Err(CampaignError::NotDraft(campaign.stage.status()).into());
    };
    standing.may_begin()?;
    let MaterialStanding::Published(version) = standing.material else { return Err(Refusal::MaterialNotPublished) };
    let Plan { window, audience, .. } = &campaign.plan;
    if window.from < today {
        return Err(CampaignError::WindowInPast.into());
    }
    Ok(vec![Event::Scheduled { version, starts_at: window.begins(audience.codes()), on: today }])
}

fn start(campaign: &Campaign, draw: Draw, now: OffsetDateTime) -> Vec<Event> {
    match campaign.stage {
        Stage::Scheduled { version } if now >= campaign.plan.window.begins(campaign.plan.audience.codes()) => {
            vec![Event::Started { draw, version, at: now }]
        }
        _ => Vec::new(),
    }
}

fn complete(campaign: &Campaign, now: OffsetDateTime) -> Vec<Event> {
    let (Stage::Running(fan_out) | Stage::Paused(fan_out)) = &campaign.stage else { return Vec::new() };
    if now < campaign.plan.window.ends(campaign.plan.audience.codes()) {
        return Vec::new();
    }
    let deferred = fan_out::count(fan_out.deferred.len());
    vec![Event::Completed { communities: fan_out.assigned(), drawn: fan_out.drawn, deferred, at: now }]
}
