//! A random history of campaigns, as dissemination might have written it: reports late and in any order, told again and corrected,
//! communities that are released or come later, notices one after another, questions that go from office to office.

use std::collections::{BTreeMap, BTreeSet};

use kim_contract::{dissemination::event::Event, dissemination::v1 as pb, r#type::v1 as common};
use kim_eventlog::timestamp;
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, OffsetDateTime, macros::datetime};
use uuid::Uuid;

use crate::history::{Made, wire};

/// Regencies as batches name them, and the same ones today.
pub const REGENCIES: [(&str, &str, &str); 9] = [
    ("14.01", "2025", "14.01"),
    ("14.01", "2022", "14.01"),
    ("14.02", "2022", "14.02"),
    ("64.02", "2025", "64.02"),
    ("64.71", "2025", "64.71"),
    ("96.71", "2025", "96.71"),
    ("92.71", "2022", "96.71"),
    ("91.03", "2025", "91.03"),
    ("35.73", "2025", "35.73"),
];

pub const OFFICES: [Uuid; 3] = [Uuid::from_u128(501), Uuid::from_u128(502), Uuid::from_u128(503)];

struct Campaign {
    id: Uuid,
    material: Uuid,
    programme: Uuid,
    stage: Stage,
    /// What was not assigned yet.
    waiting: Vec<Uuid>,
    batches: Vec<(usize, Vec<Uuid>)>,
    released: BTreeSet<Uuid>,
    version: i32,
    withdrawn: bool,
    /// A notice that is on its way, and the batches that it was told to.
    notice: Option<(pb::NoticeKind, i32, usize)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Draft,
    Scheduled,
    Running,
    Paused,
    Ended,
}

#[derive(Default)]
struct Delivery {
    receipts: BTreeMap<i32, OffsetDateTime>,
    declined: bool,
    sessions: Vec<Uuid>,
    withdrawn: BTreeSet<Uuid>,
    reach: bool,
    verified: bool,
    told: BTreeSet<(i32, i32)>,
}

pub struct History {
    rng: ChaCha8Rng,
    now: OffsetDateTime,
    versions: BTreeMap<Uuid, i64>,
    campaigns: Vec<Campaign>,
    deliveries: BTreeMap<(Uuid, Uuid), Delivery>,
    questions: Vec<(Uuid, bool)>,
    pub events: Vec<Made>,
}

/// Some thousand events of ten campaigns to these communities.
pub fn random(seed: u64, communities: &[Uuid]) -> Vec<Made> {
    let mut history = History {
        rng: ChaCha8Rng::seed_from_u64(seed ^ 0xd155),
        now: datetime!(2022-02-01 00:00 UTC),
        versions: BTreeMap::new(),
        campaigns: Vec::new(),
        deliveries: BTreeMap::new(),
        questions: Vec::new(),
        events: Vec::new(),
    };
    let programmes: Vec<Uuid> = (0..3).map(|_| history.programme()).collect();
    for _ in 0..10 {
        let programme = *programmes.choose(&mut history.rng).unwrap();
        history.campaign(programme, communities);
    }
    // All materials of campaigns may be withdrawn in the end; this one stays.
    let kept = history.id();
    for version in 1..=2 {
        history.publish(kept, programmes[0], version);
    }
    for _ in 0..5000 {
        let minutes = history.rng.random_range(1..200);
        history.now += Duration::minutes(minutes);
        match history.rng.random_range(0..100) {
            0..22 => history.carry_on(),
            22..26 => history.ask(),
            26..30 => history.go_on_with_a_question(),
            _ => history.report(),
        }
    }
    history.events
}

impl History {
    fn id(&mut self) -> Uuid {
        Uuid::from_u128(self.rng.random())
    }

    fn add<M: Event>(&mut self, aggregate: Uuid, body: &M) {
        let version = self.versions.entry(aggregate).or_default();
        *version += 1;
        self.events.push(Made {
            aggregate,
            version: *version,
            event_type: M::TYPE.name().into(),
            payload: body.encode_to_vec().into(),
            time: self.now,
            recorded: self.now,
        });
    }

    #[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
    fn today(&self) -> Option<common::Date> {
        Some(wire(self.now.date()))
    }

    fn some_time_ago(&mut self) -> OffsetDateTime {
        let minutes = self.rng.random_range(0..9000);
        self.now - Duration::minutes(minutes)
    }

    fn some_day_ago(&mut self) -> Date {
        let days = self.rng.random_range(0..6);
        self.now.date() - Duration::days(days)
    }

