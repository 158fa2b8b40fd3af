//! The services' clients, with the caller's token.

use anyhow::{Context, anyhow};
use kim_contract::{
    dissemination::v1::{
        campaign_service_client::CampaignServiceClient, delivery_service_client::DeliveryServiceClient,
        endpoint_service_client::EndpointServiceClient, inbox_service_client::InboxServiceClient,
        material_service_client::MaterialServiceClient, programme_service_client::ProgrammeServiceClient,
        question_service_client::QuestionServiceClient,
    },
    log::v1::event_log_service_client::EventLogServiceClient,
    registry::v1::{
        assessment_service_client::AssessmentServiceClient, code_list_service_client::CodeListServiceClient,
        community_service_client::CommunityServiceClient, office_service_client::OfficeServiceClient,
        partnership_service_client::PartnershipServiceClient, rule_service_client::RuleServiceClient,
        training_service_client::TrainingServiceClient,
    },
    reporting::v1::reporting_service_client::ReportingServiceClient,
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};

use super::{channel, token, words};
use crate::{cli::Options, log::LogContext};

/// A message of a log's reader holds hundreds of events, each of half a megabyte at most.
const MESSAGE_BYTES: usize = 256 << 20;

#[derive(Debug, Clone)]
struct Addresses {
    registry: String,
    dissemination: String,
    reporting: String,
}

/// Where the services are, and who calls them.
#[derive(Debug, Clone)]
pub struct Services {
    pub registry: Channel,
    pub dissemination: Channel,
    pub reporting: Channel,
    addresses: Addresses,
    bearer: MetadataValue<Ascii>,
}

impl Services {
    /// Connects when they are called.
    pub fn of(options: &Options) -> anyhow::Result<Self> {
        let bearer = format!("Bearer {}", token(options)?).parse().context("token memuat tanda yang tidak sah")?;
        let addresses = Addresses {
            registry: options.registry(),
            dissemination: options.dissemination(),
            reporting: options.reporting(),
        };
        Ok(Self {
            registry: channel(&addresses.registry)?,
            dissemination: channel(&addresses.dissemination)?,
            reporting: channel(&addresses.reporting)?,
            addresses,
            bearer,
        })
    }

    /// A request with the caller's token.
    pub fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.bearer.clone());
        request
    }

    /// Why the registry did not do it.
    #[must_use]
    pub fn registry_said(&self, status: &Status) -> anyhow::Error {
        self.said(LogContext::Registry, status)
    }

    /// Why Dissemination did not do it.
    #[must_use]
    pub fn dissemination_said(&self, status: &Status) -> anyhow::Error {
        self.said(LogContext::Dissemination, status)
    }

    /// Why the service of a log did not do it.
    #[must_use]
    pub fn said(&self, context: LogContext, status: &Status) -> anyhow::Error {
        let address = match context {
            LogContext::Registry => &self.addresses.registry,
            LogContext::Dissemination => &self.addresses.dissemination,
        };
        anyhow!("{} di {address}: {}", context.service(), words(status))
    }

    /// Why Reporting did not do it.
    #[must_use]
    pub fn reporting_said(&self, status: &Status) -> anyhow::Error {
        anyhow!("pelaporan di {}: {}", self.addresses.reporting, words(status))
    }

    #[must_use]
    pub fn log(&self, context: LogContext) -> EventLogServiceClient<Channel> {
        let channel = match context {
            LogContext::Registry => &self.registry,
            LogContext::Dissemination => &self.dissemination,
        };
        EventLogServiceClient::new(channel.clone()).max_decoding_message_size(MESSAGE_BYTES)
    }

    #[must_use]
    pub fn communities(&self) -> CommunityServiceClient<Channel> {
        CommunityServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn rules(&self) -> RuleServiceClient<Channel> {
        RuleServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn offices(&self) -> OfficeServiceClient<Channel> {
        OfficeServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn partnerships(&self) -> PartnershipServiceClient<Channel> {
        PartnershipServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn trainings(&self) -> TrainingServiceClient<Channel> {
        TrainingServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn code_lists(&self) -> CodeListServiceClient<Channel> {
        CodeListServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn assessments(&self) -> AssessmentServiceClient<Channel> {
        AssessmentServiceClient::new(self.registry.clone())
    }

    #[must_use]
    pub fn programmes(&self) -> ProgrammeServiceClient<Channel> {
        ProgrammeServiceClient::new(self.dissemination.clone())
    }

    #[must_use]
    pub fn materials(&self) -> MaterialServiceClient<Channel> {
        MaterialServiceClient::new(self.dissemination.clone())
    }

    #[must_use]
    pub fn campaigns(&self) -> CampaignServiceClient<Channel> {
        CampaignServiceClient::new(self.dissemination.clone())
    }

    #[must_use]
    pub fn deliveries(&self) -> DeliveryServiceClient<Channel> {
        DeliveryServiceClient::new(self.dissemination.clone())
    }

    #[must_use]
    pub fn inboxes(&self) -> InboxServiceClient<Channel> {
        InboxServiceClient::new(self.dissemination.clone())
    }

    #[must_use]
    pub fn endpoints(&self) -> EndpointServiceClient<Channel> {
        EndpointServiceClient::new(self.dissemination.clone())
    }

    #[must_use]
    pub fn questions(&self) -> QuestionServiceClient<Channel> {
        QuestionServiceClient::new(self.dissemination.clone())
    }

    #[must_use]
    pub fn reporting(&self) -> ReportingServiceClient<Channel> {
        ReportingServiceClient::new(self.reporting.clone())
    }
}
