//! The registry as the loader calls it: with the simulator's token, at a simulated time, and again when it was away.

use std::{future::Future, time::Duration};

use anyhow::{Context, bail};
use kim_contract::{
    log::v1::{GetLogRequest, event_log_service_client::EventLogServiceClient},
    registry::v1::{
        self as pb, assessment_service_client::AssessmentServiceClient,
        community_service_client::CommunityServiceClient, office_service_client::OfficeServiceClient,
        partnership_service_client::PartnershipServiceClient, simulation_service_client::SimulationServiceClient,
        training_service_client::TrainingServiceClient,
    },
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::{Instant, sleep};
use tonic::{
    Code, Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

use super::messages;

/// A registry that is away longer does not come back by itself.
const AWAY_AT_MOST: Duration = Duration::from_mins(3);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Rows in a message.
const ROWS: usize = 300;
const PAGE: i32 = 500;

/// Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    channel: Channel,
    token: MetadataValue<Ascii>,
}

impl Registry {
    /// `address` is `http://127.0.0.1:7401`; it is connected to when it is called.
    pub fn new(address: &str, token: &str) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(address.to_owned()).context("alamat registri")?;
        let endpoint = endpoint.tcp_nodelay(true).connect_timeout(Duration::from_secs(5));
        let token = format!("Bearer {token}").parse().context("token simulator")?;
        Ok(Self { channel: endpoint.connect_lazy(), token })
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }

    fn request_at<T>(&self, message: T, at: OffsetDateTime) -> Request<T> {
        let mut request = self.request(message);
        let text = at.format(&Rfc3339).expect("the simulation's years have four digits");
        request.metadata_mut().insert("kim-simulated-time", text.parse().expect("a time is of ASCII"));
        request
    }

    #[must_use]
    pub fn communities(&self) -> CommunityServiceClient<Channel> {
        CommunityServiceClient::new(self.channel.clone())
    }

    /// The log's identity.
    pub async fn log(&self) -> anyhow::Result<Uuid> {
        let answer = again(|| async {
            EventLogServiceClient::new(self.channel.clone()).get_log(self.request(GetLogRequest {})).await
        });
        let log = answer.await?.into_inner();
        if !log.simulated {
            bail!("log registri ini bukan log simulasi; contoh tidak boleh dimuat ke dalamnya");
        }
        Ok(log.log_id.parse()?)
    }

    /// Where the simulation's clock stands; 1970 before it was first moved.
    pub async fn clock(&self) -> anyhow::Result<OffsetDateTime> {
        let answer = again(|| async {
            SimulationServiceClient::new(self.channel.clone()).get_clock(self.request(pb::GetClockRequest {})).await
        });
        let now = answer.await?.into_inner().now.unwrap_or_default();
        Ok(OffsetDateTime::from_unix_timestamp(now.seconds)?)
    }

    /// Moves the clock; all that is due by then happens, and the reactions to what was told.
    pub async fn advance(&self, to: OffsetDateTime) -> anyhow::Result<()> {
        let to = prost_types::Timestamp { seconds: to.unix_timestamp(), nanos: 0 };
        let answer = again(|| async {
            let request = self.request(pb::AdvanceClockRequest { to: Some(to) });
            SimulationServiceClient::new(self.channel.clone()).advance_clock(request).await
        });
        answer.await.context("memajukan jam simulasi")?;
        Ok(())
    }

    /// One call of one service, at a simulated time.
    pub async fn call<C, Q, A, F>(
        &self,
        client: impl Fn(Channel) -> C,
        message: Q,
        at: OffsetDateTime,
        call: impl Fn(C, Request<Q>) -> F,
    ) -> Result<A, Status>
    where
        Q: Clone,
        F: Future<Output = Result<tonic::Response<A>, Status>>,
    {
        let answer = again(|| call(client(self.channel.clone()), self.request_at(message.clone(), at))).await?;
        Ok(answer.into_inner())
    }

    /// A community as it stands.
    pub async fn community(&self, community_id: &str) -> Result<pb::Community, Status> {
        let message = pb::GetCommunityRequest { community_id: community_id.to_owned() };
        let answer = again(|| async { self.communities().get_community(self.request(message.clone())).await }).await?;
        Ok(answer.into_inner().community.unwrap_or_default())
    }

    /// The id of each row, in their order. The rows are sent again when the registry was away: what it has is not added.
    pub async fn import_communities(&self, rows: &[pb::CommunityRow]) -> anyhow::Result<Vec<String>> {
        let results = again(|| async {
            let messages: Vec<_> =
                rows.chunks(ROWS).map(|rows| pb::ImportCommunitiesRequest { rows: rows.to_vec() }).collect();
            let request = self.request(tokio_stream::iter(messages));
            let mut answers = self.communities().import_communities(request).await?.into_inner();
            let mut results = Vec::with_capacity(rows.len());
            while let Some(answer) = answers.message().await? {
                results.extend(answer.results);
            }
            complete(results, rows.len())
        });
        accepted(results.await?, |row| format!("{:?}", rows[row]))
    }

    /// Like [`Self::import_communities`].
    pub async fn import_activities(&self, rows: &[pb::ActivityRow]) -> anyhow::Result<()> {
        let results = again(|| async {
            let messages: Vec<_> =
                rows.chunks(ROWS).map(|rows| pb::ImportActivitiesRequest { rows: rows.to_vec() }).collect();
            let request = self.request(tokio_stream::iter(messages));
            let mut answers = self.communities().import_activities(request).await?.into_inner();
            let mut results = Vec::with_capacity(rows.len());
            while let Some(answer) = answers.message().await? {
                results.extend(answer.results);
            }
            complete(results, rows.len())
        });
        accepted(results.await?, |row| format!("{:?}", rows[row]))?;
        Ok(())
    }

    /// All pages of a list, one after another: `ask` asks for the page of a token, and says what is on it and the next one's token.
    async fn all<T, F>(&self, ask: impl Fn(Self, String) -> F) -> anyhow::Result<Vec<T>>
    where
        F: Future<Output = Result<(Vec<T>, String), Status>>,
    {
        let mut found = Vec::new();
        let mut page_token = String::new();
        loop {
            let (page, next) = again(|| ask(self.clone(), page_token.clone())).await?;
            found.extend(page);
            if next.is_empty() {
                return Ok(found);
            }
            page_token = next;
        }
    }

    pub async fn all_communities(&self) -> anyhow::Result<Vec<pb::Community>> {
        self.all(|registry, page_token| async move {
            let region = Some(messages::nation());
            let request = pb::ListCommunitiesRequest { region, statuses: vec![], page_size: PAGE, page_token };
            let answer = registry.communities().list_communities(registry.request(request)).await?.into_inner();
            Ok((answer.communities, answer.next_page_token))
        })
        .await
    }

    pub async fn all_offices(&self) -> anyhow::Result<Vec<pb::Office>> {
        self.all(|registry, page_token| async move {
            let region = Some(messages::nation());
            let request = pb::ListOfficesRequest { region, page_size: PAGE, page_token, ..Default::default() };
            let mut offices = OfficeServiceClient::new(registry.channel.clone());
            let answer = offices.list_offices(registry.request(request)).await?.into_inner();
            Ok((answer.offices, answer.next_page_token))
        })
        .await
    }

    pub async fn all_trainings(&self) -> anyhow::Result<Vec<pb::TrainingSummary>> {
        self.all(|registry, page_token| async move {
            let region = Some(messages::nation());
            let request = pb::ListTrainingsRequest { region, page_size: PAGE, page_token, ..Default::default() };
            let mut trainings = TrainingServiceClient::new(registry.channel.clone());
            let answer = trainings.list_trainings(registry.request(request)).await?.into_inner();
            Ok((answer.trainings, answer.next_page_token))
        })
        .await
    }

    pub async fn all_partnerships(&self) -> anyhow::Result<Vec<pb::Partnership>> {
        self.all(|registry, page_token| async move {
            let region = Some(messages::nation());
            let request = pb::ListPartnershipsRequest { region, page_size: PAGE, page_token, ..Default::default() };
            let mut partnerships = PartnershipServiceClient::new(registry.channel.clone());
            let answer = partnerships.list_partnerships(registry.request(request)).await?.into_inner();
            Ok((answer.partnerships, answer.next_page_token))
        })
        .await
    }

    /// Those that were not withdrawn.
    pub async fn all_assessments(&self) -> anyhow::Result<Vec<pb::Assessment>> {
        self.all(|registry, page_token| async move {
            let region = Some(messages::nation());
            let request = pb::ListAssessmentsRequest { region, page_size: PAGE, page_token, ..Default::default() };
            let mut assessments = AssessmentServiceClient::new(registry.channel.clone());
            let answer = assessments.list_assessments(registry.request(request)).await?.into_inner();
            Ok((answer.assessments, answer.next_page_token))
        })
        .await
    }
}

