//! What a person can decide about a log that was set back, and what comes of it.

use kim_eventlog::{
    AppendError, Appended, Choice, Claim, Plan, Position, ReaderState, Reason, ReconcileError, Relation, RequestKey,
    RequestKeys, Vault, Wish,
};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::place::{MASTER, Place, Service};
use crate::harness::{eventually, member};

fn name(value: u128) -> Claim {
    Claim { kind: "name", value: Uuid::from_u128(value) }
}

fn key(body: &[u8]) -> RequestKey {
    let now = time::OffsetDateTime::now_utc();
    let id = Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, now.unix_timestamp().unsigned_abs(), 7));
    RequestKeys::new([1; 32]).command("p", "m", &id.to_string(), body, now).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_names_and_who_did_it_come_back_with_the_events() {
    let mut place = Place::start().await;
    let service = place.service().await;
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let mut holder = member(first, 0);
    holder.claims = vec![name(1)];
    service.log.append(holder).await.unwrap();
    let kept = place.copy_files().await;

    // The name changes hands, another one is taken, a request is carried out.
    let mut release = member(first, 1);
    release.releases = vec![name(1)];
    service.log.append(release).await.unwrap();
    let vault = Vault::new(service.pool.clone(), MASTER);
    let mut successor = member(second, 0);
    successor.claims = vec![name(1), name(2)];
    successor.key = Some(key(b"body"));
    successor.result = second.as_bytes().to_vec().into();
    successor.actor = "office:14.01".into();
    successor.vault = vec![vault.seal_new(Uuid::now_v7(), "officer", Uuid::now_v7(), b"a name")];
    let retry = successor.clone();
    service.log.append(successor).await.unwrap();
    let before = service.events().await;
    place.is_level(&service).await;
    service.end().await;

    place.put_files_back(&kept).await;
    let service = place.service().await;
    service.is_closed_for(Reason::Behind).await;
    let plan = service.plan().await;
    assert_eq!((plan.events(), plan.bare, plan.records), (2, 0, 1), "{plan:?}");
    service.decide(Choice::TakeBack).await.unwrap();
    service.is_open().await;
    assert_eq!(service.events().await, before, "with all that the stream says of them");

    let answer = service.log.append(retry).await.unwrap();
    assert_eq!(answer, Appended::Repeated { result: second.as_bytes().to_vec().into() });
    let mut other = member(Uuid::now_v7(), 0);
    other.key = Some(key(b"another body"));
    other.claims = vec![name(2)];
    let claimed = service.log.append(member(first, 2)).await;
    assert!(claimed.is_ok(), "the aggregate goes on at its version: {claimed:?}");
    let taken = service.log.append(other).await;
    assert_eq!(taken, Err(AppendError::Claimed { kind: "name".into(), holder: second }));
    let mut again = member(first, 3);
    again.claims = vec![name(1)];
    let released = service.log.append(again).await;
    assert_eq!(released, Err(AppendError::Claimed { kind: "name".into(), holder: second }), "it was released");
    let actors: Vec<String> =
        sqlx::query_scalar("SELECT actor FROM log.event WHERE position IN (2, 3) ORDER BY position")
            .fetch_all(&service.pool)
            .await
            .unwrap();
    assert_eq!(actors, ["test", "office:14.01"]);
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reconciliation_that_is_killed_in_the_midst_is_made_again_for_the_rest() {
    let mut place = Place::start().await;
    let service = place.service().await;
    service.append(10).await;
    let kept = place.copy_files().await;
    service.append(1_700).await;
    place.is_level(&service).await;
    let before = service.ids().await;
    service.end().await;
    place.put_files_back(&kept).await;
    let service = place.service().await;
    service.is_closed_for(Reason::Behind).await;

    let plan = service.plan().await;
    let wish = Wish { choice: Choice::TakeBack, subject: "test:operator".into(), from: plan.from, to: plan.to };
    let (progress, mut positions) = mpsc::channel(1);
    let killed = tokio::spawn({
        let (guard, wish) = (service.guard.clone(), wish.clone());
        async move { guard.reconcile(wish, progress).await.map(drop) }
    });
    positions.recv().await.expect("a part is in");
    killed.abort();
    let _ = killed.await;
    let head = service.log.newest().await.unwrap();
    assert!(head > plan.head && head < plan.to, "{head}");
    service.is_closed_for(Reason::Behind).await;
    // What was shown is not what is there any more.
    eventually("the lock of the one that was killed is gone", async || {
        let (sender, _) = mpsc::channel(1);
        match service.guard.reconcile(wish.clone(), sender).await {
            Err(ReconcileError::Busy) => false,
            Err(ReconcileError::Changed) => true,
            other => panic!("{other:?}"),
        }
    })
    .await;
    service.decide(Choice::TakeBack).await.unwrap();
    service.is_open().await;
    assert_eq!(service.ids().await, before);
    place.is_level(&service).await;
    let decisions = service.decisions().await;
    assert_eq!(decisions.iter().map(|(.., ended)| *ended).collect::<Vec<_>>(), [false, true], "{decisions:?}");
    assert_eq!(decisions.iter().map(|(_, _, events, _)| *events).sum::<i64>(), 1_700);
    service.end().await;
}

/// A log that was set back, and took other events while the broker was away. Returns what only the stream has.
async fn regrown(place: &mut Place) -> (Service, Vec<(i64, Uuid)>) {
    let service = place.service().await;
    service.append(100).await;
    let kept = place.copy_files().await;
    service.append(50).await;
    place.is_level(&service).await;
    let lost = service.ids().await[100..].to_vec();
    service.end().await;
    place.servers.nats.stop().await;
    place.put_files_back(&kept).await;
    let service = place.service().await;
    service.append(20).await;
    place.servers.nats.restart().await.unwrap();
    (service, lost)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_took_other_events_stays_as_it_is_only_by_a_decision_and_who_read_the_others_stops() {
    let mut place = Place::start().await;
    place.follow().await;
    let (service, lost) = regrown(&mut place).await;
    let model = place.model.as_ref().unwrap();
    // Its tables were set back, too: it has taken again what only the stream has.
    eventually("the read model follows the stream", async || model.ids().await.len() == 150).await;
    let mine = service.ids().await;
    service.is_closed_for(Reason::Differs).await;
    let plan = service.plan().await;
    assert_eq!(plan.relation, Relation::Differs);
    assert_eq!((plan.from.get(), plan.to.get(), plan.only_log), (101, 150, 20), "{plan:?}");
    let refused = service.decide(Choice::TakeBack).await;
    assert!(matches!(refused, Err(ReconcileError::NotPossible(_))), "{refused:?}");

    service.decide(Choice::KeepLog).await.unwrap();
    service.is_open().await;
    assert_eq!(service.ids().await, mine);
    let aside: Vec<(i64, String)> = sqlx::query_as("SELECT sequence, headers FROM log.set_aside ORDER BY sequence")
        .fetch_all(&service.pool)
        .await
        .unwrap();
    assert_eq!(aside.len(), lost.len());
    for ((position, id), (sequence, headers)) in lost.iter().zip(&aside) {
        assert_eq!(position, sequence);
        assert!(headers.contains(&format!("ce-id: {id}")), "{headers}");
    }
    service.append(100).await;
    let wanted = service.ids().await;
    eventually("the stream is the log's", async || place.stream_ids().await == wanted).await;
    // The read model has events that are no more: it takes nothing on top of them.
    let stopped = async || matches!(model.progress.borrow().state, ReaderState::Stopped { .. });
    eventually("the read model stops", stopped).await;
    assert_eq!(model.ids().await.len(), 150);
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_backup_brings_back_both_ways() {
    let mut place = Place::start().await;
    let service = place.service().await;
    service.append(50).await;
    let older = place.dump();
    service.end().await;
    let (service, _) = regrown(&mut place).await;
    service.is_closed_for(Reason::Differs).await;
    let streamed = place.stream_ids().await;
    service.end().await;
    // As the operator is told: a backup from before they parted, with the broker running.
    place.restore(&older).await;
    let service = place.service().await;
    service.is_closed_for(Reason::Behind).await;
    service.decide(Choice::TakeBack).await.unwrap();
    service.is_open().await;
    assert_eq!(service.ids().await, streamed);
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_neither_has_is_lost_only_by_a_decision_and_who_remembers_it_begins_anew() {
    let mut place = Place::start().await;
    let service = place.service().await;
    service.append(100).await;
    place.is_level(&service).await;
    let kept = place.copy_files().await;
    service.end().await;
    // Acknowledged, and the database is set back before any relay came to it.
    let stop = tokio_util::sync::CancellationToken::new();
    let log = place.servers.log(&stop).await;
    for _ in 0..5 {
        log.append(member(Uuid::now_v7(), 0)).await.unwrap();
    }
    place.put_files_back(&kept).await;
    eventually("it is closed", async || log.gate().closed().is_some_and(|c| c.reason == Reason::SetBack)).await;

    // A service that knows nothing of it, and whose stream agrees with the log, does not open it.
    let fresh = place.service().await;
    fresh.is_closed_for(Reason::SetBack).await;
    assert_eq!(fresh.plan().await.relation, Relation::Lost(Position::new(105).unwrap()));
    assert!(!log.gate().outdated().is_cancelled());

    fresh.decide(Choice::KeepLog).await.unwrap();
    fresh.is_open().await;
    fresh.append(10).await;
    place.is_level(&fresh).await;
    let outdated = log.gate().outdated();
    tokio::time::timeout(std::time::Duration::from_secs(10), outdated.cancelled()).await.expect("it is told");
    let refused = log.append(member(Uuid::now_v7(), 0)).await;
    assert!(matches!(refused, Err(AppendError::Closed(_))), "{refused:?}");
    assert!(!fresh.log.gate().outdated().is_cancelled());
    stop.cancel();
    fresh.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_stream_to_compare_with_a_person_decides() {
    let place = Place::start().await;
    let service = place.service().await;
    service.append(30).await;
    let dump = place.dump();
    place.is_level(&service).await;
    service.end().await;
    place.restore(&dump).await;
    place.delete_stream().await;
    let service = place.service().await;
    service.is_closed_for(Reason::NoStream).await;
    let plan: Plan = service.plan().await;
    assert!(plan.relation == Relation::NoStream && plan.can_keep_log() && !plan.can_take_back());
    service.decide(Choice::KeepLog).await.unwrap();
    service.is_open().await;
    service.append(3).await;
    place.is_level(&service).await;
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_service_that_sees_it_closes_the_log_for_all() {
    let mut place = Place::start().await;
    let service = place.service().await;
    service.append(100).await;
    let kept = place.copy_files().await;
    service.append(50).await;
    place.is_level(&service).await;
    place.put_files_back(&kept).await;
    // One that only has the database: it knows neither the broker nor what there was.
    let stop = tokio_util::sync::CancellationToken::new();
    let blind = place.servers.log(&stop).await;
    service.is_closed_for(Reason::Behind).await;
    let refused = blind.append(member(Uuid::now_v7(), 0)).await;
    assert!(matches!(refused, Err(AppendError::Closed(_))), "{refused:?}");
    assert_eq!(blind.newest().await.unwrap(), Position::new(100).unwrap());
    stop.cancel();
    service.end().await;
}
