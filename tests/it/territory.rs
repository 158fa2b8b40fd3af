//! A decree that splits a province comes into force while its communities are imported.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    net::SocketAddr,
};

use kim_contract::registry::v1::{
    AdoptTerritoryRequest, CommunityRow, CountMembersRequest, GetCommunityHistoryRequest, GetCommunityRequest,
    GetRulesRequest, GetTerritoryRequest, ImportCommunitiesRequest, ListCommunitiesRequest, ListOfficesRequest,
    OfficeKind, RowOutcome, RowResult, SetDormancyRuleRequest, TerritoryDecision, TerritoryDecisionKind,
    rule_service_client::RuleServiceClient,
};
use kim_territory::{ActKind, Changes, Decree, Level, RegionCode, Ruling, Rulings, Territory};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use uuid::Uuid;

use crate::harness::{Caller, Nation, community_row, eventually, office, region, request_id};

const COMMUNITIES: usize = 500;
/// Rows a message: so few that the adoption falls between two of them.
const ROWS: usize = 10;

/// Villages of Papua Barat by their code of 2022, with that of 2023: half of those are of the new province. A village is told by the
/// names of its regency, its district and itself, where they name no other.
fn villages() -> BTreeMap<RegionCode, RegionCode> {
    let papua_barat: RegionCode = "92".parse().unwrap();
    let by_name = |decree: Decree, provinces: &[&str]| {
        let territory = Territory::of(decree);
        let mut by_name: HashMap<[String; 3], Vec<RegionCode>> = HashMap::new();
        for province in provinces {
            for village in territory.within(&province.parse().unwrap(), Level::Village) {
                let around = [village.code.regency().unwrap(), village.code.parent().unwrap(), village.code];
                let names = around.map(|code| territory.get(&code).unwrap().name.to_lowercase());
                by_name.entry(names).or_default().push(village.code);
            }
        }
        by_name
    };
    let then = by_name(Decree::D2022, &["92"]);
    let now = by_name(Decree::D2023, &["92", "96"]);
    let same = then.iter().filter_map(|(names, old)| match (&old[..], now.get(names).map(Vec::as_slice)) {
        ([old], Some([new])) => Some((*old, *new)),
        _ => None,
    });
    let (stay, go): (BTreeMap<_, _>, BTreeMap<_, _>) = same.partition(|(_, new)| papua_barat.contains(new));
    let half = COMMUNITIES / 2;
    assert!(stay.len() >= half && go.len() >= half, "{} and {}", stay.len(), go.len());
    stay.into_iter().take(half).chain(go.into_iter().take(half)).collect()
}

/// Every doubt decided: what is in doubt went.
fn decisions(from: Decree, to: Decree) -> Vec<TerritoryDecision> {
    let [old, new] = [from, to].map(|decree| Territory::of(decree).list());
    let mut rulings = Rulings::new();
    loop {
        let changes = Changes::ruled(old, new, &rulings).expect("a region may be gone");
        let doubtful: Vec<RegionCode> =
            changes.all().filter(|c| c.act.kind() == ActKind::Doubtful).map(|c| c.act.code()).collect();
        if doubtful.is_empty() {
            break;
        }
        rulings.extend(doubtful.into_iter().map(|code| (code, Ruling::Gone)));
    }
    let gone = |code: RegionCode| TerritoryDecision {
        old_code: code.to_string(),
        kind: TerritoryDecisionKind::Gone.into(),
        new_code: String::new(),
    };
    rulings.into_keys().map(gone).collect()
}

fn adopt(decree: Decree, decisions: Vec<TerritoryDecision>, dry_run: bool) -> AdoptTerritoryRequest {
    AdoptTerritoryRequest { request_id: request_id(), decree: decree.key().into(), decisions, dry_run }
}

/// One stream of rows, message by message.
struct Import {
    rows: mpsc::Sender<ImportCommunitiesRequest>,
    answers: tonic::Streaming<kim_contract::registry::v1::ImportCommunitiesResponse>,
}

impl Import {
    async fn begin(nation: &Nation, registry: SocketAddr) -> Self {
        let (rows, sent) = mpsc::channel(64);
        let mut communities = nation.communities_at(registry, &nation.national());
        let answers = communities.import_communities(ReceiverStream::new(sent)).await.unwrap().into_inner();
        Self { rows, answers }
    }

