//! `kimctl assessment`: communities assessed by a rubric, period after period.

mod screen;

pub use screen::overview;

use anyhow::bail;
use kim_contract::registry::v1 as pb;
use serde::Serialize;
use uuid::Uuid;

use crate::{
    cli::{ListAssessments, ReviseAssessment, Scoring, SetAssessment, WithdrawalReason},
    connection::Services,
    dates::iso,
    ids,
    names::Names,
    periods, places,
};

/// Assessments in a page: as many as the registry gives.
const PAGE: i32 = 500;

/// An assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub assessment_id: String,
    pub community_id: String,
    pub community_name: String,
    pub rubric: String,
    pub rubric_version: i32,
    pub rubric_name: String,
    pub is_sample: bool,
    /// `2026`, `2026-03`, `2026-Q1`
    pub period: String,
    pub scores: Vec<Score>,
    /// In hundredths of a percent of the scale.
    pub total_basis_points: i32,
    pub office_id: String,
    pub office_name: String,
    pub assessed_on: Option<String>,
    pub revised_on: Option<String>,
    pub withdrawn_on: Option<String>,
    pub etag: String,
    #[serde(skip)]
    period_words: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    pub criterion: String,
    pub score: i32,
    pub evidence_hashes: Vec<String>,
}

/// A community's assessments by one rubric, each beside the one before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Course {
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    pub assessment: Shown,
    pub basis: Basis,
    pub total_difference_basis_points: i32,
    pub differences: Vec<Difference>,
}

/// How far an assessment can be compared with the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    First,
    Criteria,
    TotalOnly,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    pub criterion: String,
    pub difference: i32,
}

/// All that the token reaches, or what of it is asked for.
pub async fn list(services: &Services, wish: &ListAssessments) -> anyhow::Result<Vec<Shown>> {
    let (mut assessments, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = services.request(pb::ListAssessmentsRequest {
            region: wish.region.map(places::to_proto),
            community_id: ids::to_proto(wish.kim),
            period: wish.period,
            rubric: wish.rubric.clone(),
            page_size: PAGE,
            page_token,
        });
        let answer = services.assessments().list_assessments(request).await;
        let page = answer.map_err(|status| services.registry_said(&status))?.into_inner();
        assessments.extend(page.assessments);
        if page.next_page_token.is_empty() {
            return shown(services, assessments).await;
        }
        page_token = page.next_page_token;
    }
}