    fn programme(&mut self) -> Uuid {
        let id = self.id();
        let profile = |name: &str, day| {
            Some(pb::ProgrammeProfile { name: name.into(), topic: "stunting".into(), from: day, until: None })
        };
        let established = pb::ProgrammeEstablished {
            programme_id: id.to_string(),
            owning_office_id: OFFICES[0].to_string(),
            region: Some(region("00", "2025")),
            profile: profile("Cegah Stunting", self.today()),
            established_on: self.today(),
        };
        self.add(id, &established);
        let amended = pb::ProgrammeAmended {
            programme_id: id.to_string(),
            profile: profile("Cegah Stunting Sejak Dini", self.today()),
            amended_on: self.today(),
        };
        self.add(id, &amended);
        id
    }

    /// A material, published, and a campaign of it that waits.
    fn campaign(&mut self, programme: Uuid, communities: &[Uuid]) {
        let (id, material) = (self.id(), self.id());
        self.publish(material, programme, 1);
        let office = *OFFICES.choose(&mut self.rng).unwrap();
        let days = self.rng.random_range(0..400);
        let from = self.now.date() + Duration::days(days);
        let plan = pb::CampaignPlan {
            name: format!("Kampanye {}", self.campaigns.len() + 1),
            audience: None,
            window: Some(pb::CampaignWindow {
                from: Some(wire(from)),
                until: Some(wire(from + Duration::days(90))),
                starts_at_minute: 480,
            }),
            priority: 1,
        };
        let drafted = pb::CampaignDrafted {
            campaign_id: id.to_string(),
            material_id: material.to_string(),
            programme_id: programme.to_string(),
            owning_office_id: office.to_string(),
            region: Some(region("00", "2025")),
            plan: Some(plan),
            drafted_on: self.today(),
        };
        self.add(id, &drafted);
        let waiting = communities.iter().copied().filter(|_| self.rng.random_bool(0.5)).collect();
        self.campaigns.push(Campaign {
            id,
            material,
            programme,
            stage: Stage::Draft,
            waiting,
            batches: Vec::new(),
            released: BTreeSet::new(),
            version: 1,
            withdrawn: false,
            notice: None,
        });
    }

    fn publish(&mut self, material: Uuid, programme: Uuid, version: i32) {
        let content = pb::Content {
            language: "id".into(),
            title: format!("Isi Piringku, versi {version}"),
            body: format!("Sayur dan buah, versi {version}."),
            ..pb::Content::default()
        };
        let published = pb::MaterialPublished {
            material_id: material.to_string(),
            programme_id: programme.to_string(),
            version,
            contents: vec![content],
            published_on: self.today(),
            ..pb::MaterialPublished::default()
        };
        self.add(material, &published);
    }

    /// One campaign takes its next step, whichever that is.
    fn carry_on(&mut self) {
        let n = self.rng.random_range(0..self.campaigns.len());
        let campaign_id = self.campaigns[n].id.to_string();
        let now = Some(timestamp(self.now));
        let id = self.campaigns[n].id;
        let dice = self.rng.random_range(0..100);
        match (self.campaigns[n].stage, dice) {
            (Stage::Draft, _) => {
                let scheduled = pb::CampaignScheduled {
                    campaign_id,
                    material_version: 1,
                    starts_at: now,
                    scheduled_on: self.today(),
                };
                self.add(id, &scheduled);
                self.campaigns[n].stage = Stage::Scheduled;
            }
            (Stage::Scheduled, 0..20) => {
                self.add(id, &pb::CampaignUnscheduled { campaign_id, unscheduled_on: self.today() });
                self.campaigns[n].stage = Stage::Draft;
            }
            (Stage::Scheduled, _) => {
                let started = pb::CampaignStarted {
                    campaign_id,
                    registry_position: 1,
                    decree: "2025".into(),
                    audience_size: 1,
                    material_version: 1,
                    started_at: now,
                };
                self.add(id, &started);
                self.campaigns[n].stage = Stage::Running;
            }
            (Stage::Running, 0..55) => self.assign(n),
            (Stage::Running | Stage::Paused | Stage::Ended, 55..75) => self.tell(n),
            (Stage::Running | Stage::Paused, 75..85) => self.release(n),
            (Stage::Running, 85..89) => {
                self.add(id, &pb::CampaignPaused { campaign_id, note_ref: String::new(), paused_at: now });
                self.campaigns[n].stage = Stage::Paused;
            }
            (Stage::Paused, 0..50) => {
                self.add(id, &pb::CampaignResumed { campaign_id, resumed_at: now });
                self.campaigns[n].stage = Stage::Running;
            }
            (Stage::Running | Stage::Ended, 89..94) => self.correct(n),
            (Stage::Running | Stage::Ended, 94..96) => self.withdraw(n),
            (Stage::Running, 96..97) => {
                let completed = pb::CampaignCompleted { campaign_id, completed_at: now, ..Default::default() };
                self.add(id, &completed);
                self.campaigns[n].stage = Stage::Ended;
            }
            _ => {}
        }
    }

