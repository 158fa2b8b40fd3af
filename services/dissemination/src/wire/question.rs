//! Questions in the log.

use kim_contract::dissemination::{event::EventType, v1 as pb};
use kim_desk::wire::{
    Happened, Paired, date,
    region::{self, place},
    stored::{or_empty, stored_date, stored_reference},
};
use kim_eventlog::{Aggregate, NewEvent, Place, Recorded, Version};
use kim_values::VaultRef;
use prost::Message;

use super::stored::etag;
use crate::domain::{
    content::{Body, Language},
    ids::{ActorRef, CampaignId, CommunityId, DeliveryId, OfficeId, ProgrammeId, QuestionId, SessionId},
    question::{self, Event, Origin, PublishedAnswer, PublishedAnswers, Question, Stage, Turn},
};

pub const QUESTION_ASKED: &str = EventType::QuestionAsked.name();
pub const QUESTION_ANSWERED: &str = EventType::QuestionAnswered.name();
pub const QUESTION_REOPENED: &str = EventType::QuestionReopened.name();
pub const QUESTION_REDIRECTED: &str = EventType::QuestionRedirected.name();
pub const QUESTION_SET_ASIDE: &str = EventType::QuestionSetAside.name();
pub const QUESTION_ANSWER_PUBLISHED: &str = EventType::QuestionAnswerPublished.name();

/// Questions in dissemination's log.
#[derive(Debug)]
pub struct Questions;

impl Aggregate for Questions {
    type State = Option<Question>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        read(recorded).map(|event| Happened::read(recorded, event))
    }

    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let question = state.as_ref().expect("a question is there from its first event on");
        write(happened, place(question.origin.seat))
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        question::evolve(state, &happened.event)
    }
}

#[must_use]
pub fn answers(answers: &PublishedAnswers) -> Vec<pb::PublishedAnswer> {
    let answer = |(language, answer): (Language, &PublishedAnswer)| pb::PublishedAnswer {
        language: language.to_string(),
        question: answer.question.to_string(),
        answer: answer.answer.to_string(),
    };
    answers.each().map(answer).collect()
}

/// A question as answers show it, without its turns: they stand in the vault.
#[must_use]
pub fn message(id: QuestionId, question: &Question, version: Version) -> pb::Question {
    let Question { origin, office, turns, stage, published } = question;
    let asked_on = turns.first().map(|turn| match turn {
        Turn::Asked { on, .. } | Turn::Answered { on, .. } => *on,
    });
    let answered_on = turns.iter().rev().find_map(|turn| match turn {
        Turn::Answered { on, .. } => Some(*on),
        Turn::Asked { .. } => None,
    });
    let set_aside_reason = match stage {
        Stage::SetAside { reason } => reason.to_proto(),
        _ => pb::SetAsideReason::Unspecified.into(),
    };
    pb::Question {
        question_id: id.to_string(),
        status: stage.status().to_proto(),
        delivery_id: origin.delivery.to_string(),
        session_id: origin.session.to_string(),
        campaign_id: origin.campaign.to_string(),
        programme_id: origin.programme.to_string(),
        community_id: origin.community.to_string(),
        seat: Some(region::to_proto(origin.seat)),
        office_id: office.to_string(),
        turns: Vec::new(),
        published_answers: published.as_ref().map(answers).unwrap_or_default(),
        set_aside_reason,
        asked_on: asked_on.map(date::to_proto),
        answered_on: answered_on.map(date::to_proto),
        etag: etag(version),
    }
}

/// What of a question everybody may read: not where and by whom it was asked.
#[must_use]
pub fn public(question: pb::Question) -> pb::Question {
    pb::Question {
        question_id: question.question_id,
        status: question.status,
        campaign_id: question.campaign_id,
        programme_id: question.programme_id,
        office_id: question.office_id,
        published_answers: question.published_answers,
        asked_on: question.asked_on,
        answered_on: question.answered_on,
        ..pb::Question::default()
    }
}

fn stored_answers(answers: &[pb::PublishedAnswer]) -> Option<PublishedAnswers> {
    let answer = |answer: &pb::PublishedAnswer| {
        let (question, text) = (Body::stored(&answer.question), Body::stored(&answer.answer));
        Some((Language::parse(&answer.language)?, PublishedAnswer { question, answer: text }))
    };
    PublishedAnswers::new(answers.iter().map(answer).collect::<Option<_>>()?).ok()
}

