//! Whom a campaign got to, as far as it went.

use std::collections::BTreeSet;

use kim_values::Region;
use time::OffsetDateTime;

use super::{
    Assignment, AssignmentKind, Campaign, CampaignError, Cursor, Draw, Event, Group, NoticeProgress, ReleaseReason,
    Stage,
};
use crate::domain::{Refusal, audience::RegistryPosition, ids::CommunityId, material::Version};

/// How far the drawn audience is assigned, and who came and went since. Of the audience it keeps the place where it stands, not the ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FanOut {
    pub draw: Draw,
    /// The version that is assigned now.
    pub version: Version,
    /// The batches, in the order of their numbers.
    pub batches: Vec<Batch>,
    /// The last community of the drawn audience that is done.
    pub cursor: Option<Cursor>,
    /// Communities of the drawn audience that are done: assigned, or taken out before.
    pub done: u32,
    /// Whether all of them are.
    pub drawn: bool,
    pub newcomers: BTreeSet<CommunityId>,
    /// How far the registry's log was looked through for them.
    pub newcomers_up_to: RegistryPosition,
    pub released: BTreeSet<CommunityId>,
    /// The last correction or withdrawal.
    pub notice: Option<NoticeProgress>,
}

/// What is kept of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batch {
    pub regency: Region,
    pub communities: u32,
    pub version: Version,
}

impl FanOut {
    #[must_use]
    pub fn begun(draw: Draw, version: Version) -> Self {
        Self {
            draw,
            version,
            batches: Vec::new(),
            cursor: None,
            done: 0,
            drawn: false,
            newcomers: BTreeSet::new(),
            newcomers_up_to: draw.position,
            released: BTreeSet::new(),
            notice: None,
        }
    }

    /// Communities that got it, newcomers and those taken out since among them.
    #[must_use]
    pub fn assigned(&self) -> u32 {
        self.batches.iter().map(|batch| batch.communities).sum()
    }

    pub(super) fn next_batch(&self) -> u32 {
        count(self.batches.len()) + 1
    }

    pub(super) fn add(&mut self, assignment: &Assignment) {
        let communities = count(assignment.communities.len());
        self.batches.push(Batch { regency: assignment.regency, communities, version: assignment.version });
        match assignment.kind {
            AssignmentKind::Initial => {
                let regency = assignment.regency.code;
                self.cursor = assignment.through.map(|community| Cursor { regency, community });
                self.done += communities + assignment.skipped;
            }
            AssignmentKind::Newcomer => {
                self.newcomers.extend(&assignment.communities);
                self.newcomers_up_to = assignment.position;
            }
        }
    }
}

/// The next batch of the drawn audience. Those that were taken out before are passed over, and counted as done.
pub(super) fn assign(
    campaign: &Campaign,
    after: Option<Cursor>,
    group: Group,
    now: OffsetDateTime,
) -> Result<Vec<Event>, Refusal> {
    let fan_out = running(campaign)?;
    if fan_out.drawn || after != fan_out.cursor {
        return Ok(Vec::new());
    }
    group.check()?;
    let behind = |cursor: Cursor| group.first().is_some_and(|first| first.key() <= cursor.key());
    if fan_out.cursor.is_some_and(behind) {
        return Err(CampaignError::BatchBehind.into());
    }
    let (zone, code) = (group.regency.zone(), group.regency.code);
    if now < campaign.plan.window.opens(zone) {
        return Err(CampaignError::NotOpenYet(code).into());
    }
    if now >= campaign.plan.window.closes(zone) {
        return Err(CampaignError::WindowOver(code).into());
    }
    let on_this_stretch = count(group.communities.len());
    if fan_out.done + on_this_stretch > fan_out.draw.size {
        return Err(CampaignError::AudienceExceeded(fan_out.draw.size).into());
    }
    let through = group.communities.last().copied();
    let communities: Vec<CommunityId> =
        group.communities.into_iter().filter(|community| !fan_out.released.contains(community)).collect();
    Ok(vec![Event::Assigned(Assignment {
        batch: fan_out.next_batch(),
        kind: AssignmentKind::Initial,
        regency: group.regency,
        skipped: on_this_stretch - count(communities.len()),
        communities,
        position: fan_out.draw.position,
        material: campaign.outline.material,
        version: fan_out.version,
        through,
        at: now,
    })])
}

pub(super) fn finish_draw(campaign: &Campaign, now: OffsetDateTime) -> Result<Vec<Event>, Refusal> {
    let fan_out = running(campaign)?;
    let (done, size) = (fan_out.done, fan_out.draw.size);
    if fan_out.drawn {
        Ok(Vec::new())
    } else if done < size {
        Err(CampaignError::AudienceIncomplete { done, size }.into())
    } else {
        let (batches, communities) = (count(fan_out.batches.len()), fan_out.assigned());
        Ok(vec![Event::AudienceDrawn { batches, communities, at: now }])
    }
}

/// A batch for each regency. Where the window is over nobody is added.
pub(super) fn assign_newcomers(
    campaign: &Campaign,
    groups: Vec<Group>,
    up_to: RegistryPosition,
    now: OffsetDateTime,
) -> Result<Vec<Event>, Refusal> {
    let fan_out = running(campaign)?;
    if !fan_out.drawn {
        return Err(CampaignError::AudienceNotDrawn.into());
    }
    if up_to <= fan_out.newcomers_up_to {
        return Ok(Vec::new());
    }
    let mut seen = BTreeSet::new();
    let mut events = Vec::new();
    for group in groups {
        group.check()?;
        if now >= campaign.plan.window.closes(group.regency.zone()) {
            continue;
        }
        let is_new = |community: &CommunityId| !fan_out.newcomers.contains(community) && seen.insert(*community);
        let communities: Vec<CommunityId> = group.communities.into_iter().filter(is_new).collect();
        if communities.is_empty() {
            continue;
        }
        events.push(Event::Assigned(Assignment {
            batch: fan_out.next_batch() + count(events.len()),
            kind: AssignmentKind::Newcomer,
            regency: group.regency,
            communities,
            position: up_to,
            material: campaign.outline.material,
            version: fan_out.version,
            through: None,
            skipped: 0,
            at: now,
        }));
    }
    Ok(events)
}

/// Once it has ended it stays as it was: nothing more would come of it.
pub(super) fn release(
    campaign: &Campaign,
    group: Group,
    reason: ReleaseReason,
    position: RegistryPosition,
) -> Result<Vec<Event>, Refusal> {
    let (Stage::Running(fan_out) | Stage::Paused(fan_out)) = &campaign.stage else { return Ok(Vec::new()) };
    group.check()?;
    let Group { regency, mut communities } = group;
    communities.retain(|community| !fan_out.released.contains(community));
    if communities.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Released { group: Group { regency, communities }, reason, position }])
}

fn running(campaign: &Campaign) -> Result<&FanOut, CampaignError> {
    match &campaign.stage {
        Stage::Running(fan_out) => Ok(fan_out),
        stage => Err(CampaignError::NotRunning(stage.status())),
    }
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).expect("a campaign has fewer batches and communities than the nation has people")
}
