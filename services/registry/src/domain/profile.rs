//! What is public about a community, and what a record lacks.

use kim_values::{DocumentHash, PublicName, Region};
use time::{Date, macros::date};

use super::{
    board::{Board, BoardFlaw, OfficerFacts, TermFlaw},
    channel::{Channel, MAX_CHANNELS},
    rule::{FormationRule, RuleVersion},
};

/// What a community was built on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaseGroup {
    Unknown,
    None,
    Youth,
    Farmers,
    Pkk,
    Pokdarwis,
    Other,
}

/// The level of whoever signed a decree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecreeIssuer {
    Unknown,
    VillageHead,
    Lurah,
    Camat,
    Regent,
}

/// The decree (SK) that formed a community, without its number, which stands in the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormationDecree {
    pub date: Date,
    pub issuer: DecreeIssuer,
    pub document: Option<DocumentHash>,
}

/// The statutes (AD/ART) that a community gave itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statutes {
    pub adopted_on: Date,
    pub document: Option<DocumentHash>,
}

/// What is public about a community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub name: PublicName,
    pub seat: Region,
    pub formed_on: Date,
    pub decree: Option<FormationDecree>,
    pub base_group: BaseGroup,
    /// `None` when not known.
    pub members: Option<u32>,
    /// The day of the village's deliberation that formed it.
    pub deliberated_on: Option<Date>,
    pub statutes: Option<Statutes>,
    pub channels: Vec<Channel>,
}

/// What a record is measured by when it is handed in and when it is registered: the rule of its place, if there is one, and what
/// the vault knows of its officers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standard {
    pub rule: Option<(RuleVersion, FormationRule)>,
    pub officers: Vec<OfficerFacts>,
}

impl Standard {
    #[must_use]
    pub fn version(&self) -> Option<RuleVersion> {
        self.rule.map(|(version, _)| version)
    }
}

/// The republic's first day: nothing here was formed before it.
const FIRST_DAY: Date = date!(1945 - 08 - 17);

/// What is wrong with a record, or missing from it under a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    #[error("the formation date is in the future")]
    FormedInFuture,
    #[error("the formation date lies before 17 August 1945")]
    FormedTooEarly,
    #[error("the decree's date is in the future")]
    DecreeInFuture,
    #[error("the rule asks for at least {min} members, and their number is not known")]
    MembersUnknown { min: u32 },
    #[error("the rule asks for at least {min} members, and there are {count}")]
    MembersBelowRule { min: u32, count: u32 },
    #[error("the rule allows at most {max} members, and there are {count}")]
    MembersAboveRule { max: u32, count: u32 },
    #[error("the rule asks for a decree")]
    DecreeMissing,
    #[error("the deliberation's date is in the future")]
    DeliberationInFuture,
    #[error("the statutes' date is in the future")]
    StatutesInFuture,
    #[error("the rule asks for a deliberation of the village")]
    DeliberationMissing,
    #[error("the rule asks for statutes")]
    StatutesMissing,
    #[error("a channel stands there twice, or there are more than {MAX_CHANNELS}")]
    Channels,
    #[error(transparent)]
    Term(#[from] TermFlaw),
    #[error(transparent)]
    Board(#[from] BoardFlaw),
    #[error("the registration date is in the future")]
    RegisteredInFuture,
    #[error("the registration date lies before the formation date")]
    RegisteredBeforeFormation,
}

impl Profile {
    /// All that is wrong with it on the day `today` of its seat. A decree's date that disagrees with its number is not.
    #[must_use]
    pub fn flaws(&self, today: Date) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.formed_on > today {
            flaws.push(Flaw::FormedInFuture);
        }
        if self.formed_on < FIRST_DAY {
            flaws.push(Flaw::FormedTooEarly);
        }
        if self.decree.is_some_and(|decree| decree.date > today) {
            flaws.push(Flaw::DecreeInFuture);
        }
        if self.deliberated_on.is_some_and(|on| on > today) {
            flaws.push(Flaw::DeliberationInFuture);
        }
        if self.statutes.is_some_and(|statutes| statutes.adopted_on > today) {
            flaws.push(Flaw::StatutesInFuture);
        }
        let doubled = |(i, channel)| self.channels[..i].contains(channel);
        if self.channels.len() > MAX_CHANNELS || self.channels.iter().enumerate().any(doubled) {
            flaws.push(Flaw::Channels);
        }
        flaws
    }

    /// All that it and its board lack on `day` under the standard's rule.
    #[must_use]
    pub fn unmet(&self, board: &Board, standard: &Standard, day: Date) -> Vec<Flaw> {
        let Some((_, rule)) = &standard.rule else { return Vec::new() };
        let mut flaws = Vec::new();
        match self.members {
            None if rule.min_members() > 0 => flaws.push(Flaw::MembersUnknown { min: rule.min_members() }),
            Some(count) if count < rule.min_members() => {
                flaws.push(Flaw::MembersBelowRule { min: rule.min_members(), count });
            }
            Some(count) => {
                if let Some(max) = rule.max_members().filter(|&max| count > max) {
                    flaws.push(Flaw::MembersAboveRule { max, count });
                }
            }
            None => {}
        }
        if rule.decree_required() && self.decree.is_none() {
            flaws.push(Flaw::DecreeMissing);
        }
        let conditions = rule.conditions();
        if conditions.deliberation_required && self.deliberated_on.is_none() {
            flaws.push(Flaw::DeliberationMissing);
        }
        if conditions.statutes_required && self.statutes.is_none() {
            flaws.push(Flaw::StatutesMissing);
        }
        flaws.extend(board.unmet(conditions, &standard.officers, day).into_iter().map(Flaw::from));
        flaws
    }
}