    async fn send(&mut self, rows: &[CommunityRow]) -> Vec<RowResult> {
        let mut results = Vec::with_capacity(rows.len());
        for rows in rows.chunks(ROWS) {
            self.rows.send(ImportCommunitiesRequest { rows: rows.to_vec() }).await.unwrap();
            results.extend(self.answers.message().await.unwrap().unwrap().results);
        }
        results
    }
}

/// All communities that a caller sees: id, seat and decree.
async fn listed(nation: &Nation, token: &str) -> BTreeMap<String, (String, String)> {
    let mut communities = nation.communities(token);
    let (mut all, mut page_token) = (BTreeMap::new(), String::new());
    loop {
        let request = ListCommunitiesRequest { page_size: 500, page_token, ..Default::default() };
        let page = communities.list_communities(request).await.unwrap().into_inner();
        for community in page.communities {
            let seat = community.profile.unwrap().seat.unwrap();
            assert!(all.insert(community.community_id, (seat.code, seat.decree)).is_none(), "listed twice");
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return all;
        }
    }
}

async fn seen(nation: &Nation, token: &str, id: &str) -> Result<(), Status> {
    let request = GetCommunityRequest { community_id: id.into() };
    nation.communities(token).get_community(request).await.map(|_| ())
}

async fn counted(nation: &Nation, token: &str, id: &str) -> Result<(), Status> {
    let request = CountMembersRequest {
        request_id: request_id(),
        community_id: id.into(),
        member_count: 21,
        ..CountMembersRequest::default()
    };
    nation.communities(token).count_members(request).await.map(|_| ())
}

async fn rule_months(rules: &mut RuleServiceClient<Caller>, code: &str) -> i32 {
    let answer = rules.get_rules(GetRulesRequest { region: region(code) }).await.unwrap().into_inner();
    answer.dormancy.map_or(0, |rule| rule.dormant_months)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::too_many_lines, reason = "one story, told once")]
