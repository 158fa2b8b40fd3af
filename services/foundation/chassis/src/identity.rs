//! Who calls: a token is believed when its issuer, audience, expiry, algorithm and key are the pinned ones, and its
//! scope is one of the variants here. Absent or malformed is refused (invariant 9).

mod claims;
mod fetch;
mod issuer;
mod keys;
mod unauthenticated;
mod verifier;

#[cfg(test)]
mod verifier_tests;

use std::{fmt, str::FromStr};

use kim_territory::{Adopted, Decree, Level, RegionCode, Territory};
use uuid::Uuid;

pub use issuer::{Issuer, IssuerError};
pub use unauthenticated::Unauthenticated;
pub use verifier::{Verifier, VerifierError};

/// The audience of the platform's tokens.
pub const AUDIENCE: &str = "kim";

/// A caller whose token was verified. Its scope is that of now: a region's code is resolved to the territory in force.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Principal {
    /// An opaque reference, no name and no address.
    pub subject: Subject,
    /// What it is.
    pub role: Role,
    /// How far it reaches.
    pub scope: Scope,
    /// The grant behind the token, by which it can be revoked.
    pub grant: Option<Uuid>,
}

/// An opaque reference to a person or a program: 1 to 64 of `A-Z a-z 0-9 : . _ -`.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Subject(String);

/// A text that is no [`Subject`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a subject is 1 to 64 of A-Z a-z 0-9 : . _ -")]
pub struct SubjectError;

impl Subject {
    /// The reference as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subject {
    type Err = SubjectError;

    fn from_str(text: &str) -> Result<Self, SubjectError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b":._-".contains(&byte);
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(SubjectError)
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a caller is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Role {
    /// The national office (IKP).
    NationalOffice,
    /// A province's office.
    ProvincialOffice,
    /// The office of a kabupaten or kota.
    RegencyOffice,
    /// An agency (OPD).
    Agency,
    /// An officer (pengurus) of a KIM.
    KimOfficer,
    /// Reads the access log and the history, writes nothing.
    Auditor,
    /// A program that reads events: a province's own system, or the national pipeline.
    Subscriber,
    /// Anybody with a token.
    Citizen,
    /// The simulator of a log made as simulated.
    Simulator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::NationalOffice,
        Self::ProvincialOffice,
        Self::RegencyOffice,
        Self::Agency,
        Self::KimOfficer,
        Self::Auditor,
        Self::Subscriber,
        Self::Citizen,
        Self::Simulator,
    ];

