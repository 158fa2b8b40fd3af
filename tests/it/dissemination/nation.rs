//! A registry and dissemination in this process, started as operators start them, with an issuer of their own.

use std::{fs, net::SocketAddr, path::PathBuf, time::Duration};

use kim_chassis::{
    config::{Database, Grpc, Http, Nats as NatsConfig, Source},
    identity::{Issuer, Principal, Role, Scope},
    serve::Service,
};
use kim_contract::{
    dissemination::v1::{
        campaign_service_client::CampaignServiceClient, delivery_service_client::DeliveryServiceClient,
        endpoint_service_client::EndpointServiceClient, inbox_service_client::InboxServiceClient,
        material_service_client::MaterialServiceClient, programme_service_client::ProgrammeServiceClient,
        question_service_client::QuestionServiceClient, simulation_service_client::SimulationServiceClient,
    },
    log::v1::{GetLogRequest, event_log_service_client::EventLogServiceClient},
    registry::v1::{
        BaseGroup, CodeListEntry, CodeListName, CommunityContacts, CommunityProfile, CommunityRow, DecreeIssuer,
        EstablishOfficeRequest, FormationDecree, ImportCommunitiesRequest, OfficeKind, Officer, OfficerRole,
        RowOutcome, SetCodeListRequest, code_list_service_client::CodeListServiceClient,
        community_service_client::CommunityServiceClient, office_service_client::OfficeServiceClient,
    },
    reporting::v1::reporting_service_client::ReportingServiceClient,
    r#type::v1::{Date, Region},
};
use kim_dissemination::{
    channel::{Email, Encryption},
    config::Webhook,
};
use kim_local::{
    account::Account,
    servers::{Nats, NatsOptions, Postgres, PostgresOptions, port, secret},
};
use kim_territory::{Decree, RegionCode};
use kim_webhook::Exceptions;
use sqlx::{AssertSqlSafe, PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tonic::transport::Endpoint;

use crate::{
    dissemination::receivers::MailServer,
    harness::{Service as Program, ServiceOptions, bearing},
};

pub use crate::harness::{Caller, request_id};

/// The longest that anything here may take, on a busy machine.
pub const WITHIN: Duration = Duration::from_mins(2);
const LIFETIME: Duration = Duration::from_hours(1);

pub struct Nation {
    /// Dissemination's database.
    pub pool: PgPool,
    pub dissemination: SocketAddr,
    /// Takes the letters of the e-mail channel.
    pub mail: MailServer,
    registry: SocketAddr,
    issuer: Issuer,
    simulated: bool,
    stop: CancellationToken,
    postgres: Postgres,
    nats: Nats,
    dir: TempDir,
}

impl Nation {
    pub async fn start() -> Self {
        Self::start_as(false).await
    }

    /// A nation whose logs are made as simulated.
    pub async fn simulated() -> Self {
        Self::start_as(true).await
    }

    async fn start_as(simulated: bool) -> Self {
        let mut nation = Self::without_dissemination(simulated).await;
        nation.dissemination = nation.replica(nation.stop.clone()).await;
        nation
    }

    /// A nation in which dissemination does not run yet.
    pub async fn without_dissemination(simulated: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let postgres = PostgresOptions::at(&dir.path().join("postgres")).unwrap();
        let nats = NatsOptions::at(&dir.path().join("nats")).unwrap();
        let (postgres, nats) = tokio::join!(Postgres::start(postgres), Nats::start(nats));
        let (postgres, nats) = (postgres.unwrap(), nats.unwrap());
        let issuer = Issuer::create(dir.path().join("issuer")).unwrap();
        fs::write(dir.path().join("vault.key"), "5a".repeat(32)).unwrap();
        let stop = CancellationToken::new();
        let config = kim_registry::config::Config {
            grpc: Grpc::at(any()),
            http: Http::at(any()),
            database: database(&postgres, "registry"),
            nats: broker(&nats, "registry"),
            identity: issuer.identity(),
            log: kim_registry::config::Log { simulated, ..Default::default() },
            stream: kim_desk::config::Stream { max_gigabytes: 1, ..Default::default() },
            vault: kim_desk::config::Vault { key_file: dir.path().join("vault.key") },
            ..Default::default()
        };
        let registry = kim_registry::startup::build(&config).await.unwrap();
        let address = registry.grpc_address();
        tokio::spawn(registry.run_until(stop.clone()));
        let url = postgres.url("dissemination").unwrap();
        let pool = PgPoolOptions::new().max_connections(4).connect(&url).await.unwrap();
        let mail = MailServer::start().await;
        let nation = Self {
            pool,
            dissemination: address,
            mail,
            registry: address,
            issuer,
            simulated,
            stop,
            postgres,
            nats,
            dir,
        };
        let token = nation.token("test:dissemination", Role::Subscriber, Scope::National);
        fs::write(nation.dir.path().join("dissemination.jwt"), token).unwrap();
        nation
    }

    /// Starts another replica of dissemination, until `stop`; says where it is.
    pub async fn replica(&self, stop: CancellationToken) -> SocketAddr {
        let service = self.build().await;
        let address = service.grpc_address();
        tokio::spawn(service.run_until(stop));
        address
    }

    /// Builds a replica without running it.
    pub async fn build(&self) -> Service {
        kim_dissemination::startup::build(&self.config()).await.unwrap()
    }

    /// As operators would write it.
    pub fn config(&self) -> kim_dissemination::config::Config {
        kim_dissemination::config::Config {
            grpc: Grpc::at(any()),
            http: Http::at(any()),
            database: database(&self.postgres, "dissemination"),
            nats: broker(&self.nats, "dissemination"),
            identity: self.issuer.identity(),
            log: kim_dissemination::config::Log { simulated: self.simulated },
            stream: kim_desk::config::Stream { max_gigabytes: 1, ..Default::default() },
            vault: kim_desk::config::Vault { key_file: self.dir.path().join("vault.key") },
            media: kim_dissemination::media::Media { folder: self.media(), s3: None },
            registry: Source {
                url: format!("http://{}", self.registry),
                token_file: self.dir.path().join("dissemination.jwt"),
            },
            // Receivers of tests are on this machine.
            webhook: Webhook {
                exceptions: Exceptions { allowed_hosts: vec!["localhost".into()], ..Default::default() },
            },
            email: Email {
                relay: "127.0.0.1".into(),
                port: self.mail.port,
                encryption: Encryption::None,
                from: "KIM <kim@contoh.go.id>".into(),
                ..Email::default()
            },
            ..Default::default()
        }
    }

    /// Starts a projection of both logs; says where it is asked.
    pub async fn projection(&self) -> SocketAddr {
        let token_file = self.dir.path().join("projection.jwt");
        fs::write(&token_file, self.token("test:projection", Role::Subscriber, Scope::National)).unwrap();
        let source = |address| Source { url: format!("http://{address}"), token_file: token_file.clone() };
        let projection = kim_projection::startup::build(&kim_projection::config::Config {
            grpc: Grpc::at(any()),
            http: Http::at(any()),
            database: database(&self.postgres, "projection"),
            nats: broker(&self.nats, "projection"),
            identity: self.issuer.identity(),
            registry: source(self.registry),
            dissemination: source(self.dissemination),
            ..Default::default()
        })
        .await
        .unwrap();
        let address = projection.grpc_address();
        tokio::spawn(projection.run_until(self.stop.clone()));
        address
    }

    /// The address of a service's database, for its owner.
    pub fn database_url(&self, service: &str) -> String {
        self.postgres.url(service).unwrap()
    }

    /// The folder of media.
    pub fn media(&self) -> PathBuf {
        self.dir.path().join("media")
    }

    /// Dissemination as a process of its own, the program that operators run; calls go there from now on. Not started yet.
    pub fn program(&mut self, name: &str) -> Program {
        let account = Account::present().unwrap();
        let (grpc, http) = (port::any_free(), port::any_free());
        let file = |name: &str, text: &str| {
            let path = self.dir.path().join(name);
            secret::write(&path, text, &account).unwrap();
            path.display().to_string()
        };
        let media = self.dir.path().join(format!("{name}.media"));
        account.private_dir(&media).unwrap();
        let identity = self.issuer.identity();
        let settings = format!(
            "[grpc]\nlisten = '127.0.0.1:{grpc}'\n[http]\nlisten = '127.0.0.1:{http}'\n[database]\nurl_file = '{}'\n\
             [nats]\nurl = '{}'\nnkey_seed_file = '{}'\ninbox_prefix = '_INBOX_dissemination'\n\
             [identity]\nissuer = '{}'\naudience = '{}'\njwks_file = '{}'\n[log]\nsimulated = {}\n\
             [stream]\nmax_gigabytes = 1\n[vault]\nkey_file = '{}'\n[media]\nfolder = '{}'\n\
             [registry]\nurl = 'http://{}'\ntoken_file = '{}'\n",
            file(&format!("{name}.url"), &self.postgres.url("dissemination").unwrap()),
            self.nats.url(),
            self.nats.seed_file("dissemination").display(),
            identity.issuer,
            identity.audience,
            identity.jwks_file.unwrap().display(),
            self.simulated,
            file(&format!("{name}.key"), &"5a".repeat(32)),
            media.display(),
            self.registry,
            file(&format!("{name}.jwt"), &self.token("test:dissemination", Role::Subscriber, Scope::National)),
        );
        self.dissemination = SocketAddr::from(([127, 0, 0, 1], grpc));
        let (program, dir) = ("kim-dissemination", self.dir.path());
        Program::prepare(ServiceOptions { program, name: name.into(), dir, settings, http, envs: vec![] })
    }

    /// Of one person: events refer to different subjects as to different people.
    pub fn token(&self, subject: &str, role: Role, scope: Scope) -> String {
        let subject = subject.parse().unwrap();
        self.issuer.issue(&Principal { subject, role, scope, grant: None }, LIFETIME).unwrap()
    }

    pub fn national(&self) -> String {
        self.token("test:national", Role::NationalOffice, Scope::National)
    }

    pub fn citizen(&self) -> String {
        self.token("test:citizen", Role::Citizen, Scope::Citizen)
    }

    pub fn simulator(&self) -> String {
        self.token("test:simulator", Role::Simulator, Scope::Simulator)
    }

    /// Somebody of a province's or a regency's office.
    pub fn officer_of(&self, subject: &str, code: &str) -> String {
        let code: RegionCode = code.parse().unwrap();
        let role = if code.regency().is_some() { Role::RegencyOffice } else { Role::ProvincialOffice };
        self.token(subject, role, Scope::Region { code, decree: Decree::CURRENT })
    }

    /// An officer of a community.
    pub fn kim(&self, community: &str) -> String {
        let id = community.parse().unwrap();
        self.token(&format!("test:kim-{community}"), Role::KimOfficer, Scope::Kim { id })
    }

    pub fn programmes(&self, token: &str) -> ProgrammeServiceClient<Caller> {
        ProgrammeServiceClient::new(self.caller(token))
    }

    pub fn materials(&self, token: &str) -> MaterialServiceClient<Caller> {
        MaterialServiceClient::new(self.caller(token))
    }

    pub fn campaigns(&self, token: &str) -> CampaignServiceClient<Caller> {
        CampaignServiceClient::new(self.caller(token))
    }

    pub fn deliveries(&self, token: &str) -> DeliveryServiceClient<Caller> {
        DeliveryServiceClient::new(self.caller(token))
    }

    pub fn inbox(&self, token: &str) -> InboxServiceClient<Caller> {
        InboxServiceClient::new(self.caller(token))
    }

    pub fn endpoints(&self, token: &str) -> EndpointServiceClient<Caller> {
        EndpointServiceClient::new(self.caller(token))
    }

    pub fn questions(&self, token: &str) -> QuestionServiceClient<Caller> {
        QuestionServiceClient::new(self.caller(token))
    }

    pub fn simulation(&self, token: &str) -> SimulationServiceClient<Caller> {
        SimulationServiceClient::new(self.caller(token))
    }

    pub fn reports(&self, projection: SocketAddr) -> ReportingServiceClient<Caller> {
        ReportingServiceClient::new(caller_at(projection, &self.national()))
    }

    pub fn registry_communities(&self, token: &str) -> CommunityServiceClient<Caller> {
        CommunityServiceClient::new(caller_at(self.registry, token))
    }

    pub fn registry_offices(&self, token: &str) -> OfficeServiceClient<Caller> {
        OfficeServiceClient::new(caller_at(self.registry, token))
    }

    fn caller(&self, token: &str) -> Caller {
        caller_at(self.dissemination, token)
    }

    /// A registered community with its seat there; its id.
    pub async fn community(&self, name: &str, seat: &str) -> String {
        self.communities(&[(name, seat)]).await.remove(0)
    }

    /// Registered communities with their names and seats; their ids.
    pub async fn communities(&self, wanted: &[(&str, &str)]) -> Vec<String> {
        let rows: Vec<CommunityRow> = (1..).zip(wanted).map(|(row, (name, seat))| row_of(row, name, seat)).collect();
        let messages: Vec<ImportCommunitiesRequest> =
            rows.chunks(500).map(|rows| ImportCommunitiesRequest { rows: rows.to_vec() }).collect();
        let mut communities = self.registry_communities(&self.national());
        let answers = communities.import_communities(tokio_stream::iter(messages)).await;
        let (mut answers, mut ids) = (answers.unwrap().into_inner(), Vec::with_capacity(wanted.len()));
        while let Some(answer) = answers.message().await.unwrap() {
            for result in answer.results {
                assert_eq!(result.outcome(), RowOutcome::Accepted, "{result:?}");
                ids.push(result.id);
            }
        }
        ids
    }

    /// An office; its id.
    pub async fn office(&self, name: &str, kind: OfficeKind, code: &str) -> String {
        let request = EstablishOfficeRequest {
            request_id: request_id(),
            name: name.into(),
            kind: kind.into(),
            region: region(code),
            parent_office_id: String::new(),
        };
        let made = self.registry_offices(&self.national()).establish_office(request).await.unwrap();
        made.into_inner().office.unwrap().office_id
    }

    /// Sets the registry's list of topics; all of them hold since 2020.
    pub async fn topics(&self, codes: &[&str]) {
        let entry = |code: &&str| CodeListEntry {
            code: (*code).into(),
            name: format!("Topik {code}"),
            name_en: format!("Topic {code}"),
            valid_from: date(2020, 1, 1),
            ..CodeListEntry::default()
        };
        let request = SetCodeListRequest {
            request_id: request_id(),
            name: CodeListName::Topic.into(),
            entries: codes.iter().map(entry).collect(),
            effective_from: date(2020, 1, 1),
        };
        let mut lists = CodeListServiceClient::new(caller_at(self.registry, &self.national()));
        lists.set_code_list(request).await.unwrap();
    }

    /// The newest positions of the registry's log and of dissemination's.
    pub async fn heads(&self) -> [i64; 2] {
        [self.head(self.registry).await, self.head(self.dissemination).await]
    }

    async fn head(&self, service: SocketAddr) -> i64 {
        let mut log = EventLogServiceClient::new(caller_at(service, &self.national()));
        log.get_log(GetLogRequest {}).await.unwrap().into_inner().head
    }

    /// Waits until the copy has all that the registry's log has.
    pub async fn settled(&self) {
        let head = self.head(self.registry).await;
        let copied = "SELECT coalesce(max(position), 0) FROM audience.checkpoint";
        until(async || sqlx::query_scalar::<_, i64>(copied).fetch_one(&self.pool).await.unwrap() >= head).await;
    }

    /// Ids in the copy: of `community` or `office`.
    pub async fn copied(&self, what: &'static str) -> Vec<String> {
        let ids = format!("SELECT {what}_id::text FROM audience.{what} WHERE until_position IS NULL ORDER BY 1");
        sqlx::query_scalar(AssertSqlSafe(ids)).fetch_all(&self.pool).await.unwrap()
    }
}

/// The service at an address, with the token on every call.
pub fn caller_at(address: SocketAddr, token: &str) -> Caller {
    bearing(Endpoint::from_shared(format!("http://{address}")).unwrap().connect_lazy(), token)
}

impl Drop for Nation {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// Waits until it is so.
pub async fn until(is_so: impl AsyncFn() -> bool) {
    let so = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(WITHIN, so).await.expect("it becomes so in time");
}

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
pub fn region(code: &str) -> Option<Region> {
    Some(Region { code: code.into(), decree: String::new() })
}

#[expect(clippy::unnecessary_wraps, reason = "as messages have it")]
pub fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Some(Date { year, month, day })
}

fn row_of(row: i64, name: &str, seat: &str) -> CommunityRow {
    let officer =
        |role: OfficerRole, name: &str| Officer { role: role.into(), name: name.into(), ..Officer::default() };
    CommunityRow {
        row,
        profile: Some(CommunityProfile {
            name: name.into(),
            seat: region(seat),
            formed_on: date(2015, 8, 17),
            decree: Some(FormationDecree {
                date: date(2015, 8, 20),
                issuer: DecreeIssuer::VillageHead.into(),
                document_hash: String::new(),
            }),
            base_group: BaseGroup::Youth.into(),
            member_count: 14,
            ..CommunityProfile::default()
        }),
        decree_number: "489/07/401.403.6/2015".into(),
        contacts: Some(CommunityContacts {
            officers: vec![
                officer(OfficerRole::Ketua, "Ketua 0001"),
                officer(OfficerRole::Sekretaris, "Sekretaris 0001"),
            ],
            ..CommunityContacts::default()
        }),
        registered_on: date(2018, 2, 1),
        ..CommunityRow::default()
    }
}

fn any() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn database(postgres: &Postgres, name: &str) -> Database {
    Database { url_file: Some(postgres.url_file(name).unwrap()), ..Database::default() }
}

fn broker(nats: &Nats, user: &str) -> NatsConfig {
    NatsConfig {
        nkey_seed_file: Some(nats.seed_file(user)),
        inbox_prefix: Some(format!("_INBOX_{user}")),
        ..NatsConfig::at(nats.url())
    }
}