async fn a_province_is_split_while_its_communities_are_imported_and_each_has_one_seat_and_one_office() {
    let nation = Nation::start().await;
    let replica = nation.another_registry().await;
    let national = nation.national();
    let mut rules = nation.rules(&national);
    let answer = rules.adopt_territory(adopt(Decree::D2022, vec![], false)).await.unwrap().into_inner();
    assert_eq!(answer.effect.unwrap().changed_regions, 0, "a log's first changes nothing");
    let sorong = office("Diskominfo Kota Sorong", OfficeKind::Regency, "92.71");
    nation.offices(&national).establish_office(sorong).await.unwrap();
    let rule = kim_contract::registry::v1::DormancyRule { reminder_months: 30, dormant_months: 36 };
    let own_rule = SetDormancyRuleRequest {
        request_id: request_id(),
        region: region("92.71"),
        rule: Some(rule),
        effective_from: None,
    };
    rules.set_dormancy_rule(own_rule).await.unwrap();

    let villages = villages();
    let rows = |seat: fn((&RegionCode, &RegionCode)) -> RegionCode| -> Vec<CommunityRow> {
        let named = villages.iter().enumerate();
        let row = |(i, pair): (usize, (&RegionCode, &RegionCode))| {
            community_row(i64::try_from(i).unwrap() + 1, &format!("KIM Cendrawasih {i:03}"), &seat(pair).to_string())
        };
        named.map(row).collect()
    };
    let (then, now) = (rows(|(old, _)| *old), rows(|(_, new)| *new));
    let parity = |rows: &[CommunityRow], odd| -> Vec<CommunityRow> {
        rows.iter().filter(|row| (row.row % 2 == 1) == odd).cloned().collect()
    };
    let old = nation.office_by("92", Decree::D2022);
    let new = nation.office_by("96", Decree::D2023);
    let early = nation.communities(&new).list_communities(ListCommunitiesRequest::default()).await.unwrap_err();
    assert_eq!(early.code(), Code::Unauthenticated, "its decree is not in force yet");

    // Two streams at two replicas; each has half of its rows in when the decree is adopted, and sends the others meanwhile.
    let mut streams = [Import::begin(&nation, nation.registry).await, Import::begin(&nation, replica).await];
    let halves = [true, false].map(|odd| parity(&then, odd));
    let mut results = Vec::new();
    for (stream, rows) in streams.iter_mut().zip(&halves) {
        results.extend(stream.send(&rows[..rows.len() / 2]).await);
    }
    assert!(results.iter().all(|result| result.outcome() == RowOutcome::Accepted), "{results:?}");
    let undecided = rules.adopt_territory(adopt(Decree::D2023, vec![], false)).await.unwrap_err();
    assert!(undecided.message().contains("invalid") || undecided.code() == Code::InvalidArgument, "{undecided}");
    let skipping = rules.adopt_territory(adopt(Decree::D2025, vec![], false)).await.unwrap_err();
    assert_eq!(skipping.code(), Code::FailedPrecondition, "{skipping}");
    let decided = decisions(Decree::D2022, Decree::D2023);
    let dry = rules.adopt_territory(adopt(Decree::D2023, decided.clone(), true)).await.unwrap().into_inner();
    let effect = dry.effect.unwrap();
    let (communities, offices) = (effect.communities.unwrap(), effect.offices.unwrap());
    assert!(communities.count > 0 && communities.items.len() == 20, "{communities:?}");
    assert_eq!((offices.count, effect.rule_books.unwrap().count), (1, 1));
    let moving: i32 = effect.community_moves.iter().map(|each| each.count).sum();
    assert_eq!(moving, communities.count);
    let in_force = rules.get_territory(GetTerritoryRequest {}).await.unwrap().into_inner();
    assert_eq!(in_force.decree, "2022", "a dry run changes nothing");

    let [one, other] = &mut streams;
    let adoption = adopt(Decree::D2023, decided, false);
    let (adopted, first, second) = tokio::join!(
        rules.adopt_territory(adoption.clone()),
        one.send(&halves[0][halves[0].len() / 2..]),
        other.send(&halves[1][halves[1].len() / 2..]),
    );
    let adopted = adopted.unwrap().into_inner();
    // What was refused was refused for its code, with the one of today; so it is sent.
    let refused: Vec<RowResult> =
        first.into_iter().chain(second).filter(|result| result.outcome() != RowOutcome::Accepted).collect();
    for result in &refused {
        let wanted = now[usize::try_from(result.row).unwrap() - 1].profile.as_ref().unwrap().seat.as_ref().unwrap();
        let [problem] = &result.problems[..] else { panic!("{result:?}") };
        assert_eq!(problem.field, "profile.seat.code", "{result:?}");
        assert!(problem.remedy.contains(&wanted.code), "{result:?}");
    }
    let again: BTreeSet<i64> = refused.iter().map(|result| result.row).collect();
    let again: Vec<CommunityRow> = now.iter().filter(|row| again.contains(&row.row)).cloned().collect();
    let results = streams[1].send(&again).await;
    assert!(results.iter().all(|result| result.outcome() == RowOutcome::Accepted), "{results:?}");

    // Each has one seat, the right one.
    let wanted: BTreeSet<String> = villages.values().map(ToString::to_string).collect();
    eventually("each community has its seat", async || {
        let seats = listed(&nation, &national).await;
        seats.len() == COMMUNITIES && seats.values().map(|(code, _)| code.clone()).collect::<BTreeSet<_>>() == wanted
    })
    .await;
    let all = listed(&nation, &national).await;
    let (theirs, ours) = (listed(&nation, &old).await, listed(&nation, &new).await);
    assert_eq!((theirs.len(), ours.len()), (COMMUNITIES / 2, COMMUNITIES / 2));
    assert!(theirs.values().all(|(code, _)| code.starts_with("92.")), "Papua Barat has what stayed");
    assert!(
        ours.values().all(|(code, decree)| code.starts_with("96.") && decree == "2023"),
        "Papua Barat Daya its own"
    );
    assert_eq!(theirs.keys().chain(ours.keys()).collect::<BTreeSet<_>>().len(), all.len());

    // Each office reads and writes its own, and to the other it is not there, to the letter.
    let (gone, stayed) = (ours.keys().next().unwrap(), theirs.keys().next().unwrap());
    let absent = seen(&nation, &old, &Uuid::now_v7().to_string()).await.unwrap_err();
    for (token, own, others) in [(&old, stayed, gone), (&new, gone, stayed)] {
        seen(&nation, token, own).await.unwrap();
        counted(&nation, token, own).await.unwrap();
        for refusal in [seen(&nation, token, others).await, counted(&nation, token, others).await] {
            let refusal = refusal.unwrap_err();
            assert_eq!(
                (refusal.code(), refusal.message(), refusal.details()),
                (Code::NotFound, absent.message(), absent.details())
            );
        }
    }
    let (left, _) = villages.iter().find(|(old, new)| old != new).unwrap();
    let regency = nation.office_by(&left.regency().unwrap().to_string(), Decree::D2022);
    assert!(!listed(&nation, &regency).await.is_empty(), "a regency's own token goes with its regency");

    // Nothing is doubled, and whoever moved moved once.
    let registry = nation.servers.pool("registry").await;
    let count = async |event: &str| {
        sqlx::query_as::<_, (i64, i64)>("SELECT count(*), count(DISTINCT aggregate_id) FROM log.event WHERE type = $1")
            .bind(format!("kim.registry.v1.{event}"))
            .fetch_one(&registry)
            .await
            .unwrap()
    };
    let (drafted, out, into) =
        (count("CommunityDrafted").await, count("CommunityMovedOut").await, count("CommunityMovedIn").await);
    let total = i64::try_from(COMMUNITIES).unwrap();
    assert_eq!((drafted, count("CommunityRegistered").await), ((total, total), (total, total)));
    assert!(out.0 > 0 && out.0 == out.1 && out == into, "{out:?} {into:?}");
    let names: i64 = sqlx::query_scalar("SELECT count(*) FROM log.claim WHERE kind = 'community-name-seat'")
        .fetch_one(&registry)
        .await
        .unwrap();
    assert_eq!(names, total, "each holds its name at its seat");
    let mover: Uuid = sqlx::query_scalar(
        "SELECT aggregate_id FROM log.event WHERE type = 'kim.registry.v1.CommunityMovedIn' LIMIT 1",
    )
    .fetch_one(&registry)
    .await
    .unwrap();
    registry.close().await;
    let history = GetCommunityHistoryRequest { community_id: mover.to_string(), page_size: 50, ..Default::default() };
    let told = nation.communities(&new).get_community_history(history.clone()).await.unwrap().into_inner().entries;
    let types: Vec<&str> = told.iter().rev().map(|entry| entry.event_type.rsplit('.').next().unwrap()).collect();
    assert!(
        types.starts_with(&[
            "CommunityDrafted",
            "CommunitySubmitted",
            "CommunityRegistered",
            "CommunityMovedOut",
            "CommunityMovedIn"
        ]),
        "{types:?}"
    );
    let hidden = nation.communities(&old).get_community_history(history).await.unwrap_err();
    assert_eq!(hidden.code(), Code::NotFound);

    // A name stays its holder's at the new seat.
    let twin =
        now.iter().find(|row| row.profile.as_ref().unwrap().seat.as_ref().unwrap().code.starts_with("96.")).unwrap();
    let twin = CommunityRow { row: 1, decree_number: "17/2023".into(), ..twin.clone() };
    let [taken] = &streams[0].send(&[twin]).await[..] else { panic!("one row, one answer") };
    assert_eq!(taken.problems[0].reason, "ALREADY_REGISTERED_DIFFERENTLY", "{taken:?}");

    // Offices and rules went along.
    let offices = nation.offices(&new).list_offices(ListOfficesRequest::default()).await.unwrap().into_inner().offices;
    let codes: Vec<String> = offices.into_iter().map(|office| office.region.unwrap().code).collect();
    assert_eq!(codes, ["96.71"]);
    assert_eq!(rule_months(&mut rules, "96.71").await, 36, "the city's own rule");

    // And on to the next list, which leaves more in doubt.
    let undecided = rules.adopt_territory(adopt(Decree::D2025, vec![], false)).await.unwrap_err();
    assert_eq!(undecided.code(), Code::InvalidArgument, "{undecided}");
    let decided = decisions(Decree::D2023, Decree::D2025);
    rules.adopt_territory(adopt(Decree::D2025, decided, false)).await.unwrap();
    let again = rules.adopt_territory(adoption).await.unwrap().into_inner();
    assert_eq!(again, adopted, "a request that comes again is answered as then");
    let in_force = rules.get_territory(GetTerritoryRequest {}).await.unwrap().into_inner();
    let known: Vec<&str> = in_force.adoptions.iter().map(|adoption| adoption.decree.as_str()).collect();
    assert_eq!((in_force.decree.as_str(), known), ("2025", vec!["2022", "2023", "2025"]));
    let (theirs, ours) = (listed(&nation, &old).await, listed(&nation, &new).await);
    assert_eq!(theirs.len() + ours.len(), COMMUNITIES);
    let today = Territory::of(Decree::D2025);
    let is_there = |code: &str| code.parse().is_ok_and(|code| today.get(&code).is_some());
    eventually("each seat is in force", async || {
        listed(&nation, &national).await.values().all(|(code, _)| is_there(code))
    })
    .await;
}
