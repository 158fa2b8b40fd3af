//! Questions as they are shown.

use std::fmt::Write;

use kim_contract::dissemination::v1::{self as pb, QuestionStatus, SetAsideReason};
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::{
    dates::{iso, spelled},
    facts::Facts,
    names::Names,
    places::place,
    table::Table,
};

/// One question, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Box<Question>),
    List(Vec<Question>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Question {
    pub question_id: String,
    pub status: &'static str,
    pub campaign_id: String,
    pub programme_id: String,
    pub delivery_id: String,
    pub session_id: String,
    pub community_id: String,
    pub community_name: String,
    pub seat: String,
    /// The office that it is with.
    pub office_id: String,
    pub office_name: String,
    pub turns: Vec<Turn>,
    pub published_answers: Vec<Published>,
    /// Only when it was set aside.
    pub reason: Option<&'static str>,
    pub asked_on: Option<String>,
    pub answered_on: Option<String>,
    pub etag: String,
}

/// What was asked or answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turn {
    pub answer: bool,
    pub text: String,
    pub on: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    pub language: String,
    pub question: String,
    pub answer: String,
}

impl Question {
    #[must_use]
    pub fn of(question: pb::Question, names: &Names) -> Self {
        let is_aside = question.status() == QuestionStatus::SetAside;
        let published =
            |one: pb::PublishedAnswer| Published { language: one.language, question: one.question, answer: one.answer };
        Self {
            status: status(question.status()),
            reason: is_aside.then(|| aside(question.set_aside_reason())),
            community_name: names.get(&question.community_id).to_owned(),
            office_name: names.get(&question.office_id).to_owned(),
            seat: question.seat.unwrap_or_default().code,
            turns: question
                .turns
                .into_iter()
                .map(|turn| Turn { answer: turn.answer, on: iso(turn.on.as_ref()), text: turn.text })
                .collect(),
            published_answers: question.published_answers.into_iter().map(published).collect(),
            asked_on: iso(question.asked_on.as_ref()),
            answered_on: iso(question.answered_on.as_ref()),
            question_id: question.question_id,
            campaign_id: question.campaign_id,
            programme_id: question.programme_id,
            delivery_id: question.delivery_id,
            session_id: question.session_id,
            community_id: question.community_id,
            office_id: question.office_id,
            etag: question.etag,
        }
    }

    fn screen(&self) -> String {
        let mut facts = Facts::default();
        facts
            .line("pertanyaan", &self.question_id)
            .line("status", self.status)
            .line("alasan", self.reason.unwrap_or_default())
            .line("KIM", &self.community_name)
            .line("kedudukan", place(&self.seat))
            .line("kantor", &self.office_name)
            .line("program", &self.programme_id)
            .line("kampanye", &self.campaign_id)
            .line("sesi", &self.session_id)
            .line("ditanyakan", spelled(self.asked_on.as_deref()))
            .line("dijawab", spelled(self.answered_on.as_deref()));
        let mut text = facts.to_string();
        for turn in &self.turns {
            let who = if turn.answer { "Jawaban" } else { "Pertanyaan" };
            let _ = writeln!(text, "\n{who}, {}:\n{}", spelled(turn.on.as_deref()), turn.text);
        }
        for Published { language, question, answer } in &self.published_answers {
            let _ = writeln!(text, "\n── diterbitkan · {language} ──\n\n{question}\n\n{answer}");
        }
        text
    }
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        let questions = match self {
            Self::One(question) => return question.screen(),
            Self::List(questions) if questions.is_empty() => return "Tidak ada pertanyaan.\n".to_owned(),
            Self::List(questions) => questions,
        };
        let mut table = Table::new(&["NOMOR", "STATUS", "KIM", "KANTOR", "DITANYAKAN", "DIJAWAB", "TERBIT"]);
        for one in questions {
            let published = if one.published_answers.is_empty() { "" } else { "ya" };
            table.row([
                one.question_id.as_str(),
                one.status,
                &one.community_name,
                &one.office_name,
                &spelled(one.asked_on.as_deref()),
                &spelled(one.answered_on.as_deref()),
                published,
            ]);
        }
        format!("{table}{} pertanyaan\n", grouped(questions.len()))
    }
}