    /// The name in a token.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NationalOffice => "national-office",
            Self::ProvincialOffice => "provincial-office",
            Self::RegencyOffice => "regency-office",
            Self::Agency => "agency",
            Self::KimOfficer => "kim-officer",
            Self::Auditor => "auditor",
            Self::Subscriber => "subscriber",
            Self::Citizen => "citizen",
            Self::Simulator => "simulator",
        }
    }

    /// Whether a caller of this role can have this scope: a regency's office has a regency, and nothing else.
    #[must_use]
    pub fn fits(self, scope: &Scope) -> bool {
        match (self, scope) {
            (Self::NationalOffice | Self::Subscriber, Scope::National)
            | (Self::Agency, Scope::Agency { .. })
            | (Self::KimOfficer, Scope::Kim { .. })
            | (Self::Auditor, Scope::Audit { .. })
            | (Self::Citizen, Scope::Citizen)
            | (Self::Simulator, Scope::Simulator) => true,
            (Self::ProvincialOffice, Scope::Region { code, .. }) => code.level() == Level::Province,
            (Self::RegencyOffice, Scope::Region { code, .. }) => code.level() == Level::Regency,
            // Subjects have tokens for a province and a regency, so a stream cannot be cut finer.
            (Self::Subscriber, Scope::Region { code, .. }) => matches!(code.level(), Level::Province | Level::Regency),
            _ => false,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A text that names no [`Role`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no such role")]
pub struct UnknownRole;

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(UnknownRole)
    }
}

impl TryFrom<kim_contract::registry::v1::Role> for Role {
    type Error = UnknownRole;

    fn try_from(role: kim_contract::registry::v1::Role) -> Result<Self, UnknownRole> {
        use kim_contract::registry::v1::Role as Wire;
        Ok(match role {
            Wire::Unspecified => return Err(UnknownRole),
            Wire::NationalOffice => Self::NationalOffice,
            Wire::ProvincialOffice => Self::ProvincialOffice,
            Wire::RegencyOffice => Self::RegencyOffice,
            Wire::Agency => Self::Agency,
            Wire::KimOfficer => Self::KimOfficer,
            Wire::Auditor => Self::Auditor,
            Wire::Subscriber => Self::Subscriber,
        })
    }
}

/// How far a caller reaches.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Scope {
    /// The whole nation.
    National,
    /// A region and what lies in it.
    Region {
        /// Its code.
        code: RegionCode,
        /// The decree that gave the code.
        decree: Decree,
    },
    /// One community.
    Kim {
        /// Its id.
        id: Uuid,
    },
    /// An agency's office, for its topics.
    Agency {
        /// The office's id.
        office: Uuid,
        /// Codes of topics.
        topics: Vec<String>,
    },
    /// What an audit was granted.
    Audit {
        /// The grant's id.
        grant: Uuid,
    },
    /// What everybody with a token may.
    Citizen,
    /// The simulator's.
    Simulator,
}

impl Scope {
    /// The same scope in the territory in force; `None` when no region goes on for it there, and when its decree is not adopted.
    #[must_use]
    pub fn on(&self, adopted: &Adopted) -> Option<Self> {
        match self {
            Self::Region { code, decree } => {
                let code = adopted.follow(code, *decree)?;
                Some(Self::Region { code, decree: adopted.in_force() })
            }
            other => Some(other.clone()),
        }
    }

    /// Whether its decree has its code, if it has one.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        match self {
            Self::Region { code, decree } => Territory::of(*decree).get(code).is_some(),
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::territory::split;

    use super::*;

    #[test]
    fn a_subject_is_opaque() {
        for good in ["a", "office:14.01", "sim_1-x", &"x".repeat(64)] {
            assert_eq!(good.parse::<Subject>().unwrap().as_str(), good);
        }
        for bad in ["", "nama orang", "a@b.id", "+62811", &"x".repeat(65), "é"] {
            assert_eq!(bad.parse::<Subject>(), Err(SubjectError), "{bad}");
        }
    }

    #[test]
    fn a_role_has_one_name() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert_eq!("NATIONAL_OFFICE".parse::<Role>(), Err(UnknownRole));
    }

    #[test]
    fn a_scope_of_an_adopted_decree_is_the_region_that_goes_on_for_it_or_nothing() {
        let scope = |code: &str, decree| Scope::Region { code: code.parse().unwrap(), decree };
        let (newest, split) = (Adopted::default(), split());
        for (code, decree, on_newest, on_split) in [
            ("92.71", Decree::D2022, None, Some("96.71")),
            ("92.71", Decree::D2023, None, None),
            ("96.71", Decree::D2023, None, Some("96.71")),
            ("96.71", Decree::D2025, Some("96.71"), None),
            ("92", Decree::D2022, None, Some("92")),
            ("14", Decree::D2022, None, Some("14")),
            ("14", Decree::D2025, Some("14"), None),
            ("99", Decree::D2023, None, None),
        ] {
            let found = |code: Option<&str>, decree| code.map(|code| scope(code, decree));
            assert_eq!(scope(code, decree).on(&newest), found(on_newest, Decree::CURRENT), "{code} {decree}");
            assert_eq!(scope(code, decree).on(&split), found(on_split, Decree::D2023), "{code} {decree}");
        }
        assert_eq!(Scope::National.on(&split), Some(Scope::National));
    }
}
