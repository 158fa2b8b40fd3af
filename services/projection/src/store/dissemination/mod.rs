//! Dissemination's figures: funnels of campaigns, and what waits.
//!
//! In a province or a regency a delivery counts where its batch was assigned; below that where its community's seat is now, as the
//! registry says: of a community that has not reported anything no event of dissemination tells more than the regency.

mod bulletin;
mod campaigns;
mod counted;
mod funnels;
mod medians;
mod programmes;
mod waiting;

use kim_territory::RegionCode;
use sqlx::PgConnection;
use uuid::Uuid;

pub use bulletin::bulletin;
pub use campaigns::{Period, begun, one};
pub use funnels::by_campaign;
pub use medians::steps;
pub use programmes::programme;
pub use waiting::{unacknowledged, unanswered};

#[cfg(test)]
pub use self::{
    campaigns::CAMPAIGNS, counted::SEATED, funnels::statements, medians::statements as medians_statements,
    waiting::statements as waiting_statements,
};

use super::{Scope, Snapshot, Territories};
use crate::{
    context::Context,
    pages::{
        COUNTED_FROM, CampaignFunnel, CampaignQuery, CampaignView, DisseminationQuery, DisseminationView, Funnel,
        PartFunnel, QueryError,
    },
};
use counted::Counted;

/// Figures of a log that was never heard of are not shown.
pub fn heard(snapshot: &Snapshot) -> Result<(), QueryError> {
    match snapshot.as_of.log(Context::Dissemination) {
        Some(_) => Ok(()),
        None => Err(QueryError::Unheard(Context::Dissemination)),
    }
}

pub async fn view(snapshot: &mut Snapshot, query: DisseminationQuery) -> Result<DisseminationView, QueryError> {
    heard(snapshot)?;
    let territories = snapshot.territories.clone();
    let scope = territories.scope(query.region, query.territory)?;
    let as_of = snapshot.as_of.of(&COUNTED_FROM).by(scope.decree);
    let connection = &mut *snapshot.transaction;
    let found = async {
        let period = Period { from: query.month.plus(-11).first_day(), to: query.month.last_day(), programme: None };
        let (campaigns, ids) = in_scope(connection, &territories, &scope, period).await?;
        let Parts { told, untold } = parts(connection, &territories, &scope, &ids).await?;
        Ok::<_, sqlx::Error>(DisseminationView {
            as_of,
            campaigns,
            parts: told,
            untold,
            unanswered: unanswered(connection, &territories, &scope, None, query.today).await?,
            unacknowledged: unacknowledged(connection, &territories, &scope).await?,
        })
    };
    found.await.map_err(super::unanswered)
}

/// Campaigns of a period with a delivery in a region, the newest first, and the ids of all of the period.
pub async fn in_scope(
    connection: &mut PgConnection,
    territories: &Territories,
    scope: &Scope<'_>,
    period: Period,
) -> Result<(Vec<CampaignFunnel>, Vec<Uuid>), sqlx::Error> {
    let campaigns = begun(connection, period).await?;
    let ids: Vec<Uuid> = campaigns.iter().map(|campaign| campaign.id).collect();
    let mut funnels = by_campaign(connection, territories, scope, &ids).await?;
    let counted = campaigns
        .into_iter()
        .filter_map(|campaign| funnels.remove(&campaign.id).map(|funnel| CampaignFunnel { campaign, funnel }));
    Ok((counted.collect(), ids))
}

/// `None` when no such campaign has begun.
pub async fn campaign(snapshot: &mut Snapshot, query: CampaignQuery) -> Result<Option<CampaignView>, QueryError> {
    heard(snapshot)?;
    let territories = snapshot.territories.clone();
    let scope = territories.scope(query.region, query.territory)?;
    let as_of = snapshot.as_of.of(&COUNTED_FROM).by(scope.decree);
    let connection = &mut *snapshot.transaction;
    let found = async {
        let Some(campaign) = one(connection, query.campaign).await? else { return Ok(None) };
        let ids = [query.campaign];
        let funnels = by_campaign(connection, &territories, &scope, &ids).await?;
        let Parts { told, untold } = parts(connection, &territories, &scope, &ids).await?;
        Ok::<_, sqlx::Error>(Some(CampaignView {
            as_of,
            campaign,
            funnel: funnels.values().sum(),
            steps: steps(connection, &territories, &scope, query.campaign).await?,
            parts: told,
            untold,
        }))
    };
    found.await.map_err(super::unanswered)
}

/// A region's parts, in the order of codes.
#[derive(Default)]
struct Parts {
    told: Vec<PartFunnel>,
    untold: Vec<RegionCode>,
}

/// The funnel of campaigns in each part of a region.
async fn parts(
    connection: &mut PgConnection,
    territories: &Territories,
    scope: &Scope<'_>,
    campaigns: &[Uuid],
) -> Result<Parts, sqlx::Error> {
    let (mut parts, mut scopes) = (Parts::default(), Vec::new());
    for part in scope.territory().children(&scope.region) {
        match territories.scope(part.code, Some(scope.decree)) {
            Ok(scope) => scopes.push(scope),
            Err(_) => parts.untold.push(part.code),
        }
    }
    let counted: Vec<Counted> = scopes.iter().map(|scope| Counted::of(territories, scope)).collect();
    let funnels = funnels::each(connection, &counted, campaigns).await?;
    let told = scopes.iter().zip(funnels).map(|(scope, funnel): (_, Funnel)| PartFunnel { code: scope.region, funnel });
    parts.told = told.collect();
    Ok(parts)
}
