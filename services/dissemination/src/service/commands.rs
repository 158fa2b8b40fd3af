//! The requests that change something.

use kim_contract::dissemination::v1 as pb;
use kim_desk::commands;

use super::desk::Desk;

commands!(
    Desk,
    pb:
    DraftCampaignRequest,
    AmendCampaignRequest,
    ScheduleCampaignRequest,
    UnscheduleCampaignRequest,
    PauseCampaignRequest,
    ResumeCampaignRequest,
    CancelCampaignRequest,
    ReportDeliveredRequest,
    OpenMaterialRequest,
    AcknowledgeDeliveryRequest,
    AcknowledgeNoticeRequest,
    DeclineDeliveryRequest,
    ReportUndeliverableRequest,
    ReportSessionRequest,
    CorrectSessionRequest,
    WithdrawSessionRequest,
    ReportReachRequest,
    CorrectReachRequest,
    VerifyDeliveryRequest,
    WithdrawVerificationRequest,
    DraftMaterialRequest,
    AmendMaterialRequest,
    SubmitMaterialRequest,
    ReturnMaterialRequest,
    ApproveMaterialRequest,
    PublishMaterialRequest,
    ReviseMaterialRequest,
    DiscardMaterialRequest,
    WithdrawMaterialRequest,
    EstablishProgrammeRequest,
    AmendProgrammeRequest,
    ExtendProgrammeRequest,
    CloseProgrammeRequest,
    AskQuestionRequest,
    AnswerQuestionRequest,
    ReopenQuestionRequest,
    RedirectQuestionRequest,
    SetQuestionAsideRequest,
    PublishAnswerRequest,
);
