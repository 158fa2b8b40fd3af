//! Changes to a registered record: proposed by the community and answered by the office, or a mistake that the office sets right.

use kim_values::VaultRef;
use time::Date;

use super::{
    Change, ChangeRefusalReason, Event, Record,
    decide::{leaves_regency, sound},
};
use crate::domain::{Refusal, ids::ChangeId, profile::Profile};

/// A profile, and what of the record is not public.
type Content = (Profile, Option<VaultRef>);

/// One proposal at a time: the office answers the first before it looks at another.
pub(super) fn propose(
    record: &Record,
    id: ChangeId,
    (profile, sealed): Content,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    if record.change.is_some() {
        return Err(Refusal::ChangeOpen);
    }
    changes(record, &profile, sealed, today)?;
    let change = Change { id, profile, sealed, on: today };
    Ok(vec![Event::ChangeProposed { change, before: record.profile.clone() }])
}

/// The record may have been corrected since: what was proposed is looked at again.
pub(super) fn accept(record: &Record, id: ChangeId, today: Date) -> Result<Vec<Event>, Refusal> {
    let change = open(record, id)?;
    changes(record, &change.profile, change.sealed, today)?;
    Ok(vec![Event::ChangeAccepted { change: change.clone(), on: today }])
}

pub(super) fn refuse(
    record: &Record,
    id: ChangeId,
    (reasons, note): (Vec<ChangeRefusalReason>, Option<VaultRef>),
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    open(record, id)?;
    if reasons.is_empty() {
        return Err(Refusal::ChangeReasonMissing);
    }
    Ok(vec![Event::ChangeRefused { id, reasons, note, on: today }])
}

pub(super) fn withdraw(record: &Record, id: ChangeId, today: Date) -> Result<Vec<Event>, Refusal> {
    open(record, id).map(|_| vec![Event::ChangeWithdrawn { id, on: today }])
}

pub(super) fn correct(
    record: &Record,
    (profile, sealed): Content,
    note: Option<VaultRef>,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    changes(record, &profile, sealed, today)?;
    Ok(vec![Event::Corrected { before: record.profile.clone(), after: profile, sealed, note, on: today }])
}

fn open(record: &Record, id: ChangeId) -> Result<&Change, Refusal> {
    record.change.as_ref().filter(|change| change.id == id).ok_or(Refusal::ChangeNotFound)
}

/// Whether it is a sound record, and another one than that which stands.
fn changes(record: &Record, profile: &Profile, sealed: Option<VaultRef>, today: Date) -> Result<(), Refusal> {
    if *profile == record.profile && sealed == record.sealed {
        return Err(Refusal::NothingChanges);
    }
    if leaves_regency(record, profile) {
        return Err(Refusal::SeatLeavesRegency);
    }
    sound(profile, &record.board, today)
}
