//! The enums of the contract and those of the domain, pair by pair.

use kim_contract::registry::v1 as pb;
use kim_desk::pairs;

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

pairs!(Status as pb::CommunityStatus:
    Draft = Draft, Submitted = Submitted, Returned = Returned, Registered = Registered, Active = Active,
    Dormant = Dormant, Dissolved = Dissolved, Merged = Merged);
pairs!(OfficerRole as pb::OfficerRole:
    Ketua = Ketua, Sekretaris = Sekretaris, Bendahara = Bendahara, Section = Section, Collecting = SectionCollecting,
    Managing = SectionManaging, Spreading = SectionSpreading);
pairs!(LeaveReason as pb::OfficerLeaveReason:
    TermEnded = TermEnded, Replaced = Replaced, Resigned = Resigned, Moved = Moved, Died = Died, Dismissed = Dismissed);
pairs!(ChannelKind as pb::ChannelKind:
    Website = Website, Facebook = Facebook, Instagram = Instagram, X = X, Tiktok = Tiktok, Youtube = Youtube, Radio = Radio);
pairs!(MergeReason as pb::MergeReason:
    SameCommunity = SameCommunity, MembersDecided = MembersDecided, SeatsMerged = SeatsMerged);
pairs!(ChangeRefusalReason as pb::ChangeRefusalReason:
    ProofMissing = ProofMissing, ProofMismatch = ProofMismatch, NameTaken = NameTaken, RuleNotMet = RuleNotMet,
    Other = Other);
pairs!(BaseGroup as pb::BaseGroup:
    Unknown = Unspecified, None = None, Youth = Youth, Farmers = Farmers, Pkk = Pkk, Pokdarwis = Pokdarwis, Other = Other);
pairs!(DecreeIssuer as pb::DecreeIssuer:
    Unknown = Unspecified, VillageHead = VillageHead, Lurah = Lurah, Camat = Camat, Regent = Regent);
pairs!(ActivityKind as pb::ActivityKind:
    Dissemination = Dissemination, LiteracyClass = LiteracyClass, Coverage = Coverage, Meeting = Meeting,
    Training = Training, Economic = Economic, Social = Social);
pairs!(ReturnReason as pb::ReturnReason:
    DecreeUnreadable = DecreeUnreadable, DecreeMismatch = DecreeMismatch, MembersBelowRule = MembersBelowRule,
    OfficersIncomplete = OfficersIncomplete, SeatWrong = SeatWrong, NameTaken = NameTaken, Other = Other);
pairs!(DissolutionReason as pb::DissolutionReason:
    MembersDecided = MembersDecided, DecreeRevoked = DecreeRevoked, RegisteredInError = RegisteredInError);
pairs!(OfficeKind as pb::OfficeKind:
    National = National, Provincial = Provincial, Regency = Regency, Agency = Agency);
pairs!(Role as pb::Role:
    NationalOffice = NationalOffice, ProvincialOffice = ProvincialOffice, RegencyOffice = RegencyOffice, Agency = Agency,
    KimOfficer = KimOfficer, Auditor = Auditor, Subscriber = Subscriber);
pairs!(PartnershipStatus as pb::PartnershipStatus:
    Proposed = Proposed, Signed = Signed, Renewed = Renewed, Expired = Expired, Terminated = Terminated,
    Declined = Declined);
pairs!(Scope as pb::PartnershipScope: Dissemination = Dissemination, Aspirations = Aspirations, Literacy = Literacy);
pairs!(Side as pb::PartnershipSide: Office = Office, Community = Community);
pairs!(TerminationReason as pb::TerminationReason:
    BothAgreed = BothAgreed, NotKept = NotKept, CommunityDissolved = CommunityDissolved, OfficeClosed = OfficeClosed,
    Other = Other);
pairs!(DeclineReason as pb::DeclineReason:
    Withdrawn = Withdrawn, TermsNotAgreed = TermsNotAgreed, NotNeeded = NotNeeded, Other = Other,
    PartnerGone = PartnerGone);
pairs!(TrainingKind as pb::TrainingKind: Bimtek = Bimtek, Sosialisasi = Sosialisasi);
pairs!(TrainingStatus as pb::TrainingStatus: Planned = Planned, Held = Held, Reported = Reported, Cancelled = Cancelled);
pairs!(TrainingCancellationReason as pb::TrainingCancellationReason:
    NoBudget = NoBudget, TooFewParticipants = TooFewParticipants, HostUnavailable = HostUnavailable, Disaster = Disaster,
    EnteredInError = EnteredInError, Other = Other);
pairs!(CodeListName as pb::CodeListName: ActivityKind = ActivityKind, Topic = Topic);
pairs!(RevisionReason as pb::AssessmentRevisionReason:
    ScoredWrongly = ScoredWrongly, EvidenceAdded = EvidenceAdded, EvidenceInvalid = EvidenceInvalid, Objection = Objection,
    Other = Other);
pairs!(WithdrawalReason as pb::AssessmentWithdrawalReason:
    WrongCommunity = WrongCommunity, WrongPeriod = WrongPeriod, WithoutEvidence = WithoutEvidence, Other = Other);
