//! Assessments by the sample rubric.

use anyhow::Context;
use kim_contract::registry::v1::{self as pb, assessment_service_client::AssessmentServiceClient};

use super::Moment;
use crate::sample::{
    assessment::Turn,
    codes::RUBRIC_CODE,
    load::{Loader, ids::Made, messages::assessment},
};

const CLIENT: fn(tonic::transport::Channel) -> AssessmentServiceClient<tonic::transport::Channel> =
    AssessmentServiceClient::new;

impl Loader<'_> {
    pub(super) async fn assess(&self, moment: Moment, place: usize, turn: Turn) -> anyhow::Result<Made> {
        let (kim, assessed) = &self.plan.assessments[place];
        let kim_number = self.plan.kims[*kim].number;
        let regency = self.plan.kims[*kim].record.seat.regency().context("a seat lies in a regency")?;
        let office_id = self.ids.office(self.plan, regency)?;
        let (registry, at, request_id) = (&self.registry, moment.at, self.request_id(moment, 0));
        match turn {
            Turn::Assessed => {
                let message = pb::AssessCommunityRequest {
                    request_id,
                    community_id: self.ids.community(self.plan, *kim)?,
                    rubric: RUBRIC_CODE.into(),
                    rubric_version: 0,
                    period: Some(assessment::period(assessed.period)),
                    scores: assessment::scores(kim_number, assessed, assessed.scores),
                    office_id,
                    note: String::new(),
                };
                let answer = registry.call(CLIENT, message, at, |mut c, r| async move { c.assess_community(r).await });
                return Ok(Made::Assessment(place, answer.await?.assessment.unwrap_or_default().assessment_id));
            }
            Turn::Revised(reason) => {
                let message = pb::ReviseAssessmentRequest {
                    request_id,
                    assessment_id: self.ids.assessment(place).context("an assessment that is revised")?,
                    etag: String::new(),
                    rubric_version: 0,
                    scores: assessment::scores(kim_number, assessed, assessed.revised),
                    office_id,
                    reason: assessment::revision_reason(reason).into(),
                    note: String::new(),
                };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.revise_assessment(r).await }).await?;
            }
            Turn::Withdrawn(reason) => {
                // One that no list has was withdrawn before the loading was broken off.
                let Some(assessment_id) = self.ids.assessment(place) else { return Ok(Made::Nothing) };
                let message = pb::WithdrawAssessmentRequest {
                    request_id,
                    assessment_id,
                    etag: String::new(),
                    reason: assessment::withdrawal_reason(reason).into(),
                    note: String::new(),
                };
                registry.call(CLIENT, message, at, |mut c, r| async move { c.withdraw_assessment(r).await }).await?;
            }
        }
        Ok(Made::Nothing)
    }
}
