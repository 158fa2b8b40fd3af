//! Agreements of offices with communities.

use kim_contract::registry::v1 as pb;

use super::{date, digest};
use crate::sample::{
    dice::{Dice, Topic},
    partnership::{Partnership, TerminationReason},
    places::key,
    territory::code_on,
};

#[must_use]
pub fn proposal(
    request_id: String,
    partnership: &Partnership,
    office_id: String,
    community_id: String,
) -> pb::ProposePartnershipRequest {
    let mut scopes = vec![pb::PartnershipScope::Dissemination];
    scopes.extend(partnership.scopes.aspirations.then_some(pb::PartnershipScope::Aspirations));
    scopes.extend(partnership.scopes.literacy.then_some(pb::PartnershipScope::Literacy));
    pb::ProposePartnershipRequest {
        request_id,
        office_id,
        community_id,
        scopes: scopes.into_iter().map(Into::into).collect(),
        from: Some(date(partnership.from)),
        until: Some(date(partnership.until)),
        document_hash: String::new(),
        number: String::new(),
    }
}

/// With the number and the document that the proposal did not have yet.
#[must_use]
pub fn signature(
    request_id: String,
    partnership: &Partnership,
    number: u32,
    partnership_id: String,
) -> pb::SignPartnershipRequest {
    let mut dice = Dice::of(Topic::Partnership, number.into(), 1_000_000 + key(&partnership.office));
    let office = code_on(partnership.from, partnership.office);
    let agreement = format!("PKS/{:03}/{office}/{}", dice.between(1, 240), partnership.from.year());
    pb::SignPartnershipRequest {
        request_id,
        partnership_id,
        etag: String::new(),
        signed_on: None,
        document_hash: digest(dice.bytes()),
        number: agreement,
    }
}

#[must_use]
pub fn termination_reason(reason: TerminationReason) -> pb::TerminationReason {
    match reason {
        TerminationReason::BothAgreed => pb::TerminationReason::BothAgreed,
        TerminationReason::NotKept => pb::TerminationReason::NotKept,
    }
}
