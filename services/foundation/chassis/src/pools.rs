//! What a service's pools of connections measure: how many are in use, and how long one is waited for.
//!
//! A pool says nothing of those who wait for it, so that one waits for it too, once a second, and sees what any other would.

use std::{
    sync::{Mutex, Once, PoisonError},
    time::Duration,
};

use opentelemetry::{KeyValue, global, metrics::Histogram};
use sqlx::PgPool;
use tokio::time::{Instant, sleep, timeout};

const EVERY: Duration = Duration::from_secs(1);
/// A wait is not measured beyond this.
const LONGEST: Duration = Duration::from_secs(10);
/// Seconds; from a connection that lies there to one that is waited for in vain.
const BOUNDS: [f64; 11] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1.0, 5.0, 10.0];

static POOLS: Mutex<Vec<(&'static str, PgPool)>> = Mutex::new(Vec::new());
static INSTRUMENTS: Once = Once::new();

/// Measures a pool until it is closed. Pools of one name, as those of an old and a new read model, are counted together.
///
/// Must be called within a tokio runtime, after [`crate::telemetry::init`].
pub fn measure(name: &'static str, pool: &PgPool) {
    pools(|pools| pools.push((name, pool.clone())));
    INSTRUMENTS.call_once(instruments);
    let wait = global::meter("kim")
        .f64_histogram("kim_pool_wait_seconds")
        .with_description("How long a connection is waited for, tried once a second")
        .with_boundaries(BOUNDS.to_vec())
        .build();
    tokio::spawn(probe(name, pool.clone(), wait));
}

async fn probe(name: &'static str, pool: PgPool, wait: Histogram<f64>) {
    while !pool.is_closed() {
        sleep(EVERY).await;
        let begun = Instant::now();
        match timeout(LONGEST, pool.acquire()).await {
            Ok(Ok(connection)) => drop(connection),
            Ok(Err(sqlx::Error::PoolClosed)) => return,
            // It was waited for in vain; why, is said by those who needed it.
            Ok(Err(_)) | Err(_) => {}
        }
        wait.record(begun.elapsed().as_secs_f64(), &[KeyValue::new("pool", name)]);
    }
}

fn pools<T>(look: impl FnOnce(&mut Vec<(&'static str, PgPool)>) -> T) -> T {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    pools.retain(|(_, pool)| !pool.is_closed());
    look(&mut pools)
}

fn instruments() {
    let meter = global::meter("kim");
    meter
        .u64_observable_gauge("kim_pool_connections")
        .with_description("Connections of a pool, in use or idle")
        .with_callback(|observer| {
            for (name, in_use, idle, _) in sums() {
                let label = |state: &'static str| [KeyValue::new("pool", name), KeyValue::new("state", state)];
                observer.observe(in_use, &label("in_use"));
                observer.observe(idle, &label("idle"));
            }
        })
        .build();
    meter
        .u64_observable_gauge("kim_pool_limit_connections")
        .with_description("Connections that a pool may have")
        .with_callback(|observer| {
            for (name, _, _, limit) in sums() {
                observer.observe(limit, &[KeyValue::new("pool", name)]);
            }
        })
        .build();
}

/// Name, in use, idle, limit.
fn sums() -> Vec<(&'static str, u64, u64, u64)> {
    pools(|pools| {
        let mut sums: Vec<(&'static str, u64, u64, u64)> = Vec::new();
        for (name, pool) in pools.iter() {
            let idle = pool.num_idle() as u64;
            let in_use = u64::from(pool.size()).saturating_sub(idle);
            let limit = u64::from(pool.options().get_max_connections());
            match sums.iter_mut().find(|sum| sum.0 == *name) {
                Some(sum) => *sum = (name, sum.1 + in_use, sum.2 + idle, sum.3 + limit),
                None => sums.push((name, in_use, idle, limit)),
            }
        }
        sums
    })
}
