//! From requests to what the domain knows of a question: what comes through is valid.

use kim_contract::dissemination::v1 as pb;
use kim_desk::{field, problem::Problems, wire::Paired, words::Words};
use kim_values::TextError;

use crate::domain::{
    content::{Body, Language},
    question::{PublishedAnswer, PublishedAnswers, PublishedFlaw, Status},
};

/// Characters of a question or an answer in the vault.
const MAX_TEXT: usize = 5_000;

/// What somebody asked or answered: something must be said.
pub(super) fn text(text: &str) -> Result<String, Words> {
    let text = field::private(text, MAX_TEXT, "TEXT_TOO_LONG", "Teks")?;
    if text.is_empty() {
        return Err(Words::new("TEXT_EMPTY", "Teks kosong.", "Isi pertanyaan atau jawabannya."));
    }
    Ok(text)
}

/// An office's words, which may be none.
pub(super) fn note(note: &str) -> Result<String, Words> {
    field::private(note, 2_000, "NOTE_TOO_LONG", "Catatan")
}

pub(super) fn statuses(statuses: &[i32]) -> Result<Vec<Status>, Words> {
    let unknown = || field::unknown("QUESTION_STATUS_UNKNOWN", "Status pertanyaan");
    statuses.iter().map(|&status| Status::from_proto(status).ok_or_else(unknown)).collect()
}

pub(super) fn answers(answers: &[pb::PublishedAnswer]) -> Result<PublishedAnswers, Problems> {
    let mut problems = Problems::default();
    let answer = |answer: &pb::PublishedAnswer| {
        let malformed =
            || Words::new("LANGUAGE_MALFORMED", "Kode bahasa salah bentuk.", "Tulis kode ISO 639: id, jv, min.");
        let language = Language::parse(&answer.language).ok_or_else(malformed);
        let language = problems.note("answers.language", language);
        let question = problems.note("answers.question", body(&answer.question, "Pertanyaan"));
        let text = problems.note("answers.answer", body(&answer.answer, "Jawaban"));
        Some((language?, PublishedAnswer { question: question?, answer: text? }))
    };
    let parsed: Vec<Option<_>> = answers.iter().map(answer).collect();
    let parsed: Option<Vec<_>> = parsed.into_iter().collect();
    let answers = parsed.and_then(|parsed| problems.note("answers", PublishedAnswers::new(parsed).map_err(flaw)));
    problems.finish(answers)
}

fn body(text: &str, what: &str) -> Result<Body, Words> {
    Body::parse(text).map_err(|error: TextError| {
        Words::text(
            error,
            what,
            &[
                "ANSWER_EMPTY",
                "ANSWER_TOO_SHORT",
                "ANSWER_TOO_LONG",
                "ANSWER_CONTROL_CHARACTER",
                "ANSWER_WITHOUT_LETTER",
                "ANSWER_HAS_ADDRESS",
                "ANSWER_HAS_PHONE_NUMBER",
            ],
        )
    })
}

fn flaw(flaw: PublishedFlaw) -> Words {
    match flaw {
        PublishedFlaw::IndonesianMissing => {
            Words::new("INDONESIAN_MISSING", "Jawaban dalam bahasa Indonesia belum ada.", "Tambahkan bahasa Indonesia.")
        }
        PublishedFlaw::LanguageDoubled => {
            Words::new("LANGUAGE_DOUBLED", "Satu bahasa tercantum dua kali.", "Tulis setiap bahasa satu kali.")
        }
        PublishedFlaw::TooManyLanguages => {
            Words::new("TOO_MANY_LANGUAGES", "Bahasanya terlalu banyak.", "Tulis paling banyak 12 bahasa.")
        }
        PublishedFlaw::TooLong(_) => {
            Words::new("ANSWERS_TOO_LONG", "Semua teks bersama terlalu panjang.", "Ringkas jawabannya.")
        }
    }
}
