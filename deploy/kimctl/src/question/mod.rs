//! `kimctl question`: what people asked in sessions, and what was answered.

mod args;
mod screen;
mod text;

pub use args::Command;
pub use screen::{Question, Shown};
pub use text::TEMPLATE;

use kim_contract::dissemination::v1::{
    self as pb, AnswerQuestionRequest, AskQuestionRequest, GetQuestionRequest, ListQuestionsRequest,
    PublishAnswerRequest, RedirectQuestionRequest, ReopenQuestionRequest, SetQuestionAsideRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::args::List;
use crate::{connection::Services, ids, names::Names, pages, places};

/// What was answered.
enum Answer {
    One(Box<pb::Question>),
    List(Vec<pb::Question>),
}

/// What stands in the options, and in the files that they name.
#[derive(Debug, Default)]
struct Typed {
    text: String,
    answers: Vec<pb::PublishedAnswer>,
}

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    let typed = match &command {
        Command::Ask(wish) => Typed { text: text::words(&wish.text)?, ..Typed::default() },
        Command::Answer(wish) | Command::Reopen(wish) => Typed { text: text::words(&wish.text)?, ..Typed::default() },
        Command::Publish(wish) => Typed { answers: text::answers(wish)?, ..Typed::default() },
        _ => Typed::default(),
    };
    let answer = asked(services, command, typed).await.map_err(|status| services.dissemination_said(&status))?;
    let shown = match &answer {
        Answer::One(question) => std::slice::from_ref(question.as_ref()),
        Answer::List(questions) => questions,
    };
    let (offices, communities) =
        (shown.iter().map(|one| one.office_id.as_str()), shown.iter().map(|one| one.community_id.as_str()));
    let names = Names::beside(services, offices, communities).await;
    Ok(match answer {
        Answer::One(question) => Shown::One(Box::new(Question::of(*question, &names))),
        Answer::List(listed) => Shown::List(listed.into_iter().map(|one| Question::of(one, &names)).collect()),
    })
}

async fn asked(services: &Services, command: Command, typed: Typed) -> Result<Answer, Status> {
    let mut questions = services.questions();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    let Typed { text, answers } = typed;
    /// Sends a command of this name, and takes the question out of its answer.
    macro_rules! send {
        ($method:ident, $request:expr) => {
            questions.$method(services.request($request)).await?.into_inner().question
        };
    }
    let question = match command {
        Command::List(wish) => return Ok(Answer::List(list(services, &wish).await?)),
        Command::Show(which) => {
            send!(get_question, GetQuestionRequest { question_id: ids::to_proto(which.question) })
        }
        Command::Ask(wish) => send!(
            ask_question,
            AskQuestionRequest {
                request_id,
                campaign_id: ids::to_proto(wish.campaign),
                community_id: ids::to_proto(wish.kim),
                session_id: ids::to_proto(wish.session),
                text,
            }
        ),
        Command::Answer(wish) => {
            let question_id = ids::to_proto(wish.which.question);
            send!(answer_question, AnswerQuestionRequest { request_id, question_id, etag, text })
        }
        Command::Reopen(wish) => {
            let question_id = ids::to_proto(wish.which.question);
            send!(reopen_question, ReopenQuestionRequest { request_id, question_id, etag, text })
        }
        Command::Redirect(wish) => {
            let (question_id, to_office_id) = (ids::to_proto(wish.which.question), ids::to_proto(wish.to));
            let note = wish.note.note;
            send!(redirect_question, RedirectQuestionRequest { request_id, question_id, etag, to_office_id, note })
        }
        Command::SetAside(wish) => {
            let (question_id, reason) = (ids::to_proto(wish.which.question), wish.reason.into());
            let note = wish.note.note;
            send!(set_question_aside, SetQuestionAsideRequest { request_id, question_id, etag, reason, note })
        }
        Command::Publish(wish) => {
            let question_id = ids::to_proto(wish.which.question);
            send!(publish_answer, PublishAnswerRequest { request_id, question_id, etag, answers })
        }
        Command::Template => unreachable!("it is printed before anything is asked"),
    };
    Ok(Answer::One(Box::new(question.unwrap_or_default())))
}

async fn list(services: &Services, wish: &List) -> Result<Vec<pb::Question>, Status> {
    pages::listed(usize::MAX, async |page_size, page_token| {
        let request = services.request(ListQuestionsRequest {
            region: wish.region.map(places::to_proto),
            statuses: wish.statuses.iter().copied().map(Into::into).collect(),
            office_id: ids::to_proto(wish.office),
            programme_id: ids::to_proto(wish.programme),
            campaign_id: ids::to_proto(wish.campaign),
            published: wish.published,
            page_size,
            page_token,
        });
        let page = services.questions().list_questions(request).await?.into_inner();
        Ok((page.questions, page.next_page_token))
    })
    .await
}
