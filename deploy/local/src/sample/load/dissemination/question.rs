//! Questions and their answers.

use kim_contract::dissemination::v1::{self as pb, question_service_client::QuestionServiceClient};

use super::messages;
use crate::sample::{
    dissemination::question::Turn,
    load::{Loader, carry_out::Moment, ids::Made},
};

const CLIENT: fn(tonic::transport::Channel) -> QuestionServiceClient<tonic::transport::Channel> =
    QuestionServiceClient::new;

impl Loader<'_> {
    pub(super) async fn ask(&self, moment: Moment, place: usize, turn: Turn) -> anyhow::Result<Made> {
        let question = &self.plan.dissemination.questions[place];
        let (service, at, request_id, etag) =
            (&self.dissemination, moment.at, self.request_id(moment, 0), String::new());
        if turn == Turn::Asked {
            let (campaign_id, community_id) =
                (self.ids.campaign(question.campaign)?, self.ids.community(self.plan, question.kim)?);
            let session_id = self.session_id(&campaign_id, &community_id, question.session).await?;
            let text = messages::simulated(question.asked.question);
            let message = pb::AskQuestionRequest { request_id, campaign_id, community_id, session_id, text };
            let made = service.call(CLIENT, message, at, |mut c, r| async move { c.ask_question(r).await }).await?;
            return Ok(Made::Question(place, made.question.unwrap_or_default().question_id));
        }
        let question_id = self.ids.question(place)?;
        match turn {
            Turn::Asked => unreachable!("asked above"),
            Turn::Redirected(office) => {
                let (to_office_id, note) = (self.ids.office(self.plan, office)?, String::new());
                let message = pb::RedirectQuestionRequest { request_id, question_id, etag, to_office_id, note };
                service.call(CLIENT, message, at, |mut c, r| async move { c.redirect_question(r).await }).await?;
            }
            Turn::Answered => {
                let text = messages::simulated(question.asked.answer);
                let message = pb::AnswerQuestionRequest { request_id, question_id, etag, text };
                service.call(CLIENT, message, at, |mut c, r| async move { c.answer_question(r).await }).await?;
            }
            Turn::Reopened => {
                let text = messages::simulated("Jawabannya belum jelas bagi warga. Mohon dijelaskan lagi.");
                let message = pb::ReopenQuestionRequest { request_id, question_id, etag, text };
                service.call(CLIENT, message, at, |mut c, r| async move { c.reopen_question(r).await }).await?;
            }
            Turn::Published => {
                let answers = vec![messages::published_answer(question.asked)];
                let message = pb::PublishAnswerRequest { request_id, question_id, etag, answers };
                service.review(CLIENT, message, at, |mut c, r| async move { c.publish_answer(r).await }).await?;
            }
            Turn::SetAside(reason) => {
                let (reason, note) = (messages::set_aside_reason(reason).into(), String::new());
                let message = pb::SetQuestionAsideRequest { request_id, question_id, etag, reason, note };
                service.call(CLIENT, message, at, |mut c, r| async move { c.set_question_aside(r).await }).await?;
            }
        }
        Ok(Made::Nothing)
    }
}
