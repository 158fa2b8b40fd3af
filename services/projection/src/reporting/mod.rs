//! `ReportingService`: the read model's figures over gRPC, each with what it was computed from.

mod answer;
mod dissemination;
mod rebuild;
mod request;

use std::pin::Pin;

use kim_chassis::{
    access::{Action, Resource, permit},
    errors::Fault,
    serve::principal,
};
use kim_contract::reporting::v1::{
    GetCoverageRequest, GetCoverageResponse, GetDisseminationFunnelRequest, GetDisseminationFunnelResponse,
    GetExistenceRequest, GetExistenceResponse, GetReadModelRequest, GetReadModelResponse, ListCampaignFunnelsRequest,
    ListCampaignFunnelsResponse, ListRegionsRequest, ListRegionsResponse, ListTrainingsRequest, ListTrainingsResponse,
    ListUnacknowledgedNoticesRequest, ListUnacknowledgedNoticesResponse, ListUnansweredQuestionsRequest,
    ListUnansweredQuestionsResponse, MonthCoverage, MonthExistence, RebuildReadModelRequest, RebuildReadModelResponse,
    RegionFigures, reporting_service_server::ReportingService,
};
use kim_contract::r#type::v1 as common;
use kim_territory::{Level, RegionCode};
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use crate::{
    context::Context,
    pages::{Basis, QueryError},
    store::{Snapshot, Store, checkpoints, monthly, region, trainings},
};
use request::{Asked, Clock, Range};

/// Answers from the read model.
pub struct Reporting {
    store: Store,
    clock: Clock,
}

impl Reporting {
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, clock: time::OffsetDateTime::now_utc }
    }

    /// The region that a request is about, which its principal may read about.
    fn asked<T>(
        &self,
        request: &Request<T>,
        region: Option<&common::Region>,
        field: &'static str,
    ) -> Result<Asked, Status> {
        let territories = self.store.territories();
        let adopted = territories.adopted();
        let asked = request::region(region, field, adopted)?;
        let today = asked.territory.map_or(asked.region, |decree| adopted.seat(&asked.region, decree));
        may_read(request, today)?;
        Ok(asked)
    }

    async fn snapshot(&self) -> Result<Snapshot, Status> {
        self.store.snapshot().await.map_err(unanswered)
    }
}

/// Figures are public, but only those with a token may ask.
fn may_read<T>(request: &Request<T>, region: RegionCode) -> Result<(), Status> {
    let resource = match region.level() {
        Level::Nation => Resource::Nation,
        _ => Resource::Region(&region),
    };
    let _permit = permit(principal(request)?, Action::ReportingRead, resource)?;
    Ok(())
}

#[tonic::async_trait]
impl ReportingService for Reporting {
    type RebuildReadModelStream = Pin<Box<dyn Stream<Item = Result<RebuildReadModelResponse, Status>> + Send>>;

    async fn get_existence(
        &self,
        request: Request<GetExistenceRequest>,
    ) -> Result<Response<GetExistenceResponse>, Status> {
        let asked = request.get_ref();
        let Asked { region, territory } = self.asked(&request, asked.region.as_ref(), "region")?;
        let Range { from, to } = request::months(asked.from, asked.to, self.clock)?;
        let basis = request::basis(asked.basis)?;
        let mut snapshot = self.snapshot().await?;
        let territories = snapshot.territories.clone();
        let scope = territories.scope(region, territory).map_err(unanswered)?;
        let (figures, _) = monthly(&mut snapshot.transaction, &scope, basis, (from, to)).await.map_err(failed)?;
        let baseline = match region.level() {
            Level::Nation => region::baseline(&mut snapshot.transaction).await.map_err(failed)?,
            _ => None,
        };
        let months = figures.into_iter().map(|figure| MonthExistence {
            month: Some(answer::month(figure.month)),
            existence: Some(answer::existence(&figure.figures.existence)),
        });
        Ok(Response::new(GetExistenceResponse {
            months: months.collect(),
            as_of: Some(answer::as_of(&snapshot.as_of.of(&[Context::Registry]).by(scope.decree))),
            baseline: baseline.as_ref().map_or(0, |baseline| baseline.value),
            baseline_as_of: baseline.as_ref().map(|baseline| answer::date(baseline.as_of)),
            baseline_source: baseline.map(|baseline| baseline.source).unwrap_or_default(),
        }))
    }

