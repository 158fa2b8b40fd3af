//! A question's whole life.

use kim_chassis::identity::{Role, Scope};
use kim_contract::dissemination::v1::{
    AnswerQuestionRequest, AskQuestionRequest, CampaignPriority, GetQuestionRequest, ListQuestionsRequest,
    PublishAnswerRequest, PublishedAnswer, Question, QuestionStatus, RedirectQuestionRequest, ReopenQuestionRequest,
    SetAsideReason, SetQuestionAsideRequest,
};
use tonic::{Code, Status};

use crate::dissemination::{
    nation::{region, request_id},
    stage::{Stage, reason},
};

impl Stage {
    pub async fn ask(
        &self,
        token: &str,
        campaign: &str,
        nth: usize,
        session: &str,
        text: &str,
    ) -> Result<Question, Status> {
        let request = AskQuestionRequest {
            request_id: request_id(),
            campaign_id: campaign.into(),
            community_id: self.communities[nth].clone(),
            session_id: session.into(),
            text: text.into(),
        };
        Ok(self.nation.questions(token).ask_question(request).await?.into_inner().question.unwrap())
    }

    pub async fn answer(&self, token: &str, question: &str, text: &str) -> Result<Question, Status> {
        let request = AnswerQuestionRequest {
            request_id: request_id(),
            question_id: question.into(),
            etag: String::new(),
            text: text.into(),
        };
        Ok(self.nation.questions(token).answer_question(request).await?.into_inner().question.unwrap())
    }

    async fn question(&self, token: &str, question: &str) -> Result<Question, Status> {
        let request = GetQuestionRequest { question_id: question.into() };
        Ok(self.nation.questions(token).get_question(request).await?.into_inner().question.unwrap())
    }

    async fn questions(&self, token: &str, asked: ListQuestionsRequest) -> Vec<Question> {
        self.nation.questions(token).list_questions(asked).await.unwrap().into_inner().questions
    }
}

fn texts(question: &Question) -> Vec<(bool, &str)> {
    question.turns.iter().map(|turn| (turn.answer, turn.text.as_str())).collect()
}

