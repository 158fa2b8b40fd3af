//! What is wrong in what was found, and what to do about it.

mod log;
mod reader;
mod service;

use std::path::PathBuf;

use kim_territory::spelling::grouped;

use super::{
    Health, LogState, Problem, ReaderState, RelayState, Report, WriteService,
    ask::{Found, FoundLog},
    figures::Appends,
    screen::lasting,
};
use crate::{cli::Options, log::LogContext};

/// What remedies need to know about the place.
pub(super) struct Advice {
    /// Whether all that is asked is the local nation's.
    pub local: bool,
    /// Where its logs are, if it was ever started.
    pub logs: Option<PathBuf>,
}

impl Advice {
    pub fn of(options: &Options) -> Self {
        let elsewhere = [&options.registry, &options.dissemination, &options.reporting, &options.nats];
        let local = elsewhere.iter().all(|named| named.is_none());
        let logs = options.home.join("logs");
        Self { local, logs: (local && logs.is_dir()).then_some(logs) }
    }

    /// To start what does not run.
    fn start(&self, option: &str, log: &str) -> String {
        match &self.logs {
            Some(logs) => format!("jalankan deploy/local/up; bila sudah, lihat {}", logs.join(log).display()),
            None if self.local => "jalankan deploy/local/up, atau sebutkan KIM_HOME dan KIM_PORT yang benar".to_owned(),
            None => format!("jalankan layanannya, atau perbaiki alamat {option}"),
        }
    }

    fn look(&self, log: &str, service: &str) -> String {
        match &self.logs {
            Some(logs) => format!("lihat {}", logs.join(log).display()),
            None => format!("lihat catatan {service}"),
        }
    }

    /// To look what the service of a log says.
    fn look_at(&self, context: LogContext) -> String {
        self.look(&format!("{}.log", context.as_str()), context.service())
    }
}

pub(super) fn report(found: Found, advice: &Advice) -> Report {
    let mut problems = Vec::new();
    let generation = found.read_model.as_ref().ok().map(|model| model.generation);
    let measured = found.measured.as_ref().zip(generation);
    let reader = measured.and_then(|(metrics, serving)| ReaderState::of_generation(metrics, serving));
    let no_broker = found.nats.trouble.is_some();
    let services = || found.logs.iter().map(|log| &log.service).chain([&found.projection]);
    if no_broker && services().all(|service| service.health == Health::Silent) {
        problems.push(problem("tidak ada yang berjalan", advice.start("--registry", "up.log")));
    } else {
        service::all(&found, advice, &mut problems);
        if let Some(trouble) = &found.nats.trouble {
            problems.push(problem(without_broker(trouble, &found.logs), advice.start("--nats", "nats.log")));
        }
        service::silent(&found, &mut problems);
    }
    for one in &found.logs {
        log::told(one, no_broker, advice, &mut problems);
    }
    if let Ok(model) = &found.read_model {
        let cause = reader::Cause::of(no_broker, reader.as_ref());
        // While a log is closed nothing is amiss with whoever has read more of its stream.
        let heads: Vec<_> = found.logs.iter().map(|log| (log.context, log::open_head(log))).collect();
        reader::read_model(model, &heads, &cause, advice, &mut problems);
    }
    for service in services() {
        service.load.iter().for_each(|load| service::pools(load, &mut problems));
    }
    Report {
        logs: found.logs.into_iter().map(write_service).collect(),
        projection: found.projection,
        nats: found.nats,
        read_model: found.read_model.ok(),
        reader,
        problems,
    }
}

fn write_service(found: FoundLog) -> WriteService {
    let measured = found.measured.as_ref();
    WriteService {
        appends: measured.and_then(Appends::of),
        relay: measured.and_then(RelayState::of),
        copy: measured.and_then(ReaderState::of_copy),
        log: found.log.ok().map(|log| LogState {
            position: log.head,
            simulated: log.simulated,
            recorded: log.head_recorded_time.map(|time| time.seconds),
            closed: log.closure.as_ref().map(|why| crate::log::closure::closure(found.context, why).0),
            decided: log.last_decision.as_ref().map(Into::into),
            log_id: log.log_id,
        }),
        context: found.context,
        service: found.service,
        stream: found.stream.ok(),
        index: found.index,
    }
}

/// What the broker's silence means for those who use the nation.
fn without_broker(trouble: &str, logs: &[FoundLog]) -> String {
    let waiting = logs.iter().filter_map(|log| RelayState::of(log.measured.as_ref()?)?.waiting());
    let waiting = waiting.reduce(|(events, seconds), (more, longer)| (events + more, seconds.max(longer)));
    let waiting = waiting.map_or_else(String::new, |(events, seconds)| {
        format!("; {} kejadian menunggu disiarkan sejak {} lalu", grouped(events), lasting(seconds))
    });
    format!("{trouble}: perintah tetap dicatat, tetapi tampilan tidak bertambah{waiting}")
}

impl RelayState {
    /// How many events wait, and since how many seconds; `None` when there are none.
    fn waiting(&self) -> Option<(u64, f64)> {
        self.lag_events.zip(self.lag_seconds).filter(|(events, _)| *events > 0)
    }
}

fn problem(what: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem { what: what.into(), remedy: remedy.into() }
}

#[cfg(test)]
mod tests;
