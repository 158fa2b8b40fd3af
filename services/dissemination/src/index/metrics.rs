//! What the index measures of itself.

use opentelemetry::{global, metrics::Gauge};

#[derive(Clone)]
pub(super) struct Metrics {
    position: Gauge<u64>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let position = global::meter("kim-dissemination")
            .u64_gauge("kim_dissemination_index_position")
            .with_description("Last position of the log that the index has")
            .build();
        Self { position }
    }

    pub(super) fn arrived(&self, position: u64) {
        self.position.record(position, &[]);
    }
}
