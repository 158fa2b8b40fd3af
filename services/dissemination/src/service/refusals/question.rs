//! Refusals of questions.

use kim_desk::words::{Words, precondition};
use tonic::Code;

use crate::domain::question::{QuestionError, Status};

pub(super) fn words(error: QuestionError) -> (Code, Words) {
    match error {
        QuestionError::NotWaiting(status) => precondition(
            "QUESTION_NOT_WAITING",
            format!("Pertanyaan ini {}; tidak menunggu jawaban.", status_words(status)),
            "Muat ulang pertanyaannya; KIM dapat membukanya lagi.",
        ),
        QuestionError::NotClosed(status) => precondition(
            "QUESTION_NOT_CLOSED",
            format!("Pertanyaan ini {}; belum ada jawaban yang ditanggapi.", status_words(status)),
            "Tunggu jawabannya.",
        ),
        QuestionError::NotAnswered(status) => precondition(
            "QUESTION_NOT_ANSWERED",
            format!("Pertanyaan ini {}; belum ada jawaban yang dapat diterbitkan.", status_words(status)),
            "Jawab pertanyaannya lebih dulu.",
        ),
        QuestionError::OwnAnswer => precondition(
            "OWN_ANSWER",
            "Jawaban tidak dapat diterbitkan oleh orang yang menulisnya.",
            "Minta rekan lain di kantor Anda memeriksa dan menerbitkannya.",
        ),
        QuestionError::WithThisOffice => precondition(
            "QUESTION_WITH_THIS_OFFICE",
            "Pertanyaan ini sudah ada pada kantor itu.",
            "Jawab pertanyaannya, atau pilih kantor lain.",
        ),
    }
}

fn status_words(status: Status) -> &'static str {
    match status {
        Status::Asked => "baru diajukan",
        Status::Redirected => "dialihkan ke kantor lain",
        Status::Answered => "sudah dijawab",
        Status::Reopened => "dibuka lagi",
        Status::SetAside => "dikesampingkan",
    }
}

#[cfg(test)]
mod tests {
    use kim_desk::words::says_what_to_do;

    use super::*;

    #[test]
    fn every_refusal_of_a_question_says_what_to_do() {
        for status in [Status::Asked, Status::Redirected, Status::Answered, Status::Reopened, Status::SetAside] {
            for error in [
                QuestionError::NotWaiting(status),
                QuestionError::NotClosed(status),
                QuestionError::NotAnswered(status),
                QuestionError::OwnAnswer,
                QuestionError::WithThisOffice,
            ] {
                let (code, words) = words(error);
                assert!(says_what_to_do(&words.fault(code, "")), "{error:?}");
            }
        }
    }
}
