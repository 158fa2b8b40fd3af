use std::collections::{BTreeMap, BTreeSet};

use kim_projection::{
    context::Context,
    pages::{
        Basis, CampaignQuery, DisseminationQuery, Funnel, Month, NoticeKind, Queries, QueryError, RegionQuery,
        WAITING_UP_TO,
    },
};
use kim_territory::{Decree, Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng, seq::IteratorRandom};
use rand_chacha::ChaCha8Rng;
use time::{Date, macros::date};
use uuid::Uuid;

use super::{
    history::{self, REGENCIES},
    recount::{Recount, median},
};
use crate::{
    figures::seed,
    history::{self as registry, Made, code},
    recount::Recount as Registered,
    rig::{Replica, Rig},
};

const TODAY: Date = date!(2023 - 06 - 01);

/// Both histories, folded in portions, and what they say.
pub struct Folded {
    /// Its servers go on while it is there.
    _rig: Rig,
    pub replica: Replica,
    pub told: Recount,
    registered: Registered,
    seats: BTreeMap<Uuid, RegionCode>,
}

/// The communities that a history of the registry has.
pub fn communities(events: &[Made]) -> Vec<Uuid> {
    let drafted = events.iter().filter(|made| made.event_type.ends_with(".CommunityDrafted"));
    drafted.map(|made| made.aggregate).take(60).collect()
}

impl Folded {
    pub async fn of(registry: &[Made], seed: u64) -> Self {
        let rig = Rig::start().await;
        let events = history::random(seed, &communities(registry));
        println!("{} events of the registry, {} of dissemination", registry.len(), events.len());
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let (cut, other) = (rng.random_range(1..registry.len()), rng.random_range(1..events.len()));
        rig.append(&registry[..cut]).await;
        rig.tell(&events[..other]).await;
        let replica = rig.replica().await;
        replica.settled(&rig).await;
        replica.stop().await;
        let replica = rig.replica().await;
        for some in events[other..].chunks(rng.random_range(7..400)) {
            rig.tell(some).await;
        }
        rig.append(&registry[cut..]).await;
        let as_of = replica.settled(&rig).await;
        assert_eq!(rig.parked(as_of.generation).await, []);
        let registered = Registered::of(registry);
        let seats = registered.seat_of_each();
        Self { _rig: rig, replica, told: Recount::of(&events), registered, seats }
    }

    /// Whether a delivery is one of a region: above a district by its batch, below by its community.
    fn is_in(&self, region: RegionCode, regency: RegionCode, community: Uuid) -> bool {
        match region.level() {
            Level::Nation => true,
            Level::Province | Level::Regency => region.contains(&regency),
            Level::District | Level::Village => self.seats.get(&community).is_some_and(|seat| region.contains(seat)),
        }
    }

    pub fn funnel(&self, campaign: Uuid, region: RegionCode) -> Funnel {
        self.told.funnel(campaign, |regency, community| self.is_in(region, regency, community))
    }

    /// Campaigns whose window began in the twelve months.
    fn begun(&self, month: Month) -> Vec<Uuid> {
        let days = month.plus(-11).first_day()..=month.last_day();
        let mut begun: Vec<(Date, Uuid)> = self
            .told
            .begun
            .iter()
            .map(|(id, (from, _))| (*from, *id))
            .filter(|(from, _)| days.contains(from))
            .collect();
        begun.sort_by(|one, other| other.cmp(one));
        begun.into_iter().map(|(_, id)| id).collect()
    }

