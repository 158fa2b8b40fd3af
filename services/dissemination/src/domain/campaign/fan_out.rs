//! Whom a campaign got to, as far as it went.

use std::collections::{BTreeMap, BTreeSet};

use kim_territory::{Decree, RegionCode};
use kim_values::Region;
use time::OffsetDateTime;

use super::{
    Assignment, AssignmentKind, Campaign, CampaignError, Cursor, Draw, Event, Group, NoticeProgress, Priority,
    ReleaseReason, Stage,
};
use crate::domain::{Refusal, audience::RegistryPosition, ids::CommunityId, material::Version};

/// How far the drawn audience is assigned, and who came and went since. Of the audience it keeps the place where it stands, not the ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FanOut {
    pub draw: Draw,
    /// When the audience was drawn: partnerships count that were in force on that day.
    pub started_at: OffsetDateTime,
    /// The version that is assigned now.
    pub version: Version,
    /// The batches, in the order of their numbers.
    pub batches: Vec<Batch>,
    /// The last community of the drawn audience that is done.
    pub cursor: Option<Cursor>,
    /// Communities of the drawn audience that are done: assigned, deferred, or taken out before.
    pub done: u32,
    /// Whether all of them are.
    pub drawn: bool,
    pub newcomers: BTreeSet<CommunityId>,
    /// How far the registry's log was looked through for them.
    pub newcomers_up_to: RegistryPosition,
    pub released: BTreeSet<CommunityId>,
    /// Those whose week was full when their turn came, and who wait; each with the batch that it was deferred in.
    pub deferred: BTreeMap<CommunityId, u32>,
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
    pub fn begun(draw: Draw, version: Version, started_at: OffsetDateTime) -> Self {
        Self {
            draw,
            started_at,
            version,
            batches: Vec::new(),
            cursor: None,
            done: 0,
            drawn: false,
            newcomers: BTreeSet::new(),
            newcomers_up_to: draw.position,
            released: BTreeSet::new(),
            deferred: BTreeMap::new(),
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

    /// The regency in which a batch was.
    fn regency_of(&self, batch: u32) -> Option<Region> {
        let index = usize::try_from(batch.checked_sub(1)?).ok()?;
        self.batches.get(index).map(|batch| batch.regency)
    }

    /// Those who wait, by the regency in which they were deferred.
    #[must_use]
    pub fn waiting(&self) -> Vec<Group> {
        let mut by_regency: BTreeMap<(RegionCode, Decree), Vec<CommunityId>> = BTreeMap::new();
        for (community, batch) in &self.deferred {
            if let Some(regency) = self.regency_of(*batch) {
                by_regency.entry((regency.code, regency.decree)).or_default().push(*community);
            }
        }
        let group = |((code, decree), communities)| Group { regency: Region { code, decree }, communities };
        by_regency.into_iter().map(group).collect()
    }

    pub(super) fn add(&mut self, assignment: &Assignment) {
        let communities = count(assignment.communities.len());
        self.batches.push(Batch { regency: assignment.regency, communities, version: assignment.version });
        self.deferred.extend(assignment.deferred.iter().map(|community| (*community, assignment.batch)));
        match assignment.kind {
            AssignmentKind::Initial => {
                let regency = assignment.regency.code;
                self.cursor = assignment.through.map(|community| Cursor { regency, community });
                self.done += communities + count(assignment.deferred.len()) + assignment.skipped;
            }
            AssignmentKind::Newcomer => {
                self.newcomers.extend(assignment.communities.iter().chain(&assignment.deferred));
                self.newcomers_up_to = assignment.position;
            }
            AssignmentKind::Deferred => {
                for community in &assignment.communities {
                    self.deferred.remove(community);
                }
            }
        }
    }

    pub(super) fn release(&mut self, communities: &[CommunityId]) {
        self.released.extend(communities);
        for community in communities {
            self.deferred.remove(community);
        }
    }
}

/// The next batch of the drawn audience. Those that were taken out before are passed over, and those whose week is full are deferred; both are
/// counted as done.
pub(super) fn assign(
    campaign: &Campaign,
    after: Option<Cursor>,
    group: Group,
    over_quota: &BTreeSet<CommunityId>,
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
    let Group { regency, mut communities } = group;
    communities.retain(|community| !fan_out.released.contains(community));
    let skipped = on_this_stretch - count(communities.len());
    let (communities, deferred) = within_quota(campaign, communities, over_quota);
    Ok(vec![Event::Assigned(Assignment {
        batch: fan_out.next_batch(),
        kind: AssignmentKind::Initial,
        regency,
        communities,
        deferred,
        position: fan_out.draw.position,
        material: campaign.outline.material,
        version: fan_out.version,
        through,
        skipped,
        at: now,
    })])
}

/// Who gets it, and whose week is full: of an ordinary campaign only.
fn within_quota(
    campaign: &Campaign,
    communities: Vec<CommunityId>,
    over_quota: &BTreeSet<CommunityId>,
) -> (Vec<CommunityId>, Vec<CommunityId>) {
    let passes = campaign.plan.priority > Priority::Ordinary;
    communities.into_iter().partition(|community| passes || !over_quota.contains(community))
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

/// A batch for each regency. Where the window is not open nobody is added.
pub(super) fn assign_newcomers(
    campaign: &Campaign,
    groups: Vec<Group>,
    over_quota: &BTreeSet<CommunityId>,
    up_to: RegistryPosition,
    now: OffsetDateTime,
) -> Result<Vec<Event>, Refusal> {
    let fan_out = running(campaign)?;
    if !fan_out.drawn {
        return Err(CampaignError::AudienceNotDrawn.into());
    }
    if up_to < fan_out.newcomers_up_to {
        return Ok(Vec::new());
    }
    let mut seen = BTreeSet::new();
    let mut events = Vec::new();
    for group in groups {
        group.check()?;
        if !campaign.plan.window.is_open(group.regency.zone(), now) {
            continue;
        }
        let is_new = |community: &CommunityId| !fan_out.newcomers.contains(community) && seen.insert(*community);
        let communities: Vec<CommunityId> = group.communities.into_iter().filter(is_new).collect();
        if communities.is_empty() {
            continue;
        }
        let (communities, deferred) = within_quota(campaign, communities, over_quota);
        events.push(Event::Assigned(Assignment {
            batch: fan_out.next_batch() + count(events.len()),
            kind: AssignmentKind::Newcomer,
            regency: group.regency,
            communities,
            deferred,
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

/// A batch of those who waited. Where the window is over nobody is added.
pub(super) fn assign_deferred(
    campaign: &Campaign,
    group: Group,
    over_quota: &BTreeSet<CommunityId>,
    now: OffsetDateTime,
) -> Result<Vec<Event>, Refusal> {
    let fan_out = running(campaign)?;
    group.check()?;
    let Group { regency, mut communities } = group;
    let here = |batch: &u32| fan_out.regency_of(*batch) == Some(regency);
    communities.retain(|community| fan_out.deferred.get(community).is_some_and(here));
    let (communities, _) = within_quota(campaign, communities, over_quota);
    if communities.is_empty() || !campaign.plan.window.is_open(regency.zone(), now) {
        return Ok(Vec::new());
    }
    Ok(vec![Event::Assigned(Assignment {
        batch: fan_out.next_batch(),
        kind: AssignmentKind::Deferred,
        regency,
        communities,
        deferred: Vec::new(),
        position: fan_out.newcomers_up_to,
        material: campaign.outline.material,
        version: fan_out.version,
        through: None,
        skipped: 0,
        at: now,
    })])
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
