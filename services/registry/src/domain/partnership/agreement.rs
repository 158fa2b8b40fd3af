//! What the two sides agree on.

use std::collections::BTreeSet;

use kim_values::{DocumentHash, Region, VaultRef, is_far_ahead, months_after};
use time::Date;

use super::{Event, PartnershipError};
use crate::domain::{
    Refusal,
    ids::{CommunityId, OfficeId},
};

/// The longest an agreement runs, in months.
const LONGEST: u16 = 120;

/// What a partnership is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Dissemination,
    Aspirations,
    Literacy,
}

/// One scope or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// `None` when there is none.
    #[must_use]
    pub fn new(scopes: impl IntoIterator<Item = Scope>) -> Option<Self> {
        let scopes: BTreeSet<Scope> = scopes.into_iter().collect();
        (!scopes.is_empty()).then_some(Self(scopes))
    }

    /// In their order.
    pub fn each(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    pub office: OfficeId,
    pub community: CommunityId,
    /// The seat of the community when it was proposed: the agreement's events belong there.
    pub seat: Region,
    pub scopes: Scopes,
    /// The first and the last day.
    pub from: Date,
    pub until: Date,
    pub document: Option<DocumentHash>,
    /// Its number in the vault, as it was typed.
    pub number: Option<VaultRef>,
}

impl Agreement {
    pub(super) fn sound(&self, today: Date) -> Result<(), Refusal> {
        whole(self.from, self.until)?;
        if self.until < today {
            return Err(PartnershipError::Over.into());
        }
        if is_far_ahead(self.from, today) {
            return Err(Refusal::TooFarAhead);
        }
        Ok(())
    }

    /// What a signature or a renewal brings takes the place of what was there.
    pub(super) fn change(&mut self, event: &Event) {
        match event {
            Event::Signed { number, document, .. } => {
                self.number = number.or(self.number);
                self.document = document.or(self.document);
            }
            Event::Renewed { until, document, .. } => {
                self.until = *until;
                self.document = document.or(self.document);
            }
            _ => {}
        }
    }
}

/// A period that ends after it begins, and within ten years.
pub(super) fn whole(from: Date, until: Date) -> Result<(), Refusal> {
    if until < from {
        return Err(PartnershipError::PeriodReversed.into());
    }
    if until >= months_after(from, LONGEST) {
        return Err(PartnershipError::PeriodTooLong.into());
    }
    Ok(())
}
