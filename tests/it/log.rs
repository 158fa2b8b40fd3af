//! The log: gapless, in commit order, each member standing or falling alone.

use std::num::NonZeroUsize;

use bytes::Bytes;
use futures::future::join_all;
use kim_contract::log::v1::{ReadRequest, event_log_service_client::EventLogServiceClient};
use kim_eventlog::{
    AppendError, Appended, Claim, Done, Envelope, ExecuteError, Filter, Log, OpenError, OpenOptions, Position,
    Proposal, Repository, RequestKeys, Vault,
};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::harness::{Plain, Servers, events_from, eventually, member, plain_event, serve};

fn keys() -> RequestKeys {
    RequestKeys::new([7; 32])
}

async fn positions(log: &Log) -> Vec<i64> {
    events_from(log, Position::START.next()).await.iter().map(|e| e.position.get()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn positions_are_gapless_and_in_order_whatever_fails_in_between() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let (one, two) = (servers.log(&stop).await, servers.log(&stop).await);
    let aggregates: Vec<Uuid> = (0..40).map(|_| Uuid::now_v7()).collect();
    // Two replicas, each aggregate tried eight times at the same version: one wins, seven conflict.
    let tries = aggregates.iter().flat_map(|&id| (0..8).map(move |n| (id, n)));
    let answers = join_all(tries.map(|(id, n)| {
        let log = if n % 2 == 0 { &one } else { &two };
        async move { (id, log.append(member(id, 0)).await) }
    }))
    .await;
    for id in &aggregates {
        let won = answers.iter().filter(|(a, answer)| a == id && answer.is_ok()).count();
        let conflicts = answers.iter().filter(|(a, answer)| a == id && *answer == Err(AppendError::Conflict)).count();
        assert_eq!((won, conflicts), (1, 7));
    }
    assert_eq!(positions(&one).await, (1..=40).collect::<Vec<_>>());
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_misses_nothing_while_transactions_stay_open_at_the_log() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    // An old snapshot, and a transaction that appended and has not committed: whoever comes after waits, and takes the next position.
    let pool = servers.pool("registry").await;
    let mut snapshot = pool.begin().await.unwrap();
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *snapshot).await.unwrap();
    sqlx::query("SELECT count(*) FROM log.event").execute(&mut *snapshot).await.unwrap();
    let mut open = pool.begin().await.unwrap();
    let append = "SELECT string_agg(outcome, ' ') FROM log.append(ARRAY[$1], ARRAY[0::bigint], ARRAY['t'], ARRAY[NULL::text],
        NULL, NULL, NULL, NULL, ARRAY[1], ARRAY[$2], ARRAY[1::bigint], ARRAY['kim.registry.v1.CommunityDrafted'], ARRAY['14'],
        ARRAY['1401'], ARRAY[now()], ARRAY['x'::bytea], NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL)";
    let outcome: String =
        sqlx::query_scalar(append).bind(Uuid::now_v7()).bind(Uuid::now_v7()).fetch_one(&mut *open).await.unwrap();
    assert_eq!(outcome, "begins");

    let reader = tokio::spawn({
        let log = log.clone();
        async move {
            let mut seen: Vec<i64> = Vec::new();
            while seen.len() < 101 {
                let from = Position::new(seen.last().copied().unwrap_or(0)).unwrap().next();
                let (events, _) = log.read(from, 10, &Filter::default()).await.unwrap();
                seen.extend(events.iter().map(|e| e.position.get()));
                tokio::task::yield_now().await;
            }
            seen
        }
    });
    let appends = tokio::spawn({
        let log = log.clone();
        async move { join_all((0..100).map(|_| log.append(member(Uuid::now_v7(), 0)))).await }
    });
    // The appends are waiting for the open transaction, and the reader has seen nothing of it.
    eventually("an append waits for the lock", || async {
        let waiting: i64 =
            sqlx::query_scalar("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                .fetch_one(&pool)
                .await
                .unwrap();
        waiting > 0
    })
    .await;
    assert!(!appends.is_finished() && !reader.is_finished());
    open.commit().await.unwrap();
    assert!(appends.await.unwrap().iter().all(Result::is_ok));
    assert_eq!(reader.await.unwrap(), (1..=101).collect::<Vec<_>>());
    snapshot.rollback().await.unwrap();
    stop.cancel();
}

#[tokio::test]
async fn an_aborted_transaction_leaves_no_hole() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let mut poisoned = member(Uuid::now_v7(), 0);
    poisoned.actor = "a zero byte \0 is no text".into();
    let (first, refused, last) = tokio::join!(
        log.append(member(Uuid::now_v7(), 0)),
        log.append(poisoned),
        log.append(member(Uuid::now_v7(), 0))
    );
    assert!(first.is_ok() && last.is_ok());
    assert!(matches!(refused, Err(AppendError::Poisoned(_))), "{refused:?}");
    assert_eq!(positions(&log).await, [1, 2]);
    stop.cancel();
}

