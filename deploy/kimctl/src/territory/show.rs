//! `kimctl territory show`: the territory in force, and those before it.

use kim_contract::registry::v1 as pb;
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::{
    connection::Services,
    dates::{iso, spelled},
    table::Table,
};

/// What is in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InForce {
    pub decree: String,
    pub name: String,
    /// The oldest first.
    pub adoptions: Vec<Accession>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accession {
    pub decree: String,
    pub name: String,
    pub adopted_on: Option<String>,
    pub digest: String,
    pub changed_regions: i32,
}

pub async fn show(services: &Services) -> anyhow::Result<InForce> {
    let answer = services.rules().get_territory(services.request(pb::GetTerritoryRequest {})).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    let accession = |adoption: pb::TerritoryAdoption| Accession {
        adopted_on: iso(adoption.adopted_on.as_ref()),
        decree: adoption.decree,
        name: adoption.name,
        digest: adoption.digest,
        changed_regions: adoption.changed_regions,
    };
    let adoptions = answer.adoptions.into_iter().map(accession).collect();
    Ok(InForce { decree: answer.decree, name: answer.name, adoptions })
}

impl InForce {
    #[must_use]
    pub fn screen(&self) -> String {
        let text = format!("Berlaku: {}, {}\n", self.decree, self.name);
        if self.adoptions.is_empty() {
            return text + "Belum ada yang diberlakukan; yang terbaru dipakai.\n";
        }
        let mut table = Table::new(&["DAFTAR", "BERLAKU SEJAK", "WILAYAH BERUBAH", "NAMA"]).right(2);
        for adoption in &self.adoptions {
            let (since, changed) = (spelled(adoption.adopted_on.as_deref()), grouped(adoption.changed_regions));
            table.row([adoption.decree.as_str(), &since, &changed, &adoption.name]);
        }
        format!("{text}\n{table}")
    }
}
