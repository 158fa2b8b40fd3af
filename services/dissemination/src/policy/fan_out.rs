//! Whom a running campaign gets to: the drawn audience in its order as each zone's window opens, then those who came since, and those whose
//! week was full when their turn came; and who is no more is taken out.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};

use kim_contract::registry::v1::CommunityStatus;
use kim_eventlog::Position;
use time::OffsetDateTime;

use super::{
    Policies, PolicyError,
    campaign::{Moment, Turn, Turns},
};
use crate::{
    audience::{Criteria, Member},
    domain::{
        audience::{Audience, RegistryPosition},
        campaign::{
            Campaign, Command, Cursor, Draw, FanOut, Group, MAX_BATCH, Priority, ReleaseReason,
            quota::{Origin, Received},
        },
        ids::{CampaignId, CommunityId},
    },
};

/// As many communities as one turn goes through: several batches, appended together.
const TURN: usize = 4_000;

/// What was looked at last of each running campaign, so that it is not looked at again for nothing. Whoever knows nothing of it looks.
#[derive(Debug, Clone, Default)]
pub struct Looked(Arc<Mutex<HashMap<CampaignId, Last>>>);

#[derive(Debug, Clone, Copy, Default)]
struct Last {
    /// How far the copy of the registry was when newcomers were looked for.
    newcomers: Position,
    /// How far it was when was looked for those who are no more.
    released: Position,
    /// When those who wait were last tried.
    waiting: Option<OffsetDateTime>,
}

impl Looked {
    fn last(&self, id: CampaignId) -> Last {
        let looked = self.0.lock().expect("no code panics while it holds what was looked at");
        looked.get(&id).copied().unwrap_or_default()
    }

    fn note(&self, id: CampaignId, note: impl FnOnce(&mut Last)) {
        let mut looked = self.0.lock().expect("no code panics while it holds what was looked at");
        note(looked.entry(id).or_default());
    }
}

fn position(at: RegistryPosition) -> Position {
    Position::from_sequence(at.0).unwrap_or_default()
}

impl Policies {
    /// The audience as it is now, at the newest position that is known.
    pub(super) async fn draw(&self, campaign: &Campaign, now: OffsetDateTime) -> Result<Draw, PolicyError> {
        self.audiences.learn().await?;
        let decree = self.audiences.known().adopted.in_force();
        let at = self.audiences.position().await?;
        let audience = self.audiences.followed(&campaign.plan.audience, decree);
        let criteria = criteria(campaign, &audience, now);
        let count = self.audiences.count(&criteria, at).await?;
        let size = u32::try_from(count.total).unwrap_or(u32::MAX);
        Ok(Draw { position: RegistryPosition(at.sequence()), decree, size })
    }

    /// The next of all that a running campaign has to do.
    pub(super) async fn fan_out(
        &self,
        id: CampaignId,
        (campaign, fan_out): (&Campaign, &FanOut),
        moment: Moment,
        turns: &mut Turns,
    ) -> Result<Turn, PolicyError> {
        if self.release(id, (campaign, fan_out), moment).await? == Turn::Taken {
            return Ok(Turn::Taken);
        }
        if !fan_out.drawn {
            return self.assign(id, (campaign, fan_out), moment, turns).await;
        }
        if self.assign_newcomers(id, (campaign, fan_out), moment, turns).await? == Turn::Taken {
            return Ok(Turn::Taken);
        }
        let copy = self.audiences.position().await?;
        self.looked.note(id, |looked| looked.newcomers = copy);
        self.assign_deferred(id, (campaign, fan_out), moment, turns).await
    }

