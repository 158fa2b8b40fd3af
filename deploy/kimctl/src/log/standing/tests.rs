use kim_contract::log::v1::{ClosureReason, Decision, LogClosure, TypeCount};

use super::*;

fn behind() -> ReconcilePlan {
    let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    ReconcilePlan {
        relation: Relation::Behind.into(),
        closure: Some(LogClosure { reason: ClosureReason::Behind.into(), position: 1_201 }),
        head: 1_200,
        stream_first: 1,
        stream_last: 1_350,
        from_position: 1_201,
        to_position: 1_350,
        types: vec![TypeCount { r#type: "kim.registry.v1.ActivityReported".into(), events: 150 }],
        first_recorded_time: time(1_665_027_660),
        last_recorded_time: time(1_665_031_260),
        vault_records: 3,
        choices: vec![ReconcileChoice::TakeBack.into(), ReconcileChoice::KeepLog.into()],
        ..ReconcilePlan::default()
    }
}

fn screen(plan: &ReconcilePlan, choice: ReconcileChoice) -> String {
    let standing = Standing::of(LogContext::Registry, plan, choice);
    assert!(!standing.is_settled());
    standing.screen()
}

fn says(screen: &str, parts: &[&str]) {
    for part in parts {
        assert!(screen.contains(part), "{screen}\nlacks {part:?}");
    }
}

#[test]
fn taking_back_says_what_comes_back_and_what_does_not() {
    let screen = screen(&behind(), ReconcileChoice::TakeBack);
    says(
        &screen,
        &[
            "log        registri, posisi 1.200",
            "aliran     posisi 1–1.350",
            "log tertutup: basis data mundur",
            "posisi 1.201–1.350, 150 kejadian",
            "6 Oktober 2022 10.41 WIB sampai 6 Oktober 2022 11.41 WIB",
            "150  kim.registry.v1.ActivityReported",
            "3 catatan data pribadi",
            "→ kimctl log reconcile --yes",
        ],
    );
}

#[test]
fn keeping_the_log_says_loudly_what_is_lost() {
    says(
        &screen(&behind(), ReconcileChoice::KeepLog),
        &["AKAN HILANG dari log: 150 kejadian", "log.set_aside", "→ kimctl log reconcile --keep-log --yes"],
    );
    let lost = ReconcilePlan {
        relation: Relation::Lost.into(),
        lost_position: 1_203,
        choices: vec![ReconcileChoice::KeepLog.into()],
        ..ReconcilePlan { from_position: 0, to_position: 0, types: vec![], ..behind() }
    };
    says(&screen(&lost, ReconcileChoice::KeepLog), &["TETAP HILANG: 3 kejadian"]);
    let nothing = screen(&lost, ReconcileChoice::TakeBack);
    says(&nothing, &["Tidak ada yang dapat diambil kembali", "→ kimctl log reconcile --keep-log"]);
}

#[test]
fn a_log_that_took_other_events_names_the_way_without_a_loss() {
    let differs = ReconcilePlan {
        relation: Relation::Differs.into(),
        events_only_in_log: 20,
        choices: vec![ReconcileChoice::KeepLog.into()],
        ..behind()
    };
    says(
        &screen(&differs, ReconcileChoice::TakeBack),
        &["Hanya ada di log, di posisi yang sama: 20 kejadian", "cadangan yang lebih lama", "--keep-log"],
    );
}

#[test]
fn what_was_carried_out_is_told_with_who_decided() {
    let mut standing = Standing::of(LogContext::Registry, &behind(), ReconcileChoice::TakeBack);
    let time = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
    let decision = Decision {
        choice: ReconcileChoice::TakeBack.into(),
        subject: "local:national".into(),
        decided_time: time(1_665_031_260),
        ended_time: time(1_665_031_261),
        events: 150,
        ..Decision::default()
    };
    standing.decided = Some((&decision).into());
    assert!(standing.is_settled());
    says(&standing.screen(), &["Selesai: 150 kejadian diambil kembali", "local:national", "6 Oktober 2022 11.41 WIB"]);
}

#[test]
fn a_log_that_is_whole_needs_no_decision() {
    let whole = ReconcilePlan { relation: Relation::Whole.into(), head: 5, stream_last: 5, ..ReconcilePlan::default() };
    let standing = Standing::of(LogContext::Registry, &whole, ReconcileChoice::TakeBack);
    assert!(standing.is_settled());
    says(&standing.screen(), &["tidak ada yang perlu diputuskan"]);
}
