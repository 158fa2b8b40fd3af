//! Text that may be public: a name, a published source. What looks like somebody's address or telephone number is no such text.

use unicode_normalization::UnicodeNormalization;

/// Why a text may not stand where everybody reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("is empty")]
    Empty,
    #[error("has fewer than {0} characters")]
    TooShort(usize),
    #[error("has more than {0} characters")]
    TooLong(usize),
    #[error("has a line break or another control character")]
    Control,
    #[error("has characters that came through a wrong encoding")]
    WrongEncoding,
    #[error("has no letter")]
    NoLetter,
    #[error("looks as if it holds an address of electronic mail")]
    HasAddress,
    #[error("looks as if it holds a telephone number")]
    HasPhoneNumber,
}

/// Digits in one piece from this many on are taken for a telephone or identity number.
const PHONE_DIGITS: usize = 7;
/// The same, counted over single separators between digits: `0812-3456-789`; two years (`2014-2018`) stay below.
const SEPARATED_PHONE_DIGITS: usize = 9;

/// Trimmed, single-spaced, in Unicode's NFC, and within `min` and `max` characters.
pub fn public_text(raw: &str, min: usize, max: usize) -> Result<String, TextError> {
    let trimmed = raw.trim();
    legible(trimmed, is_control)?;
    let mut text = String::with_capacity(trimmed.len());
    for word in trimmed.split_whitespace() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.extend(word.nfc());
    }
    sized(&text, min, max)?;
    if text.contains('@') {
        return Err(TextError::HasAddress);
    }
    if has_phone_number(&text) {
        return Err(TextError::HasPhoneNumber);
    }
    Ok(text)
}

/// Paragraphs: no space at a line's ends, at most one empty line between two, in Unicode's NFC, and within `min` and `max` characters.
/// Only for what is approved before anybody reads it: a telephone number, that of an office for instance, may stand there.
pub fn prose(raw: &str, min: usize, max: usize) -> Result<String, TextError> {
    let unix = raw.replace("\r\n", "\n");
    let trimmed = unix.trim();
    legible(trimmed, |c| is_control(c) && c != '\n')?;
    let mut text = String::with_capacity(trimmed.len());
    let mut empty = false;
    for line in trimmed.lines().map(str::trim) {
        if line.is_empty() {
            empty = true;
            continue;
        }
        if !text.is_empty() {
            text.push_str(if empty { "\n\n" } else { "\n" });
        }
        text.extend(line.nfc());
        empty = false;
    }
    sized(&text, min, max)?;
    Ok(text)
}

/// Something that can be read, as it was typed; `control` says what may not stand in it.
fn legible(trimmed: &str, control: impl Fn(char) -> bool) -> Result<(), TextError> {
    if trimmed.is_empty() {
        return Err(TextError::Empty);
    }
    if trimmed.contains(char::REPLACEMENT_CHARACTER) {
        return Err(TextError::WrongEncoding);
    }
    if trimmed.chars().any(control) { Err(TextError::Control) } else { Ok(()) }
}

/// Words, neither too few nor too many.
fn sized(text: &str, min: usize, max: usize) -> Result<(), TextError> {
    let length = text.chars().count();
    if length < min {
        return Err(TextError::TooShort(min));
    }
    if length > max {
        return Err(TextError::TooLong(max));
    }
    if text.chars().any(char::is_alphabetic) { Ok(()) } else { Err(TextError::NoLetter) }
}

/// Control characters, and the invisible ones that reorder or join text.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn has_phone_number(text: &str) -> bool {
    let (mut run, mut joined) = (0, 0);
    let mut after_digit = false;
    for c in text.chars() {
        if c.is_numeric() {
            run += 1;
            joined += 1;
            if run >= PHONE_DIGITS || joined >= SEPARATED_PHONE_DIGITS {
                return true;
            }
            after_digit = true;
        } else {
            run = 0;
            if !(after_digit && matches!(c, ' ' | '-' | '.' | '/' | '(' | ')')) {
                joined = 0;
            }
            after_digit = false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_text_is_tidied() {
        assert_eq!(public_text("  KIM   Kumantan ", 3, 120).as_deref(), Ok("KIM Kumantan"));
        assert_eq!(public_text("Cafe\u{301}", 3, 120).as_deref(), Ok("Caf\u{e9}"));
        assert_eq!(public_text("KIM 17 Agustus 1945", 3, 120).as_deref(), Ok("KIM 17 Agustus 1945"));
        assert_eq!(public_text("KIM 2014-2018", 3, 120).as_deref(), Ok("KIM 2014-2018"));
    }

    #[test]
    fn what_is_no_public_text_is_refused_with_its_reason() {
        for (raw, why) in [
            ("", TextError::Empty),
            (" \t ", TextError::Empty),
            ("K", TextError::TooShort(3)),
            (&"x".repeat(121), TextError::TooLong(120)),
            ("KIM\nJaya", TextError::Control),
            ("KIM\u{202e}Jaya", TextError::Control),
            ("KIM Kuma\u{fffd}tan", TextError::WrongEncoding),
            ("2019", TextError::NoLetter),
            ("kim@kumantan.id", TextError::HasAddress),
            ("KIM 08123456", TextError::HasPhoneNumber),
            ("KIM 0812-3456-789", TextError::HasPhoneNumber),
            ("KIM 0812 345 678", TextError::HasPhoneNumber),
        ] {
            assert_eq!(public_text(raw, 3, 120), Err(why), "{raw:?}");
        }
    }

    #[test]
    fn prose_keeps_its_paragraphs_and_is_tidied() {
        let raw = " Imunisasi itu aman. \r\n\n \n\nDatanglah ke posyandu,\n telepon 0812-3456-789.\n";
        let tidied = "Imunisasi itu aman.\n\nDatanglah ke posyandu,\ntelepon 0812-3456-789.";
        assert_eq!(prose(raw, 3, 120).as_deref(), Ok(tidied));
        assert_eq!(prose(tidied, 3, 120).as_deref(), Ok(tidied));
        assert_eq!(prose("Cafe\u{301}", 3, 120).as_deref(), Ok("Caf\u{e9}"));
        for (raw, why) in [
            (" \n ", TextError::Empty),
            ("Ya", TextError::TooShort(3)),
            (&"x".repeat(121), TextError::TooLong(120)),
            ("Satu\tdua", TextError::Control),
            ("Satu\u{202e}dua", TextError::Control),
            ("Satu\u{fffd}dua", TextError::WrongEncoding),
            ("2019\n2020", TextError::NoLetter),
        ] {
            assert_eq!(prose(raw, 3, 120), Err(why), "{raw:?}");
        }
    }
}
