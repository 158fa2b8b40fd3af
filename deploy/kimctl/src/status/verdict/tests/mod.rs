mod dissemination;
mod measured;
mod screen;

use kim_contract::log::v1::{ClosureReason, GetLogResponse, LogClosure, RelayAlarm};
use tonic::Status;

use super::*;
use crate::status::{
    Broker, FoldedLog, IndexState, Load, ParkedState, ReadModelState, Readiness, Service, StreamState,
    ask::{NoStream, Silence},
    metrics::Metrics,
};

fn service(address: &str) -> Service {
    Service {
        address: address.into(),
        health: Health::Serving,
        readiness: Some(Readiness { ready: true, said: "ok".into() }),
        load: None,
    }
}

fn log(context: LogContext, address: &str) -> FoundLog {
    FoundLog {
        context,
        service: service(address),
        log: Ok(GetLogResponse { head: 100, ..GetLogResponse::default() }),
        stream: Ok(StreamState { name: "STREAM".into(), first: 1, position: 100, bytes: 1, catching_up: false }),
        index: Some(IndexState { position: 100, catching_up: false }),
        measured: None,
    }
}

fn healthy() -> Found {
    Found {
        logs: vec![log(LogContext::Registry, "http://r"), log(LogContext::Dissemination, "http://d")],
        projection: service("http://p"),
        nats: Broker { address: "nats://n".into(), trouble: None },
        read_model: Ok(ReadModelState {
            logs: LogContext::ALL.map(|context| FoldedLog { context, position: 100, catching_up: false }).into(),
            lag_ms: 0,
            generation: 3,
            decree: "2025".into(),
            parked_aggregates: 0,
            parked: vec![],
        }),
        measured: None,
    }
}

impl Found {
    fn registry(&mut self) -> &mut FoundLog {
        &mut self.logs[0]
    }

    fn dissemination(&mut self) -> &mut FoundLog {
        &mut self.logs[1]
    }

    /// How far the read model has come in a log.
    fn folded(&mut self, context: LogContext) -> &mut FoldedLog {
        let logs = &mut self.read_model.as_mut().unwrap().logs;
        logs.iter_mut().find(|log| log.context == context).unwrap()
    }
}

type Change = fn(&mut Found);

fn said(change: Change) -> Vec<String> {
    let mut found = healthy();
    change(&mut found);
    let report = report(found, &Advice { local: false, logs: None });
    report.problems.into_iter().map(|problem| format!("{}: {}", problem.what, problem.remedy)).collect()
}

#[test]
fn nothing_is_said_of_what_is_well() {
    let cases: [Change; 3] = [
        |_| {},
        |found| {
            let stream = found.registry().stream.as_mut().unwrap();
            (stream.position, stream.catching_up) = (90, true);
            let registry = found.folded(LogContext::Registry);
            (registry.position, registry.catching_up) = (80, true);
        },
        // A log without events has no stream yet, when the broker was away at the start.
        |found| {
            found.registry().log.as_mut().unwrap().head = 0;
            found.registry().stream = Err(NoStream::Missing);
            found.folded(LogContext::Registry).position = 0;
        },
    ];
    for case in cases {
        assert_eq!(said(case), Vec::<String>::new());
    }
}

fn each_is_said_once(cases: &[(Change, &str, &str)]) {
    for (change, what, remedy) in cases {
        let said = said(*change);
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].contains(what) && said[0].contains(remedy), "{said:?} lacks {what:?} or {remedy:?}");
    }
}

#[test]
fn a_part_that_is_down_is_said_once_with_what_to_do() {
    each_is_said_once(&[
        (
            |found| {
                found.registry().service.health = Health::Silent;
                found.registry().service.readiness = None;
                found.registry().log = Err(Silence::Refused(Status::unavailable("tcp")));
            },
            "registri tidak menjawab di http://r",
            "--registry",
        ),
        (
            |found| {
                found.projection.health = Health::Silent;
                found.read_model = Err(Silence::Refused(Status::unavailable("tcp")));
            },
            "pelaporan tidak menjawab",
            "--reporting",
        ),
        (
            |found| {
                for log in &mut found.logs {
                    log.service.health = Health::Silent;
                    log.stream = Err(NoStream::NoBroker);
                    log.log = Err(Silence::Refused(Status::unavailable("tcp")));
                }
                found.projection.health = Health::Silent;
                found.nats.trouble = Some("NATS tidak dapat disambung".into());
                found.registry().stream = Err(NoStream::NoBroker);
                found.registry().log = Err(Silence::Refused(Status::unavailable("tcp")));
                found.read_model = Err(Silence::Refused(Status::unavailable("tcp")));
            },
            "tidak ada yang berjalan",
            "jalankan",
        ),
        (
            |found| {
                found.registry().service.health = Health::NotServing;
                found.registry().service.readiness =
                    Some(Readiness { ready: false, said: "belum siap: database".into() });
                found.registry().log = Err(Silence::Late);
            },
            "registri belum siap: database",
            "PostgreSQL",
        ),
        (
            |found| {
                found.registry().service.readiness = Some(Readiness { ready: false, said: "belum siap: log".into() });
            },
            "registri belum siap: log",
            "kimctl log reconcile",
        ),
        (|found| found.projection.health = Health::NotServing, "pelaporan menjawab tetapi belum siap", "catatan"),
        (
            |found| {
                found.nats.trouble = Some("NATS di nats://n tidak dapat disambung".into());
                found.registry().stream = Err(NoStream::NoBroker);
            },
            "NATS di nats://n tidak dapat disambung",
            "--nats",
        ),
    ]);
}

