use kim_contract::log::v1::{ClosureReason, GetLogResponse, LogClosure, RelayAlarm};
use tonic::Status;

use super::*;
use crate::status::{Broker, ParkedState, Readiness, metrics::Metrics};

fn healthy() -> Found {
    let service = |address: &str| Service {
        address: address.into(),
        health: Health::Serving,
        readiness: Some(Readiness { ready: true, said: "ok".into() }),
        load: None,
    };
    Found {
        registry: service("http://r"),
        projection: service("http://p"),
        nats: Broker { address: "nats://n".into(), trouble: None },
        log: Ok(GetLogResponse { head: 100, ..GetLogResponse::default() }),
        stream: Ok(StreamState { name: "REGISTRY".into(), first: 1, position: 100, bytes: 1, catching_up: false }),
        read_model: Ok(ReadModelState {
            position: 100,
            lag_ms: 0,
            generation: 3,
            decree: "2025".into(),
            parked_aggregates: 0,
            parked: vec![],
            catching_up: false,
        }),
        measured: [None, None],
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
            let stream = found.stream.as_mut().unwrap();
            (stream.position, stream.catching_up) = (90, true);
            let model = found.read_model.as_mut().unwrap();
            (model.position, model.catching_up) = (80, true);
        },
        // A log without events has no stream yet, when the broker was away at the start.
        |found| {
            found.log.as_mut().unwrap().head = 0;
            found.stream = Err(NoStream::Missing);
            found.read_model.as_mut().unwrap().position = 0;
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
                found.registry.health = Health::Silent;
                found.registry.readiness = None;
                found.log = Err(Silence::Refused(Status::unavailable("tcp")));
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
                for service in [&mut found.registry, &mut found.projection] {
                    service.health = Health::Silent;
                }
                found.nats.trouble = Some("NATS tidak dapat disambung".into());
                found.stream = Err(NoStream::NoBroker);
                found.log = Err(Silence::Refused(Status::unavailable("tcp")));
                found.read_model = Err(Silence::Refused(Status::unavailable("tcp")));
            },
            "tidak ada yang berjalan",
            "jalankan",
        ),
        (
            |found| {
                found.registry.health = Health::NotServing;
                found.registry.readiness = Some(Readiness { ready: false, said: "belum siap: database".into() });
                found.log = Err(Silence::Late);
            },
            "registri belum siap: database",
            "PostgreSQL",
        ),
        (
            |found| {
                found.registry.readiness = Some(Readiness { ready: false, said: "belum siap: log".into() });
            },
            "registri belum siap: log",
            "kimctl log reconcile",
        ),
        (|found| found.projection.health = Health::NotServing, "pelaporan menjawab tetapi belum siap", "catatan"),
        (
            |found| {
                found.nats.trouble = Some("NATS di nats://n tidak dapat disambung".into());
                found.stream = Err(NoStream::NoBroker);
            },
            "NATS di nats://n tidak dapat disambung",
            "--nats",
        ),
    ]);
}

fn measures(found: &mut Found, registry: &str, projection: &str) {
    found.measured = [registry, projection].map(|text| Some(Metrics::parse(text)));
    for (service, metrics) in [&mut found.registry, &mut found.projection].into_iter().zip(&found.measured) {
        service.load = metrics.as_ref().map(Load::of);
    }
}

#[test]
fn what_the_services_measure_is_said_when_it_is_wrong() {
    each_is_said_once(&[
        (
            |found| {
                found.nats.trouble = Some("NATS tidak menjawab di nats://n".into());
                found.stream = Err(NoStream::NoBroker);
                found.read_model.as_mut().unwrap().position = 80;
                measures(
                    found,
                    "kim_relay_connected 0\nkim_relay_lag_events 20\nkim_relay_lag_seconds 75",
                    "kim_subscriber_connected{reader=\"read_3\"} 0\nkim_subscriber_stopped{reader=\"read_3\"} 0\n\
                     kim_subscriber_lag_events{reader=\"read_3\"} 0\nkim_subscriber_lag_seconds{reader=\"read_3\"} 74",
                );
            },
            "perintah tetap dicatat, tetapi tampilan tidak bertambah; 20 kejadian menunggu disiarkan sejak 1 menit 15 detik lalu",
            "--nats",
        ),
        (
            |found| {
                found.stream.as_mut().unwrap().position = 60;
                measures(found, "kim_relay_connected 0\nkim_relay_stopped 1", "");
            },
            "relai berhenti",
            "kimctl log verify",
        ),
        (
            |found| {
                found.read_model.as_mut().unwrap().position = 60;
                let one = "kim_subscriber_connected{reader=\"read_3\"} 0\nkim_subscriber_stopped{reader=\"read_3\"} 1\n\
                    kim_subscriber_lag_events{reader=\"read_3\"} 0\nkim_subscriber_lag_seconds{reader=\"read_3\"} 0";
                measures(found, "", one);
            },
            "tampilan berhenti: log dipulihkan",
            "kimctl projection rebuild",
        ),
        (
            |found| {
                let one = "kim_subscriber_connected{reader=\"read_3\"} 0\nkim_subscriber_stopped{reader=\"read_3\"} 0\n\
                    kim_subscriber_lag_events{reader=\"read_3\"} 0\nkim_subscriber_lag_seconds{reader=\"read_3\"} 41\n\
                    kim_subscriber_stopped{reader=\"read_2\"} 1";
                measures(found, "", one);
            },
            "pelaporan tidak mendengar aliran sejak 41 detik lalu",
            "catatan pelaporan",
        ),
        (
            |found| {
                let used_up = "kim_pool_connections{pool=\"registry\",state=\"in_use\"} 16\n\
                    kim_pool_limit_connections{pool=\"registry\"} 16\nkim_pool_wait_seconds_sum{pool=\"registry\"} 60\n\
                    kim_pool_wait_seconds_count{pool=\"registry\"} 30";
                measures(found, used_up, "");
            },
            "semua 16 koneksi basis data (registry) sedang dipakai, dan yang lain menunggu 2.000 ms",
            "max_connections",
        ),
        (
            |found| measures(found, "kim_log_queue_bytes 60\nkim_log_queue_limit_bytes 64", ""),
            "antrean pencatatan terisi 93,8%",
            "basis data lambat",
        ),
    ]);
}

