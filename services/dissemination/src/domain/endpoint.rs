//! Where messages to a community go beside its inbox, one of a channel: `Set ⇄ Suspended → Removed`. The address, and a webhook's secrets, stand
//! in the vault.

use kim_values::{Region, VaultRef};
use time::{Date, OffsetDateTime};

use super::{Refusal, ids::CommunityId};

mod error;
#[cfg(test)]
pub(crate) mod histories;
#[cfg(test)]
mod tests;

pub use error::EndpointError;

/// The channels that go to an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Webhook,
    Email,
}

/// An endpoint as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    pub community: CommunityId,
    pub kind: Kind,
    /// The community's seat when it was first set: the endpoint's events belong there.
    pub seat: Region,
    pub stage: Stage,
}

/// A stage of an endpoint's life, with what only that stage has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Set { address: VaultRef },
    Suspended { address: VaultRef, reason: SuspensionReason },
    Removed,
}

/// A stage's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    Set,
    Suspended,
    Removed,
}

/// Why nothing goes to an endpoint until somebody resumes it, or sets it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuspensionReason {
    /// For days no message arrived.
    Unreachable,
    /// The endpoint says that it is no more.
    Gone,
    /// By the community or an office.
    Requested,
}

/// `today` is the day at the community's seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Another address takes the place of the one before. One that was removed may be set again.
    Set {
        community: CommunityId,
        kind: Kind,
        seat: Region,
        address: VaultRef,
        today: Date,
    },
    /// A webhook gets another secret; `address` has the address and both secrets.
    RotateSecret {
        address: VaultRef,
        today: Date,
    },
    Suspend {
        reason: SuspensionReason,
        now: OffsetDateTime,
    },
    Resume {
        now: OffsetDateTime,
    },
    Remove {
        today: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Set { community: CommunityId, kind: Kind, seat: Region, address: VaultRef, on: Date },
    SecretRotated { address: VaultRef, on: Date },
    Suspended { reason: SuspensionReason, at: OffsetDateTime },
    Resumed { at: OffsetDateTime },
    Removed { on: Date },
}

impl Endpoint {
    #[must_use]
    pub fn status(&self) -> Status {
        match self.stage {
            Stage::Set { .. } => Status::Set,
            Stage::Suspended { .. } => Status::Suspended,
            Stage::Removed => Status::Removed,
        }
    }

    /// What the vault knows it by; `None` once it is removed.
    #[must_use]
    pub fn address(&self) -> Option<VaultRef> {
        match self.stage {
            Stage::Set { address } | Stage::Suspended { address, .. } => Some(address),
            Stage::Removed => None,
        }
    }
}

/// What happens when `command` is given to an endpoint.
pub fn decide(state: Option<&Endpoint>, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Set { community, kind, seat, address, today } = command {
        // Where it belongs stays.
        let seat = state.map_or(seat, |endpoint| endpoint.seat);
        return Ok(vec![Event::Set { community, kind, seat, address, on: today }]);
    }
    let endpoint = state.ok_or(Refusal::EndpointNotFound)?;
    match (command, endpoint.stage) {
        (Command::Set { .. }, _) => unreachable!("decided above"),
        (Command::Remove { .. } | Command::Suspend { .. }, Stage::Removed) => Ok(Vec::new()),
        (_, Stage::Removed) => Err(Refusal::EndpointNotFound),
        (Command::RotateSecret { .. }, _) if endpoint.kind != Kind::Webhook => Err(EndpointError::WithoutSecret.into()),
        (Command::RotateSecret { address, today }, _) => Ok(vec![Event::SecretRotated { address, on: today }]),
        (Command::Suspend { .. }, Stage::Suspended { .. }) | (Command::Resume { .. }, Stage::Set { .. }) => {
            Ok(Vec::new())
        }
        (Command::Suspend { reason, now }, Stage::Set { .. }) => Ok(vec![Event::Suspended { reason, at: now }]),
        (Command::Resume { now }, Stage::Suspended { .. }) => Ok(vec![Event::Resumed { at: now }]),
        (Command::Remove { today }, _) => Ok(vec![Event::Removed { on: today }]),
    }
}

/// The endpoint after `event`. `decide` makes none that does not fit its state.
#[must_use]
pub fn evolve(before: Option<Endpoint>, event: &Event) -> Option<Endpoint> {
    if let Event::Set { community, kind, seat, address, .. } = event {
        let seat = before.as_ref().map_or(*seat, |endpoint| endpoint.seat);
        let stage = Stage::Set { address: *address };
        return Some(Endpoint { community: *community, kind: *kind, seat, stage });
    }
    let mut endpoint = before?;
    endpoint.stage = match (event, endpoint.stage) {
        (Event::SecretRotated { address, .. }, Stage::Set { .. }) => Stage::Set { address: *address },
        (Event::SecretRotated { address, .. }, Stage::Suspended { reason, .. }) => {
            Stage::Suspended { address: *address, reason }
        }
        (Event::Suspended { reason, .. }, Stage::Set { address }) => Stage::Suspended { address, reason: *reason },
        (Event::Resumed { .. }, Stage::Suspended { address, .. }) => Stage::Set { address },
        (Event::Removed { .. }, _) => Stage::Removed,
        (_, stage) => stage,
    };
    Some(endpoint)
}
