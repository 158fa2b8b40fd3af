//! Grants that hold, by the region that each was issued for; and those that were revoked.

use kim_desk::wire::Paired;
use kim_eventlog::{Aggregate, Recorded, answered};
use kim_territory::Adopted;
use kim_values::Region;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{Index, territory::Located};
use crate::{
    domain::grant::{Event, Role},
    wire::master::Grants,
};

pub(super) async fn hold(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    let Some(Event::Issued { role, region, .. }) = Grants::decode(recorded).map(|happened| happened.event) else {
        tracing::error!(position = %recorded.position, "a grant is not understood, and its region is not known");
        return Ok(());
    };
    sqlx::query("INSERT INTO registry.held_grant (grant_id, role, region_code, region_decree) VALUES ($1, $2, $3, $4)")
        .bind(recorded.aggregate)
        .bind(role.to_column())
        .bind(region.code.to_string())
        .bind(region.decree.key())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn revoke(connection: &mut PgConnection, recorded: &Recorded) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM registry.held_grant WHERE grant_id = $1")
        .bind(recorded.aggregate)
        .execute(&mut *connection)
        .await?;
    sqlx::query("INSERT INTO registry.revoked_grant (grant_id) VALUES ($1) ON CONFLICT DO NOTHING")
        .bind(recorded.aggregate)
        .execute(connection)
        .await?;
    Ok(())
}

impl Index {
    /// Grants that hold and whose region has another code by what is adopted, each with that region.
    pub async fn grants_elsewhere(&self, adopted: &Adopted) -> Result<Vec<(Role, Located, Region)>, sqlx::Error> {
        let asked = sqlx::query_as(
            "SELECT grant_id, role, region_code, region_decree FROM registry.held_grant ORDER BY region_code, grant_id",
        );
        let rows: Vec<(Uuid, i16, String, String)> = answered(asked.fetch_all(&self.pool)).await?;
        let elsewhere = rows.into_iter().filter_map(|(id, role, code, decree)| {
            let region = Region { code: code.parse().ok()?, decree: decree.parse().ok()? };
            let to = region.on(adopted);
            let grant = Located { id, region, version: 0 };
            (to.code != region.code).then_some((Role::from_proto(role.into())?, grant, to))
        });
        Ok(elsewhere.collect())
    }
}
