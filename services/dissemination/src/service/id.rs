//! Ids in requests. A malformed one is of something that is not there.

use kim_chassis::errors::Thing;
use kim_desk::target::found;
use tonic::Status;

use crate::domain::ids::{CampaignId, CommunityId, MaterialId, OfficeId, ProgrammeId, QuestionId};

pub fn programme(id: &str) -> Result<ProgrammeId, Status> {
    found(ProgrammeId::parse(id), Thing::PROGRAMME)
}

pub fn material(id: &str) -> Result<MaterialId, Status> {
    found(MaterialId::parse(id), Thing::MATERIAL)
}

pub fn campaign(id: &str) -> Result<CampaignId, Status> {
    found(CampaignId::parse(id), Thing::CAMPAIGN)
}

pub fn community(id: &str) -> Result<CommunityId, Status> {
    found(CommunityId::parse(id), Thing::COMMUNITY)
}

pub fn question(id: &str) -> Result<QuestionId, Status> {
    found(QuestionId::parse(id), Thing::QUESTION)
}

pub fn office(id: &str) -> Result<OfficeId, Status> {
    found(OfficeId::parse(id), Thing::OFFICE)
}
