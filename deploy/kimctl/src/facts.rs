//! What is known of one thing, for a person: a name and a value on each line.

use std::fmt::{self, Write};

/// Lines of names and values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts(String);

/// Letters of the longest name, and two spaces.
const WIDTH: usize = 16;

impl Facts {
    /// A line; none for what is empty.
    pub fn line(&mut self, name: &str, value: impl AsRef<str>) -> &mut Self {
        let value = value.as_ref();
        if !value.is_empty() {
            let _ = writeln!(self.0, "{name:<WIDTH$}{value}");
        }
        self
    }
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
