//! One screen for a person.

use kim_territory::spelling::{decimal, grouped};
use std::fmt::Write;

use time::OffsetDateTime;

use super::{
    Appends, FoldedLog, Health, IndexState, Load, LogState, Outcomes, ReadModelState, ReaderState, RelayState, Report,
    Service, StreamState, WriteService,
};
use crate::{
    log::LogContext,
    times::{moment, span},
};

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
        for one in &self.logs {
            one.tell(self.head(LogContext::Registry), &mut text);
            text.push('\n');
        }
        line(&mut text, "pelaporan", &health(&self.projection));
        if let Some(model) = &self.read_model {
            read_model(model, |context| self.head(context), &mut text);
        }
        let broker = if self.nats.trouble.is_none() { "tersambung" } else { "tidak tersambung" };
        line(&mut text, "NATS", &format!("{broker} · {}", self.nats.address));
        text.push('\n');
        text += &load_table(self);
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

    /// Where a log ends, which the read model, and copies of the registry, follow.
    fn head(&self, context: LogContext) -> Option<i64> {
        let one = self.logs.iter().find(|one| one.context == context)?;
        one.log.as_ref().map(|log| log.position)
    }
}

impl WriteService {
    fn tell(&self, registry_head: Option<i64>, text: &mut String) {
        line(text, self.context.service(), &health(&self.service));
        let head = self.log.as_ref().map(|log| log.position);
        if let Some(log) = &self.log {
            line(text, "log", &log_line(log));
            if let Some(decided) = &log.decided {
                line(text, "keputusan", &decided.words());
            }
        }
        if let Some(stream) = &self.stream {
            line(text, "aliran", &stream_line(stream, head));
        }
        if let Some(relay) = &self.relay {
            line(text, "relai", &relay_line(relay));
        }
        if let Some(IndexState { position, catching_up }) = self.index {
            line(text, "indeks", &format!("posisi {}{}", grouped(position), distance(position, head, catching_up)));
        }
        if let Some(copy) = &self.copy {
            line(text, "salinan", &copy_line(copy, registry_head));
        }
    }
}

fn line(text: &mut String, name: &str, value: &str) {
    let _ = writeln!(text, "{name:<11}{value}");
}

fn log_line(log: &LogState) -> String {
    let mut value = format!("posisi {}", grouped(log.position));
    if let Some(time) = log.recorded.and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok()) {
        let _ = write!(value, " · terakhir dicatat {}", moment(time));
    }
    value += if log.simulated { " · SIMULASI" } else { " · bukan simulasi" };
    if log.closed.is_some() {
        value += " · TERTUTUP";
    }
    value
}

/// A service's copy of the registry.
fn copy_line(copy: &ReaderState, registry_head: Option<i64>) -> String {
    let mut value = "registri".to_owned();
    if let Some(position) = copy.position.and_then(|position| i64::try_from(position).ok()) {
        let _ = write!(value, " posisi {}{}", grouped(position), distance(position, registry_head, false));
    }
    match copy {
        ReaderState { stopped: true, .. } => value += " · berhenti",
        ReaderState { connected: false, .. } => value += " · terputus",
        ReaderState { lag_events: 1.., .. } => {
            let _ = write!(value, " · tertinggal {}", lasting(copy.lag_seconds));
        }
        ReaderState { .. } => {}
    }
    if copy.parked_aggregates > 0 {
        let _ = write!(value, " · {} data ditahan", grouped(copy.parked_aggregates));
    }
    value
}