/// A stream that ended early says nothing of the rest.
fn complete(results: Vec<pb::RowResult>, sent: usize) -> Result<Vec<pb::RowResult>, Status> {
    if results.len() == sent {
        Ok(results)
    } else {
        Err(Status::unavailable(format!("{} of {sent} rows were answered", results.len())))
    }
}

/// The sample has no bad row: a refused one is a mistake in the plan.
fn accepted(results: Vec<pb::RowResult>, row: impl Fn(usize) -> String) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::with_capacity(results.len());
    for (i, result) in results.into_iter().enumerate() {
        if result.outcome() == pb::RowOutcome::Refused {
            let problems: Vec<String> =
                result.problems.iter().map(|problem| format!("{}: {}", problem.field, problem.message)).collect();
            bail!("registri menolak baris contoh: {}\n{}", problems.join("; "), row(i));
        }
        ids.push(result.id);
    }
    Ok(ids)
}

/// Calls until there is an answer, as long as the registry may come back. What is called can be called twice.
async fn again<A, F: Future<Output = Result<A, Status>>>(call: impl Fn() -> F) -> Result<A, Status> {
    let begun = Instant::now();
    let mut pause = FIRST_PAUSE;
    loop {
        match call().await {
            Err(status) if passes(&status) && begun.elapsed() < AWAY_AT_MOST => {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            answer => return answer,
        }
    }
}

/// Whether the same call may have another answer later.
fn passes(status: &Status) -> bool {
    matches!(
        status.code(),
        Code::Unavailable
            | Code::Unknown
            | Code::Cancelled
            | Code::DeadlineExceeded
            | Code::ResourceExhausted
            | Code::Aborted
            | Code::Internal
    )
}
