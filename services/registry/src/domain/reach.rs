//! How far an activity reached: people by the level at which they were reached.

use kim_territory::Level;

/// People by level, each level once; not all zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach([u32; Level::ALL.len()]);

/// Why a reach is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    #[error("the level {0:?} stands there twice")]
    Doubled(Level),
    #[error("the levels have {sum} people together, and {reached} were reached")]
    Differs { sum: u64, reached: u32 },
}

impl Reach {
    /// Of all `reached`, so many at each level. `None` when no level has anybody and nobody was reached.
    pub fn new(levels: &[(Level, u32)], reached: u32) -> Result<Option<Self>, ReachError> {
        if levels.is_empty() {
            return Ok(None);
        }
        let mut reach = Self([0; Level::ALL.len()]);
        for (i, &(level, people)) in levels.iter().enumerate() {
            if levels[..i].iter().any(|(before, _)| *before == level) {
                return Err(ReachError::Doubled(level));
            }
            reach.0[level as usize] = people;
        }
        let sum: u64 = reach.0.iter().map(|&people| u64::from(people)).sum();
        if sum != u64::from(reached) {
            return Err(ReachError::Differs { sum, reached });
        }
        Ok((sum > 0).then_some(reach))
    }

    /// The levels that have anybody, from the nation down.
    pub fn levels(&self) -> impl Iterator<Item = (Level, u32)> + use<> {
        Level::ALL.into_iter().zip(self.0).filter(|(_, people)| *people > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_are_all_who_were_reached() {
        let levels = [(Level::Village, 30), (Level::Regency, 10), (Level::Nation, 0)];
        let reach = Reach::new(&levels, 40).expect("a reach").expect("somebody");
        assert_eq!(reach.levels().collect::<Vec<_>>(), [(Level::Regency, 10), (Level::Village, 30)]);
        assert_eq!(Reach::new(&levels, 41), Err(ReachError::Differs { sum: 40, reached: 41 }));
        let doubled = [(Level::Village, 30), (Level::Village, 10)];
        assert_eq!(Reach::new(&doubled, 40), Err(ReachError::Doubled(Level::Village)));
        assert_eq!(Reach::new(&[], 40), Ok(None));
        assert_eq!(Reach::new(&[(Level::Village, 0)], 0), Ok(None));
        let full = [(Level::Village, u32::MAX), (Level::Nation, u32::MAX)];
        assert!(matches!(Reach::new(&full, u32::MAX), Err(ReachError::Differs { .. })));
    }
}