    async fn get_coverage(
        &self,
        request: Request<GetCoverageRequest>,
    ) -> Result<Response<GetCoverageResponse>, Status> {
        let asked = request.get_ref();
        let Asked { region, territory } = self.asked(&request, asked.region.as_ref(), "region")?;
        let Range { from, to } = request::months(asked.from, asked.to, self.clock)?;
        let basis = request::basis(asked.basis)?;
        let mut snapshot = self.snapshot().await?;
        let territories = snapshot.territories.clone();
        let scope = territories.scope(region, territory).map_err(unanswered)?;
        let (figures, _) = monthly(&mut snapshot.transaction, &scope, basis, (from, to)).await.map_err(failed)?;
        let months = figures.into_iter().map(|figure| MonthCoverage {
            month: Some(answer::month(figure.month)),
            coverage: Some(answer::coverage(&figure.figures.coverage)),
        });
        Ok(Response::new(GetCoverageResponse {
            months: months.collect(),
            as_of: Some(answer::as_of(&snapshot.as_of.of(&[Context::Registry]).by(scope.decree))),
        }))
    }

    async fn list_regions(
        &self,
        request: Request<ListRegionsRequest>,
    ) -> Result<Response<ListRegionsResponse>, Status> {
        let asked = request.get_ref();
        let Asked { region: parent, territory } = self.asked(&request, asked.parent.as_ref(), "parent")?;
        if parent.level() == Level::Village {
            return Err(request::no_parts(parent).into());
        }
        let month = request::month(asked.month, self.clock)?;
        let basis = request::basis(asked.basis)?;
        let mut snapshot = self.snapshot().await?;
        let territories = snapshot.territories.clone();
        let scope = territories.scope(parent, territory).map_err(unanswered)?;
        let parts = region::parts(&mut snapshot.transaction, &territories, &scope, basis, month).await;
        let region::Parts { told, untold } = parts.map_err(failed)?;
        let told = told.iter().map(|part| answer::region_figures(part, scope.decree));
        let mut regions: Vec<_> = told.chain(untold.iter().map(|code| answer::untold(*code, scope.decree))).collect();
        regions.sort_by(|one, other| code_of(one).cmp(code_of(other)));
        Ok(Response::new(ListRegionsResponse {
            regions,
            as_of: Some(answer::as_of(&snapshot.as_of.of(&[Context::Registry]).by(scope.decree))),
        }))
    }

    async fn list_trainings(
        &self,
        request: Request<ListTrainingsRequest>,
    ) -> Result<Response<ListTrainingsResponse>, Status> {
        let Asked { region, territory } = self.asked(&request, request.get_ref().region.as_ref(), "region")?;
        // All that is known: the month that is running is the last one in which something can have happened.
        let (month, basis) = (request::running(self.clock), Basis::Happened);
        let mut snapshot = self.snapshot().await?;
        let territories = snapshot.territories.clone();
        let scope = territories.scope(region, territory).map_err(unanswered)?;
        let trainings = trainings::of(&mut snapshot.transaction, &scope, basis, month).await.map_err(failed)?;
        let in_force = snapshot.as_of.in_force();
        Ok(Response::new(ListTrainingsResponse {
            trainings: trainings.iter().map(|training| answer::training(training, in_force)).collect(),
            as_of: Some(answer::as_of(&snapshot.as_of.of(&[Context::Registry]).by(scope.decree))),
        }))
    }