    fn assign(&mut self, n: usize) {
        let regency = self.rng.random_range(0..REGENCIES.len());
        let size = self.rng.random_range(0..8).min(self.campaigns[n].waiting.len());
        let Campaign { id, version, material, .. } = self.campaigns[n];
        let released = self.campaigns[n].released.clone();
        let communities: Vec<Uuid> =
            self.campaigns[n].waiting.drain(..size).filter(|community| !released.contains(community)).collect();
        let batch = i32::try_from(self.campaigns[n].batches.len() + 1).unwrap();
        let (code, decree, _) = REGENCIES[regency];
        let assigned = pb::CampaignAssigned {
            campaign_id: id.to_string(),
            batch,
            kind: 1,
            regency: Some(region(code, decree)),
            community_ids: communities.iter().map(ToString::to_string).collect(),
            registry_position: 1,
            material_version: version,
            material_id: material.to_string(),
            assigned_at: Some(timestamp(self.now)),
            ..pb::CampaignAssigned::default()
        };
        self.add(id, &assigned);
        self.campaigns[n].batches.push((regency, communities));
    }

    /// The next batch is told of the notice that is on its way.
    fn tell(&mut self, n: usize) {
        let campaign = &mut self.campaigns[n];
        let Some((kind, version, told)) = &mut campaign.notice else { return };
        let Some((regency, communities)) = campaign.batches.get(*told) else { return };
        *told += 1;
        let (code, decree, _) = REGENCIES[*regency];
        let issued = pb::CampaignNoticeIssued {
            campaign_id: campaign.id.to_string(),
            kind: *kind as i32,
            material_version: *version,
            batch: i32::try_from(*told).unwrap(),
            regency: Some(region(code, decree)),
            communities: i32::try_from(communities.len()).unwrap(),
            issued_at: Some(timestamp(self.now)),
        };
        let notice = (*kind as i32, *version);
        let (id, communities) = (campaign.id, communities.clone());
        for community in communities {
            self.deliveries.entry((id, community)).or_default().told.insert(notice);
        }
        self.add(id, &issued);
    }

    fn release(&mut self, n: usize) {
        let campaign = &self.campaigns[n];
        let known = campaign.batches.iter().flat_map(|(_, communities)| communities).chain(&campaign.waiting);
        let known: Vec<Uuid> = known.copied().filter(|one| !campaign.released.contains(one)).collect();
        let Some(gone) = known.choose(&mut self.rng) else { return };
        let (id, gone) = (campaign.id, *gone);
        self.campaigns[n].released.insert(gone);
        let released = pb::CampaignReleased {
            campaign_id: id.to_string(),
            regency: Some(region("14.01", "2025")),
            community_ids: vec![gone.to_string()],
            reason: 1,
            registry_position: 2,
        };
        self.add(id, &released);
    }

    fn correct(&mut self, n: usize) {
        let Campaign { id, material, programme, version, withdrawn, .. } = self.campaigns[n];
        if withdrawn {
            return;
        }
        self.publish(material, programme, version + 1);
        let replaced = pb::CampaignMaterialReplaced {
            campaign_id: id.to_string(),
            from_version: version,
            to_version: version + 1,
            reason: 1,
            batches_to_notify: i32::try_from(self.campaigns[n].batches.len()).unwrap(),
            replaced_at: Some(timestamp(self.now)),
        };
        self.add(id, &replaced);
        self.campaigns[n].version += 1;
        self.campaigns[n].notice = Some((pb::NoticeKind::Corrected, version + 1, 0));
    }

    fn withdraw(&mut self, n: usize) {
        let Campaign { id, material, version, withdrawn, stage, .. } = self.campaigns[n];
        if withdrawn {
            return;
        }
        let body = pb::MaterialWithdrawn {
            material_id: material.to_string(),
            version,
            reason: 1,
            withdrawn_on: self.today(),
            ..pb::MaterialWithdrawn::default()
        };
        self.add(material, &body);
        let noted = pb::CampaignMaterialWithdrawn {
            campaign_id: id.to_string(),
            material_version: version,
            batches_to_notify: 0,
            withdrawn_at: Some(timestamp(self.now)),
        };
        self.add(id, &noted);
        if stage != Stage::Ended {
            let cancelled = pb::CampaignCancelled { campaign_id: id.to_string(), reason: 4, ..Default::default() };
            self.add(id, &cancelled);
        }
        let campaign = &mut self.campaigns[n];
        (campaign.stage, campaign.withdrawn) = (Stage::Ended, true);
        campaign.notice = Some((pb::NoticeKind::Withdrawn, version, 0));
    }

