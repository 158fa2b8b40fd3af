//! Adopting a territory: what a person decided, what it would change in the register, and the adoption itself.

use std::collections::BTreeMap;

use bytes::Bytes;
use kim_chassis::access::Permit;
use kim_contract::registry::v1::{self as pb, TerritoryDecisionKind};
use kim_desk::{
    call::Call,
    failure::{behind, unavailable},
    field,
    problem::{Problems, one},
    wire::{Happened, date},
    words::Words,
};
use kim_eventlog::{Done, Proposal};
use kim_territory::{Adopted, Decree, RegionCode, Ruling, Rulings};
use kim_values::Region;
use prost::Message;
use tonic::Status;

use super::desk::{Desk, Rejection, failed};
use crate::{
    domain::{
        adoption::{self, Adoption, Command, Event},
        grant::Role,
    },
    index::{Located, Masters},
    wire::master::adoption_id,
};

/// Of each kind as many are named.
const NAMED: usize = 20;

impl Desk {
    pub(super) async fn adopt(
        &self,
        call: &Call,
        permit: &Permit,
        request: &pb::AdoptTerritoryRequest,
    ) -> Result<pb::AdoptTerritoryResponse, Status> {
        let decree = one("decree", decree(&request.decree))?;
        let (id, nation) = (adoption_id(), Region::nation());
        let command = Command::Adopt { decree, rulings: rulings(&request.decisions)?, today: nation.today(call.now) };
        let known = self.adoptions.load::<Rejection>(id).await.map_err(failed)?;
        // A request that was carried out before is answered as then, though it would be refused now.
        let effect = match adoption::decide(&known.state, &command) {
            Ok(events) => Some(self.effect(&known.state, &events).await?),
            Err(refusal) if request.dry_run => return Err(Rejection::from(refusal).into()),
            Err(_) => None,
        };
        let answer = pb::AdoptTerritoryResponse { name: decree.name().to_owned(), effect };
        if request.dry_run {
            return Ok(answer);
        }
        let done = self
            .adoptions
            .execute(id, &call.envelope(permit), |snapshot| {
                let events = adoption::decide(&snapshot.state, &command)?;
                let happened = |event| Happened::new(id, event, None, nation, call.now);
                let result = Bytes::from(answer.encode_to_vec());
                Ok::<_, Rejection>(Proposal { result, ..Proposal::of(events.into_iter().map(happened).collect()) })
            })
            .await
            .map_err(failed)?;
        match done {
            Done::Repeated { result } => {
                pb::AdoptTerritoryResponse::decode(result).map_err(|error| unavailable(&error))
            }
            Done::New { first, .. } => {
                // Whoever adopts and then asks meets the territory.
                self.index.followed.settle(first).await;
                if let Err(error) = self.policies.follow_territory().await {
                    tracing::warn!(error = &error as &dyn std::error::Error, "communities and offices move later");
                }
                Ok(answer)
            }
        }
    }

    /// What these events change in the register.
    async fn effect(&self, state: &Adoption, events: &[Event]) -> Result<pb::TerritoryEffect, Status> {
        let after = events.iter().fold(state.clone(), adoption::evolve);
        let code = |decree: Option<Decree>| decree.map(|decree| decree.key().to_owned()).unwrap_or_default();
        let mut effect = pb::TerritoryEffect {
            from_decree: code(state.last),
            to_decree: code(after.last),
            ..pb::TerritoryEffect::default()
        };
        let step = events.iter().find_map(|event| match event {
            Event::RegionsChanged { step, .. } => Some(step),
            Event::Adopted { .. } => None,
        });
        let Some(step) = step else { return Ok(effect) };
        self.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let (index, after) = (&self.index, &after.adopted);
        let failed = |error: sqlx::Error| unavailable(&error);
        let seats = index.seats_elsewhere(after).await.map_err(failed)?;
        let grants = index.grants_elsewhere(after).await.map_err(failed)?;
        let (subscribers, grants): (Vec<_>, Vec<_>) =
            grants.into_iter().partition(|(role, ..)| *role == Role::Subscriber);
        let unrolled = |grants: Vec<(Role, Located, Region)>| -> Vec<(Located, Region)> {
            grants.into_iter().map(|(_, grant, to)| (grant, to)).collect()
        };
        effect.changed_regions = count(step.rows.len());
        effect.community_moves = moves(&seats);
        effect.communities = Some(affected(&seats));
        effect.offices = Some(affected(&index.offices_elsewhere(after).await.map_err(failed)?));
        effect.trainings = Some(affected(&index.trainings_elsewhere(after).await.map_err(failed)?));
        effect.grants = Some(affected(&unrolled(grants)));
        effect.subscribers = Some(affected(&unrolled(subscribers)));
        effect.rule_books = Some(self.rule_books_elsewhere(step.from, after));
        Ok(effect)
    }

