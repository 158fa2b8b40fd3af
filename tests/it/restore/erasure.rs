//! What was erased is erased again before anything is served.

use std::time::Duration;

use kim_eventlog::{Choice, Position, Reason, Vault};
use uuid::Uuid;

use super::place::{ERASED, EraseAggregate, MASTER, Place, Service};
use crate::harness::{eventually, member};

struct Person {
    owner: Uuid,
    reference: Uuid,
}

/// Two people in the vault.
async fn two_people(service: &Service) -> [Person; 2] {
    let vault = Vault::new(service.pool.clone(), MASTER);
    let mut people = [(); 2].map(|()| Person { owner: Uuid::now_v7(), reference: Uuid::now_v7() });
    for person in &mut people {
        let mut recorded = member(person.owner, 0);
        recorded.vault = vec![vault.seal_new(person.owner, "officer", person.reference, b"a name")];
        service.log.append(recorded).await.unwrap();
    }
    people
}

async fn erase(service: &Service, person: &Person) {
    let mut erasure = member(person.owner, 1);
    erasure.events[0].event_type = ERASED;
    service.log.append(erasure).await.unwrap();
}

async fn is_known(service: &Service, person: &Person) -> bool {
    !Vault::new(service.pool.clone(), MASTER).open(person.reference).await.unwrap().is_empty()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_comes_back_with_the_log_is_carried_out_before_it_opens() {
    let mut place = Place::start().await;
    let service = place.service_with(Box::new(EraseAggregate)).await;
    let [one, other] = two_people(&service).await;
    let kept = place.copy_files().await;
    erase(&service, &one).await;
    eventually("it is gone", async || !is_known(&service, &one).await).await;
    place.is_level(&service).await;
    service.end().await;

    place.put_files_back(&kept).await;
    let service = place.service_with(Box::new(EraseAggregate)).await;
    service.is_closed_for(Reason::Behind).await;
    assert!(is_known(&service, &one).await, "the backup knows what was erased since");
    let mut states = service.log.gate().states();
    let opened = tokio::spawn({
        let pool = service.pool.clone();
        let reference = one.reference;
        async move {
            tokio::time::timeout(Duration::from_secs(30), states.wait_for(Option::is_none)).await.unwrap().unwrap();
            Vault::new(pool, MASTER).open(reference).await.unwrap().len()
        }
    });
    service.decide(Choice::TakeBack).await.unwrap();
    assert_eq!(opened.await.unwrap(), 0, "when it opened, it was gone");
    assert!(!is_known(&service, &one).await && is_known(&service, &other).await);
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vault_from_a_backup_forgets_again_before_the_service_serves() {
    let place = Place::start().await;
    let service = place.service_with(Box::new(EraseAggregate)).await;
    let [one, other] = two_people(&service).await;
    let vault = |name: &str| format!("CREATE TABLE kept_{name} AS TABLE vault.{name}");
    for name in ["key", "record", "erased"] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(vault(name))).execute(&service.pool).await.unwrap();
    }
    erase(&service, &one).await;
    eventually("it is gone", async || !is_known(&service, &one).await).await;
    let noted: i64 = sqlx::query_scalar("SELECT position FROM vault.erased").fetch_one(&service.pool).await.unwrap();
    assert_eq!(Position::new(noted), Some(Position::new(3).unwrap()));
    // The vault alone is put back; the log is as it was.
    sqlx::raw_sql(
        "TRUNCATE vault.record, vault.key, vault.erased; INSERT INTO vault.key TABLE kept_key;
         INSERT INTO vault.record TABLE kept_record; INSERT INTO vault.erased TABLE kept_erased",
    )
    .execute(&service.pool)
    .await
    .unwrap();
    service.end().await;
    let service = place.service_with(Box::new(EraseAggregate)).await;
    assert!(!is_known(&service, &one).await, "it is gone before anything is served");
    assert!(is_known(&service, &other).await);
    service.end().await;
}
