//! Handing a record in, and registering it: both are measured by the rule of the place.

use kim_chassis::access::Action;
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{unavailable, vault_failed},
    target::Target,
};
use time::Date;
use tonic::Status;

use super::carry_out::visible;
use crate::{
    domain::{
        community::{Command, Record},
        profile::Standard,
    },
    service::{
        desk::{Desk, failed},
        id, numbers,
    },
};

impl Desk {
    pub(super) async fn submit(&self, call: &Call, target: &Target<'_>) -> Result<pb::Community, Status> {
        let (id, action) = (id::community(target.id)?, Action::CommunityWrite);
        let snapshot = self.communities.load(id.0).await.map_err(failed)?;
        let standard = self.standard(call, visible(&snapshot, call, action, id)?).await?;
        let submit = |_: &_, today| Command::Submit { standard: standard.clone(), today };
        self.carry_out(call, action, target, Vec::new(), submit).await
    }

    /// A number is taken before it is known whether it is needed: one that is not is given to nobody.
    pub(super) async fn register(
        &self,
        call: &Call,
        target: &Target<'_>,
        on: Option<Date>,
    ) -> Result<pb::Community, Status> {
        let (id, action) = (id::community(target.id)?, Action::CommunityVerify);
        let snapshot = self.communities.load(id.0).await.map_err(failed)?;
        let record = visible(&snapshot, call, action, id)?;
        let standard = self.standard(call, record).await?;
        let seat = record.profile.seat;
        let series = numbers::series(seat.code, on.unwrap_or(seat.today(call.now)));
        let number = numbers::take_one(self.log.pool(), series).await.map_err(|error| unavailable(&error))?;
        let register =
            |_: &_, today| Command::Register { on: on.unwrap_or(today), number, standard: standard.clone(), today };
        self.carry_out(call, action, target, Vec::new(), register).await
    }

    /// What a record is measured by today; the vault is asked only where the rule asks about people.
    async fn standard(&self, call: &Call, record: &Record) -> Result<Standard, Status> {
        let seat = record.profile.seat;
        let rules = self.index.masters().borrow().rules.clone();
        let rule = rules
            .formation(seat.on(&self.territory()).code, seat.today(call.now))
            .map(|dated| (dated.version, dated.rule));
        let officers = match &rule {
            Some((_, rule)) if rule.conditions().ask_about_people() => {
                self.records.facts(&record.board).await.map_err(|error| vault_failed(&error))?
            }
            _ => Vec::new(),
        };
        Ok(Standard { rule, officers })
    }
}
