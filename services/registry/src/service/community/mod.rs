//! `CommunityService`: communities, and what becomes of them.

mod board;
mod carry_out;
mod change;
mod changes;
mod history;
mod list;
mod registration;
mod search;
mod story;

pub use carry_out::visible;

use kim_chassis::access::{Action, Resource};
use kim_contract::registry::v1::{self as pb, community_service_server::CommunityService};
use kim_desk::{
    call::Call,
    failure::{unavailable, vault_failed},
    field,
    problem::{Problems, one},
    target::Target,
    wire::Paired,
    words::Words,
};
use kim_eventlog::Sealed;
use kim_territory::Adopted;
use kim_values::VaultRef;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;

use super::{
    claims,
    desk::{Desk, access_failed, claimed, failed},
    import,
    parse::{self, Decree},
};
use crate::{
    domain::{
        board::Board,
        community::{Command, DissolutionReason, ReturnReason},
        ids::{ActivityId, CommunityId, OfficerId},
        profile::Profile,
    },
    service::id,
    vault::CommunityRecord,
    wire,
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl CommunityService for Handler {
    async fn draft_community(&self, request: Request<pb::DraftCommunityRequest>) -> Answer<pb::DraftCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let decree = Decree { number: &request.decree_number, issuer_name: &request.decree_issuer_name };
        let (profile, mut record) =
            profile(request.profile.as_ref(), decree, request.contacts.as_ref(), &self.0.territory())?;
        let permit = call.permit(Action::CommunityWrite, Resource::Region(&profile.seat.code))?;
        one("contacts.officers.officer_id", nobody_else(&record, &Board::default()))?;
        self.not_taken(&call, &profile).await?;
        let (id, seat, today) = (CommunityId(Uuid::now_v7()), profile.seat, profile.seat.today(call.now));
        let terms = parse::terms(&mut record, profile.formed_on);
        let (reference, sealed) = self.0.records.seal_first(id, &record).unzip();
        let command = Command::Draft { profile, terms, sealed: reference, today };
        let community = self.0.begin(&call, &permit, command, seat, id, sealed.unwrap_or_default()).await?;
        Ok(Response::new(pb::DraftCommunityResponse { community: Some(community) }))
    }

    async fn amend_community(&self, request: Request<pb::AmendCommunityRequest>) -> Answer<pb::AmendCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let decree = Decree { number: &request.decree_number, issuer_name: &request.decree_issuer_name };
        let (profile, mut record) =
            profile(request.profile.as_ref(), decree, request.contacts.as_ref(), &self.0.territory())?;
        let id = id::community(target.id)?;
        let snapshot = self.0.communities.load(id.0).await.map_err(failed)?;
        let stands = visible(&snapshot, &call, Action::CommunityWrite, id)?;
        one("contacts.officers.officer_id", nobody_else(&record, &stands.board))?;
        let terms = parse::terms(&mut record, profile.formed_on);
        let sealed = self.0.records.seal_again(id, &record).await.map_err(|e| vault_failed(&e))?;
        let (reference, sealed) = sealed.unzip();
        let amend =
            |_: &_, today| Command::Amend { profile: profile.clone(), terms: terms.clone(), sealed: reference, today };
        let community =
            self.0.carry_out(&call, Action::CommunityWrite, &target, sealed.unwrap_or_default(), amend).await?;
        Ok(Response::new(pb::AmendCommunityResponse { community: Some(community) }))
    }

    async fn submit_community(
        &self,
        request: Request<pb::SubmitCommunityRequest>,
    ) -> Answer<pb::SubmitCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let community = self.0.submit(&call, &target).await?;
        Ok(Response::new(pb::SubmitCommunityResponse { community: Some(community) }))
    }

    async fn return_community(
        &self,
        request: Request<pb::ReturnCommunityRequest>,
    ) -> Answer<pb::ReturnCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let reasons = reasons(&request.reasons)?;
        let (reference, sealed) = self.0.note(&target, &request.note).await?;
        let back = |_: &_, today| Command::Return { reasons: reasons.clone(), note: reference, today };
        let community = self.0.carry_out(&call, Action::CommunityVerify, &target, sealed, back).await?;
        Ok(Response::new(pb::ReturnCommunityResponse { community: Some(community) }))
    }

    async fn register_community(
        &self,
        request: Request<pb::RegisterCommunityRequest>,
    ) -> Answer<pb::RegisterCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let on = one("registered_on", field::optional_date(request.registered_on.as_ref(), "Tanggal pendaftaran"))?;
        let community = self.0.register(&call, &target, on).await?;
        Ok(Response::new(pb::RegisterCommunityResponse { community: Some(community) }))
    }

    async fn plan_revitalisation(
        &self,
        request: Request<pb::PlanRevitalisationRequest>,
    ) -> Answer<pb::PlanRevitalisationResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let after = wire::community::preceding(request.preceded_by.as_ref());
        let unknown = || field::unknown("PRECEDING_UNKNOWN", "Yang mendahului revitalisasi");
        let after = one("preceded_by", after.ok_or_else(unknown))?;
        let plan = |_: &_, today| Command::PlanRevitalisation { after, today };
        let community = self.0.carry_out(&call, Action::CommunityWrite, &target, Vec::new(), plan).await?;
        Ok(Response::new(pb::PlanRevitalisationResponse { community: Some(community) }))
    }

    async fn dissolve_community(
        &self,
        request: Request<pb::DissolveCommunityRequest>,
    ) -> Answer<pb::DissolveCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let unknown = || field::unknown("DISSOLUTION_REASON_UNKNOWN", "Alasan pembubaran");
        let reason = one("reason", DissolutionReason::from_proto(request.reason).ok_or_else(unknown))?;
        let (reference, sealed) = self.0.note(&target, &request.note).await?;
        let dissolve = |_: &_, today| Command::Dissolve { reason, note: reference, today };
        let community = self.0.carry_out(&call, Action::CommunityDissolve, &target, sealed, dissolve).await?;
        Ok(Response::new(pb::DissolveCommunityResponse { community: Some(community) }))
    }

    async fn report_activity(&self, request: Request<pb::ReportActivityRequest>) -> Answer<pb::ReportActivityResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let mut problems = Problems::default();
        let parsed = parse::activity(request.activity.as_ref(), &mut problems);
        let mut activity = problems.finish(parsed)?;
        // The request makes the activity: a retry reports the same one.
        activity.id = ActivityId(Uuid::new_v5(&id::community(target.id)?.0, request.request_id.as_bytes()));
        let lists = self.0.index.masters().borrow().code_lists.clone();
        let report = |_: &_, today| Command::Report { activity, topics: lists.topics(activity.happened_on), today };
        let community = self.0.carry_out(&call, Action::ActivityReport, &target, Vec::new(), report).await?;
        let activity_id = activity.id.to_string();
        Ok(Response::new(pb::ReportActivityResponse { community: Some(community), activity_id }))
    }

    async fn merge_community(&self, request: Request<pb::MergeCommunityRequest>) -> Answer<pb::MergeCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let community = self.0.merge(&call, &request).await?;
        Ok(Response::new(pb::MergeCommunityResponse { community: Some(community) }))
    }

    async fn count_members(&self, request: Request<pb::CountMembersRequest>) -> Answer<pb::CountMembersResponse> {
        let (call, request) = self.0.command(request)?;
        let target = Target { id: &request.community_id, etag: &request.etag };
        let mut problems = Problems::default();
        let count = problems.note("member_count", parse::members(request.member_count));
        let on = field::optional_date(request.counted_on.as_ref(), "Tanggal penghitungan anggota");
        let on = problems.note("counted_on", on);
        let (count, on) = problems.finish(count.zip(on))?;
        let told = |_: &_, today| Command::CountMembers { count, on: on.unwrap_or(today), today };
        let community = self.0.carry_out(&call, Action::CommunityWrite, &target, Vec::new(), told).await?;
        Ok(Response::new(pb::CountMembersResponse { community: Some(community) }))
    }

    async fn appoint_officer(&self, request: Request<pb::AppointOfficerRequest>) -> Answer<pb::AppointOfficerResponse> {
        let (call, request) = self.0.command(request)?;
        let (community, officer) = self.0.appoint(&call, &request).await?;
        let officer_id = officer.to_string();
        Ok(Response::new(pb::AppointOfficerResponse { community: Some(community), officer_id }))
    }

    async fn remove_officer(&self, request: Request<pb::RemoveOfficerRequest>) -> Answer<pb::RemoveOfficerResponse> {
        let (call, request) = self.0.command(request)?;
        let community = self.0.remove(&call, &request).await?;
        Ok(Response::new(pb::RemoveOfficerResponse { community: Some(community) }))
    }

    async fn erase_officer(&self, request: Request<pb::EraseOfficerRequest>) -> Answer<pb::EraseOfficerResponse> {
        let (call, request) = self.0.command(request)?;
        let community = self.0.erase(&call, &request).await?;
        Ok(Response::new(pb::EraseOfficerResponse { community: Some(community) }))
    }

    async fn propose_change(&self, request: Request<pb::ProposeChangeRequest>) -> Answer<pb::ProposeChangeResponse> {
        let (call, request) = self.0.command(request)?;
        let (community, change) = self.0.propose_change(&call, &request).await?;
        let change_id = change.to_string();
        Ok(Response::new(pb::ProposeChangeResponse { community: Some(community), change_id }))
    }

    async fn accept_change(&self, request: Request<pb::AcceptChangeRequest>) -> Answer<pb::AcceptChangeResponse> {
        let (call, request) = self.0.command(request)?;
        let community = self.0.accept_change(&call, &request).await?;
        Ok(Response::new(pb::AcceptChangeResponse { community: Some(community) }))
    }

    async fn refuse_change(&self, request: Request<pb::RefuseChangeRequest>) -> Answer<pb::RefuseChangeResponse> {
        let (call, request) = self.0.command(request)?;
        let community = self.0.refuse_change(&call, &request).await?;
        Ok(Response::new(pb::RefuseChangeResponse { community: Some(community) }))
    }

    async fn withdraw_change(&self, request: Request<pb::WithdrawChangeRequest>) -> Answer<pb::WithdrawChangeResponse> {
        let (call, request) = self.0.command(request)?;
        let community = self.0.withdraw_change(&call, &request).await?;
        Ok(Response::new(pb::WithdrawChangeResponse { community: Some(community) }))
    }

    async fn correct_community(
        &self,
        request: Request<pb::CorrectCommunityRequest>,
    ) -> Answer<pb::CorrectCommunityResponse> {
        let (call, request) = self.0.command(request)?;
        let community = self.0.correct(&call, &request).await?;
        Ok(Response::new(pb::CorrectCommunityResponse { community: Some(community) }))
    }

    async fn get_community(&self, request: Request<pb::GetCommunityRequest>) -> Answer<pb::GetCommunityResponse> {
        let (call, request) = Call::question(request)?;
        let id = id::community(&request.community_id)?;
        let snapshot = self.0.communities.load(id.0).await.map_err(failed)?;
        let record = visible(&snapshot, &call, Action::CommunityRead, id)?;
        let mut community = wire::community::whole_message(id, record, snapshot.version);
        let sealed = self.0.records.open(record.sealed).await.map_err(|e| vault_failed(&e))?;
        community.decree_number = sealed.decree_number;
        community.decree_issuer_name = sealed.decree_issuer_name;
        Ok(Response::new(pb::GetCommunityResponse { community: Some(community) }))
    }

    async fn list_communities(
        &self,
        request: Request<pb::ListCommunitiesRequest>,
    ) -> Answer<pb::ListCommunitiesResponse> {
        let (call, request) = Call::question(request)?;
        let page = self.0.list_communities(&call, &request).await?;
        Ok(Response::new(pb::ListCommunitiesResponse { communities: page.communities, next_page_token: page.next }))
    }

    async fn search_communities(
        &self,
        request: Request<pb::SearchCommunitiesRequest>,
    ) -> Answer<pb::SearchCommunitiesResponse> {
        let (call, request) = Call::question(request)?;
        let page = self.0.search_communities(&call, &request).await?;
        let (communities, next_page_token) = (page.communities, page.next);
        Ok(Response::new(pb::SearchCommunitiesResponse { communities, next_page_token }))
    }

    async fn get_community_history(
        &self,
        request: Request<pb::GetCommunityHistoryRequest>,
    ) -> Answer<pb::GetCommunityHistoryResponse> {
        let (call, request) = Call::question(request)?;
        Ok(Response::new(self.0.history(&call, &request).await?))
    }

    async fn get_community_contacts(
        &self,
        request: Request<pb::GetCommunityContactsRequest>,
    ) -> Answer<pb::GetCommunityContactsResponse> {
        let (call, request) = Call::question(request)?;
        let id = id::community(&request.community_id)?;
        let snapshot = self.0.communities.load(id.0).await.map_err(failed)?;
        let record = visible(&snapshot, &call, Action::ContactsRead, id)?;
        let purpose = one("purpose", purpose(&request.purpose))?;
        self.0.records.record_access(id, call.principal.subject.as_str(), &purpose).await.map_err(access_failed)?;
        let sealed =
            self.0.records.open_with_board(record.sealed, &record.board).await.map_err(|e| vault_failed(&e))?;
        Ok(Response::new(pb::GetCommunityContactsResponse { contacts: Some(sealed.contacts.unwrap_or_default()) }))
    }

    type ImportCommunitiesStream = import::Results<pb::ImportCommunitiesResponse>;

    async fn import_communities(
        &self,
        request: Request<Streaming<pb::ImportCommunitiesRequest>>,
    ) -> Answer<Self::ImportCommunitiesStream> {
        let (call, rows) = Call::question(request)?;
        Ok(Response::new(import::communities(self.0.clone(), call, rows)?))
    }

    type ImportActivitiesStream = import::Results<pb::ImportActivitiesResponse>;

    async fn import_activities(
        &self,
        request: Request<Streaming<pb::ImportActivitiesRequest>>,
    ) -> Answer<Self::ImportActivitiesStream> {
        let (call, rows) = Call::question(request)?;
        Ok(Response::new(import::activities(self.0.clone(), call, rows)?))
    }
}