fn write(happened: &Happened<Event>, place: Place) -> NewEvent {
    let question_id = happened.aggregate.to_string();
    match &happened.event {
        Event::Asked { origin, office, text, on } => happened.written(
            QUESTION_ASKED,
            place,
            &pb::QuestionAsked {
                question_id,
                delivery_id: origin.delivery.to_string(),
                session_id: origin.session.to_string(),
                campaign_id: origin.campaign.to_string(),
                programme_id: origin.programme.to_string(),
                community_id: origin.community.to_string(),
                seat: Some(region::to_proto(origin.seat)),
                office_id: office.to_string(),
                question_ref: text.to_string(),
                asked_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Answered { office, text, by, on } => happened.written(
            QUESTION_ANSWERED,
            place,
            &pb::QuestionAnswered {
                question_id,
                office_id: office.to_string(),
                answer_ref: text.to_string(),
                answered_by_ref: by.to_string(),
                answered_on: Some(date::to_proto(*on)),
            },
        ),
        Event::Reopened { text, on } => {
            let (follow_up_ref, reopened_on) = (text.to_string(), Some(date::to_proto(*on)));
            let message = pb::QuestionReopened { question_id, follow_up_ref, reopened_on };
            happened.written(QUESTION_REOPENED, place, &message)
        }
        Event::Redirected { from, to, note, on } => happened.written(
            QUESTION_REDIRECTED,
            place,
            &pb::QuestionRedirected {
                question_id,
                from_office_id: from.to_string(),
                to_office_id: to.to_string(),
                note_ref: or_empty(*note),
                redirected_on: Some(date::to_proto(*on)),
            },
        ),
        Event::SetAside { office, reason, note, on } => happened.written(
            QUESTION_SET_ASIDE,
            place,
            &pb::QuestionSetAside {
                question_id,
                office_id: office.to_string(),
                reason: reason.to_proto(),
                note_ref: or_empty(*note),
                set_aside_on: Some(date::to_proto(*on)),
            },
        ),
        Event::AnswerPublished { office, answers: published, by, on } => happened.written(
            QUESTION_ANSWER_PUBLISHED,
            place,
            &pb::QuestionAnswerPublished {
                question_id,
                office_id: office.to_string(),
                answers: answers(published),
                approved_by_ref: by.to_string(),
                published_on: Some(date::to_proto(*on)),
            },
        ),
    }
}

/// `None` for an event that is no question's, or whose content this version does not know.
fn read(recorded: &Recorded) -> Option<Event> {
    let payload = recorded.payload.as_ref();
    Some(match recorded.event_type.as_str() {
        QUESTION_ASKED => {
            let e = pb::QuestionAsked::decode(payload).ok()?;
            let origin = Origin {
                delivery: DeliveryId::parse(&e.delivery_id)?,
                session: SessionId::parse(&e.session_id)?,
                campaign: CampaignId::parse(&e.campaign_id)?,
                programme: ProgrammeId::parse(&e.programme_id)?,
                community: CommunityId::parse(&e.community_id)?,
                seat: region::stored(e.seat.as_ref())?,
            };
            let (office, text) = (OfficeId::parse(&e.office_id)?, VaultRef::parse(&e.question_ref)?);
            Event::Asked { origin, office, text, on: stored_date(e.asked_on)? }
        }
        QUESTION_ANSWERED => {
            let e = pb::QuestionAnswered::decode(payload).ok()?;
            let (office, text) = (OfficeId::parse(&e.office_id)?, VaultRef::parse(&e.answer_ref)?);
            Event::Answered { office, text, by: ActorRef::parse(&e.answered_by_ref)?, on: stored_date(e.answered_on)? }
        }
        QUESTION_REOPENED => {
            let e = pb::QuestionReopened::decode(payload).ok()?;
            Event::Reopened { text: VaultRef::parse(&e.follow_up_ref)?, on: stored_date(e.reopened_on)? }
        }
        QUESTION_REDIRECTED => {
            let e = pb::QuestionRedirected::decode(payload).ok()?;
            Event::Redirected {
                from: OfficeId::parse(&e.from_office_id)?,
                to: OfficeId::parse(&e.to_office_id)?,
                note: stored_reference(&e.note_ref).ok()?,
                on: stored_date(e.redirected_on)?,
            }
        }
        QUESTION_SET_ASIDE => {
            let e = pb::QuestionSetAside::decode(payload).ok()?;
            Event::SetAside {
                office: OfficeId::parse(&e.office_id)?,
                reason: Paired::from_proto(e.reason)?,
                note: stored_reference(&e.note_ref).ok()?,
                on: stored_date(e.set_aside_on)?,
            }
        }
        QUESTION_ANSWER_PUBLISHED => {
            let e = pb::QuestionAnswerPublished::decode(payload).ok()?;
            Event::AnswerPublished {
                office: OfficeId::parse(&e.office_id)?,
                answers: stored_answers(&e.answers)?,
                by: ActorRef::parse(&e.approved_by_ref)?,
                on: stored_date(e.published_on)?,
            }
        }
        _ => return None,
    })
}
