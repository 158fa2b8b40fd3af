//! The requests that change something.

use kim_contract::registry::v1 as pb;
use kim_desk::commands;

use super::desk::Desk;

commands!(
    Desk,
    pb:
    DraftCommunityRequest,
    AmendCommunityRequest,
    SubmitCommunityRequest,
    ReturnCommunityRequest,
    RegisterCommunityRequest,
    PlanRevitalisationRequest,
    DissolveCommunityRequest,
    MergeCommunityRequest,
    CountMembersRequest,
    AppointOfficerRequest,
    RemoveOfficerRequest,
    EraseOfficerRequest,
    ProposeChangeRequest,
    AcceptChangeRequest,
    RefuseChangeRequest,
    WithdrawChangeRequest,
    CorrectCommunityRequest,
    ReportActivityRequest,
    EstablishOfficeRequest,
    RenameOfficeRequest,
    SetOfficeParentRequest,
    CloseOfficeRequest,
    IssueGrantRequest,
    RevokeGrantRequest,
    SetFormationRuleRequest,
    SetDormancyRuleRequest,
    SetBaselineRequest,
    AdoptTerritoryRequest,
    PlanTrainingRequest,
    AmendTrainingRequest,
    InviteToTrainingRequest,
    HoldTrainingRequest,
    ReportTrainingRequest,
    CancelTrainingRequest,
    ProposePartnershipRequest,
    SignPartnershipRequest,
    RenewPartnershipRequest,
    TerminatePartnershipRequest,
    WithdrawPartnershipRequest,
    DeclinePartnershipRequest,
    SetCodeListRequest,
    SetRubricRequest,
    AssessCommunityRequest,
    ReviseAssessmentRequest,
    WithdrawAssessmentRequest,
);

#[cfg(test)]
mod tests {
    use kim_desk::call::Command;

    use super::*;

    #[test]
    fn a_method_is_called_in_keys_as_ever() {
        assert_eq!(<pb::DraftCommunityRequest as Command<Desk>>::METHOD, "DraftCommunityRequest");
    }
}
