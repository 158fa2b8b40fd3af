//! `ReportingService`: the read model's figures over gRPC, each with what it was computed from.

mod answer;
mod rebuild;
mod request;

use std::pin::Pin;

use kim_chassis::{
    access::{Action, Resource, permit},
    errors::Fault,
    serve::principal,
};
use kim_contract::reporting::v1::{
    GetCoverageRequest, GetCoverageResponse, GetExistenceRequest, GetExistenceResponse, GetReadModelRequest,
    GetReadModelResponse, ListRegionsRequest, ListRegionsResponse, ListTrainingsRequest, ListTrainingsResponse,
    MonthCoverage, MonthExistence, RebuildReadModelRequest, RebuildReadModelResponse,
    reporting_service_server::ReportingService,
};
use kim_eventlog::{Checkpoints, Partition};
use kim_territory::{Level, RegionCode};
use tokio_stream::Stream;
use tonic::{Request, Response, Status};

use crate::{
    pages::{Basis, QueryError, RegionQuery},
    store::{CONTEXT, Snapshot, Store, monthly, region, trainings},
};
use request::{Clock, Range};

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
        let region = request::region(asked.region.as_ref(), "region")?;
        may_read(&request, region)?;
        let Range { from, to } = request::months(asked.from, asked.to, self.clock)?;
        let basis = request::basis(asked.basis)?;
        let mut snapshot = self.snapshot().await?;
        let (figures, _) = monthly(&mut snapshot.transaction, &region, basis, (from, to)).await.map_err(failed)?;
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
            as_of: Some(answer::as_of(&snapshot.as_of)),
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
        let region = request::region(asked.region.as_ref(), "region")?;
        may_read(&request, region)?;
        let Range { from, to } = request::months(asked.from, asked.to, self.clock)?;
        let basis = request::basis(asked.basis)?;
        let mut snapshot = self.snapshot().await?;
        let (figures, _) = monthly(&mut snapshot.transaction, &region, basis, (from, to)).await.map_err(failed)?;
        let months = figures.into_iter().map(|figure| MonthCoverage {
            month: Some(answer::month(figure.month)),
            coverage: Some(answer::coverage(&figure.figures.coverage)),
        });
        Ok(Response::new(GetCoverageResponse { months: months.collect(), as_of: Some(answer::as_of(&snapshot.as_of)) }))
    }

    async fn list_regions(
        &self,
        request: Request<ListRegionsRequest>,
    ) -> Result<Response<ListRegionsResponse>, Status> {
        let asked = request.get_ref();
        let parent = request::region(asked.parent.as_ref(), "parent")?;
        may_read(&request, parent)?;
        if parent.level() == Level::Village {
            return Err(request::no_parts(parent).into());
        }
        let month = request::month(asked.month, self.clock)?;
        let basis = request::basis(asked.basis)?;
        let mut snapshot = self.snapshot().await?;
        let parts = region::parts(&mut snapshot.transaction, &parent, basis, month).await.map_err(failed)?;
        Ok(Response::new(ListRegionsResponse {
            regions: parts.iter().map(answer::region_figures).collect(),
            as_of: Some(answer::as_of(&snapshot.as_of)),
        }))
    }

    async fn list_trainings(
        &self,
        request: Request<ListTrainingsRequest>,
    ) -> Result<Response<ListTrainingsResponse>, Status> {
        let region = request::region(request.get_ref().region.as_ref(), "region")?;
        may_read(&request, region)?;
        // All that is known: the month that is running is the last one in which something can have happened.
        let query = RegionQuery { region, month: request::running(self.clock), basis: Basis::Happened };
        let mut snapshot = self.snapshot().await?;
        let trainings = trainings::of(&mut snapshot.transaction, query).await.map_err(failed)?;
        Ok(Response::new(ListTrainingsResponse {
            trainings: trainings.iter().map(answer::training).collect(),
            as_of: Some(answer::as_of(&snapshot.as_of)),
        }))
    }

    async fn get_read_model(
        &self,
        request: Request<GetReadModelRequest>,
    ) -> Result<Response<GetReadModelResponse>, Status> {
        may_read(&request, RegionCode::NATION)?;
        let mut snapshot = self.snapshot().await?;
        let generation = snapshot.as_of.generation;
        let checkpoints = Checkpoints::new(&format!("read_{generation}"), CONTEXT, Partition::WHOLE);
        let parked = checkpoints.parked(&mut snapshot.transaction).await.map_err(failed)?;
        let writer: Option<(i64, i64)> = sqlx::query_as("SELECT head, lag_ms FROM public.writer")
            .fetch_optional(&mut *snapshot.transaction)
            .await
            .map_err(failed)?;
        let (head, lag_ms) = writer.unwrap_or_default();
        Ok(Response::new(GetReadModelResponse {
            as_of: Some(answer::as_of(&snapshot.as_of)),
            stream_position: head.max(snapshot.as_of.position),
            lag_ms: answer::lag(&snapshot.as_of, lag_ms),
            generation,
            parked: parked.into_iter().map(answer::parked).collect(),
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
        QueryError::BadToken => Fault::internal().into(),
    }
}
