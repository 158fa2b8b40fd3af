//! Who comes onto a registered community's board, and who leaves it.

use kim_chassis::access::Action;
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::vault_failed,
    field,
    problem::{Problems, one},
    target::Target,
    wire::Paired,
    words::Words,
};
use kim_eventlog::Sealed;
use tonic::Status;
use uuid::Uuid;

use super::carry_out::visible;
use crate::{
    domain::{
        board::{LeaveReason, Term},
        community::{Command, Record},
        ids::OfficerId,
    },
    service::{
        desk::{Desk, failed},
        id, parse,
    },
};

impl Desk {
    pub(super) async fn appoint(
        &self,
        call: &Call,
        request: &pb::AppointOfficerRequest,
    ) -> Result<(pb::Community, OfficerId), Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let (id, action) = (id::community(target.id)?, Action::CommunityWrite);
        let mut problems = Problems::default();
        let empty = pb::Officer::default();
        let parsed = parse::officer(request.officer.as_ref().unwrap_or(&empty), &mut problems);
        let replaces = problems.note("replaces_officer_id", somebody(&request.replaces_officer_id));
        let (mut person, replaces) = problems.finish(parsed.zip(replaces))?;
        let snapshot = self.communities.load(id.0).await.map_err(failed)?;
        let record = visible(&snapshot, call, action, id)?;
        if person.officer_id.is_empty() {
            // The request makes the person: a retry appoints the same one.
            person.officer_id = Uuid::new_v5(&id.0, request.request_id.as_bytes()).to_string();
        } else {
            one("officer.officer_id", known(record, &person.officer_id))?;
        }
        let term = parse::term(&person, record.profile.seat.today(call.now));
        let term: Term = one("officer", term.ok_or_else(parse::unknown_officer))?;
        let sealed: Sealed = self.records.seal_officer(&person).await.map_err(|error| vault_failed(&error))?;
        let appoint = |_: &_, today| Command::Appoint { term, replaces, today };
        let community = self.carry_out(call, action, &target, vec![sealed], appoint).await?;
        Ok((community, term.officer))
    }

    pub(super) async fn remove(
        &self,
        call: &Call,
        request: &pb::RemoveOfficerRequest,
    ) -> Result<pb::Community, Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let mut problems = Problems::default();
        let officer =
            problems.note("officer_id", OfficerId::parse(&request.officer_id).ok_or_else(parse::unknown_officer));
        let on = problems.note("left_on", field::optional_date(request.left_on.as_ref(), "Tanggal berhenti"));
        let reason = problems.note("reason", reason(request.reason));
        let ((officer, on), reason) = problems.finish(officer.zip(on).zip(reason))?;
        let leave = |_: &_, today| Command::Leave { officer, on: on.unwrap_or(today), reason, today };
        self.carry_out(call, Action::CommunityWrite, &target, Vec::new(), leave).await
    }

    /// The vault obeys the event: first what was decided stands in the log, then the person is gone.
    pub(super) async fn erase(&self, call: &Call, request: &pb::EraseOfficerRequest) -> Result<pb::Community, Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let officer = one("officer_id", OfficerId::parse(&request.officer_id).ok_or_else(parse::unknown_officer))?;
        let erase = |_: &_, today| Command::EraseOfficer { officer, today };
        self.carry_out(call, Action::PersonErase, &target, Vec::new(), erase).await
    }
}

/// Somebody who is named, or nobody.
fn somebody(id: &str) -> Result<Option<OfficerId>, Words> {
    if id.is_empty() { Ok(None) } else { OfficerId::parse(id).map(Some).ok_or_else(parse::unknown_officer) }
}

fn known(record: &Record, id: &str) -> Result<(), Words> {
    let known = OfficerId::parse(id).is_some_and(|officer| record.board.knows(officer));
    if known { Ok(()) } else { Err(parse::unknown_officer()) }
}

/// The rest happens by itself, or by an appointment.
fn reason(reason: i32) -> Result<LeaveReason, Words> {
    match LeaveReason::from_proto(reason) {
        Some(LeaveReason::TermEnded | LeaveReason::Replaced) | None => {
            Err(field::unknown("LEAVE_REASON_UNKNOWN", "Alasan berhenti"))
        }
        Some(reason) => Ok(reason),
    }
}
