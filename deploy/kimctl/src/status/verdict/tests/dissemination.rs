//! A log beside the registry's.

use super::*;

#[test]
fn what_is_wrong_with_dissemination_is_told_of_it_and_mended_there() {
    each_is_said_once(&[
        (
            |found| found.folded(LogContext::Dissemination).position = 60,
            "tampilan tertinggal 40 kejadian diseminasi",
            "catatan pelaporan",
        ),
        (
            |found| found.folded(LogContext::Dissemination).position = 101,
            "tampilan (101) mendahului log diseminasi (100)",
            "kimctl log verify --context dissemination, lalu kimctl projection rebuild",
        ),
        (
            |found| {
                let dissemination = found.dissemination();
                dissemination.service.health = Health::Silent;
                dissemination.log = Err(Silence::Refused(Status::unavailable("tcp")));
            },
            "diseminasi tidak menjawab di http://d",
            "--dissemination",
        ),
        (
            |found| {
                let dissemination = found.dissemination();
                dissemination.service.readiness = Some(Readiness { ready: false, said: "belum siap: log".into() });
                let closure = LogClosure { reason: ClosureReason::Behind.into(), position: 101 };
                dissemination.log.as_mut().unwrap().closure = Some(closure);
                // The index follows a log that takes events.
                dissemination.index.as_mut().unwrap().position = 90;
            },
            "diseminasi: log tertutup: basis data mundur",
            "kimctl log reconcile --context dissemination",
        ),
        (
            |found| found.dissemination().stream.as_mut().unwrap().position = 101,
            "diseminasi: aliran (101) mendahului log (100)",
            "basis data diseminasi mundur",
        ),
        (
            |found| found.dissemination().log = Err(Silence::Refused(Status::permission_denied("no"))),
            "log diseminasi tidak terbaca",
            "token nasional",
        ),
        (
            |found| found.dissemination().index.as_mut().unwrap().position = 60,
            "diseminasi: indeks tertinggal 40 kejadian",
            "catatan diseminasi",
        ),
        (
            |found| measures(found, ["", &copy("kim_subscriber_stopped{reader=\"audience\"} 1"), ""]),
            "diseminasi: salinan registri berhenti",
            "kimctl log verify",
        ),
        (
            |found| {
                let lost = "kim_subscriber_connected{reader=\"audience\"} 0\nkim_subscriber_lag_seconds{reader=\"audience\"} 41";
                measures(found, ["", &copy(lost), ""]);
            },
            "diseminasi: tidak mendengar aliran registri sejak 41 detik lalu",
            "catatan diseminasi",
        ),
        (
            |found| measures(found, ["", &copy("kim_subscriber_parked_aggregates{reader=\"audience\"} 2"), ""]),
            "diseminasi: 2 data registri ditahan, sasaran kampanye belum lengkap",
            "perbarui layanan diseminasi",
        ),
    ]);
}
