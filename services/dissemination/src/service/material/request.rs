//! From requests to what the domain knows of a material: what comes through is valid.

use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    field,
    problem::{Problem, Problems},
    wire::Paired,
    words::Words,
};
use kim_territory::{Adopted, spelling::grouped};
use kim_values::{DocumentHash, Link, PublicName, Region, TextError};

use crate::{
    domain::{
        content::{
            AltText, Body, Content, ContentFlaw, ContentLink, Contents, Language, MAX_ATTACHED, MAX_BYTES,
            MAX_LANGUAGES, Mark, MarkedText, Media, MediaError, MediaRole, MediaType, Note, PersonalData, Wording,
        },
        ids::ProgrammeId,
        material::{ReturnReason, RevisionReason, Status, WithdrawalReason},
    },
    index::{MaterialFilter, place},
    media::Announced,
    service::request::{self, optional},
    wire::material::field as field_of,
};

/// Reasons of [`TextError`] in its order, for a text that is called so in reasons.
macro_rules! reasons {
    ($what:literal) => {
        &[
            concat!($what, "_EMPTY"),
            concat!($what, "_TOO_SHORT"),
            concat!($what, "_TOO_LONG"),
            concat!($what, "_CONTROL_CHARACTER"),
            concat!($what, "_WITHOUT_LETTER"),
            concat!($what, "_HAS_ADDRESS"),
            concat!($what, "_HAS_PHONE_NUMBER"),
        ]
    };
}

/// A wording that says what has changed, or none of a first version.
pub(super) fn wording(contents: &[pb::Content], note: &str) -> Result<Wording, Problems> {
    let mut problems = Problems::default();
    let contents = checked(contents, &mut problems);
    let note = problems.note("revision_note", optional(note, revision_note));
    problems.finish(contents.zip(note).map(|(contents, note)| Wording { contents, note }))
}

pub(super) fn revision(request: &pb::ReviseMaterialRequest) -> Result<(RevisionReason, Wording), Problems> {
    let mut problems = Problems::default();
    let unknown = || field::unknown("REVISION_REASON_UNKNOWN", "Alasan versi baru");
    let reason = problems.note("reason", RevisionReason::from_proto(request.reason).ok_or_else(unknown));
    let contents = checked(&request.contents, &mut problems);
    let note = problems.note("revision_note", revision_note(&request.revision_note));
    let wording = contents.zip(note).map(|(contents, note)| Wording { contents, note: Some(note) });
    problems.finish(reason.zip(wording))
}

pub(super) fn contents(contents: &[pb::Content]) -> Result<Contents, Problems> {
    let mut problems = Problems::default();
    let contents = checked(contents, &mut problems);
    problems.finish(contents)
}

fn checked(contents: &[pb::Content], problems: &mut Problems) -> Option<Contents> {
    // Beyond this nobody is told of each mistake.
    if contents.len() > MAX_LANGUAGES {
        problems.add("contents", flaw(&ContentFlaw::TooManyLanguages));
        return None;
    }
    let each: Vec<Option<Content>> = contents.iter().map(|one| content(one, problems)).collect();
    let contents = Contents::new(each.into_iter().collect::<Option<_>>()?);
    problems.note("contents", contents.map_err(|error| flaw(&error)))
}

fn content(content: &pb::Content, problems: &mut Problems) -> Option<Content> {
    let unknown = || {
        Words::new(
            "LANGUAGE_UNKNOWN",
            "Kode bahasa salah bentuk.",
            "Tulis kode ISO 639, misalnya id, jv, atau min; dengan aksara lain, misalnya jv-Java.",
        )
    };
    let language = problems.note("contents.language", Language::parse(&content.language).ok_or_else(unknown));
    let title = PublicName::parse(&content.title).map_err(|error| text(error, "Judul", reasons!("TITLE")));
    let title = problems.note("contents.title", title);
    let body = Body::parse(&content.body).map_err(|error| text(error, "Isi", reasons!("BODY")));
    let body = problems.note("contents.body", body);
    let links: Vec<Option<ContentLink>> = content.links.iter().map(|one| link(one, problems)).collect();
    let media: Vec<Option<Media>> = content.media.iter().map(|one| medium(one, problems)).collect();
    let links = links.into_iter().collect::<Option<_>>();
    let media = media.into_iter().collect::<Option<_>>();
    Some(Content { language: language?, title: title?, body: body?, links: links?, media: media? })
}

fn link(link: &pb::ContentLink, problems: &mut Problems) -> Option<ContentLink> {
    let title = PublicName::parse(&link.title).map_err(|error| text(error, "Judul tautan", reasons!("LINK_TITLE")));
    let title = problems.note("contents.links.title", title);
    let address = problems.note("contents.links.address", Link::parse(&link.address).map_err(Words::link));
    Some(ContentLink { title: title?, address: address? })
}

