//! An office in the register of offices. Its name differs by region and changes by date, so it has names, a kind and a region; most
//! stand under another office.

use kim_territory::Level;
use kim_values::{ByDate, PublicName, Region, is_far_ahead};
use time::Date;

use super::{Refusal, ids::OfficeId};

#[cfg(test)]
mod tests;

/// The higher ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfficeKind {
    National,
    Provincial,
    Regency,
    Agency,
}

/// An office as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub kind: OfficeKind,
    pub region: Region,
    pub established_on: Date,
    pub names: ByDate<PublicName>,
    /// The office above it; `None` where there is none.
    pub parents: ByDate<Option<OfficeId>>,
    /// `None` while it is open.
    pub closed_on: Option<Date>,
}

/// What an office is when it is entered in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Founding {
    pub name: PublicName,
    pub kind: OfficeKind,
    pub region: Region,
}

/// An office that is to stand above another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Superior {
    pub id: OfficeId,
    pub office: Office,
}

/// `today` is the day in the zone of the office's region when the command is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Establish {
        founding: Founding,
        parent: Option<Superior>,
        today: Date,
    },
    Rename {
        name: PublicName,
        effective_from: Date,
        today: Date,
    },
    SetParent {
        parent: Option<Superior>,
        effective_from: Date,
        today: Date,
    },
    Close {
        on: Date,
        today: Date,
    },
    /// By the policy only: a territory came into force, and `from` is `to` by it. Decides nothing for an office that is not there, or
    /// no longer.
    MoveRegion {
        from: Region,
        to: Region,
        on: Date,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Established { founding: Founding, parent: Option<OfficeId>, on: Date },
    Renamed { name: PublicName, effective_from: Date },
    ParentSet { parent: Option<OfficeId>, effective_from: Date },
    Closed { on: Date },
    RegionMoved { from: Region, to: Region, on: Date },
}

impl Office {
    /// Gives grants, and signs.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.closed_on.is_none()
    }

    /// Was not closed yet on that day.
    #[must_use]
    pub fn is_open_on(&self, day: Date) -> bool {
        self.closed_on.is_none_or(|closed_on| day < closed_on)
    }

    /// Above is an office of a wider region, or of a higher kind in the same: so no office comes to stand above itself.
    fn is_above(&self, kind: OfficeKind, region: Region) -> bool {
        let (own, below) = (self.region.code, region.code);
        own.contains(&below) && (own != below || self.kind < kind)
    }
}

/// What is so already decides nothing.
pub fn decide(state: Option<&Office>, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Establish { founding, parent, today } = command {
        return match state {
            None => establish(founding, parent, today),
            Some(_) => Err(Refusal::OfficeExists),
        };
    }
    let office = state.ok_or(Refusal::OfficeNotFound)?;
    if let Command::MoveRegion { from, to, on } = command {
        let moves = office.region == from && from != to;
        return Ok(moves.then_some(Event::RegionMoved { from, to, on }).into_iter().collect());
    }
    if !office.is_open() {
        return Err(Refusal::OfficeClosed);
    }
    match command {
        Command::Establish { .. } | Command::MoveRegion { .. } => unreachable!("decided above"),
        Command::Rename { name, effective_from, today } => {
            changeable(office, effective_from, today)?;
            let stands = *office.names.on(effective_from) == name;
            Ok(if stands { Vec::new() } else { vec![Event::Renamed { name, effective_from }] })
        }
        Command::SetParent { parent, effective_from, today } => {
            changeable(office, effective_from, today)?;
            let parent = subordinate(office.kind, office.region, parent)?;
            let stands = *office.parents.on(effective_from) == parent;
            Ok(if stands { Vec::new() } else { vec![Event::ParentSet { parent, effective_from }] })
        }
        Command::Close { on, .. } if on < office.established_on => Err(Refusal::BeforeEstablishment),
        Command::Close { on, today } if on > today => Err(Refusal::OfficeClosedInFuture),
        Command::Close { on, .. } => Ok(vec![Event::Closed { on }]),
    }
}

fn establish(founding: Founding, parent: Option<Superior>, today: Date) -> Result<Vec<Event>, Refusal> {
    let level = founding.region.code.level();
    let fits = match founding.kind {
        OfficeKind::National => level == Level::Nation,
        OfficeKind::Provincial => level == Level::Province,
        OfficeKind::Regency => level == Level::Regency,
        OfficeKind::Agency => matches!(level, Level::Nation | Level::Province | Level::Regency),
    };
    if !fits {
        return Err(Refusal::OfficeKindMismatch);
    }
    let parent = subordinate(founding.kind, founding.region, parent)?;
    Ok(vec![Event::Established { founding, parent, on: today }])
}

/// A change is known when it is made or some time before, and reaches back to the office's beginning at most.
fn changeable(office: &Office, effective_from: Date, today: Date) -> Result<(), Refusal> {
    if effective_from < office.established_on {
        return Err(Refusal::BeforeEstablishment);
    }
    if is_far_ahead(effective_from, today) {
        return Err(Refusal::TooFarAhead);
    }
    Ok(())
}

/// The office above one of this kind in this region, if it may be.
fn subordinate(kind: OfficeKind, region: Region, parent: Option<Superior>) -> Result<Option<OfficeId>, Refusal> {
    match parent {
        None => Ok(None),
        Some(superior) if !superior.office.is_above(kind, region) => Err(Refusal::ParentNotAbove),
        Some(superior) if !superior.office.is_open() => Err(Refusal::ParentClosed),
        Some(superior) => Ok(Some(superior.id)),
    }
}

/// The office after `event`. An event that does not fit its state leaves it: `decide` makes none.
#[must_use]
pub fn evolve(state: Option<Office>, event: &Event) -> Option<Office> {
    match (state, event) {
        (None, Event::Established { founding, parent, on }) => Some(Office {
            kind: founding.kind,
            region: founding.region,
            established_on: *on,
            names: ByDate::new(*on, founding.name.clone()),
            parents: ByDate::new(*on, *parent),
            closed_on: None,
        }),
        (Some(office), Event::Renamed { name, effective_from }) => {
            Some(Office { names: office.names.with(*effective_from, name.clone()), ..office })
        }
        (Some(office), Event::ParentSet { parent, effective_from }) => {
            Some(Office { parents: office.parents.with(*effective_from, *parent), ..office })
        }
        (Some(office), Event::RegionMoved { to, .. }) => Some(Office { region: *to, ..office }),
        (Some(office), Event::Closed { on }) => Some(Office { closed_on: Some(*on), ..office }),
        (state, _) => state,
    }
}
