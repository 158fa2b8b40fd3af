//! One material, and a list of them.

use std::fmt::Write;

use kim_contract::dissemination::v1::{self as pb, MaterialWithdrawalReason};
use kim_territory::spelling::grouped;
use serde::Serialize;

use super::version::{MaterialVersion, status};
use crate::{
    dates::{iso, spelled},
    facts::Facts,
    names::Names,
    places::place,
    table::Table,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Material {
    pub material_id: String,
    pub status: &'static str,
    pub programme_id: String,
    pub owning_office_id: String,
    pub owning_office_name: String,
    pub region: String,
    /// 0 before the first.
    pub published_version: i32,
    pub published_versions: Vec<MaterialVersion>,
    /// The version that is worked on.
    pub working_version: Option<MaterialVersion>,
    pub withdrawal: Option<Withdrawal>,
    pub etag: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    pub reason: &'static str,
    pub withdrawn_on: Option<String>,
    pub note: String,
}

impl Material {
    #[must_use]
    pub fn of(material: pb::Material, names: &Names) -> Self {
        Self {
            status: status(material.status()),
            owning_office_name: names.get(&material.owning_office_id).to_owned(),
            region: material.region.unwrap_or_default().code,
            published_versions: material.published_versions.into_iter().map(MaterialVersion::of).collect(),
            working_version: material.working_version.map(MaterialVersion::of),
            withdrawal: material.withdrawal.map(|withdrawal| Withdrawal {
                reason: self::withdrawal(withdrawal.reason()),
                withdrawn_on: iso(withdrawal.withdrawn_on.as_ref()),
                note: withdrawal.note,
            }),
            material_id: material.material_id,
            programme_id: material.programme_id,
            owning_office_id: material.owning_office_id,
            published_version: material.published_version,
            etag: material.etag,
        }
    }

    pub(super) fn screen(&self) -> String {
        let mut facts = Facts::default();
        facts
            .line("materi", &self.material_id)
            .line("status", self.status)
            .line("program", &self.programme_id)
            .line("kantor", &self.owning_office_name)
            .line("wilayah", place(&self.region));
        if let Some(Withdrawal { reason, withdrawn_on, note }) = &self.withdrawal {
            let on = spelled(withdrawn_on.as_deref());
            facts.line("ditarik", format!("{on}: {reason}")).line("catatan", note);
        }
        let mut text = facts.to_string();
        if !self.published_versions.is_empty() {
            let mut table = Table::new(&["VERSI", "STATUS", "TERBIT", "BAHASA", "SIDIK"]).right(0);
            for version in &self.published_versions {
                table.row([
                    version.version.to_string().as_str(),
                    version.status,
                    &spelled(version.published_on.as_deref()),
                    &version.languages.join(", "),
                    &version.content_hash,
                ]);
            }
            let _ = write!(text, "\n{table}");
        }
        if let Some(version) = &self.working_version {
            let mut facts = Facts::default();
            version.tell(&mut facts);
            let _ = write!(text, "\nYang sedang dikerjakan:\n{facts}{}", version.words());
        }
        text
    }

    /// What a reviewer reads, and then types.
    pub(super) fn to_approve(&self) -> String {
        let screen = self.screen();
        let Some(version) = self.working_version.as_ref().filter(|version| version.is_in_review) else {
            return format!("{screen}\nTidak ada naskah yang menunggu persetujuan.\n");
        };
        let approve = format!("→ kimctl material approve {} --hash {}", self.material_id, version.content_hash);
        if version.personal_data_marks.is_empty() {
            return format!("{screen}\nBila sudah dibaca dan benar semua:\n{approve}\n");
        }
        let marks: Vec<String> = version.personal_data_marks.iter().map(|mark| format!("• {}", mark.words())).collect();
        format!(
            "{screen}\nYang tampak seperti data pribadi; periksa satu per satu:\n{}\n\
             Bila sudah dibaca dan benar semua, dan yang ditandai itu memang boleh dibaca semua orang:\n\
             {approve} --personal-data-checked\n",
            marks.join("\n")
        )
    }
}

pub(super) fn table(materials: &[Material]) -> String {
    if materials.is_empty() {
        return "Tidak ada materi.\n".to_owned();
    }
    let mut table = Table::new(&["NOMOR", "STATUS", "TERBIT", "DIKERJAKAN", "BAHASA", "KANTOR", "PROGRAM"]);
    for one in materials {
        let newest = one.published_versions.last().or(one.working_version.as_ref());
        let published =
            if one.published_version > 0 { format!("versi {}", one.published_version) } else { String::new() };
        let working = one.working_version.as_ref();
        let working = working.map(|version| format!("versi {}, {}", version.version, version.status));
        table.row([
            one.material_id.as_str(),
            one.status,
            &published,
            &working.unwrap_or_default(),
            &newest.map(|version| version.languages.join(", ")).unwrap_or_default(),
            &one.owning_office_name,
            &one.programme_id,
        ]);
    }
    format!("{table}{} materi\n", grouped(materials.len()))
}

fn withdrawal(reason: MaterialWithdrawalReason) -> &'static str {
    match reason {
        MaterialWithdrawalReason::Unspecified => "tidak disebut",
        MaterialWithdrawalReason::FactsWrong => "isinya keliru",
        MaterialWithdrawalReason::Outdated => "sudah usang",
        MaterialWithdrawalReason::PolicyRevoked => "kebijakannya dicabut",
        MaterialWithdrawalReason::PersonalData => "memuat data pribadi",
        MaterialWithdrawalReason::PublishedInError => "keliru diterbitkan",
        MaterialWithdrawalReason::Other => "lain-lain",
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::{
        dissemination::v1::{MaterialStatus, MediaRole, MediaType, PersonalDataKind, RevisionReason},
        r#type::v1::{Date, Region},
    };

    use super::*;
    use crate::material::screen::PublishedVersion;

    fn version(version: i32, status: MaterialStatus) -> pb::MaterialVersion {
        pb::MaterialVersion {
            version,
            status: status.into(),
            content_hash: format!("{version}f"),
            languages: vec!["id".into(), "min".into()],
            ..pb::MaterialVersion::default()
        }
    }

    fn content() -> pb::Content {
        pb::Content {
            language: "id".into(),
            title: "Imunisasi anak".into(),
            body: "Satu.\n\nDua.".into(),
            links: vec![pb::ContentLink { title: "Jadwal".into(), address: "https://contoh.go.id".into() }],
            media: vec![pb::Media {
                hash: "ab".into(),
                r#type: MediaType::Png.into(),
                size: 20_480,
                role: MediaRole::Poster.into(),
                alt_text: "Seorang ibu".into(),
            }],
        }
    }

    fn material() -> pb::Material {
        pb::Material {
            material_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            programme_id: "program".into(),
            owning_office_id: "kantor".into(),
            region: Some(Region { code: "14".into(), decree: "2025".into() }),
            status: MaterialStatus::Published.into(),
            published_version: 1,
            published_versions: vec![pb::MaterialVersion {
                published_on: Some(Date { year: 2026, month: 3, day: 1 }),
                ..version(1, MaterialStatus::Published)
            }],
            working_version: Some(pb::MaterialVersion {
                contents: vec![content()],
                revision_reason: RevisionReason::Correction.into(),
                revision_note: "Tanggalnya keliru.".into(),
                ..version(2, MaterialStatus::InReview)
            }),
            ..pb::Material::default()
        }
    }

    #[test]
    fn a_reviewer_reads_all_of_it_and_then_types_its_hash() {
        assert_eq!(
            Material::of(material(), &Names::default()).to_approve(),
            "materi          018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d\n\
             status          terbit\n\
             program         program\n\
             kantor          kantor\n\
             wilayah         14 Provinsi Riau\n\n\
             VERSI  STATUS  TERBIT        BAHASA   SIDIK\n    \
             1  terbit  1 Maret 2026  id, min  1f\n\n\
             Yang sedang dikerjakan:\n\
             versi           2, diperiksa\n\
             sidik           2f\n\
             bahasa          id, min\n\
             alasan versi    koreksi\n\
             keterangan      Tanggalnya keliru.\n\n\
             ── id · Imunisasi anak ──\n\n\
             Satu.\n\nDua.\n\n\
             tautan  Jadwal: https://contoh.go.id\n\
             poster  PNG, 20.480 bita, sidik ab\n        \
             Seorang ibu\n\n\
             Bila sudah dibaca dan benar semua:\n\
             → kimctl material approve 018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d --hash 2f\n"
        );
        let returned = pb::Material { working_version: Some(version(2, MaterialStatus::Returned)), ..material() };
        let screen = Material::of(returned, &Names::default()).to_approve();
        assert!(screen.ends_with("Tidak ada naskah yang menunggu persetujuan.\n"), "{screen}");
    }

    #[test]
    fn what_looks_like_personal_data_is_shown_to_the_reviewer_with_how_to_confirm_it() {
        let mark = |field: &str, language: &str, kind: PersonalDataKind| pb::PersonalDataMark {
            field: field.into(),
            language: language.into(),
            kind: kind.into(),
        };
        let marked = pb::MaterialVersion {
            personal_data_marks: vec![
                mark("contents.body", "id", PersonalDataKind::PhoneNumber),
                mark("revision_note", "", PersonalDataKind::IdentityNumber),
            ],
            ..version(2, MaterialStatus::InReview)
        };
        let screen = Material::of(pb::Material { working_version: Some(marked), ..material() }, &Names::default());
        let screen = screen.to_approve();
        assert!(
            screen.ends_with(
                "Yang tampak seperti data pribadi; periksa satu per satu:\n\
                 • isi (id): nomor telepon seluler\n\
                 • keterangan versi: NIK atau nomor kartu keluarga\n\
                 Bila sudah dibaca dan benar semua, dan yang ditandai itu memang boleh dibaca semua orang:\n\
                 → kimctl material approve 018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d --hash 2f --personal-data-checked\n"
            ),
            "{screen}"
        );
    }

    #[test]
    fn a_withdrawn_version_says_so_before_its_words() {
        let shown = PublishedVersion::from(pb::GetMaterialVersionResponse {
            material_version: Some(pb::MaterialVersion {
                contents: vec![content()],
                ..version(1, MaterialStatus::Withdrawn)
            }),
            withdrawn: true,
            position: 4_321,
        });
        let screen = shown.screen();
        assert!(
            screen.contains("posisi log      4.321\n\nMateri ini sudah ditarik: jangan dipakai lagi.\n\n── id"),
            "{screen}"
        );
    }

    #[test]
    fn a_list_has_a_material_a_line() {
        let one = Material::of(material(), &Names::default());
        assert_eq!(
            table(&[one]),
            "NOMOR                                 STATUS  TERBIT   DIKERJAKAN          BAHASA   KANTOR  PROGRAM\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  terbit  versi 1  versi 2, diperiksa  id, min  kantor  program\n\
             1 materi\n"
        );
        assert_eq!(table(&[]), "Tidak ada materi.\n");
    }
}
