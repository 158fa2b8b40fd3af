//! `OfficeService`: offices, and who may act for them.

mod carry_out;
mod grant;
mod list;

use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::registry::v1::{self as pb, office_service_server::OfficeService};
use kim_desk::{
    call::Call,
    field,
    problem::{Problems, one},
    target::Target,
    wire::Paired,
    words::Words,
};
use kim_territory::Adopted;
use kim_values::PublicName;
use tonic::{Request, Response, Status};

use super::desk::Desk;
use crate::{
    domain::{
        ids::{GrantId, OfficeId},
        office::{Command, Founding, OfficeKind},
    },
    wire::master::office_message,
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl OfficeService for Handler {
    async fn establish_office(
        &self,
        request: Request<pb::EstablishOfficeRequest>,
    ) -> Answer<pb::EstablishOfficeResponse> {
        let (call, request) = self.0.command(request)?;
        let founding = founding(&request, &self.0.territory())?;
        let region = founding.region;
        let permit = call.permit(Action::OfficeWrite, Resource::Region(&region.code))?;
        let parent = self.superior(&call, &request.parent_office_id, region).await?;
        let command = Command::Establish { founding, parent, today: region.today(call.now) };
        let office = self.establish(&call, &permit, region, command).await?;
        Ok(Response::new(pb::EstablishOfficeResponse { office: Some(office) }))
    }

    async fn rename_office(&self, request: Request<pb::RenameOfficeRequest>) -> Answer<pb::RenameOfficeResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.office_id, etag: &request.etag };
        let name = one("name", PublicName::parse(&request.name).map_err(Words::name))?;
        let from = one("effective_from", field::optional_date(request.effective_from.as_ref(), "Tanggal berlaku"))?;
        let rename = |today| Command::Rename { name: name.clone(), effective_from: from.unwrap_or(today), today };
        let office = self.carry_out(&call, &target, rename).await?;
        Ok(Response::new(pb::RenameOfficeResponse { office: Some(office) }))
    }

    async fn set_office_parent(
        &self,
        request: Request<pb::SetOfficeParentRequest>,
    ) -> Answer<pb::SetOfficeParentResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.office_id, etag: &request.etag };
        let region = self.managed(&call, &target).await?.region;
        let parent = self.superior(&call, &request.parent_office_id, region).await?;
        let from = one("effective_from", field::optional_date(request.effective_from.as_ref(), "Tanggal berlaku"))?;
        let place = |today| Command::SetParent { parent: parent.clone(), effective_from: from.unwrap_or(today), today };
        let office = self.carry_out(&call, &target, place).await?;
        Ok(Response::new(pb::SetOfficeParentResponse { office: Some(office) }))
    }

    async fn close_office(&self, request: Request<pb::CloseOfficeRequest>) -> Answer<pb::CloseOfficeResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.office_id, etag: &request.etag };
        let on = one("closed_on", field::optional_date(request.closed_on.as_ref(), "Tanggal penutupan"))?;
        let close = |today| Command::Close { on: on.unwrap_or(today), today };
        let office = self.carry_out(&call, &target, close).await?;
        Ok(Response::new(pb::CloseOfficeResponse { office: Some(office) }))
    }

    async fn get_office(&self, request: Request<pb::GetOfficeRequest>) -> Answer<pb::GetOfficeResponse> {
        let (call, request) = Call::question(request)?;
        let hidden = || Status::from(Thing::OFFICE.not_found());
        let id = OfficeId::parse(&request.office_id).ok_or_else(hidden)?;
        let snapshot = self.office(id).await?;
        let office = snapshot.state.as_ref().ok_or_else(hidden)?;
        let _permit = call.permit(Action::OfficeRead, Resource::Region(&office.region.code)).map_err(|_| hidden())?;
        let office = office_message(id, office, snapshot.version, office.region.today(call.now));
        Ok(Response::new(pb::GetOfficeResponse { office: Some(office) }))
    }

    async fn list_offices(&self, request: Request<pb::ListOfficesRequest>) -> Answer<pb::ListOfficesResponse> {
        let (call, request) = Call::question(request)?;
        let page = self.list(&call, &request).await?;
        Ok(Response::new(pb::ListOfficesResponse { offices: page.offices, next_page_token: page.next }))
    }

    async fn issue_grant(&self, request: Request<pb::IssueGrantRequest>) -> Answer<pb::IssueGrantResponse> {
        let (call, request) = self.0.command(request)?;
        let grant = self.issue(&call, &request).await?;
        Ok(Response::new(pb::IssueGrantResponse { grant: Some(grant) }))
    }

    async fn revoke_grant(&self, request: Request<pb::RevokeGrantRequest>) -> Answer<pb::RevokeGrantResponse> {
        let (call, request) = self.0.command(request)?;
        let hidden = || Status::from(Thing::GRANT.not_found());
        let grant = self.revoke(&call, GrantId::parse(&request.grant_id).ok_or_else(hidden)?).await?;
        Ok(Response::new(pb::RevokeGrantResponse { grant: Some(grant) }))
    }
}

fn founding(request: &pb::EstablishOfficeRequest, adopted: &Adopted) -> Result<Founding, Problems> {
    let mut problems = Problems::default();
    let name = problems.note("name", PublicName::parse(&request.name).map_err(Words::name));
    let unknown = || field::unknown("OFFICE_KIND_UNKNOWN", "Jenis kantor");
    let kind = problems.note("kind", OfficeKind::from_proto(request.kind).ok_or_else(unknown));
    let region = problems.note("region.code", field::region(request.region.as_ref(), adopted));
    let founding = name.zip(kind).zip(region).map(|((name, kind), region)| Founding { name, kind, region });
    problems.finish(founding)
}