impl Handler {
    /// Tells early what the claim at registration decides in the end. A request that was carried out before is answered as then,
    /// though the name has been taken since, by its own community perhaps.
    async fn not_taken(&self, call: &Call, profile: &Profile) -> Result<(), Status> {
        let name = claims::name_at_seat(&self.0.keys, profile);
        let held = claims::holders(&self.0.log, name.kind, &[name.value]).await.map_err(|e| unavailable(&e))?;
        if held.is_empty() {
            return Ok(());
        }
        if let Some(key) = call.key
            && self.0.log.carried_out(key).await.map_err(|e| unavailable(&e))?.is_some()
        {
            return Ok(());
        }
        Err(claimed(claims::NAME_AT_SEAT).into())
    }
}

impl Desk {
    /// An office's words, sealed.
    async fn note(&self, target: &Target<'_>, note: &str) -> Result<(Option<VaultRef>, Vec<Sealed>), Status> {
        let note = one("note", field::private(note, 2_000, "NOTE_TOO_LONG", "Catatan"))?;
        let sealed = self.records.seal_note(id::community(target.id)?.0, &note).await.map_err(|e| vault_failed(&e))?;
        let (reference, sealed) = sealed.unzip();
        Ok((reference, sealed.into_iter().collect()))
    }
}

