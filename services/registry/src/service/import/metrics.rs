//! What imports measure of themselves.

use kim_contract::registry::v1::{RowOutcome, RowResult};
use opentelemetry::{KeyValue, global, metrics::Counter};

#[derive(Clone)]
pub(super) struct Metrics {
    rows: Counter<u64>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let rows = global::meter("kim-registry")
            .u64_counter("kim_registry_import_rows")
            .with_description("Rows of imports by their outcome")
            .build();
        Self { rows }
    }

    pub(super) fn answered(&self, results: &[RowResult]) {
        for (outcome, label) in
            [(RowOutcome::Accepted, "accepted"), (RowOutcome::Unchanged, "unchanged"), (RowOutcome::Refused, "refused")]
        {
            let rows = results.iter().filter(|result| result.outcome() == outcome).count();
            if rows > 0 {
                self.rows.add(rows as u64, &[KeyValue::new("outcome", label)]);
            }
        }
    }
}
