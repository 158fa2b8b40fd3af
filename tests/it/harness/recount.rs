//! The nation counted anew, slowly and obviously, straight from the events of the log.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kim_contract::{registry::v1 as pb, r#type::v1::Region};
use kim_territory::RegionCode;
use prost::Message;
use sqlx::PgPool;
use time::{Date, Duration, Month};
use uuid::Uuid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Registered,
    Active,
    Dormant,
    Dissolved,
    Merged,
}

/// What happened to one community, by the day on which it happened.
#[derive(Debug)]
struct Life {
    seat: RegionCode,
    turns: Vec<(Date, Status)>,
    revitalised: Vec<Date>,
}

impl Life {
    fn on(&self, day: Date) -> Option<Status> {
        self.turns.iter().filter(|(date, _)| *date <= day).max_by_key(|(date, _)| *date).map(|(_, status)| *status)
    }
}

#[derive(Debug)]
pub struct TrainingCount {
    pub region: RegionCode,
    pub held_to: Date,
    pub communities: usize,
    pub dormant_before: usize,
    pub active_again_in_90_days: usize,
}

/// All communities, and the trainings.
pub struct Recount {
    lives: BTreeMap<Uuid, Life>,
    trainings: Vec<(pb::Training, Date)>,
}

fn date(date: Option<kim_contract::r#type::v1::Date>) -> Date {
    let date = date.expect("the event has its date");
    let month = Month::try_from(u8::try_from(date.month).expect("a month")).expect("a month");
    Date::from_calendar_date(date.year, month, u8::try_from(date.day).expect("a day")).expect("a date")
}

/// The last day of a month.
pub fn end_of(year: i32, month: u8) -> Date {
    let month = Month::try_from(month).expect("1 to 12");
    Date::from_calendar_date(year, month, month.length(year)).expect("its last day")
}

impl Recount {
    pub async fn of(registry: &PgPool) -> Self {
        let mut recount = Self { lives: BTreeMap::new(), trainings: Vec::new() };
        let mut position = 0_i64;
        loop {
            let events: Vec<(i64, Uuid, String, Vec<u8>)> = sqlx::query_as(
                "SELECT position, aggregate_id, type, payload FROM log.event WHERE position > $1 ORDER BY position LIMIT 20000",
            )
            .bind(position)
            .fetch_all(registry)
            .await
            .expect("the log can be read");
            let Some(last) = events.last() else { return recount };
            assert_eq!(last.0, position + i64::try_from(events.len()).expect("few"), "the log has no holes");
            position = last.0;
            for (_, id, kind, payload) in events {
                recount.add(id, kind.strip_prefix("kim.registry.v1.").expect("a type of the registry"), &payload);
            }
        }
    }

    fn add(&mut self, id: Uuid, kind: &str, payload: &[u8]) {
        fn read<M: Message + Default>(payload: &[u8]) -> M {
            M::decode(payload).expect("the payload is of its type")
        }
        let turn = match kind {
            "CommunityDrafted" => {
                let seat = read::<pb::CommunityDrafted>(payload).profile.expect("a profile").seat.expect("a seat");
                let seat = seat.code.parse().expect("a region's code");
                self.lives.insert(id, Life { seat, turns: Vec::new(), revitalised: Vec::new() });
                return;
            }
            // Where a territory has it that came into force later is where it has been from the beginning.
            "CommunitySeatMoved" => return self.move_to(id, read::<pb::CommunitySeatMoved>(payload).to),
            "CommunityMovedIn" => return self.move_to(id, read::<pb::CommunityMovedIn>(payload).to),
            "TrainingHeld" => {
                let training = read::<pb::TrainingHeld>(payload).training.expect("a training");
                let held_to = date(training.held_to);
                self.trainings.push((training, held_to));
                return;
            }
            "CommunityRegistered" => (date(read::<pb::CommunityRegistered>(payload).registered_on), Status::Registered),
            "CommunityActivated" => (date(read::<pb::CommunityActivated>(payload).active_from), Status::Active),
            "CommunityBecameDormant" => {
                (date(read::<pb::CommunityBecameDormant>(payload).dormant_from), Status::Dormant)
            }
            "CommunityRevitalised" => {
                let active_from = date(read::<pb::CommunityRevitalised>(payload).active_from);
                self.lives.get_mut(&id).expect("it was drafted").revitalised.push(active_from);
                (active_from, Status::Active)
            }
            "CommunityMerged" => (date(read::<pb::CommunityMerged>(payload).merged_on), Status::Merged),
            "CommunityDissolved" => (date(read::<pb::CommunityDissolved>(payload).dissolved_on), Status::Dissolved),
            "DormancyCorrected" => {
                // By the day on which it happened it never was dormant.
                let never = date(read::<pb::DormancyCorrected>(payload).dormant_from);
                let turns = &mut self.lives.get_mut(&id).expect("it was drafted").turns;
                turns.retain(|turn| *turn != (never, Status::Dormant));
                return;
            }
            _ => return,
        };
        self.lives.get_mut(&id).expect("it was drafted").turns.push(turn);
    }

    fn move_to(&mut self, id: Uuid, seat: Option<Region>) {
        let seat = seat.expect("a seat").code.parse().expect("a region's code");
        self.lives.get_mut(&id).expect("it was drafted").seat = seat;
    }

    /// Communities of a region in a status at the end of a day.
    pub fn count(&self, region: RegionCode, status: Status, day: Date) -> usize {
        self.of_region(region).filter(|life| life.on(day) == Some(status)).count()
    }

    /// Districts, or villages, of a region with at least one active community.
    pub fn covered(&self, region: RegionCode, unit: fn(&RegionCode) -> Option<RegionCode>, day: Date) -> usize {
        let active = self.of_region(region).filter(|life| life.on(day) == Some(Status::Active));
        active.filter_map(|life| unit(&life.seat)).collect::<BTreeSet<_>>().len()
    }

    /// Revitalisations in a month.
    pub fn revitalised(&self, region: RegionCode, year: i32, month: u8) -> usize {
        let within = |day: &&Date| day.year() == year && u8::from(day.month()) == month;
        self.of_region(region).map(|life| life.revitalised.iter().filter(within).count()).sum()
    }

    pub fn trainings(&self) -> Vec<TrainingCount> {
        self.trainings
            .iter()
            .map(|(training, held_to)| {
                let first = date(training.held_from);
                let lives: HashMap<Uuid, &Life> = training
                    .community_ids
                    .iter()
                    .map(|id| id.parse().expect("an id"))
                    .map(|id| (id, &self.lives[&id]))
                    .collect();
                let dormant = || lives.values().filter(|life| life.on(first) == Some(Status::Dormant));
                let in_time = |day: &Date| *day >= first && *day <= *held_to + Duration::days(90);
                TrainingCount {
                    region: training.region.as_ref().expect("a region").code.parse().expect("a region's code"),
                    held_to: *held_to,
                    communities: lives.len(),
                    dormant_before: dormant().count(),
                    active_again_in_90_days: lives.values().filter(|life| life.revitalised.iter().any(in_time)).count(),
                }
            })
            .collect()
    }

    fn of_region(&self, region: RegionCode) -> impl Iterator<Item = &Life> {
        self.lives.values().filter(move |life| region.contains(&life.seat))
    }
}
