//! A question and its answer, as everybody may read them.

use std::collections::BTreeMap;

use crate::domain::content::{Body, Language, MAX_LANGUAGES};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedAnswer {
    pub question: Body,
    pub answer: Body,
}

/// One of each language; Indonesian is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedAnswers(BTreeMap<Language, PublishedAnswer>);

/// Why answers are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublishedFlaw {
    #[error("Indonesian is missing")]
    IndonesianMissing,
    #[error("a language stands there twice")]
    LanguageDoubled,
    #[error("there are more than {MAX_LANGUAGES} languages")]
    TooManyLanguages,
    #[error("the texts are longer than {0} bytes together")]
    TooLong(usize),
}

/// Bytes of all texts together: an answer is shorter than a material.
const MAX_BYTES: usize = 100 * 1024;

impl PublishedAnswers {
    pub fn new(answers: Vec<(Language, PublishedAnswer)>) -> Result<Self, PublishedFlaw> {
        let given = answers.len();
        let answers: BTreeMap<Language, PublishedAnswer> = answers.into_iter().collect();
        if answers.len() < given {
            return Err(PublishedFlaw::LanguageDoubled);
        }
        if !answers.contains_key(&Language::INDONESIAN) {
            return Err(PublishedFlaw::IndonesianMissing);
        }
        if given > MAX_LANGUAGES {
            return Err(PublishedFlaw::TooManyLanguages);
        }
        let bytes = |answer: &PublishedAnswer| answer.question.as_str().len() + answer.answer.as_str().len();
        if answers.values().map(bytes).sum::<usize>() > MAX_BYTES {
            return Err(PublishedFlaw::TooLong(MAX_BYTES));
        }
        Ok(Self(answers))
    }

    /// Indonesian first, then by language.
    pub fn each(&self) -> impl Iterator<Item = (Language, &PublishedAnswer)> {
        let indonesian = self.0.get_key_value(&Language::INDONESIAN);
        let others = self.0.iter().filter(|(language, _)| !language.is_indonesian());
        indonesian.into_iter().chain(others).map(|(language, answer)| (*language, answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(tags: &[&str], text: &str) -> Result<Vec<String>, PublishedFlaw> {
        let text = Body::stored(text);
        let answer = || PublishedAnswer { question: text.clone(), answer: text.clone() };
        let language = |tag: &&str| (Language::parse(tag).expect("a language"), answer());
        let answers = PublishedAnswers::new(tags.iter().map(language).collect())?;
        Ok(answers.each().map(|(language, _)| language.to_string()).collect())
    }

    #[test]
    fn answers_have_each_language_once_and_indonesian_first() {
        let text = "Gratis di posyandu.";
        assert_eq!(answers(&["jv", "ban", "id"], text), Ok(["id", "ban", "jv"].map(String::from).to_vec()));
        assert_eq!(answers(&[], text), Err(PublishedFlaw::IndonesianMissing));
        assert_eq!(answers(&["jv"], text), Err(PublishedFlaw::IndonesianMissing));
        assert_eq!(answers(&["id", "id"], text), Err(PublishedFlaw::LanguageDoubled));
        let all = ["id", "aa", "bb", "cc", "dd", "ee", "ff", "gg", "hh", "ii", "jj", "kk", "ll"];
        assert_eq!(answers(&all, text), Err(PublishedFlaw::TooManyLanguages));
        assert_eq!(answers(&["id"], &"x".repeat(60_000)), Err(PublishedFlaw::TooLong(100 * 1024)));
    }
}