fn read_model(model: &ReadModelState, head: impl Fn(LogContext) -> Option<i64>, text: &mut String) {
    line(text, "tampilan", &format!("generasi {} · wilayah {}", model.generation, model.decree));
    for FoldedLog { context, position, catching_up } in &model.logs {
        let distance = distance(*position, head(*context), *catching_up);
        line(text, "", &format!("{} posisi {}{distance}", context.service(), grouped(*position)));
    }
    // Of what was folded last; what is there in full is not behind.
    let is_behind = |log: &FoldedLog| head(log.context).is_none_or(|head| log.position < head);
    if model.lag_ms > 0 && model.logs.iter().any(is_behind) {
        let seconds = model.lag_ms as f64 / 1e3;
        let behind = if seconds < 60.0 { format!("{} detik", decimal(seconds)) } else { lasting(seconds) };
        line(text, "", &format!("tertinggal {behind}"));
    }
    for parked in model.parked.iter().take(LISTED) {
        let (events, position) = (grouped(parked.events), grouped(parked.position));
        line(text, "ditahan", &format!("{} sejak posisi {position} ({events} kejadian)", parked.aggregate_id));
        line(text, "", &format!("{}: {}", parked.r#type, parked.reason));
    }
    if let Some(more) = model.parked.len().checked_sub(LISTED).filter(|more| *more > 0) {
        line(text, "", &format!("dan {more} lagi"));
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
    let mut value =
        format!("posisi {}{}", grouped(stream.position), distance(stream.position, head, stream.catching_up));
    let _ = write!(value, " · {} MB", decimal(stream.bytes as f64 / 1e6));
    if stream.first > 1 {
        let _ = write!(value, " · disimpan mulai posisi {}", grouped(stream.first));
    }
    value
}

/// How far from the log's head, if that is known.
fn distance(position: i64, head: Option<i64>, catching_up: bool) -> String {
    let mut distance = match head {
        Some(head) if position == head => " · mutakhir".to_owned(),
        Some(head) if position < head => format!(" · kurang {} kejadian", grouped(head - position)),
        Some(head) => format!(" · lebih {} kejadian", grouped(position - head)),
        None => String::new(),
    };
    if catching_up {
        distance += ", menyusul";
    }
    distance
}

fn relay_line(relay: &RelayState) -> String {
    let waiting = match (relay.lag_events, relay.lag_seconds) {
        (Some(0), _) => "semua kejadian sudah disiarkan".to_owned(),
        (Some(events), Some(seconds)) => {
            format!("{} kejadian belum disiarkan, yang terlama {}", grouped(events), lasting(seconds))
        }
        _ => "belum diketahui berapa yang sudah disiarkan".to_owned(),
    };
    match relay {
        RelayState { stopped: true, .. } => format!("berhenti · {waiting}"),
        RelayState { connected: false, .. } => format!("terputus · {waiting}"),
        RelayState { .. } => waiting,
    }
}

/// What the services did since they were started, as far as they say it: calls, and what of them was written down.
fn load_table<'r>(report: &'r Report) -> String {
    let mut rows = Vec::new();
    let load = |service: &'r Service| service.load.as_ref().map(|load| (&load.outcomes, connections(load)));
    for one in &report.logs {
        rows.extend(load(&one.service).map(|(outcomes, more)| (one.context.service(), outcomes, more)));
        rows.extend(one.appends.as_ref().map(|appends| ("pencatatan", &appends.outcomes, groups(appends))));
    }
    rows.extend(load(&report.projection).map(|(outcomes, more)| ("pelaporan", outcomes, more)));
    if rows.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "{:<11}{:>10}{:>9}{:>8}{:>8}{:>11}{:>10}\n",
        "sejak mulai", "berhasil", "ditolak", "sibuk", "gagal", "rata-rata", "99% ≤"
    );
    for (name, outcomes, more) in rows {
        let Outcomes { done, refused, busy, failed, .. } = outcomes;
        let [done, refused, busy, failed] = [done, refused, busy, failed].map(grouped);
        let (mean, most) = (milliseconds(outcomes.mean_ms), milliseconds(outcomes.most_ms));
        let _ = writeln!(text, "{name:<11}{done:>10}{refused:>9}{busy:>8}{failed:>8}{mean:>11}{most:>10}   {more}");
    }
    text.push('\n');
    text
}

/// Of all pools together; the longest wait.
fn connections(load: &Load) -> String {
    let (in_use, limit): (u64, u64) = load.pools.iter().fold((0, 0), |(a, b), pool| (a + pool.in_use, b + pool.limit));
    let wait = load.pools.iter().filter_map(|pool| pool.wait_ms).max_by(f64::total_cmp);
    format!("koneksi basis data {in_use} dari {limit}, menunggu {}", milliseconds(wait))
}

fn groups(appends: &Appends) -> String {
    let group = appends.group.map_or_else(|| "–".to_owned(), decimal);
    let (lock, queue) = (milliseconds(appends.lock_ms), appends.queue * 100.0);
    format!("{group} sekelompok, menunggu giliran {lock}, antrean terisi {queue:.0}%")
}

/// `0,3 ms`, `25 ms`, `1.250 ms`; `–` when nothing was measured.
fn milliseconds(number: Option<f64>) -> String {
    match number {
        None => "–".to_owned(),
        Some(number) if number < 10.0 => format!("{} ms", decimal(number)),
        Some(number) => format!("{} ms", grouped(format!("{number:.0}"))),
    }
}

/// How long something has lasted: `45 detik`, `3 menit 20 detik`.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds, far below 2^53")]
pub(super) fn lasting(seconds: f64) -> String {
    span(seconds.max(0.0) as u64)
}
