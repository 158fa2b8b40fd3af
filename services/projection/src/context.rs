//! The logs that the read model is made from, each by its context.

use std::fmt;

/// Whose log it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    Registry,
    Dissemination,
}

impl Context {
    pub const ALL: [Self; 2] = [Self::Registry, Self::Dissemination];

    /// As streams, checkpoints and metrics name it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Dissemination => "dissemination",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.name() == name)
    }

    /// All names, for a statement that asks of each.
    #[must_use]
    pub fn names() -> Vec<&'static str> {
        Self::ALL.map(Self::name).to_vec()
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far each log was folded: 0 where nothing was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Positions([i64; Context::ALL.len()]);

impl Positions {
    #[must_use]
    pub fn of(self, context: Context) -> i64 {
        self.0[context as usize]
    }

    #[must_use]
    pub fn with(mut self, context: Context, position: i64) -> Self {
        self.0[context as usize] = position;
        self
    }

    /// Events folded, of all logs.
    #[must_use]
    pub fn sum(self) -> i64 {
        self.0.iter().sum()
    }

    /// Whether every log was folded at least as far as there.
    #[must_use]
    pub fn reaches(self, other: Self) -> bool {
        Context::ALL.into_iter().all(|context| self.of(context) >= other.of(context))
    }
}

/// In the order of logs: `812345-7011`.
impl fmt::Display for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, position) in self.0.iter().enumerate() {
            write!(f, "{}{position}", if n == 0 { "" } else { "-" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_log_that_is_behind_is_behind() {
        let at = |registry, dissemination| {
            Positions::default().with(Context::Registry, registry).with(Context::Dissemination, dissemination)
        };
        assert!(at(7, 3).reaches(at(7, 3)) && at(8, 3).reaches(at(7, 0)));
        assert!(!at(8, 2).reaches(at(7, 3)) && !at(6, 9).reaches(at(7, 3)));
        assert_eq!(at(812_345, 7011).to_string(), "812345-7011");
    }
}
