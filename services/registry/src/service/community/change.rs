//! Changes to a registered record: proposed, accepted, refused, withdrawn; corrections; and merging into another community.

use kim_chassis::access::Action;
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::vault_failed,
    field,
    problem::{Problems, one},
    target::Target,
    wire::Paired,
};
use kim_eventlog::Sealed;
use kim_values::VaultRef;
use tonic::Status;
use uuid::Uuid;

use super::carry_out::visible;
use crate::{
    domain::{
        Refusal,
        community::{ChangeRefusalReason, Command, MergeReason},
        ids::{ChangeId, CommunityId},
        profile::Profile,
    },
    service::{
        desk::{Desk, Rejection, failed},
        id,
        parse::{self, Decree},
    },
};

/// A record as somebody wants it to stand.
pub(super) struct Wanted<'a> {
    pub profile: Option<&'a pb::CommunityProfile>,
    pub decree: Decree<'a>,
    pub contacts: Option<&'a pb::CommunityContacts>,
}

impl Desk {
    pub(super) async fn propose_change(
        &self,
        call: &Call,
        request: &pb::ProposeChangeRequest,
    ) -> Result<(pb::Community, ChangeId), Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let decree = Decree { number: &request.decree_number, issuer_name: &request.decree_issuer_name };
        let wanted = Wanted { profile: request.profile.as_ref(), decree, contacts: request.contacts.as_ref() };
        let action = Action::CommunityWrite;
        let (profile, reference, sealed) = self.wanted(call, action, &target, &wanted).await?;
        // The request makes the change: a retry proposes the same one.
        let id = ChangeId(Uuid::new_v5(&id::community(target.id)?.0, request.request_id.as_bytes()));
        let propose = |_: &_, today| Command::ProposeChange { id, profile: profile.clone(), sealed: reference, today };
        let community = self.carry_out(call, action, &target, sealed, propose).await?;
        Ok((community, id))
    }

    pub(super) async fn correct(
        &self,
        call: &Call,
        request: &pb::CorrectCommunityRequest,
    ) -> Result<pb::Community, Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let decree = Decree { number: &request.decree_number, issuer_name: &request.decree_issuer_name };
        let wanted = Wanted { profile: request.profile.as_ref(), decree, contacts: request.contacts.as_ref() };
        let action = Action::CommunityVerify;
        let (profile, reference, mut sealed) = self.wanted(call, action, &target, &wanted).await?;
        let (note, words) = self.note(&target, &request.note).await?;
        sealed.extend(words);
        let correct = |_: &_, today| Command::Correct { profile: profile.clone(), sealed: reference, note, today };
        self.carry_out(call, action, &target, sealed, correct).await
    }

    /// The profile, and the record in the vault that goes with it: the one that stands where nothing else is said.
    async fn wanted(
        &self,
        call: &Call,
        action: Action,
        target: &Target<'_>,
        wanted: &Wanted<'_>,
    ) -> Result<(Profile, Option<VaultRef>, Vec<Sealed>), Status> {
        let id = id::community(target.id)?;
        let snapshot = self.communities.load(id.0).await.map_err(failed)?;
        let stands = visible(&snapshot, call, action, id)?;
        let before = self.records.open(stands.sealed).await.map_err(|e| vault_failed(&e))?;
        let mut decree = wanted.decree;
        // A record without a decree has no number either, whatever stood there before.
        if wanted.profile.is_some_and(|profile| profile.decree.is_some()) {
            let said = |text: &&str| !text.trim().is_empty();
            decree.number = Some(decree.number).filter(said).unwrap_or(&before.decree_number);
            decree.issuer_name = Some(decree.issuer_name).filter(said).unwrap_or(&before.decree_issuer_name);
        }
        let mut problems = Problems::default();
        let parsed = parse::community(wanted.profile, decree, wanted.contacts, &self.territory(), &mut problems);
        if wanted.contacts.is_some_and(|contacts| !contacts.officers.is_empty()) {
            problems.add("contacts.officers", parse::officers_elsewhere());
        }
        let (profile, mut record) = problems.finish(parsed)?;
        if record.contacts.is_none() {
            record.contacts.clone_from(&before.contacts);
        }
        if record == before {
            return Ok((profile, stands.sealed, Vec::new()));
        }
        let sealed = self.records.seal_again(id, &record).await.map_err(|e| vault_failed(&e))?;
        let (reference, sealed) = sealed.unzip();
        Ok((profile, reference, sealed.unwrap_or_default()))
    }

    pub(super) async fn accept_change(
        &self,
        call: &Call,
        request: &pb::AcceptChangeRequest,
    ) -> Result<pb::Community, Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let id = change_id(&request.change_id)?;
        let accept = |_: &_, today| Command::AcceptChange { id, today };
        self.carry_out(call, Action::CommunityVerify, &target, Vec::new(), accept).await
    }

    pub(super) async fn refuse_change(
        &self,
        call: &Call,
        request: &pb::RefuseChangeRequest,
    ) -> Result<pb::Community, Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let id = change_id(&request.change_id)?;
        let unknown = || field::unknown("CHANGE_REFUSAL_REASON_UNKNOWN", "Alasan penolakan");
        let reasons = request.reasons.iter().map(|&reason| ChangeRefusalReason::from_proto(reason).ok_or_else(unknown));
        let reasons: Vec<_> = one("reasons", reasons.collect())?;
        let (note, sealed) = self.note(&target, &request.note).await?;
        let refuse = |_: &_, today| Command::RefuseChange { id, reasons: reasons.clone(), note, today };
        self.carry_out(call, Action::CommunityVerify, &target, sealed, refuse).await
    }

    pub(super) async fn withdraw_change(
        &self,
        call: &Call,
        request: &pb::WithdrawChangeRequest,
    ) -> Result<pb::Community, Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let id = change_id(&request.change_id)?;
        let withdraw = |_: &_, today| Command::WithdrawChange { id, today };
        self.carry_out(call, Action::CommunityWrite, &target, Vec::new(), withdraw).await
    }

    /// Both communities are the caller's to end.
    pub(super) async fn merge(
        &self,
        call: &Call,
        request: &pb::MergeCommunityRequest,
    ) -> Result<pb::Community, Status> {
        let target = Target { id: &request.community_id, etag: &request.etag };
        let action = Action::CommunityDissolve;
        let reason = MergeReason::from_proto(request.reason)
            .ok_or_else(|| field::unknown("MERGE_REASON_UNKNOWN", "Alasan penggabungan"));
        let reason = one("reason", reason)?;
        let into: CommunityId = id::community(&request.into_community_id)?;
        if into == id::community(target.id)? {
            return Err(Rejection::Refused(Refusal::MergeIntoItself).into());
        }
        let snapshot = self.communities.load(into.0).await.map_err(failed)?;
        let goes_on = visible(&snapshot, call, action, into)?;
        let other = (goes_on.profile.seat, goes_on.stage.status());
        let (note, sealed) = self.note(&target, &request.note).await?;
        let merge = |_: &_, today| Command::Merge { into, other, reason, note, today };
        self.carry_out(call, action, &target, sealed, merge).await
    }
}

/// A malformed id is one that is not there.
fn change_id(id: &str) -> Result<ChangeId, Status> {
    ChangeId::parse(id).ok_or_else(|| Rejection::Refused(Refusal::ChangeNotFound).into())
}
