//! Ids in requests. A malformed one is of something that is not there.

use kim_chassis::errors::Thing;
use kim_desk::target::found;
use tonic::Status;

use crate::domain::ids::{CommunityId, OfficeId, PartnershipId, TrainingId};

pub fn community(id: &str) -> Result<CommunityId, Status> {
    found(CommunityId::parse(id), Thing::COMMUNITY)
}

pub fn office(id: &str) -> Result<OfficeId, Status> {
    found(OfficeId::parse(id), Thing::OFFICE)
}

pub fn partnership(id: &str) -> Result<PartnershipId, Status> {
    found(PartnershipId::parse(id), Thing::PARTNERSHIP)
}

pub fn training(id: &str) -> Result<TrainingId, Status> {
    found(TrainingId::parse(id), Thing::TRAINING)
}