    async fn compare_region(&self, region: RegionCode, month: Month) {
        let query = DisseminationQuery { region, territory: None, month, today: TODAY };
        let view = self.replica.store.dissemination(query).await.unwrap();
        let begun = self.begun(month);
        let shown: Vec<(Uuid, Funnel)> = view.campaigns.iter().map(|one| (one.campaign.id, one.funnel)).collect();
        let expected: Vec<(Uuid, Funnel)> = begun
            .iter()
            .map(|id| (*id, self.funnel(*id, region)))
            .filter(|(_, funnel)| funnel.assigned() > 0)
            .collect();
        assert_eq!(shown, expected, "{region} {month}");
        let of_part = |part: RegionCode| -> Funnel {
            begun.iter().map(|id| self.funnel(*id, part)).collect::<Vec<_>>().iter().sum()
        };
        for part in &view.parts {
            assert_eq!(part.funnel, of_part(part.code), "{} in {region} {month}", part.code);
        }
        assert_eq!(view.parts.len(), Territory::current().children(&region).len());

        let mut waits: BTreeMap<Uuid, ([i64; 4], Date)> = BTreeMap::new();
        for question in self.told.questions.values() {
            let Some(since) = question.since else { continue };
            if self.is_in(region, question.regency, question.community) {
                let (by_age, oldest) = waits.entry(question.office).or_insert(([0; 4], since));
                let days = i32::try_from((TODAY - since).whole_days()).unwrap();
                by_age[WAITING_UP_TO.iter().filter(|up_to| days > **up_to).count()] += 1;
                *oldest = since.min(*oldest);
            }
        }
        let shown: BTreeMap<Uuid, ([i64; 4], Date)> =
            view.unanswered.iter().map(|one| (one.office_id, (one.by_age, one.oldest))).collect();
        assert_eq!(shown, waits, "questions in {region}");
        assert!(view.unanswered.is_sorted_by_key(|one| one.oldest));

        let mut unacknowledged = BTreeSet::new();
        for id in self.told.stories.keys().map(|(campaign, _)| *campaign).collect::<BTreeSet<_>>() {
            let funnel = self.funnel(id, region);
            for kind in NoticeKind::ALL.into_iter().filter(|kind| funnel.unacknowledged(*kind) > 0) {
                unacknowledged.insert((id, kind, funnel.told(kind), funnel.took_notice(kind)));
            }
        }
        let shown: BTreeSet<_> =
            view.unacknowledged.iter().map(|one| (one.campaign_id, one.kind, one.told, one.acknowledged)).collect();
        assert_eq!(shown, unacknowledged, "notices in {region}");
    }

    async fn compare_campaign(&self, campaign: Uuid, region: RegionCode) {
        let query = CampaignQuery { campaign, region, territory: None };
        let view = self.replica.store.campaign(query).await.unwrap().unwrap();
        assert_eq!(view.funnel, self.funnel(campaign, region), "{campaign} in {region}");
        for part in &view.parts {
            assert_eq!(part.funnel, self.funnel(campaign, part.code), "{campaign} in {}", part.code);
        }
        if region.level() <= Level::Regency {
            let hours =
                self.told.hours(campaign, |regency| region.level() == Level::Nation || region.contains(&regency));
            for (step, hours) in view.steps.iter().zip(&hours) {
                assert_eq!(usize::try_from(step.deliveries).unwrap(), hours.len(), "{step:?} {campaign} in {region}");
                match (step.median_hours, median(hours)) {
                    (Some(shown), Some(expected)) => assert!((shown - expected).abs() < 1e-6, "{step:?} {expected}"),
                    (shown, expected) => assert_eq!(shown, expected, "{step:?}"),
                }
            }
        }
    }
}

/// Each region with a community or a batch, each above it, and one without any.
fn regions(folded: &Folded) -> BTreeSet<RegionCode> {
    let today = REGENCIES.iter().map(|(.., today)| code(today));
    let around = folded.seats.values().copied().chain(today).chain([code("11.01.01.2001")]);
    around.flat_map(|seat| seat.ancestors().collect::<Vec<_>>()).collect()
}

