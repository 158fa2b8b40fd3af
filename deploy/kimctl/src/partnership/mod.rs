//! `kimctl partnership`: agreements of offices with communities.

mod args;
mod screen;

pub use args::Command;
pub use screen::{Partnership, Shown};

use kim_contract::registry::v1::{
    self as pb, DeclinePartnershipRequest, GetPartnershipRequest, ListPartnershipsRequest, ProposePartnershipRequest,
    RenewPartnershipRequest, SignPartnershipRequest, TerminatePartnershipRequest, WithdrawPartnershipRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::args::List;
use crate::{connection::Services, dates::to_proto, ids, names::Names, places};

/// As many as the registry gives at a time.
const PAGE: i32 = 500;

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    asked(services, command).await.map_err(|status| services.registry_said(&status))
}

async fn asked(services: &Services, command: Command) -> Result<Shown, Status> {
    let mut partnerships = services.partnerships();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    let partnership = match command {
        Command::List(wish) => {
            let listed = list(services, &wish).await?;
            let names = names(services, &listed).await?;
            return Ok(Shown::List(listed.into_iter().map(|one| Partnership::of(one, &names)).collect()));
        }
        Command::Show(which) => {
            let request = services.request(GetPartnershipRequest { partnership_id: which.partnership.to_string() });
            partnerships.get_partnership(request).await?.into_inner().partnership
        }
        Command::Propose(wish) => {
            let request = services.request(ProposePartnershipRequest {
                request_id,
                office_id: wish.office.to_string(),
                community_id: wish.kim.to_string(),
                scopes: wish.scopes.into_iter().map(Into::into).collect(),
                from: wish.from.map(to_proto),
                until: Some(to_proto(wish.until)),
                document_hash: wish.paper.document_hash,
                number: wish.paper.number,
            });
            partnerships.propose_partnership(request).await?.into_inner().partnership
        }
        Command::Sign(wish) => {
            let request = services.request(SignPartnershipRequest {
                request_id,
                partnership_id: wish.which.partnership.to_string(),
                etag,
                signed_on: wish.on.map(to_proto),
                document_hash: wish.paper.document_hash,
                number: wish.paper.number,
            });
            partnerships.sign_partnership(request).await?.into_inner().partnership
        }
        Command::Renew(wish) => {
            let request = services.request(RenewPartnershipRequest {
                request_id,
                partnership_id: wish.which.partnership.to_string(),
                etag,
                until: Some(to_proto(wish.until)),
                document_hash: wish.document_hash,
            });
            partnerships.renew_partnership(request).await?.into_inner().partnership
        }
        Command::Terminate(wish) => {
            let request = services.request(TerminatePartnershipRequest {
                request_id,
                partnership_id: wish.which.partnership.to_string(),
                etag,
                on: wish.on.map(to_proto),
                reason: wish.reason.into(),
                note: wish.note,
            });
            partnerships.terminate_partnership(request).await?.into_inner().partnership
        }
        Command::Withdraw(which) => {
            let partnership_id = which.partnership.to_string();
            let request = services.request(WithdrawPartnershipRequest { request_id, partnership_id, etag });
            partnerships.withdraw_partnership(request).await?.into_inner().partnership
        }
        Command::Decline(wish) => {
            let (partnership_id, reason) = (wish.which.partnership.to_string(), wish.reason.into());
            let request = services.request(DeclinePartnershipRequest { request_id, partnership_id, etag, reason });
            partnerships.decline_partnership(request).await?.into_inner().partnership
        }
    };
    let partnership = partnership.unwrap_or_default();
    let names = names(services, std::slice::from_ref(&partnership)).await?;
    Ok(Shown::One(Box::new(Partnership::of(partnership, &names))))
}

async fn names(services: &Services, partnerships: &[pb::Partnership]) -> Result<Names, Status> {
    let offices = partnerships.iter().map(|one| one.office_id.as_str());
    Names::of(services, offices, partnerships.iter().map(|one| one.community_id.as_str())).await
}

/// All pages.
async fn list(services: &Services, wish: &List) -> Result<Vec<pb::Partnership>, Status> {
    let mut listed = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = services.request(ListPartnershipsRequest {
            region: wish.region.map(places::to_proto),
            community_id: ids::to_proto(wish.kim),
            office_id: ids::to_proto(wish.office),
            statuses: wish.statuses.iter().copied().map(Into::into).collect(),
            expiring_before: wish.expiring_before.map(to_proto),
            page_size: PAGE,
            page_token,
        });
        let page = services.partnerships().list_partnerships(request).await?.into_inner();
        listed.extend(page.partnerships);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(listed);
        }
    }
}