fn medium(media: &pb::Media, problems: &mut Problems) -> Option<Media> {
    let hash = problems.note("contents.media.hash", media_hash(&media.hash));
    let media_type = problems.note("contents.media.type", media_type(media.r#type));
    let size = problems.note("contents.media.size", media_size(media.size));
    let unknown = || field::unknown("MEDIA_ROLE_UNKNOWN", "Kegunaan berkas");
    let role = problems.note("contents.media.role", MediaRole::from_proto(media.role).ok_or_else(unknown));
    let alt = |alt: &str| AltText::parse(alt).map_err(|error| text(error, "Keterangan gambar", reasons!("ALT_TEXT")));
    let alt_text = problems.note("contents.media.alt_text", optional(&media.alt_text, alt));
    let media = Media::new(hash?, media_type?, size?, role?, alt_text?);
    problems.note("contents.media", media.map_err(media_flaw))
}

fn text(error: TextError, what: &str, reasons: &[&'static str; 7]) -> Words {
    Words::text(error, what, reasons)
}

fn revision_note(note: &str) -> Result<Note, Words> {
    Note::parse(note).map_err(|error| text(error, "Keterangan perubahan", reasons!("REVISION_NOTE")))
}

/// A medium that is to come.
pub(super) fn announced(description: &pb::MediaDescription) -> Result<Announced, Problems> {
    let mut problems = Problems::default();
    let hash = problems.note("description.hash", media_hash(&description.hash));
    let media_type = problems.note("description.type", media_type(description.r#type));
    let size = problems.note("description.size", media_size(description.size));
    let announced = hash.zip(media_type).zip(size).and_then(|((hash, media_type), size)| {
        problems.note("description.size", Announced::new(hash, media_type, size).map_err(media_flaw))
    });
    problems.finish(announced)
}

pub(super) fn media_hash(hash: &str) -> Result<DocumentHash, Words> {
    DocumentHash::parse(hash)
        .ok_or_else(|| Words::new("MEDIA_HASH_INVALID", "Sidik berkas bukan SHA-256.", "Tulis 64 angka heksadesimal."))
}

fn media_type(media_type: i32) -> Result<MediaType, Words> {
    MediaType::from_proto(media_type).ok_or_else(|| {
        Words::new(
            "MEDIA_TYPE_UNKNOWN",
            "Jenis berkas belum dipilih atau tidak dikenal.",
            "Pilih JPEG, PNG, WebP, PDF, MP3, atau MP4.",
        )
    })
}

fn media_size(size: i64) -> Result<u64, Words> {
    u64::try_from(size)
        .map_err(|_| Words::new("MEDIA_SIZE_INVALID", "Ukuran berkas kurang dari nol.", "Tulis jumlah bita berkasnya."))
}

fn media_flaw(error: MediaError) -> Words {
    match error {
        MediaError::Empty => Words::new("MEDIA_EMPTY", "Berkas ini kosong.", "Periksa berkasnya, lalu unggah lagi."),
        MediaError::TooLarge(max) => Words::new(
            "MEDIA_TOO_LARGE",
            format!("Berkas ini lebih besar dari {} MiB.", max / (1024 * 1024)),
            "Perkecil berkasnya; di desa sambungan sering lambat.",
        ),
        MediaError::AltTextMissing => Words::new(
            "ALT_TEXT_MISSING",
            "Ada gambar tanpa keterangan bagi yang tidak dapat melihatnya.",
            "Tulis apa yang tampak pada gambar itu.",
        ),
        MediaError::RoleMismatch => Words::new(
            "MEDIA_ROLE_MISMATCH",
            "Jenis berkas tidak cocok dengan kegunaannya.",
            "Ilustrasi harus gambar, poster harus gambar atau PDF, rekaman harus MP3 atau MP4.",
        ),
    }
}

/// Of a medium that the store does not have so.
pub(super) fn not_uploaded(media: &Media) -> Words {
    Words::new(
        "MEDIA_NOT_UPLOADED",
        format!("Berkas {} belum diunggah, atau jenis dan ukurannya lain.", media.hash),
        "Unggah dulu, lalu tulis sidik dan ukuran yang dijawab saat mengunggah.",
    )
}

/// Of a text in which something looks like personal data.
pub(super) fn likely_personal(mark: &Mark) -> Problem {
    let what = match mark.kind {
        PersonalData::IdentityNumber => "nomor induk kependudukan",
        PersonalData::PhoneNumber => "nomor telepon seluler",
        PersonalData::MailAddress => "alamat surel",
    };
    let text = match mark.text {
        MarkedText::Body(language) => format!("Isi berbahasa {language}"),
        MarkedText::AltText(language) => format!("Keterangan gambar berbahasa {language}"),
        MarkedText::Note => "Keterangan perubahan".to_owned(),
    };
    let words = Words::new(
        "PERSONAL_DATA_LIKELY",
        format!("{text} memuat yang mirip {what} seseorang."),
        "Kembalikan agar dihapus, atau nyatakan sudah diperiksa dan boleh dibaca semua orang.",
    );
    Problem { field: field_of(mark.text), words }
}

fn flaw(error: &ContentFlaw) -> Words {
    match error {
        ContentFlaw::IndonesianMissing => Words::new(
            "INDONESIAN_MISSING",
            "Isi dalam bahasa Indonesia belum ada.",
            "Tulis isi berbahasa Indonesia (id), lalu bahasa lain di sampingnya.",
        ),
        ContentFlaw::LanguageDoubled(language) => Words::new(
            "LANGUAGE_DOUBLED",
            format!("Bahasa {language} tercantum dua kali."),
            "Gabungkan, atau hapus salah satunya.",
        ),
        ContentFlaw::TooManyLanguages => Words::new(
            "TOO_MANY_LANGUAGES",
            format!("Bahasanya lebih dari {MAX_LANGUAGES}."),
            "Buat materi lain untuk bahasa selebihnya.",
        ),
        ContentFlaw::TooManyLinks(language) => Words::new(
            "TOO_MANY_LINKS",
            format!("Tautan dalam bahasa {language} lebih dari {MAX_ATTACHED}."),
            "Hapus yang tidak perlu.",
        ),
        ContentFlaw::TooManyMedia(language) => Words::new(
            "TOO_MANY_MEDIA",
            format!("Berkas dalam bahasa {language} lebih dari {MAX_ATTACHED}."),
            "Hapus yang tidak perlu.",
        ),
        ContentFlaw::MediaDoubled(language) => Words::new(
            "MEDIA_DOUBLED",
            format!("Ada berkas yang tercantum dua kali dalam bahasa {language}."),
            "Hapus salah satunya.",
        ),
        ContentFlaw::TooLong => Words::new(
            "CONTENT_TOO_LONG",
            format!("Semua teksnya bersama-sama lebih dari {} KiB.", grouped(MAX_BYTES / 1024)),
            "Persingkat, atau bagi menjadi beberapa materi.",
        ),
    }
}

/// The words of an office about a version or a withdrawal.
pub(super) fn note(note: &str) -> Result<String, Words> {
    field::private(note, 2_000, "NOTE_TOO_LONG", "Catatan")
}

/// The decision asks for at least one.
pub(super) fn return_reasons(reasons: &[i32]) -> Result<Vec<ReturnReason>, Words> {
    let unknown = || field::unknown("RETURN_REASON_UNKNOWN", "Alasan pengembalian");
    let mut known: Vec<ReturnReason> = Vec::new();
    for &reason in reasons {
        let reason = ReturnReason::from_proto(reason).ok_or_else(unknown)?;
        if !known.contains(&reason) {
            known.push(reason);
        }
    }
    Ok(known)
}

pub(super) fn withdrawal_reason(reason: i32) -> Result<WithdrawalReason, Words> {
    let unknown = || field::unknown("WITHDRAWAL_REASON_UNKNOWN", "Alasan penarikan");
    WithdrawalReason::from_proto(reason).ok_or_else(unknown)
}

pub(super) fn content_hash(hash: &str) -> Result<DocumentHash, Words> {
    DocumentHash::parse(hash).ok_or_else(|| {
        Words::new(
            "CONTENT_HASH_INVALID",
            "Sidik isi yang dibaca belum diisi atau salah bentuk.",
            "Salin content_hash dari versi yang Anda baca.",
        )
    })
}

pub(super) fn filter(request: &pb::ListMaterialsRequest, adopted: &Adopted) -> Result<MaterialFilter, Problems> {
    let mut problems = Problems::default();
    let region = match &request.region {
        None => Some(Region::nation()),
        region => problems.note("region.code", field::region(region.as_ref(), adopted)),
    };
    let programme = optional(&request.programme_id, |id| request::listed(ProgrammeId::parse(id), "program"));
    let programme = problems.note("programme_id", programme);
    let unknown = || field::unknown("STATUS_UNKNOWN", "Status materi");
    let statuses = request.statuses.iter().map(|&status| Status::from_proto(status).ok_or_else(unknown));
    let statuses = problems.note("statuses", statuses.collect());
    let parsed = (|| {
        let place = place::Filter { within: region?.code, office: None };
        Some(MaterialFilter { place, programme: programme?, statuses: statuses? })
    })();
    problems.finish(parsed)
}