    async fn get_dissemination_funnel(
        &self,
        request: Request<GetDisseminationFunnelRequest>,
    ) -> Result<Response<GetDisseminationFunnelResponse>, Status> {
        self.funnel(request).await
    }

    async fn list_campaign_funnels(
        &self,
        request: Request<ListCampaignFunnelsRequest>,
    ) -> Result<Response<ListCampaignFunnelsResponse>, Status> {
        self.campaigns(request).await
    }

    async fn list_unanswered_questions(
        &self,
        request: Request<ListUnansweredQuestionsRequest>,
    ) -> Result<Response<ListUnansweredQuestionsResponse>, Status> {
        self.questions(request).await
    }

    async fn list_unacknowledged_notices(
        &self,
        request: Request<ListUnacknowledgedNoticesRequest>,
    ) -> Result<Response<ListUnacknowledgedNoticesResponse>, Status> {
        self.notices(request).await
    }

    async fn get_read_model(
        &self,
        request: Request<GetReadModelRequest>,
    ) -> Result<Response<GetReadModelResponse>, Status> {
        may_read(&request, RegionCode::NATION)?;
        let mut snapshot = self.snapshot().await?;
        let generation = snapshot.as_of.generation;
        let (mut logs, mut parked) = (Vec::new(), Vec::new());
        for log in &snapshot.as_of.logs {
            let checkpoints = checkpoints(&format!("read_{generation}"), log.context);
            let parked_there = checkpoints.parked(&mut snapshot.transaction).await.map_err(failed)?;
            parked.extend(parked_there.into_iter().map(|parked| answer::parked(log.context, parked)));
            let writer: Option<(i64, i64)> = sqlx::query_as(HEARD)
                .bind(log.context.name())
                .fetch_optional(&mut *snapshot.transaction)
                .await
                .map_err(failed)?;
            let (head, lag) = writer.unwrap_or_default();
            logs.push(answer::log_state(log, head, lag));
        }
        let registry = logs.first().expect("nothing serves without the registry's log");
        Ok(Response::new(GetReadModelResponse {
            as_of: Some(answer::as_of(&snapshot.as_of)),
            stream_position: registry.stream_position,
            lag_ms: logs.iter().map(|log| log.lag_ms).max().unwrap_or_default(),
            generation,
            parked,
            logs,
        }))
    }

    async fn rebuild_read_model(
        &self,
        request: Request<RebuildReadModelRequest>,
    ) -> Result<Response<Self::RebuildReadModelStream>, Status> {
        let permit = permit(principal(&request)?, Action::ReadModelRebuild, Resource::Nation)?;
        tracing::info!(subject = %permit.subject(), "pembangunan ulang model baca diminta");
        let progress = rebuild::request(self.store.clone()).await.map_err(failed)?;
        Ok(Response::new(Box::pin(progress)))
    }
}

const HEARD: &str = "SELECT head, lag_ms FROM public.writer WHERE context = $1";

fn code_of(figures: &RegionFigures) -> &str {
    figures.region.as_ref().map_or("", |region| &region.code)
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn failed(error: sqlx::Error) -> Status {
    tracing::error!(%error, "model baca tidak menjawab");
    Fault::unavailable("the read model does not answer; try again").into()
}

fn unanswered(error: QueryError) -> Status {
    match error {
        QueryError::Loading => Fault::new(
            tonic::Code::Unavailable,
            "READ_MODEL_LOADING",
            "Model baca sedang dibangun untuk pertama kali. Coba lagi beberapa menit lagi.",
            "the first read model is still being built",
        )
        .into(),
        QueryError::Store(error) => {
            tracing::error!(%error, "model baca tidak menjawab");
            Fault::unavailable("the read model does not answer; try again").into()
        }
        QueryError::NotInForce(decree) => request::not_in_force(decree).into(),
        QueryError::Untold { region, decree } => request::untold(region, decree).into(),
        QueryError::BadToken => Fault::internal().into(),
        QueryError::Unheard(context) => request::unheard(context).into(),
    }
}