pub async fn show(services: &Services, id: Uuid) -> anyhow::Result<Shown> {
    let request = services.request(pb::GetAssessmentRequest { assessment_id: id.to_string() });
    let answer = services.assessments().get_assessment(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    one(services, answer.assessment).await
}

/// Assesses a community for a period.
pub async fn set(services: &Services, wish: &SetAssessment) -> anyhow::Result<Shown> {
    let request = services.request(pb::AssessCommunityRequest {
        request_id: Uuid::now_v7().to_string(),
        community_id: wish.kim.to_string(),
        rubric: wish.rubric.clone(),
        rubric_version: wish.scoring.version,
        period: Some(wish.period),
        scores: scores(&wish.scoring)?,
        office_id: wish.scoring.office.to_string(),
        note: wish.scoring.note.clone(),
    });
    let answer = services.assessments().assess_community(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    one(services, answer.assessment).await
}

/// Revises what stands now; if somebody else does at the same time, one of both is refused.
pub async fn revise(services: &Services, wish: &ReviseAssessment) -> anyhow::Result<Shown> {
    let scores = scores(&wish.scoring)?;
    let now = show(services, wish.id).await?;
    let request = services.request(pb::ReviseAssessmentRequest {
        request_id: Uuid::now_v7().to_string(),
        assessment_id: wish.id.to_string(),
        etag: now.etag,
        rubric_version: wish.scoring.version,
        scores,
        office_id: wish.scoring.office.to_string(),
        reason: pb::AssessmentRevisionReason::from(wish.reason).into(),
        note: wish.scoring.note.clone(),
    });
    let answer = services.assessments().revise_assessment(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    one(services, answer.assessment).await
}

/// Withdraws what stands now.
pub async fn withdraw(services: &Services, id: Uuid, reason: WithdrawalReason, note: &str) -> anyhow::Result<Shown> {
    let now = show(services, id).await?;
    let request = services.request(pb::WithdrawAssessmentRequest {
        request_id: Uuid::now_v7().to_string(),
        assessment_id: id.to_string(),
        etag: now.etag,
        reason: pb::AssessmentWithdrawalReason::from(reason).into(),
        note: note.to_owned(),
    });
    let answer = services.assessments().withdraw_assessment(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    one(services, answer.assessment).await
}

pub async fn compare(services: &Services, community: Uuid, rubric: &str) -> anyhow::Result<Course> {
    let request = services
        .request(pb::CompareAssessmentsRequest { community_id: community.to_string(), rubric: rubric.to_owned() });
    let answer = services.assessments().compare_assessments(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    let (assessments, steps): (Vec<_>, Vec<_>) = answer.steps.into_iter().map(split).unzip();
    let shown = shown(services, assessments).await?;
    Ok(Course { steps: shown.into_iter().zip(steps).map(|(shown, step)| Step::of(shown, step)).collect() })
}

fn split(mut step: pb::AssessmentStep) -> (pb::Assessment, pb::AssessmentStep) {
    (step.assessment.take().unwrap_or_default(), step)
}

/// As people read them: with the names of communities and offices.
async fn shown(services: &Services, assessments: Vec<pb::Assessment>) -> anyhow::Result<Vec<Shown>> {
    let offices = assessments.iter().map(|one| one.office_id.as_str());
    let communities = assessments.iter().map(|one| one.community_id.as_str());
    let names = Names::of(services, offices, communities).await.map_err(|status| services.registry_said(&status))?;
    Ok(assessments.into_iter().map(|one| Shown::of(one, &names)).collect())
}

async fn one(services: &Services, assessment: Option<pb::Assessment>) -> anyhow::Result<Shown> {
    let mut shown = shown(services, vec![assessment.unwrap_or_default()]).await?;
    Ok(shown.remove(0))
}

fn scores(scoring: &Scoring) -> anyhow::Result<Vec<pb::Score>> {
    let unscored = scoring.unscored();
    if !unscored.is_empty() {
        bail!("ada bukti untuk kriteria tanpa nilai: {}; tambahkan --score", unscored.join(", "));
    }
    Ok(scoring.scores())
}

impl Shown {
    fn of(assessment: pb::Assessment, names: &Names) -> Self {
        let score = |score: pb::Score| Score {
            criterion: score.criterion,
            score: score.score,
            evidence_hashes: score.evidence_hashes,
        };
        Self {
            period: periods::code(assessment.period.as_ref()),
            period_words: periods::words(assessment.period.as_ref()),
            assessed_on: iso(assessment.assessed_on.as_ref()),
            revised_on: iso(assessment.revised_on.as_ref()),
            withdrawn_on: iso(assessment.withdrawn_on.as_ref()),
            community_name: names.get(&assessment.community_id).to_owned(),
            office_name: names.get(&assessment.office_id).to_owned(),
            assessment_id: assessment.assessment_id,
            community_id: assessment.community_id,
            rubric: assessment.rubric,
            rubric_version: assessment.rubric_version,
            rubric_name: assessment.rubric_name,
            is_sample: assessment.is_sample,
            scores: assessment.scores.into_iter().map(score).collect(),
            total_basis_points: assessment.total_basis_points,
            office_id: assessment.office_id,
            etag: assessment.etag,
        }
    }
}

impl Step {
    fn of(assessment: Shown, step: pb::AssessmentStep) -> Self {
        let basis = match step.basis() {
            pb::ComparisonBasis::Criteria => Basis::Criteria,
            pb::ComparisonBasis::TotalOnly => Basis::TotalOnly,
            pb::ComparisonBasis::First | pb::ComparisonBasis::Unspecified => Basis::First,
        };
        let difference = |one: pb::ScoreDifference| Difference { criterion: one.criterion, difference: one.difference };
        Self {
            assessment,
            basis,
            total_difference_basis_points: step.total_difference_basis_points,
            differences: step.differences.into_iter().map(difference).collect(),
        }
    }
}
