//! `kimctl community`: communities, from the draft to the end.

mod args;
mod history;
mod record;
mod screen;

pub use args::Command;
pub use history::{Change as FieldChange, Entry};
pub(crate) use screen::status;
pub use screen::{Community, Contacts, Shown};

use anyhow::bail;
use kim_contract::registry::v1::{
    self as pb, AcceptChangeRequest, AppointOfficerRequest, CorrectCommunityRequest, CountMembersRequest,
    DissolveCommunityRequest, DraftCommunityRequest, EraseOfficerRequest, GetCommunityContactsRequest,
    GetCommunityRequest, MergeCommunityRequest, Officer, ProposeChangeRequest, RefuseChangeRequest,
    RegisterCommunityRequest, RemoveOfficerRequest, ReturnCommunityRequest, SearchCommunitiesRequest,
    SubmitCommunityRequest, WithdrawChangeRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::args::{Appoint, Search};
use crate::{
    connection::Services,
    dates::to_proto,
    ids, places,
    registered::{self, PAGE},
};

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    if let Command::Erase(wish) = &command
        && !wish.yes
    {
        bail!(
            "Data pribadi pengurus {} akan dihapus untuk selamanya; riwayat jabatannya tetap tanpa nama.\n\
             Bila yakin, jalankan lagi dengan --yes.",
            wish.officer
        );
    }
    let record = match &command {
        Command::Draft { record } => Some(record::read(record)?),
        Command::Propose(changed) => Some(record::read(&changed.record)?),
        Command::Correct(wish) => Some(record::read(&wish.changed.record)?),
        _ => None,
    };
    let done = asked(services, command, record.unwrap_or_default()).await;
    done.map_err(|status| services.registry_said(&status))
}

