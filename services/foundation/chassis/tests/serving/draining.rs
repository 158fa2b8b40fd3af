use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use kim_chassis::{config::Grpc, serve::ServeError};
use kim_contract::{
    log::v1::ReadRequest,
    registry::v1::{CommunityRow, ImportCommunitiesRequest},
};
use tokio::{net::TcpStream, sync::oneshot};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tokio_util::sync::CancellationToken;
use tonic::Code;
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::running::{Running, roomy};

fn batch(rows: usize) -> ImportCommunitiesRequest {
    ImportCommunitiesRequest { rows: vec![CommunityRow::default(); rows] }
}

#[tokio::test]
async fn commands_in_flight_end_before_background_tasks_are_told_to_stop() {
    let (told, stopped) = (CancellationToken::new(), Arc::new(AtomicBool::new(false)));
    let task = (told.clone(), Arc::clone(&stopped));
    let (finish, finished) = oneshot::channel::<()>();
    let service = Running::start_with(roomy(), |builder| {
        builder.task("relay", move |stop| async move {
            stop.cancelled().await;
            task.0.cancel();
            // A message is under way; the relay stops at its end.
            finished.await?;
            task.1.store(true, Ordering::SeqCst);
            Ok(())
        })
    })
    .await;
    let desk = Arc::clone(&service.desk);
    let command = service.hold().await;
    desk.holds(1).await;
    // An import is a command too, however long it takes.
    let (rows, sent) = tokio::sync::mpsc::channel(2);
    rows.send(batch(3)).await.unwrap();
    let mut importer = service.communities().await;
    let request = service.signed(ReceiverStream::new(sent));
    let mut results = importer.import_communities(request).await.unwrap().into_inner();
    desk.rows.subscribe().wait_for(|rows| *rows == 3).await.unwrap();
    // A reader's stream has no end of its own.
    let _pages = desk.publish().await;
    let mut log = service.log().await;
    let mut reading = log.read(service.signed(ReadRequest::default())).await.unwrap().into_inner();
    let mut watching = HealthClient::new(service.channel().await)
        .watch(HealthCheckRequest { service: "kim.log.v1.EventLogService".into() })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(watching.next().await.unwrap().unwrap().status, 1);

    service.shutdown.cancel();
    assert_eq!(watching.next().await.unwrap().unwrap().status, 2, "health says NOT_SERVING first");
    assert_eq!(watching.next().await.unwrap().unwrap_err().code(), Code::Unavailable);
    assert_eq!(reading.next().await.unwrap().unwrap_err().code(), Code::Unavailable, "a reader goes on elsewhere");
    assert_eq!(service.http("/readyz").await, (503, "berhenti\n".into()));
    assert_eq!(service.http("/livez").await.0, 200, "it lives until its end");
    while TcpStream::connect(service.grpc).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!told.is_cancelled(), "tasks go on while commands are in flight");

    desk.released.add_permits(2);
    assert_eq!(command.await.unwrap().unwrap().into_inner().context, "released");
    assert_eq!(results.next().await.unwrap().unwrap().results.len(), 3);
    rows.send(batch(2)).await.unwrap();
    desk.released.add_permits(1);
    assert_eq!(results.next().await.unwrap().unwrap().results.len(), 2);
    drop(rows);
    assert!(results.next().await.is_none(), "the import came to its end");

    told.cancelled().await;
    assert!(!stopped.load(Ordering::SeqCst));
    finish.send(()).unwrap();
    service.ended().await.unwrap();
    assert!(stopped.load(Ordering::SeqCst), "the task was awaited");
}

#[tokio::test]
async fn what_does_not_end_in_time_is_cut_with_a_word() {
    let service = Running::start(Grpc { drain_ms: 100, ..roomy() }).await;
    let (rows, sent) = tokio::sync::mpsc::channel(2);
    rows.send(batch(1)).await.unwrap();
    let mut importer = service.communities().await;
    let request = service.signed(ReceiverStream::new(sent));
    let mut results = importer.import_communities(request).await.unwrap().into_inner();
    service.desk.rows.subscribe().wait_for(|rows| *rows == 1).await.unwrap();
    service.shutdown.cancel();
    let cut = results.next().await.unwrap().unwrap_err();
    assert_eq!(cut.code(), Code::Unavailable);
    service.ended().await.unwrap();
}

#[tokio::test]
async fn a_task_that_does_not_stop_is_cut_too() {
    let service = Running::start_with(Grpc { stop_ms: 100, ..roomy() }, |builder| {
        builder.task("stubborn", |_| std::future::pending())
    })
    .await;
    service.shutdown.cancel();
    service.ended().await.unwrap();
}

#[tokio::test]
async fn a_task_that_fails_drains_the_service() {
    let service = Running::start_with(roomy(), |builder| {
        builder.task("well", |_| async { Ok(()) }).task("relay", |_| async { Err("another relay".into()) })
    })
    .await;
    service.draining.cancelled().await;
    let error = service.ended().await.unwrap_err();
    assert!(matches!(error, ServeError::Task("relay", _)), "{error}");
}

#[tokio::test]
async fn two_services_of_one_process_end_each_by_itself() {
    let (one, other) = (Running::start(roomy()).await, Running::start(roomy()).await);
    one.shutdown.cancel();
    one.ended().await.unwrap();
    assert!(other.log().await.get_log(other.order("who")).await.is_ok());
}

#[tokio::test]
async fn an_address_that_is_taken_is_named() {
    let service = Running::start(roomy()).await;
    let verifier = kim_chassis::identity::Verifier::from_config(&service.issuer.identity()).await.unwrap();
    let builder = kim_chassis::serve::Service::builder(
        "second",
        &Grpc::at(service.grpc),
        &kim_chassis::config::Http::default(),
        verifier,
    );
    let error = builder.build().await.err().unwrap().to_string();
    assert!(error.contains(&service.grpc.to_string()), "{error}");
}
