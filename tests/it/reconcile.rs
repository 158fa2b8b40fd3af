//! An office's list comes in from a workbook, a list of somebody else is laid beside it, and what differs is proposed.

use std::{fs, path::PathBuf};

use kim_contract::registry::v1::GetCommunityRequest;
use kim_fixture::{Cell, workbook};
use kimctl::{
    cli::{self, Import},
    connection::Services,
    import::{self, Check},
    reconcile::{self, Reconciled},
    run::run,
};

use crate::harness::Nation;

const OFFICE: &str = "14.01";

/// A file of this nation.
fn file(nation: &Nation, name: &str, content: impl AsRef<[u8]>) -> String {
    let path: PathBuf = nation.servers.dir.path().join(name);
    fs::write(&path, content).unwrap();
    path.into_os_string().into_string().unwrap()
}

/// Communities by name and village, as an office keeps them.
fn roster(communities: &[(&str, &str)]) -> Vec<u8> {
    let title = [Cell::Text("Daftar KIM Kabupaten Kampar")];
    let header = [
        "No.",
        "Nama Kelompok",
        "Kecamatan",
        "Desa/Kelurahan",
        "Tgl. Berdiri",
        "No. SK",
        "Tanggal SK",
        "Tingkat SK",
        "Kelompok Basis",
        "Jumlah Anggota",
        "Ketua",
        "Tanggal Registrasi",
    ]
    .map(Cell::Text);
    let mut rows = vec![title.to_vec(), header.to_vec()];
    for ((name, village), number) in communities.iter().zip(1..) {
        rows.push(vec![
            Cell::Number(number.into()),
            Cell::Text(name),
            Cell::Text("Bangkinang Kota"),
            Cell::Text(village),
            // The 17th and the 20th of August 2015.
            Cell::Day(42_233.0),
            Cell::Text("489/07/401.403.6/2015"),
            Cell::Number(42_236.0),
            Cell::Text("kepala desa"),
            Cell::Text("pemuda"),
            Cell::Number(14.0),
            Cell::Text("Ketua 0001"),
            Cell::Text("1/2/2018"),
        ]);
    }
    let rows: Vec<&[Cell<'_>]> = rows.iter().map(Vec::as_slice).collect();
    workbook(&[("Data", &rows)])
}

async fn checked(nation: &Nation, token: &str, path: &str) -> Check {
    let cli = nation.kimctl(token, &["import", "communities", path, "--region", OFFICE, "--check"]);
    let cli::Command::Import(Import::Communities(wish)) = cli.command else { unreachable!() };
    import::check(&Services::of(&cli.options).unwrap(), &wish.list).await.unwrap()
}

async fn reconciled(nation: &Nation, token: &str, path: &str, further: &[&str]) -> Reconciled {
    let typed =
        ["reconcile", "communities", path, "--region", OFFICE, "--map", "Sebutan=nama_kim", "--map", "Catatan=-"];
    let cli = nation.kimctl(token, &[&typed, further].concat());
    let cli::Command::Reconcile(command) = cli.command else { unreachable!() };
    reconcile::run(&Services::of(&cli.options).unwrap(), command).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn likely_duplicates_stop_an_import_until_a_person_has_looked() {
    let nation = Nation::start().await;
    let office = nation.office(OFFICE);
    let import = async |path: &str, further: &[&str]| {
        let typed = [&["import", "communities", path, "--region", OFFICE], further].concat();
        run(nation.kimctl(&office, &typed)).await.unwrap();
        nation.head().await
    };
    let first =
        file(&nation, "daftar.xlsx", roster(&[("KIM Pasir Huni", "Kumantan"), ("KIM Suara Desa", "Ridan Permai")]));
    assert!(checked(&nation, &office, &first).await.is_clean());
    let empty = nation.head().await;
    let before = import(&first, &[]).await;
    assert!(before > empty, "both are in");
    assert_eq!(import(&first, &[]).await, before, "again, and nothing is added");

    let further = file(&nation, "lagi.xlsx", roster(&[("KIM Pasirhumi", "Kumantan"), ("KIM Anggrek", "Langgini")]));
    let found = checked(&nation, &office, &further).await;
    let pair = &found.registered[0];
    assert_eq!((pair.row, pair.name.as_str(), pair.other_name.as_str()), (3, "KIM Pasirhumi", "KIM Pasir Huni"));
    assert_eq!((pair.seat.as_str(), pair.other_seat.as_str()), ("14.01.01.2009", "14.01.01.2009"));
    assert_eq!(nation.head().await, before, "a check writes nothing");
    assert_eq!(import(&further, &[]).await, before, "and so does an import that is in doubt");
    assert!(import(&further, &["--accept-duplicates"]).await > before);
    let all = checked(&nation, &office, &further).await;
    assert_eq!((all.known, all.is_clean()), (2, true), "nothing was merged");
    nation.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_somebody_else_is_laid_beside_the_registry_and_what_differs_is_proposed() {
    let nation = Nation::start().await;
    let office = nation.office(OFFICE);
    let communities = [
        ("KIM Pasir Huni", "Kumantan"),
        ("KIM Suara Desa", "Ridan Permai"),
        ("KIM Anggrek", "Langgini"),
        ("KIM Melati", "Bangkinang"),
    ];
    let own = file(&nation, "daftar.xlsx", roster(&communities));
    run(nation.kimctl(&office, &["import", "communities", &own, "--region", OFFICE])).await.unwrap();
    let theirs = file(
        &nation,
        "kim-id.csv",
        "Unduhan KIM.ID\n\nNo;Sebutan;Kecamatan;Desa/Kelurahan;Jumlah Anggota;Tanggal SK;Ketua;Catatan\n\
         1;KIM Pasir Huni;Bangkinang Kota;Kumantan;14;20/08/2015;Ketua 0001;\n\
         2;KIM Suara Desa;Bangkinang Kota;Ridan Permai;21;20/08/2015;-;pindah\n\
         3;KIM Mawar;Bangkinang Kota;Kumantan;-;-;-;\n\
         4;KIM Angrek;Bangkinang Kota;Kumantan;-;-;-;\n\
         5;KIM Kenanga;Bangkinang Kota;Kumentan;-;-;-;\n",
    );
    let found = reconciled(&nation, &office, &theirs, &[]).await;
    let names = |found: &[reconcile::One]| found.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!((found.matched.len(), found.matched[0].ours.name.as_str()), (1, "KIM Pasir Huni"), "{found:?}");
    assert_eq!((found.differing.len(), found.differing[0].ours.name.as_str()), (1, "KIM Suara Desa"));
    let difference = &found.differing[0].differences[..];
    assert!(matches!(difference, [one] if one.field == "jumlah anggota" && one.theirs == "21" && one.ours == "14"));
    assert_eq!((found.doubtful.len(), found.doubtful[0].ours.name.as_str()), (1, "KIM Anggrek"));
    assert_eq!(names(&found.missing_there), ["KIM Melati"]);
    assert_eq!(names(&found.missing_here), ["KIM Mawar"]);
    assert_eq!((found.problems.len(), found.problems[0].alasan.as_str()), (1, "REGION_UNKNOWN"));
    assert!(found.problems[0].perbaikan.contains("Desa Kumantan"), "{:?}", found.problems);

    let before = nation.head().await;
    let ready = reconciled(&nation, &office, &theirs, &["--propose"]).await;
    assert_eq!((ready.to_propose, ready.proposed.len(), nation.head().await), (1, 0, before), "not before --yes");
    let report = nation.servers.dir.path().join("banding.csv");
    let for_good = ["--propose", "--yes", "--report", report.to_str().unwrap()];
    let sent = reconciled(&nation, &office, &theirs, &for_good).await;
    assert_eq!((sent.proposed.len(), sent.proposed[0].refused.as_deref()), (1, None));
    assert!(fs::read_to_string(&report).unwrap().contains(&format!("diusulkan: {}", sent.proposed[0].change_id)));
    let again = reconciled(&nation, &office, &theirs, &for_good).await;
    assert!(again.proposed[0].refused.is_some(), "the first one waits for its answer: {:?}", again.proposed);

    let question = GetCommunityRequest { community_id: sent.proposed[0].community_id.clone() };
    let mut client = nation.communities(&office);
    let shown = client.get_community(question).await.unwrap().into_inner().community.unwrap();
    assert_eq!(shown.profile.unwrap().member_count, 14, "nothing is changed until the office accepts it");
    let change = shown.proposed_change.unwrap();
    assert_eq!((change.change_id, change.profile.unwrap().member_count), (sent.proposed[0].change_id.clone(), 21));

    // Whoever reads none of it finds nothing there, and changes nothing.
    let stranger = reconciled(&nation, &nation.office("14.02"), &theirs, &["--propose", "--yes"]).await;
    assert_eq!((stranger.matched.len(), stranger.missing_there.len(), stranger.missing_here.len()), (0, 0, 4));
    assert!(stranger.proposed.is_empty());
    nation.stop();
}
