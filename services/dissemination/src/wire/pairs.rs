//! The enums of the contract and those of the domain, pair by pair.

use kim_contract::{dissemination::v1 as pb, registry::v1 as registry};
use kim_desk::pairs;

use crate::domain::{
    audience::{BaseGroup, Partnership, SeatLevel, Standing},
    campaign::{AssignmentKind, CancellationReason, NoticeKind, Priority, ReleaseReason, Status as CampaignStatus},
    content::{MediaRole, MediaType, PersonalData},
    delivery::{
        Channel, DeclineReason, ReceiptKind, SessionChannel, SessionWithdrawalReason, Status as DeliveryStatus,
        UndeliverableReason, VerificationWithdrawalReason,
    },
    endpoint::{Kind as EndpointKind, Status as EndpointStatus, SuspensionReason},
    material::{ReturnReason, RevisionReason, Status as MaterialStatus, WithdrawalReason},
    programme::Status as ProgrammeStatus,
    question::{SetAsideReason, Status as QuestionStatus},
};

pairs!(ProgrammeStatus as pb::ProgrammeStatus: Established = Established, Closed = Closed);

pairs!(MaterialStatus as pb::MaterialStatus:
    Draft = Draft, InReview = InReview, Returned = Returned, Approved = Approved, Published = Published,
    Superseded = Superseded, Withdrawn = Withdrawn, Discarded = Discarded);
pairs!(RevisionReason as pb::RevisionReason: Correction = Correction, Update = Update, Addition = Addition);
pairs!(ReturnReason as pb::MaterialReturnReason:
    FactsWrong = FactsWrong, SourceMissing = SourceMissing, LanguageUnclear = LanguageUnclear,
    TranslationDiffers = TranslationDiffers, MediaUnsuitable = MediaUnsuitable, PersonalData = PersonalData,
    Other = Other);
pairs!(WithdrawalReason as pb::MaterialWithdrawalReason:
    FactsWrong = FactsWrong, Outdated = Outdated, PolicyRevoked = PolicyRevoked, PersonalData = PersonalData,
    PublishedInError = PublishedInError, Other = Other);
pairs!(MediaType as pb::MediaType: Jpeg = Jpeg, Png = Png, Webp = Webp, Pdf = Pdf, Mp3 = Mp3, Mp4 = Mp4);
pairs!(PersonalData as pb::PersonalDataKind:
    IdentityNumber = IdentityNumber, PhoneNumber = PhoneNumber, MailAddress = MailAddress);
pairs!(MediaRole as pb::MediaRole:
    Illustration = Illustration, Poster = Poster, Recording = Recording, Attachment = Attachment);

pairs!(SeatLevel as registry::RegionLevel: Regency = Regency, District = District, Village = Village);
pairs!(Standing as registry::CommunityStatus: Registered = Registered, Active = Active, Dormant = Dormant);
pairs!(BaseGroup as registry::BaseGroup:
    Unknown = Unspecified, None = None, Youth = Youth, Farmers = Farmers, Pkk = Pkk, Pokdarwis = Pokdarwis, Other = Other);
pairs!(Partnership as pb::AudiencePartnership:
    Any = Unspecified, InForce = InForce, WithThisOffice = WithThisOffice);
pairs!(CampaignStatus as pb::CampaignStatus:
    Draft = Draft, Scheduled = Scheduled, Running = Running, Paused = Paused, Completed = Completed,
    Cancelled = Cancelled);
pairs!(Priority as pb::CampaignPriority: Ordinary = Ordinary, Important = Important, Urgent = Urgent);
pairs!(AssignmentKind as pb::AssignmentKind: Initial = Initial, Newcomer = Newcomer, Deferred = Deferred);
pairs!(ReleaseReason as pb::ReleaseReason: Dissolved = Dissolved, Merged = Merged);
pairs!(CancellationReason as pb::CampaignCancellationReason:
    NotNeeded = NotNeeded, EnteredInError = EnteredInError, Disaster = Disaster, MaterialWithdrawn = MaterialWithdrawn,
    Other = Other);
pairs!(NoticeKind as pb::NoticeKind: Corrected = Corrected, Withdrawn = Withdrawn);

pairs!(DeliveryStatus as pb::DeliveryStatus:
    Assigned = Assigned, Undeliverable = Undeliverable, Delivered = Delivered, Opened = Opened,
    Acknowledged = Acknowledged, Declined = Declined, SessionHeld = SessionHeld, ReachReported = ReachReported,
    Verified = Verified);
pairs!(ReceiptKind as pb::ReceiptKind: Delivered = Delivered, Opened = Opened, Acknowledged = Acknowledged);
pairs!(Channel as pb::DeliveryChannel:
    Inbox = Inbox, Webhook = Webhook, Email = Email, Bulletin = Bulletin, Office = Office);
pairs!(DeclineReason as pb::DeliveryDeclineReason:
    NotRelevant = NotRelevant, NoCapacity = NoCapacity, Language = Language, Content = Content, Other = Other);
pairs!(UndeliverableReason as pb::UndeliverableReason:
    NoAddress = NoAddress, Refused = Refused, Unreachable = Unreachable, NotAllowed = NotAllowed);
pairs!(SessionChannel as pb::SessionChannel:
    Meeting = Meeting, OnlineMeeting = OnlineMeeting, HouseVisit = HouseVisit, Radio = Radio, Loudspeaker = Loudspeaker,
    SocialMedia = SocialMedia, MessagingGroup = MessagingGroup, Print = Print, Performance = Performance, Other = Other);
pairs!(SessionWithdrawalReason as pb::SessionWithdrawalReason:
    Doubled = Doubled, NotHeld = NotHeld, WrongCampaign = WrongCampaign);
pairs!(VerificationWithdrawalReason as pb::VerificationWithdrawalReason:
    ToBeCorrected = ToBeCorrected, EvidenceInvalid = EvidenceInvalid, EnteredInError = EnteredInError);

pairs!(QuestionStatus as pb::QuestionStatus:
    Asked = Asked, Redirected = Redirected, Answered = Answered, Reopened = Reopened, SetAside = SetAside);
pairs!(SetAsideReason as pb::SetAsideReason:
    NotAQuestion = NotAQuestion, NotAboutTheProgramme = NotAboutTheProgramme, AskedBefore = AskedBefore,
    Abusive = Abusive, Aspiration = Aspiration, Other = Other);

pairs!(EndpointKind as pb::DeliveryChannel: Webhook = Webhook, Email = Email);
pairs!(EndpointStatus as pb::EndpointStatus: Set = Set, Suspended = Suspended, Removed = Removed);
pairs!(SuspensionReason as pb::EndpointSuspensionReason:
    Unreachable = Unreachable, Gone = Gone, Requested = Requested);
