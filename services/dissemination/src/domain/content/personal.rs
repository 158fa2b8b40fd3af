//! What in a text that everybody is to read looks like somebody's personal data. A guess: whoever reviews the text decides.

use super::{Language, Wording};

/// What it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalData {
    /// A number of population (NIK), or of a family card, which is made alike.
    IdentityNumber,
    /// Of a mobile telephone; those of offices stand on land or are short.
    PhoneNumber,
    /// Of electronic mail, but not of an office's.
    MailAddress,
}

/// A text that a title's rule does not keep such things out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkedText {
    Body(Language),
    AltText(Language),
    Note,
}

/// Where something looks so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    pub text: MarkedText,
    pub kind: PersonalData,
}

impl Wording {
    /// What a reviewer has to look at, each once, in the order of the texts.
    #[must_use]
    pub fn marks(&self) -> Vec<Mark> {
        let each = self.contents.each().flat_map(|content| {
            let alt_texts = content.media.iter().filter_map(|media| media.alt_text.as_ref());
            let alt_texts = alt_texts.map(|alt| (MarkedText::AltText(content.language), alt.as_str()));
            [(MarkedText::Body(content.language), content.body.as_str())].into_iter().chain(alt_texts)
        });
        let note = self.note.iter().map(|note| (MarkedText::Note, note.as_str()));
        let mut marks = Vec::new();
        for (text, words) in each.chain(note) {
            for kind in looks_like(words) {
                let mark = Mark { text, kind };
                if !marks.contains(&mark) {
                    marks.push(mark);
                }
            }
        }
        marks
    }
}

fn looks_like(words: &str) -> impl Iterator<Item = PersonalData> {
    let numbers = numbers(words);
    let identity = numbers.iter().any(|number| is_identity_number(number)).then_some(PersonalData::IdentityNumber);
    let phone = numbers.iter().any(|number| is_mobile(number)).then_some(PersonalData::PhoneNumber);
    let mail = words.split_whitespace().any(is_mail_address).then_some(PersonalData::MailAddress);
    [identity, phone, mail].into_iter().flatten()
}

/// Digits in a row, over single separators: `0812-3456-7890`.
fn numbers(words: &str) -> Vec<String> {
    let (mut numbers, mut number, mut after_separator) = (Vec::new(), String::new(), false);
    // What ends a text ends its last number.
    for c in words.chars().chain(['\n']) {
        if c.is_ascii_digit() {
            number.push(c);
            after_separator = false;
        } else if !after_separator && matches!(c, ' ' | '-' | '.') {
            after_separator = true;
        } else if !number.is_empty() {
            numbers.push(std::mem::take(&mut number));
        }
    }
    numbers
}

/// Province, regency, district; day of birth, a woman's 40 higher; month; year; a serial: 16 digits.
fn is_identity_number(number: &str) -> bool {
    let part =
        |from: usize| number.get(from..from + 2).and_then(|digits| digits.parse::<u8>().ok()).unwrap_or_default();
    number.len() == 16 && part(0) >= 11 && (1..=31).contains(&(part(6) % 40)) && (1..=12).contains(&part(8))
}

fn is_mobile(number: &str) -> bool {
    let rest = number.strip_prefix("08").or_else(|| number.strip_prefix("628"));
    rest.is_some_and(|rest| (8..=11).contains(&rest.len()))
}

fn is_mail_address(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && !host.to_ascii_lowercase().ends_with(".go.id")
    })
}

#[cfg(test)]
mod tests {
    use PersonalData::{IdentityNumber, MailAddress, PhoneNumber};

    use super::*;
    use crate::domain::content::samples::wording;

    #[test]
    fn what_looks_like_somebodys_data_is_marked_and_an_offices_is_not() {
        for (words, then) in [
            ("NIK 1401015708900001 tercatat.", vec![IdentityNumber]),
            ("NIK 1401 0117 0890 0001.", vec![IdentityNumber]),
            ("Hubungi 0812-3456-7890.", vec![PhoneNumber]),
            ("Hubungi +62 812 3456 7890", vec![PhoneNumber]),
            ("Kirim ke warga@surel.example.", vec![MailAddress]),
            ("warga@surel.example atau 081234567890", vec![PhoneNumber, MailAddress]),
            // No month 13, no day 32.
            ("Nomor 1401011713900001", vec![]),
            ("Nomor 1401013212900001", vec![]),
            ("Kantor: (0761) 123-4567 atau 119", vec![]),
            ("Surel: kominfo@kampar.go.id", vec![]),
            ("Pada 08-12-2026 pukul 08.00", vec![]),
            ("Anggaran 1.250.000.000 rupiah", vec![]),
            ("Akun @kominfo", vec![]),
        ] {
            assert_eq!(looks_like(words).collect::<Vec<_>>(), then, "{words}");
        }
    }

    #[test]
    fn each_text_is_marked_once() {
        let note = "Hubungi 081234567890, bukan 081234567891.";
        let wording = wording("Kirim ke warga@surel.example.", Some(note));
        let languages = ["id", "jv"].map(|tag| Language::parse(tag).expect("a language"));
        let [body, other] = languages.map(|language| Mark { text: MarkedText::Body(language), kind: MailAddress });
        let note = Mark { text: MarkedText::Note, kind: PhoneNumber };
        assert_eq!(wording.marks(), [body, other, note]);
    }
}
