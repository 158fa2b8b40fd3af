//! What the policies measure of themselves.

use opentelemetry::{KeyValue, global, metrics::Counter};

#[derive(Clone)]
pub struct Metrics {
    fired: Counter<u64>,
}

impl Metrics {
    #[must_use]
    pub fn new() -> Self {
        let fired = global::meter("kim-dissemination")
            .u64_counter("kim_dissemination_policy_commands")
            .with_description("Commands that the policies carried out: starts, batches, notices, completions")
            .build();
        Self { fired }
    }

    pub(super) fn fired(&self, command: &'static str) {
        self.fired.add(1, &[KeyValue::new("command", command)]);
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
