//! Agreements of offices with communities.

use kim_contract::registry::v1::{self as pb, partnership_service_client::PartnershipServiceClient};

use super::Moment;
use crate::sample::{
    load::{Loader, ids::Made, messages, messages::partnership},
    partnership::Turn,
};

const CLIENT: fn(tonic::transport::Channel) -> PartnershipServiceClient<tonic::transport::Channel> =
    PartnershipServiceClient::new;

impl Loader<'_> {
    pub(super) async fn agree(&self, moment: Moment, place: usize, turn: Turn) -> anyhow::Result<Made> {
        let (kim, agreement) = &self.plan.partnerships[place];
        let (registry, at, request_id, etag) = (&self.registry, moment.at, self.request_id(moment, 0), String::new());
        if turn == Turn::Proposed {
            let office = self.ids.office(self.plan, agreement.office)?;
            let message = partnership::proposal(request_id, agreement, office, self.ids.community(self.plan, *kim)?);
            let answer = registry.call(CLIENT, message, at, |mut c, r| async move { c.propose_partnership(r).await });
            return Ok(Made::Partnership(place, answer.await?.partnership.unwrap_or_default().partnership_id));
        }
        let partnership_id = self.ids.partnership(place)?;
        match turn {
            Turn::Proposed => unreachable!("proposed above"),
            Turn::Signed => {
                let number = self.plan.kims[*kim].number;
                let message = partnership::signature(request_id, agreement, number, partnership_id);
                registry.call(CLIENT, message, at, |mut c, r| async move { c.sign_partnership(r).await }).await?;
            }
            Turn::Renewed(until) => {
                let (until, document_hash) = (Some(messages::date(until)), String::new());
                let message = pb::RenewPartnershipRequest { request_id, partnership_id, etag, until, document_hash };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.renew_partnership(r).await }).await?;
            }
            Turn::Terminated(reason) => {
                let reason = partnership::termination_reason(reason).into();
                let (on, note) = (None, String::new());
                let message = pb::TerminatePartnershipRequest { request_id, partnership_id, etag, on, reason, note };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.terminate_partnership(r).await }).await?;
            }
            Turn::Withdrawn => {
                let message = pb::WithdrawPartnershipRequest { request_id, partnership_id, etag };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.withdraw_partnership(r).await }).await?;
            }
        }
        Ok(Made::Nothing)
    }
}
