//! A command on a question, by its community or by the office that it is with; and what a question says to whom.

use bytes::Bytes;
use kim_chassis::{
    access::{Action, Resource},
    errors::{Fault, Thing},
};
use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{unavailable, vault_failed},
    target::Target,
    wire::{Happened, date},
};
use kim_eventlog::{Proposal, Sealed};
use kim_values::{Region, VaultRef};
use time::Date;
use tonic::Status;

use super::Handler;
use crate::{
    domain::{
        ids::{OfficeId, QuestionId},
        question::{self, Command, Question, Turn},
    },
    service::{
        desk::{Rejection, failed},
        id,
    },
    wire::question::{message, public},
};

/// A question that the caller may do something about.
pub(super) struct Found {
    pub id: QuestionId,
    /// The office that it was with when the caller was asked for the right: with another, it is asked again.
    office: Option<OfficeId>,
    /// In the zone of whoever acts.
    pub today: Date,
}

fn hidden() -> Status {
    Thing::QUESTION.not_found().into()
}

fn reaches(call: &Call, action: Action, asked: &Question, seat: Region) -> bool {
    call.permit(action, Resource::Community { id: asked.origin.community.0, seat: &seat.code }).is_ok()
}

impl Handler {
    /// A question that is with an office that the caller may act for.
    pub(super) async fn of_office(&self, call: &Call, question: &str) -> Result<Found, Status> {
        let id = id::question(question)?;
        let snapshot = self.0.questions.load(id.0).await.map_err(failed)?;
        let asked = snapshot.state.as_ref().ok_or_else(hidden)?;
        let (office, _permit) = self.0.acting(call, Action::QuestionAnswer, asked.office, Thing::QUESTION).await?;
        Ok(Found { id, office: Some(asked.office), today: office.region.today(call.now) })
    }

    /// A question of a community that the caller may ask for.
    pub(super) async fn of_community(&self, call: &Call, question: &str) -> Result<Found, Status> {
        let id = id::question(question)?;
        let snapshot = self.0.questions.load(id.0).await.map_err(failed)?;
        let asked = snapshot.state.as_ref().ok_or_else(hidden)?;
        let seat = self.seat(asked).await?;
        if !reaches(call, Action::QuestionAsk, asked, seat) {
            return Err(hidden());
        }
        Ok(Found { id, office: None, today: seat.today(call.now) })
    }

    /// Where its community is now.
    async fn seat(&self, asked: &Question) -> Result<Region, Status> {
        let member =
            self.0.audiences.community_now(asked.origin.community).await.map_err(|error| unavailable(&error))?;
        Ok(member.map_or(asked.origin.seat, |member| member.seat).on(&self.0.territory()))
    }

    pub(super) async fn seal(&self, id: QuestionId, text: &str) -> Result<(VaultRef, Sealed), Status> {
        let sealed = self.0.records.seal_note(id.0, text).await.map_err(|error| vault_failed(&error))?;
        sealed.ok_or_else(|| Fault::internal().into())
    }

    pub(super) async fn carry_out(
        &self,
        call: &Call,
        found: &Found,
        target: Target<'_>,
        sealed: Vec<Sealed>,
        command: Command,
    ) -> Result<pb::Question, Status> {
        let expected = target.expected()?;
        let id = found.id;
        self.0
            .questions
            .execute(id.0, &call.envelope_until_permitted(), |snapshot| {
                let asked = snapshot.state.as_ref().ok_or(Rejection::Hidden(Thing::QUESTION))?;
                expected.met_by(snapshot.version)?;
                if found.office.is_some_and(|office| office != asked.office) {
                    return Err(Rejection::Stale);
                }
                let events = question::decide(Some(asked), command.clone())?;
                let happened = |event| Happened::new(id.0, event, None, asked.origin.seat, call.now);
                Ok(Proposal {
                    vault: sealed.clone(),
                    result: Bytes::copy_from_slice(id.0.as_bytes()),
                    ..Proposal::of(events.into_iter().map(happened).collect())
                })
            })
            .await
            .map_err(failed)?;
        self.present(id).await
    }

    /// The question as it stands now, without its turns.
    pub(super) async fn present(&self, id: QuestionId) -> Result<pb::Question, Status> {
        let snapshot = self.0.questions.load(id.0).await.map_err(failed)?;
        let asked = snapshot.state.as_ref().ok_or_else(hidden)?;
        Ok(message(id, asked, snapshot.version))
    }

    /// All of it for its community, its offices, and the office that it is with; for others what is published.
    pub(super) async fn get(&self, call: &Call, question: &str) -> Result<pb::Question, Status> {
        let id = id::question(question)?;
        let snapshot = self.0.questions.load(id.0).await.map_err(failed)?;
        let asked = snapshot.state.as_ref().ok_or_else(hidden)?;
        let mut shown = message(id, asked, snapshot.version);
        let seat = self.seat(asked).await?;
        let is_theirs = reaches(call, Action::QuestionRead, asked, seat)
            || self.0.acting(call, Action::QuestionRead, asked.office, Thing::QUESTION).await.is_ok();
        if !is_theirs {
            let _permit = call.permit(Action::PublicationRead, Resource::Nation).map_err(|_| hidden())?;
            return if asked.published.is_some() { Ok(public(shown)) } else { Err(hidden()) };
        }
        for turn in &asked.turns {
            shown.turns.push(self.turn(*turn).await?);
        }
        Ok(shown)
    }

    async fn turn(&self, turn: Turn) -> Result<pb::QuestionTurn, Status> {
        let (answer, text, on) = match turn {
            Turn::Asked { text, on } => (false, text, on),
            Turn::Answered { text, on, .. } => (true, text, on),
        };
        let text = self.0.records.open_text(Some(text)).await.map_err(|error| vault_failed(&error))?;
        Ok(pb::QuestionTurn { answer, text, on: Some(date::to_proto(on)) })
    }
}
