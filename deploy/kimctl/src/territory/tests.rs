use std::{
    fs,
    path::{Path, PathBuf},
};

use kim_territory::Decree;

use super::{Checked, Count, Diff, check, diff};
use crate::cli;

fn between(from: Decree, to: Decree, output: Option<PathBuf>) -> anyhow::Result<Diff> {
    diff(&cli::Diff { from: Some(from), to: Some(to), from_list: None, to_list: None, output })
}

fn checked(file: &Path) -> anyhow::Result<Checked> {
    check(&cli::CheckTerritory { file: file.to_owned(), from_list: None, to_list: None })
}

/// The file of 2022 → 2023, with an officer's changes.
fn edited(edit: impl Fn(&str) -> String) -> Checked {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("perubahan.csv");
    between(Decree::D2022, Decree::D2023, Some(file.clone())).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, edit(&text)).unwrap();
    checked(&file).unwrap()
}

fn mistakes(checked: &Checked) -> Vec<(Option<i64>, &str, &str)> {
    checked.mistakes.iter().map(|mistake| (mistake.row, mistake.column.as_str(), mistake.reason.as_str())).collect()
}

const DOUBTFUL: &str = "ragu;92.01.01.2016;Suatolo;;;karena pindah 92.01.01 · calon: 96.01.01.2014 Suatolo6;";

#[test]
fn a_new_province_is_a_handful_of_rows() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("perubahan.csv");
    let diff = between(Decree::D2022, Decree::D2023, Some(file.clone())).unwrap();
    assert_eq!(diff.changes.len(), 6, "a split, and five names set right");
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..5],
        [
            "\u{feff}jenis;kode_lama;nama_lama;kode_baru;nama_baru;keterangan;keputusan",
            "daftar;2022;Kepmendagri Nomor 100.1.1-6117 Tahun 2022;2023;Kepmendagri Nomor 100.1.1-6117 Tahun 2022 dengan \
             Papua Barat Daya menurut Undang-Undang Nomor 29 Tahun 2022;;",
            "ganti nama;12.12.02.2004;Sibarani Nasampulu/Namungk;12.12.02.2004;Sibarani Nasampulu/Namungkup;;",
            "ganti nama;13.05.03.2006;Padang Kandang Pulau Air Padang;13.05.03.2006;\
             Padang Kandang Pulau Air Padang Bintungan;;",
            "ganti nama;51.04.03.2011;Suwet;51.04.03.2011;Suwat;;"
        ]
    );
    assert!(text.contains("mekar;92;Papua Barat;96;Papua Barat Daya;;\n"), "{text}");
    let moved = "pindah;92.71;Kota Sorong;96.71;Kota Sorong;\
                 karena mekar 92 · beserta 10 kecamatan dan 41 desa/kelurahan;\n";
    assert!(text.contains(moved), "{text}");
    assert_eq!(lines.len(), 2 + 5 + 1 + 6 + 1, "{text}");
    let screen = diff.screen();
    assert!(screen.contains("Yang harus diputuskan orang (1):\n"), "{screen}");
    let sorong = Count {
        level: "kabupaten/kota",
        unchanged: 508,
        renamed: 0,
        moved: 6,
        split: 0,
        merged: 0,
        new: 0,
        gone: 0,
        doubtful: 0,
        followers: 0,
        respelt: 0,
    };
    assert_eq!(diff.counts[1], sorong);

    let error = between(Decree::D2022, Decree::D2023, Some(file)).unwrap_err();
    assert!(error.to_string().contains("sudah ada"), "decisions are not written over: {error}");
}

#[test]
fn a_file_is_whole_once_all_is_decided() {
    let untouched = edited(str::to_owned);
    assert_eq!((mistakes(&untouched), untouched.undecided.len(), untouched.is_whole()), (vec![], 1, false));
    assert_eq!(untouched.undecided[0].region.code, "92.01.01.2016");
    assert!(untouched.screen().contains("Yang masih harus diputuskan (1):\n"), "{}", untouched.screen());

    for decision in ["96.01.01.2014", "hapus", "gabung 96.01.01.2013"] {
        let decided = edited(|text| text.replace(DOUBTFUL, &format!("{DOUBTFUL}{decision}")));
        assert!(decided.is_whole(), "{decision}: {decided:?}");
        assert_eq!((decided.rows, decided.decided), (13, 1));
        assert!(decided.screen().ends_with("Berkas lengkap.\n"), "{}", decided.screen());
    }
}

#[test]
fn the_rows_of_a_spreadsheet_may_stand_in_any_order_and_form() {
    let checked = edited(|text| {
        let mut lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        lines[1..].reverse();
        lines.join("\r\n").replace("92.71;", "9271;") + "\r\n;;;;;;\r\n"
    });
    assert_eq!((mistakes(&checked), checked.undecided.len()), (vec![], 1));
}

