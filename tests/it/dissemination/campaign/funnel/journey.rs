//! Campaigns in several provinces with all that may become of them.

use kim_contract::{
    dissemination::v1::{
        CampaignPriority, CorrectReachRequest, CorrectSessionRequest, Delivery as Shown, GetDeliveryRequest,
        NoticeKind, ReportRow, Session, SessionWithdrawalReason, VerificationWithdrawalReason, VerifyDeliveryRequest,
        WithdrawSessionRequest, WithdrawVerificationRequest,
    },
    registry::v1::{CorrectCommunityRequest, DissolutionReason, DissolveCommunityRequest, GetCommunityRequest},
};
use kim_dissemination::domain::{ids::MaterialId, material::RevisionReason};
use kim_territory::{Level, RegionCode, Territory};
use kim_values::Region;
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::OffsetDateTime;

use super::{
    agreement::agreement,
    reported::{self, Delivery, doubled_and_shuffled, import, outcomes, row},
};
use crate::{
    dissemination::{
        campaign::{Ledger, draft_of, got, has_assigned, national_office, plan, scheduled, today, until_campaign},
        nation::{Nation, region, request_id, until},
    },
    harness::seed,
};

/// In one zone, so that their days are the same.
const PROVINCES: [&str; 3] = ["13", "14", "32"];

/// Seats in two regencies of each province: villages of two districts each, a district and a regency.
fn seats(rng: &mut ChaCha8Rng) -> Vec<RegionCode> {
    let mut some = |within: &RegionCode, level, many| -> Vec<RegionCode> {
        let all: Vec<RegionCode> = Territory::current().within(within, level).map(|region| region.code).collect();
        all.sample(rng, many).copied().collect()
    };
    let mut seats = Vec::new();
    for province in PROVINCES {
        for regency in some(&province.parse().unwrap(), Level::Regency, 2) {
            seats.push(regency);
            for district in some(&regency, Level::District, 2) {
                seats.push(district);
                let villages = some(&district, Level::Village, 2);
                // Two in the first village, one in the other.
                seats.extend(villages.first());
                seats.extend(villages);
            }
        }
    }
    seats
}

struct Journey {
    nation: Nation,
    office: String,
    ledger: Ledger,
    rng: ChaCha8Rng,
    /// By campaign, as they were drawn.
    deliveries: Vec<Vec<Delivery>>,
    /// When all of that was assigned.
    assigned: OffsetDateTime,
}

impl Journey {
    async fn reports(&mut self, turn: usize) {
        let all = self.deliveries.concat();
        let rows = reported::thrown(&all, turn, self.assigned, &mut self.rng);
        let [accepted, unchanged] = self.import(rows).await;
        assert!(accepted > 0 && unchanged > 0, "turn {turn}: {accepted} accepted, {unchanged} unchanged");
    }

    async fn import(&self, rows: Vec<ReportRow>) -> [usize; 2] {
        outcomes(&import(&self.nation, rows).await)
    }

    async fn shown(&self, (campaign_id, community_id): &Delivery) -> Option<Shown> {
        let request = GetDeliveryRequest { campaign_id: campaign_id.clone(), community_id: community_id.clone() };
        let answer = self.nation.deliveries(&self.nation.national()).get_delivery(request).await;
        answer.ok().and_then(|answer| answer.into_inner().delivery)
    }

