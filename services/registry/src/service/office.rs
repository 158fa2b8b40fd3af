//! `OfficeService`: offices, and who may act for them.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Permit, Resource, reach},
    errors::Thing,
};
use kim_contract::registry::v1::{self as pb, office_service_server::OfficeService};
use kim_eventlog::{Done, Proposal};
use tonic::{Request, Response, Status};
use uuid::Uuid;

use super::{
    call::Call,
    claims,
    community::{narrowed, one},
    desk::{Desk, Rejection, behind, failed, list_failed, unavailable},
    parse,
    problem::Problems,
    words::{self, Words},
};
use crate::{
    domain::{
        grant::{self, Role, Subject},
        ids::{GrantId, OfficeId},
        name::PublicName,
        office::{self, Office, OfficeKind},
        region::Region,
    },
    index::Paging,
    wire::{
        Happened,
        master::{grant_message, office_message},
        pairs::Paired,
    },
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

impl Handler {
    fn command<T: super::call::Command>(&self, request: Request<T>) -> Result<(Call, T), Status> {
        Call::command(request, &self.0.keys, self.0.log.is_simulated())
    }
}

#[tonic::async_trait]
impl OfficeService for Handler {
    async fn establish_office(
        &self,
        request: Request<pb::EstablishOfficeRequest>,
    ) -> Answer<pb::EstablishOfficeResponse> {
        let (call, request) = self.command(request)?;
        let office = office(&request)?;
        let permit = call.permit(Action::OfficeWrite, Resource::Region(&office.region.code))?;
        let today = office.region.today(call.now);
        let command = office::Command::Establish { office: office.clone(), today };
        let id = Uuid::now_v7();
        let done = self
            .0
            .offices
            .execute(id, &call.envelope(&permit), |snapshot| {
                let events = office::decide(snapshot.state.as_ref(), command.clone())?;
                let happened = |event| Happened::new(id, event, None, office.region, call.now);
                Ok::<_, Rejection>(Proposal {
                    claims: vec![claims::office_in_region(&self.0.keys, &office)],
                    result: Bytes::copy_from_slice(id.as_bytes()),
                    ..Proposal::of(events.into_iter().map(happened).collect())
                })
            })
            .await
            .map_err(failed)?;
        let id = self.made(&done).await?;
        let office = office_message(OfficeId(id), &self.office(OfficeId(id)).await?);
        Ok(Response::new(pb::EstablishOfficeResponse { office: Some(office) }))
    }

    async fn list_offices(&self, request: Request<pb::ListOfficesRequest>) -> Answer<pb::ListOfficesResponse> {
        let (call, request) = Call::question(request)?;
        let reach = reach(&call.principal, Action::OfficeRead)?;
        let region = match &request.region {
            None => Region::nation(),
            region => one("region.code", parse::region(region.as_ref()))?,
        };
        let filter = format!("offices {} {}", region.code, call.principal.subject);
        let paging = Paging::new(request.page_size, &request.page_token, &filter).map_err(list_failed)?;
        let Some(within) = narrowed(reach, region.code) else {
            return Ok(Response::new(pb::ListOfficesResponse::default()));
        };
        self.0.index.caught_up().await.map_err(|error| behind(&error))?;
        let page = self.0.index.offices(within, &paging).await.map_err(list_failed)?;
        Ok(Response::new(pb::ListOfficesResponse { offices: page.offices, next_page_token: page.next }))
    }

    async fn issue_grant(&self, request: Request<pb::IssueGrantRequest>) -> Answer<pb::IssueGrantResponse> {
        let (call, request) = self.command(request)?;
        let (subject, role) = bearer(&request)?;
        let hidden = || Status::from(Thing::OFFICE.not_found());
        let office_id = OfficeId::parse(&request.office_id).ok_or_else(hidden)?;
        let office = self.office(office_id).await?;
        let permit = call.permit(Action::GrantWrite, Resource::Region(&office.region.code)).map_err(|_| hidden())?;
        let region = office.region;
        let today = region.today(call.now);
        let command = grant::Command::Issue { subject, role, office_id, office, today };
        let done = self.decide_grant(&call, &permit, Uuid::now_v7(), &command, region).await?;
        let grant = self.grant(GrantId(self.made(&done).await?)).await?;
        Ok(Response::new(pb::IssueGrantResponse { grant: Some(grant.1) }))
    }

    async fn revoke_grant(&self, request: Request<pb::RevokeGrantRequest>) -> Answer<pb::RevokeGrantResponse> {
        let (call, request) = self.command(request)?;
        let hidden = || Status::from(Thing::GRANT.not_found());
        let id = GrantId::parse(&request.grant_id).ok_or_else(hidden)?;
        let (region, _) = self.grant(id).await?;
        let permit = call.permit(Action::GrantWrite, Resource::Region(&region.code)).map_err(|_| hidden())?;
        let command = grant::Command::Revoke { today: region.today(call.now) };
        self.decide_grant(&call, &permit, id.0, &command, region).await?;
        // Here at once; other replicas learn it from the log.
        self.0.verifier.revoke(id.0);
        let (_, grant) = self.grant(id).await?;
        Ok(Response::new(pb::RevokeGrantResponse { grant: Some(grant) }))
    }
}

impl Handler {
    async fn decide_grant(
        &self,
        call: &Call,
        permit: &Permit,
        id: Uuid,
        command: &grant::Command,
        region: Region,
    ) -> Result<Done<Option<grant::Grant>>, Status> {
        self.0
            .grants
            .execute(id, &call.envelope(permit), |snapshot| {
                let events = grant::decide(snapshot.state.as_ref(), command.clone())?;
                let happened = |event| Happened::new(id, event, None, region, call.now);
                let result = Bytes::copy_from_slice(id.as_bytes());
                Ok::<_, Rejection>(Proposal { result, ..Proposal::of(events.into_iter().map(happened).collect()) })
            })
            .await
            .map_err(failed)
    }

    /// The id that a command made, now or when it was first carried out; the index has it when this returns.
    async fn made<S>(&self, done: &Done<S>) -> Result<Uuid, Status> {
        let result = match done {
            Done::New { result, first, .. } => {
                self.0.settle(*first).await;
                result
            }
            Done::Repeated { result } => result,
        };
        Uuid::from_slice(result).map_err(|error| unavailable(&error))
    }

    async fn office(&self, id: OfficeId) -> Result<Office, Status> {
        let snapshot = self.0.offices.load(id.0).await.map_err(failed)?;
        snapshot.state.clone().ok_or_else(|| Thing::OFFICE.not_found().into())
    }

    async fn grant(&self, id: GrantId) -> Result<(Region, pb::Grant), Status> {
        let snapshot = self.0.grants.load(id.0).await.map_err(failed)?;
        let grant = snapshot.state.as_ref().ok_or_else(|| Status::from(Thing::GRANT.not_found()))?;
        Ok((grant.region, grant_message(id.0, grant)))
    }
}

fn office(request: &pb::EstablishOfficeRequest) -> Result<Office, Problems> {
    let mut problems = Problems::default();
    let name = problems.note("name", PublicName::parse(&request.name).map_err(words::name));
    let unknown = || parse::unknown("OFFICE_KIND_UNKNOWN", "Jenis kantor");
    let kind = problems.note("kind", OfficeKind::from_proto(request.kind).ok_or_else(unknown));
    let region = problems.note("region.code", parse::region(request.region.as_ref()));
    let office = name.zip(kind).zip(region).map(|((name, kind), region)| Office { name, kind, region });
    problems.finish(office)
}

fn bearer(request: &pb::IssueGrantRequest) -> Result<(Subject, Role), Problems> {
    let mut problems = Problems::default();
    let malformed = || {
        Words::new(
            "SUBJECT_MALFORMED",
            "Pemegang hak akses harus berupa kode, bukan nama, nomor, atau alamat.",
            "Tulis 1 sampai 64 huruf, angka, atau tanda : . _ -, dengan sedikitnya satu huruf.",
        )
    };
    let subject = problems.note("subject", Subject::parse(&request.subject).ok_or_else(malformed));
    let role =
        problems.note("role", Role::from_proto(request.role).ok_or_else(|| parse::unknown("ROLE_UNKNOWN", "Peran")));
    problems.finish(subject.zip(role))
}
