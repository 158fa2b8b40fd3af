//! Builds the service from its configuration: operators and tests start the very same thing.

use std::num::NonZeroUsize;

use anyhow::Context;
use futures::future::BoxFuture;
use kim_chassis::{database, grpc_service, nats, pools, serve::Service};
use kim_contract::dissemination::v1::{
    campaign_service_server::CampaignServiceServer, delivery_service_server::DeliveryServiceServer,
    endpoint_service_server::EndpointServiceServer, inbox_service_server::InboxServiceServer,
    material_service_server::MaterialServiceServer, programme_service_server::ProgrammeServiceServer,
    question_service_server::QuestionServiceServer, simulation_service_server::SimulationServiceServer,
};
use kim_desk::{
    clock::SimulatedClock,
    startup::{Connected, Rooms},
};
use kim_eventlog::{Feed, InTurn, Prepare, RemoteLog, Repository};

use crate::{
    audience::{self, Audiences},
    channel::Channels,
    config::Config,
    index::{self, Index, News},
    media::Store,
    policy::{self, Policies},
    service::{self, desk::Desk},
    vault::Records,
    wire::endpoint::AddressErasures,
};

/// The bounded context: the name of the log, the stream and the subjects.
pub const CONTEXT: &str = "dissemination";
/// Programmes, materials, questions kept in memory, of each kind.
const CACHED: NonZeroUsize = NonZeroUsize::new(1_000).expect("1,000 is not zero");
/// Campaigns: one of the nation has some 3 MB.
const CACHED_CAMPAIGNS: NonZeroUsize = NonZeroUsize::new(50).expect("50 is not zero");
/// Deliveries, some 500 bytes each.
const CACHED_DELIVERIES: NonZeroUsize = NonZeroUsize::new(20_000).expect("20,000 is not zero");

/// Connects, brings the schema up to date, and binds the addresses. Boxed, so that whoever starts the service compiles none of it again.
#[must_use]
pub fn build(config: &Config) -> BoxFuture<'_, anyhow::Result<Service>> {
    Box::pin(start(config))
}

async fn start(config: &Config) -> anyhow::Result<Service> {
    let connected = Connected::open(CONTEXT, rooms(config)).await?;
    index::migrate(connected.log.pool()).await?;
    // Drawing a nation's audience takes its time: it has connections of its own, so that commands do not wait for them.
    let pool = database::connect(&config.database).await?;
    pools::measure("audience", &pool);
    let audiences = Audiences::open(pool).await?;
    let feed = feed(config).await?;
    let media = Store::open(&config.media).await.context("media")?;
    let desk = desk(&connected, &audiences, media);
    let (index, policies, verifier) = (desk.index.clone(), desk.policies.clone(), desk.verifier.clone());
    let guarded = connected.guard(Box::new(AddressErasures), prepare(index.clone())).await?;
    index.prepare().await?;
    verifier.follow_territory(audiences.in_force());
    let pool = database::connect(&config.database).await?;
    pools::measure("channel", &pool);
    let channels = Channels::open(&desk, pool, &config.webhook.exceptions, &config.email).await?;
    let endpoints = service::endpoint::Handler { desk: desk.clone(), channels: channels.clone() };
    let (keeping, sending, receiving) = (channels.clone(), channels.clone(), channels);
    let (news, watched) = (desk.news.clone(), index.clone());
    let (masters, grpc) = (audiences.clone(), &config.grpc);
    guarded
        .service(grpc_service!(ProgrammeServiceServer::new(service::programme::Handler(desk.clone())), grpc))
        .service(grpc_service!(MaterialServiceServer::new(service::material::Handler(desk.clone())), grpc))
        .service(grpc_service!(CampaignServiceServer::new(service::campaign::Handler(desk.clone())), grpc))
        .service(grpc_service!(DeliveryServiceServer::new(service::delivery::Handler(desk.clone())), grpc))
        .service(grpc_service!(InboxServiceServer::new(service::inbox::Handler(desk.clone())), grpc))
        .service(grpc_service!(QuestionServiceServer::new(service::question::Handler(desk.clone())), grpc))
        .service(grpc_service!(EndpointServiceServer::new(endpoints), grpc))
        .service(grpc_service!(SimulationServiceServer::new(service::simulation::Handler(desk)), grpc))
        .task("index", |stop| index.follow(stop))
        .task("inboxes", |stop| news.run(watched, stop))
        .task("registry", |stop| audiences.keep(feed, stop))
        .task("masters", move |stop| async move {
            masters.follow_masters(|known| verifier.set_revoked(known.revoked.iter().copied()), stop).await;
        })
        .task("policies", |stop| policy::run(policies, stop))
        .task("channels", |stop| keeping.keep(stop))
        .task("messages", |stop| sending.send(stop))
        .task("receipts", |stop| receiving.receive(stop))
        .build()
        .await
}

fn rooms(config: &Config) -> Rooms<'_> {
    Rooms {
        grpc: &config.grpc,
        http: &config.http,
        database: &config.database,
        nats: &config.nats,
        identity: &config.identity,
        stream: &config.stream,
        vault: &config.vault,
        simulated: config.log.simulated,
    }
}

/// Where the registry's events come from.
async fn feed(config: &Config) -> anyhow::Result<Feed> {
    let client = nats::connect(&config.nats, "kim-dissemination-registry").await?;
    let log = RemoteLog::connect(&config.registry.url, &config.registry.token_file).await.context("registry")?;
    Ok(Feed::Stream { client, context: audience::CONTEXT.into(), log: Some(log) })
}

fn desk(connected: &Connected, audiences: &Audiences, media: Store) -> Desk {
    let (log, secrets) = (&connected.log, &connected.secrets);
    let index = Index::new(log.clone());
    let campaigns = Repository::new(log.clone(), CACHED_CAMPAIGNS);
    let materials = Repository::new(log.clone(), CACHED);
    let keys = secrets.request_keys();
    let policies = Policies {
        log: log.clone(),
        index: index.clone(),
        audiences: audiences.clone(),
        campaigns: campaigns.clone(),
        materials: materials.clone(),
        keys: keys.clone(),
        clock: SimulatedClock::new(log.clone(), CONTEXT),
        metrics: policy::Metrics::new(),
        looked: policy::Looked::default(),
    };
    Desk {
        index,
        news: News::default(),
        audiences: audiences.clone(),
        policies,
        keys,
        secrets: secrets.clone(),
        records: Records::new(log, secrets),
        media,
        verifier: connected.verifier.clone(),
        programmes: Repository::new(log.clone(), CACHED),
        materials,
        campaigns,
        deliveries: InTurn::new(log.clone(), CACHED_DELIVERIES),
        questions: Repository::new(log.clone(), CACHED),
        endpoints: Repository::new(log.clone(), CACHED),
        log: log.clone(),
        draining: connected.draining(),
    }
}

/// After a restore the index follows the log before anybody is answered from it.
fn prepare(index: Index) -> Box<Prepare> {
    Box::new(move || {
        let index = index.clone();
        Box::pin(async move { index.prepare().await.map_err(Into::into) })
    })
}