    fn some_delivery(&mut self) -> Option<(Uuid, Uuid, pb::Recipient)> {
        let n = self.rng.random_range(0..self.campaigns.len());
        let all: Vec<Uuid> = self.campaigns[n].batches.iter().flat_map(|(_, all)| all).copied().collect();
        let (campaign, community) = (self.campaigns[n].id, *all.choose(&mut self.rng)?);
        let recipient = pb::Recipient {
            campaign_id: campaign.to_string(),
            community_id: community.to_string(),
            seat: Some(region("14.01.01.2009", "2025")),
        };
        Some((campaign, community, recipient))
    }

    /// Something is reported of some delivery.
    fn report(&mut self) {
        let Some((campaign, community, recipient)) = self.some_delivery() else { return };
        let id = delivery_id(campaign, community);
        let delivery_id = id.to_string();
        let recipient = Some(recipient);
        let mut known = self.deliveries.remove(&(campaign, community)).unwrap_or_default();
        let at = self.some_time_ago();
        match self.rng.random_range(0..100) {
            0..50 => {
                let kind = self.rng.random_range(1..=3);
                match known.receipts.get(&kind) {
                    Some(before) if *before <= at => {}
                    before => {
                        self.received(id, recipient, kind, at, before.is_some());
                        known.receipts.insert(kind, at);
                    }
                }
            }
            50..53 if !known.declined && !known.reach && known.sessions.len() == known.withdrawn.len() => {
                let declined_at = Some(timestamp(at));
                let body =
                    pb::DeliveryDeclined { delivery_id, recipient, reason: 1, note_ref: String::new(), declined_at };
                self.add(id, &body);
                known.declined = true;
            }
            53..58 => {
                let happened_at = Some(timestamp(at));
                self.add(id, &pb::DeliveryUndeliverable { delivery_id, recipient, channel: 2, reason: 3, happened_at });
            }
            58..90 => self.tell_of_people(id, recipient, &mut known),
            _ => {
                let told: Vec<(i32, i32)> = known.told.iter().copied().collect();
                if let Some((kind, material_version)) = told.choose(&mut self.rng).copied() {
                    known.told.remove(&(kind, material_version));
                    let happened_at = Some(timestamp(self.now));
                    let body = pb::DeliveryNoticeAcknowledged {
                        delivery_id,
                        recipient,
                        kind,
                        material_version,
                        channel: 1,
                        happened_at,
                    };
                    self.add(id, &body);
                }
            }
        }
        self.deliveries.insert((campaign, community), known);
    }

    /// That people were told, or what the office says to that.
    fn tell_of_people(&mut self, id: Uuid, recipient: Option<pb::Recipient>, known: &mut Delivery) {
        let delivery_id = id.to_string();
        match self.rng.random_range(0..32) {
            0..12 => {
                let session_id = self.id();
                let session = self.session();
                let body =
                    pb::DeliverySessionHeld { delivery_id, recipient, session_id: session_id.to_string(), session };
                self.add(id, &body);
                known.sessions.push(session_id);
            }
            12..17 => {
                if known.verified {
                    return;
                }
                let live: Vec<Uuid> = known.sessions.iter().filter(|s| !known.withdrawn.contains(s)).copied().collect();
                if let Some(session) = live.choose(&mut self.rng).copied() {
                    if self.rng.random_bool(0.5) {
                        let body = pb::DeliverySessionCorrected {
                            delivery_id,
                            recipient,
                            session_id: session.to_string(),
                            before: self.session(),
                            after: self.session(),
                            corrected_on: self.today(),
                        };
                        self.add(id, &body);
                    } else {
                        let body = pb::DeliverySessionWithdrawn {
                            delivery_id,
                            recipient,
                            session_id: session.to_string(),
                            reason: 1,
                            withdrawn_on: self.today(),
                        };
                        self.add(id, &body);
                        known.withdrawn.insert(session);
                    }
                }
            }
            17..26 => {
                let reach = self.reach();
                if !known.reach {
                    self.add(id, &pb::DeliveryReachReported { delivery_id, recipient, reach });
                    known.reach = true;
                } else if !known.verified {
                    let (before, after) = (self.reach(), reach);
                    let corrected_on = self.today();
                    let body = pb::DeliveryReachCorrected { delivery_id, recipient, before, after, corrected_on };
                    self.add(id, &body);
                }
            }
            _ => {
                let told = known.reach || known.sessions.len() > known.withdrawn.len();
                let office_id = OFFICES[1].to_string();
                if known.verified && self.rng.random_bool(0.5) {
                    let withdrawn_on = self.today();
                    let body = pb::DeliveryVerificationWithdrawn {
                        delivery_id,
                        recipient,
                        office_id,
                        reason: 1,
                        withdrawn_on,
                    };
                    self.add(id, &body);
                    known.verified = false;
                } else if told {
                    let verified_on = self.today();
                    let body = pb::DeliveryVerified {
                        delivery_id,
                        recipient,
                        office_id,
                        sessions: 1,
                        people_reached: 1,
                        verified_on,
                    };
                    self.add(id, &body);
                    known.verified = true;
                }
            }
        }
    }

