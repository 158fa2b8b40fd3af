//! Random commands on a campaign that goes from Papua to Sumatera.

use std::collections::BTreeSet;

use kim_territory::Decree;
use kim_values::{PublicName, Region, VaultRef};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

use super::{
    Campaign, CancellationReason, Command, Cursor, Draw, Group, MaterialStanding, Outline, Plan, Priority,
    ReleaseReason, Stage, Standing,
};
use crate::domain::{
    audience::{self, Audience, Listing, Partnership, RegistryPosition},
    ids::{CommunityId, MaterialId, OfficeId, ProgrammeId},
    material::{RevisionReason, Version},
    programme,
    window::{MinuteOfDay, Window},
};

/// In the order of a fan-out, with as many communities each.
const REGENCIES: [&str; 4] = ["94.71", "51.01", "14.01", "14.02"];
const EACH: u128 = 3;

pub fn command(rng: &mut ChaCha8Rng, now: OffsetDateTime, state: Option<&Campaign>) -> Command {
    let today = region("00").today(now);
    let note = rng.random::<bool>().then(|| VaultRef(Uuid::from_u128(rng.random())));
    match rng.random_range(0..100) {
        0..8 => {
            let outline = Outline {
                material: MaterialId(Uuid::from_u128(1)),
                programme: ProgrammeId(Uuid::from_u128(2)),
                office: OfficeId(Uuid::from_u128(3)),
                region: region(if rng.random_range(0..10) == 0 { "14" } else { "00" }),
            };
            Command::Draft { outline, plan: plan(rng, today), standing: standing(rng), today }
        }
        8..11 => Command::Amend { plan: plan(rng, today), today },
        11..19 => Command::Schedule { standing: standing(rng), today },
        19 => Command::Unschedule { today },
        20..28 => Command::Start { draw: draw(), now },
        28..52 => assign(rng, now, state),
        52..59 => Command::FinishDraw { now },
        59..62 => {
            let group = state.and_then(|campaign| deferred(rng, campaign)).unwrap_or_else(|| group(rng, 0));
            Command::AssignDeferred { group, over_quota: over_quota(rng), now }
        }
        62..68 => Command::AssignNewcomers {
            groups: (0..rng.random_range(0..3)).map(|_| group(rng, 100)).collect(),
            over_quota: over_quota(rng),
            up_to: RegistryPosition(rng.random_range(90..200)),
            now,
        },
        68..72 => Command::Release {
            group: group(rng, 0),
            reason: *[ReleaseReason::Dissolved, ReleaseReason::Merged].choose(rng).expect("two"),
            at: RegistryPosition(rng.random_range(100..200)),
        },
        72..75 => Command::Pause { note, now },
        75..80 => Command::Resume { now },
        80..85 => Command::Complete { now },
        85 => {
            let all =
                [CancellationReason::NotNeeded, CancellationReason::Disaster, CancellationReason::MaterialWithdrawn];
            Command::Cancel { reason: *all.choose(rng).expect("three"), note, now }
        }
        86..91 => {
            let all = [RevisionReason::Correction, RevisionReason::Update, RevisionReason::Addition];
            let by = Version::new(rng.random_range(1..9)).expect("a version");
            Command::ReplaceMaterial { by, reason: *all.choose(rng).expect("three"), now }
        }
        91 => Command::WithdrawMaterial { now },
        _ => Command::IssueNotices { now },
    }
}

pub fn region(code: &str) -> Region {
    Region { code: code.parse().expect("a region's code"), decree: Decree::CURRENT }
}

/// Those of one of the regencies that were there, or, from `above`, that came since.
pub fn communities(regency: usize, above: u128) -> Vec<CommunityId> {
    let first = u128::try_from(regency).expect("a small number") * 10 + above;
    (first..first + EACH).map(|n| CommunityId(Uuid::from_u128(n))).collect()
}

fn draw() -> Draw {
    let size = u32::try_from(EACH).expect("a small number") * 4;
    Draw { position: RegistryPosition(100), decree: Decree::CURRENT, size }
}

