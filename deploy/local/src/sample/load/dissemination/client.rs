//! The service itself: its log, its clock, its lists, and reports in bulk.

use std::{future::Future, time::Duration};

use anyhow::{Context, bail};
use kim_contract::{
    dissemination::v1::{
        self as pb, campaign_service_client::CampaignServiceClient, delivery_service_client::DeliveryServiceClient,
        material_service_client::MaterialServiceClient, programme_service_client::ProgrammeServiceClient,
        question_service_client::QuestionServiceClient, simulation_service_client::SimulationServiceClient,
    },
    registry::v1::CommunityStatus,
    r#type::v1 as pbt,
};
use time::OffsetDateTime;
use tokio::time::{Instant, sleep};
use tonic::{Code, Request, Status, transport::Channel};

use crate::sample::load::{
    messages::nation,
    service::{PAGE, ROWS, Service, again, complete},
};

/// How long the copy of the registry may take to follow.
const FOLLOWS_WITHIN: Duration = Duration::from_mins(3);
/// How soon is asked again.
const LOOK_AGAIN: Duration = Duration::from_millis(4);

/// Cheap to clone.
#[derive(Clone)]
pub struct Dissemination {
    service: Service,
    /// Somebody else: who writes does not approve.
    reviewer: Service,
}

impl Dissemination {
    pub fn new(service: Service, reviewer: Service) -> Self {
        Self { service, reviewer }
    }

    /// Fails where the log is not a simulated one.
    pub async fn check(&self) -> anyhow::Result<()> {
        self.service.log().await.map(|_| ())
    }

    /// Where the simulation's clock stands; 1970 before it was first moved.
    pub async fn clock(&self) -> anyhow::Result<OffsetDateTime> {
        let answer = again(|| async {
            let mut simulation = SimulationServiceClient::new(self.service.channel.clone());
            simulation.get_clock(self.service.request(pb::GetClockRequest {})).await
        });
        let now = answer.await?.into_inner().now.unwrap_or_default();
        Ok(OffsetDateTime::from_unix_timestamp(now.seconds)?)
    }

    /// Moves the clock: campaigns start, are assigned and end in the order of time.
    pub async fn advance(&self, to: OffsetDateTime) -> anyhow::Result<()> {
        let to = prost_types::Timestamp { seconds: to.unix_timestamp(), nanos: 0 };
        let answer = again(|| async {
            let request = self.service.request(pb::AdvanceClockRequest { to: Some(to) });
            SimulationServiceClient::new(self.service.channel.clone()).advance_clock(request).await
        });
        answer.await.context("memajukan jam simulasi diseminasi")?;
        Ok(())
    }

    /// Waits until its copy of the registry has come to `head`: an audience is drawn from what the copy has. It is asked for a little
    /// audience of an office that the registry has long had.
    pub async fn follows(&self, head: i64, office: String, region: pbt::Region) -> anyhow::Result<()> {
        let message = pb::PreviewAudienceRequest {
            owning_office_id: office,
            audience: Some(pb::Audience {
                regions: vec![region],
                statuses: vec![CommunityStatus::Registered.into()],
                ..pb::Audience::default()
            }),
            sample_size: 1,
        };
        let begun = Instant::now();
        loop {
            let answer = again(|| async {
                let mut campaigns = CampaignServiceClient::new(self.service.channel.clone());
                campaigns.preview_audience(self.service.request(message.clone())).await
            });
            match answer.await {
                Ok(preview) if preview.get_ref().registry_position >= head => return Ok(()),
                Ok(_) => {}
                // The copy does not know the office yet.
                Err(status) if status.code() == Code::NotFound => {}
                Err(status) => return Err(status.into()),
            }
            if begun.elapsed() > FOLLOWS_WITHIN {
                bail!("salinan registri pada layanan diseminasi belum sampai posisi {head}");
            }
            sleep(LOOK_AGAIN).await;
        }
    }

    /// One call of one of its services, at a simulated time.
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

    /// The same by the reviewer.
    pub async fn review<C, Q, A, F>(
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
        self.reviewer.call(client, message, at, call).await
    }

