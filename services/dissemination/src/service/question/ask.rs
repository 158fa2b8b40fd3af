//! `AskQuestion`: by an officer of the community, or an office for it, of a session that was held.

use bytes::Bytes;
use kim_chassis::{access::Action, errors::Thing};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{call::Call, failure::unavailable, problem::one, wire::Happened};
use kim_eventlog::{Done, Proposal};
use tonic::Status;
use uuid::Uuid;

use super::{Handler, request};
use crate::{
    domain::{
        Refusal,
        delivery::DeliveryError,
        ids::{DeliveryId, QuestionId},
        question::{self, Command, Origin},
    },
    service::{
        desk::{Rejection, failed},
        id,
    },
};

impl Handler {
    pub(super) async fn ask(&self, call: &Call, request: &pb::AskQuestionRequest) -> Result<pb::Question, Status> {
        let text = one("text", request::text(&request.text))?;
        let session = id::session(&request.session_id)?;
        let desk = &self.0;
        let recipient = desk.recipient(call, Action::QuestionAsk, &request.campaign_id, &request.community_id).await?;
        let delivery = DeliveryId::of(recipient.campaign, recipient.community);
        let refused = |error: DeliveryError| Status::from(Rejection::Refused(Refusal::from(error)));
        let reported = desk.deliveries.load(delivery.0).await.map_err(failed)?;
        let held = reported.state.iter().flat_map(|delivery| &delivery.sessions).find(|held| held.id == session);
        match held {
            None => return Err(refused(DeliveryError::SessionNotFound)),
            Some(held) if held.withdrawn => return Err(refused(DeliveryError::SessionWithdrawn)),
            Some(_) => {}
        }
        let side = desk.known_of(recipient).await?.side.ok_or_else(|| refused(DeliveryError::NotAssigned))?;
        let programme = desk.programmes.load(side.programme.0).await.map_err(failed)?;
        let office = programme.state.as_ref().ok_or_else(|| Status::from(Thing::PROGRAMME.not_found()))?.office;
        let origin = Origin {
            delivery,
            session,
            campaign: recipient.campaign,
            programme: side.programme,
            community: recipient.community,
            seat: recipient.seat,
        };
        let id = QuestionId(Uuid::now_v7());
        let (text, sealed) = self.seal(id, &text).await?;
        let command = Command::Ask { origin, office, text, today: recipient.seat.today(call.now) };
        let done = desk
            .questions
            .execute(id.0, &call.envelope_until_permitted(), |snapshot| {
                let events = question::decide(snapshot.state.as_ref(), command.clone())?;
                let happened = |event| Happened::new(id.0, event, None, origin.seat, call.now);
                Ok::<_, Rejection>(Proposal {
                    vault: vec![sealed.clone()],
                    result: Bytes::copy_from_slice(id.0.as_bytes()),
                    ..Proposal::of(events.into_iter().map(happened).collect())
                })
            })
            .await
            .map_err(failed)?;
        let asked = match done {
            Done::New { .. } => id,
            // The first request made another id, and that one stands.
            Done::Repeated { result } => QuestionId(Uuid::from_slice(&result).map_err(|error| unavailable(&error))?),
        };
        self.present(asked).await
    }
}
