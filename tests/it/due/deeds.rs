//! What people do in the three years: at the same time in the registry and in the reckoning.

use std::collections::BTreeSet;

use kim_contract::registry::v1::{
    ActivityRow, AppointOfficerRequest, DissolutionReason, DissolveCommunityRequest, DormancyRule, GetCommunityRequest,
    HoldTrainingRequest, ImportActivitiesRequest, OfficeKind, Officer, RenewPartnershipRequest, RowOutcome,
    SetDormancyRuleRequest, TerminatePartnershipRequest, TerminationReason, Training, TrainingKind,
    community_service_client::CommunityServiceClient, office_service_client::OfficeServiceClient,
    partnership_service_client::PartnershipServiceClient, rule_service_client::RuleServiceClient,
    training_service_client::TrainingServiceClient,
};
use kim_eventlog::timestamp;
use kim_territory::{Level, RegionCode, Territory, Zone};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration};

use super::{
    BEGIN, Years,
    reckoning::{Community, Partnership, Reckoning, Rule, Silence, Term},
};
use crate::{
    harness::{Caller, Shape, System, activity, community_row, office, region, request_id},
    partnerships::{at, date_of, imported, proposal, signature},
};

/// A regency in each zone: Kampar, Denpasar, Maluku Tengah.
const REGENCIES: [(&str, Zone); 3] = [("14.01", Zone::Wib), ("51.71", Zone::Wita), ("81.01", Zone::Wit)];
const NATION: (&str, Zone) = ("00", Zone::Wib);
const COMMUNITIES_OF_EACH: usize = 8;
/// Of each four one does something on this day, and then nothing until that: each zone has some that fall dormant.
const LAST_OF_QUIET: i64 = 3;
const NEXT_OF_QUIET: i64 = 700;
const TRAINING_EVERY: i64 = 45;
/// The days on which a community of each regency is dissolved: it has just signed an agreement.
const DISSOLVED_ON: [i64; 3] = [250, 500, 900];

fn is_quiet(community: usize) -> bool {
    community.is_multiple_of(4)
}

impl Years {
    /// The nation on the eve of the first day: its rules, its offices, and communities that have done nothing yet.
    pub async fn begin(mut rng: ChaCha8Rng) -> Self {
        let shape = Shape { registries: 2, simulated: true, ..Shape::BARE };
        let system = System::start(shape).await;
        let clients = [0, 1].map(|replica| system.simulator(replica));
        let log = system.servers.pool("registry").await;
        let mut communities = CommunityServiceClient::new(clients[0].clone());
        let eve = BEGIN.previous_day().expect("not the first day");
        // The same day in all three zones.
        let now = eve.midnight().assume_utc();
        let mut reckoning = Reckoning::default();
        for (number, (code, zone)) in REGENCIES.into_iter().enumerate() {
            let territory = Territory::current();
            let regency: RegionCode = code.parse().unwrap();
            let villages = territory.within(&regency, Level::Village).take(COMMUNITIES_OF_EACH);
            for (index, village) in villages.enumerate() {
                let seat = village.code.to_string();
                let mut row = community_row(1, &format!("KIM Nomor {number}{index}"), &seat);
                row.recorded_time = Some(timestamp(now));
                for officer in &mut row.contacts.as_mut().unwrap().officers {
                    let until = BEGIN + Duration::days(rng.random_range(0..1_200));
                    officer.term_until = date_of(until).filter(|_| rng.random_range(0..5) > 0);
                }
                let id = imported(&mut communities, row).await;
                let question = GetCommunityRequest { community_id: id.clone() };
                let shown = communities.get_community(question).await.unwrap().into_inner().community.unwrap();
                let terms = shown.officers.into_iter().map(|officer| officer.term.unwrap());
                let officers = terms
                    .map(|term| Term {
                        id: term.officer_id,
                        role: term.role,
                        until: term.until.map(day_of),
                        in_office: true,
                    })
                    .collect();
                reckoning.communities.push(Community {
                    id,
                    seat,
                    zone,
                    silence: Silence::Unbroken,
                    officers,
                    told: BTreeSet::new(),
                    dissolved: false,
                });
            }
        }
        let mut offices = Vec::new();
        for (code, zone) in REGENCIES.into_iter().chain([NATION]) {
            let kind = if code == NATION.0 { OfficeKind::National } else { OfficeKind::Regency };
            let establish = at(now, office(&format!("Dinas Kominfo {code}"), kind, code));
            let answer =
                OfficeServiceClient::new(clients[1].clone()).establish_office(establish).await.unwrap().into_inner();
            offices.push((answer.office.unwrap().office_id, zone));
        }
        let rng = ChaCha8Rng::seed_from_u64(rng.random());
        let (ahead, position, counted) = Default::default();
        let mut years = Self { system, clients, log, rng, reckoning, offices, now, ahead, position, counted };
        years.rule(Rule { region: "00", reminder: 9, dormant: 12, from: eve }).await;
        years.rule(Rule { region: "81", reminder: 4, dormant: 6, from: eve }).await;
        years
    }

