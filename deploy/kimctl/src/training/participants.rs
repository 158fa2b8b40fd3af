//! The communities that a command is about, typed or from a file.

use anyhow::bail;
use kim_contract::registry::v1::Attendance;

use super::args::Communities;
use crate::sheet::{PARTICIPANT, participant_row, whole};

/// Communities and who came of each, as far as the file says.
pub fn participants(wish: &Communities) -> anyhow::Result<Vec<Attendance>> {
    let typed = wish.kims.iter().map(|id| Attendance { community_id: id.to_string(), ..Attendance::default() });
    let mut participants: Vec<Attendance> = typed.collect();
    if let Some(path) = &wish.file {
        participants.extend(whole(path, &PARTICIPANT, participant_row)?);
    }
    if participants.is_empty() {
        bail!("belum ada KIM; sebutkan dengan --kim atau --file");
    }
    Ok(participants)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";

    fn of(text: &str) -> anyhow::Result<Vec<Attendance>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("peserta.csv");
        std::fs::write(&path, text).unwrap();
        participants(&Communities { kims: vec![], file: Some(path) })
    }

    #[test]
    fn a_file_names_communities_and_who_came() {
        let read = of(&format!("id_kim;jumlah_orang;pengurus\n{ID};3;{ID} {ID}\n{ID};;\n")).unwrap();
        assert_eq!(read[0], Attendance { community_id: ID.into(), officer_ids: vec![ID.into(); 2], people: 3 });
        assert_eq!(read[1], Attendance { community_id: ID.into(), officer_ids: vec![], people: 0 });
        let typed = participants(&Communities { kims: vec![ID.parse().unwrap()], file: None }).unwrap();
        assert_eq!(typed[0].community_id, ID);
    }

    #[test]
    fn what_is_wrong_with_it_is_told_row_by_row() {
        let error = of(&format!("id_kim,jumlah_orang\n{ID},tiga\n,4\n")).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("baris 2, kolom jumlah_orang") && error.contains("baris 3, kolom id_kim"), "{error}");
        assert!(format!("{:#}", of("nama\nKIM\n").unwrap_err()).contains("kolom belum ada: id_kim"));
        assert!(participants(&Communities { kims: vec![], file: None }).is_err());
    }
}
