//! The campaign's side of deliveries: of which material it is, which version is the newest, and what communities were told of it since.

use std::collections::HashMap;

use kim_desk::wire::Paired;
use kim_eventlog::{Position, answered};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Index, corrupt};
use crate::domain::{
    campaign::Notice,
    ids::{CampaignId, MaterialId, ProgrammeId},
    material::Version,
};

/// A campaign that got to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CampaignSide {
    pub programme: ProgrammeId,
    pub material: MaterialId,
    /// The newest version that was published, and where the log has it.
    pub newest: Version,
    pub published_at: Position,
    /// When the material was withdrawn.
    pub withdrawn_at: Option<OffsetDateTime>,
}

type Row = (Uuid, Uuid, Uuid, i32, i64, Option<OffsetDateTime>);

impl Index {
    /// Those of these campaigns whose material was published.
    pub async fn sides(&self, campaigns: &[CampaignId]) -> Result<HashMap<CampaignId, CampaignSide>, sqlx::Error> {
        let ids: Vec<Uuid> = campaigns.iter().map(|campaign| campaign.0).collect();
        let rows: Vec<Row> = answered(sqlx::query_as(SIDES).bind(ids).fetch_all(&self.pool)).await?;
        let side = |(campaign, programme, material, newest, position, withdrawn_at): Row| {
            let newest = u32::try_from(newest).ok().and_then(Version::new).ok_or_else(|| corrupt("version"))?;
            let published_at = Position::new(position).ok_or_else(|| corrupt("position"))?;
            let (programme, material) = (ProgrammeId(programme), MaterialId(material));
            Ok((CampaignId(campaign), CampaignSide { programme, material, newest, published_at, withdrawn_at }))
        };
        rows.into_iter().map(side).collect()
    }

    /// When each of these batches was told each of these; what they were not told is left out.
    pub async fn notices(
        &self,
        asked: &[(CampaignId, u32, Notice)],
    ) -> Result<HashMap<(CampaignId, u32, Notice), OffsetDateTime>, sqlx::Error> {
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let campaigns: Vec<Uuid> = asked.iter().map(|(campaign, ..)| campaign.0).collect();
        let batches: Vec<i32> = asked.iter().map(|(_, batch, _)| number(*batch)).collect();
        let kinds: Vec<i16> = asked.iter().map(|(.., notice)| notice.kind.to_column()).collect();
        let versions: Vec<i32> = asked.iter().map(|(.., notice)| number(notice.version.number())).collect();
        let query = sqlx::query_as(NOTICES).bind(campaigns).bind(batches).bind(kinds).bind(versions);
        let issued: Vec<(i64, OffsetDateTime)> = answered(query.fetch_all(&self.pool)).await?;
        let nth = |(nth, at): (i64, OffsetDateTime)| {
            let nth = usize::try_from(nth).ok().and_then(|nth| nth.checked_sub(1));
            nth.and_then(|nth| asked.get(nth)).map(|key| (*key, at)).ok_or_else(|| corrupt("ordinality"))
        };
        issued.into_iter().map(nth).collect()
    }
}

const SIDES: &str = "SELECT c.campaign_id, c.programme_id, c.material_id, p.version, p.position, w.withdrawn_at
FROM dissemination.campaign c
JOIN LATERAL (SELECT version, position FROM dissemination.publication
              WHERE material_id = c.material_id ORDER BY version DESC LIMIT 1) p ON true
LEFT JOIN dissemination.withdrawal w ON w.material_id = c.material_id
WHERE c.campaign_id = ANY ($1)";

const NOTICES: &str = "SELECT nth, issued_at
FROM unnest($1::uuid[], $2::integer[], $3::smallint[], $4::integer[])
  WITH ORDINALITY AS asked (campaign_id, batch, kind, material_version, nth)
JOIN dissemination.notice USING (campaign_id, batch, kind, material_version)";
