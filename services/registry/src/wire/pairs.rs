//! The enums of the contract and those of the domain, pair by pair.

use kim_contract::{registry::v1 as pb, r#type::v1 as pbt};
use kim_territory::Level;
use kim_values::PeriodKind;

use crate::domain::{
    assessment::{RevisionReason, WithdrawalReason},
    board::{LeaveReason, OfficerRole},
    channel::ChannelKind,
    code_list::CodeListName,
    community::{ActivityKind, ChangeRefusalReason, DissolutionReason, MergeReason, ReturnReason, Status},
    grant::Role,
    office::OfficeKind,
    partnership::{DeclineReason, Scope, Side, Status as PartnershipStatus, TerminationReason},
    profile::{BaseGroup, DecreeIssuer},
    training::{CancellationReason as TrainingCancellationReason, Status as TrainingStatus, TrainingKind},
};

/// An enum of the domain that has its counterpart in the contract.
pub trait Paired: Sized {
    fn to_proto(self) -> i32;

    /// Its number, as a column of the index has it.
    fn to_column(self) -> i16 {
        i16::try_from(self.to_proto()).expect("the contract's numbers are small")
    }

    /// `None` for "unspecified" where the domain has no such value, and for a value that the contract of today does not have.
    fn from_proto(value: i32) -> Option<Self>;
}

/// The numbers of several, as columns of the index have them.
#[must_use]
pub fn to_columns<E: Paired + Copy>(values: &[E]) -> Vec<i16> {
    values.iter().map(|value| value.to_column()).collect()
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
    Dormant = Dormant, Dissolved = Dissolved, Merged = Merged);
pairs!(OfficerRole as OfficerRole:
    Ketua = Ketua, Sekretaris = Sekretaris, Bendahara = Bendahara, Section = Section, Collecting = SectionCollecting,
    Managing = SectionManaging, Spreading = SectionSpreading);
pairs!(LeaveReason as OfficerLeaveReason:
    TermEnded = TermEnded, Replaced = Replaced, Resigned = Resigned, Moved = Moved, Died = Died, Dismissed = Dismissed);
pairs!(ChannelKind as ChannelKind:
    Website = Website, Facebook = Facebook, Instagram = Instagram, X = X, Tiktok = Tiktok, Youtube = Youtube, Radio = Radio);
pairs!(MergeReason as MergeReason:
    SameCommunity = SameCommunity, MembersDecided = MembersDecided, SeatsMerged = SeatsMerged);
pairs!(ChangeRefusalReason as ChangeRefusalReason:
    ProofMissing = ProofMissing, ProofMismatch = ProofMismatch, NameTaken = NameTaken, RuleNotMet = RuleNotMet,
    Other = Other);
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
pairs!(PartnershipStatus as PartnershipStatus:
    Proposed = Proposed, Signed = Signed, Renewed = Renewed, Expired = Expired, Terminated = Terminated,
    Declined = Declined);
pairs!(Scope as PartnershipScope: Dissemination = Dissemination, Aspirations = Aspirations, Literacy = Literacy);
pairs!(Side as PartnershipSide: Office = Office, Community = Community);
pairs!(TerminationReason as TerminationReason:
    BothAgreed = BothAgreed, NotKept = NotKept, CommunityDissolved = CommunityDissolved, OfficeClosed = OfficeClosed,
    Other = Other);
pairs!(DeclineReason as DeclineReason:
    Withdrawn = Withdrawn, TermsNotAgreed = TermsNotAgreed, NotNeeded = NotNeeded, Other = Other,
    PartnerGone = PartnerGone);
pairs!(TrainingKind as TrainingKind: Bimtek = Bimtek, Sosialisasi = Sosialisasi);
pairs!(TrainingStatus as TrainingStatus: Planned = Planned, Held = Held, Reported = Reported, Cancelled = Cancelled);
pairs!(TrainingCancellationReason as TrainingCancellationReason:
    NoBudget = NoBudget, TooFewParticipants = TooFewParticipants, HostUnavailable = HostUnavailable, Disaster = Disaster,
    EnteredInError = EnteredInError, Other = Other);
pairs!(Level as RegionLevel:
    Nation = Nation, Province = Province, Regency = Regency, District = District, Village = Village);
pairs!(CodeListName as CodeListName: ActivityKind = ActivityKind, Topic = Topic);
pairs!(PeriodKind as pbt::PeriodKind: Month = Month, Quarter = Quarter, Year = Year);
pairs!(RevisionReason as AssessmentRevisionReason:
    ScoredWrongly = ScoredWrongly, EvidenceAdded = EvidenceAdded, EvidenceInvalid = EvidenceInvalid, Objection = Objection,
    Other = Other);
pairs!(WithdrawalReason as AssessmentWithdrawalReason:
    WrongCommunity = WrongCommunity, WrongPeriod = WrongPeriod, WithoutEvidence = WithoutEvidence, Other = Other);