    /// A material as it stands, with the version that is worked on.
    pub async fn material(&self, material_id: &str) -> Result<pb::Material, Status> {
        let message = pb::GetMaterialRequest { material_id: material_id.to_owned() };
        let answer = again(|| async {
            let mut materials = MaterialServiceClient::new(self.service.channel.clone());
            materials.get_material(self.service.request(message.clone())).await
        });
        Ok(answer.await?.into_inner().material.unwrap_or_default())
    }

    /// A delivery as it stands.
    pub async fn delivery(&self, campaign_id: &str, community_id: &str) -> Result<pb::Delivery, Status> {
        let message =
            pb::GetDeliveryRequest { campaign_id: campaign_id.to_owned(), community_id: community_id.to_owned() };
        let answer = again(|| async {
            let mut deliveries = DeliveryServiceClient::new(self.service.channel.clone());
            deliveries.get_delivery(self.service.request(message.clone())).await
        });
        Ok(answer.await?.into_inner().delivery.unwrap_or_default())
    }

    /// The rows are sent again when the service was away: what it has is not added.
    pub async fn import_reports(&self, rows: Vec<pb::ReportRow>) -> anyhow::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let results = again(|| async {
            let messages: Vec<_> =
                rows.chunks(ROWS).map(|rows| pb::ImportReportsRequest { rows: rows.to_vec() }).collect();
            let request = self.service.request(tokio_stream::iter(messages));
            let mut deliveries = DeliveryServiceClient::new(self.service.channel.clone());
            let mut answers = deliveries.import_reports(request).await?.into_inner();
            let mut results = Vec::with_capacity(rows.len());
            while let Some(answer) = answers.message().await? {
                results.extend(answer.results);
            }
            complete(results, rows.len())
        });
        // The sample has no bad row: a refused one is a mistake in the plan.
        for (result, row) in results.await?.iter().zip(&rows) {
            if result.outcome() == pb::ReportOutcome::Refused {
                let problems: Vec<String> =
                    result.problems.iter().map(|problem| format!("{}: {}", problem.field, problem.message)).collect();
                bail!("diseminasi menolak laporan contoh: {}\n{row:?}", problems.join("; "));
            }
        }
        Ok(())
    }

    pub async fn all_programmes(&self) -> anyhow::Result<Vec<pb::Programme>> {
        self.service
            .all(|service, page_token| async move {
                let region = Some(nation());
                let request = pb::ListProgrammesRequest { region, page_size: PAGE, page_token, ..Default::default() };
                let mut programmes = ProgrammeServiceClient::new(service.channel.clone());
                let answer = programmes.list_programmes(service.request(request)).await?.into_inner();
                Ok((answer.programmes, answer.next_page_token))
            })
            .await
    }

    /// The newest first.
    pub async fn all_materials(&self) -> anyhow::Result<Vec<pb::Material>> {
        self.service
            .all(|service, page_token| async move {
                let region = Some(nation());
                let request = pb::ListMaterialsRequest { region, page_size: PAGE, page_token, ..Default::default() };
                let mut materials = MaterialServiceClient::new(service.channel.clone());
                let answer = materials.list_materials(service.request(request)).await?.into_inner();
                Ok((answer.materials, answer.next_page_token))
            })
            .await
    }

    pub async fn all_campaigns(&self) -> anyhow::Result<Vec<pb::Campaign>> {
        self.service
            .all(|service, page_token| async move {
                let region = Some(nation());
                let request = pb::ListCampaignsRequest { region, page_size: PAGE, page_token, ..Default::default() };
                let mut campaigns = CampaignServiceClient::new(service.channel.clone());
                let answer = campaigns.list_campaigns(service.request(request)).await?.into_inner();
                Ok((answer.campaigns, answer.next_page_token))
            })
            .await
    }

    pub async fn all_questions(&self) -> anyhow::Result<Vec<pb::Question>> {
        self.service
            .all(|service, page_token| async move {
                let region = Some(nation());
                let request = pb::ListQuestionsRequest { region, page_size: PAGE, page_token, ..Default::default() };
                let mut questions = QuestionServiceClient::new(service.channel.clone());
                let answer = questions.list_questions(service.request(request)).await?.into_inner();
                Ok((answer.questions, answer.next_page_token))
            })
            .await
    }
}