#[tokio::test]
async fn a_question_goes_to_the_programmes_office_and_on_to_another_and_comes_back_with_an_answer_for_everybody() {
    let stage = Stage::set(&["14.01.01.2009", "14.71.01.1003"]).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 2).await;
    let (kim, other_kim) = (stage.kim(0), stage.kim(1));
    let (riau, kampar) = (stage.officer(), stage.regency_officer());
    let unheld = stage.ask(&kim, &campaign, 0, &campaign, "Apakah gratis?").await.unwrap_err();
    assert_eq!((unheld.code(), reason(&unheld).as_str()), (Code::NotFound, "SESSION_NOT_FOUND"));
    let (_, session) = stage.hold(&kim, &campaign, 0, 20).await.unwrap();
    let empty = stage.ask(&kim, &campaign, 0, &session, "  ").await.unwrap_err();
    assert_eq!((empty.code(), reason(&empty).as_str()), (Code::InvalidArgument, "TEXT_EMPTY"));

    let asked = stage.ask(&kim, &campaign, 0, &session, "Apakah penimbangan anak gratis?").await.unwrap();
    assert_eq!(
        (asked.status(), &asked.office_id, &asked.session_id),
        (QuestionStatus::Asked, &stage.provincial, &session)
    );
    assert_eq!(asked.programme_id, stage.programme.to_string());
    assert!(asked.turns.is_empty(), "only who asks for it reads it");
    let id = asked.question_id.as_str();
    let whole = stage.question(&kim, id).await.unwrap();
    assert_eq!(texts(&whole), [(false, "Apakah penimbangan anak gratis?")]);

    // The regency sees it, for it is of its community, and does not answer it, for it is with the province.
    assert_eq!(stage.question(&kampar, id).await.unwrap(), whole);
    let refused = stage.answer(&kampar, id, "Ya.").await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "QUESTION_NOT_FOUND"));
    let redirect = |to: &str| RedirectQuestionRequest {
        request_id: request_id(),
        question_id: id.into(),
        etag: String::new(),
        to_office_id: to.into(),
        note: "Jadwalnya milik kabupaten".into(),
    };
    let mut questions = stage.nation.questions(&riau);
    let refused = questions.redirect_question(redirect(&stage.provincial)).await.unwrap_err();
    assert_eq!(reason(&refused), "QUESTION_WITH_THIS_OFFICE");
    let refused = questions.redirect_question(redirect(&campaign)).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "OFFICE_NOT_FOUND"));
    let redirected =
        questions.redirect_question(redirect(&stage.regency)).await.unwrap().into_inner().question.unwrap();
    assert_eq!((redirected.status(), &redirected.office_id), (QuestionStatus::Redirected, &stage.regency));

    let answered = stage.answer(&kampar, id, "Ya, gratis di semua posyandu.").await.unwrap();
    assert_eq!(answered.status(), QuestionStatus::Answered);
    assert!(answered.answered_on.is_some());
    let reopened = ReopenQuestionRequest {
        request_id: request_id(),
        question_id: id.into(),
        etag: answered.etag.clone(),
        text: "Hari apa saja?".into(),
    };
    let outdated = ReopenQuestionRequest { etag: "v1".into(), ..reopened.clone() };
    let refused = stage.nation.questions(&kim).reopen_question(outdated).await.unwrap_err();
    assert_eq!(refused.code(), Code::Aborted);
    let refused = stage.nation.questions(&other_kim).reopen_question(reopened.clone()).await.unwrap_err();
    assert_eq!((refused.code(), reason(&refused).as_str()), (Code::NotFound, "QUESTION_NOT_FOUND"));
    let reopened = ReopenQuestionRequest { request_id: request_id(), ..reopened };
    let answer = stage.nation.questions(&kim).reopen_question(reopened).await.unwrap().into_inner();
    assert_eq!(answer.question.unwrap().status(), QuestionStatus::Reopened);
    stage.answer(&kampar, id, "Setiap Rabu minggu kedua.").await.unwrap();
    let whole = stage.question(&kim, id).await.unwrap();
    let told = texts(&whole);
    assert_eq!(told.len(), 4);
    assert_eq!(told[3], (true, "Setiap Rabu minggu kedua."));
    let words: i64 = sqlx::query_scalar("SELECT count(*) FROM log.event WHERE position(convert_to('posyandu.', 'UTF8') in payload) > 0 AND type LIKE '%Question%'")
        .fetch_one(&stage.nation.pool)
        .await
        .unwrap();
    assert_eq!(words, 0, "what is not published is in no event");

    // Somebody who did not answer lets everybody read it.
    let publish = |language: &str| PublishAnswerRequest {
        request_id: request_id(),
        question_id: id.into(),
        etag: String::new(),
        answers: vec![PublishedAnswer {
            language: language.into(),
            question: "Apakah penimbangan anak gratis?".into(),
            answer: "Ya, gratis di semua posyandu, setiap Rabu minggu kedua.".into(),
        }],
    };
    let own = stage.nation.questions(&kampar).publish_answer(publish("id")).await.unwrap_err();
    assert_eq!((own.code(), reason(&own).as_str()), (Code::FailedPrecondition, "OWN_ANSWER"));
    let second = stage.nation.officer_of("test:kampar-kedua", "14.01");
    let foreign = stage.nation.questions(&second).publish_answer(publish("jv")).await.unwrap_err();
    assert_eq!((foreign.code(), reason(&foreign).as_str()), (Code::InvalidArgument, "INDONESIAN_MISSING"));
    let citizen = stage.nation.token("test:citizen", Role::Citizen, Scope::Citizen);
    for token in [&citizen, &other_kim] {
        assert_eq!(stage.question(token, id).await.unwrap_err().code(), Code::NotFound);
    }
    stage.nation.questions(&second).publish_answer(publish("id")).await.unwrap();
    for token in [&citizen, &other_kim] {
        let public = stage.question(token, id).await.unwrap();
        assert_eq!(public.published_answers.len(), 1);
        assert_eq!((public.community_id.as_str(), public.turns.len(), public.session_id.as_str()), ("", 0, ""));
        let published = ListQuestionsRequest { published: true, ..ListQuestionsRequest::default() };
        assert_eq!(stage.questions(token, published).await, [public]);
    }
}