#[tokio::test]
async fn every_funnel_on_every_level_equals_a_recount_straight_from_the_events() {
    let seed = seed();
    let folded = Folded::of(&registry::random(seed), seed).await;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    assert!(folded.told.begun.len() > 5, "{} campaigns", folded.told.begun.len());
    for region in regions(&folded) {
        let month = Month::of(date!(2022 - 06 - 01)).plus(rng.random_range(0..15));
        folded.compare_region(region, month).await;
        let campaign = *folded.told.begun.keys().choose(&mut rng).unwrap();
        folded.compare_campaign(campaign, region).await;
    }
    for campaign in folded.told.begun.keys() {
        folded.compare_campaign(*campaign, RegionCode::NATION).await;
    }
    let nobody = CampaignQuery { campaign: Uuid::nil(), region: RegionCode::NATION, territory: None };
    assert_eq!(folded.replica.store.campaign(nobody).await.unwrap(), None);
    folded.replica.stop().await;
}

#[tokio::test]
async fn an_older_territory_counts_what_was_assigned_by_its_codes_and_by_later_ones() {
    let seed = seed();
    let folded = Folded::of(&registry::with_adoptions(seed), seed).await;
    for region in ["92", "96", "14", "14.01"].map(code) {
        let month = Month::of(date!(2023 - 01 - 01));
        for decree in [Decree::D2022, Decree::D2025] {
            let query = DisseminationQuery { region, territory: Some(decree), month, today: TODAY };
            let view = match folded.replica.store.dissemination(query).await {
                Ok(view) => view,
                // Papua Barat Daya is not of 2022.
                Err(QueryError::Untold { region, decree: Decree::D2022 }) if region == code("96") => continue,
                Err(error) => panic!("{error}"),
            };
            assert_eq!(view.as_of.decree, decree);
            let inside = |regency: RegionCode| match decree {
                Decree::D2025 => region.contains(&regency),
                _ => {
                    folded.registered.olds(decree, regency).is_some_and(|olds| olds.contains(&regency_of(region, olds)))
                }
            };
            let expected: Funnel = folded
                .begun(month)
                .iter()
                .map(|id| folded.told.funnel(*id, |regency, _| inside(regency)))
                .collect::<Vec<_>>()
                .iter()
                .sum();
            assert_eq!(view.funnel(), expected, "{region} of {decree}");
        }
    }
    folded.replica.stop().await;
}

/// Of the older regions that a regency of today is, the one in a region; any other, where none is.
fn regency_of(region: RegionCode, olds: &BTreeSet<RegionCode>) -> RegionCode {
    olds.iter().copied().find(|old| region.contains(old)).unwrap_or(RegionCode::NATION)
}

#[tokio::test]
async fn without_a_word_from_dissemination_the_registrys_figures_are_shown_and_no_funnel() {
    let rig = Rig::start().await;
    sqlx::query("DELETE FROM source WHERE context = 'dissemination'").execute(&rig.pool).await.unwrap();
    let events = registry::random(3);
    rig.append(&events[..300]).await;
    rig.tell(&history::random(3, &communities(&events))[..300]).await;
    let replica = rig.replica().await;
    let as_of = replica.until_position(rig.log.newest().await.unwrap()).await;
    assert!(as_of.log(Context::Dissemination).is_none() && as_of.is_simulated());
    let month = Month::of(date!(2022 - 06 - 01));
    let (region, territory) = (RegionCode::NATION, None);
    let shown = replica.store.region(RegionQuery { region, territory, month, basis: Basis::Happened }).await.unwrap();
    assert_eq!(shown.as_of.logs.len(), 1);
    let funnel = replica.store.dissemination(DisseminationQuery { region, territory, month, today: TODAY }).await;
    assert!(matches!(funnel, Err(QueryError::Unheard(Context::Dissemination))));
    // It answers, and what was folded meanwhile is shown.
    let identity = kim_projection::source::Identity {
        context: Context::Dissemination,
        log_id: rig.dissemination.id().0,
        simulated: false,
    };
    identity.keep(&rig.pool).await.unwrap();
    let as_of = replica.settled(&rig).await;
    assert!(as_of.is_simulated(), "the registry's is, so all is");
    replica.store.dissemination(DisseminationQuery { region, territory, month, today: TODAY }).await.unwrap();
    replica.stop().await;
}
