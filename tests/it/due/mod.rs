//! Three years, a day after the other, while two replicas carry out what falls due, are broken off, killed and started again:
//! each fact stands in the log once, on its day where it is due.

mod deeds;
mod reckoning;

use std::{collections::HashMap, time::Duration as Wait};

use kim_contract::registry::v1::{
    AdvanceClockRequest, OfficerLeft, simulation_service_client::SimulationServiceClient,
};
use kim_eventlog::timestamp;
use kim_territory::Zone;
use prost::Message;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sqlx::PgPool;
use time::{Date, Duration, OffsetDateTime, macros::date};
use tokio::time::timeout;
use tonic::Status;

use crate::harness::{Caller, Part, System};
use reckoning::{DORMANT, EXPIRED, Fact, PARTNERS_REMINDED, PLANNED, REMINDED, Reckoning, TERM_ENDED, TERMINATED};

const BEGIN: Date = date!(2022 - 01 - 01);
/// With the 29th of February in them.
const DAYS: i64 = 1_096;
const ZONES: [Zone; 3] = [Zone::Wib, Zone::Wita, Zone::Wit];

/// A nation whose registry runs twice, and what should become of it.
struct Years {
    system: System,
    /// A client of each replica.
    clients: [Caller; 2],
    log: PgPool,
    rng: ChaCha8Rng,
    reckoning: Reckoning,
    /// By zone, and the nation's last: in Jakarta's zone.
    offices: Vec<(String, Zone)>,
    /// Where the clock stands.
    now: OffsetDateTime,
    /// What is due, and was not yet looked for.
    ahead: Vec<Fact>,
    /// Up to where the log was read for what policies wrote.
    position: i64,
    counted: HashMap<(&'static str, Zone), usize>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_three_years_two_replicas_carry_out_what_falls_due_each_once_and_on_its_day() {
    let seed: u64 = rand::rng().random();
    println!("seed {seed}");
    let mut years = Years::begin(ChaCha8Rng::seed_from_u64(seed)).await;
    let mut today = BEGIN;
    for _ in 0..DAYS {
        let due = years.reckoning.day(today);
        years.expect(due);
        for to in years.moments(today) {
            years.go_on(to).await;
            years.compare().await;
        }
        years.deeds(today).await;
        today = today.next_day().expect("not the last day");
    }
    // Nothing comes after.
    let end = (today - Duration::DAY).midnight().assume_utc() + Duration::hours(12);
    for _ in 0..2 {
        years.go_on(end).await;
        years.compare().await;
    }
    println!("{:?}", years.counted);
    for event in [REMINDED, DORMANT, PLANNED, TERM_ENDED, PARTNERS_REMINDED, EXPIRED] {
        for zone in ZONES {
            assert!(years.counted.contains_key(&(event, zone)), "{event} came nowhere in {zone:?}");
        }
    }
    assert_eq!(years.system.fallen(), Vec::<String>::new());
}

impl Years {
    /// Moments of a day before anybody does something: one after it has begun everywhere, and sometimes one around its beginning in one
    /// of the zones.
    fn moments(&mut self, today: Date) -> Vec<OffsetDateTime> {
        let midnight = |zone: Zone| today.midnight().assume_offset(zone.offset());
        let everywhere = midnight(Zone::Wib) + Duration::minutes(self.rng.random_range(0..600));
        if self.rng.random_range(0..4) > 0 {
            return vec![everywhere];
        }
        let zone = ZONES[self.rng.random_range(0..3)];
        vec![midnight(zone) - Duration::seconds(self.rng.random_range(0..2)), everywhere]
    }

    /// Moves the clock: by one replica, by both at once, by one whose work is broken off, or by both while one is killed.
    async fn go_on(&mut self, to: OffsetDateTime) {
        let (one, other) = if self.rng.random() { (0, 1) } else { (1, 0) };
        let soon = Wait::from_micros(self.rng.random_range(0..8_000));
        match self.rng.random_range(0..200) {
            0..2 => {
                let (mut dies, mut lives) = (self.clock(one), self.clock(other));
                let kill = async {
                    tokio::time::sleep(soon).await;
                    self.system.kill9(Part::Registry(one)).await;
                };
                let (_dead, (), lives) = tokio::join!(advance(&mut dies, to), kill, advance(&mut lives, to));
                lives.expect("the other one goes on");
                self.system.mend().await;
            }
            2..12 => {
                let _broken_off = timeout(soon, advance(&mut self.clock(one), to)).await;
                advance(&mut self.clock(other), to).await.expect("the clock is moved");
            }
            12..30 => {
                let (mut one, mut other) = (self.clock(one), self.clock(other));
                let (one, other) = tokio::join!(advance(&mut one, to), advance(&mut other, to));
                one.and(other).expect("both move the clock");
            }
            _ => advance(&mut self.clock(one), to).await.expect("the clock is moved"),
        }
        self.now = to;
    }

    fn clock(&self, replica: usize) -> SimulationServiceClient<Caller> {
        SimulationServiceClient::new(self.clients[replica].clone())
    }

    /// What policies wrote since the last look is what was due until now.
    async fn compare(&mut self) {
        let now = self.now;
        let mut due: Vec<Fact> = self.ahead.extract_if(.., |fact| fact.at <= now).collect();
        due.sort();
        let written: Vec<(i64, String, uuid::Uuid, OffsetDateTime, OffsetDateTime, Vec<u8>)> = sqlx::query_as(
            "SELECT position, type, aggregate_id, time, recorded_time, payload FROM log.event
             WHERE position > $1 AND actor LIKE 'policy:%' ORDER BY position",
        )
        .bind(self.position)
        .fetch_all(&self.log)
        .await
        .unwrap();
        let mut told = Vec::new();
        for (position, event, aggregate, at, recorded, payload) in written {
            self.position = position;
            assert_eq!(at, recorded, "{event} of {aggregate} is recorded when it happens");
            let part = if event == TERM_ENDED {
                OfficerLeft::decode(payload.as_slice()).unwrap().officer_id
            } else {
                String::new()
            };
            let known = [REMINDED, DORMANT, PLANNED, TERM_ENDED, PARTNERS_REMINDED, EXPIRED, TERMINATED];
            let event = known.into_iter().find(|known| *known == event).unwrap_or_else(|| panic!("{event} at {at}"));
            told.push(Fact { at, event, aggregate: aggregate.to_string(), part });
        }
        told.sort();
        assert_eq!(told, due, "until {now}");
    }

    /// What is due from now on.
    fn expect(&mut self, facts: Vec<Fact>) {
        for fact in &facts {
            let zone = self.zone(&fact.aggregate);
            *self.counted.entry((fact.event, zone)).or_default() += 1;
        }
        self.ahead.extend(facts);
    }

    /// Where the day of an aggregate begins.
    fn zone(&self, aggregate: &str) -> Zone {
        let of_community = self.reckoning.communities.iter().find(|one| one.id == aggregate).map(|one| one.zone);
        let of_partnership = self.reckoning.partnerships.iter().find(|one| one.id == aggregate).map(|one| one.zone);
        of_community.or(of_partnership).expect("it is reckoned with")
    }
}

async fn advance(clock: &mut SimulationServiceClient<Caller>, to: OffsetDateTime) -> Result<(), Status> {
    clock.advance_clock(AdvanceClockRequest { to: Some(timestamp(to)) }).await.map(drop)
}