#[test]
fn what_was_measured_is_shown_in_one_table() {
    let mut found = healthy();
    measures(
        &mut found,
        "kim_rpc_duration_seconds_count{kind=\"unary\",code=\"OK\"} 12034\n\
         kim_rpc_duration_seconds_sum{kind=\"unary\",code=\"OK\"} 24.1\n\
         kim_rpc_duration_seconds_bucket{kind=\"unary\",code=\"OK\",le=\"0.01\"} 12034\n\
         kim_rpc_duration_seconds_count{kind=\"open\",code=\"OK\"} 7000\n\
         kim_rpc_duration_seconds_count{kind=\"unary\",code=\"NOT_FOUND\"} 3\n\
         kim_rpc_duration_seconds_count{kind=\"writer\",code=\"RESOURCE_EXHAUSTED\"} 2\n\
         kim_rpc_duration_seconds_count{kind=\"unary\",code=\"INTERNAL\"} 1\n\
         kim_pool_connections{pool=\"registry\",state=\"in_use\"} 2\nkim_pool_limit_connections{pool=\"registry\"} 16\n\
         kim_log_queue_limit_bytes 64\nkim_log_appends_total{outcome=\"appended\"} 80\n\
         kim_log_appends_total{outcome=\"conflict\"} 4\nkim_log_group_members_sum 84\nkim_log_group_members_count 40\n\
         kim_relay_connected 1\nkim_relay_lag_events 0\nkim_relay_lag_seconds 0",
        "",
    );
    let screen = report(found, &Advice { local: false, logs: None }).screen();
    for line in [
        "relai      semua kejadian sudah disiarkan",
        "sejak mulai  berhasil  ditolak   sibuk   gagal  rata-rata     99% ≤",
        "registri       12.034        3       2       1     2,0 ms     10 ms   koneksi basis data 2 dari 16, menunggu –",
        "pencatatan         80        4       0       0          –         –   2,1 sekelompok, menunggu giliran –, antrean terisi 0%",
    ] {
        assert!(screen.lines().any(|shown| shown == line), "{line:?} is missing in:\n{screen}");
    }
}

#[test]
fn what_cannot_be_asked_or_does_not_fit_is_said_once_with_what_to_do() {
    each_is_said_once(&[
        (
            |found| {
                found.log = Err(Silence::NoToken("token tidak ada".into()));
                found.read_model = Err(Silence::NoToken("token tidak ada".into()));
            },
            "tidak dapat ditanyakan",
            "token tidak ada",
        ),
        (
            |found| found.log = Err(Silence::Refused(Status::permission_denied("no"))),
            "log tidak terbaca",
            "token nasional",
        ),
        (
            |found| {
                found.log = Err(Silence::Refused(Status::unauthenticated("no")));
                found.read_model = Err(Silence::Refused(Status::unauthenticated("no")));
            },
            "log tidak terbaca",
            "kimctl token show",
        ),
        (|found| found.stream = Err(NoStream::Missing), "aliran di NATS belum ada", "relai"),
        (
            |found| {
                found.registry.health = Health::NotServing;
                found.registry.readiness = Some(Readiness { ready: false, said: "belum siap: log".into() });
                let reason = ClosureReason::Behind.into();
                found.log.as_mut().unwrap().closure = Some(LogClosure { reason, position: 101 });
                found.stream.as_mut().unwrap().position = 120;
                found.read_model.as_mut().unwrap().position = 120;
            },
            "log tertutup: basis data mundur",
            "kimctl log reconcile",
        ),
        (|found| found.log.as_mut().unwrap().alarm = RelayAlarm::AnotherPublisher.into(), "pihak lain", "cabut haknya"),
        (|found| found.stream.as_mut().unwrap().position = 101, "mendahului log", "jangan hapus aliran"),
        (|found| found.stream.as_mut().unwrap().position = 60, "tertinggal 40 kejadian", "relai macet"),
        (|found| found.read_model.as_mut().unwrap().position = 60, "tampilan tertinggal 40", "catatan pelaporan"),
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
