//! Grants: who may act for an office.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Permit, Resource},
    errors::Thing,
};
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    field,
    problem::Problems,
    wire::{Happened, Paired},
    words::Words,
};
use kim_eventlog::{Done, Proposal};
use kim_values::Region;
use tonic::Status;
use uuid::Uuid;

use super::Handler;
use crate::{
    domain::{
        grant::{self, Command, Grant, Role, Subject},
        ids::{GrantId, OfficeId},
    },
    service::desk::{Rejection, failed},
    wire::master::grant_message,
};

impl Handler {
    pub(super) async fn issue(&self, call: &Call, request: &pb::IssueGrantRequest) -> Result<pb::Grant, Status> {
        let (subject, role) = bearer(request)?;
        let hidden = || Status::from(Thing::OFFICE.not_found());
        let office_id = OfficeId::parse(&request.office_id).ok_or_else(hidden)?;
        let office = self.office(office_id).await?.state.clone().ok_or_else(hidden)?;
        let region = office.region;
        let permit = call.permit(Action::GrantWrite, Resource::Region(&region.code)).map_err(|_| hidden())?;
        let command = Command::Issue { subject, role, office_id, office, today: region.today(call.now) };
        let done = self.decide_grant(call, &permit, Uuid::now_v7(), &command, region).await?;
        Ok(self.grant(GrantId(self.0.index.followed.made(&done).await?)).await?.1)
    }

    pub(super) async fn revoke(&self, call: &Call, id: GrantId) -> Result<pb::Grant, Status> {
        let hidden = || Status::from(Thing::GRANT.not_found());
        let (region, _) = self.grant(id).await?;
        let permit = call.permit(Action::GrantWrite, Resource::Region(&region.code)).map_err(|_| hidden())?;
        let command = Command::Revoke { today: region.today(call.now) };
        self.decide_grant(call, &permit, id.0, &command, region).await?;
        // Here at once; other replicas learn it from the log.
        self.0.verifier.revoke(id.0);
        Ok(self.grant(id).await?.1)
    }

    async fn decide_grant(
        &self,
        call: &Call,
        permit: &Permit,
        id: Uuid,
        command: &Command,
        region: Region,
    ) -> Result<Done<Option<Grant>>, Status> {
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

    /// The region that it reaches today, and what an answer says of it.
    async fn grant(&self, id: GrantId) -> Result<(Region, pb::Grant), Status> {
        let snapshot = self.0.grants.load(id.0).await.map_err(failed)?;
        let grant = snapshot.state.as_ref().ok_or_else(|| Status::from(Thing::GRANT.not_found()))?;
        Ok((grant.region.on(&self.0.territory()), grant_message(id.0, grant)))
    }
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
        problems.note("role", Role::from_proto(request.role).ok_or_else(|| field::unknown("ROLE_UNKNOWN", "Peran")));
    problems.finish(subject.zip(role))
}