#[tokio::test]
async fn questions_are_listed_for_their_communities_and_their_offices_the_oldest_first() {
    let stage = Stage::set(&["14.01.01.2009", "14.71.01.1003"]).await;
    let campaign = stage.campaign("Cegah stunting Juli", CampaignPriority::Ordinary, 2).await;
    let mut asked = Vec::new();
    for (nth, text) in [(0, "Apakah penimbangan gratis?"), (1, "Siapa yang menimbang?"), (0, "Kapan jadwalnya?")] {
        let (_, session) = stage.hold(&stage.kim(nth), &campaign, nth, 20).await.unwrap();
        asked.push(stage.ask(&stage.officer(), &campaign, nth, &session, text).await.unwrap().question_id);
    }
    let request = SetQuestionAsideRequest {
        request_id: request_id(),
        question_id: asked[2].clone(),
        etag: String::new(),
        reason: SetAsideReason::AskedBefore.into(),
        note: String::new(),
    };
    let aside = stage.nation.questions(&stage.officer()).set_question_aside(request).await.unwrap().into_inner();
    assert_eq!(aside.question.unwrap().set_aside_reason(), SetAsideReason::AskedBefore);
    let refused = stage.answer(&stage.officer(), &asked[2], "Sudah dijawab.").await.unwrap_err();
    assert_eq!(reason(&refused), "QUESTION_NOT_WAITING");

    let all = ListQuestionsRequest::default;
    let nth = |questions: Vec<Question>| -> Vec<usize> {
        questions.iter().map(|q| asked.iter().position(|id| *id == q.question_id).unwrap()).collect()
    };
    for (who, token, wanted) in [
        ("the province", stage.officer(), vec![0, 1, 2]),
        ("the regency", stage.regency_officer(), vec![0, 2]),
        ("a KIM", stage.kim(1), vec![1]),
        ("another province", stage.nation.officer_of("test:jambi", "15"), vec![]),
    ] {
        assert_eq!(nth(stage.questions(&token, all()).await), wanted, "{who}");
    }
    let token = stage.officer();
    for (asked, wanted) in [
        (ListQuestionsRequest { region: region("14.71"), ..all() }, vec![1]),
        (ListQuestionsRequest { statuses: vec![QuestionStatus::SetAside.into()], ..all() }, vec![2]),
        (ListQuestionsRequest { office_id: stage.regency.clone(), ..all() }, vec![]),
        (ListQuestionsRequest { office_id: stage.provincial.clone(), ..all() }, vec![0, 1, 2]),
        (ListQuestionsRequest { programme_id: stage.programme.to_string(), ..all() }, vec![0, 1, 2]),
        (ListQuestionsRequest { campaign_id: stage.programme.to_string(), ..all() }, vec![]),
        (ListQuestionsRequest { published: true, ..all() }, vec![]),
    ] {
        assert_eq!(nth(stage.questions(&token, asked.clone()).await), wanted, "{asked:?}");
    }
    let first = ListQuestionsRequest { page_size: 2, ..all() };
    let page = stage.nation.questions(&token).list_questions(first.clone()).await.unwrap().into_inner();
    assert_eq!(nth(page.questions), [0, 1]);
    let rest = ListQuestionsRequest { page_token: page.next_page_token, ..first };
    assert_eq!(nth(stage.questions(&token, rest).await), [2]);
    let citizen = stage.nation.token("test:citizen", Role::Citizen, Scope::Citizen);
    let denied = stage.nation.questions(&citizen).list_questions(all()).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    let hidden = stage.ask(&stage.kim(1), &campaign, 0, &asked[0], "Apakah gratis?").await.unwrap_err();
    assert_eq!((hidden.code(), reason(&hidden).as_str()), (Code::NotFound, "DELIVERY_NOT_FOUND"));
}
