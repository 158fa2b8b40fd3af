//! `kimctl reconcile`: somebody else's list beside what is registered. Nothing is merged or made; differences can be proposed as
//! changes.

mod args;
mod difference;
mod matching;
mod propose;
mod screen;

pub use args::{Command, Communities};
pub use difference::Difference;
pub use propose::Proposed;
pub use screen::{Doubt, One, Pairing, Reconciled};

use std::collections::{BTreeSet, HashMap};

use futures::{StreamExt, TryStreamExt, stream};
use kim_contract::registry::v1::{Community, CommunityProfile, CommunityRow, CommunityStatus, GetCommunityRequest};
use kim_territory::RegionCode;
use uuid::Uuid;

use self::{
    difference::{differences, proposal},
    matching::{Matching, matching},
    propose::propose,
};
use crate::{
    connection::Services,
    import::{BadRow, bad_rows},
    likeness::Known,
    progress::Progress,
    registered,
    sheet::{LISTED, Listing, Problem, unplaced},
};

/// Records that are read at the same time.
const AT_ONCE: usize = 8;

/// Carries out a command.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Reconciled> {
    let Command::Communities(wish) = command;
    let list = wish.list.clone();
    let listing = tokio::task::spawn_blocking(move || Listing::read(&list, &LISTED)).await??;
    let theirs = Theirs::of(listing);
    let regions = theirs.regions(wish.list.region);
    let ours = Ours::of(registered::of_regions(services, &regions, &[]).await?);
    let matching = matched(&theirs, &ours);
    let with_boards = with_boards(services, &theirs, &ours, &matching).await?;
    let mut reconciled = Reconciled::of(&theirs, &ours, &matching, &with_boards);
    reconciled.regions = regions.iter().map(ToString::to_string).collect();
    if wish.propose {
        let requests = matching.matched.iter().filter_map(|pair| {
            let community = &ours.registered[pair.other];
            proposal(&theirs.rows[pair.one], community, Uuid::now_v7().to_string())
        });
        let requests: Vec<_> = requests.collect();
        reconciled.to_propose = requests.len();
        if wish.yes {
            reconciled.proposed = propose(services, requests).await;
        }
    }
    if let Some(path) = &wish.report {
        reconciled.write(path)?;
    }
    Ok(reconciled)
}

/// Their list: the rows that can be compared, each as it is compared, and what is wrong with the others.
struct Theirs {
    rows: Vec<CommunityRow>,
    known: Vec<Known>,
    problems: Vec<BadRow>,
}

impl Theirs {
    fn of(listing: Listing) -> Self {
        let mut problems: Vec<BadRow> =
            listing.unreadable.into_iter().flat_map(|(row, problems)| bad_rows(row, problems)).collect();
        let (mut rows, mut known) = (Vec::new(), Vec::new());
        let mut seen: HashMap<(RegionCode, String), i64> = HashMap::new();
        for row in listing.rows {
            let flaws = unplaced(&row);
            let Some(one) = Known::of(row.profile.as_ref()).filter(|_| flaws.is_empty()) else {
                problems.extend(bad_rows(row.row, flaws));
                continue;
            };
            let first = *seen.entry((one.seat, one.name.key().to_owned())).or_insert(row.row);
            if first == row.row {
                rows.push(row);
                known.push(one);
            } else {
                problems.extend(bad_rows(row.row, [doubled(first)]));
            }
        }
        problems.sort_by_key(|problem| problem.baris);
        Self { rows, known, problems }
    }

    /// The region that the list is of, and the regencies that it names beyond; without one, all regencies that it names.
    fn regions(&self, whole: Option<RegionCode>) -> BTreeSet<RegionCode> {
        let named = self.known.iter().filter_map(|known| known.seat.regency());
        let beyond = named.filter(|regency| whole.is_none_or(|whole| !whole.contains(regency)));
        // A list of a district says nothing of the other districts.
        beyond.chain(whole).collect()
    }
}

fn doubled(first: i64) -> Problem {
    let message = format!("KIM ini sudah ada di baris {first}.");
    Problem::new("nama_kim", "ROW_DOUBLED", message, "Hapus salah satunya, atau perbaiki yang keliru.")
}

/// What is registered, and what else stands or stood in those regions.
struct Ours {
    registered: Vec<Community>,
    known: Vec<Known>,
    others: HashMap<(RegionCode, String), CommunityStatus>,
}

impl Ours {
    fn of(communities: Vec<Community>) -> Self {
        let mut ours = Self { registered: Vec::new(), known: Vec::new(), others: HashMap::new() };
        for community in communities {
            let Some(known) = Known::of(community.profile.as_ref()) else { continue };
            match community.status() {
                CommunityStatus::Registered | CommunityStatus::Active | CommunityStatus::Dormant => {
                    ours.registered.push(community);
                    ours.known.push(known);
                }
                other => drop(ours.others.insert((known.seat, known.name.key().to_owned()), other)),
            }
        }
        ours
    }
}

fn matched(theirs: &Theirs, ours: &Ours) -> Matching {
    let dates = |row: usize, place: usize| {
        confirmed(theirs.rows[row].profile.as_ref(), ours.registered[place].profile.as_ref())
    };
    matching(&theirs.known, &ours.known, dates)
}

/// Whether a date that only one community has is the same.
fn confirmed(theirs: Option<&CommunityProfile>, ours: Option<&CommunityProfile>) -> bool {
    let (Some(theirs), Some(ours)) = (theirs, ours) else { return false };
    let decree = |profile: &CommunityProfile| profile.decree.as_ref().and_then(|decree| decree.date);
    let same = |one: Option<_>, other: Option<_>| one.is_some() && one == other;
    same(theirs.formed_on, ours.formed_on) || same(decree(theirs), decree(ours))
}

/// The records with their officers, where their list names some.
async fn with_boards(
    services: &Services,
    theirs: &Theirs,
    ours: &Ours,
    matching: &Matching,
) -> anyhow::Result<HashMap<usize, Community>> {
    let has_officers = |row: &CommunityRow| row.contacts.as_ref().is_some_and(|contacts| !contacts.officers.is_empty());
    let asked: Vec<usize> =
        matching.matched.iter().filter(|pair| has_officers(&theirs.rows[pair.one])).map(|pair| pair.other).collect();
    let mut read = HashMap::with_capacity(asked.len());
    if asked.is_empty() {
        return Ok(read);
    }
    let mut progress = Progress::begin("Membaca pengurus");
    let all = i64::try_from(asked.len()).unwrap_or(i64::MAX);
    let get = async |place: usize| {
        let request = GetCommunityRequest { community_id: ours.registered[place].community_id.clone() };
        let answer = services.communities().get_community(services.request(request)).await;
        answer.map(|answer| (place, answer.into_inner().community.unwrap_or_default()))
    };
    let mut answers = stream::iter(asked.into_iter().map(get)).buffer_unordered(AT_ONCE);
    let mut done = 0;
    while let Some((place, community)) = answers.try_next().await.map_err(|status| services.registry_said(&status))? {
        read.insert(place, community);
        done += 1;
        progress.set(done, all);
    }
    Ok(read)
}

#[cfg(test)]
mod tests;
