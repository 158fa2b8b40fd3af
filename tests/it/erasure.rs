//! A person who was erased is nowhere any more: neither in words nor as a key that opens them.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use kim_contract::{
    registry::v1::{
        AppointOfficerRequest, CommunityContacts, EraseOfficerRequest, GetCommunityContactsRequest,
        GetCommunityRequest, ImportCommunitiesRequest, Officer, OfficerRole, RowOutcome,
    },
    reporting::v1::{GetReadModelRequest, RebuildReadModelRequest},
};
use kim_projection::store::digest;
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;

use crate::harness::{Nation, Servers, community_row, eventually, request_id};

/// What is planted of somebody. Each is unlike anything else in the world.
const ENTERED: [&str; 2] = ["Qwyxander Vzkerasan", "0811-9753-8642"];
const APPOINTED: [&str; 2] = ["Jvxqelina Pwzordhan", "0822-8642-9753"];
const STAYS: [&str; 2] = ["Hzvqarto Kxwindra", "0833-1597-5346"];

fn officer(role: OfficerRole, [name, phone]: [&str; 2]) -> Officer {
    Officer { role: role.into(), name: name.into(), phone: phone.into(), ..Officer::default() }
}

/// What the vault keeps of a person; in a backup bytes stand as PostgreSQL writes them in text.
struct Kept {
    key: Vec<u8>,
    in_backups: Vec<String>,
}

async fn kept(registry: &PgPool, owner: &str) -> Kept {
    let owner: Uuid = owner.parse().unwrap();
    let key = sqlx::query_scalar("SELECT wrapped FROM vault.key WHERE owner = $1").bind(owner);
    let in_backups = sqlx::query_scalar(
        "SELECT encode(wrapped, 'hex') FROM vault.key WHERE owner = $1
         UNION ALL SELECT encode(sealed, 'hex') FROM vault.record WHERE owner = $1",
    );
    let in_backups = in_backups.bind(owner).fetch_all(registry).await.unwrap();
    Kept { key: key.fetch_one(registry).await.unwrap(), in_backups }
}

fn holds(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// All that the servers have written.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => found.extend(files(&entry.path())),
            kind if kind.is_file() => found.push(entry.path()),
            _ => {}
        }
    }
    found
}

/// The files in which one of these stands.
fn found_in(servers: &Servers, sought: &[&[u8]]) -> BTreeSet<PathBuf> {
    let all = files(servers.dir.path());
    assert!(all.len() > 500, "the cluster's files are among them");
    // A file may go while they are read.
    let holds_one = |file: &PathBuf| fs::read(file).is_ok_and(|content| sought.iter().any(|one| holds(&content, one)));
    all.into_iter().filter(holds_one).collect()
}

/// Time goes by: what PostgreSQL has in memory is written, and the write-ahead log from before is removed.
async fn time_goes_by(servers: &Servers) {
    let mut admin = PgConnection::connect(&servers.postgres.superuser_url("postgres")).await.unwrap();
    for _ in 0..3 {
        sqlx::raw_sql("SELECT pg_switch_wal()").execute(&mut admin).await.unwrap();
        sqlx::raw_sql("CHECKPOINT").execute(&mut admin).await.unwrap();
    }
    admin.close().await.unwrap();
}

