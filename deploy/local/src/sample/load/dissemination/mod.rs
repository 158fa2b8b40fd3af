//! Dissemination as the loader calls it: its offices' commands, one call or a few one after another, and the reports in bulk.
//!
//! A command may be carried out a second time, after a loading was broken off: requests have the ids that they had, and what is asked for
//! before it is found done is not done again.

mod campaign;
mod client;
mod delivery;
mod ids;
mod material;
mod messages;
mod question;

use kim_contract::dissemination::v1::{self as pb, programme_service_client::ProgrammeServiceClient};

pub use self::client::Dissemination;
use super::{Loader, carry_out::Moment, ids::Made, messages::date};
use crate::sample::dissemination::{Step, command::Command, programme::Programme};

impl Loader<'_> {
    pub(super) async fn carry_out_of_dissemination(&self, moment: Moment, command: Command) -> anyhow::Result<Made> {
        match command {
            Command::Establish(programme) => self.establish_programme(moment, programme).await,
            Command::Close(programme) => self.close_programme(moment, programme).await,
            Command::Write(material, turn) => self.write_material(moment, material, turn).await,
            Command::Campaign(campaign, turn) => self.run_campaign(moment, campaign, turn).await,
            Command::Settle { campaign, kim, turn } => self.settle(moment, (campaign, kim), turn).await,
            Command::Ask(question, turn) => self.ask(moment, question, turn).await,
        }
    }

    /// The rows of a step's reports.
    pub(super) fn report_rows(&self, step: &Step) -> anyhow::Result<Vec<pb::ReportRow>> {
        let rows = step.reports.iter().zip(1..).map(|(report, row)| {
            let campaign_id = self.ids.campaign(report.campaign)?;
            let community_id = self.ids.community(self.plan, report.kim)?;
            Ok(messages::report_row(row, report, campaign_id, community_id))
        });
        rows.collect()
    }

    async fn establish_programme(&self, moment: Moment, place: usize) -> anyhow::Result<Made> {
        let programme = &self.plan.dissemination.programmes[place];
        let message = pb::EstablishProgrammeRequest {
            request_id: self.request_id(moment, 0),
            owning_office_id: self.ids.office(self.plan, programme.office)?,
            profile: Some(profile(programme)),
        };
        let made =
            self.dissemination
                .call(ProgrammeServiceClient::new, message, moment.at, |mut c, r| async move {
                    c.establish_programme(r).await
                })
                .await?;
        Ok(Made::Programme(place, made.programme.unwrap_or_default().programme_id))
    }

    async fn close_programme(&self, moment: Moment, place: usize) -> anyhow::Result<Made> {
        let message = pb::CloseProgrammeRequest {
            request_id: self.request_id(moment, 0),
            programme_id: self.ids.programme(place)?,
            ..pb::CloseProgrammeRequest::default()
        };
        self.dissemination
            .call(ProgrammeServiceClient::new, message, moment.at, |mut c, r| async move { c.close_programme(r).await })
            .await?;
        Ok(Made::Nothing)
    }
}

fn profile(programme: &Programme) -> pb::ProgrammeProfile {
    pb::ProgrammeProfile {
        name: programme.name.clone(),
        topic: programme.topic.to_owned(),
        from: Some(date(programme.established)),
        until: programme.until.map(date),
    }
}
