//! What the writer measures of the read model.

use std::time::Duration;

use opentelemetry::{
    KeyValue, global,
    metrics::{Gauge, Histogram},
};

use crate::context::Context;

/// Instruments of the read model's writer.
#[derive(Clone)]
pub struct Metrics {
    lag: Gauge<f64>,
    generation: Gauge<u64>,
    building: Gauge<u64>,
    batch: Histogram<f64>,
    events: Histogram<u64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let meter = global::meter("kim-projection");
        Self {
            lag: meter
                .f64_gauge("kim_read_model_lag_seconds")
                .with_description("How far the read model is behind a log")
                .build(),
            generation: meter
                .u64_gauge("kim_read_model_generation")
                .with_description("The generation that is folded live")
                .build(),
            building: meter
                .u64_gauge("kim_read_model_building")
                .with_description("The generation that a rebuild fills; 0 when there is none")
                .build(),
            batch: meter.f64_histogram("kim_fold_seconds").with_description("Folding and writing a batch").build(),
            events: meter.u64_histogram("kim_fold_events").with_description("Events of a batch").build(),
        }
    }
}

impl Metrics {
    pub(crate) fn lags(&self, context: Context, lag: Duration) {
        self.lag.record(lag.as_secs_f64(), &[of(context)]);
    }

    pub(crate) fn stands(&self, live: Option<i64>, building: Option<i64>) {
        self.generation.record(live.unwrap_or_default().unsigned_abs(), &[]);
        self.building.record(building.unwrap_or_default().unsigned_abs(), &[]);
    }

    pub(crate) fn folded(&self, context: Context, events: usize, took: Duration) {
        self.batch.record(took.as_secs_f64(), &[of(context)]);
        self.events.record(events as u64, &[of(context)]);
    }
}

fn of(context: Context) -> KeyValue {
    KeyValue::new("context", context.name())
}
