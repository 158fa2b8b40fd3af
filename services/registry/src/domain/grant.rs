//! A subject's role in an office's region, until it is revoked.

use std::fmt;

use kim_values::Region;
use time::Date;

use super::{
    Refusal,
    ids::OfficeId,
    office::{Office, OfficeKind},
};

/// The opaque subject of the tokens that use a grant: 1 to 64 of `A-Z a-z 0-9 : . _ -`, and not digits alone, which would be
/// somebody's number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Subject(Box<str>);

impl Subject {
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b':' | b'.' | b'_' | b'-');
        let valid = (1..=64).contains(&text.len())
            && text.bytes().all(allowed)
            && text.bytes().any(|b| b.is_ascii_alphabetic());
        valid.then(|| Self(text.into()))
    }

    /// A subject that a log already has.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.into())
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    NationalOffice,
    ProvincialOffice,
    RegencyOffice,
    Agency,
    KimOfficer,
    Auditor,
    Subscriber,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub subject: Subject,
    pub role: Role,
    pub office: OfficeId,
    pub region: Region,
    pub valid_from: Date,
    /// `None` while it holds.
    pub revoked_on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Issue { subject: Subject, role: Role, office_id: OfficeId, office: Office, today: Date },
    Revoke { today: Date },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Issued { subject: Subject, role: Role, office: OfficeId, region: Region, valid_from: Date },
    Revoked { on: Date },
}

pub fn decide(state: Option<&Grant>, command: Command) -> Result<Vec<Event>, Refusal> {
    match (state, command) {
        (Some(_), Command::Issue { .. }) => Err(Refusal::GrantExists),
        (None, Command::Issue { office, .. }) if !office.is_open() => Err(Refusal::OfficeClosed),
        (None, Command::Issue { subject, role, office_id, office, today }) => {
            if !gives(office.kind, role) {
                return Err(Refusal::RoleMismatch);
            }
            Ok(vec![Event::Issued { subject, role, office: office_id, region: office.region, valid_from: today }])
        }
        (None, Command::Revoke { .. }) => Err(Refusal::GrantNotFound),
        (Some(Grant { revoked_on: Some(_), .. }), Command::Revoke { .. }) => Err(Refusal::GrantRevoked),
        (Some(_), Command::Revoke { today }) => Ok(vec![Event::Revoked { on: today }]),
    }
}

/// An office gives its own role, and that of those who read. An officer of a KIM acts for a community, which no office's grant names.
fn gives(kind: OfficeKind, role: Role) -> bool {
    match role {
        Role::NationalOffice => kind == OfficeKind::National,
        Role::ProvincialOffice => kind == OfficeKind::Provincial,
        Role::RegencyOffice => kind == OfficeKind::Regency,
        Role::Agency => kind == OfficeKind::Agency,
        Role::Auditor | Role::Subscriber => kind != OfficeKind::Agency,
        Role::KimOfficer => false,
    }
}

#[must_use]
pub fn evolve(state: Option<Grant>, event: &Event) -> Option<Grant> {
    match (state, event) {
        (_, Event::Issued { subject, role, office, region, valid_from }) => Some(Grant {
            subject: subject.clone(),
            role: *role,
            office: *office,
            region: *region,
            valid_from: *valid_from,
            revoked_on: None,
        }),
        (state, Event::Revoked { on }) => state.map(|grant| Grant { revoked_on: Some(*on), ..grant }),
    }
}

#[cfg(test)]
mod tests {
    use kim_values::{ByDate, PublicName};
    use time::macros::date;
    use uuid::Uuid;

    use super::*;

    const TODAY: Date = date!(2022 - 10 - 06);

    fn office(kind: OfficeKind) -> Office {
        Office {
            kind,
            region: Region::nation(),
            established_on: TODAY,
            names: ByDate::new(TODAY, PublicName::stored("Kantor")),
            parents: ByDate::new(TODAY, None),
            closed_on: None,
        }
    }

    fn issue(kind: OfficeKind, role: Role) -> Command {
        issued_by(office(kind), role)
    }

    fn issued_by(office: Office, role: Role) -> Command {
        let subject = Subject::parse("petugas:1401-a").expect("a valid subject");
        Command::Issue { subject, role, office_id: OfficeId(Uuid::from_u128(1)), office, today: TODAY }
    }

    #[test]
    fn a_subject_is_opaque() {
        for good in ["a", "user:1", "019a.b_c-d"] {
            assert!(Subject::parse(good).is_some(), "{good}");
        }
        for bad in ["", "081234567890", "a b", "nama@kantor", &"x".repeat(65)] {
            assert!(Subject::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_office_gives_its_own_role_only() {
        use OfficeKind as Office;
        for (kind, role, gives) in [
            (Office::National, Role::NationalOffice, true),
            (Office::Provincial, Role::NationalOffice, false),
            (Office::Regency, Role::RegencyOffice, true),
            (Office::Regency, Role::ProvincialOffice, false),
            (Office::Agency, Role::Agency, true),
            (Office::Agency, Role::Auditor, false),
            (Office::Provincial, Role::Auditor, true),
            (Office::Regency, Role::Subscriber, true),
            (Office::Regency, Role::KimOfficer, false),
        ] {
            assert_eq!(decide(None, issue(kind, role)).is_ok(), gives, "{kind:?} {role:?}");
        }
    }

    #[test]
    fn a_closed_office_gives_no_grant() {
        let closed = Office { closed_on: Some(TODAY), ..office(OfficeKind::National) };
        let issue = issued_by(closed, Role::NationalOffice);
        assert_eq!(decide(None, issue), Err(Refusal::OfficeClosed));
    }

    #[test]
    fn a_grant_holds_from_its_issue_to_its_revocation() {
        let today = date!(2023 - 01 - 01);
        assert_eq!(decide(None, Command::Revoke { today }), Err(Refusal::GrantNotFound));
        let issued = decide(None, issue(OfficeKind::National, Role::NationalOffice)).expect("issued");
        let held = issued.iter().fold(None, evolve);
        let again = decide(held.as_ref(), issue(OfficeKind::National, Role::NationalOffice));
        assert_eq!(again, Err(Refusal::GrantExists));
        let revoked = decide(held.as_ref(), Command::Revoke { today }).expect("revoked");
        let gone = revoked.iter().fold(held, evolve);
        assert_eq!(gone.as_ref().and_then(|grant| grant.revoked_on), Some(today));
        assert_eq!(decide(gone.as_ref(), Command::Revoke { today }), Err(Refusal::GrantRevoked));
    }
}