    /// The next of the drawn audience, as far as the window is open.
    async fn assign(
        &self,
        id: CampaignId,
        (campaign, fan_out): (&Campaign, &FanOut),
        moment: Moment,
        turns: &mut Turns,
    ) -> Result<Turn, PolicyError> {
        let audience = self.audiences.followed(&campaign.plan.audience, fan_out.draw.decree);
        let criteria = criteria(campaign, &audience, fan_out.started_at);
        let page = self.audiences.page(&criteria, position(fan_out.draw.position), fan_out.cursor, TURN).await?;
        if page.is_empty() {
            return self.step(id, "draw", &[Command::FinishDraw { now: moment.now }], moment).await;
        }
        let cursors: Vec<Cursor> = page.iter().map(Member::cursor).collect();
        let mut groups = Group::batches(&cursors, fan_out.draw.decree);
        let is_open = |group: &Group| campaign.plan.window.is_open(group.regency.zone(), moment.now);
        groups.truncate(groups.iter().take_while(|group| is_open(group)).count());
        let over_quota = self.over_quota(id, campaign, &groups, moment.now, turns).await?;
        let mut after = fan_out.cursor;
        let mut commands = Vec::with_capacity(groups.len());
        for group in groups {
            let last =
                group.communities.last().map(|community| Cursor { regency: group.regency.code, community: *community });
            let over_quota = of_group(&group, &over_quota);
            commands.push(Command::Assign { after, group, over_quota, now: moment.now });
            after = last;
        }
        self.fill(id, ("batches", &commands), moment, turns).await
    }

    /// Those who fit since the audience was drawn.
    async fn assign_newcomers(
        &self,
        id: CampaignId,
        (campaign, fan_out): (&Campaign, &FanOut),
        moment: Moment,
        turns: &mut Turns,
    ) -> Result<Turn, PolicyError> {
        let to = self.audiences.position().await?;
        if to <= position(fan_out.draw.position) || to <= self.looked.last(id).newcomers {
            return Ok(Turn::Over);
        }
        let drawn_at = position(fan_out.draw.position);
        let decree = self.audiences.known().adopted.in_force();
        let audience = self.audiences.followed(&campaign.plan.audience, decree);
        let joined = self.audiences.joined_since(&criteria(campaign, &audience, moment.now), drawn_at, to).await?;
        let joined: Vec<Member> =
            joined.into_iter().filter(|member| !fan_out.newcomers.contains(&member.community)).collect();
        // By the partnerships of another day, somebody may seem new who was drawn.
        let drawn_from = self.audiences.followed(&campaign.plan.audience, fan_out.draw.decree);
        let ids: Vec<CommunityId> = joined.iter().map(|member| member.community).collect();
        let drawn =
            self.audiences.fitting(&criteria(campaign, &drawn_from, fan_out.started_at), drawn_at, &ids).await?;
        let new = joined.iter().filter(|member| !drawn.contains(&member.community));
        let cursors: Vec<Cursor> = new.take(TURN).map(Member::cursor).collect();
        if cursors.is_empty() {
            return Ok(Turn::Over);
        }
        let groups = Group::batches(&cursors, decree);
        let over_quota = self.over_quota(id, campaign, &groups, moment.now, turns).await?;
        let up_to = RegistryPosition(to.sequence());
        let command = Command::AssignNewcomers { groups, over_quota, up_to, now: moment.now };
        self.fill(id, ("newcomers", &[command]), moment, turns).await
    }

    /// Those who wait are tried once a day, at the campaign's hour in their zone.
    async fn assign_deferred(
        &self,
        id: CampaignId,
        (campaign, fan_out): (&Campaign, &FanOut),
        moment: Moment,
        turns: &mut Turns,
    ) -> Result<Turn, PolicyError> {
        let window = campaign.plan.window;
        let tried = self.looked.last(id).waiting;
        let is_due = |group: &Group| {
            let zone = group.regency.zone();
            let came = window.hours(zone).filter(|hour| *hour <= moment.now).last();
            window.is_hour(zone, moment.now) && tried.is_none_or(|tried| came.is_some_and(|came| came > tried))
        };
        let waiting = fan_out.waiting().into_iter().filter(is_due).flat_map(Group::chunked);
        let groups: Vec<Group> = waiting.collect();
        let mut turn = Turn::Over;
        for some in groups.chunks(TURN / MAX_BATCH) {
            let over_quota = self.over_quota(id, campaign, some, moment.now, turns).await?;
            let deferred = |group: &Group| Command::AssignDeferred {
                group: group.clone(),
                over_quota: of_group(group, &over_quota),
                now: moment.now,
            };
            let commands: Vec<Command> = some.iter().map(deferred).collect();
            if self.fill(id, ("deferred", &commands), moment, turns).await? == Turn::Taken {
                turn = Turn::Taken;
            }
        }
        self.looked.note(id, |looked| looked.waiting = Some(moment.now));
        Ok(turn)
    }

