//! The registry as the loader calls it.

use std::future::Future;

use anyhow::{Context, bail};
use kim_contract::registry::v1::{
    self as pb, assessment_service_client::AssessmentServiceClient, community_service_client::CommunityServiceClient,
    office_service_client::OfficeServiceClient, partnership_service_client::PartnershipServiceClient,
    simulation_service_client::SimulationServiceClient, training_service_client::TrainingServiceClient,
};
use time::OffsetDateTime;
use tonic::{Request, Status, transport::Channel};
use uuid::Uuid;

use super::{
    messages,
    service::{PAGE, ROWS, Service, again, complete},
};

/// Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    service: Service,
}

impl Registry {
    pub fn new(service: Service) -> Self {
        Self { service }
    }

    #[must_use]
    pub fn communities(&self) -> CommunityServiceClient<Channel> {
        CommunityServiceClient::new(self.service.channel.clone())
    }

    /// The log's identity.
    pub async fn log(&self) -> anyhow::Result<Uuid> {
        Ok(self.service.log().await?.log_id.parse()?)
    }

    /// The log's newest position.
    pub async fn head(&self) -> anyhow::Result<i64> {
        Ok(self.service.log().await?.head)
    }

    /// Where the simulation's clock stands; 1970 before it was first moved.
    pub async fn clock(&self) -> anyhow::Result<OffsetDateTime> {
        let answer = again(|| async {
            SimulationServiceClient::new(self.service.channel.clone())
                .get_clock(self.service.request(pb::GetClockRequest {}))
                .await
        });
        let now = answer.await?.into_inner().now.unwrap_or_default();
        Ok(OffsetDateTime::from_unix_timestamp(now.seconds)?)
    }

    /// Moves the clock; all that is due by then happens, and the reactions to what was told.
    pub async fn advance(&self, to: OffsetDateTime) -> anyhow::Result<()> {
        let to = prost_types::Timestamp { seconds: to.unix_timestamp(), nanos: 0 };
        let answer = again(|| async {
            let request = self.service.request(pb::AdvanceClockRequest { to: Some(to) });
            SimulationServiceClient::new(self.service.channel.clone()).advance_clock(request).await
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
        self.service.call(client, message, at, call).await
    }

    /// A community as it stands.
    pub async fn community(&self, community_id: &str) -> Result<pb::Community, Status> {
        let message = pb::GetCommunityRequest { community_id: community_id.to_owned() };
        let answer =
            again(|| async { self.communities().get_community(self.service.request(message.clone())).await }).await?;
        Ok(answer.into_inner().community.unwrap_or_default())
    }

    /// The id of each row, in their order. The rows are sent again when the registry was away: what it has is not added.
    pub async fn import_communities(&self, rows: &[pb::CommunityRow]) -> anyhow::Result<Vec<String>> {
        let results = again(|| async {
            let messages: Vec<_> =
                rows.chunks(ROWS).map(|rows| pb::ImportCommunitiesRequest { rows: rows.to_vec() }).collect();
            let request = self.service.request(tokio_stream::iter(messages));
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
            let request = self.service.request(tokio_stream::iter(messages));
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

    pub async fn all_communities(&self) -> anyhow::Result<Vec<pb::Community>> {
        self.service
            .all(|registry, page_token| async move {
                let region = Some(messages::nation());
                let request = pb::ListCommunitiesRequest { region, statuses: vec![], page_size: PAGE, page_token };
                let answer = CommunityServiceClient::new(registry.channel.clone())
                    .list_communities(registry.request(request))
                    .await?
                    .into_inner();
                Ok((answer.communities, answer.next_page_token))
            })
            .await
    }

    pub async fn all_offices(&self) -> anyhow::Result<Vec<pb::Office>> {
        self.service
            .all(|registry, page_token| async move {
                let region = Some(messages::nation());
                let request = pb::ListOfficesRequest { region, page_size: PAGE, page_token, ..Default::default() };
                let mut offices = OfficeServiceClient::new(registry.channel.clone());
                let answer = offices.list_offices(registry.request(request)).await?.into_inner();
                Ok((answer.offices, answer.next_page_token))
            })
            .await
    }

    pub async fn all_trainings(&self) -> anyhow::Result<Vec<pb::TrainingSummary>> {
        self.service
            .all(|registry, page_token| async move {
                let region = Some(messages::nation());
                let request = pb::ListTrainingsRequest { region, page_size: PAGE, page_token, ..Default::default() };
                let mut trainings = TrainingServiceClient::new(registry.channel.clone());
                let answer = trainings.list_trainings(registry.request(request)).await?.into_inner();
                Ok((answer.trainings, answer.next_page_token))
            })
            .await
    }

    pub async fn all_partnerships(&self) -> anyhow::Result<Vec<pb::Partnership>> {
        self.service
            .all(|registry, page_token| async move {
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
        self.service
            .all(|registry, page_token| async move {
                let region = Some(messages::nation());
                let request = pb::ListAssessmentsRequest { region, page_size: PAGE, page_token, ..Default::default() };
                let mut assessments = AssessmentServiceClient::new(registry.channel.clone());
                let answer = assessments.list_assessments(registry.request(request)).await?.into_inner();
                Ok((answer.assessments, answer.next_page_token))
            })
            .await
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
