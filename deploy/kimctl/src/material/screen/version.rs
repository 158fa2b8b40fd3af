//! A version of a material, with all that it says.

use std::fmt::Write;

use kim_contract::dissemination::v1::{
    self as pb, MaterialReturnReason, MaterialStatus, MediaRole, PersonalDataKind, RevisionReason,
};
use kim_territory::spelling::grouped;
use serde::Serialize;

use super::super::media::type_name;
use crate::{
    dates::{iso, spelled},
    facts::Facts,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MaterialVersion {
    pub version: i32,
    pub status: &'static str,
    /// Whether it waits for an approval.
    #[serde(skip)]
    pub is_in_review: bool,
    pub content_hash: String,
    pub languages: Vec<String>,
    pub contents: Vec<Content>,
    /// `None` for a material's first version.
    pub revision_reason: Option<&'static str>,
    pub revision_note: String,
    pub return_reasons: Vec<&'static str>,
    pub return_note: String,
    pub approved_on: Option<String>,
    pub published_on: Option<String>,
    /// What looks like somebody's personal data.
    pub personal_data_marks: Vec<Mark>,
}

/// A text in which something looks like somebody's personal data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// As requests name it: `contents.body`.
    pub field: String,
    /// Empty for a revision's note.
    pub language: String,
    pub kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    pub language: String,
    pub title: String,
    pub body: String,
    pub links: Vec<Link>,
    pub media: Vec<Medium>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    pub title: String,
    pub address: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Medium {
    pub hash: String,
    pub r#type: &'static str,
    pub size: i64,
    pub role: &'static str,
    pub alt_text: String,
}

/// A version that was published, as everybody could read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedVersion {
    #[serde(flatten)]
    pub version: MaterialVersion,
    /// That the material is not to be used any more.
    pub withdrawn: bool,
    /// Where the log has it.
    pub position: i64,
}

impl From<pb::GetMaterialVersionResponse> for PublishedVersion {
    fn from(answer: pb::GetMaterialVersionResponse) -> Self {
        Self {
            version: MaterialVersion::of(answer.material_version.unwrap_or_default()),
            withdrawn: answer.withdrawn,
            position: answer.position,
        }
    }
}

impl MaterialVersion {
    #[must_use]
    pub fn of(version: pb::MaterialVersion) -> Self {
        let revision_reason = match version.revision_reason() {
            RevisionReason::Unspecified => None,
            reason => Some(revision(reason)),
        };
        Self {
            version: version.version,
            status: status(version.status()),
            is_in_review: version.status() == MaterialStatus::InReview,
            revision_reason,
            return_reasons: version.return_reasons().map(returning).collect(),
            personal_data_marks: version.personal_data_marks.into_iter().map(Mark::of).collect(),
            approved_on: iso(version.approved_on.as_ref()),
            published_on: iso(version.published_on.as_ref()),
            content_hash: version.content_hash,
            languages: version.languages,
            contents: version.contents.into_iter().map(Content::of).collect(),
            revision_note: version.revision_note,
            return_note: version.return_note,
        }
    }

    /// What is known of it, without what it says.
    pub(super) fn tell(&self, facts: &mut Facts) {
        facts
            .line("versi", format!("{}, {}", self.version, self.status))
            .line("sidik", &self.content_hash)
            .line("bahasa", self.languages.join(", "))
            .line("alasan versi", self.revision_reason.unwrap_or_default())
            .line("keterangan", &self.revision_note)
            .line("dikembalikan", self.return_reasons.join(", "))
            .line("catatan", &self.return_note)
            .line("disetujui", spelled(self.approved_on.as_deref()))
            .line("terbit", spelled(self.published_on.as_deref()));
    }

    /// All that it says, language by language.
    pub(super) fn words(&self) -> String {
        self.contents.iter().map(Content::words).collect()
    }
}

impl Mark {
    fn of(mark: pb::PersonalDataMark) -> Self {
        Self { kind: personal_data(mark.kind()), field: mark.field, language: mark.language }
    }

