//! The enums of the contract and those of the domain, pair by pair.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_territory::Level;

use crate::domain::{
    assessment::{RevisionReason, WithdrawalReason},
    code_list::CodeListName,
    community::{ActivityKind, DissolutionReason, ReturnReason, Status},
    grant::Role,
    office::OfficeKind,
    period::PeriodKind,
    profile::{BaseGroup, DecreeIssuer},
    training::TrainingKind,
};

/// An enum of the domain that has its counterpart in the contract.
pub trait Paired: Sized {
    fn to_proto(self) -> i32;
    /// `None` for "unspecified" where the domain has no such value, and for a value that the contract of today does not have.
    fn from_proto(value: i32) -> Option<Self>;
}

macro_rules! pairs {
    ($domain:ident as $proto:ident: $($here:ident = $there:ident),+ $(,)?) => {
        pairs!($domain as pb::$proto: $($here = $there),+);
    };
    ($domain:ident as $package:ident::$proto:ident: $($here:ident = $there:ident),+ $(,)?) => {
        impl Paired for $domain {
            fn to_proto(self) -> i32 {
                match self { $(Self::$here => $package::$proto::$there),+ }.into()
            }

            fn from_proto(value: i32) -> Option<Self> {
                $(if value == i32::from($package::$proto::$there) { return Some(Self::$here); })+
                None
            }
        }
    };
}

pairs!(Status as CommunityStatus:
    Draft = Draft, Submitted = Submitted, Returned = Returned, Registered = Registered, Active = Active,
    Dormant = Dormant, Dissolved = Dissolved);
pairs!(BaseGroup as BaseGroup:
    Unknown = Unspecified, None = None, Youth = Youth, Farmers = Farmers, Pkk = Pkk, Pokdarwis = Pokdarwis, Other = Other);
pairs!(DecreeIssuer as DecreeIssuer:
    Unknown = Unspecified, VillageHead = VillageHead, Lurah = Lurah, Camat = Camat, Regent = Regent);
pairs!(ActivityKind as ActivityKind:
    Dissemination = Dissemination, LiteracyClass = LiteracyClass, Coverage = Coverage, Meeting = Meeting,
    Training = Training, Economic = Economic, Social = Social);
pairs!(ReturnReason as ReturnReason:
    DecreeUnreadable = DecreeUnreadable, DecreeMismatch = DecreeMismatch, MembersBelowRule = MembersBelowRule,
    OfficersIncomplete = OfficersIncomplete, SeatWrong = SeatWrong, NameTaken = NameTaken, Other = Other);
pairs!(DissolutionReason as DissolutionReason:
    MembersDecided = MembersDecided, DecreeRevoked = DecreeRevoked, RegisteredInError = RegisteredInError);
pairs!(OfficeKind as OfficeKind:
    National = National, Provincial = Provincial, Regency = Regency, Agency = Agency);
pairs!(Role as Role:
    NationalOffice = NationalOffice, ProvincialOffice = ProvincialOffice, RegencyOffice = RegencyOffice, Agency = Agency,
    KimOfficer = KimOfficer, Auditor = Auditor, Subscriber = Subscriber);
pairs!(TrainingKind as TrainingKind: Bimtek = Bimtek, Sosialisasi = Sosialisasi);
pairs!(Level as RegionLevel:
    Nation = Nation, Province = Province, Regency = Regency, District = District, Village = Village);
pairs!(CodeListName as CodeListName: ActivityKind = ActivityKind, Topic = Topic);
pairs!(PeriodKind as pbt::PeriodKind: Month = Month, Quarter = Quarter, Year = Year);
pairs!(RevisionReason as AssessmentRevisionReason:
    ScoredWrongly = ScoredWrongly, EvidenceAdded = EvidenceAdded, EvidenceInvalid = EvidenceInvalid, Objection = Objection,
    Other = Other);
pairs!(WithdrawalReason as AssessmentWithdrawalReason:
    WrongCommunity = WrongCommunity, WrongPeriod = WrongPeriod, WithoutEvidence = WithoutEvidence, Other = Other);
