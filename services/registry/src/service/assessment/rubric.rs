//! Rubrics: set by the national office, read by everybody.

use std::sync::Arc;

use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::registry::v1::{self as pb, get_rubric_request::Edition};
use kim_desk::{
    call::Call,
    failure::{behind, list_failed},
    field::{code, optional_date, required_date},
    list::Paging,
    problem::{Problems, one},
    wire::Happened,
    words::Words,
};
use kim_eventlog::{Done, Proposal};
use kim_values::{Code, PublicName, Region};
use tonic::Status;

use super::parse;
use crate::{
    domain::{
        Refusal,
        rubric::{self, Criterion, Rubric},
    },
    service::{
        desk::{Desk, Rejection, failed},
        refusals,
    },
    wire::master::{rubric_id, rubric_message},
};

impl Desk {
    pub(super) async fn set_rubric(&self, call: &Call, request: &pb::SetRubricRequest) -> Result<pb::Rubric, Status> {
        let permit = call.permit(Action::RubricWrite, Resource::Nation)?;
        let asked = asked(request)?;
        let rubric = Rubric::new(asked.code, asked.name, request.is_sample, asked.scale_max, asked.criteria)
            .map_err(|flaws| refusals::refusal(&Refusal::Rubric(flaws)))?;
        let nation = Region::nation();
        let day = one("effective_from", optional_date(request.effective_from.as_ref(), "Tanggal berlaku"))?;
        let effective_from = day.unwrap_or_else(|| nation.today(call.now));
        let id = rubric_id(rubric.code());
        let command = rubric::Command::Set { rubric: Arc::new(rubric), effective_from };
        let done = self
            .rubrics
            .execute(id, &call.envelope(&permit), |snapshot| {
                let events = rubric::decide(&snapshot.state, command.clone())?;
                let happened = |event| Happened::new(id, event, None, nation, call.now);
                Ok::<_, Rejection>(Proposal::of(events.into_iter().map(happened).collect()))
            })
            .await
            .map_err(failed)?;
        if let Done::New { first, .. } = done {
            // Who sets a rubric and then assesses meets the rubric.
            self.index.followed.settle(first).await;
        }
        let editions = self.rubrics.load::<Rejection>(id).await.map_err(failed)?;
        editions.state.newest().map(rubric_message).ok_or_else(|| Thing::RUBRIC.not_found().into())
    }

    pub(super) async fn get_rubric(&self, call: &Call, request: &pb::GetRubricRequest) -> Result<pb::Rubric, Status> {
        let _permit = call.permit(Action::RubricRead, Resource::Nation)?;
        let code = one("code", parse::rubric(&request.code))?;
        self.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let rubrics = self.index.masters().borrow().rubrics.clone();
        let not_found = || Status::from(Thing::RUBRIC.not_found());
        let editions = rubrics.of(code).ok_or_else(not_found)?;
        let edition = match request.edition {
            Some(Edition::Version(version)) => u32::try_from(version).ok().and_then(|v| editions.version(v)),
            Some(Edition::On(day)) => {
                let day = one("on", required_date(Some(&day), "DATE_MISSING", "Tanggal"))?;
                editions.in_force(day)
            }
            None => editions.in_force(Region::nation().today(call.now)),
        };
        edition.map(rubric_message).ok_or_else(not_found)
    }

    pub(super) async fn list_rubrics(
        &self,
        call: &Call,
        request: &pb::ListRubricsRequest,
    ) -> Result<pb::ListRubricsResponse, Status> {
        let _permit = call.permit(Action::RubricRead, Resource::Nation)?;
        let paging = Paging::new(request.page_size, &request.page_token, "rubrics").map_err(list_failed)?;
        self.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let page = self.index.rubrics(&paging);
        let rubrics = page.rubrics.iter().map(rubric_message).collect();
        Ok(pb::ListRubricsResponse { rubrics, next_page_token: page.next })
    }
}

/// A rubric's parts, each of them valid.
struct Asked {
    code: Code,
    name: PublicName,
    scale_max: u32,
    criteria: Vec<Criterion>,
}

fn asked(request: &pb::SetRubricRequest) -> Result<Asked, Problems> {
    let mut problems = Problems::default();
    let code = problems.note("code", parse::rubric(&request.code));
    let name = problems.note("name", PublicName::parse(&request.name).map_err(Words::name));
    let scale = u32::try_from(request.scale_max)
        .map_err(|_| Words::new("RUBRIC_SCALE_INVALID", "Nilai tertinggi di luar batas.", "Tulis 1 sampai 100."));
    let scale_max = problems.note("scale_max", scale);
    let criteria: Vec<Option<Criterion>> = request.criteria.iter().map(|line| criterion(line, &mut problems)).collect();
    let criteria = criteria.into_iter().collect::<Option<Vec<_>>>();
    let parsed = (|| Some(Asked { code: code?, name: name?, scale_max: scale_max?, criteria: criteria? }))();
    problems.finish(parsed)
}

fn criterion(criterion: &pb::Criterion, problems: &mut Problems) -> Option<Criterion> {
    let of = |what: &str| format!("{what} \"{}\"", criterion.code.chars().take(40).collect::<String>());
    let named = |words: Words| Words { message: format!("{}: {}", of("Nama untuk kriteria"), words.message), ..words };
    let parsed = code(&criterion.code, "CRITERION_CODE_INVALID", &of("Kriteria"));
    let parsed = problems.note("criteria.code", parsed);
    let name = PublicName::parse(&criterion.name).map_err(|error| named(Words::name(error)));
    let name = problems.note("criteria.name", name);
    let weight = u32::try_from(criterion.weight_percent).map_err(|_| {
        Words::new(
            "CRITERION_WEIGHT_INVALID",
            format!("{} di luar batas.", of("Bobot kriteria")),
            "Tulis 1 sampai 100 persen.",
        )
    });
    let weight_percent = problems.note("criteria.weight_percent", weight);
    Some(Criterion { code: parsed?, name: name?, weight_percent: weight_percent? })
}