    /// What people do on a day.
    pub async fn deeds(&mut self, today: Date) {
        let day = (today - BEGIN).whole_days();
        if day == 400 {
            let from = today + Duration::days(30);
            self.rule(Rule { region: "00", reminder: 6, dormant: 9, from }).await;
        }
        for community in self.there() {
            let does = match day {
                LAST_OF_QUIET if is_quiet(community) => true,
                ..NEXT_OF_QUIET if is_quiet(community) => false,
                _ => self.rng.random_range(0..250) == 0,
            };
            if does {
                self.report(community, today).await;
            }
        }
        if day % TRAINING_EVERY == 0 {
            self.train(usize::try_from(day / TRAINING_EVERY).unwrap() % REGENCIES.len(), today).await;
        }
        match usize::try_from(day) {
            Ok(community) if community < self.reckoning.communities.len() => self.sign(community, today).await,
            _ if self.rng.random_range(0..20) == 0 => {
                let community = self.any_there();
                self.sign(community, today).await;
            }
            _ => {}
        }
        // One of each regency, when others have agreements too.
        if let Some(regency) = DISSOLVED_ON.iter().position(|on| *on == day) {
            self.dissolve(regency * COMMUNITIES_OF_EACH + 1, today).await;
        }
        match self.rng.random_range(0..60) {
            0 => self.renew().await,
            1 => self.terminate().await,
            2..5 => self.hand_over(today).await,
            _ => {}
        }
    }

    /// The communities that were not dissolved.
    fn there(&self) -> Vec<usize> {
        let communities = &self.reckoning.communities;
        (0..communities.len()).filter(|&one| !communities[one].dissolved).collect()
    }

    fn any_there(&mut self) -> usize {
        let there = self.there();
        there[self.rng.random_range(0..there.len())]
    }

    /// A client of one of the replicas.
    fn any(&mut self) -> Caller {
        self.clients[self.rng.random_range(0..2)].clone()
    }

    async fn rule(&mut self, rule: Rule) {
        let set = SetDormancyRuleRequest {
            request_id: request_id(),
            region: region(rule.region),
            rule: Some(DormancyRule { reminder_months: rule.reminder, dormant_months: rule.dormant }),
            effective_from: date_of(rule.from),
        };
        RuleServiceClient::new(self.any()).set_dormancy_rule(at(self.now, set)).await.unwrap();
        self.reckoning.rules.push(rule);
    }

    /// An activity, of today or told some days late.
    async fn report(&mut self, community: usize, today: Date) {
        let late = match self.reckoning.communities[community].silence {
            Silence::Dormant { .. } => 0,
            Silence::Unbroken | Silence::Since { .. } => self.rng.random_range(0..15),
        };
        let on = (today - Duration::days(late)).max(BEGIN);
        let row = ActivityRow {
            row: 1,
            community_id: self.reckoning.communities[community].id.clone(),
            source_key: String::new(),
            activity: activity(date_of(on)),
            recorded_time: Some(timestamp(self.now)),
        };
        let rows = tokio_stream::once(ImportActivitiesRequest { rows: vec![row] });
        let mut client = CommunityServiceClient::new(self.any());
        let mut answers = client.import_activities(rows).await.unwrap().into_inner();
        let result = answers.message().await.unwrap().unwrap().results.remove(0);
        // By chance the same activity of the same day is told twice: that is one.
        let is_new = self.reckoning.communities[community].told.insert(on);
        let expected = if is_new { RowOutcome::Accepted } else { RowOutcome::Unchanged };
        assert_eq!(result.outcome(), expected, "{result:?}");
        if is_new {
            self.reckoning.active(community, on);
        }
    }

    /// All communities of a regency take part.
    async fn train(&mut self, regency: usize, today: Date) {
        let all = regency * COMMUNITIES_OF_EACH..(regency + 1) * COMMUNITIES_OF_EACH;
        let participants: Vec<usize> = self.there().into_iter().filter(|one| all.contains(one)).collect();
        let ids = participants.iter().map(|&one| self.reckoning.communities[one].id.clone()).collect();
        let hold = HoldTrainingRequest {
            request_id: request_id(),
            training: Some(Training {
                kind: TrainingKind::Bimtek.into(),
                topic: "platform_kim".into(),
                region: region(REGENCIES[regency].0),
                held_from: date_of(today),
                held_to: date_of(today),
                community_ids: ids,
                office_staff: 4,
                ..Training::default()
            }),
            ..HoldTrainingRequest::default()
        };
        TrainingServiceClient::new(self.any()).hold_training(at(self.now, hold)).await.unwrap();
        let planned = self.reckoning.trained(&participants, self.now);
        self.expect(planned);
    }

