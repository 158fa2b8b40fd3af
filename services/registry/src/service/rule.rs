//! `RuleService`: rules by region, baselines, the territory in force.

use kim_chassis::access::{Action, Permit, Resource};
use kim_contract::registry::v1::{self as pb, rule_service_server::RuleService};
use kim_desk::{
    call::Call,
    failure::{behind, unavailable},
    field,
    problem::{Problems, one},
    wire::Happened,
};
use kim_eventlog::{Done, Proposal};
use kim_values::Region;
use prost::Message;
use time::Date;
use tonic::{Request, Response, Status};

use super::{
    desk::{Desk, Rejection, failed},
    refusals, territory,
};
use crate::{
    domain::{
        Refusal,
        baseline::{self, Baseline},
        rule::{self, DormancyRule, FormationRule, RuleBook},
    },
    wire::{
        master::{baseline_id, baseline_message, dormancy_message, formation_message, rule_book_id, stored_conditions},
        rule_version,
    },
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl RuleService for Handler {
    async fn set_formation_rule(
        &self,
        request: Request<pb::SetFormationRuleRequest>,
    ) -> Answer<pb::SetFormationRuleResponse> {
        let (call, request) = self.0.command(request)?;
        let region = one("region.code", field::region(request.region.as_ref(), &self.0.territory()))?;
        let permit = call.permit(Action::RuleWrite, Resource::Region(&region.code))?;
        let rule = formation(request.rule.as_ref()).map_err(|refusal| Status::from(refusals::refusal(&refusal)))?;
        let effective_from = from_day(&call, region, request.effective_from.as_ref())?;
        let command = rule::Command::SetFormation { region, rule, effective_from };
        let newest = |book: &RuleBook| book.formation.last().map(|dated| rule_version::to_proto(dated.version));
        let version = self.set_rule(&call, &permit, region, command, newest).await?;
        Ok(Response::new(pb::SetFormationRuleResponse { version: Some(version) }))
    }

    async fn set_dormancy_rule(
        &self,
        request: Request<pb::SetDormancyRuleRequest>,
    ) -> Answer<pb::SetDormancyRuleResponse> {
        let (call, request) = self.0.command(request)?;
        let region = one("region.code", field::region(request.region.as_ref(), &self.0.territory()))?;
        let permit = call.permit(Action::RuleWrite, Resource::Region(&region.code))?;
        let rule = dormancy(request.rule.as_ref()).map_err(|refusal| Status::from(refusals::refusal(&refusal)))?;
        let effective_from = from_day(&call, region, request.effective_from.as_ref())?;
        let command = rule::Command::SetDormancy { region, rule, effective_from };
        let newest = |book: &RuleBook| book.dormancy.last().map(|dated| rule_version::to_proto(dated.version));
        let version = self.set_rule(&call, &permit, region, command, newest).await?;
        Ok(Response::new(pb::SetDormancyRuleResponse { version: Some(version) }))
    }

    async fn get_rules(&self, request: Request<pb::GetRulesRequest>) -> Answer<pb::GetRulesResponse> {
        let (call, request) = Call::question(request)?;
        let region = one("region.code", field::region(request.region.as_ref(), &self.0.territory()))?;
        let _permit = call.permit(Action::RuleRead, Resource::Region(&region.code))?;
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let rules = self.0.index.masters().borrow().rules.clone();
        let today = region.today(call.now);
        let (formation, dormancy) = (rules.formation(region.code, today), rules.dormancy(region.code, today));
        Ok(Response::new(pb::GetRulesResponse {
            formation_version: formation.map(|dated| rule_version::to_proto(dated.version)),
            formation: formation.map(|dated| formation_message(&dated.rule)),
            dormancy_version: dormancy.map(|dated| rule_version::to_proto(dated.version)),
            dormancy: dormancy.map(|dated| dormancy_message(&dated.rule)),
        }))
    }

    async fn set_baseline(&self, request: Request<pb::SetBaselineRequest>) -> Answer<pb::SetBaselineResponse> {
        let (call, request) = self.0.command(request)?;
        let permit = call.permit(Action::BaselineWrite, Resource::Nation)?;
        let as_of = field::required_date(request.as_of.as_ref(), "AS_OF_MISSING", "Tanggal acuan");
        let as_of = one("as_of", as_of)?;
        let baseline = Baseline::new(&request.code, request.value, as_of, &request.source)
            .map_err(|error| Status::from(refusals::refusal(&error.into())))?;
        let (id, nation) = (baseline_id(&request.code), Region::nation());
        let command = baseline::Command::Set { baseline, today: nation.today(call.now) };
        self.0
            .baselines
            .execute(id, &call.envelope(&permit), |snapshot| {
                let events = baseline::decide(&snapshot.state, command.clone())?;
                let happened = |event| Happened::new(id, event, None, nation, call.now);
                Ok::<_, Rejection>(Proposal::of(events.into_iter().map(happened).collect()))
            })
            .await
            .map_err(failed)?;
        let baselines = self.0.baselines.load(id).await.map_err(failed)?;
        let newest = &baselines.state;
        let baseline = newest.newest.as_ref().map(|baseline| baseline_message(baseline, newest.version));
        Ok(Response::new(pb::SetBaselineResponse { baseline }))
    }

    async fn adopt_territory(&self, request: Request<pb::AdoptTerritoryRequest>) -> Answer<pb::AdoptTerritoryResponse> {
        let (call, request) = self.0.command(request)?;
        let permit = call.permit(Action::TerritoryWrite, Resource::Nation)?;
        Ok(Response::new(self.0.adopt(&call, &permit, &request).await?))
    }

    async fn get_territory(&self, request: Request<pb::GetTerritoryRequest>) -> Answer<pb::GetTerritoryResponse> {
        let (call, _) = Call::question(request)?;
        let _permit = call.permit(Action::TerritoryRead, Resource::Nation)?;
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let masters = self.0.index.masters().borrow().clone();
        Ok(Response::new(territory::in_force(&masters)))
    }
}

impl Handler {
    async fn set_rule(
        &self,
        call: &Call,
        permit: &Permit,
        region: Region,
        command: rule::Command,
        newest: impl Fn(&RuleBook) -> Option<pb::RuleVersion> + Send + Sync,
    ) -> Result<pb::RuleVersion, Status> {
        let id = rule_book_id(region.code);
        let done = self
            .0
            .rule_books
            .execute(id, &call.envelope(permit), |snapshot| {
                let events = rule::decide(&snapshot.state, command)?;
                let after = events.iter().fold(snapshot.state.clone(), rule::evolve);
                let happened = |event| Happened::new(id, event, None, region, call.now);
                Ok::<_, Rejection>(Proposal {
                    result: newest(&after).unwrap_or_default().encode_to_vec().into(),
                    ..Proposal::of(events.into_iter().map(happened).collect())
                })
            })
            .await
            .map_err(failed)?;
        let result = match done {
            Done::New { result, first, .. } => {
                // Who sets a rule and then registers meets the rule.
                self.0.index.followed.settle(first).await;
                result
            }
            Done::Repeated { result } => result,
        };
        pb::RuleVersion::decode(result).map_err(|error| unavailable(&error))
    }
}

fn formation(rule: Option<&pb::FormationRule>) -> Result<FormationRule, Refusal> {
    let rule = rule.cloned().unwrap_or_default();
    let members = |count: i32| u32::try_from(count).map_err(|_| rule::RuleError::MembersOutOfRange);
    let conditions = stored_conditions(&rule).ok_or(rule::RuleError::ConditionUnknown)?;
    let formation = FormationRule::new(members(rule.min_members)?, members(rule.max_members)?, rule.decree_required)?;
    Ok(formation.with(conditions)?)
}

fn dormancy(rule: Option<&pb::DormancyRule>) -> Result<DormancyRule, Refusal> {
    let rule = rule.copied().unwrap_or_default();
    let months = |count: i32| u16::try_from(count).map_err(|_| rule::RuleError::MonthsOutOfRange);
    Ok(DormancyRule::new(months(rule.reminder_months)?, months(rule.dormant_months)?)?)
}

/// The day from which a rule holds: today when not said.
fn from_day(call: &Call, region: Region, day: Option<&kim_contract::r#type::v1::Date>) -> Result<Date, Problems> {
    let day = one("effective_from", field::optional_date(day, "Tanggal berlaku"))?;
    Ok(day.unwrap_or_else(|| region.today(call.now)))
}
