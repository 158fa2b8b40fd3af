//! What imports measure of themselves.

use opentelemetry::{KeyValue, global, metrics::Counter};

use super::run::Outcome;

#[derive(Clone)]
pub(super) struct Metrics {
    rows: Counter<u64>,
    context: KeyValue,
}

impl Metrics {
    pub(super) fn new(context: &str) -> Self {
        let rows = global::meter("kim-desk")
            .u64_counter("kim_import_rows")
            .with_description("Rows of imports by their outcome")
            .build();
        Self { rows, context: KeyValue::new("context", context.to_owned()) }
    }

    /// The rows of one answer.
    pub(super) fn answered(&self, outcomes: impl Iterator<Item = Outcome>) {
        let [mut accepted, mut unchanged, mut refused] = [0_u64; 3];
        for outcome in outcomes {
            match outcome {
                Outcome::Accepted => accepted += 1,
                Outcome::Unchanged => unchanged += 1,
                Outcome::Refused => refused += 1,
            }
        }
        for (rows, label) in [(accepted, "accepted"), (unchanged, "unchanged"), (refused, "refused")] {
            if rows > 0 {
                self.rows.add(rows, &[self.context.clone(), KeyValue::new("outcome", label)]);
            }
        }
    }
}