#[tokio::test]
async fn the_guilty_members_of_a_group_fail_alone_each_with_its_own_error() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let name = |n: &str| Claim { kind: "name", value: keys().claim_value(n) };
    let holder = Uuid::now_v7();
    let mut held = member(holder, 0);
    held.claims = vec![name("taken")];
    log.append(held).await.unwrap();

    let mut claimed = member(Uuid::now_v7(), 0);
    claimed.claims = vec![name("free"), name("taken")];
    let conflict = member(holder, 0);
    let mut poisoned = member(Uuid::now_v7(), 0);
    poisoned.traceparent = Some("\0".into());
    let mut oversized = member(Uuid::now_v7(), 0);
    oversized.events = vec![plain_event(&"x".repeat(kim_eventlog::MAX_PAYLOAD + 1))];
    let mut good = (0..50).map(|_| member(Uuid::now_v7(), 0)).collect::<Vec<_>>();
    good[7].claims = vec![name("free")];
    let guilty = join_all([claimed, conflict, poisoned, oversized].map(|m| log.append(m)));
    let innocent = join_all(good.into_iter().map(|m| log.append(m)));
    let (guilty, innocent) = tokio::join!(guilty, innocent);
    assert!(innocent.iter().all(Result::is_ok), "{innocent:?}");
    assert_eq!(guilty[0], Err(AppendError::Claimed { kind: "name".into(), holder }));
    assert_eq!(guilty[1], Err(AppendError::Conflict));
    assert!(matches!(&guilty[2], Err(AppendError::Poisoned(code)) if code == "22021"), "{:?}", guilty[2]);
    assert!(matches!(guilty[3], Err(AppendError::Invalid(_))));
    assert_eq!(positions(&log).await, (1..=51).collect::<Vec<_>>());
    stop.cancel();
}

#[tokio::test]
async fn a_released_name_can_be_claimed_by_another() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let name = Claim { kind: "name", value: keys().claim_value("sumber") };
    let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
    let mut claim = member(first, 0);
    claim.claims = vec![name.clone()];
    log.append(claim.clone()).await.unwrap();
    claim.aggregate = second;
    assert!(matches!(log.append(claim.clone()).await, Err(AppendError::Claimed { holder, .. }) if holder == first));
    let mut release = member(first, 1);
    release.releases = vec![name];
    log.append(release).await.unwrap();
    assert!(log.append(claim).await.is_ok());
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_carried_out_once_and_answered_as_the_first_time() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let repository = Repository::<Plain>::new(log.clone(), NonZeroUsize::new(8).unwrap());
    let id = Uuid::now_v7();
    let request = Uuid::now_v7().to_string();
    let envelope = |principal: &str, body: &[u8]| Envelope {
        actor: principal.into(),
        key: Some(keys().command(principal, "Draft", &request, body, OffsetDateTime::now_utc()).unwrap()),
        ..Envelope::default()
    };
    let command = |envelope: Envelope| {
        let repository = repository.clone();
        async move {
            repository
                .execute(id, &envelope, |_| {
                    let mut proposal = Proposal::of(vec![()]);
                    proposal.result = Bytes::from(Uuid::now_v7().to_string());
                    Ok::<_, ()>(proposal)
                })
                .await
        }
    };
    // Sixteen times at once, as an impatient client would.
    let answers = join_all((0..16).map(|_| command(envelope("office", b"body")))).await;
    let results: Vec<Bytes> = answers
        .into_iter()
        .map(|answer| match answer.unwrap() {
            Done::New { result, .. } | Done::Repeated { result } => result,
        })
        .collect();
    assert!(results.iter().all(|r| *r == results[0]));
    assert_eq!(positions(&log).await, [1]);
    let other = command(envelope("office", b"another body")).await;
    assert!(matches!(other, Err(ExecuteError::Append(AppendError::RequestReused))));
    // The key is the principal's own.
    assert!(matches!(command(envelope("another office", b"body")).await, Ok(Done::New { .. })));
    stop.cancel();
}

