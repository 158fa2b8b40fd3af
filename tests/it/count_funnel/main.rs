//! Counts the dissemination funnel straight from the logs of the registry and of dissemination, in plain maps, and prints a line for each
//! figure that is not 0: region, what of (`all`, `programme ID`, `campaign ID`), figure, count; with tabs between.
//!
//! What the read model shows is compared with this, so it shares nothing with the services but the events' protobuf.

mod heard;
mod story;

use std::{collections::BTreeMap, env, io::Write};

use heard::Heard;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

const AT_A_TIME: i64 = 20_000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut heard = Heard::default();
    for variable in ["KIM_REGISTRY_URL", "KIM_DISSEMINATION_URL"] {
        let url = env::var(variable).unwrap_or_else(|_| panic!("{variable} says where the log's database is"));
        read(&url, |id, event_type, payload| heard.hear(id, event_type, payload)).await;
    }
    let mut out = std::io::stdout().lock();
    for ((region, of, figure), count) in figures(&heard) {
        writeln!(out, "{region}\t{of}\t{figure}\t{count}").expect("somebody reads it");
    }
}

/// All events of a log, from the first on.
async fn read(url: &str, mut hear: impl FnMut(Uuid, &str, &[u8])) {
    let mut database = PgConnection::connect(url).await.expect("the database answers");
    let mut position = 0_i64;
    loop {
        let events: Vec<(i64, Uuid, String, Vec<u8>)> = sqlx::query_as(
            "SELECT position, aggregate_id, type, payload FROM log.event WHERE position > $1 ORDER BY position LIMIT $2",
        )
        .bind(position)
        .bind(AT_A_TIME)
        .fetch_all(&mut database)
        .await
        .expect("the log can be read");
        for (at, id, event_type, payload) in &events {
            position += 1;
            assert_eq!(*at, position, "the log has no holes");
            hear(*id, event_type, payload);
        }
        if events.is_empty() {
            return;
        }
    }
}

/// In the nation, a province and a regency a delivery counts where it was assigned; below that where its community has its seat now.
fn figures(heard: &Heard) -> BTreeMap<(String, String, &'static str), i64> {
    let mut figures = BTreeMap::new();
    for ((campaign, community), story) in &heard.stories {
        let Some(assigned) = &story.assigned else { continue };
        let province = assigned.regency.split('.').next().expect("a regency's code has its province's before it");
        let seat = &heard.seats[community];
        let below = [3, 4].map(|parts| seat.split('.').take(parts).collect::<Vec<_>>());
        let below =
            below.into_iter().enumerate().filter(|(n, code)| code.len() == n + 3).map(|(_, code)| code.join("."));
        let regions = ["00".to_owned(), province.to_owned(), assigned.regency.clone()].into_iter().chain(below);
        let newest = heard.told.get(&(*campaign, assigned.batch)).and_then(|told| told.last());
        let counts = story.counts(newest);
        let programme = heard.programmes[campaign];
        for region in regions {
            for of in ["all".to_owned(), format!("programme {programme}"), format!("campaign {campaign}")] {
                for (figure, count) in counts.iter().filter(|(_, count)| *count != 0) {
                    *figures.entry((region.clone(), of.clone(), *figure)).or_insert(0) += count;
                }
            }
        }
    }
    figures
}
