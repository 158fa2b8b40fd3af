//! What the comparison came to.

use kim_territory::spelling::{decimal, grouped};
use std::{collections::BTreeSet, fmt::Write};

use serde::Serialize;

use super::{Difference, LogContext, difference::Remedy};

use crate::times::span;

/// Differences that are told one by one; the rest is counted.
const TOLD: usize = 10;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    pub context: LogContext,
    /// Events of the log that were read.
    pub events: i64,
    pub aggregates: i64,
    /// Events that the stream has, too, and the same.
    pub same: i64,
    /// The oldest that the broker keeps.
    pub stream_from: i64,
    /// True for a log whose recorded times are a simulator's, and not compared with each other.
    pub simulated: bool,
    /// How many differences there are; a run of positions is one.
    pub differing: i64,
    /// The first of them.
    pub differences: Vec<Difference>,
    /// What to do, of all differences together.
    pub remedies: BTreeSet<Remedy>,
    pub seconds: f64,
}

impl Verdict {
    pub(super) fn add(&mut self, difference: Difference) {
        if self.differences.last_mut().is_some_and(|last| last.extend(&difference)) {
            return;
        }
        self.remedies.insert(difference.remedy());
        if self.remedies.iter().any(|remedy| remedy.needs_the_stream()) {
            self.remedies.remove(&Remedy::RemakeStream);
        }
        self.differing += 1;
        if self.differences.len() < TOLD {
            self.differences.push(difference);
        }
    }

    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.differing == 0
    }

    /// For a person: what was compared, what differs, and what to do.
    #[must_use]
    pub fn screen(&self) -> String {
        let mut text = String::new();
        let (events, aggregates) = (grouped(self.events), grouped(self.aggregates));
        let _ = writeln!(
            text,
            "log        {}: {events} kejadian dari {aggregates} data{}",
            self.context.service(),
            if self.simulated { " · SIMULASI" } else { "" }
        );
        let _ = write!(text, "aliran     {} sama dengan log", grouped(self.same));
        if self.stream_from > 1 {
            let _ = write!(
                text,
                " · disimpan mulai posisi {}, yang lebih lama hanya ada di log",
                grouped(self.stream_from)
            );
        }
        let rate = self.events as f64 / self.seconds.max(1e-3);
        #[allow(clippy::cast_possible_truncation, reason = "events in a second are far fewer than 2^63")]
        let rate = grouped(rate as i64);
        let took = if self.seconds < 60.0 {
            format!("{} detik", decimal(self.seconds))
        } else {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a check takes hours at most")]
            span(self.seconds as u64)
        };
        let _ = writeln!(text, "\nwaktu      {took}, {rate} kejadian per detik\n");
        if self.is_sound() {
            text += "Log dan aliran cocok.\n";
            return text;
        }
        text += "Yang berbeda:\n";
        for difference in &self.differences {
            let _ = writeln!(text, "• {difference}");
        }
        let told = i64::try_from(self.differences.len()).unwrap_or(i64::MAX);
        if self.differing > told {
            let _ = writeln!(text, "  dan {} lagi", grouped(self.differing - told));
        }
        for remedy in &self.remedies {
            let _ = writeln!(text, "→ {}", remedy.text(self.context));
        }
        text
    }
}
