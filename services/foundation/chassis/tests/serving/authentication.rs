use kim_chassis::identity::{Role, Scope};
use kim_contract::{
    log::v1::{GetLogRequest, ReadRequest},
    registry::v1::GetCommunityRequest,
};
use tokio_stream::StreamExt;
use tonic::{Code, Request, Status};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};
use tonic_types::StatusExt;

use crate::running::{Running, roomy};

fn reason(status: &Status) -> (Code, String) {
    (status.code(), status.get_error_details().error_info().unwrap().reason.clone())
}

#[tokio::test]
async fn without_a_token_only_health_and_reflection_answer() {
    let service = Running::start(roomy()).await;
    let missing = (Code::Unauthenticated, "TOKEN_MISSING".to_owned());
    let mut log = service.log().await;
    let refused = log.get_log(GetLogRequest {}).await.unwrap_err();
    assert_eq!(reason(&refused), missing);
    let words = refused.get_error_details().localized_message().unwrap().clone();
    assert_eq!(words.locale, "id-ID");
    assert!(words.message.contains("authorization: Bearer"), "{}", words.message);
    assert_eq!(reason(&log.read(ReadRequest::default()).await.unwrap_err()), missing);
    let mut communities = service.communities().await;
    let asked = communities.get_community(GetCommunityRequest::default()).await;
    assert_eq!(reason(&asked.unwrap_err()), missing);
    let sent = communities.import_communities(tokio_stream::empty()).await;
    assert_eq!(reason(&sent.unwrap_err()), missing);

    let health = HealthClient::new(service.channel().await).check(HealthCheckRequest::default()).await;
    assert_eq!(health.unwrap().into_inner().status, 1);
    assert_eq!(
        services(&service).await,
        [
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "kim.log.v1.EventLogService",
            "kim.registry.v1.CommunityService",
        ]
    );
}

/// What reflection says that this process serves.
async fn services(service: &Running) -> Vec<String> {
    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(service.channel().await);
    let mut answers = client.server_reflection_info(tokio_stream::once(ask)).await.unwrap().into_inner();
    let Some(MessageResponse::ListServicesResponse(list)) = answers.next().await.unwrap().unwrap().message_response
    else {
        panic!("another answer")
    };
    let mut names = list.service.into_iter().map(|service| service.name).collect::<Vec<_>>();
    names.sort();
    names
}

#[tokio::test]
async fn a_method_that_is_not_there_is_not_told_to_strangers() {
    let service = Running::start(roomy()).await;
    let mut client = tonic::client::Grpc::new(service.channel().await);
    let path = "/kim.registry.v1.CommunityService/Erase".parse::<http::uri::PathAndQuery>().unwrap();
    for (request, code) in [
        (Request::new(GetLogRequest {}), Code::Unauthenticated),
        (service.signed(GetLogRequest {}), Code::Unimplemented),
    ] {
        client.ready().await.unwrap();
        let codec = tonic_prost::ProstCodec::<GetLogRequest, GetLogRequest>::default();
        let status = client.unary(request, path.clone(), codec).await.unwrap_err();
        assert_eq!(status.code(), code);
    }
}

#[tokio::test]
async fn the_caller_arrives_at_the_handler() {
    let service = Running::start(roomy()).await;
    let answer = service.log().await.get_log(service.order("who")).await.unwrap();
    assert_eq!(answer.into_inner().context, "test:caller");
}

#[tokio::test]
async fn a_handler_asks_for_a_permit() {
    let service = Running::start(roomy()).await;
    let mut log = service.log().await;
    assert_eq!(log.get_log(service.order("may")).await.unwrap().into_inner().context, "permitted");
    let mut citizen = service.order("may");
    citizen.metadata_mut().insert("authorization", service.bearer(Role::Citizen, Scope::Citizen));
    let refused = log.get_log(citizen).await.unwrap_err();
    assert_eq!(reason(&refused), (Code::PermissionDenied, "OUT_OF_SCOPE".into()));
}

#[tokio::test]
async fn a_token_of_another_nation_is_refused() {
    let (here, elsewhere) = (Running::start(roomy()).await, Running::start(roomy()).await);
    let refused = here.log().await.get_log(elsewhere.order("who")).await.unwrap_err();
    assert_eq!(reason(&refused), (Code::Unauthenticated, "TOKEN_INVALID".into()));
}

#[tokio::test]
async fn a_trace_goes_on_in_the_handler() {
    let service = Running::start(roomy()).await;
    let mut request = service.order("trace");
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    request.metadata_mut().insert("traceparent", parent.parse().unwrap());
    let mut log = service.log().await;
    let seen = log.get_log(request).await.unwrap().into_inner().context;
    assert_eq!((&seen[..36], &seen[52..]), (&parent[..36], "-01"), "the same trace, kept: {seen}");
    assert_ne!(seen[36..52], parent[36..52], "another span: {seen}");
    let fresh = log.get_log(service.order("trace")).await.unwrap().into_inner().context;
    assert_eq!((fresh.len(), &fresh[52..]), (55, "-00"), "a trace of its own, which nobody collects: {fresh}");
}
