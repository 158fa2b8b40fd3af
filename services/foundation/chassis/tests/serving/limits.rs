use bytes::Bytes;
use http_body_util::Full;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use kim_chassis::config::Grpc;
use kim_contract::log::v1::{GetLogRequest, ReadRequest, ReadResponse};
use tokio_stream::StreamExt;
use tonic::{Code, Request, codec::CompressionEncoding};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_types::StatusExt;

use crate::running::{Running, roomy};

#[tokio::test]
async fn a_unary_call_ends_at_the_servers_deadline_and_a_stream_goes_on() {
    let service = Running::start(Grpc { deadline_ms: 100, ..roomy() }).await;
    let pages = service.desk.publish().await;
    let mut log = service.log().await;
    let mut stream = log.read(service.signed(ReadRequest::default())).await.unwrap().into_inner();
    let late = log.get_log(service.order("hold")).await.unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
    assert_eq!(late.get_error_details().error_info().unwrap().reason, "DEADLINE_EXCEEDED");
    service.desk.holds(0).await;
    // The stream began before that call and has outlived it.
    pages.send(Ok(ReadResponse { position: 7, ..ReadResponse::default() })).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap().position, 7);
    drop(pages);
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn the_clients_timeout_counts_for_unary_calls_and_for_whole_streams() {
    let service = Running::start(roomy()).await;
    let _pages = service.desk.publish().await;
    // By a bare client, since tonic's own keeps the time by itself and would speak first.
    let client = Client::builder(TokioExecutor::new()).http2_only(true).build_http::<Full<Bytes>>();
    let call = |method: &str| {
        let request = http::Request::post(format!("http://{}/kim.log.v1.EventLogService/{method}", service.grpc))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("grpc-timeout", "150m")
            .header("do", "hold")
            .header("authorization", service.signed(()).metadata().get("authorization").unwrap().to_str().unwrap());
        client.request(request.body(Full::new(Bytes::from_static(&[0; 5]))).unwrap())
    };
    let unary = call("GetLog").await.unwrap();
    assert_eq!(unary.headers()["grpc-status"], "4");
    let stream = call("Read").await.unwrap();
    assert!(stream.headers().get("grpc-status").is_none(), "the stream has begun");
    let trailers = http_body_util::BodyExt::collect(stream.into_body()).await.unwrap();
    assert_eq!(trailers.trailers().unwrap()["grpc-status"], "4");
}

#[tokio::test]
async fn one_call_too_many_is_refused_and_health_answers_all_the_same() {
    let service = Running::start(Grpc { max_in_flight: 2, ..roomy() }).await;
    let held = [service.hold().await, service.hold().await];
    service.desk.holds(2).await;
    let mut log = service.log().await;
    let refused = log.get_log(service.order("who")).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted);
    assert!(refused.get_error_details().localized_message().unwrap().message.contains("penuh"));
    let health = HealthClient::new(service.channel().await).check(HealthCheckRequest::default()).await;
    assert_eq!(health.unwrap().into_inner().status, 1);
    service.desk.released.add_permits(2);
    for call in held {
        assert_eq!(call.await.unwrap().unwrap().into_inner().context, "released");
    }
    assert!(log.get_log(service.order("who")).await.is_ok(), "there is room again");
}

#[tokio::test]
async fn a_stream_keeps_its_place_until_its_end() {
    let service = Running::start(Grpc { max_streams: 1, ..roomy() }).await;
    let mut log = service.log().await;
    let pages = service.desk.publish().await;
    let mut first = log.read(service.signed(ReadRequest::default())).await.unwrap().into_inner();
    let second = log.read(service.signed(ReadRequest::default())).await.unwrap_err();
    assert_eq!(second.code(), Code::ResourceExhausted);
    assert!(log.get_log(service.order("who")).await.is_ok(), "unary calls have places of their own");
    drop(pages);
    assert!(first.next().await.is_none());
    let pages = service.desk.publish().await;
    let mut third = log.read(service.signed(ReadRequest::default())).await.unwrap().into_inner();
    drop(pages);
    assert!(third.next().await.is_none());
}

#[tokio::test]
async fn a_message_over_the_limit_is_refused_also_when_it_is_small_on_the_way() {
    let service = Running::start(Grpc { max_message_bytes: 50_000, ..roomy() }).await;
    let mut log = service.log().await;
    assert_eq!(log.get_log(service.order("much")).await.unwrap_err().code(), Code::OutOfRange, "outwards");
    let mut communities = service.communities().await.send_compressed(CompressionEncoding::Gzip);
    let large = kim_contract::registry::v1::GetCommunityRequest { community_id: "x".repeat(100_000) };
    let refused = communities.get_community(service.signed(large)).await.unwrap_err();
    assert_eq!(refused.code(), Code::ResourceExhausted, "inwards, as it would become");
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_can_read_it() {
    let service = Running::start(roomy()).await;
    let mut log = service.log().await.accept_compressed(CompressionEncoding::Gzip);
    let answer = log.get_log(service.order("much")).await.unwrap();
    assert_eq!(answer.metadata().get("grpc-encoding").unwrap(), "gzip");
    assert_eq!(answer.into_inner().context.len(), 100_000);
    let plain = service.log().await.get_log(service.order("much")).await.unwrap();
    assert!(plain.metadata().get("grpc-encoding").is_none());
}

#[tokio::test]
async fn a_handler_that_panics_answers_internal_and_the_service_goes_on() {
    let service = Running::start(roomy()).await;
    let mut log = service.log().await;
    let failed = log.get_log(service.order("panic")).await.unwrap_err();
    assert_eq!(failed.code(), Code::Internal);
    assert!(!format!("{failed:?}").contains("rahasia"));
    assert!(log.get_log(service.order("who")).await.is_ok());
}

#[tokio::test]
async fn nobody_can_put_a_caller_there_by_metadata() {
    let service = Running::start(roomy()).await;
    let mut request = Request::new(GetLogRequest {});
    request.metadata_mut().insert("x-kim-principal", "national".parse().unwrap());
    let refused = service.log().await.get_log(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
}
