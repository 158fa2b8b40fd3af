//! What is wrong in what was found, and what to do about it.

use kim_territory::spelling::{decimal, grouped};
use std::path::PathBuf;

use tonic::Code;

use super::{
    Appends, Health, Load, LogState, Problem, ReadModelState, ReaderState, RelayState, Report, Service, StreamState,
    ask::{Found, NoStream, Silence},
    screen::lasting,
};
use crate::{cli::Options, connection::plain, log::closure};

/// How full the queue of appends may be before it is said.
const NEARLY_FULL: f64 = 0.5;
/// How long a connection of a pool that is used up may be waited for before it is said.
const LONG_WAIT_MS: f64 = 50.0;
/// A connection that was lost comes back by itself, mostly.
const GRACE_SECONDS: f64 = 5.0;

/// What remedies need to know about the place.
pub(super) struct Advice {
    /// Whether all that is asked is the local nation's.
    pub local: bool,
    /// Where its logs are, if it was ever started.
    pub logs: Option<PathBuf>,
}

impl Advice {
    pub fn of(options: &Options) -> Self {
        let local = options.registry.is_none() && options.reporting.is_none() && options.nats.is_none();
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
}

pub(super) fn report(found: Found, advice: &Advice) -> Report {
    let mut problems = Vec::new();
    let [of_registry, of_projection] = &found.measured;
    let appends = of_registry.as_ref().and_then(Appends::of);
    let relay = of_registry.as_ref().and_then(RelayState::of);
    let generation = found.read_model.as_ref().ok().map(|model| model.generation);
    let reader =
        of_projection.as_ref().zip(generation).and_then(|(metrics, serving)| ReaderState::of(metrics, serving));
    let all_silent = [&found.registry, &found.projection].iter().all(|service| service.health == Health::Silent)
        && found.nats.trouble.is_some();
    if all_silent {
        problems.push(problem("tidak ada yang berjalan", advice.start("--registry", "up.log")));
    } else {
        if !is_closed(&found) {
            service(&found.registry, "registri", "--registry", "registry.log", advice, &mut problems);
        }
        service(&found.projection, "pelaporan", "--reporting", "projection.log", advice, &mut problems);
        if let Some(trouble) = &found.nats.trouble {
            problems.push(problem(without_broker(trouble, relay.as_ref()), advice.start("--nats", "nats.log")));
        }
    }
    if !all_silent {
        let token_told = silence(&found.log, &found.registry, "log", &mut problems);
        if !token_told {
            silence(&found.read_model, &found.projection, "tampilan", &mut problems);
        }
    }
    let head = found.log.as_ref().ok().map(|log| log.head);
    let closed = found.log.as_ref().ok().and_then(|log| log.closure.as_ref()).map(closure::closure);
    let alarm = found.log.as_ref().ok().and_then(|log| closure::alarm(log.alarm()));
    match (&closed, alarm) {
        (Some((what, remedy)), _) => problems.push(problem(what.clone(), remedy.clone())),
        (None, Some((what, remedy))) => problems.push(problem(what, remedy)),
        (None, None) if relay.as_ref().is_some_and(|relay| relay.stopped) => problems.push(problem(
            "relai berhenti: aliran di NATS tidak cocok dengan log, dan kejadian baru tidak disiarkan",
            format!("jalankan kimctl log verify; {}", advice.look("registry.log", "registri")),
        )),
        (None, None) => stream(&found.stream, head, advice, &mut problems),
    }
    if let Ok(model) = &found.read_model {
        let cause = if found.nats.trouble.is_some() { Cause::Broker } else { Cause::of(reader.as_ref()) };
        // While the log is closed nothing is amiss with whoever has read more of the stream.
        read_model(model, head.filter(|_| closed.is_none()), &cause, advice, &mut problems);
    }
    for service in [&found.registry, &found.projection] {
        service.load.iter().for_each(|load| pools(load, &mut problems));
    }
    if let Some(appends) = appends.as_ref().filter(|appends| appends.queue > NEARLY_FULL) {
        problems.push(problem(
            format!("antrean pencatatan terisi {}%; bila penuh, perintah ditolak", decimal(appends.queue * 100.0)),
            format!(
                "basis data lambat: periksa beban dan diska PostgreSQL; {}",
                advice.look("postgres.log", "PostgreSQL")
            ),
        ));
    }
    let log = found.log.ok().map(|log| LogState {
        log_id: log.log_id,
        context: log.context,
        position: log.head,
        simulated: log.simulated,
        recorded: log.head_recorded_time.map(|time| time.seconds),
        closed: closed.map(|(what, _)| what),
        decided: log.last_decision.as_ref().map(Into::into),
    });
    Report {
        registry: found.registry,
        projection: found.projection,
        nats: found.nats,
        log,
        stream: found.stream.ok(),
        read_model: found.read_model.ok(),
        appends,
        relay,
        reader,
        problems,
    }
}

/// Whether the registry is not ready because its log is closed, which is told of the log.
fn is_closed(found: &Found) -> bool {
    let said = found.registry.readiness.as_ref().filter(|readiness| !readiness.ready).map(|readiness| &readiness.said);
    found.log.as_ref().is_ok_and(|log| log.closure.is_some())
        && said.is_none_or(|said| said == "belum siap: log")
        && found.registry.health != Health::Silent
}

/// What a service's silence means for those who use the nation.
fn effect(name: &str) -> &'static str {
    match name {
        "registri" => "tidak ada perintah yang diterima; halaman tetap terbuka",
        _ => "halaman dan angka tidak terbuka; perintah tetap dicatat",
    }
}

