//! What is wrong with a configuration, in words that an operator can act on.

use std::fmt;

/// One mistake: where it stands, what is wrong, and what to write instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The key with its sections, `grpc.listen`; empty when the mistake is the file's.
    pub path: String,
    /// What is wrong, in Indonesian.
    pub what: String,
    /// What to do about it, in Indonesian.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.what)?;
        if self.remedy.is_empty() { Ok(()) } else { write!(f, "; {}", self.remedy) }
    }
}

/// The mistakes found so far, and the section that is being looked at.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
    section: String,
}

impl Problems {
    /// Notes a mistake at `key` of the section that is being checked.
    pub fn add(&mut self, key: &str, what: impl Into<String>, remedy: impl Into<String>) {
        let path = join(&self.section, key);
        self.found.push(Problem { path, what: what.into(), remedy: remedy.into() });
    }

    /// Checks a section that stands at `name` below the present one.
    pub fn section(&mut self, name: &str, section: &impl Check) {
        let outer = self.section.clone();
        self.section = join(&outer, name);
        section.check(self);
        self.section = outer;
    }

    /// A value that must not be empty.
    pub fn required(&mut self, key: &str, value: &str, remedy: impl Into<String>) {
        if value.trim().is_empty() {
            self.add(key, "belum diisi", remedy);
        }
    }

    /// A number that must lie in `range`, both ends included.
    pub fn within<N: PartialOrd + fmt::Display>(&mut self, key: &str, value: &N, range: &std::ops::RangeInclusive<N>) {
        if !range.contains(value) {
            let remedy = format!("tulis bilangan {} sampai {}", range.start(), range.end());
            self.add(key, format!("{value} di luar batas"), remedy);
        }
    }

    /// A file that must be there and readable.
    pub fn readable(&mut self, key: &str, path: &std::path::Path) {
        if let Err(error) = std::fs::File::open(path) {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "tidak ada",
                std::io::ErrorKind::PermissionDenied => "tidak boleh dibaca oleh pengguna ini",
                _ => "tidak dapat dibaca",
            };
            self.add(key, format!("berkas {} {why}", path.display()), "perbaiki jalurnya atau hak aksesnya");
        }
    }

    /// The mistakes found so far.
    #[must_use]
    pub fn found(&self) -> &[Problem] {
        &self.found
    }

    pub(super) fn into_found(self) -> Vec<Problem> {
        self.found
    }
}

/// A configuration that can say what is wrong with itself beyond its types.
pub trait Check {
    /// Adds every mistake to `problems`; adds nothing when all is well.
    fn check(&self, problems: &mut Problems);
}

/// Every mistake of a configuration, never empty.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct ConfigErrors(pub(super) Vec<Problem>);

impl ConfigErrors {
    /// The mistakes, in the order of their keys.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

pub(super) fn join(section: &str, key: &str) -> String {
    match (section.is_empty(), key.is_empty()) {
        (true, _) => key.to_owned(),
        (false, true) => section.to_owned(),
        (false, false) => format!("{section}.{key}"),
    }
}
