//! What a topic, a criterion or a rubric is called by.

use std::{fmt, str};

/// As many bytes as a code has at most.
const MAX: usize = 32;

/// 3 to 32 of `a-z 0-9 _`, and begins with a letter. Small enough to be copied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    // Zeros after the last byte, so that codes compare like texts.
    bytes: [u8; MAX],
    length: u8,
}

impl Code {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let length = u8::try_from(text.len()).ok().filter(|&length| usize::from(length) <= MAX && is_code(text))?;
        let mut bytes = [0; MAX];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Some(Self { bytes, length })
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("a code is ASCII")
    }

    /// How many letters are to be changed, added or left out to make the other of this one.
    #[must_use]
    pub fn distance(&self, other: &Self) -> usize {
        let (here, there) = (self.as_str().as_bytes(), other.as_str().as_bytes());
        let mut row: Vec<usize> = (0..=there.len()).collect();
        for (i, a) in here.iter().enumerate() {
            let mut diagonal = row[0];
            row[0] = i + 1;
            for (j, b) in there.iter().enumerate() {
                let changed = diagonal + usize::from(a != b);
                diagonal = row[j + 1];
                row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
            }
        }
        row[there.len()]
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What an indicator, a topic or a baseline is called by: 3 to 64 of `a-z 0-9 _`, and begins with a letter.
#[must_use]
pub fn is_code(text: &str) -> bool {
    (3..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::parse(text).expect("a code")
    }

    #[test]
    fn a_code_is_short_and_plain() {
        for good in ["ktp", "stunting", "pemilu_2024", &"a".repeat(32)] {
            assert_eq!(code(good).as_str(), good);
        }
        for bad in ["", "ab", "Stunting", "2024", "anti hoaks", "_a_b", &"a".repeat(33)] {
            assert_eq!(Code::parse(bad), None, "{bad:?}");
        }
        assert!(code("stunting") < code("stuntings") && code("stuntings") < code("topik"));
    }

    #[test]
    fn a_distance_counts_letters() {
        for (one, other, distance) in
            [("stunting", "stunting", 0), ("stuntng", "stunting", 1), ("stanting", "stunting", 1), ("ktp", "ektp", 1)]
        {
            assert_eq!(code(one).distance(&code(other)), distance, "{one} {other}");
            assert_eq!(code(other).distance(&code(one)), distance, "{other} {one}");
        }
    }
}
