//! The ways in which a database is set back, and how each is noticed.

use kim_eventlog::{Choice, Reason, Relation};
use uuid::Uuid;

use super::place::{Place, Service};

/// A log of 100 events with a read model that follows it.
async fn followed() -> (Place, Service) {
    let mut place = Place::start().await;
    place.follow().await;
    let service = place.service().await;
    service.append(100).await;
    (place, service)
}

/// What comes after the backup, and reaches the stream and the read model; all ids then.
async fn fifty_more(place: &Place, service: &Service) -> Vec<(i64, Uuid)> {
    service.append(50).await;
    place.is_level(service).await;
    service.ids().await
}

/// Takes back what only the stream has, and looks that it is all there.
async fn taken_back(place: &Place, service: &Service, before: &[(i64, Uuid)]) {
    let plan = service.plan().await;
    assert_eq!((plan.relation, plan.events()), (Relation::Behind, 50), "{plan:?}");
    let decision = service.decide(Choice::TakeBack).await.unwrap();
    assert_eq!((decision.events, decision.subject.as_str()), (50, "test:operator"));
    service.is_open().await;
    assert_eq!(service.ids().await, before, "every event is where it was");
    service.append(5).await;
    place.is_level(service).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_restored_into_the_same_cluster_is_closed_and_taken_back() {
    let (place, service) = followed().await;
    let dump = place.dump();
    let before = fifty_more(&place, &service).await;
    service.end().await;

    place.restore(&dump).await;
    let service = place.service().await;
    service.is_closed_for(Reason::Behind).await;
    assert_eq!(place.model.as_ref().unwrap().ids().await, before, "what is served is what was true");
    taken_back(&place, &service, &before).await;
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dump_restored_under_a_running_service_is_closed_at_once() {
    let (place, service) = followed().await;
    let dump = place.dump();
    let before = fifty_more(&place, &service).await;
    // Its connections stay: only the tables are others.
    place.restore_in_place(&dump);
    let refused = service.log.append(crate::harness::member(Uuid::now_v7(), 0)).await;
    assert!(matches!(refused, Err(kim_eventlog::AppendError::Closed(_))), "the very first is refused: {refused:?}");
    let head = service.log.newest().await.unwrap();
    assert_eq!(head.get(), 100, "nothing came into the tables that were restored");
    service.is_closed_for(Reason::Behind).await;
    taken_back(&place, &service, &before).await;
    assert!(!service.log.gate().outdated().is_cancelled(), "what it remembers is true again");
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_put_back_under_a_running_service_are_noticed_though_nothing_tells_them_apart() {
    let (mut place, service) = followed().await;
    let kept = place.copy_files().await;
    let before = fifty_more(&place, &service).await;
    // Even without the broker: this process knows what there was.
    place.servers.nats.stop().await;
    place.put_files_back(&kept).await;
    service.is_closed_for(Reason::SetBack).await;
    place.servers.nats.restart().await.unwrap();
    service.is_closed_for(Reason::Behind).await;
    taken_back(&place, &service, &before).await;
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_put_back_while_nothing_ran_are_noticed_by_the_stream() {
    let (mut place, service) = followed().await;
    let kept = place.copy_files().await;
    let before = fifty_more(&place, &service).await;
    service.end().await;
    place.put_files_back(&kept).await;
    let service = place.service().await;
    assert!(service.log.gate().closed().is_some(), "it is closed before anything is served");
    service.is_closed_for(Reason::Behind).await;
    taken_back(&place, &service, &before).await;
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_has_everything_opens_by_itself_when_it_is_promoted() {
    let (mut place, service) = followed().await;
    place.is_level(&service).await;
    // Without the broker nobody can tell.
    place.servers.nats.stop().await;
    place.promote(None).await;
    service.is_closed_for(Reason::Moved).await;
    place.servers.nats.restart().await.unwrap();
    service.is_open().await;
    service.append(20).await;
    place.is_level(&service).await;
    assert_eq!(service.decisions().await, []);
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_lacks_events_stays_closed_until_they_are_taken_back() {
    let (mut place, service) = followed().await;
    let kept = place.copy_files().await;
    let before = fifty_more(&place, &service).await;
    service.end().await;
    place.promote(Some(&kept)).await;
    let service = place.service().await;
    service.is_closed_for(Reason::Behind).await;
    taken_back(&place, &service, &before).await;
    service.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_at_home_takes_events_while_the_broker_is_away_and_another_does_not() {
    let mut place = Place::start().await;
    let service = place.service().await;
    service.append(10).await;
    place.is_level(&service).await;
    service.end().await;
    place.servers.nats.stop().await;
    let service = place.service().await;
    service.append(10).await;
    service.end().await;
    place.promote(None).await;
    let service = place.service().await;
    service.is_closed_for(Reason::Moved).await;
    place.servers.nats.restart().await.unwrap();
    service.is_open().await;
    place.is_level(&service).await;
    service.end().await;
}