fn status(status: QuestionStatus) -> &'static str {
    match status {
        QuestionStatus::Unspecified => "tidak dikenal",
        QuestionStatus::Asked => "menunggu jawaban",
        QuestionStatus::Redirected => "diteruskan",
        QuestionStatus::Answered => "dijawab",
        QuestionStatus::Reopened => "ditanyakan lagi",
        QuestionStatus::SetAside => "dikesampingkan",
    }
}

fn aside(reason: SetAsideReason) -> &'static str {
    match reason {
        SetAsideReason::Unspecified => "tidak disebut",
        SetAsideReason::NotAQuestion => "bukan pertanyaan",
        SetAsideReason::NotAboutTheProgramme => "bukan tentang programnya",
        SetAsideReason::AskedBefore => "sudah pernah ditanyakan dan dijawab",
        SetAsideReason::Abusive => "kasar",
        SetAsideReason::Aspiration => "aduan atau aspirasi",
        SetAsideReason::Other => "lain-lain",
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1::{Date, Region};

    use super::*;

    fn question() -> pb::Question {
        let day = |day| Some(Date { year: 2022, month: 10, day });
        let turn = |answer, text: &str, on| pb::QuestionTurn { answer, text: text.into(), on };
        pb::Question {
            question_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            status: QuestionStatus::Answered.into(),
            campaign_id: "kampanye".into(),
            programme_id: "program".into(),
            session_id: "sesi".into(),
            community_id: "kim".into(),
            seat: Some(Region { code: "14.01".into(), decree: "2025".into() }),
            office_id: "kantor".into(),
            turns: vec![turn(false, "Apakah gratis?", day(8)), turn(true, "Ya, gratis.", day(10))],
            published_answers: vec![pb::PublishedAnswer {
                language: "id".into(),
                question: "Apakah gratis?".into(),
                answer: "Gratis.".into(),
            }],
            asked_on: day(8),
            answered_on: day(10),
            ..pb::Question::default()
        }
    }

    #[test]
    fn a_question_is_shown_turn_by_turn() {
        let shown = Question::of(question(), &Names::default());
        assert_eq!(
            Shown::One(Box::new(shown)).screen(),
            "pertanyaan      018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d\n\
             status          dijawab\n\
             KIM             kim\n\
             kedudukan       14.01 Kabupaten Kampar, Provinsi Riau\n\
             kantor          kantor\n\
             program         program\n\
             kampanye        kampanye\n\
             sesi            sesi\n\
             ditanyakan      8 Oktober 2022\n\
             dijawab         10 Oktober 2022\n\n\
             Pertanyaan, 8 Oktober 2022:\nApakah gratis?\n\n\
             Jawaban, 10 Oktober 2022:\nYa, gratis.\n\n\
             ── diterbitkan · id ──\n\nApakah gratis?\n\nGratis.\n"
        );
        let mut aside = question();
        aside.status = QuestionStatus::SetAside.into();
        aside.set_aside_reason = SetAsideReason::Aspiration.into();
        let screen = Question::of(aside, &Names::default()).screen();
        assert!(screen.contains("status          dikesampingkan\nalasan          aduan atau aspirasi\n"), "{screen}");
    }

    #[test]
    fn a_list_has_a_question_a_line() {
        let one = Question::of(question(), &Names::default());
        assert_eq!(
            Shown::List(vec![one]).screen(),
            "NOMOR                                 STATUS   KIM  KANTOR  DITANYAKAN      DIJAWAB          TERBIT\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  dijawab  kim  kantor  8 Oktober 2022  10 Oktober 2022  ya\n\
             1 pertanyaan\n"
        );
        assert_eq!(Shown::List(vec![]).screen(), "Tidak ada pertanyaan.\n");
    }
}