#[expect(clippy::too_many_lines, reason = "a command an arm")]
async fn asked(services: &Services, command: Command, record: pb::CommunityRow) -> Result<Shown, Status> {
    let mut communities = services.communities();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    /// Sends a command of this name, and takes the community out of its answer.
    macro_rules! send {
        ($method:ident, $request:expr) => {
            communities.$method(services.request($request)).await?.into_inner().community
        };
    }
    let community = match command {
        Command::Search(wish) => return Ok(Shown::List(search(services, &wish).await?)),
        Command::History(wish) => return Ok(Shown::History(history::ask(services, &wish).await?)),
        Command::List(wish) => {
            let statuses: Vec<i32> = wish.statuses.into_iter().map(Into::into).collect();
            let listed = registered::list(services, wish.region, &statuses, wish.limit).await?;
            return Ok(Shown::List(listed.into_iter().map(Community::of).collect()));
        }
        Command::Contacts(wish) => {
            let request = GetCommunityContactsRequest {
                community_id: ids::to_proto(wish.which.community),
                purpose: wish.purpose,
            };
            let answer = communities.get_community_contacts(services.request(request)).await?.into_inner();
            return Ok(Shown::Contacts(Contacts::of(answer.contacts.unwrap_or_default())));
        }
        Command::Show(which) => {
            send!(get_community, GetCommunityRequest { community_id: ids::to_proto(which.community) })
        }
        Command::Draft { .. } => {
            let pb::CommunityRow { profile, decree_number, decree_issuer_name, contacts, .. } = record;
            let request = DraftCommunityRequest { request_id, profile, decree_number, contacts, decree_issuer_name };
            send!(draft_community, request)
        }
        Command::Submit(which) => {
            send!(
                submit_community,
                SubmitCommunityRequest { request_id, community_id: ids::to_proto(which.community), etag }
            )
        }
        Command::Return(wish) => send!(
            return_community,
            ReturnCommunityRequest {
                request_id,
                community_id: ids::to_proto(wish.which.community),
                etag,
                reasons: wish.reasons.into_iter().map(Into::into).collect(),
                note: wish.note.note,
            }
        ),
        Command::Register(wish) => {
            let (community_id, registered_on) = (ids::to_proto(wish.which.community), wish.on.map(to_proto));
            send!(register_community, RegisterCommunityRequest { request_id, community_id, etag, registered_on })
        }
        Command::Count(wish) => {
            let (community_id, counted_on) = (ids::to_proto(wish.which.community), wish.on.map(to_proto));
            let member_count = wish.members;
            send!(count_members, CountMembersRequest { request_id, community_id, etag, member_count, counted_on })
        }
        Command::Appoint(wish) => send!(appoint_officer, appointment(request_id, wish)),
        Command::Remove(wish) => send!(
            remove_officer,
            RemoveOfficerRequest {
                request_id,
                community_id: ids::to_proto(wish.which.community),
                etag,
                officer_id: ids::to_proto(wish.officer),
                left_on: wish.on.map(to_proto),
                reason: wish.reason.into(),
            }
        ),
        Command::Erase(wish) => {
            let (community_id, officer_id) = (ids::to_proto(wish.which.community), ids::to_proto(wish.officer));
            send!(erase_officer, EraseOfficerRequest { request_id, community_id, etag, officer_id })
        }
        Command::Propose(wish) => send!(
            propose_change,
            ProposeChangeRequest {
                request_id,
                community_id: ids::to_proto(wish.which.community),
                etag,
                profile: record.profile,
                decree_number: record.decree_number,
                decree_issuer_name: record.decree_issuer_name,
                contacts: record.contacts,
            }
        ),
        Command::Accept(wish) => {
            let (community_id, change_id) = (ids::to_proto(wish.which.community), ids::to_proto(wish.change));
            send!(accept_change, AcceptChangeRequest { request_id, community_id, etag, change_id })
        }
        Command::Refuse(wish) => send!(
            refuse_change,
            RefuseChangeRequest {
                request_id,
                community_id: ids::to_proto(wish.proposed.which.community),
                etag,
                change_id: ids::to_proto(wish.proposed.change),
                reasons: wish.reasons.into_iter().map(Into::into).collect(),
                note: wish.note.note,
            }
        ),
        Command::Withdraw(wish) => {
            let (community_id, change_id) = (ids::to_proto(wish.which.community), ids::to_proto(wish.change));
            send!(withdraw_change, WithdrawChangeRequest { request_id, community_id, etag, change_id })
        }
        Command::Correct(wish) => send!(
            correct_community,
            CorrectCommunityRequest {
                request_id,
                community_id: ids::to_proto(wish.changed.which.community),
                etag,
                profile: record.profile,
                decree_number: record.decree_number,
                decree_issuer_name: record.decree_issuer_name,
                contacts: record.contacts,
                note: wish.note.note,
            }
        ),
        Command::Merge(wish) => send!(
            merge_community,
            MergeCommunityRequest {
                request_id,
                community_id: ids::to_proto(wish.which.community),
                etag,
                into_community_id: ids::to_proto(wish.into),
                reason: wish.reason.into(),
                note: wish.note.note,
            }
        ),
        Command::Dissolve(wish) => {
            let (community_id, reason) = (ids::to_proto(wish.which.community), wish.reason.into());
            let note = wish.note.note;
            send!(dissolve_community, DissolveCommunityRequest { request_id, community_id, etag, reason, note })
        }
    };
    Ok(Shown::One(Box::new(Community::of(community.unwrap_or_default()))))
}

fn appointment(request_id: String, wish: Appoint) -> AppointOfficerRequest {
    let officer = Officer {
        role: wish.role.into(),
        name: wish.name,
        phone: wish.phone,
        officer_id: ids::to_proto(wish.officer),
        term_from: wish.from.map(to_proto),
        term_until: wish.until.map(to_proto),
        born_on: wish.born.map(to_proto),
        civil_servant: wish.civil_servant,
    };
    AppointOfficerRequest {
        request_id,
        community_id: ids::to_proto(wish.which.community),
        etag: String::new(),
        officer: Some(officer),
        replaces_officer_id: ids::to_proto(wish.replaces),
    }
}

/// As many as were asked for, the likest first.
async fn search(services: &Services, wish: &Search) -> Result<Vec<Community>, Status> {
    let mut found = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = services.request(SearchCommunitiesRequest {
            query: wish.text.clone(),
            region: wish.list.region.map(places::to_proto),
            statuses: wish.list.statuses.iter().copied().map(Into::into).collect(),
            base_groups: wish.base_groups.iter().copied().map(Into::into).collect(),
            no_activity_since: wish.no_activity_since.map(to_proto),
            officer_term_ends_before: wish.term_ends_before.map(to_proto),
            page_size: i32::try_from((wish.list.limit - found.len()).clamp(1, PAGE)).unwrap_or_default(),
            page_token,
        });
        let page = services.communities().search_communities(request).await?.into_inner();
        found.extend(page.communities.into_iter().map(Community::of));
        page_token = page.next_page_token;
        if page_token.is_empty() || found.len() >= wish.list.limit {
            return Ok(found);
        }
    }
}
