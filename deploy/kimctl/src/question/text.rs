//! What people say and what is published of it, from what was typed and from files.

use std::fs;

use anyhow::{Context, bail};
use kim_contract::dissemination::v1::PublishedAnswer;

use super::args::{Publish, Text};
use crate::document::{self, Document, Wrong};

/// A file to fill in.
pub const TEMPLATE: &str = include_str!("template.md");

/// Somebody's words, without what stands around them.
pub fn words(text: &Text) -> anyhow::Result<String> {
    let words = match (&text.text, &text.file) {
        (Some(typed), _) => typed.clone(),
        (None, Some(file)) => fs::read_to_string(file).with_context(|| format!("{} tidak terbaca", file.display()))?,
        (None, None) => bail!("belum ada isinya; sebutkan dengan --text atau --file"),
    };
    Ok(words.trim().to_owned())
}

/// One of each language, from as many files.
pub fn answers(wish: &Publish) -> anyhow::Result<Vec<PublishedAnswer>> {
    document::read(&wish.files, |document, _| of(document), |answer| &answer.language)
}

fn of(Document { mut head, text }: Document) -> Result<PublishedAnswer, Wrong> {
    let answer =
        PublishedAnswer { language: head.required("bahasa"), question: head.required("pertanyaan"), answer: text };
    if answer.answer.is_empty() {
        head.wrong("jawabannya belum ditulis di bawah kepala");
    }
    head.end(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_a_file_that_can_be_read() {
        let answer = document::parse(TEMPLATE).and_then(of).unwrap();
        assert_eq!((answer.language.as_str(), answer.question.as_str()), ("id", "Apakah imunisasi ini gratis?"));
        assert_eq!(answer.answer, "Tulis jawabannya di bawah garis ini, tanpa nama orang.");
        let empty = document::parse("+++\nbahasa = \"id\"\n+++\n").and_then(of).unwrap_err();
        assert_eq!(empty.to_string(), "\n- pertanyaan belum diisi\n- jawabannya belum ditulis di bawah kepala");
    }

    #[test]
    fn words_are_typed_or_come_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("jawaban.txt");
        fs::write(&file, "Gratis.\n\nDatang saja.\n").unwrap();
        let from_file = words(&Text { text: None, file: Some(file) }).unwrap();
        assert_eq!(from_file, "Gratis.\n\nDatang saja.");
        assert_eq!(words(&Text { text: Some(" Gratis. ".into()), file: None }).unwrap(), "Gratis.");
    }
}
