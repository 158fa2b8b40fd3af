//! One command of the plan, as one call of the registry, or a few one after another.
//!
//! It may be carried out a second time, after a loading was broken off: requests have the ids that they had, and what is asked for
//! before it is found done is not done again.

mod assessment;
mod community;
mod partnership;
mod record;
mod training;

use kim_contract::registry::v1::{
    self as pb, assessment_service_client::AssessmentServiceClient, code_list_service_client::CodeListServiceClient,
    office_service_client::OfficeServiceClient, rule_service_client::RuleServiceClient,
};
use time::OffsetDateTime;

use super::{Loader, ids::Made, messages::master};
use crate::sample::{
    command::Command,
    dice::{Dice, Topic},
};

/// When a command is given, and which of its step it is.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub at: OffsetDateTime,
    pub step: OffsetDateTime,
    pub i: u64,
}

impl Loader<'_> {
    /// The id of the request of a command, or of its `n`th when it has several.
    pub(super) fn request_id(&self, moment: Moment, n: u64) -> String {
        let day = moment.step.unix_timestamp().unsigned_abs();
        self.notes.request_id(Dice::of(Topic::Request, day, n << 32 | moment.i).bytes()).to_string()
    }

    pub(super) async fn carry_out(&self, moment: Moment, command: Command) -> anyhow::Result<Made> {
        let at = moment.at;
        let (registry, rules) = (&self.registry, RuleServiceClient::new);
        let request_id = self.request_id(moment, 0);
        match command {
            Command::AdoptTerritory(decree) => {
                let message = master::adoption(request_id, decree);
                registry.call(rules, message, at, |mut c, r| async move { c.adopt_territory(r).await }).await?;
            }
            Command::SetFormationRule => {
                let message = master::formation_rule(request_id);
                registry.call(rules, message, at, |mut c, r| async move { c.set_formation_rule(r).await }).await?;
            }
            Command::SetDormancyRule => {
                let message = master::dormancy_rule(request_id);
                registry.call(rules, message, at, |mut c, r| async move { c.set_dormancy_rule(r).await }).await?;
            }
            Command::SetBaseline => {
                let message = master::baseline(request_id);
                registry.call(rules, message, at, |mut c, r| async move { c.set_baseline(r).await }).await?;
            }
            Command::SetActivityKinds => self.set_code_list(master::activity_kinds(request_id), at).await?,
            Command::SetTopics(year) => self.set_code_list(master::topics(request_id, year), at).await?,
            Command::SetRubric => {
                let (client, message) = (AssessmentServiceClient::new, master::rubric(request_id));
                registry.call(client, message, at, |mut c, r| async move { c.set_rubric(r).await }).await?;
            }
            Command::Establish(office) => {
                let (client, message) =
                    (OfficeServiceClient::new, master::office(request_id, &self.plan.offices[office], at.date()));
                let answer = registry.call(client, message, at, |mut c, r| async move { c.establish_office(r).await });
                return Ok(Made::Office(office, answer.await?.office.unwrap_or_default().office_id));
            }
            Command::Train(training, turn) => return self.train(moment, training, turn).await,
            Command::Agree(partnership, turn) => return self.agree(moment, partnership, turn).await,
            Command::Assess(assessment, turn) => return self.assess(moment, assessment, turn).await,
            Command::Tell(kim, matter) => self.tell_matter(moment, kim, matter).await?,
            Command::Draft(kim) => return self.draft(moment, kim).await,
            Command::Plan(kim, cause) => self.plan_revitalisation(moment, kim, cause).await?,
            Command::Dissolve(kim) => self.dissolve(moment, kim).await?,
            Command::Merge(kim, into) => self.merge(moment, kim, into).await?,
            Command::Submit(kim) => self.submit(moment, kim).await?,
            Command::Return(kim) => self.send_back(moment, kim).await?,
            Command::Register(kim) => self.register(moment, kim).await?,
        }
        Ok(Made::Nothing)
    }

    async fn set_code_list(&self, message: pb::SetCodeListRequest, at: OffsetDateTime) -> anyhow::Result<()> {
        let client = CodeListServiceClient::new;
        self.registry.call(client, message, at, |mut c, r| async move { c.set_code_list(r).await }).await?;
        Ok(())
    }
}