fn standing(rng: &mut ChaCha8Rng) -> Standing {
    let version = MaterialStanding::Published(Version::FIRST);
    let material = [version, version, version, MaterialStanding::Unpublished, MaterialStanding::Ended];
    Standing {
        office_is_open: rng.random_range(0..20) > 0,
        programme: if rng.random_range(0..20) == 0 {
            programme::Status::Closed
        } else {
            programme::Status::Established
        },
        material: *material.choose(rng).expect("five"),
    }
}

fn plan(rng: &mut ChaCha8Rng, today: Date) -> Box<Plan> {
    let codes: &[&str] = if rng.random_range(0..8) == 0 { &["14", "51"] } else { &["00"] };
    let audience = Audience::new(
        codes.iter().map(|code| region(code)).collect(),
        BTreeSet::new(),
        BTreeSet::from([audience::Standing::Active, audience::Standing::Dormant]),
        BTreeSet::new(),
        Partnership::Any,
        Listing::Everybody,
    );
    let from = today + Duration::days(rng.random_range(-1..3));
    let from = if rng.random_range(0..20) == 0 { from + Duration::days(5_000) } else { from };
    let days = *[-1, 0, 2, 4, 20, 20, 365, 366].choose(rng).expect("eight");
    Box::new(Plan {
        name: PublicName::stored(["Pekan Imunisasi", "Bulan Imunisasi"].choose(rng).expect("two")),
        audience: audience.expect("an audience"),
        window: Window {
            from,
            until: from + Duration::days(days),
            starts_at: MinuteOfDay::new(rng.random_range(0..1_440)).expect("a minute"),
        },
        priority: *[Priority::Ordinary, Priority::Important, Priority::Urgent].choose(rng).expect("three"),
    })
}

/// Mostly what comes next.
fn assign(rng: &mut ChaCha8Rng, now: OffsetDateTime, state: Option<&Campaign>) -> Command {
    let cursor = state.and_then(|campaign| match &campaign.stage {
        Stage::Running(fan_out) => fan_out.cursor,
        _ => None,
    });
    let group = if rng.random_range(0..6) == 0 { group(rng, 0) } else { next(rng, cursor) };
    let after = if rng.random_range(0..12) == 0 { group.first() } else { cursor };
    // In the first hour it is open in the east only.
    let opening = state.map(|campaign| campaign.plan.window.begins(campaign.plan.audience.codes()));
    let now = opening.filter(|_| rng.random_range(0..8) == 0).unwrap_or(now);
    Command::Assign { after, group, over_quota: over_quota(rng), now }
}

fn next(rng: &mut ChaCha8Rng, cursor: Option<Cursor>) -> Group {
    let most = rng.random_range(1..4);
    for (n, code) in REGENCIES.iter().enumerate() {
        let whole = Group { regency: region(code), communities: communities(n, 0) };
        let is_next = |id: &CommunityId| cursor.is_none_or(|cursor| whole.at(*id).key() > cursor.key());
        let rest: Vec<CommunityId> = whole.communities.iter().copied().filter(is_next).take(most).collect();
        if !rest.is_empty() {
            return Group { communities: rest, ..whole };
        }
    }
    // One more than there are.
    Group { regency: region("14.03"), communities: communities(9, 0) }
}

/// Those whose week is full: some, and mostly nobody.
fn over_quota(rng: &mut ChaCha8Rng) -> BTreeSet<CommunityId> {
    let all = (0..REGENCIES.len())
        .flat_map(|regency| [0, 100].into_iter().flat_map(move |above| communities(regency, above)));
    let share = *[0.0, 0.0, 0.4].choose(rng).expect("three");
    all.filter(|_| rng.random_bool(share)).collect()
}

/// Some who wait.
fn deferred(rng: &mut ChaCha8Rng, campaign: &Campaign) -> Option<Group> {
    campaign.stage.fan_out()?.waiting().choose(rng).cloned()
}

/// Of any regency, and now and then none.
fn group(rng: &mut ChaCha8Rng, above: u128) -> Group {
    let n = rng.random_range(0..REGENCIES.len());
    let mut communities = communities(n, above);
    let mut regency = region(REGENCIES[n]);
    match rng.random_range(0..30) {
        0 => communities.reverse(),
        1 => communities.clear(),
        2 => regency = region("14"),
        3 => communities = (0..501).map(|n| CommunityId(Uuid::from_u128(1_000 + n))).collect(),
        4..10 => communities.truncate(1),
        _ => {}
    }
    Group { regency, communities }
}