    /// Corrects and withdraws sessions, corrects reaches, verifies, and takes some of that back.
    async fn set_right(&mut self) {
        let mut deliveries = self.nation.deliveries(&self.nation.national());
        for delivery in self.deliveries.concat() {
            let shown = self.shown(&delivery).await.unwrap();
            let (campaign_id, community_id) = delivery;
            let (etag, office_id) = (String::new(), self.office.clone());
            let mut sessions = shown.sessions.iter().filter(|held| !held.withdrawn);
            if let Some(held) = sessions.next().filter(|_| self.rng.random_bool(0.5)) {
                let attendance = self.rng.random_range(0..300);
                let request = CorrectSessionRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    community_id: community_id.clone(),
                    etag: etag.clone(),
                    session_id: held.session_id.clone(),
                    session: Some(Session { attendance, ..held.session.unwrap() }),
                };
                deliveries.correct_session(request).await.unwrap();
            }
            if let Some(held) = sessions.next().filter(|_| self.rng.random_bool(0.7)) {
                let request = WithdrawSessionRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    community_id: community_id.clone(),
                    etag: etag.clone(),
                    session_id: held.session_id.clone(),
                    reason: SessionWithdrawalReason::Doubled.into(),
                };
                deliveries.withdraw_session(request).await.unwrap();
            }
            if let Some(mut reach) = shown.reach.clone().filter(|_| self.rng.random_bool(0.5)) {
                reach.by_channel[0].people += 1;
                let request = CorrectReachRequest {
                    request_id: request_id(),
                    campaign_id: campaign_id.clone(),
                    community_id: community_id.clone(),
                    etag: etag.clone(),
                    reach: Some(reach),
                };
                deliveries.correct_reach(request).await.unwrap();
            }
            if (shown.sessions.is_empty() && shown.reach.is_none()) || self.rng.random_bool(0.5) {
                continue;
            }
            let request = VerifyDeliveryRequest {
                request_id: request_id(),
                campaign_id: campaign_id.clone(),
                community_id: community_id.clone(),
                etag: etag.clone(),
                office_id: office_id.clone(),
            };
            deliveries.verify_delivery(request).await.unwrap();
            if self.rng.random_bool(0.3) {
                let reason = VerificationWithdrawalReason::EnteredInError.into();
                let request_id = request_id();
                let request =
                    WithdrawVerificationRequest { request_id, campaign_id, community_id, etag, reason, office_id };
                deliveries.withdraw_verification(request).await.unwrap();
            }
        }
    }

    /// Some take notice of what a campaign's communities were told, some of them twice.
    async fn take_notice(&mut self, campaign: usize, kind: NoticeKind, version: i32) {
        let id = self.deliveries[campaign][0].0.clone();
        let told = self.deliveries[campaign].clone();
        let issued = "SELECT coalesce(sum(a.many), 0)::bigint FROM dissemination.notice n
            JOIN (SELECT campaign_id, batch, count(*) AS many FROM dissemination.assignment GROUP BY 1, 2) a USING (campaign_id, batch)
            WHERE n.campaign_id = $1::uuid AND n.kind = $2 AND n.material_version = $3";
        let kind_number = i16::try_from(i32::from(kind)).unwrap();
        let count = async || {
            let count = sqlx::query_scalar::<_, i64>(issued).bind(&id).bind(kind_number).bind(version);
            usize::try_from(count.fetch_one(&self.nation.pool).await.unwrap()).unwrap()
        };
        until(async || count().await >= told.len()).await;
        let some: Vec<ReportRow> = told
            .iter()
            .filter(|_| self.rng.random_bool(0.6))
            .map(|delivery| row(delivery, reported::notice(kind, version)))
            .collect();
        let many = some.len();
        let rows = doubled_and_shuffled(some, &mut self.rng);
        assert_eq!(self.import(rows).await[0], many);
    }

    async fn dissolve(&self, community: &str) {
        let request = DissolveCommunityRequest {
            request_id: request_id(),
            community_id: community.into(),
            reason: DissolutionReason::MembersDecided.into(),
            ..DissolveCommunityRequest::default()
        };
        self.nation.registry_communities(&self.nation.national()).dissolve_community(request).await.unwrap();
    }

    /// A seat was entered wrongly: the community's deliveries stay where they were assigned, and are seen from its place.
    async fn move_to(&self, community: &str, seat: &str) {
        let mut communities = self.nation.registry_communities(&self.nation.national());
        let request = GetCommunityRequest { community_id: community.into() };
        let mut profile =
            communities.get_community(request).await.unwrap().into_inner().community.unwrap().profile.unwrap();
        profile.seat = region(seat);
        let request = CorrectCommunityRequest {
            request_id: request_id(),
            community_id: community.into(),
            profile: Some(profile),
            note: "Salah ketik".into(),
            ..CorrectCommunityRequest::default()
        };
        communities.correct_community(request).await.unwrap();
    }
}

