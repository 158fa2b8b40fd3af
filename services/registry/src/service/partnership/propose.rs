//! A partnership that nobody knows yet.

use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::registry::v1 as pb;
use kim_desk::{call::Call, field, problem::Problems, wire::Paired, words::Words};
use kim_values::DocumentHash;
use time::Date;
use tonic::Status;
use uuid::Uuid;

use super::{
    Handler,
    carry_out::{partners, side},
    document, number, until,
};
use crate::{
    domain::{
        ids::{CommunityId, OfficeId, PartnershipId},
        partnership::{Agreement, Command, Scope, Scopes, Side},
    },
    service::desk::failed,
};

/// What is asked for, but for the partners.
struct Terms {
    scopes: Scopes,
    from: Option<Date>,
    until: Date,
    document: Option<DocumentHash>,
    number: String,
}

impl Handler {
    pub(super) async fn propose(
        &self,
        call: &Call,
        request: &pb::ProposePartnershipRequest,
    ) -> Result<pb::Partnership, Status> {
        let by = side(call)?;
        let no_community = || Status::from(Thing::COMMUNITY.not_found());
        let no_office = || Status::from(Thing::OFFICE.not_found());
        let community_id = CommunityId::parse(&request.community_id).ok_or_else(no_community)?;
        let office_id = OfficeId::parse(&request.office_id).ok_or_else(no_office)?;
        let community = self.community(community_id).await?.ok_or_else(no_community)?;
        let seat = community.profile.seat;
        let resource = Resource::Community { id: community_id.0, seat: &seat.code };
        let permit = call.permit(Action::PartnershipWrite, resource).map_err(|_| no_community())?;
        let office = self.office(office_id).await?.ok_or_else(no_office)?;
        let region = office.region;
        let is_known = match by {
            Side::Office => call.permit(Action::PartnershipWrite, Resource::Region(&region.code)).is_ok(),
            // A community knows the offices of where it is.
            Side::Community => region.code.contains(&seat.code),
        };
        if !is_known {
            return Err(no_office());
        }
        let terms = terms(request)?;
        let (id, today) = (PartnershipId(Uuid::now_v7()), region.today(call.now));
        let (number, sealed) = self.seal_number(id, &terms.number).await?;
        let agreement = Agreement {
            office: office_id,
            community: community_id,
            seat,
            scopes: terms.scopes,
            from: terms.from.unwrap_or(today),
            until: terms.until,
            document: terms.document,
            number,
        };
        let command = Command::Propose { agreement, by, partners: partners(&office, &community), today };
        let done = self
            .0
            .partnerships
            .execute(id.0, &call.envelope(&permit), |snapshot| {
                self.proposal(call, id, snapshot, region, command.clone(), &sealed)
            })
            .await
            .map_err(failed)?;
        self.answer(done).await
    }
}

fn terms(request: &pb::ProposePartnershipRequest) -> Result<Terms, Problems> {
    let mut problems = Problems::default();
    let scopes = problems.note("scopes", scopes(&request.scopes));
    let from = problems.note("from", field::optional_date(request.from.as_ref(), "Hari pertama kemitraan"));
    let until = problems.note("until", until(request.until.as_ref()));
    let document = problems.note("document_hash", document(&request.document_hash));
    let number = problems.note("number", number(&request.number));
    let parsed =
        (|| Some(Terms { scopes: scopes?, from: from?, until: until?, document: document?, number: number? }))();
    problems.finish(parsed)
}

fn scopes(scopes: &[i32]) -> Result<Scopes, Words> {
    let unknown = || field::unknown("PARTNERSHIP_SCOPE_UNKNOWN", "Lingkup kemitraan");
    let known: Option<Vec<Scope>> = scopes.iter().map(|&scope| Scope::from_proto(scope)).collect();
    known.and_then(Scopes::new).ok_or_else(unknown)
}