#[tokio::test]
async fn a_refusal_from_stale_state_is_made_again_from_fresh_state() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let eight = NonZeroUsize::new(8).unwrap();
    let (one, two) = (Repository::<Plain>::new(log.clone(), eight), Repository::<Plain>::new(log, eight));
    let id = Uuid::now_v7();
    let only_at = |version: u32| {
        move |snapshot: &kim_eventlog::Snapshot<u32>| {
            if snapshot.state == version { Ok(Proposal::of(vec![()])) } else { Err("not at this version") }
        }
    };
    one.execute(id, &Envelope::default(), only_at(0)).await.unwrap();
    two.execute(id, &Envelope::default(), only_at(1)).await.unwrap();
    // `one` has the state with one event in its cache. It would refuse what the log allows …
    assert!(matches!(one.execute(id, &Envelope::default(), only_at(2)).await, Ok(Done::New { .. })));
    two.execute(id, &Envelope::default(), only_at(3)).await.unwrap();
    // … and allow what the log refuses.
    assert!(matches!(one.execute(id, &Envelope::default(), only_at(3)).await, Err(ExecuteError::Refused(_))));
    stop.cancel();
}

#[tokio::test]
async fn an_aggregate_with_an_event_of_an_unknown_type_takes_no_command() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let id = Uuid::now_v7();
    let mut newer = member(id, 0);
    newer.events[0].event_type = "kim.registry.v1.SomethingOfTheFuture";
    log.append(newer).await.unwrap();
    let repository = Repository::<Plain>::new(log, NonZeroUsize::new(8).unwrap());
    let answer = repository.execute(id, &Envelope::default(), |_| Ok::<_, ()>(Proposal::of(vec![()]))).await;
    assert!(matches!(answer, Err(ExecuteError::UnknownEvent { .. })));
    let other = repository.execute(Uuid::now_v7(), &Envelope::default(), |_| Ok::<_, ()>(Proposal::of(vec![()]))).await;
    assert!(other.is_ok());
    stop.cancel();
}

/// What the aggregate is to somebody who remembers nothing.
async fn read_anew(log: &Log, id: Uuid) -> (u32, i64) {
    let repository = Repository::<Plain>::new(log.clone(), NonZeroUsize::new(8).unwrap());
    let snapshot = repository.load::<()>(id).await.unwrap();
    (snapshot.state, snapshot.version.get())
}

#[tokio::test]
async fn an_aggregate_with_many_events_is_read_from_its_snapshot_on_and_only_from_one_of_its_own_log() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let id = Uuid::now_v7();
    let mut many = member(id, 0);
    many.events = (0..200).map(|_| plain_event("x")).collect();
    log.append(many).await.unwrap();
    let change = async |change: &'static str| {
        sqlx::query(change).bind(id).execute(log.pool()).await.unwrap();
    };
    let kept = async |wanted: i64| {
        let row: Option<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT s.version, s.state FROM log.snapshot s JOIN log.event e USING (aggregate_id, version, event_id)
             WHERE s.aggregate_id = $1 AND s.shape = 'plain.1'",
        )
        .bind(id)
        .fetch_optional(log.pool())
        .await
        .unwrap();
        row == Some((wanted, u32::try_from(wanted).unwrap().to_be_bytes().into()))
    };
    assert_eq!(read_anew(&log, id).await, (200, 200));
    eventually("a snapshot is kept", async || kept(200).await).await;

    log.append(member(id, 200)).await.unwrap();
    assert_eq!(read_anew(&log, id).await, (201, 201));
    // Another state shows what is read.
    change("UPDATE log.snapshot SET state = '\\x00000700' WHERE aggregate_id = $1").await;
    assert_eq!(read_anew(&log, id).await, (0x701, 201), "the snapshot, and the event after it");

    // Neither what is written otherwise, nor what is of an event that the log does not have.
    for (what, spoiled) in [
        ("another shape", "UPDATE log.snapshot SET shape = 'plain.2' WHERE aggregate_id = $1"),
        ("another event", "UPDATE log.snapshot SET event_id = gen_random_uuid() WHERE aggregate_id = $1"),
        ("a version to come", "UPDATE log.snapshot SET version = 1000 WHERE aggregate_id = $1"),
        ("no state", "UPDATE log.snapshot SET state = '\\x00' WHERE aggregate_id = $1"),
    ] {
        change(spoiled).await;
        assert_eq!(read_anew(&log, id).await, (201, 201), "{what}");
        eventually("a snapshot is kept again", async || kept(201).await).await;
    }
    stop.cancel();
}

#[tokio::test]
async fn a_log_stays_what_it_was_made_as() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    log.append(member(Uuid::now_v7(), 0)).await.unwrap();
    let open = |context: &'static str, simulated| {
        let (pool, stop) = (log.pool().clone(), stop.clone());
        async move { Log::open(pool, context, OpenOptions { simulated }, stop).await.err() }
    };
    assert!(matches!(open("registry", true).await, Some(OpenError::Simulated { found: false, wanted: true })));
    assert!(matches!(open("aspirations", false).await, Some(OpenError::OtherContext { .. })));
    for change in [
        "UPDATE log.identity SET simulated = true",
        "UPDATE log.event SET payload = ''",
        "DELETE FROM log.event",
        "TRUNCATE log.event",
    ] {
        assert!(sqlx::query(change).execute(log.pool()).await.is_err(), "{change}");
    }
    stop.cancel();
}

