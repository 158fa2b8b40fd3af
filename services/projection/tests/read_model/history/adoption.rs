//! A registry that adopts one territory after another, and moves its communities with it.

use std::sync::LazyLock;

use kim_contract::{registry::v1 as proto, r#type::v1 as common};
use kim_territory::{ActKind, Adopted, Changes, Decree, RegionCode, Step, Territory, likeliest};
use rand::{RngExt, seq::IndexedRandom};
use time::{Date, macros::date};
use uuid::Uuid;

use super::{History, code, wire};

/// When each territory comes into force.
pub const ADOPTIONS: [(Date, Decree); 3] = [
    (date!(2018 - 03 - 01), Decree::D2022),
    (date!(2020 - 03 - 01), Decree::D2023),
    (date!(2021 - 12 - 01), Decree::D2025),
];

/// The registry's territories: what is in force, and what is yet to come.
pub(super) struct Territories {
    adopted: Adopted,
    /// Seats by the oldest of them.
    pool: Vec<RegionCode>,
    ahead: Vec<(Date, Decree)>,
    /// Communities whose seats are still told by an older territory.
    waiting: Vec<usize>,
}

impl Territories {
    pub fn new() -> Self {
        let ahead = ADOPTIONS.into_iter().rev().collect();
        Self { adopted: Adopted::default(), pool: pool(), ahead, waiting: Vec::new() }
    }
}

/// From each of the real territories to the next, where the likeliest candidate is taken for what is in doubt.
pub fn steps() -> &'static [Step; 2] {
    static STEPS: LazyLock<[Step; 2]> = LazyLock::new(|| {
        [(Decree::D2022, Decree::D2023), (Decree::D2023, Decree::D2025)].map(|(from, to)| {
            let [old, new] = [from, to].map(|decree| Territory::of(decree).list());
            let changes = Changes::ruled(old, new, &likeliest(old, new)).expect("each decision holds");
            Step::of(from, to, &changes).expect("nothing is in doubt")
        })
    });
    &STEPS
}

/// Regions of 2022 of which something became, and some of which nothing did: districts and villages of both.
fn pool() -> Vec<RegionCode> {
    let mut pool: Vec<RegionCode> =
        ["14.01.01.2009", "14.01.01", "14.02.01.2010", "64.71", "92", "92.71", "91.03.01.2004"].map(code).into();
    let mut adopted = Adopted::default();
    adopted.adopt(Decree::D2022, None);
    for step in steps() {
        // A few of each kind and rank, with what lies in a district that was split.
        for kind in ActKind::ALL {
            for digits in [2, 4, 6, 10] {
                let rows = step.rows.iter().filter(|row| row.kind == kind);
                let olds = rows.filter_map(|row| row.old).filter(|old| old.undotted().len() == digits);
                let told = olds.filter(|old| Territory::of(Decree::D2022).get(old).is_some());
                pool.extend(told.take(3));
            }
        }
    }
    let villages = |district: &RegionCode| Territory::of(Decree::D2022).children(district).map(|region| region.code);
    let inside: Vec<RegionCode> =
        pool.iter().filter(|code| code.undotted().len() == 6).flat_map(villages).step_by(4).collect();
    pool.extend(inside);
    pool
}

impl History {
    /// What every day begins with: a territory that comes into force, and communities that move by it, some days later.
    pub(super) fn adopt(&mut self) {
        let today = self.today();
        let Some(territories) = &mut self.territories else { return };
        if let Some((_, decree)) = territories.ahead.pop_if(|(day, _)| *day <= today) {
            self.come_into_force(decree);
        } else if self.rng.random_bool(0.2) {
            self.move_some();
        }
    }

    fn come_into_force(&mut self, decree: Decree) {
        let registry = Uuid::from_u128(11);
        let version = self.events.iter().filter(|made| made.aggregate == registry).count();
        let mut version = i64::try_from(version).unwrap();
        let step = steps().iter().find(|step| step.to == decree);
        if let Some(step) = step {
            version += 1;
            let changed_on = Some(wire(self.today()));
            let text = |code: Option<RegionCode>| code.map(|code| code.to_string()).unwrap_or_default();
            let changes = step.rows.iter().map(|row| proto::TerritoryRegionChange {
                kind: kind(row.kind).into(),
                old_code: text(row.old),
                new_code: text(row.new),
            });
            let body = proto::TerritoryRegionsChanged {
                from_decree: step.from.key().into(),
                to_decree: decree.key().into(),
                changes: changes.collect(),
                changed_on,
            };
            self.add(registry, version, &body);
        }
        let body = proto::TerritoryAdopted {
            decree: decree.key().into(),
            adopted_on: Some(wire(self.today())),
            digest: decree.digest(),
            ..proto::TerritoryAdopted::default()
        };
        self.add(registry, version + 1, &body);
        let territories = self.territories.as_mut().unwrap();
        territories.adopted.adopt(decree, step.cloned());
        territories.waiting = (0..self.communities.len()).collect();
    }

    /// A community's seat gets its code in the territory in force, as a policy would tell it.
    fn move_some(&mut self) {
        let territories = self.territories.as_mut().unwrap();
        let Some(i) = territories.waiting.pop() else { return };
        let (old, decree) = self.communities[i].seat.unwrap();
        let in_force = territories.adopted.in_force();
        let new = territories.adopted.seat(&old, decree);
        if new == old {
            return;
        }
        let region = |code: RegionCode, decree: Decree| {
            Some(common::Region { code: code.to_string(), decree: decree.key().into() })
        };
        let (from, to) = (region(old, decree), region(new, in_force));
        let moved_on = Some(wire(self.today()));
        self.communities[i].seat = Some((new, in_force));
        if old.subject_tokens() == new.subject_tokens() {
            self.tell(i, |community_id| proto::CommunitySeatMoved { community_id, from, to, moved_on });
        } else {
            let (then, now) = (from.clone(), to.clone());
            self.tell(i, |community_id| proto::CommunityMovedOut { community_id, from: then, to: now, moved_on });
            self.tell(i, |community_id| proto::CommunityMovedIn {
                community_id,
                from,
                to,
                moved_on,
                ..proto::CommunityMovedIn::default()
            });
        }
    }

    /// A region by the territory in force, or by one before that still has the same code for it.
    pub(super) fn region_in_force(&mut self) -> Option<(RegionCode, Decree)> {
        let territories = self.territories.as_ref()?;
        let code = territories.adopted.seat(territories.pool.choose(&mut self.rng)?, Decree::D2022);
        let same = |decree: &Decree| territories.adopted.follow(&code, *decree) == Some(code);
        let decrees: Vec<Decree> = territories.adopted.decrees().filter(same).collect();
        let older = self.rng.random_bool(0.2);
        let decree = if older { decrees.first() } else { decrees.last() };
        Some((code, *decree.unwrap()))
    }

    /// Every community is where the territory in force has it.
    pub(super) fn move_all(&mut self) {
        while self.territories.as_ref().is_some_and(|territories| !territories.waiting.is_empty()) {
            self.move_some();
        }
    }
}

fn kind(kind: ActKind) -> proto::TerritoryChangeKind {
    match kind {
        ActKind::Renamed => proto::TerritoryChangeKind::Renamed,
        ActKind::Moved => proto::TerritoryChangeKind::Moved,
        ActKind::Split => proto::TerritoryChangeKind::Split,
        ActKind::Merged => proto::TerritoryChangeKind::Merged,
        ActKind::New => proto::TerritoryChangeKind::New,
        ActKind::Gone => proto::TerritoryChangeKind::Gone,
        ActKind::Doubtful => unreachable!("a step has nothing in doubt"),
    }
}