    fn received(&mut self, id: Uuid, recipient: Option<pb::Recipient>, kind: i32, at: OffsetDateTime, corrects: bool) {
        let (delivery_id, happened_at) = (id.to_string(), Some(timestamp(at)));
        let (channel, material_version) = (1, 1);
        match (corrects, kind) {
            (true, _) => self.add(
                id,
                &pb::DeliveryReceiptCorrected { delivery_id, recipient, kind, channel, material_version, happened_at },
            ),
            (false, 1) => {
                self.add(id, &pb::DeliveryDelivered { delivery_id, recipient, channel, material_version, happened_at });
            }
            (false, 2) => {
                self.add(id, &pb::DeliveryOpened { delivery_id, recipient, channel, material_version, happened_at });
            }
            (false, _) => self
                .add(id, &pb::DeliveryAcknowledged { delivery_id, recipient, channel, material_version, happened_at }),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
    fn session(&mut self) -> Option<pb::Session> {
        let (held_on, attendance) = (self.some_day_ago(), self.rng.random_range(0..60));
        Some(pb::Session { held_on: Some(wire(held_on)), channel: 1, attendance, women: None })
    }

    #[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
    fn reach(&mut self) -> Option<pb::Reach> {
        let channels = self.rng.random_range(1..4);
        let mut by = |channel| pb::ReachByChannel { channel, people: self.rng.random_range(0..500) };
        let by_channel = (1..=channels).map(&mut by).collect();
        Some(pb::Reach { counted_on: Some(wire(self.some_day_ago())), by_channel })
    }

    fn ask(&mut self) {
        let Some((campaign, community, recipient)) = self.some_delivery() else { return };
        let id = self.id();
        let (code, decree, _) = *REGENCIES.choose(&mut self.rng).unwrap();
        let asked = pb::QuestionAsked {
            question_id: id.to_string(),
            delivery_id: delivery_id(campaign, community).to_string(),
            session_id: Uuid::nil().to_string(),
            campaign_id: recipient.campaign_id,
            programme_id: self.campaigns[0].programme.to_string(),
            community_id: recipient.community_id,
            seat: Some(region(code, decree)),
            office_id: OFFICES.choose(&mut self.rng).unwrap().to_string(),
            question_ref: Uuid::nil().to_string(),
            asked_on: Some(wire(self.some_day_ago())),
        };
        self.add(id, &asked);
        self.questions.push((id, true));
    }

    fn go_on_with_a_question(&mut self) {
        if self.questions.is_empty() {
            return;
        }
        let n = self.rng.random_range(0..self.questions.len());
        let (id, waits) = self.questions[n];
        let question_id = id.to_string();
        match (waits, self.rng.random_range(0..4)) {
            (true, 0..2) => {
                let body = pb::QuestionAnswered { question_id, answered_on: self.today(), ..Default::default() };
                self.add(id, &body);
            }
            (true, 2) => {
                let body = pb::QuestionSetAside { question_id, reason: 1, ..Default::default() };
                self.add(id, &body);
            }
            (true, _) => {
                let to_office_id = OFFICES.choose(&mut self.rng).unwrap().to_string();
                self.add(id, &pb::QuestionRedirected { question_id, to_office_id, ..Default::default() });
                return;
            }
            (false, _) => {
                let reopened_on = self.today();
                self.add(id, &pb::QuestionReopened { question_id, follow_up_ref: String::new(), reopened_on });
            }
        }
        self.questions[n].1 = !waits;
    }
}

fn delivery_id(campaign: Uuid, community: Uuid) -> Uuid {
    Uuid::new_v5(&campaign, community.as_bytes())
}

fn region(code: &str, decree: &str) -> common::Region {
    common::Region { code: code.into(), decree: decree.into() }
}