/// A campaign to some regions, once all its communities got it.
async fn begun(
    nation: &Nation,
    office: &str,
    material: MaterialId,
    regions: &[&str],
    communities: usize,
) -> Vec<Delivery> {
    let mut plan = plan(regions, today(), 5);
    plan.priority = CampaignPriority::Important.into();
    let campaign = scheduled(nation, &nation.national(), draft_of(office, material, plan)).await.campaign_id;
    let many = i32::try_from(communities).unwrap();
    until_campaign(nation, &nation.national(), &campaign, has_assigned(many)).await;
    until(async || got(nation, &campaign).await.len() == communities).await;
    got(nation, &campaign).await.into_iter().map(|(community, ..)| (campaign.clone(), community)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_funnel_of_every_level_is_the_one_that_another_program_counts_from_the_logs() {
    let seed = seed("KIM_SEED");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let nation = Nation::start().await;
    let reports = nation.reports(nation.projection().await);
    let office = national_office(&nation).await;
    let seats: Vec<String> = seats(&mut rng).iter().map(ToString::to_string).collect();
    let names: Vec<String> = (1..=seats.len()).map(|n| format!("KIM Sumber Makmur {n:02}")).collect();
    let wanted: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(seats.iter().map(String::as_str)).collect();
    let communities = nation.communities(&wanted).await;
    nation.settled().await;
    let ledger = Ledger::open(&nation, None).await;
    let first = ledger.published(&office, Region::nation()).await;
    let second = ledger.published(&office, Region::nation()).await;
    let of_riau = seats.iter().filter(|seat| seat.starts_with("14")).count();
    let mut deliveries = Vec::new();
    for (material, regions, many) in
        [(first, &["00"][..], seats.len()), (second, &["13", "32"], seats.len() - of_riau), (first, &["14"], of_riau)]
    {
        deliveries.push(begun(&nation, &office, material, regions, many).await);
    }
    let assigned = OffsetDateTime::now_utc();
    let mut journey = Journey { nation, office, ledger, rng, deliveries, assigned };
    journey.reports(0).await;
    journey.set_right().await;

    journey.ledger.revise(first, RevisionReason::Correction).await;
    for campaign in [0, 2] {
        journey.take_notice(campaign, NoticeKind::Corrected, 2).await;
    }
    // Of Riau: one that goes, one that comes, and one whose seat is in another district of its regency.
    let riau: Vec<usize> = (0..seats.len()).filter(|n| seats[*n].starts_with("14")).collect();
    let (gone, village) = (riau[0], seats[riau[2]].as_str());
    let in_another_district = |seat: &str| seat.len() > 8 && seat[..5] == village[..5] && seat[..8] != village[..8];
    let moved = riau.iter().copied().find(|n| in_another_district(&seats[*n])).unwrap();
    journey.dissolve(&communities[gone]).await;
    journey.move_to(&communities[moved], village).await;
    let newcomer = journey.nation.community("KIM Tunas Baru", village).await;
    for (campaign, assigned) in [(0, seats.len() + 1), (2, of_riau + 1)] {
        let id = journey.deliveries[campaign][0].0.clone();
        let of_newcomer = |campaign: &kim_contract::dissemination::v1::Campaign| {
            campaign.progress.as_ref().is_some_and(|progress| {
                progress.released == 1 && usize::try_from(progress.assigned).is_ok_and(|many| many == assigned)
            })
        };
        until_campaign(&journey.nation, &journey.nation.national(), &id, of_newcomer).await;
        journey.deliveries[campaign].push((id, newcomer.clone()));
    }
    until(async || journey.shown(&journey.deliveries[2][of_riau]).await.is_some()).await;
    journey.assigned = OffsetDateTime::now_utc();

    journey.ledger.withdraw(second).await;
    journey.take_notice(1, NoticeKind::Withdrawn, 1).await;
    journey.reports(1).await;
    until(async || left_to_do(&journey.nation).await == 0).await;

    let agreement = agreement(&journey.nation, &reports, &[seats[moved].as_str(), "11", "11.01"], |_| true).await;
    println!("{} figures of {} regions", agreement.figures, agreement.regions);
    assert!(agreement.differences.is_empty(), "KIM_SEED={seed}\n{}", agreement.differences.join("\n"));
    assert!(agreement.figures > 1_000);
}

/// What dissemination still has to do with what happened.
async fn left_to_do(nation: &Nation) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM dissemination.reaction").fetch_one(&nation.pool).await.unwrap()
}
