//! `kimctl territory adopt`: what an adoption changes in the register, and the adoption itself.

use std::{fmt::Write, path::Path};

use anyhow::{Context, bail};
use kim_chassis::territory::decisions;
use kim_contract::registry::v1 as pb;
use kim_territory::{Decree, RegionCode, Rulings, Territory, spelling::grouped};
use serde::Serialize;
use uuid::Uuid;

use super::check;
use crate::{cli, connection::Services, table::Table};

/// What an adoption changes, or would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Adoption {
    pub dry_run: bool,
    /// `None` for a register's first.
    pub from: Option<String>,
    pub to: String,
    pub name: String,
    pub changed_regions: i32,
    pub affected: Vec<Affected>,
    pub community_moves: Vec<Move>,
}

/// What of a kind lies in regions that change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Affected {
    pub kind: &'static str,
    pub count: i32,
    /// The first ones.
    pub items: Vec<Item>,
    #[serde(skip)]
    label: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    pub id: String,
    pub old_code: String,
    pub new_code: String,
}

/// Communities that go from one regency to another, or stay in it under another code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    pub old_regency: String,
    pub new_regency: String,
    pub count: i32,
}

/// Adopts what a whole decree file says, or only asks what that would change.
pub async fn adopt(services: &Services, wish: &cli::AdoptTerritory) -> anyhow::Result<Adoption> {
    let (decree, rulings) = match (&wish.file, wish.to) {
        (Some(file), _) => whole(file)?,
        (None, Some(decree)) => (decree, Rulings::new()),
        (None, None) => bail!("sebutkan berkas perubahan, atau --to"),
    };
    let request = services.request(pb::AdoptTerritoryRequest {
        request_id: Uuid::now_v7().to_string(),
        decree: decree.key().to_owned(),
        decisions: decisions(&rulings),
        dry_run: wish.dry_run,
    });
    let answer = services.rules().adopt_territory(request).await;
    let answer = answer.map_err(|status| services.registry_said(&status))?.into_inner();
    Ok(Adoption::of(answer, wish.dry_run))
}

/// The list that a file leads to, and what was decided in it.
fn whole(file: &Path) -> anyhow::Result<(Decree, Rulings)> {
    let lists = cli::CheckTerritory { file: file.to_owned(), from_list: None, to_list: None };
    let checked = check(&lists)?;
    if !checked.is_whole() {
        bail!("berkas ini belum lengkap; lihat kimctl territory check {}", file.display());
    }
    let decree = checked.to.key.parse().context("registri hanya memberlakukan daftar yang ada dalam program")?;
    Ok((decree, checked.rulings))
}

impl Adoption {
    fn of(answer: pb::AdoptTerritoryResponse, dry_run: bool) -> Self {
        let effect = answer.effect.unwrap_or_default();
        let affected = [
            ("communities", "KIM", effect.communities),
            ("offices", "kantor", effect.offices),
            ("rule_books", "aturan wilayah", effect.rule_books),
            ("grants", "hak akses", effect.grants),
            ("subscribers", "pelanggan", effect.subscribers),
            ("trainings", "bimtek", effect.trainings),
        ];
        let moves = effect.community_moves.into_iter().map(|each| Move {
            old_regency: each.old_regency,
            new_regency: each.new_regency,
            count: each.count,
        });
        Self {
            dry_run,
            from: Some(effect.from_decree).filter(|from| !from.is_empty()),
            to: effect.to_decree,
            name: answer.name,
            changed_regions: effect.changed_regions,
            affected: affected.into_iter().map(|(kind, label, of)| Affected::of(kind, label, of)).collect(),
            community_moves: moves.collect(),
        }
    }

    #[must_use]
    pub fn screen(&self) -> String {
        let Self { to, name, .. } = self;
        let head = if self.dry_run { "Bila diberlakukan" } else { "Berlaku" };
        let mut text = format!("{head}: {to}, {name}\n");
        let Some(from) = &self.from else { return text + "Daftar wilayah pertama registri ini.\n" };
        let _ = writeln!(text, "{} wilayah berubah sejak {from}.\n", grouped(self.changed_regions));
        let mut table = Table::new(&["YANG PINDAH", "JUMLAH", "CONTOH"]).right(1);
        for Affected { label, count, items, .. } in &self.affected {
            let example = items.first().map(|item| format!("{} → {}", item.old_code, item.new_code));
            table.row([*label, &grouped(*count), &example.unwrap_or_default()]);
        }
        let _ = write!(text, "{table}");
        if !self.community_moves.is_empty() {
            let mut table = Table::new(&["DARI", "KE", "KIM"]).right(2);
            for Move { old_regency, new_regency, count } in &self.community_moves {
                table.row([named(old_regency, from), named(new_regency, to), grouped(*count)]);
            }
            let _ = write!(text, "\n{table}");
        }
        text
    }
}

impl Affected {
    fn of(kind: &'static str, label: &'static str, affected: Option<pb::TerritoryAffected>) -> Self {
        let affected = affected.unwrap_or_default();
        let item =
            |item: pb::TerritoryAffectedItem| Item { id: item.id, old_code: item.old_code, new_code: item.new_code };
        Self { kind, label, count: affected.count, items: affected.items.into_iter().map(item).collect() }
    }
}

/// A code with the name that a list gives it.
fn named(code: &str, decree: &str) -> String {
    let region = code.parse::<RegionCode>().ok().zip(decree.parse::<Decree>().ok());
    let title = region.and_then(|(code, decree)| Territory::of(decree).get(&code)).map(|region| region.title());
    title.map_or_else(|| code.to_owned(), |title| format!("{code} {title}"))
}