/// What the broker's silence means for those who use the nation.
fn without_broker(trouble: &str, relay: Option<&RelayState>) -> String {
    let waiting = match relay.and_then(|relay| relay.lag_events.zip(relay.lag_seconds)) {
        Some((events @ 1.., seconds)) => {
            format!("; {} kejadian menunggu disiarkan sejak {} lalu", grouped(events), lasting(seconds))
        }
        _ => String::new(),
    };
    format!("{trouble}: perintah tetap dicatat, tetapi tampilan tidak bertambah{waiting}")
}

/// A pool that is used up, and for which others wait.
fn pools(load: &Load, problems: &mut Vec<Problem>) {
    let used_up =
        |pool: &&super::Pool| pool.limit > 0 && pool.in_use >= pool.limit && pool.wait_ms > Some(LONG_WAIT_MS);
    for pool in load.pools.iter().filter(used_up) {
        let wait = pool.wait_ms.unwrap_or_default();
        problems.push(problem(
            format!(
                "semua {} koneksi basis data ({}) sedang dipakai, dan yang lain menunggu {} ms",
                pool.limit,
                pool.name,
                grouped(format!("{wait:.0}"))
            ),
            "periksa beban PostgreSQL, lalu naikkan database.max_connections",
        ));
    }
}

fn problem(what: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem { what: what.into(), remedy: remedy.into() }
}

fn service(service: &Service, name: &str, option: &str, log: &str, advice: &Advice, problems: &mut Vec<Problem>) {
    let Service { address, health, readiness, .. } = service;
    let unready = readiness.as_ref().filter(|readiness| !readiness.ready).map(|readiness| readiness.said.as_str());
    match (health, unready) {
        (Health::Silent, _) => {
            let what = format!("{name} tidak menjawab di {address}: {}", effect(name));
            problems.push(problem(what, advice.start(option, log)));
        }
        (_, Some(said)) => {
            let remedy = match said {
                said if said.contains("database") => {
                    "jalankan PostgreSQL; ".to_owned() + &advice.look("postgres.log", name)
                }
                said if said.contains("log") => "jalankan kimctl log reconcile".to_owned(),
                said if said.contains("berhenti") => "tunggu sampai berhenti, lalu jalankan lagi".to_owned(),
                _ => advice.look(log, name),
            };
            problems.push(problem(format!("{name} {said}"), remedy));
        }
        (Health::NotServing, None) => {
            problems.push(problem(format!("{name} menjawab tetapi belum siap"), advice.look(log, name)));
        }
        (Health::Serving, None) => {}
    }
}

/// Says why a service told nothing; true when it is for the token, which is said once.
fn silence<A>(answer: &Result<A, Silence>, service: &Service, name: &str, problems: &mut Vec<Problem>) -> bool {
    match answer {
        Ok(_) => false,
        Err(Silence::NoToken(why)) => {
            problems.push(problem("posisi log dan tampilan tidak dapat ditanyakan", why.clone()));
            true
        }
        // That it does not answer, or why it cannot, is said of the service.
        Err(silence) if service.health == Health::Silent || !service.is_ready() && silence.is_temporary() => false,
        Err(Silence::Late) => {
            let what = format!("{name} tidak terbaca: layanan tidak menjawab, barangkali menunggu basis data");
            problems.push(problem(what, "periksa PostgreSQL, lalu coba lagi"));
            false
        }
        Err(Silence::Refused(status)) => {
            let remedy = match status.code() {
                Code::Unauthenticated => "periksa dengan kimctl token show",
                Code::PermissionDenied => "pakai token nasional: --token-file",
                _ => "coba lagi; bila tetap, lihat catatan layanannya",
            };
            problems.push(problem(format!("{name} tidak terbaca: {}", plain(status)), remedy));
            status.code() == Code::Unauthenticated
        }
    }
}

