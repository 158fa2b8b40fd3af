//! `QuestionService`.

use kim_contract::dissemination::v1::{self as pb, question_service_server::QuestionService};
use tonic::{Request, Response, Status};

use super::desk::Desk;

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl QuestionService for Handler {
    async fn ask_question(&self, _request: Request<pb::AskQuestionRequest>) -> Answer<pb::AskQuestionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn answer_question(
        &self,
        _request: Request<pb::AnswerQuestionRequest>,
    ) -> Answer<pb::AnswerQuestionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn reopen_question(
        &self,
        _request: Request<pb::ReopenQuestionRequest>,
    ) -> Answer<pb::ReopenQuestionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn redirect_question(
        &self,
        _request: Request<pb::RedirectQuestionRequest>,
    ) -> Answer<pb::RedirectQuestionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn set_question_aside(
        &self,
        _request: Request<pb::SetQuestionAsideRequest>,
    ) -> Answer<pb::SetQuestionAsideResponse> {
        Err(Status::unimplemented(""))
    }

    async fn publish_answer(&self, _request: Request<pb::PublishAnswerRequest>) -> Answer<pb::PublishAnswerResponse> {
        Err(Status::unimplemented(""))
    }

    async fn get_question(&self, _request: Request<pb::GetQuestionRequest>) -> Answer<pb::GetQuestionResponse> {
        Err(Status::unimplemented(""))
    }

    async fn list_questions(&self, _request: Request<pb::ListQuestionsRequest>) -> Answer<pb::ListQuestionsResponse> {
        Err(Status::unimplemented(""))
    }
}