    /// Where it stands and what it looks like.
    pub(super) fn words(&self) -> String {
        let place = match self.field.as_str() {
            "contents.body" => "isi",
            "contents.media.alt_text" => "teks pengganti media",
            "revision_note" => "keterangan versi",
            other => other,
        };
        let language = if self.language.is_empty() { String::new() } else { format!(" ({})", self.language) };
        format!("{place}{language}: {}", self.kind)
    }
}

impl PublishedVersion {
    pub(super) fn screen(&self) -> String {
        let mut facts = Facts::default();
        self.version.tell(&mut facts);
        facts.line("posisi log", grouped(self.position));
        let withdrawn = if self.withdrawn { "\nMateri ini sudah ditarik: jangan dipakai lagi.\n" } else { "" };
        format!("{facts}{withdrawn}{}", self.version.words())
    }
}

impl Content {
    #[must_use]
    pub fn of(content: pb::Content) -> Self {
        let medium = |media: pb::Media| Medium {
            r#type: type_name(media.r#type()),
            role: role(media.role()),
            hash: media.hash,
            size: media.size,
            alt_text: media.alt_text,
        };
        Self {
            language: content.language,
            title: content.title,
            body: content.body,
            links: content.links.into_iter().map(|link| Link { title: link.title, address: link.address }).collect(),
            media: content.media.into_iter().map(medium).collect(),
        }
    }

    /// For a reader: title, text, links, media.
    #[must_use]
    pub fn words(&self) -> String {
        let mut text = format!("\n── {} · {} ──\n\n{}\n", self.language, self.title, self.body);
        if !(self.links.is_empty() && self.media.is_empty()) {
            text.push('\n');
        }
        for Link { title, address } in &self.links {
            let _ = writeln!(text, "tautan  {title}: {address}");
        }
        for Medium { hash, r#type, size, role, alt_text } in &self.media {
            let _ = writeln!(text, "{role}  {type}, {} bita, sidik {hash}", grouped(*size));
            if !alt_text.is_empty() {
                let _ = writeln!(text, "        {alt_text}");
            }
        }
        text
    }
}

pub(super) fn status(status: MaterialStatus) -> &'static str {
    match status {
        MaterialStatus::Unspecified => "tidak dikenal",
        MaterialStatus::Draft => "rancangan",
        MaterialStatus::InReview => "diperiksa",
        MaterialStatus::Returned => "dikembalikan",
        MaterialStatus::Approved => "disetujui",
        MaterialStatus::Published => "terbit",
        MaterialStatus::Superseded => "digantikan versi baru",
        MaterialStatus::Withdrawn => "ditarik",
        MaterialStatus::Discarded => "dibuang",
    }
}

fn revision(reason: RevisionReason) -> &'static str {
    match reason {
        RevisionReason::Unspecified => "tidak disebut",
        RevisionReason::Correction => "koreksi",
        RevisionReason::Update => "pemutakhiran",
        RevisionReason::Addition => "penambahan",
    }
}

fn returning(reason: MaterialReturnReason) -> &'static str {
    match reason {
        MaterialReturnReason::Unspecified => "tidak disebut",
        MaterialReturnReason::FactsWrong => "isinya keliru",
        MaterialReturnReason::SourceMissing => "sumbernya tidak ada",
        MaterialReturnReason::LanguageUnclear => "bahasanya tidak jelas",
        MaterialReturnReason::TranslationDiffers => "terjemahannya berbeda",
        MaterialReturnReason::MediaUnsuitable => "medianya tidak cocok",
        MaterialReturnReason::PersonalData => "memuat data pribadi",
        MaterialReturnReason::Other => "lain-lain",
    }
}

fn personal_data(kind: PersonalDataKind) -> &'static str {
    match kind {
        PersonalDataKind::Unspecified => "data pribadi",
        PersonalDataKind::IdentityNumber => "NIK atau nomor kartu keluarga",
        PersonalDataKind::PhoneNumber => "nomor telepon seluler",
        PersonalDataKind::MailAddress => "alamat surel, bukan milik kantor",
    }
}

fn role(role: MediaRole) -> &'static str {
    match role {
        MediaRole::Unspecified => "tidak dikenal",
        MediaRole::Illustration => "ilustrasi",
        MediaRole::Poster => "poster",
        MediaRole::Recording => "rekaman",
        MediaRole::Attachment => "lampiran",
    }
}