    /// An office and a community of its region that have no agreement agree on one.
    async fn sign(&mut self, community: usize, today: Date) {
        let regency = community / COMMUNITIES_OF_EACH;
        let office = if self.rng.random_range(0..4) == 0 { REGENCIES.len() } else { regency };
        let agreed = |one: &Partnership| one.in_force && (one.office, one.community) == (office, community);
        if self.reckoning.partnerships.iter().any(agreed) {
            return;
        }
        let until = today + Duration::days(self.rng.random_range(5..500));
        let (office_id, zone) = self.offices[office].clone();
        let mut propose = proposal(&office_id, &self.reckoning.communities[community].id);
        (propose.from, propose.until) = (date_of(today), date_of(until));
        let mut partnerships = PartnershipServiceClient::new(self.any());
        let proposed = partnerships.propose_partnership(at(self.now, propose)).await.unwrap().into_inner();
        let id = proposed.partnership.unwrap().partnership_id;
        partnerships.sign_partnership(at(self.now, signature(&id))).await.unwrap();
        let mut signed =
            Partnership { id, office, community, zone, until, reminders: BTreeSet::default(), in_force: true };
        let due = signed.runs_until(until, self.now);
        self.reckoning.partnerships.push(signed);
        self.expect(due);
    }

    fn in_force(&mut self) -> Option<usize> {
        let partnerships = &self.reckoning.partnerships;
        let all: Vec<usize> = (0..partnerships.len()).filter(|&one| partnerships[one].in_force).collect();
        (!all.is_empty()).then(|| all[self.rng.random_range(0..all.len())])
    }

    async fn renew(&mut self) {
        let Some(partnership) = self.in_force() else { return };
        let mut partnerships = PartnershipServiceClient::new(self.any());
        let later = self.rng.random_range(1..400);
        let partnership = &mut self.reckoning.partnerships[partnership];
        let until = partnership.until + Duration::days(later);
        let renew = RenewPartnershipRequest {
            request_id: request_id(),
            partnership_id: partnership.id.clone(),
            until: date_of(until),
            ..RenewPartnershipRequest::default()
        };
        let due = partnership.runs_until(until, self.now);
        partnerships.renew_partnership(at(self.now, renew)).await.unwrap();
        self.expect(due);
    }

    async fn terminate(&mut self) {
        let Some(partnership) = self.in_force() else { return };
        let mut partnerships = PartnershipServiceClient::new(self.any());
        let partnership = &mut self.reckoning.partnerships[partnership];
        let terminate = TerminatePartnershipRequest {
            request_id: request_id(),
            partnership_id: partnership.id.clone(),
            reason: TerminationReason::BothAgreed.into(),
            ..TerminatePartnershipRequest::default()
        };
        partnership.in_force = false;
        partnerships.terminate_partnership(at(self.now, terminate)).await.unwrap();
    }

    async fn dissolve(&mut self, community: usize, today: Date) {
        self.sign(community, today).await;
        let dissolve = DissolveCommunityRequest {
            request_id: request_id(),
            community_id: self.reckoning.communities[community].id.clone(),
            reason: DissolutionReason::MembersDecided.into(),
            ..DissolveCommunityRequest::default()
        };
        CommunityServiceClient::new(self.any()).dissolve_community(at(self.now, dissolve)).await.unwrap();
        let ended = self.reckoning.dissolved(community, self.now);
        assert!(!ended.is_empty(), "it has an agreement");
        self.expect(ended);
    }

    /// Somebody else takes a chair.
    async fn hand_over(&mut self, today: Date) {
        let mut communities = CommunityServiceClient::new(self.any());
        let until = today + Duration::days(self.rng.random_range(0..500));
        let community = self.any_there();
        let community = &mut self.reckoning.communities[community];
        let Some(leaves) = community.officers.iter_mut().find(|officer| officer.in_office) else { return };
        leaves.in_office = false;
        let appoint = AppointOfficerRequest {
            request_id: request_id(),
            community_id: community.id.clone(),
            officer: Some(Officer {
                role: leaves.role,
                name: "Pengurus 0002".into(),
                term_until: date_of(until),
                ..Officer::default()
            }),
            replaces_officer_id: leaves.id.clone(),
            ..AppointOfficerRequest::default()
        };
        let role = leaves.role;
        let answer = communities.appoint_officer(at(self.now, appoint)).await.unwrap().into_inner();
        community.officers.push(Term { id: answer.officer_id, role, until: Some(until), in_office: true });
    }
}

fn day_of(date: kim_contract::r#type::v1::Date) -> Date {
    let month = u8::try_from(date.month).ok().and_then(|month| time::Month::try_from(month).ok()).expect("a month");
    Date::from_calendar_date(date.year, month, u8::try_from(date.day).expect("a day")).expect("a date")
}