impl Service {
    fn is_ready(&self) -> bool {
        self.health == Health::Serving && self.readiness.as_ref().is_none_or(|readiness| readiness.ready)
    }
}

impl Silence {
    fn is_temporary(&self) -> bool {
        match self {
            Self::NoToken(_) => false,
            Self::Late => true,
            Self::Refused(status) => status.code() == Code::Unavailable,
        }
    }
}

fn stream(stream: &Result<StreamState, NoStream>, head: Option<i64>, advice: &Advice, problems: &mut Vec<Problem>) {
    match (stream, head) {
        (Err(NoStream::NoBroker), _) | (Err(NoStream::Missing), Some(0) | None) | (Ok(_), None) => {}
        (Err(NoStream::Missing), Some(_)) => problems.push(problem(
            "aliran di NATS belum ada",
            format!("relai membuatnya bila registri berjalan; {}", advice.look("registry.log", "registri")),
        )),
        (Err(NoStream::Unreadable(why)), _) => {
            problems.push(problem(format!("aliran di NATS tidak terbaca: {why}"), advice.look("nats.log", "NATS")));
        }
        (Ok(stream), Some(head)) if stream.position > head => problems.push(problem(
            format!("aliran ({}) mendahului log ({})", grouped(stream.position), grouped(head)),
            "basis data registri mundur: jangan hapus aliran; jalankan kimctl log reconcile",
        )),
        (Ok(stream), Some(head)) if stream.position < head && !stream.catching_up => problems.push(problem(
            format!("aliran tertinggal {} kejadian dan tidak bergerak", grouped(head - stream.position)),
            format!("relai macet: {}", advice.look("registry.log", "registri")),
        )),
        (Ok(_), Some(_)) => {}
    }
}

/// Why a read model stands still, if its reader says so.
enum Cause {
    Unknown,
    /// It is told of the broker.
    Broker,
    /// A person must decide.
    Stopped,
    /// It does not hear the stream since so many seconds.
    Disconnected(f64),
}

impl Cause {
    fn of(reader: Option<&ReaderState>) -> Self {
        match reader {
            Some(ReaderState { stopped: true, .. }) => Self::Stopped,
            Some(ReaderState { connected: false, lag_seconds, .. }) => Self::Disconnected(*lag_seconds),
            _ => Self::Unknown,
        }
    }
}

fn read_model(model: &ReadModelState, head: Option<i64>, cause: &Cause, advice: &Advice, problems: &mut Vec<Problem>) {
    problems.extend(standstill(model, head, cause, advice));
    if model.parked_aggregates > 0 {
        problems.push(problem(
            format!("{} data ditahan, angka belum lengkap", grouped(model.parked_aggregates)),
            "perbarui layanan pelaporan ke versi yang mengenal kejadian itu, lalu kimctl projection rebuild",
        ));
    }
}

fn standstill(model: &ReadModelState, head: Option<i64>, cause: &Cause, advice: &Advice) -> Option<Problem> {
    match (cause, head) {
        (Cause::Stopped, _) => Some(problem(
            "tampilan berhenti: log dipulihkan, atau alirannya bukan alirannya yang dulu",
            "jalankan kimctl log verify; bila log benar, kimctl projection rebuild",
        )),
        (_, Some(head)) if model.position > head => Some(problem(
            format!("tampilan ({}) mendahului log ({})", grouped(model.position), grouped(head)),
            "basis data registri mundur: jalankan kimctl log verify, lalu kimctl projection rebuild",
        )),
        (Cause::Disconnected(seconds), _) if *seconds > GRACE_SECONDS => Some(problem(
            format!("pelaporan tidak mendengar aliran sejak {} lalu", lasting(*seconds)),
            advice.look("projection.log", "pelaporan"),
        )),
        (Cause::Broker, _) => None,
        (_, Some(head)) if model.position < head && !model.catching_up => Some(problem(
            format!("tampilan tertinggal {} kejadian dan tidak bergerak", grouped(head - model.position)),
            advice.look("projection.log", "pelaporan"),
        )),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