/// What the registry measures, what dissemination, and what the projection.
fn measures(found: &mut Found, [registry, dissemination, projection]: [&str; 3]) {
    let load = |service: &mut Service, text: &str| {
        let metrics = Metrics::parse(text);
        service.load = Some(Load::of(&metrics));
        Some(metrics)
    };
    for (log, text) in found.logs.iter_mut().zip([registry, dissemination]) {
        log.measured = load(&mut log.service, text);
    }
    found.measured = load(&mut found.projection, projection);
}

#[test]
fn what_cannot_be_asked_or_does_not_fit_is_said_once_with_what_to_do() {
    each_is_said_once(&[
        (
            |found| {
                found.registry().log = Err(Silence::NoToken("token tidak ada".into()));
                found.read_model = Err(Silence::NoToken("token tidak ada".into()));
            },
            "tidak dapat ditanyakan",
            "token tidak ada",
        ),
        (
            |found| found.registry().log = Err(Silence::Refused(Status::permission_denied("no"))),
            "log registri tidak terbaca",
            "token nasional",
        ),
        (
            |found| {
                found.registry().log = Err(Silence::Refused(Status::unauthenticated("no")));
                found.read_model = Err(Silence::Refused(Status::unauthenticated("no")));
            },
            "log registri tidak terbaca",
            "kimctl token show",
        ),
        (|found| found.registry().stream = Err(NoStream::Missing), "aliran di NATS belum ada", "relai"),
        (
            |found| {
                found.registry().service.health = Health::NotServing;
                found.registry().service.readiness = Some(Readiness { ready: false, said: "belum siap: log".into() });
                let reason = ClosureReason::Behind.into();
                found.registry().log.as_mut().unwrap().closure = Some(LogClosure { reason, position: 101 });
                found.registry().stream.as_mut().unwrap().position = 120;
                found.folded(LogContext::Registry).position = 120;
            },
            "log tertutup: basis data mundur",
            "kimctl log reconcile",
        ),
        (
            |found| found.registry().log.as_mut().unwrap().alarm = RelayAlarm::AnotherPublisher.into(),
            "pihak lain",
            "cabut haknya",
        ),
        (|found| found.registry().stream.as_mut().unwrap().position = 101, "mendahului log", "jangan hapus aliran"),
        (|found| found.registry().stream.as_mut().unwrap().position = 60, "tertinggal 40 kejadian", "relai macet"),
        (
            |found| found.folded(LogContext::Registry).position = 60,
            "tampilan tertinggal 40 kejadian registri",
            "catatan pelaporan",
        ),
        (
            |found| {
                let model = found.read_model.as_mut().unwrap();
                model.parked_aggregates = 1;
                model.parked.push(ParkedState {
                    aggregate_id: "a".into(),
                    position: 7,
                    r#type: "kim.registry.v1.Future".into(),
                    reason: "unknown".into(),
                    events: 2,
                });
            },
            "1 data ditahan",
            "projection rebuild",
        ),
    ]);
}

/// A copy of the registry that is as it should be, but for these lines.
fn copy(otherwise: &str) -> String {
    let well = [
        ("kim_subscriber_connected", "1"),
        ("kim_subscriber_stopped", "0"),
        ("kim_subscriber_position", "100"),
        ("kim_subscriber_lag_events", "0"),
        ("kim_subscriber_lag_seconds", "0"),
    ];
    let lines = well.iter().filter(|(name, _)| !otherwise.contains(name));
    let lines = lines.map(|(name, value)| format!("{name}{{reader=\"audience\"}} {value}"));
    lines.chain([otherwise.to_owned()]).collect::<Vec<_>>().join("\n")
}