#[tokio::test]
async fn a_recorded_time_is_the_logs_own_and_never_falls() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let mut backdated = member(Uuid::now_v7(), 0);
    backdated.recorded = Some(OffsetDateTime::UNIX_EPOCH);
    let before = OffsetDateTime::now_utc() - time::Duration::minutes(1);
    let Ok(Appended::New { recorded_time, .. }) = log.append(backdated).await else { panic!("it is appended") };
    assert!(recorded_time > before, "only a simulated log takes a time from outside");
    stop.cancel();
}

#[tokio::test]
async fn what_is_erased_from_the_vault_is_gone_with_its_key() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let vault = Vault::new(log.pool().clone(), [9; 32]);
    let (chair, treasurer, reference) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut with_people = member(Uuid::now_v7(), 0);
    with_people.vault = vec![
        vault.seal_new(chair, "officer", reference, b"0812-1111-2222"),
        vault.seal_new(treasurer, "officer", reference, b"0812-3333-4444"),
    ];
    log.append(with_people).await.unwrap();
    assert_eq!(vault.open(reference).await.unwrap().len(), 2);
    assert_eq!(vault.erase(chair).await.unwrap(), 1);
    let left = vault.open(reference).await.unwrap();
    assert_eq!(left.iter().map(|r| r.content.as_slice()).collect::<Vec<_>>(), [b"0812-3333-4444"]);
    assert!(Vault::new(log.pool().clone(), [8; 32]).open(reference).await.is_err(), "another master key opens nothing");
    stop.cancel();
}

#[tokio::test]
async fn whoever_was_erased_meanwhile_gets_no_record_that_nobody_can_open() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let vault = Vault::new(log.pool().clone(), [9; 32]);
    let (owner, reference) = (Uuid::now_v7(), Uuid::now_v7());
    let mut first = member(Uuid::now_v7(), 0);
    first.vault = vec![vault.seal_new(owner, "officer", reference, b"0812-1111-2222")];
    log.append(first).await.unwrap();
    // Sealed with the key that is destroyed before the append; the other member of the group has done nothing wrong.
    let mut late = member(Uuid::now_v7(), 0);
    late.vault = vec![vault.seal(owner, "note", Uuid::now_v7(), b"a note").await.unwrap()];
    assert_eq!(vault.erase(owner).await.unwrap(), 1);
    let (late, other) = tokio::join!(log.append(late), log.append(member(Uuid::now_v7(), 0)));
    assert!(matches!(&late, Err(AppendError::Poisoned(code)) if code == "23503"), "{late:?}");
    assert!(other.is_ok(), "{other:?}");
    let records =
        sqlx::query_scalar::<_, i64>("SELECT count(*) FROM vault.record").fetch_one(log.pool()).await.unwrap();
    assert_eq!(records, 0);
    // An append that came first keeps whoever erases waiting, and its record goes with the key.
    let mut again = member(Uuid::now_v7(), 0);
    again.vault = vec![vault.seal_new(owner, "officer", reference, b"0812-3333-4444")];
    log.append(again).await.unwrap();
    for _ in 0..20 {
        let mut noted = member(Uuid::now_v7(), 0);
        noted.vault = vec![vault.seal(owner, "note", Uuid::now_v7(), b"a note").await.unwrap()];
        let (noted, erased) = tokio::join!(log.append(noted), vault.erase(owner));
        let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM vault.record").fetch_one(log.pool()).await.unwrap();
        assert_eq!(kept, 0, "{noted:?} {erased:?}");
        let mut again = member(Uuid::now_v7(), 0);
        again.vault = vec![vault.seal_new(owner, "officer", Uuid::now_v7(), b"0812-3333-4444")];
        log.append(again).await.unwrap();
    }
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_events_are_read_over_grpc_in_messages_that_every_client_takes() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    for _ in 0..12 {
        let mut large = member(Uuid::now_v7(), 0);
        large.events = vec![plain_event(&"x".repeat(kim_eventlog::MAX_PAYLOAD))];
        log.append(large).await.unwrap();
    }
    let mut client = EventLogServiceClient::new(serve(&log).await);
    let request = ReadRequest { from_position: 1, filter: None, follow: false };
    let mut answers = client.read(request).await.unwrap().into_inner();
    let (mut seen, mut looked_at) = (Vec::new(), 0);
    while let Some(answer) = answers.message().await.unwrap() {
        seen.extend(answer.events.iter().map(|event| event.position));
        assert!(answer.position > looked_at && seen.last() == Some(&answer.position));
        looked_at = answer.position;
    }
    assert_eq!(seen, (1..=12).collect::<Vec<_>>());
    stop.cancel();
}