    /// Takes out who was dissolved or merged into another, whether it got the campaign or was still to get it.
    pub(super) async fn release(
        &self,
        id: CampaignId,
        (campaign, fan_out): (&Campaign, &FanOut),
        moment: Moment,
    ) -> Result<Turn, PolicyError> {
        let to = self.audiences.position().await?;
        let drawn_at = position(fan_out.draw.position);
        if to <= drawn_at || to <= self.looked.last(id).released {
            return Ok(Turn::Over);
        }
        let audience = self.audiences.followed(&campaign.plan.audience, fan_out.draw.decree);
        let drawn = criteria(campaign, &audience, fan_out.started_at);
        let mut gone = self.audiences.left_since(&drawn, drawn_at, to).await?;
        let newcomers: Vec<CommunityId> = fan_out.newcomers.iter().copied().collect();
        gone.extend(self.audiences.communities_now(&newcomers).await?);
        gone.retain(|member| !fan_out.released.contains(&member.community));
        gone.sort_by_cached_key(|member| member.cursor().key());
        gone.dedup_by_key(|member| member.community);
        let decree = self.audiences.known().adopted.in_force();
        let mut commands = Vec::new();
        for (status, reason) in
            [(CommunityStatus::Dissolved, ReleaseReason::Dissolved), (CommunityStatus::Merged, ReleaseReason::Merged)]
        {
            let cursors: Vec<Cursor> =
                gone.iter().filter(|member| member.status == status).map(Member::cursor).collect();
            let at = RegistryPosition(to.sequence());
            let release = |group| Command::Release { group, reason, at };
            commands.extend(Group::batches(&cursors, decree).into_iter().map(release));
        }
        let turn = self.step(id, "releases", &commands, moment).await?;
        self.looked.note(id, |looked| looked.released = to);
        Ok(turn)
    }

    /// Tells a campaign what makes communities' weeks fuller.
    async fn fill(
        &self,
        id: CampaignId,
        (name, commands): (&'static str, &[Command]),
        moment: Moment,
        turns: &mut Turns,
    ) -> Result<Turn, PolicyError> {
        let Some(position) = self.tell_now(id, name, commands, moment).await? else { return Ok(Turn::Over) };
        turns.has_filled(id, position);
        Ok(Turn::Taken)
    }

    /// Of these communities those whose week is full for an ordinary campaign of this origin; nobody for another one.
    async fn over_quota(
        &self,
        id: CampaignId,
        campaign: &Campaign,
        groups: &[Group],
        now: OffsetDateTime,
        turns: &Turns,
    ) -> Result<BTreeSet<CommunityId>, PolicyError> {
        let mut over = BTreeSet::new();
        if campaign.plan.priority != Priority::Ordinary {
            return Ok(over);
        }
        if let Some(filled) = turns.filled_by_others(id) {
            self.index.followed.reached(filled).await?;
        }
        let origin = Origin::of(campaign.outline.region);
        for of_one_day in groups.chunk_by(|one, next| one.regency.zone() == next.regency.zone()) {
            let today = of_one_day[0].regency.today(now);
            let ids: Vec<CommunityId> = of_one_day.iter().flat_map(|group| &group.communities).copied().collect();
            let received = self.index.received(&ids, today).await?;
            let is_full = |(_, received): &(&CommunityId, &Received)| !received.has_room_for(origin);
            over.extend(received.iter().filter(is_full).map(|(community, _)| *community));
        }
        Ok(over)
    }
}

fn of_group(group: &Group, over_quota: &BTreeSet<CommunityId>) -> BTreeSet<CommunityId> {
    group.communities.iter().filter(|community| over_quota.contains(community)).copied().collect()
}

/// A campaign's audience at a moment: its partnerships are those of that day, where its office is.
fn criteria<'a>(campaign: &Campaign, audience: &'a Audience, at: OffsetDateTime) -> Criteria<'a> {
    Criteria { audience, office: campaign.outline.office, on: campaign.outline.region.today(at) }
}
