//! One screen for a person.

use kim_territory::spelling::{decimal, grouped};
use std::fmt::Write;

use time::OffsetDateTime;

use super::{Health, ReadModelState, Report, Service, StreamState};

use crate::times::moment;

/// Parked aggregates that are listed.
const LISTED: usize = 10;

impl Report {
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.problems.is_empty()
    }

    /// Where everything stands, then what is wrong and what to do.
    #[must_use]
    pub fn screen(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(text, "{name:<11}{value}");
        };
        line("registri", &health(&self.registry));
        line("pelaporan", &health(&self.projection));
        let broker = if self.nats.trouble.is_none() { "tersambung" } else { "tidak tersambung" };
        line("NATS", &format!("{broker} · {}", self.nats.address));
        if let Some(log) = &self.log {
            let mut value = format!("posisi {}", grouped(log.position));
            if let Some(time) = log.recorded.and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok()) {
                let _ = write!(value, " · terakhir dicatat {}", moment(time));
            }
            value += if log.simulated { " · SIMULASI" } else { " · bukan simulasi" };
            if log.closed.is_some() {
                value += " · TERTUTUP";
            }
            line("log", &value);
            if let Some(decided) = &log.decided {
                line("keputusan", &decided.words());
            }
        }
        let head = self.log.as_ref().map(|log| log.position);
        if let Some(stream) = &self.stream {
            line("aliran", &stream_line(stream, head));
        }
        if let Some(model) = &self.read_model {
            line("tampilan", &read_model_line(model, head));
            for parked in model.parked.iter().take(LISTED) {
                let (events, position) = (grouped(parked.events), grouped(parked.position));
                line("ditahan", &format!("{} sejak posisi {position} ({events} kejadian)", parked.aggregate_id));
                line("", &format!("{}: {}", parked.r#type, parked.reason));
            }
            if let Some(more) = model.parked.len().checked_sub(LISTED).filter(|more| *more > 0) {
                line("", &format!("dan {more} lagi"));
            }
        }
        text.push('\n');
        if self.is_well() {
            text += "Semua berjalan baik.\n";
        } else {
            text += "Yang perlu diperbaiki:\n";
            for problem in &self.problems {
                let _ = writeln!(text, "• {}\n  → {}", problem.what, problem.remedy);
            }
        }
        text
    }
}

fn health(service: &Service) -> String {
    let said = match (service.health, &service.readiness) {
        (Health::Silent, _) => "tidak menjawab",
        (_, Some(readiness)) if !readiness.ready => readiness.said.as_str(),
        (Health::NotServing, _) => "belum siap",
        (Health::Serving, _) => "siap",
    };
    format!("{said} · {}", service.address)
}

fn stream_line(stream: &StreamState, head: Option<i64>) -> String {
    let mut value = format!("posisi {}{}", grouped(stream.position), distance(stream.position, head));
    if stream.catching_up {
        value += ", menyusul";
    }
    let _ = write!(value, " · {} MB", decimal(stream.bytes as f64 / 1e6));
    if stream.first > 1 {
        let _ = write!(value, " · disimpan mulai posisi {}", grouped(stream.first));
    }
    value
}

fn read_model_line(model: &ReadModelState, head: Option<i64>) -> String {
    let mut value = format!("posisi {}{}", grouped(model.position), distance(model.position, head));
    if model.catching_up {
        value += ", menyusul";
    }
    // Of what was folded last; what is there in full is not behind.
    if model.lag_ms > 0 && head.is_none_or(|head| model.position < head) {
        let _ = write!(value, " · tertinggal {} detik", decimal(model.lag_ms as f64 / 1e3));
    }
    let _ = write!(value, " · generasi {} · wilayah {}", model.generation, model.decree);
    value
}

/// How far from the log's head, if that is known.
fn distance(position: i64, head: Option<i64>) -> String {
    match head {
        Some(head) if position == head => " · mutakhir".to_owned(),
        Some(head) if position < head => format!(" · kurang {} kejadian", grouped(head - position)),
        Some(head) => format!(" · lebih {} kejadian", grouped(position - head)),
        None => String::new(),
    }
}
