//! What is told, in short and true sentences, and what people ask about it. Each says that it is a simulation.

mod texts;

use kim_territory::RegionCode;

use self::texts::LESSONS;

/// Something to be told.
#[derive(Debug, PartialEq, Eq)]
pub struct Lesson {
    pub code: &'static str,
    /// A code of the list of topics.
    pub topic: &'static str,
    /// Indonesian first.
    pub texts: &'static [Text],
    /// What is asked about it.
    pub questions: &'static [Asked],
}

/// What is said in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    pub language: &'static str,
    pub title: &'static str,
    /// Paragraphs.
    pub body: &'static [&'static str],
}

#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    pub question: &'static str,
    pub answer: &'static str,
}

/// Those that lessons are in beside Indonesian, each understood by a large part of some provinces' people.
pub const LOCAL_LANGUAGES: &[&str] = &["jv", "su", "min"];

/// The lesson of that code.
#[must_use]
pub fn called(code: &str) -> &'static Lesson {
    LESSONS.iter().find(|lesson| lesson.code == code).expect("the lesson is written")
}

/// The lesson about a topic that offices tell of.
#[must_use]
pub fn about(topic: &str) -> &'static Lesson {
    LESSONS.iter().find(|lesson| lesson.topic == topic).expect("each topic that is given has its lesson")
}

/// The local languages of an office's region.
#[must_use]
pub fn spoken_in(office: RegionCode) -> &'static [&'static str] {
    let province = office.province().map(|province| province.to_string());
    match province.as_deref() {
        Some("13") => &["min"],
        Some("32" | "36") => &["su"],
        Some("33" | "34" | "35") => &["jv"],
        _ => &[],
    }
}

impl Lesson {
    /// Its title in Indonesian.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.texts[0].title
    }

    /// In Indonesian, and in those of `languages` that it is written in.
    pub fn in_languages<'a>(&'static self, languages: &'a [&str]) -> impl Iterator<Item = &'static Text> + 'a {
        let wanted = |text: &&Text| text.language == "id" || languages.contains(&text.language);
        self.texts.iter().filter(wanted)
    }
}

impl Text {
    /// What the text says of itself.
    #[must_use]
    pub fn says_that_it_is_simulated(&self) -> &'static str {
        match self.language {
            "jv" => "SIMULASI: tuladha, dudu woro-woro resmi.",
            "su" => "SIMULASI: conto, lain béwara resmi.",
            "min" => "SIMULASI: contoh, indak pangumuman rasmi.",
            _ => "SIMULASI: teks contoh, bukan pengumuman resmi.",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::sample::codes;

    #[test]
    fn each_lesson_is_of_a_topic_and_in_indonesian_first() {
        let topics = codes::topics(i32::MAX);
        let mut codes = HashSet::new();
        for lesson in LESSONS {
            assert!(codes.insert(lesson.code), "{}", lesson.code);
            assert!(topics.iter().any(|topic| topic.code == lesson.topic), "{}", lesson.topic);
            assert_eq!(lesson.texts[0].language, "id");
            let languages: HashSet<_> = lesson.texts.iter().map(|text| text.language).collect();
            assert_eq!(languages.len(), lesson.texts.len(), "{}", lesson.code);
            assert!(lesson.questions.len() >= 2, "{}", lesson.code);
        }
    }

    #[test]
    fn a_region_reads_its_own_language_beside_indonesian() {
        let read = |code: &str| -> Vec<&str> {
            let office = code.parse().expect("a code");
            called("stunting").in_languages(spoken_in(office)).map(|text| text.language).collect()
        };
        assert_eq!(read("35.73"), ["id", "jv"]);
        assert_eq!(read("13"), ["id", "min"]);
        assert_eq!(read("94"), ["id"]);
    }
}
