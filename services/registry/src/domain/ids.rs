//! Opaque ids: of aggregates, of activities, of records in the vault.

use std::fmt;

use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl $name {
            /// `None` when it is no UUID in its usual form.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(/// A community (KIM).
    CommunityId);
id!(/// Something that a community did.
    ActivityId);
id!(/// A person of a community's board, and what the vault keeps of them under.
    OfficerId);
id!(/// A change that is proposed to a registered record.
    ChangeId);
id!(OfficeId);
id!(GrantId);
id!(TrainingId);
id!(PartnershipId);
id!(AssessmentId);
id!(/// What an event calls a record of the vault by.
    VaultRef);
