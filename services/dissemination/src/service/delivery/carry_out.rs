//! A command on a delivery: authorised, decided and appended on one and the same state.

use bytes::Bytes;
use kim_chassis::{access::Action, errors::Thing};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{call::Call, target::Target};
use kim_eventlog::{Done, Proposal, Sealed};
use tonic::Status;
use uuid::Uuid;

use super::{Handler, told::Known};
use crate::{
    domain::{
        delivery::{self, Command},
        ids::DeliveryId,
    },
    service::desk::{Rejection, failed},
    wire::delivery::{answer, happened},
};

/// Which delivery a request is about, and the version of it that the caller read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub campaign_id: &'a str,
    pub community_id: &'a str,
    pub etag: &'a str,
}

/// A delivery that the caller may do something about.
pub(super) struct Opened {
    pub known: Known,
    pub id: DeliveryId,
}

impl Handler {
    pub(super) async fn open(&self, call: &Call, action: Action, named: Named<'_>) -> Result<Opened, Status> {
        let recipient = self.0.recipient(call, action, named.campaign_id, named.community_id).await?;
        let known = self.0.known_of(recipient).await?;
        Ok(Opened { known, id: DeliveryId::of(recipient.campaign, recipient.community) })
    }

    /// Carries a command out; a request that was carried out before is answered `result` as then.
    pub(super) async fn carry_out(
        &self,
        call: &Call,
        opened: &Opened,
        etag: &str,
        sealed: Vec<Sealed>,
        (command, result): (Command, Uuid),
    ) -> Result<Uuid, Status> {
        let expected = Target { id: "", etag }.expected()?;
        let told = opened.known.told(call.now);
        let id = opened.id.0;
        let done = self
            .0
            .deliveries
            .execute(id, &call.envelope_until_permitted(), |snapshot| {
                expected.met_by(snapshot.version)?;
                let events = delivery::decide(snapshot.state.as_ref(), &told, command.clone())?;
                let happened = |event| happened(id, event, call.now);
                Ok::<_, Rejection>(Proposal {
                    vault: sealed.clone(),
                    result: Bytes::copy_from_slice(result.as_bytes()),
                    ..Proposal::of(events.into_iter().map(happened).collect())
                })
            })
            .await
            .map_err(failed)?;
        match done {
            Done::New { .. } => Ok(result),
            Done::Repeated { result } => {
                Uuid::from_slice(&result).map_err(|error| kim_desk::failure::unavailable(&error))
            }
        }
    }

    /// Carries out a command that is answered by the delivery alone.
    pub(super) async fn report(
        &self,
        call: &Call,
        opened: &Opened,
        etag: &str,
        command: Command,
    ) -> Result<pb::Delivery, Status> {
        self.carry_out(call, opened, etag, Vec::new(), (command, opened.id.0)).await?;
        self.present(opened).await
    }

    /// The delivery as it stands now; it is not there unless the campaign got to the community.
    pub(super) async fn present(&self, opened: &Opened) -> Result<pb::Delivery, Status> {
        let assigned = opened.known.assigned().ok_or_else(|| Status::from(Thing::DELIVERY.not_found()))?;
        let snapshot = self.0.deliveries.load(opened.id.0).await.map_err(failed)?;
        Ok(answer(opened.known.recipient, assigned, snapshot.state.as_ref(), snapshot.version))
    }
}
