//! Counts straight from the events, slowly and plainly: what was said of each delivery is kept as it was said, and each figure is
//! asked of that anew.

use std::collections::{BTreeMap, BTreeSet};

use kim_contract::{dissemination::v1 as pb, r#type::v1 as common};
use kim_eventlog::instant;
use kim_projection::pages::{Funnel, NoticeKind, Rung};
use kim_territory::{RegionCode, Zone};
use prost::Message;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::history::REGENCIES;
use crate::history::Made;

/// What was said of a campaign at a community.
#[derive(Default)]
pub struct Story {
    /// Where it was assigned, as it is named today; in which batch; when.
    pub assigned: Option<(RegionCode, i32, OffsetDateTime)>,
    pub released: bool,
    /// By kind of receipt, the last that was said.
    receipts: BTreeMap<i32, OffsetDateTime>,
    declined: bool,
    undeliverable: bool,
    sessions: BTreeMap<String, pb::Session>,
    reach: Option<pb::Reach>,
    verified: Option<Date>,
    acknowledged: BTreeSet<(i32, i32)>,
}

pub struct Question {
    pub regency: RegionCode,
    pub community: Uuid,
    pub office: Uuid,
    pub since: Option<Date>,
}

#[derive(Default)]
pub struct Recount {
    /// By campaign and community.
    pub stories: BTreeMap<(Uuid, Uuid), Story>,
    /// The first day of each campaign that has begun; its programme.
    pub begun: BTreeMap<Uuid, (Date, Uuid)>,
    planned: BTreeMap<Uuid, (Date, Uuid)>,
    /// What each batch was told, in order.
    told: BTreeMap<(Uuid, i32), Vec<(i32, i32)>>,
    pub questions: BTreeMap<Uuid, Question>,
}

fn uuid(text: &str) -> Uuid {
    text.parse().unwrap()
}

fn day(date: Option<common::Date>) -> Date {
    let date = date.unwrap();
    let month = time::Month::try_from(u8::try_from(date.month).unwrap()).unwrap();
    Date::from_calendar_date(date.year, month, u8::try_from(date.day).unwrap()).unwrap()
}

/// A regency as it is named today.
fn today(region: Option<common::Region>) -> RegionCode {
    let region = region.unwrap();
    let (.., today) =
        REGENCIES.iter().find(|(code, decree, _)| *code == region.code && *decree == region.decree).unwrap();
    today.parse().unwrap()
}

impl Recount {
    pub fn of(events: &[Made]) -> Self {
        let mut recount = Self::default();
        for made in events {
            recount.hear(made);
        }
        recount
    }

    fn story(&mut self, recipient: Option<pb::Recipient>) -> &mut Story {
        let recipient = recipient.unwrap();
        self.stories.entry((uuid(&recipient.campaign_id), uuid(&recipient.community_id))).or_default()
    }

    fn hear(&mut self, made: &Made) {
        let bytes = made.payload.as_ref();
        macro_rules! read {
            ($type:ident) => {
                pb::$type::decode(bytes).unwrap()
            };
        }
        macro_rules! received {
            ($type:ident, $kind:literal) => {{
                let e = read!($type);
                self.story(e.recipient).receipts.insert($kind, instant(e.happened_at.unwrap()).unwrap());
            }};
        }
        match made.event_type.strip_prefix("kim.dissemination.v1.").unwrap() {
            "CampaignDrafted" => {
                let e = read!(CampaignDrafted);
                let from = day(e.plan.unwrap().window.unwrap().from);
                self.planned.insert(made.aggregate, (from, uuid(&e.programme_id)));
            }
            "CampaignStarted" => {
                self.begun.insert(made.aggregate, self.planned[&made.aggregate]);
            }
            "CampaignAssigned" => {
                let e = read!(CampaignAssigned);
                let (regency, at) = (today(e.regency), instant(e.assigned_at.unwrap()).unwrap());
                for community in e.community_ids {
                    let story = self.stories.entry((made.aggregate, uuid(&community))).or_default();
                    story.assigned = Some((regency, e.batch, at));
                }
            }
            "CampaignReleased" => {
                for community in read!(CampaignReleased).community_ids {
                    self.stories.entry((made.aggregate, uuid(&community))).or_default().released = true;
                }
            }
            "CampaignNoticeIssued" => {
                let e = read!(CampaignNoticeIssued);
                let told = self.told.entry((made.aggregate, e.batch)).or_default();
                told.push((e.kind, e.material_version));
            }
            "DeliveryDelivered" => received!(DeliveryDelivered, 1),
            "DeliveryOpened" => received!(DeliveryOpened, 2),
            "DeliveryAcknowledged" => received!(DeliveryAcknowledged, 3),
            "DeliveryReceiptCorrected" => {
                let e = read!(DeliveryReceiptCorrected);
                self.story(e.recipient).receipts.insert(e.kind, instant(e.happened_at.unwrap()).unwrap());
            }
            "DeliveryDeclined" => self.story(read!(DeliveryDeclined).recipient).declined = true,
            "DeliveryUndeliverable" => self.story(read!(DeliveryUndeliverable).recipient).undeliverable = true,
            "DeliverySessionHeld" => {
                let e = read!(DeliverySessionHeld);
                self.story(e.recipient).sessions.insert(e.session_id, e.session.unwrap());
            }
            "DeliverySessionCorrected" => {
                let e = read!(DeliverySessionCorrected);
                self.story(e.recipient).sessions.insert(e.session_id, e.after.unwrap());
            }
            "DeliverySessionWithdrawn" => {
                let e = read!(DeliverySessionWithdrawn);
                self.story(e.recipient).sessions.remove(&e.session_id);
            }
            "DeliveryReachReported" => {
                let e = read!(DeliveryReachReported);
                self.story(e.recipient).reach = e.reach;
            }
            "DeliveryReachCorrected" => {
                let e = read!(DeliveryReachCorrected);
                self.story(e.recipient).reach = e.after;
            }
            "DeliveryVerified" => {
                let e = read!(DeliveryVerified);
                self.story(e.recipient).verified = Some(day(e.verified_on));
            }
            "DeliveryVerificationWithdrawn" => {
                self.story(read!(DeliveryVerificationWithdrawn).recipient).verified = None;
            }
            "DeliveryNoticeAcknowledged" => {
                let e = read!(DeliveryNoticeAcknowledged);
                self.story(e.recipient).acknowledged.insert((e.kind, e.material_version));
            }
            name if name.starts_with("Question") => self.hear_question(made, name),
            _ => {}
        }
    }

    fn hear_question(&mut self, made: &Made, name: &str) {
        let bytes = made.payload.as_ref();
        if name == "QuestionAsked" {
            let e = pb::QuestionAsked::decode(bytes).unwrap();
            let question = Question {
                regency: today(e.seat),
                community: uuid(&e.community_id),
                office: uuid(&e.office_id),
                since: Some(day(e.asked_on)),
            };
            self.questions.insert(made.aggregate, question);
            return;
        }
        let question = self.questions.get_mut(&made.aggregate).unwrap();
        match name {
            "QuestionAnswered" | "QuestionSetAside" => question.since = None,
            "QuestionReopened" => question.since = Some(day(pb::QuestionReopened::decode(bytes).unwrap().reopened_on)),
            "QuestionRedirected" => {
                question.office = uuid(&pb::QuestionRedirected::decode(bytes).unwrap().to_office_id);
            }
            _ => {}
        }
    }

    /// The funnel of one campaign, of those of its deliveries that are wanted.
    pub fn funnel(&self, campaign: Uuid, wanted: impl Fn(RegionCode, Uuid) -> bool) -> Funnel {
        let mut funnel = Funnel::default();
        for ((of, community), story) in &self.stories {
            let Some((regency, batch, _)) = story.assigned else { continue };
            if *of != campaign || !wanted(regency, *community) {
                continue;
            }
            for rung in Rung::ALL {
                let at_least = Rung::ALL.into_iter().any(|other| other >= rung && story.says(other));
                *funnel.reached_mut(rung) += i64::from(at_least);
            }
            for rung in Rung::REPORTED {
                *funnel.reported_mut(rung) += i64::from(story.says(rung));
            }
            let told = [Rung::SessionHeld, Rung::ReachReported, Rung::Verified].iter().any(|rung| story.says(*rung));
            let nothing = Rung::REPORTED.iter().all(|rung| !story.says(*rung));
            *funnel.declined_mut() += i64::from(story.declined && !told);
            *funnel.undeliverable_mut() += i64::from(story.undeliverable && nothing && !story.declined);
            *funnel.released_mut() += i64::from(story.released);
            *funnel.sessions_mut() += i64::try_from(story.sessions.len()).unwrap();
            *funnel.attendance_mut() +=
                story.sessions.values().map(|session| i64::from(session.attendance)).sum::<i64>();
            let reach = story.reach.iter().flat_map(|reach| &reach.by_channel);
            *funnel.people_mut() += reach.map(|by| i64::from(by.people)).sum::<i64>();
            if let Some(newest) = self.told.get(&(campaign, batch)).and_then(|told| told.last())
                && !story.released
            {
                let kind = if newest.0 == 1 { NoticeKind::Corrected } else { NoticeKind::Withdrawn };
                *funnel.told_mut(kind) += 1;
                *funnel.took_notice_mut(kind) += i64::from(story.acknowledged.contains(newest));
            }
        }
        funnel
    }

    /// Hours from each rung to the next, of one campaign's deliveries that are wanted.
    pub fn hours(&self, campaign: Uuid, wanted: impl Fn(RegionCode) -> bool) -> Vec<Vec<f64>> {
        let mut hours = vec![Vec::new(); 6];
        for ((of, _), story) in &self.stories {
            let Some((regency, _, assigned)) = story.assigned else { continue };
            if *of != campaign || !wanted(regency) {
                continue;
            }
            let receipt = |kind| story.receipts.get(&kind).copied();
            let times = [Some(assigned), receipt(1), receipt(2), receipt(3)];
            for n in 0..3 {
                if let (Some(from), Some(to)) = (times[n], times[n + 1]) {
                    hours[n].push((to - from).as_seconds_f64() / 3600.0);
                }
            }
            let zone = Zone::of(&regency);
            let session = story.sessions.values().map(|session| day(session.held_on)).min();
            let reach = story.reach.as_ref().map(|reach| day(reach.counted_on));
            let days = [receipt(3).map(|at| zone.date_of(at)), session, reach, story.verified];
            for n in 0..3 {
                if let (Some(from), Some(to)) = (days[n], days[n + 1]) {
                    let between: Duration = to - from;
                    hours[n + 3].push(between.as_seconds_f64() / 3600.0);
                }
            }
        }
        for some in &mut hours {
            some.sort_by(f64::total_cmp);
        }
        hours
    }
}

impl Story {
    fn says(&self, rung: Rung) -> bool {
        match rung {
            Rung::Assigned => self.assigned.is_some(),
            Rung::Delivered => self.receipts.contains_key(&1),
            Rung::Opened => self.receipts.contains_key(&2),
            Rung::Acknowledged => self.receipts.contains_key(&3),
            Rung::SessionHeld => !self.sessions.is_empty(),
            Rung::ReachReported => self.reach.is_some(),
            Rung::Verified => self.verified.is_some(),
        }
    }
}

/// The value in the middle, or between the two in the middle.
pub fn median(sorted: &[f64]) -> Option<f64> {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        even if even % 2 == 0 => Some(f64::midpoint(sorted[middle - 1], sorted[middle])),
        _ => Some(sorted[middle]),
    }
}
