//! The real services on real servers, in this process: started as operators start them.

use std::{collections::HashMap, ffi::OsString, fs, net::SocketAddr, sync::Mutex, time::Duration};

use kim_chassis::{
    config::{Database, Grpc, Http, Nats, Source, Telemetry},
    identity::{Issuer, Principal, Role, Scope},
    telemetry,
};
use kim_contract::{
    log::v1::{GetLogRequest, event_log_service_client::EventLogServiceClient},
    registry::v1::{
        ImportCommunitiesRequest, RowOutcome, assessment_service_client::AssessmentServiceClient,
        code_list_service_client::CodeListServiceClient, community_service_client::CommunityServiceClient,
        office_service_client::OfficeServiceClient, partnership_service_client::PartnershipServiceClient,
        rule_service_client::RuleServiceClient, simulation_service_client::SimulationServiceClient,
        training_service_client::TrainingServiceClient,
    },
    reporting::v1::reporting_service_client::ReportingServiceClient,
};
use kim_eventlog::Position;
use kim_projection::{pages::State, store::Store};
use kim_territory::{Decree, RegionCode};
use kimctl::{cli::Cli, refusal};
use tokio_util::sync::CancellationToken;
use tonic::{
    Request, Status,
    metadata::MetadataValue,
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

use super::{Servers, community_row};

const LIFETIME: Duration = Duration::from_hours(1);
const VAULT_KEY: &str = "vault.key";

/// A client's channel with its token.
pub type Caller = InterceptedService<Channel, Bearer>;

#[derive(Clone)]
pub struct Bearer(MetadataValue<tonic::metadata::Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// A nation: registry and projection, with an issuer of its own.
pub struct Nation {
    pub servers: Servers,
    pub issuer: Issuer,
    pub registry: SocketAddr,
    pub reporting: SocketAddr,
    pub pages: SocketAddr,
    pub store: Store,
    stop: CancellationToken,
    channels: Mutex<HashMap<SocketAddr, Channel>>,
}

impl Nation {
    pub async fn start() -> Self {
        Self::start_as(false).await
    }

    /// A nation whose log is made as simulated.
    pub async fn simulated() -> Self {
        Self::start_as(true).await
    }

    async fn start_as(simulated: bool) -> Self {
        let servers = Servers::start().await;
        // The first nation of this process says where its log lines go, for all.
        let lines = Telemetry { filter: "warn".into(), ..Telemetry::default() };
        std::mem::forget(telemetry::init(&lines, "kim-it").expect("telemetry starts"));
        let dir = servers.dir.path();
        let issuer = Issuer::create(dir.join("issuer")).expect("a key is made");
        fs::write(dir.join(VAULT_KEY), "5a".repeat(32)).expect("a key can be written");
        let stop = CancellationToken::new();
        let any = || SocketAddr::from(([127, 0, 0, 1], 0));
        let log = kim_registry::config::Log { simulated, ..Default::default() };
        let registry_address = registry(&servers, &issuer, log, &stop).await;

        let token_file = dir.join("projection.jwt");
        fs::write(&token_file, token(&issuer, Role::NationalOffice, Scope::National)).expect("a token can be written");
        let projection = kim_projection::startup::build(&kim_projection::config::Config {
            grpc: Grpc::at(any()),
            http: Http::at(any()),
            database: servers.database("projection"),
            nats: servers.broker("projection"),
            identity: issuer.identity(),
            registry: Source { url: format!("http://{registry_address}"), token_file: token_file.clone() },
            // This nation has no such service.
            dissemination: Source { url: "http://127.0.0.1:1".into(), token_file },
            ..Default::default()
        })
        .await
        .expect("the projection starts");
        let (reporting, pages, store) = (projection.grpc_address(), projection.pages_address(), projection.store());
        tokio::spawn(projection.run_until(stop.clone()));
        let channels = Mutex::new(HashMap::new());
        Self { servers, issuer, registry: registry_address, reporting, pages, store, stop, channels }
    }

    /// Another replica of the registry, on the same database and broker.
    pub async fn another_registry(&self) -> SocketAddr {
        registry(&self.servers, &self.issuer, kim_registry::config::Log::default(), &self.stop).await
    }

    pub fn communities_at(&self, registry: SocketAddr, token: &str) -> CommunityServiceClient<Caller> {
        CommunityServiceClient::new(self.caller(registry, token))
    }

    fn channel(&self, address: SocketAddr) -> Channel {
        let mut channels = self.channels.lock().expect("no test panics while it holds the channels");
        let connect = || Endpoint::from_shared(format!("http://{address}")).expect("an address").connect_lazy();
        channels.entry(address).or_insert_with(connect).clone()
    }

    fn caller(&self, address: SocketAddr, token: &str) -> Caller {
        bearing(self.channel(address), token)
    }

    pub fn token(&self, role: Role, scope: Scope) -> String {
        token(&self.issuer, role, scope)
    }

    pub fn national(&self) -> String {
        self.token(Role::NationalOffice, Scope::National)
    }

    pub fn simulator(&self) -> String {
        self.token(Role::Simulator, Scope::Simulator)
    }

    /// The token of a province's or a regency's office.
    pub fn office(&self, code: &str) -> String {
        self.office_by(code, Decree::CURRENT)
    }

    /// The same, whose region has its code by a decree.
    pub fn office_by(&self, code: &str, decree: Decree) -> String {
        let code: RegionCode = code.parse().expect("a region's code");
        let role = if code.regency().is_some() { Role::RegencyOffice } else { Role::ProvincialOffice };
        self.token(role, Scope::Region { code, decree })
    }

    pub fn communities(&self, token: &str) -> CommunityServiceClient<Caller> {
        CommunityServiceClient::new(self.caller(self.registry, token))
    }

    pub fn offices(&self, token: &str) -> OfficeServiceClient<Caller> {
        OfficeServiceClient::new(self.caller(self.registry, token))
    }

    pub fn partnerships(&self, token: &str) -> PartnershipServiceClient<Caller> {
        PartnershipServiceClient::new(self.caller(self.registry, token))
    }

    pub fn rules(&self, token: &str) -> RuleServiceClient<Caller> {
        RuleServiceClient::new(self.caller(self.registry, token))
    }

    pub fn trainings(&self, token: &str) -> TrainingServiceClient<Caller> {
        TrainingServiceClient::new(self.caller(self.registry, token))
    }

    pub fn code_lists(&self, token: &str) -> CodeListServiceClient<Caller> {
        CodeListServiceClient::new(self.caller(self.registry, token))
    }

    pub fn assessments(&self, token: &str) -> AssessmentServiceClient<Caller> {
        AssessmentServiceClient::new(self.caller(self.registry, token))
    }

    pub fn simulation(&self, token: &str) -> SimulationServiceClient<Caller> {
        SimulationServiceClient::new(self.caller(self.registry, token))
    }

    pub fn log(&self, token: &str) -> EventLogServiceClient<Caller> {
        EventLogServiceClient::new(self.caller(self.registry, token))
    }

    /// A community with its seat there, entered by the national office; its id.
    pub async fn import_one(&self, seat: &str) -> String {
        let rows = vec![community_row(1, "KIM Sumber Makmur", seat)];
        let rows = tokio_stream::once(ImportCommunitiesRequest { rows });
        let answers = self.communities(&self.national()).import_communities(rows).await;
        let answer = answers.expect("it is imported").into_inner().message().await.expect("it is answered");
        let result = answer.expect("a row has an answer").results.remove(0);
        assert_eq!(result.outcome(), RowOutcome::Accepted, "{result:?}");
        result.id
    }

    /// What is typed after `kimctl`, by the holder of a token.
    pub fn kimctl(&self, token: &str, args: &[&str]) -> Cli {
        let registry = format!("http://{}", self.registry);
        let typed = [&["kimctl", "--registry", &registry, "--token", token], args].concat();
        refusal::parse(typed.into_iter().map(OsString::from)).expect("it is a command")
    }

    pub fn reports(&self, token: &str) -> ReportingServiceClient<Caller> {
        ReportingServiceClient::new(self.caller(self.reporting, token))
    }

    /// The newest position of the registry's log.
    pub async fn head(&self) -> Position {
        let log = self.log(&self.national()).get_log(GetLogRequest {}).await.expect("the log answers").into_inner();
        Position::new(log.head).expect("not negative")
    }

    /// Waits until the read model has all that is in the log, and says up to where that is.
    pub async fn settled(&self) -> Position {
        let head = self.head().await;
        let mut states = self.store.states();
        let has_all = |state: &State| matches!(state, State::Serving(as_of) if as_of.registry().position >= head.get());
        let settled = tokio::time::timeout(Duration::from_mins(1), states.wait_for(has_all)).await;
        assert!(settled.is_ok_and(|state| state.is_ok()), "the read model has not come to {head}");
        head
    }

    /// A page, or what is at this address otherwise: status and body.
    pub async fn page(&self, path: &str) -> (u16, String) {
        kim_local::http::get(self.pages.port(), path).await.expect("the page is answered")
    }

    /// Ends the services; their servers go with the value.
    pub fn stop(self) -> Servers {
        self.stop.cancel();
        self.servers
    }
}

/// Starts a replica of the registry, and says where it is.
async fn registry(
    servers: &Servers,
    issuer: &Issuer,
    log: kim_registry::config::Log,
    stop: &CancellationToken,
) -> SocketAddr {
    let any = || SocketAddr::from(([127, 0, 0, 1], 0));
    let registry = kim_registry::startup::build(&kim_registry::config::Config {
        grpc: Grpc::at(any()),
        http: Http::at(any()),
        database: servers.database("registry"),
        nats: servers.broker("registry"),
        identity: issuer.identity(),
        log,
        stream: kim_desk::config::Stream { max_gigabytes: 1, ..Default::default() },
        vault: kim_desk::config::Vault { key_file: servers.dir.path().join(VAULT_KEY) },
        ..Default::default()
    })
    .await
    .expect("the registry starts");
    let address = registry.grpc_address();
    tokio::spawn(registry.run_until(stop.clone()));
    address
}

impl Servers {
    fn database(&self, name: &str) -> Database {
        let url_file = self.postgres.url_file(name).expect("the database has an owner");
        Database { url_file: Some(url_file), ..Database::default() }
    }

    fn broker(&self, user: &str) -> Nats {
        Nats {
            nkey_seed_file: Some(self.nats.seed_file(user)),
            inbox_prefix: Some(format!("_INBOX_{user}")),
            ..Nats::at(self.nats.url())
        }
    }
}

pub fn token(issuer: &Issuer, role: Role, scope: Scope) -> String {
    let subject = "test:caller".parse().expect("an opaque subject");
    issuer.issue(&Principal { subject, role, scope, grant: None }, LIFETIME).expect("the key signs")
}

/// The channel, with the token on every call.
pub fn bearing(channel: Channel, token: &str) -> Caller {
    let bearer = MetadataValue::try_from(format!("Bearer {token}")).expect("a token is ASCII");
    InterceptedService::new(channel, Bearer(bearer))
}

/// A request id of now.
pub fn request_id() -> String {
    Uuid::now_v7().to_string()
}
