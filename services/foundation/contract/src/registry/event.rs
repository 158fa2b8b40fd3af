//! The types of the registry's events: by which name a log has each, and which message it holds.

use prost::Message;

/// A message that is an event of the registry.
pub trait Event: Message + Default {
    const TYPE: EventType;
}

macro_rules! events {
    ($($name:ident),* $(,)?) => {
        /// A type of event, called as its message is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventType {
            $($name),*
        }

        impl EventType {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Full name of its message, as a log has it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("kim.registry.v1.", stringify!($name))),*
                }
            }

            /// `None` for a type that this program is too old for, and for one of another context.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name.strip_prefix("kim.registry.v1.")? {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }

        $(impl Event for super::v1::$name {
            const TYPE: EventType = EventType::$name;
        })*
    };
}

events! {
    CommunityDrafted,
    CommunityAmended,
    CommunitySubmitted,
    CommunityReturned,
    CommunityRegistered,
    CommunityActivated,
    ActivityReported,
    DormancyReminded,
    CommunityBecameDormant,
    DormancyCorrected,
    RevitalisationPlanned,
    CommunityRevitalised,
    CommunityDissolved,
    TrainingHeld,
    OfficeEstablished,
    GrantIssued,
    GrantRevoked,
    FormationRuleSet,
    DormancyRuleSet,
    BaselineSet,
    TerritoryAdopted,
    MembersCounted,
    OfficerAppointed,
    OfficerLeft,
    OfficerErased,
    ChangeProposed,
    ChangeAccepted,
    ChangeRefused,
    ChangeWithdrawn,
    CommunityCorrected,
    CommunityMerged,
    CommunityAbsorbed,
    OfficeRenamed,
    OfficeParentSet,
    OfficeClosed,
    PartnershipProposed,
    PartnershipSigned,
    PartnershipRenewed,
    PartnershipReminded,
    PartnershipExpired,
    PartnershipTerminated,
    PartnershipDeclined,
    TrainingPlanned,
    TrainingRescheduled,
    TrainingInvitationsSent,
    TrainingReported,
    TrainingCancelled,
    CodeListSet,
    RubricSet,
    CommunityAssessed,
    AssessmentRevised,
    AssessmentWithdrawn,
    TerritoryRegionsChanged,
    CommunitySeatMoved,
    CommunityMovedOut,
    CommunityMovedIn,
    OfficeRegionMoved,
}