#[test]
fn all_that_is_wrong_with_a_file_is_said_at_once() {
    let checked = edited(|text| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        // As a spreadsheet shows them, the header is row 1.
        lines[2] = lines[2].replacen("12.12.02.2004", "12/12/02", 1);
        lines[3] = lines[3].replace("Padang Kandang Pulau Air Padang;", "Padang;");
        lines[4] = lines[4].replace("ganti nama", "ubah");
        lines[5] += "51.04.99.2001";
        let line = |beginning: &str| lines.iter().position(|line| line.starts_with(beginning)).unwrap();
        let (split, sorong, maybrat) = (line("mekar"), line("pindah;92.71"), line("pindah;92.10"));
        lines[split] += "96";
        lines[sorong] = lines[maybrat].clone();
        lines.push("pindah;14.01;Kabupaten Kampar;14.02;Kabupaten Indragiri Hulu;;".to_owned());
        lines.push("ragu;14.01;Kabupaten Kampar;;;;".to_owned());
        lines.push("baru;;;14.99;Kabupaten Baru;;ya".to_owned());
        lines.join("\n")
    });
    assert_eq!(
        mistakes(&checked),
        [
            (Some(3), "kode_lama", "CODE_MALFORMED"),
            (Some(4), "nama_lama", "NAME_OTHER"),
            (Some(5), "jenis", "WORD_UNKNOWN"),
            (Some(6), "keputusan", "DECISION_UNTENABLE"),
            (Some(8), "keputusan", "DECISION_MISPLACED"),
            (Some(15), "jenis", "ROW_TWICE"),
            (Some(16), "jenis", "ROW_UNKNOWN"),
            (Some(17), "jenis", "NOT_DOUBTFUL"),
            (Some(18), "keputusan", "DECISION_MALFORMED"),
            (Some(18), "kode_baru", "CODE_UNKNOWN"),
            (None, "", "ROW_MISSING"),
            (None, "", "ROW_MISSING"),
        ]
    );
    let missing: Vec<&str> = checked.mistakes[10..].iter().map(|mistake| mistake.message.as_str()).collect();
    assert_eq!(missing, ["Baris ganti nama 51.04.03.2011 51.04.03.2011 hilang.", "Baris pindah 92.71 96.71 hilang."]);
    assert_eq!((checked.undecided.len(), checked.counts.len()), (1, 0));
    assert!(checked.screen().contains("Yang harus diperbaiki (12):\n"), "{}", checked.screen());
}

#[test]
fn an_officer_may_know_better_than_the_lists() {
    let row = "pindah;92.71;Kota Sorong;96.71;Kota Sorong;\
               karena mekar 92 · beserta 10 kecamatan dan 41 desa/kelurahan;";
    let checked = edited(|text| text.replace(row, &format!("{row}hapus")));
    assert_eq!((mistakes(&checked), checked.decided), (vec![], 1));
    let count = &checked.counts[1];
    assert_eq!((count.moved, count.gone, count.new), (5, 1, 1));
    assert_eq!(checked.undecided.len(), 1 + 10 + 41, "what lay in it was found there only because it moved");
}

#[test]
fn only_neighbours_among_the_built_in_lists_are_compared() {
    let said = |from, to| between(from, to, None).unwrap_err().to_string();
    assert!(said(Decree::D2022, Decree::D2025).contains("--from 2022 --to 2023"));
    assert!(said(Decree::D2023, Decree::D2022).contains("mendahului"));
    assert!(said(Decree::D2023, Decree::D2023).contains("mendahului"));
}

#[test]
fn lists_out_of_files_are_compared_and_known_again() {
    let dir = tempfile::tempdir().unwrap();
    let list = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let old = list("lama.csv", "code,name\n14,RIAU\n14.01,KABUPATEN KAMPAR\n");
    let new = list("baru.csv", "kode;nama\n14;Riau\n14.01;Kabupaten Kampar\n14.02;Kabupaten Indragiri Hulu\n");
    let file = dir.path().join("perubahan.csv");
    let wish = |from: &Path, to: &Path| cli::Diff {
        from: None,
        to: None,
        from_list: Some(from.to_owned()),
        to_list: Some(to.to_owned()),
        output: Some(file.clone()),
    };
    let diff = diff(&wish(&old, &new)).unwrap();
    assert_eq!((diff.counts[1].unchanged, diff.counts[1].new, diff.counts[1].respelt), (1, 1, 1));
    let check = |from_list: Option<&Path>, to_list: Option<&Path>| {
        let [from_list, to_list] = [from_list, to_list].map(|path| path.map(Path::to_owned));
        super::check(&cli::CheckTerritory { file: file.clone(), from_list, to_list })
    };
    assert!(check(Some(&old), Some(&new)).unwrap().is_whole());
    assert!(check(Some(&old), None).unwrap_err().to_string().contains("--to-list"));
    assert!(check(Some(&new), Some(&new)).unwrap_err().to_string().contains("kode-kodenya lain"));

    let broken = list("rusak.csv", "code,name\n14,RIAU\n14.1,KAMPAR\n15.01,KERINCI\n");
    let said = super::diff(&wish(&old, &broken)).unwrap_err().to_string();
    assert!(said.contains("baris 3: Kode wilayah \"14.1\" tidak lengkap"), "{said}");
    assert!(said.contains("Wilayah 15.01 ada, tetapi 15 di atasnya tidak"), "{said}");
}
