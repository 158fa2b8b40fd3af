//! Materials: a lesson, version by version, from its draft to its publication, and what becomes of it after.

use time::Date;

use super::lesson::Lesson;
use crate::sample::{
    dice::{Dice, Topic},
    month::stop_before,
};

#[derive(Debug, Clone)]
pub struct Material {
    pub programme: usize,
    pub lesson: &'static Lesson,
    /// Those that it is in from its first version on, beside Indonesian.
    pub languages: &'static [&'static str],
    /// What is done with it, each at a stop of its own, in order.
    pub turns: Vec<(Date, Turn)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Drafted,
    Submitted,
    /// By the reviewer.
    Returned(ReturnReason),
    Amended,
    /// By the reviewer.
    Approved,
    Published,
    Revised(Revision),
    Withdrawn(WithdrawalReason),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnReason {
    SourceMissing,
    LanguageUnclear,
    TranslationDiffers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revision {
    /// Where to ask was named wrongly.
    Correction,
    /// The local languages are added.
    Languages,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawalReason {
    Outdated,
    PolicyRevoked,
    PublishedInError,
}

/// How likely a reviewer gives a draft back once. No source counts it; an office that reviews at all gives some back, and most pass.
const RETURNED: f64 = 0.18;

/// Stops before a campaign opens on which its material is published: it must be before the campaign is scheduled.
const PUBLISHED: u32 = 2;

impl Material {
    /// All that is done until it is published, for a campaign that opens on `from`.
    #[must_use]
    pub fn written(from: Date, may_be_returned: bool, dice: &mut Dice) -> Vec<(Date, Turn)> {
        let reasons = [ReturnReason::SourceMissing, ReturnReason::LanguageUnclear, ReturnReason::TranslationDiffers];
        let (returned, reason) = (dice.chance(RETURNED), *dice.pick(&reasons));
        let mut turns = vec![Turn::Drafted, Turn::Submitted];
        if returned && may_be_returned {
            turns.extend([Turn::Returned(reason), Turn::Amended, Turn::Submitted]);
        }
        turns.extend([Turn::Approved, Turn::Published]);
        let last = u32::try_from(turns.len()).expect("a few") - 1 + PUBLISHED;
        turns
            .into_iter()
            .zip((PUBLISHED..=last).rev())
            .map(|(turn, before)| (stop_before(from, before), turn))
            .collect()
    }

    /// A new version, published on `on`.
    pub fn revised(on: Date, revision: Revision) -> impl Iterator<Item = (Date, Turn)> {
        let turns = [Turn::Revised(revision), Turn::Submitted, Turn::Approved, Turn::Published];
        turns.into_iter().zip((0..4).rev()).map(move |(turn, before)| (stop_before(on, before), turn))
    }

    /// Whether its first version names the wrong place to ask.
    #[must_use]
    pub fn is_corrected(&self) -> bool {
        self.turns.iter().any(|(_, turn)| *turn == Turn::Revised(Revision::Correction))
    }

    /// Whether its first draft lacks something.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        self.turns.iter().any(|(_, turn)| matches!(turn, Turn::Returned(_)))
    }

    /// The version that everybody has heard of on `day`: what is published is heard of on the next one.
    #[must_use]
    pub fn version_on(&self, day: Date) -> u32 {
        let published = self.turns.iter().filter(|(on, turn)| *turn == Turn::Published && *on < day);
        u32::try_from(published.count()).expect("a few versions").max(1)
    }

    /// Of a correction: the stop on which it was published, and its version.
    #[must_use]
    pub fn corrected(&self) -> Option<(Date, u32)> {
        let revised = self.turns.iter().position(|(_, turn)| *turn == Turn::Revised(Revision::Correction))?;
        let (on, _) = self.turns[revised..].iter().find(|(_, turn)| *turn == Turn::Published)?;
        Some((*on, self.version_on(on.next_day()?)))
    }

    /// The stop on which it was withdrawn, and the version that was published then.
    #[must_use]
    pub fn withdrawn(&self) -> Option<(Date, u32)> {
        let (on, _) = self.turns.iter().find(|(_, turn)| matches!(turn, Turn::Withdrawn(_)))?;
        Some((*on, self.version_on(*on)))
    }

    #[must_use]
    pub fn drafted(&self) -> Date {
        self.turns[0].0
    }
}

/// Throws for the material of a campaign.
#[must_use]
pub fn dice(campaign: u64) -> Dice {
    Dice::of(Topic::Material, campaign, 0)
}
