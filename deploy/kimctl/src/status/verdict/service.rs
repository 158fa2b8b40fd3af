//! Services that do not answer, are not ready, or say nothing about where they stand.

use kim_territory::spelling::grouped;
use tonic::Code;

use super::{
    super::{
        Health, Load, Pool, Problem, Service,
        ask::{Found, FoundLog, Silence},
    },
    Advice, problem,
};
use crate::{connection::plain, log::LogContext};

/// How long a connection of a pool that is used up may be waited for before it is said.
const LONG_WAIT_MS: f64 = 50.0;

/// A service as it is named, and where it is to be looked at.
struct Named<'a> {
    name: &'a str,
    option: &'a str,
    log: &'a str,
    /// What its silence means for those who use the nation.
    effect: &'a str,
    reconcile: &'a str,
}

/// What is wrong with each service, but for what is told of its log.
pub(super) fn all(found: &Found, advice: &Advice, problems: &mut Vec<Problem>) {
    for one in found.logs.iter().filter(|one| !is_closed(one)) {
        let name = one.context.as_str();
        let named = Named {
            name: one.context.service(),
            option: &format!("--{name}"),
            log: &format!("{name}.log"),
            effect: match one.context {
                LogContext::Registry => "tidak ada perintah yang diterima; halaman tetap terbuka",
                LogContext::Dissemination => {
                    "tidak ada yang disebarluaskan, dan laporannya tidak diterima; registri dan halaman tetap terbuka"
                }
            },
            reconcile: one.context.option(),
        };
        told(&one.service, &named, advice, problems);
    }
    let projection = Named {
        name: "pelaporan",
        option: "--reporting",
        log: "projection.log",
        effect: "halaman dan angka tidak terbuka; perintah tetap dicatat",
        reconcile: "",
    };
    told(&found.projection, &projection, advice, problems);
}

/// Whether a service is not ready because its log is closed, which is told of the log.
fn is_closed(found: &FoundLog) -> bool {
    let said = found.service.readiness.as_ref().filter(|readiness| !readiness.ready).map(|readiness| &readiness.said);
    found.log.as_ref().is_ok_and(|log| log.closure.is_some())
        && said.is_none_or(|said| said == "belum siap: log")
        && found.service.health != Health::Silent
}

fn told(service: &Service, named: &Named<'_>, advice: &Advice, problems: &mut Vec<Problem>) {
    let Named { name, option, log, effect, reconcile } = named;
    let Service { address, health, readiness, .. } = service;
    let unready = readiness.as_ref().filter(|readiness| !readiness.ready).map(|readiness| readiness.said.as_str());
    match (health, unready) {
        (Health::Silent, _) => {
            let what = format!("{name} tidak menjawab di {address}: {effect}");
            problems.push(problem(what, advice.start(option, log)));
        }
        (_, Some(said)) => {
            let remedy = match said {
                said if said.contains("database") => {
                    "jalankan PostgreSQL; ".to_owned() + &advice.look("postgres.log", name)
                }
                said if said.contains("log") => format!("jalankan kimctl log reconcile{reconcile}"),
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

/// Why services told nothing; what is for the token is said once.
pub(super) fn silent(found: &Found, problems: &mut Vec<Problem>) {
    for one in &found.logs {
        let of_log = format!("log {}", one.context.service());
        if silence(&one.log, &one.service, &of_log, problems) {
            return;
        }
    }
    silence(&found.read_model, &found.projection, "tampilan", problems);
}

/// Says why a service told nothing; true when it is for the token.
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

/// A pool that is used up, and for which others wait.
pub(super) fn pools(load: &Load, problems: &mut Vec<Problem>) {
    let used_up = |pool: &&Pool| pool.limit > 0 && pool.in_use >= pool.limit && pool.wait_ms > Some(LONG_WAIT_MS);
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
