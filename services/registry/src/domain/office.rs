//! An office in the register of offices. Its name differs by region, so it has a name, a kind and a region.

use kim_territory::Level;
use time::Date;

use super::{Refusal, name::PublicName, region::Region};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficeKind {
    National,
    Provincial,
    Regency,
    Agency,
}

/// An office as its events made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Office {
    pub name: PublicName,
    pub kind: OfficeKind,
    pub region: Region,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Establish { office: Office, today: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Established { office: Office, on: Date },
}

pub fn decide(state: Option<&Office>, command: Command) -> Result<Vec<Event>, Refusal> {
    let Command::Establish { office, today } = command;
    if state.is_some() {
        return Err(Refusal::OfficeExists);
    }
    let level = office.region.code.level();
    let fits = match office.kind {
        OfficeKind::National => level == Level::Nation,
        OfficeKind::Provincial => level == Level::Province,
        OfficeKind::Regency => level == Level::Regency,
        OfficeKind::Agency => matches!(level, Level::Nation | Level::Province | Level::Regency),
    };
    if !fits {
        return Err(Refusal::OfficeKindMismatch);
    }
    Ok(vec![Event::Established { office, on: today }])
}

#[must_use]
pub fn evolve(_state: Option<Office>, event: &Event) -> Option<Office> {
    let Event::Established { office, .. } = event;
    Some(office.clone())
}

#[cfg(test)]
mod tests {
    use kim_territory::Decree;
    use time::macros::date;

    use super::*;

    fn office(kind: OfficeKind, code: &str) -> Office {
        let region = Region { code: code.parse().expect("a region's code"), decree: Decree::CURRENT };
        Office { name: PublicName::stored("Diskominfotik"), kind, region }
    }

    fn establish(state: Option<&Office>, office: Office) -> Result<Vec<Event>, Refusal> {
        decide(state, Command::Establish { office, today: date!(2022 - 10 - 06) })
    }

    #[test]
    fn an_office_belongs_to_a_region_of_its_level() {
        for (kind, code, fits) in [
            (OfficeKind::National, "00", true),
            (OfficeKind::National, "14", false),
            (OfficeKind::Provincial, "14", true),
            (OfficeKind::Provincial, "14.01", false),
            (OfficeKind::Regency, "14.01", true),
            (OfficeKind::Regency, "00", false),
            (OfficeKind::Agency, "00", true),
            (OfficeKind::Agency, "14", true),
            (OfficeKind::Agency, "14.01", true),
            (OfficeKind::Agency, "14.01.01", false),
        ] {
            assert_eq!(establish(None, office(kind, code)).is_ok(), fits, "{kind:?} in {code}");
        }
    }

    #[test]
    fn an_office_is_established_once() {
        let events = establish(None, office(OfficeKind::Provincial, "14")).expect("decided");
        let state = events.iter().fold(None, evolve);
        assert_eq!(state, Some(office(OfficeKind::Provincial, "14")));
        assert_eq!(establish(state.as_ref(), office(OfficeKind::Provincial, "14")), Err(Refusal::OfficeExists));
    }
}