    /// Books of rules that are found under another code.
    fn rule_books_elsewhere(&self, from: Decree, after: &Adopted) -> pb::TerritoryAffected {
        let rules = self.index.masters().borrow().rules.clone();
        let books = rules.regions().map(|code| (code, after.seat(&code, from)));
        let moved: Vec<(RegionCode, RegionCode)> = books.filter(|(old, new)| old != new).collect();
        let item = |(old, new): &(RegionCode, RegionCode)| item(String::new(), *old, *new);
        pb::TerritoryAffected { count: count(moved.len()), items: moved.iter().take(NAMED).map(item).collect() }
    }
}

/// The territory in force, and those before it.
pub(super) fn in_force(masters: &Masters) -> pb::GetTerritoryResponse {
    let decree = masters.adopted.in_force();
    let adoptions = masters.accessions.iter().map(|accession| pb::TerritoryAdoption {
        decree: accession.decree.key().to_owned(),
        name: accession.decree.name().to_owned(),
        adopted_on: Some(date::to_proto(accession.on)),
        digest: accession.decree.digest(),
        changed_regions: count(accession.changes),
    });
    pb::GetTerritoryResponse {
        decree: decree.key().to_owned(),
        name: decree.name().to_owned(),
        adoptions: adoptions.collect(),
    }
}

fn affected(moved: &[(Located, Region)]) -> pb::TerritoryAffected {
    let item = |(located, to): &(Located, Region)| item(located.id.to_string(), located.region.code, to.code);
    pb::TerritoryAffected { count: count(moved.len()), items: moved.iter().take(NAMED).map(item).collect() }
}

fn item(id: String, old: RegionCode, new: RegionCode) -> pb::TerritoryAffectedItem {
    pb::TerritoryAffectedItem { id, old_code: old.to_string(), new_code: new.to_string() }
}

/// How many communities go from which regency to which; a seat that is wider than a regency is named itself.
fn moves(seats: &[(Located, Region)]) -> Vec<pb::TerritoryMove> {
    let regency = |region: Region| region.code.regency().unwrap_or(region.code);
    let mut counts: BTreeMap<(RegionCode, RegionCode), usize> = BTreeMap::new();
    for (located, to) in seats {
        *counts.entry((regency(located.region), regency(*to))).or_default() += 1;
    }
    let moved = |((old, new), many): ((RegionCode, RegionCode), usize)| pb::TerritoryMove {
        old_regency: old.to_string(),
        new_regency: new.to_string(),
        count: count(many),
    };
    counts.into_iter().map(moved).collect()
}

fn count(many: usize) -> i32 {
    i32::try_from(many).unwrap_or(i32::MAX)
}

/// What a person decided, by old code.
fn rulings(decisions: &[pb::TerritoryDecision]) -> Result<Rulings, Status> {
    let mut problems = Problems::default();
    let mut rulings = Rulings::new();
    for decision in decisions {
        let old = problems.note("decisions.old_code", code(&decision.old_code));
        let ruling = problems.note("decisions", ruling(decision));
        if let Some((old, ruling)) = old.zip(ruling)
            && rulings.insert(old, ruling).is_some_and(|before| before != ruling)
        {
            problems.add(
                "decisions.old_code",
                Words::new(
                    "TERRITORY_DECISION_DOUBLED",
                    format!("Tentang {old} ada dua keputusan yang berbeda."),
                    "Hapus salah satunya.",
                ),
            );
        }
    }
    Ok(problems.finish(Some(rulings))?)
}

fn ruling(decision: &pb::TerritoryDecision) -> Result<Ruling, Words> {
    match decision.kind() {
        TerritoryDecisionKind::Became => Ok(Ruling::Became(code(&decision.new_code)?)),
        TerritoryDecisionKind::Joined => Ok(Ruling::Joined(code(&decision.new_code)?)),
        TerritoryDecisionKind::Gone => Ok(Ruling::Gone),
        TerritoryDecisionKind::Unspecified => Err(field::unknown("TERRITORY_DECISION_KIND_UNKNOWN", "Jenis keputusan")),
    }
}

fn code(text: &str) -> Result<RegionCode, Words> {
    text.parse().map_err(|error| {
        let malformed = format!("\"{}\" bukan kode wilayah: {error}.", text.chars().take(40).collect::<String>());
        Words::new("REGION_MALFORMED", malformed, "Salin kodenya dari berkas keputusan.")
    })
}

fn decree(text: &str) -> Result<Decree, Words> {
    text.parse().map_err(|error| Words::new("TERRITORY_UNKNOWN", format!("{error}."), "Tulis tahun daftar wilayahnya."))
}
