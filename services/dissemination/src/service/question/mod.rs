//! `QuestionService`: what people asked in sessions, and what offices answer.

mod ask;
mod carry_out;
mod list;
mod request;

use kim_chassis::errors::Thing;
use kim_contract::dissemination::v1::{self as pb, question_service_server::QuestionService};
use kim_desk::{call::Call, failure::vault_failed, field, problem::one, target::Target, wire::Paired};
use tonic::{Request, Response, Status};

use super::{desk::Desk, id};
use crate::domain::question::{Command, SetAsideReason};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

/// Which question a request names.
macro_rules! target {
    ($request:ident) => {
        Target { id: &$request.question_id, etag: &$request.etag }
    };
}

#[tonic::async_trait]
impl QuestionService for Handler {
    async fn ask_question(&self, request: Request<pb::AskQuestionRequest>) -> Answer<pb::AskQuestionResponse> {
        let (call, request) = self.0.command(request)?;
        Ok(Response::new(pb::AskQuestionResponse { question: Some(self.ask(&call, &request).await?) }))
    }

    async fn answer_question(&self, request: Request<pb::AnswerQuestionRequest>) -> Answer<pb::AnswerQuestionResponse> {
        let (call, request) = self.0.command(request)?;
        let text = one("text", request::text(&request.text))?;
        let found = self.of_office(&call, &request.question_id).await?;
        let (text, sealed) = self.seal(found.id, &text).await?;
        let command = Command::Answer { text, by: self.0.actor(&call), today: found.today };
        let question = self.carry_out(&call, &found, target!(request), vec![sealed], command).await?;
        Ok(Response::new(pb::AnswerQuestionResponse { question: Some(question) }))
    }

    async fn reopen_question(&self, request: Request<pb::ReopenQuestionRequest>) -> Answer<pb::ReopenQuestionResponse> {
        let (call, request) = self.0.command(request)?;
        let text = one("text", request::text(&request.text))?;
        let found = self.of_community(&call, &request.question_id).await?;
        let (text, sealed) = self.seal(found.id, &text).await?;
        let command = Command::Reopen { text, today: found.today };
        let question = self.carry_out(&call, &found, target!(request), vec![sealed], command).await?;
        Ok(Response::new(pb::ReopenQuestionResponse { question: Some(question) }))
    }

    async fn redirect_question(
        &self,
        request: Request<pb::RedirectQuestionRequest>,
    ) -> Answer<pb::RedirectQuestionResponse> {
        let (call, request) = self.0.command(request)?;
        let note = one("note", request::note(&request.note))?;
        let asked = self.of_office(&call, &request.question_id).await?;
        let to = id::office(&request.to_office_id)?;
        let office = self.0.office(to).await?.ok_or_else(|| Status::from(Thing::OFFICE.not_found()))?;
        let office_is_open = office.is_open(office.region.today(call.now));
        let sealed = self.0.records.seal_note(asked.id.0, &note).await.map_err(|error| vault_failed(&error))?;
        let (note, sealed) = sealed.unzip();
        let command = Command::Redirect { to, office_is_open, note, today: asked.today };
        let sealed = sealed.into_iter().collect();
        let question = self.carry_out(&call, &asked, target!(request), sealed, command).await?;
        Ok(Response::new(pb::RedirectQuestionResponse { question: Some(question) }))
    }

    async fn set_question_aside(
        &self,
        request: Request<pb::SetQuestionAsideRequest>,
    ) -> Answer<pb::SetQuestionAsideResponse> {
        let (call, request) = self.0.command(request)?;
        let unknown = || field::unknown("SET_ASIDE_REASON_UNKNOWN", "Alasan mengesampingkan");
        let reason = one("reason", SetAsideReason::from_proto(request.reason).ok_or_else(unknown))?;
        let note = one("note", request::note(&request.note))?;
        let asked = self.of_office(&call, &request.question_id).await?;
        let sealed = self.0.records.seal_note(asked.id.0, &note).await.map_err(|error| vault_failed(&error))?;
        let (note, sealed) = sealed.unzip();
        let command = Command::SetAside { reason, note, today: asked.today };
        let sealed = sealed.into_iter().collect();
        let question = self.carry_out(&call, &asked, target!(request), sealed, command).await?;
        Ok(Response::new(pb::SetQuestionAsideResponse { question: Some(question) }))
    }

    async fn publish_answer(&self, request: Request<pb::PublishAnswerRequest>) -> Answer<pb::PublishAnswerResponse> {
        let (call, request) = self.0.command(request)?;
        let answers = request::answers(&request.answers)?;
        let asked = self.of_office(&call, &request.question_id).await?;
        let command = Command::Publish { answers, by: self.0.actor(&call), today: asked.today };
        let question = self.carry_out(&call, &asked, target!(request), Vec::new(), command).await?;
        Ok(Response::new(pb::PublishAnswerResponse { question: Some(question) }))
    }

    async fn get_question(&self, request: Request<pb::GetQuestionRequest>) -> Answer<pb::GetQuestionResponse> {
        let (call, request) = Call::question(request)?;
        Ok(Response::new(pb::GetQuestionResponse { question: Some(self.get(&call, &request.question_id).await?) }))
    }

    async fn list_questions(&self, request: Request<pb::ListQuestionsRequest>) -> Answer<pb::ListQuestionsResponse> {
        let (call, request) = Call::question(request)?;
        Ok(Response::new(self.list(&call, &request).await?))
    }
}
