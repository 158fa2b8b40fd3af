//! Communities and activities like those of offices.

use anyhow::ensure;
use kim_contract::{
    registry::v1::{
        Activity, ActivityKind, BaseGroup, Community, CommunityContacts, CommunityProfile, CommunityRow,
        CommunityStatus, DecreeIssuer, FormationDecree, ImportCommunitiesRequest, Officer, OfficerRole,
        ReportActivityRequest, ReportActivityResponse, RowOutcome, SearchCommunitiesResponse,
        community_service_client::CommunityServiceClient,
    },
    r#type::v1::{Date, Region},
};
use kim_territory::{Level, RegionCode, Territory};
use rand::RngExt;
use uuid::Uuid;

use crate::caller::Caller;

const ROWS_A_MESSAGE: usize = 500;

/// A community in one of the nation's villages, all over the nation.
pub fn community_row(number: usize) -> CommunityRow {
    let officer = |role: OfficerRole, name: String| Officer {
        role: role.into(),
        name,
        phone: "0812000000".to_owned(),
        ..Officer::default()
    };
    CommunityRow {
        row: i64::try_from(number).unwrap_or(i64::MAX) + 1,
        profile: Some(profile(number, village(number))),
        decree_number: format!("{number}/07/2015"),
        contacts: Some(CommunityContacts {
            officers: vec![
                officer(OfficerRole::Ketua, format!("Ketua {number}")),
                officer(OfficerRole::Sekretaris, format!("Sekretaris {number}")),
            ],
            ..CommunityContacts::default()
        }),
        registered_on: Some(Date { year: 2018, month: 2, day: 1 }),
        source_key: format!("bench-{number}"),
        ..CommunityRow::default()
    }
}

/// The village of this community.
pub fn village(number: usize) -> &'static str {
    // Prime to the number of villages: neighbours in number are far apart.
    const STRIDE: usize = 7919;
    let villages = villages();
    &villages[number * STRIDE % villages.len()]
}

fn villages() -> &'static [String] {
    static VILLAGES: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| {
        let villages = Territory::current().within(&RegionCode::NATION, Level::Village);
        villages.map(|village| village.code.to_string()).collect()
    });
    &VILLAGES
}

fn profile(number: usize, seat: &str) -> CommunityProfile {
    CommunityProfile {
        name: format!("KIM Uji {number}"),
        seat: Some(Region { code: seat.to_owned(), decree: String::new() }),
        formed_on: Some(Date { year: 2015, month: 8, day: 17 }),
        decree: Some(FormationDecree {
            date: Some(Date { year: 2015, month: 8, day: 20 }),
            issuer: DecreeIssuer::VillageHead.into(),
            document_hash: String::new(),
        }),
        base_group: BaseGroup::Youth.into(),
        member_count: 14,
        ..CommunityProfile::default()
    }
}

/// Imports communities and says their ids.
pub async fn communities(caller: &Caller, count: usize) -> anyhow::Result<Vec<String>> {
    imported(caller, count, community_row).await
}

/// Imports rows like this and says the communities' ids.
pub async fn imported(
    caller: &Caller,
    count: usize,
    row: impl Fn(usize) -> CommunityRow,
) -> anyhow::Result<Vec<String>> {
    let messages: Vec<ImportCommunitiesRequest> = (0..count)
        .collect::<Vec<_>>()
        .chunks(ROWS_A_MESSAGE)
        .map(|chunk| ImportCommunitiesRequest { rows: chunk.iter().map(|&number| row(number)).collect() })
        .collect();
    let mut client = CommunityServiceClient::new(caller.clone());
    let mut answers = client.import_communities(tokio_stream::iter(messages)).await?.into_inner();
    let mut ids = Vec::with_capacity(count);
    while let Some(answer) = answers.message().await? {
        for result in answer.results {
            ensure!(result.outcome() == RowOutcome::Accepted, "row {} was not accepted: {result:?}", result.row);
            ids.push(result.id);
        }
    }
    Ok(ids)
}

/// A report like any other.
pub fn report(community_id: String) -> ReportActivityRequest {
    ReportActivityRequest {
        request_id: Uuid::now_v7().to_string(),
        community_id,
        etag: String::new(),
        activity: Some(activity()),
    }
}

/// Something that a community did in 2024; no other is like it.
pub fn activity() -> Activity {
    let mut random = rand::rng();
    Activity {
        kind: ActivityKind::Dissemination.into(),
        happened_on: Some(Date { year: 2024, month: random.random_range(1..=12), day: random.random_range(1..=28) }),
        people_reached: 20,
        evidence_hash: format!("{:032x}{:032x}", random.random::<u128>(), random.random::<u128>()),
        ..Activity::default()
    }
}

/// What the registry answers to a report, in its usual size.
pub fn report_answer() -> ReportActivityResponse {
    ReportActivityResponse { community: Some(community()), activity_id: Uuid::now_v7().to_string() }
}

/// Rows of a page that somebody looks at.
pub const FOUND: usize = 20;

/// What the registry answers to a search, in its usual size.
pub fn search_answer() -> SearchCommunitiesResponse {
    SearchCommunitiesResponse { communities: vec![community(); FOUND], next_page_token: "x".repeat(80) }
}

fn community() -> Community {
    Community {
        community_id: Uuid::now_v7().to_string(),
        status: CommunityStatus::Active.into(),
        profile: Some(profile(1, "14.01.01.2009")),
        registered_on: Some(Date { year: 2018, month: 2, day: 1 }),
        last_activity_on: Some(Date { year: 2025, month: 2, day: 1 }),
        etag: "v17".into(),
        ..Community::default()
    }
}
