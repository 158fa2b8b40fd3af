//! `ProgrammeService`: government programmes and policies that are told of.

mod carry_out;
mod list;
mod request;

use kim_chassis::{access::Action, errors::Thing};
use kim_contract::dissemination::v1::{self as pb, programme_service_server::ProgrammeService};
use kim_desk::{call::Call, failure::vault_failed, field, problem::Problems, problem::one, target::Target};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::desk::Desk;
use crate::{
    domain::{ids::ProgrammeId, programme::Command},
    service::id,
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl ProgrammeService for Handler {
    async fn establish_programme(
        &self,
        request: Request<pb::EstablishProgrammeRequest>,
    ) -> Answer<pb::EstablishProgrammeResponse> {
        let (call, request) = self.0.command(request)?;
        let owner = id::office(&request.owning_office_id)?;
        let (office, permit) = self.0.acting(&call, Action::ProgrammeWrite, owner, Thing::OFFICE).await?;
        let (region, today) = (office.region, office.region.today(call.now));
        let profile = request::profile(request.profile.as_ref(), Some(today))?;
        let command = Command::Establish {
            office: owner,
            office_is_open: office.is_open(today),
            region,
            topic_is_listed: self.topic_is_listed(&profile).await?,
            profile,
            today,
        };
        let programme = self.establish(&call, &permit, ProgrammeId(Uuid::now_v7()), region, &command).await?;
        Ok(Response::new(pb::EstablishProgrammeResponse { programme: Some(programme) }))
    }

    async fn amend_programme(&self, request: Request<pb::AmendProgrammeRequest>) -> Answer<pb::AmendProgrammeResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.programme_id, etag: &request.etag };
        let profile = request::profile(request.profile.as_ref(), None)?;
        let topic_is_listed = self.topic_is_listed(&profile).await?;
        let amend = |today| Command::Amend { profile: profile.clone(), topic_is_listed, today };
        let programme = self.carry_out(&call, &target, Vec::new(), amend).await?;
        Ok(Response::new(pb::AmendProgrammeResponse { programme: Some(programme) }))
    }

    async fn extend_programme(
        &self,
        request: Request<pb::ExtendProgrammeRequest>,
    ) -> Answer<pb::ExtendProgrammeResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.programme_id, etag: &request.etag };
        let until = one("until", field::optional_date(request.until.as_ref(), "Hari terakhir program"))?;
        let programme = self.carry_out(&call, &target, Vec::new(), |today| Command::Extend { until, today }).await?;
        Ok(Response::new(pb::ExtendProgrammeResponse { programme: Some(programme) }))
    }

    async fn close_programme(&self, request: Request<pb::CloseProgrammeRequest>) -> Answer<pb::CloseProgrammeResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.programme_id, etag: &request.etag };
        let mut problems = Problems::default();
        let on = problems.note("closed_on", field::optional_date(request.closed_on.as_ref(), "Tanggal penutupan"));
        let note = problems.note("note", field::private(&request.note, 2_000, "NOTE_TOO_LONG", "Catatan"));
        let (on, note) = problems.finish(on.zip(note))?;
        let owner = id::programme(target.id)?;
        let sealed = self.0.records.seal_note(owner.0, &note).await.map_err(|error| vault_failed(&error))?;
        let (note, sealed) = sealed.unzip();
        let close = |today| Command::Close { on: on.unwrap_or(today), note, today };
        let programme = self.carry_out(&call, &target, sealed.into_iter().collect(), close).await?;
        Ok(Response::new(pb::CloseProgrammeResponse { programme: Some(programme) }))
    }

    async fn get_programme(&self, request: Request<pb::GetProgrammeRequest>) -> Answer<pb::GetProgrammeResponse> {
        let (call, request) = Call::question(request)?;
        let found = self.found(&call, Action::ProgrammeRead, id::programme(&request.programme_id)?).await?;
        Ok(Response::new(pb::GetProgrammeResponse { programme: Some(found.message()) }))
    }

    async fn list_programmes(&self, request: Request<pb::ListProgrammesRequest>) -> Answer<pb::ListProgrammesResponse> {
        let (call, request) = Call::question(request)?;
        let page = self.list(&call, &request).await?;
        Ok(Response::new(pb::ListProgrammesResponse { programmes: page.programmes, next_page_token: page.next }))
    }
}