/// A backup of a database, in text.
fn backup(servers: &Servers, database: &str) -> String {
    let dumped = Command::new(servers.postgres.bin().join("pg_dump"))
        .arg(servers.postgres.superuser_url(database))
        .output()
        .expect("pg_dump stands beside the server");
    assert!(dumped.status.success(), "{}", String::from_utf8_lossy(&dumped.stderr));
    String::from_utf8(dumped.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_person_who_was_erased_can_be_found_or_opened_anywhere_and_a_rebuild_equals_the_live_model() {
    let nation = Nation::start().await;
    let mut office = nation.communities(&nation.office("14.01"));
    let mut row = community_row(1, "KIM Sumber Makmur", "14.01.01.2009");
    let officers = vec![officer(OfficerRole::Ketua, ENTERED), officer(OfficerRole::Sekretaris, STAYS)];
    row.contacts = Some(CommunityContacts { officers, ..CommunityContacts::default() });
    let rows = tokio_stream::once(ImportCommunitiesRequest { rows: vec![row] });
    let mut answers = office.import_communities(rows).await.unwrap().into_inner();
    let result = answers.message().await.unwrap().unwrap().results.remove(0);
    assert_eq!(result.outcome(), RowOutcome::Accepted, "{result:?}");
    let id = result.id;
    let appoint = AppointOfficerRequest {
        request_id: request_id(),
        community_id: id.clone(),
        officer: Some(officer(OfficerRole::Bendahara, APPOINTED)),
        ..AppointOfficerRequest::default()
    };
    let appointed = office.appoint_officer(appoint).await.unwrap().into_inner().officer_id;
    let question = GetCommunityRequest { community_id: id.clone() };
    let board = office.get_community(question.clone()).await.unwrap().into_inner().community.unwrap().officers;
    let ids: Vec<String> = board.iter().map(|officer| officer.term.as_ref().unwrap().officer_id.clone()).collect();
    let erased = [ids[0].clone(), appointed];

    let registry = nation.servers.pool("registry").await;
    let is_swept = async || {
        let unswept: bool = sqlx::query_scalar("SELECT unswept FROM vault.erased").fetch_one(&registry).await.unwrap();
        !unswept
    };
    eventually("nobody writes the keys' table anew meanwhile", is_swept).await;
    let (before, stays) = ([kept(&registry, &erased[0]).await, kept(&registry, &erased[1]).await], &ids[1]);
    let stays = kept(&registry, stays).await;
    let keys: Vec<&[u8]> = before.iter().map(|kept| kept.key.as_slice()).collect();
    time_goes_by(&nation.servers).await;
    assert!(!found_in(&nation.servers, &keys).is_empty(), "a key that is there is found");

    for officer_id in &erased {
        let erase = EraseOfficerRequest {
            request_id: request_id(),
            community_id: id.clone(),
            etag: String::new(),
            officer_id: officer_id.clone(),
        };
        office.erase_officer(erase).await.unwrap();
    }
    let swept = async || {
        let keys =
            sqlx::query_scalar("SELECT count(*) FROM vault.key WHERE owner = ANY ($1::uuid[])").bind(&erased[..]);
        let keys: i64 = keys.fetch_one(&registry).await.unwrap();
        keys == 0 && is_swept().await
    };
    eventually("the keys are gone from the files", swept).await;
    nation.settled().await;
    time_goes_by(&nation.servers).await;

    // Tables, indexes, write-ahead log, streams. Without its key what is left of a record says nothing to anybody.
    let words: Vec<&[u8]> = [ENTERED, APPOINTED, STAYS].as_flattened().iter().map(|words| words.as_bytes()).collect();
    assert_eq!(found_in(&nation.servers, &words), BTreeSet::new(), "words");
    assert_eq!(found_in(&nation.servers, &keys), BTreeSet::new(), "keys");
    assert!(!found_in(&nation.servers, &[&stays.key]).is_empty(), "whoever stays has a key");
    // Backups made after it.
    let dumps = [backup(&nation.servers, "registry"), backup(&nation.servers, "projection")];
    assert!(stays.in_backups.len() > 1, "a key and a record");
    assert!(stays.in_backups.iter().all(|kept| dumps[0].contains(kept)), "whoever stays is kept");
    for gone in before.iter().flat_map(|kept| &kept.in_backups) {
        assert!(dumps.iter().all(|dump| !dump.contains(gone)), "it stands in a backup");
    }
    // What is shown and exported.
    let question_of_contacts =
        GetCommunityContactsRequest { community_id: id.clone(), purpose: "menghubungi pengurus".into() };
    let contacts = office.get_community_contacts(question_of_contacts).await.unwrap().into_inner().contacts.unwrap();
    let names: Vec<&str> = contacts.officers.iter().map(|officer| officer.name.as_str()).collect();
    assert_eq!(names, ["", STAYS[0], ""]);
    let mut shown = vec![format!("{contacts:?}"), format!("{:?}", office.get_community(question).await.unwrap())];
    for path in ["/wilayah/14.01.01.2009", "/wilayah/14.01.01/kim", "/wilayah/14.01.01.csv", "/wilayah/14.01.01.json"] {
        shown.push(nation.page(path).await.1);
    }
    for words in [ENTERED, APPOINTED].as_flattened() {
        assert!(shown.iter().all(|text| !text.contains(words)), "{words} is shown");
    }

    let projection = nation.servers.pool("projection").await;
    let mut reports = nation.reports(&nation.national());
    let model = async || {
        let mut reports = nation.reports(&nation.national());
        let generation = reports.get_read_model(GetReadModelRequest {}).await.unwrap().into_inner().generation;
        digest(&projection, &format!("read_{generation}")).await.unwrap()
    };
    let live = model().await;
    let mut progress = reports.rebuild_read_model(RebuildReadModelRequest {}).await.unwrap().into_inner();
    let mut last = None;
    while let Some(step) = progress.message().await.unwrap() {
        last = Some(step);
    }
    assert!(last.is_some_and(|step| step.switched), "{last:?}");
    assert_eq!(model().await, live);
    nation.stop();
}
