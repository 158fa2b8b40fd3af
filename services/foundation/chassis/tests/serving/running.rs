//! A service that runs, and its callers.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use kim_chassis::{
    config::{Grpc, Http, Telemetry},
    grpc_service,
    identity::{Issuer, Principal, Role, Scope, Verifier},
    serve::{Builder, ServeError, Service},
    telemetry,
};
use kim_contract::{
    log::v1::{
        GetLogRequest, GetLogResponse, event_log_service_client::EventLogServiceClient,
        event_log_service_server::EventLogServiceServer,
    },
    registry::v1::{
        community_service_client::CommunityServiceClient, community_service_server::CommunityServiceServer,
    },
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::{
    Request, Response, Status,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};

use crate::desk::{Communities, Desk, Log};

pub struct Running {
    pub desk: Arc<Desk>,
    pub grpc: SocketAddr,
    pub http: SocketAddr,
    pub shutdown: CancellationToken,
    pub draining: CancellationToken,
    pub issuer: Issuer,
    ended: JoinHandle<Result<(), ServeError>>,
    _dir: tempfile::TempDir,
}

/// Limits that no test meets by chance.
pub fn roomy() -> Grpc {
    Grpc { deadline_ms: 60_000, drain_ms: 60_000, stop_ms: 60_000, ..Grpc::default() }
}

impl Running {
    pub async fn start(grpc: Grpc) -> Self {
        Self::start_with(grpc, |builder| builder).await
    }

    pub async fn start_with(grpc: Grpc, more: impl FnOnce(Builder) -> Builder) -> Self {
        let quiet = Telemetry { filter: "off".into(), ..Telemetry::default() };
        // Kept for good: a process has telemetry once, and tests of one process share it.
        std::mem::forget(telemetry::init(&quiet, "test").unwrap());
        let dir = tempfile::tempdir().unwrap();
        let issuer = Issuer::create(dir.path()).unwrap();
        let verifier = Verifier::from_config(&issuer.identity()).await.unwrap();
        let desk = Desk::new();
        let builder = Service::builder("test", &grpc, &Http::default(), verifier)
            .service(grpc_service!(EventLogServiceServer::new(Log(Arc::clone(&desk))), &grpc))
            .service(grpc_service!(CommunityServiceServer::new(Communities(Arc::clone(&desk))), &grpc));
        let service = more(builder).build().await.unwrap();
        let shutdown = CancellationToken::new();
        Self {
            desk,
            grpc: service.grpc_address(),
            http: service.http_address(),
            draining: service.draining(),
            ended: tokio::spawn(service.run_until(shutdown.clone())),
            shutdown,
            issuer,
            _dir: dir,
        }
    }

    pub async fn channel(&self) -> Channel {
        Channel::from_shared(format!("http://{}", self.grpc)).unwrap().connect().await.unwrap()
    }

    pub async fn log(&self) -> EventLogServiceClient<Channel> {
        EventLogServiceClient::new(self.channel().await)
    }

    pub async fn communities(&self) -> CommunityServiceClient<Channel> {
        CommunityServiceClient::new(self.channel().await)
    }

    pub fn bearer(&self, role: Role, scope: Scope) -> MetadataValue<Ascii> {
        let caller = Principal { subject: "test:caller".parse().unwrap(), role, scope, grant: None };
        let token = self.issuer.issue(&caller, Duration::from_mins(5)).unwrap();
        format!("Bearer {token}").parse().unwrap()
    }

    /// A request of the national office's.
    pub fn signed<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        let bearer = self.bearer(Role::NationalOffice, Scope::National);
        request.metadata_mut().insert("authorization", bearer);
        request
    }

    pub fn order(&self, order: &'static str) -> Request<GetLogRequest> {
        let mut request = self.signed(GetLogRequest {});
        request.metadata_mut().insert("do", MetadataValue::from_static(order));
        request
    }

    /// A call that its handler holds until it is released.
    pub async fn hold(&self) -> JoinHandle<Result<Response<GetLogResponse>, Status>> {
        let mut log = self.log().await;
        let request = self.order("hold");
        tokio::spawn(async move { log.get_log(request).await })
    }

    pub async fn http(&self, path: &str) -> (u16, String) {
        let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
        let response = client.get(format!("http://{}{path}", self.http).parse().unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    pub async fn ended(self) -> Result<(), ServeError> {
        self.ended.await.unwrap()
    }
}