fn profile(
    profile: Option<&pb::CommunityProfile>,
    decree: Decree<'_>,
    contacts: Option<&pb::CommunityContacts>,
    adopted: &Adopted,
) -> Result<(Profile, CommunityRecord), Problems> {
    let mut problems = Problems::default();
    let parsed = parse::community(profile, decree, contacts, adopted, &mut problems);
    problems.finish(parsed)
}

/// Officers that are named by their id are on the board already.
fn nobody_else(record: &CommunityRecord, board: &Board) -> Result<(), Words> {
    let officers = record.contacts.iter().flat_map(|contacts| &contacts.officers);
    let unknown = |officer: &&pb::Officer| {
        let known = OfficerId::parse(&officer.officer_id).is_some_and(|officer| board.knows(officer));
        !officer.officer_id.is_empty() && !known
    };
    if officers.filter(unknown).count() == 0 { Ok(()) } else { Err(parse::unknown_officer()) }
}

fn reasons(reasons: &[i32]) -> Result<Vec<ReturnReason>, Problems> {
    let unknown = || field::unknown("RETURN_REASON_UNKNOWN", "Alasan pengembalian");
    let parsed = reasons.iter().map(|&reason| ReturnReason::from_proto(reason).ok_or_else(unknown));
    one("reasons", parsed.collect())
}

fn purpose(purpose: &str) -> Result<String, Words> {
    let purpose = field::private(purpose, 200, "PURPOSE_TOO_LONG", "Keperluan")?;
    if purpose.chars().count() < 10 {
        return Err(Words::new(
            "PURPOSE_TOO_SHORT",
            "Keperluan membaca kontak belum jelas.",
            "Tulis keperluannya dalam 10 sampai 200 huruf; catatan ini disimpan.",
        ));
    }
    Ok(purpose)
}
