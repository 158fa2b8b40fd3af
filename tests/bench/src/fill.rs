//! Makes a log long by appending to it directly what the registry would have written: reported activities, with their request keys.

use std::time::Instant;

use anyhow::ensure;
use futures::future::try_join_all;
use kim_contract::{
    registry::v1::{ActivityKind, ActivityReported},
    r#type::v1::Date,
};
use kim_eventlog::{Appended, Log, Member, NewEvent, OpenOptions, Place, RequestKeys, Version};
use prost::Message;
use rand::RngExt;
use time::{Duration, OffsetDateTime, macros::datetime};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::servers::Servers;

const WRITERS: usize = 1024;

struct Community {
    id: Uuid,
    version: Version,
    place: Place,
}

/// Until the log has this many events. Every community of the log must be active.
pub async fn activities(servers: &Servers, database: &str, events: i64) -> anyhow::Result<()> {
    let stop = CancellationToken::new();
    let pool = servers.pool(database).await?;
    let log = Log::open(pool.clone(), "registry", OpenOptions { simulated: false }, stop.clone()).await?;
    let missing = u64::try_from(events - log.newest().await?.get()).unwrap_or_default();
    let mut lanes: Vec<Vec<Community>> = (0..WRITERS).map(|_| Vec::new()).collect();
    let rows: Vec<(Uuid, i64, String, String)> = sqlx::query_as(
        "SELECT DISTINCT ON (aggregate_id) aggregate_id, version, province, regency
         FROM log.event ORDER BY aggregate_id, version DESC",
    )
    .fetch_all(&pool)
    .await?;
    ensure!(missing == 0 || rows.len() >= WRITERS, "there are only {} communities", rows.len());
    for (at, (id, version, province, regency)) in rows.into_iter().enumerate() {
        let version = Version::new(version).unwrap_or_default();
        lanes[at % WRITERS].push(Community { id, version, place: Place { province, regency } });
    }
    let (share, begun) = (missing / WRITERS as u64, Instant::now());
    let running = lanes.into_iter().enumerate().map(|(at, mut lane)| {
        let log = log.clone();
        let share = if at == 0 { missing - share * (WRITERS as u64 - 1) } else { share };
        tokio::spawn(async move {
            let keys = RequestKeys::new([0x5a; 32]);
            for _ in 0..share {
                let at = rand::rng().random_range(0..lane.len());
                let community = &mut lane[at];
                match log.append(reported(community, &keys)).await? {
                    Appended::New { version, .. } => community.version = version,
                    Appended::Repeated { .. } => anyhow::bail!("an activity was there already"),
                }
            }
            anyhow::Ok(())
        })
    });
    for ended in try_join_all(running.collect::<Vec<_>>()).await? {
        ended?;
    }
    if missing > 0 {
        eprintln!("{database}: {missing} events in {:.0} s", begun.elapsed().as_secs_f64());
    }
    stop.cancel();
    pool.close().await;
    Ok(())
}

fn reported(community: &Community, keys: &RequestKeys) -> Member {
    let mut random = rand::rng();
    let activity = Uuid::now_v7();
    let day = datetime!(2019-01-01 0:00 UTC) + Duration::days(random.random_range(0..1_900));
    let payload = ActivityReported {
        community_id: community.id.to_string(),
        activity_id: activity.to_string(),
        kind: ActivityKind::Dissemination.into(),
        happened_on: Some(Date { year: day.year(), month: u8::from(day.month()).into(), day: day.day().into() }),
        people_reached: random.random_range(5..200),
        evidence_hash: format!("{:032x}{:032x}", random.random::<u128>(), random.random::<u128>()),
        ..ActivityReported::default()
    };
    Member {
        aggregate: community.id,
        expected: community.version,
        events: vec![NewEvent {
            event_type: "kim.registry.v1.ActivityReported",
            place: community.place.clone(),
            time: OffsetDateTime::min(day, OffsetDateTime::now_utc()),
            payload: payload.encode_to_vec().into(),
        }],
        key: Some(keys.content("", "ImportActivities", day.date(), activity.as_bytes())),
        claims: vec![],
        releases: vec![],
        vault: vec![],
        actor: "bench:fill".into(),
        traceparent: None,
        recorded: None,
        result: bytes::Bytes::new(),
    }
}
