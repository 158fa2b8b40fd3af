//! What an officer is told of communities, boards and figures.

use kim_desk::words::Words;
use kim_territory::spelling::grouped;
use kim_values::TextError;

use crate::domain::{
    board::{BoardFlaw, MAX_TERMS, OfficerRole, TermFlaw},
    channel::{ChannelError, MAX_CHANNELS},
    profile::Flaw,
    seat::SeatError,
};

/// A source of a figure that is none.
#[must_use]
pub fn source(error: TextError) -> Words {
    Words::text(
        error,
        "Sumber",
        &[
            "SOURCE_EMPTY",
            "SOURCE_TOO_SHORT",
            "SOURCE_TOO_LONG",
            "SOURCE_CONTROL_CHARACTER",
            "SOURCE_WITHOUT_LETTER",
            "SOURCE_HAS_ADDRESS",
            "SOURCE_HAS_PHONE_NUMBER",
        ],
    )
}

/// A seat that is no seat of today.
#[must_use]
pub fn seat(error: &SeatError) -> Words {
    match error {
        SeatError::Region(error) => {
            let reasons = ["SEAT_MISSING", "SEAT_MALFORMED", "SEAT_UNKNOWN", "SEAT_OF_OTHER_DECREE"];
            Words::place(error, "Wilayah kedudukan", reasons)
        }
        SeatError::TooWide(code) => Words::new(
            "SEAT_TOO_WIDE",
            format!(
                "{code} adalah provinsi atau seluruh negeri, sedangkan KIM berkedudukan di tempat yang lebih kecil."
            ),
            "Tulis kode desa/kelurahan, kecamatan, atau kabupaten/kota.",
        ),
    }
}

/// The field that a flaw stands in, the words for it, and whether a rule of the region is behind it.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table: one row a flaw")]
pub fn flaw(flaw: &Flaw) -> (&'static str, Words, bool) {
    match flaw {
        Flaw::FormedInFuture => (
            "profile.formed_on",
            Words::new("FORMED_IN_FUTURE", "Tanggal pembentukan ada di masa depan.", "Periksa tahunnya."),
            false,
        ),
        Flaw::FormedTooEarly => (
            "profile.formed_on",
            Words::new(
                "FORMED_TOO_EARLY",
                "Tanggal pembentukan lebih awal dari 17 Agustus 1945.",
                "Periksa tahunnya; tulis dengan empat angka.",
            ),
            false,
        ),
        Flaw::DecreeInFuture => (
            "profile.decree.date",
            Words::new("DECREE_IN_FUTURE", "Tanggal SK ada di masa depan.", "Periksa tanggal pada SK."),
            false,
        ),
        Flaw::MembersUnknown { min } => (
            "profile.member_count",
            Words::new(
                "MEMBERS_UNKNOWN",
                "Jumlah anggota belum diisi.",
                format!("Isi jumlah anggota; aturan setempat meminta sedikitnya {}.", grouped(*min)),
            ),
            true,
        ),
        Flaw::MembersBelowRule { min, count } => (
            "profile.member_count",
            Words::new(
                "MEMBERS_BELOW_RULE",
                format!("Anggotanya {}, di bawah aturan setempat.", grouped(*count)),
                format!("Aturan setempat meminta sedikitnya {} anggota.", grouped(*min)),
            ),
            true,
        ),
        Flaw::MembersAboveRule { max, count } => (
            "profile.member_count",
            Words::new(
                "MEMBERS_ABOVE_RULE",
                format!("Anggotanya {}, di atas aturan setempat.", grouped(*count)),
                format!("Aturan setempat membolehkan paling banyak {} anggota.", grouped(*max)),
            ),
            true,
        ),
        Flaw::DecreeMissing => (
            "profile.decree",
            Words::new(
                "DECREE_MISSING",
                "SK pembentukan belum ada.",
                "Isi nomor dan tanggal SK; aturan setempat memintanya.",
            ),
            true,
        ),
        Flaw::DeliberationInFuture => (
            "profile.deliberated_on",
            Words::new("DELIBERATION_IN_FUTURE", "Tanggal musyawarah ada di masa depan.", "Periksa tanggalnya."),
            false,
        ),
        Flaw::StatutesInFuture => (
            "profile.statutes.adopted_on",
            Words::new("STATUTES_IN_FUTURE", "Tanggal AD/ART ada di masa depan.", "Periksa tanggalnya."),
            false,
        ),
        Flaw::DeliberationMissing => (
            "profile.deliberated_on",
            Words::new(
                "DELIBERATION_MISSING",
                "Tanggal musyawarah desa/kelurahan belum diisi.",
                "Isi tanggalnya; aturan setempat meminta musyawarah.",
            ),
            true,
        ),
        Flaw::StatutesMissing => (
            "profile.statutes",
            Words::new("STATUTES_MISSING", "AD/ART belum ada.", "Isi tanggal AD/ART; aturan setempat memintanya."),
            true,
        ),
        Flaw::Channels => (
            "profile.channels",
            Words::new(
                "CHANNELS_INVALID",
                "Saluran tercantum dua kali, atau terlalu banyak.",
                format!("Cantumkan setiap saluran satu kali, paling banyak {MAX_CHANNELS}."),
            ),
            false,
        ),
        Flaw::Term(error) => ("contacts.officers", term(*error), false),
        Flaw::Board(error) => ("contacts.officers", board(*error), true),
        Flaw::RegisteredInFuture => (
            "registered_on",
            Words::new("REGISTERED_IN_FUTURE", "Tanggal pendaftaran ada di masa depan.", "Periksa tanggalnya."),
            false,
        ),
        Flaw::RegisteredBeforeFormation => (
            "registered_on",
            Words::new(
                "REGISTERED_BEFORE_FORMATION",
                "Tanggal pendaftaran lebih awal dari tanggal pembentukan.",
                "Periksa kedua tanggal itu.",
            ),
            false,
        ),
    }
}

fn term(error: TermFlaw) -> Words {
    match error {
        TermFlaw::Reversed => Words::new(
            "TERM_REVERSED",
            "Masa jabatan seorang pengurus berakhir sebelum dimulai.",
            "Periksa kedua tanggalnya.",
        ),
        TermFlaw::ChairTaken(role) => Words::new(
            "CHAIR_TAKEN",
            format!("Jabatan {} dipegang dua orang pada waktu yang sama.", officer_role(role)),
            "Akhiri masa jabatan yang lama, atau sebutkan siapa yang digantikan.",
        ),
        TermFlaw::TwoChairs => Words::new(
            "OFFICER_ON_TWO_CHAIRS",
            "Seorang pengurus memegang dua jabatan pada waktu yang sama.",
            "Akhiri jabatannya yang lama: sebutkan dirinya sebagai yang digantikan.",
        ),
        TermFlaw::TooMany => Words::new(
            "TOO_MANY_TERMS",
            format!("Riwayat pengurusnya lebih dari {} masa jabatan.", grouped(MAX_TERMS)),
            "Hubungi kantor yang membina KIM ini.",
        ),
    }
}

fn board(error: BoardFlaw) -> Words {
    match error {
        BoardFlaw::Missing(role) => Words::new(
            "OFFICER_MISSING",
            format!("Jabatan {} belum terisi.", officer_role(role)),
            "Isi pengurusnya; aturan setempat memintanya.",
        ),
        BoardFlaw::AgeUnknown { role, min } => Words::new(
            "OFFICER_AGE_UNKNOWN",
            format!("Tanggal lahir {} belum diisi.", officer_role(role)),
            format!("Isi tanggal lahirnya; aturan setempat meminta usia sedikitnya {min} tahun."),
        ),
        BoardFlaw::TooYoung { role, min } => Words::new(
            "OFFICER_TOO_YOUNG",
            format!("Usia {} di bawah aturan setempat.", officer_role(role)),
            format!("Aturan setempat meminta usia pengurus sedikitnya {min} tahun."),
        ),
        BoardFlaw::CivilServant { role } => Words::new(
            "OFFICER_IS_CIVIL_SERVANT",
            format!("Jabatan {} dipegang pegawai negeri.", officer_role(role)),
            "Aturan setempat tidak membolehkan pegawai negeri menjadi pengurus.",
        ),
    }
}

#[must_use]
pub fn officer_role(role: OfficerRole) -> &'static str {
    match role {
        OfficerRole::Ketua => "ketua",
        OfficerRole::Sekretaris => "sekretaris",
        OfficerRole::Bendahara => "bendahara",
        OfficerRole::Section => "seksi",
        OfficerRole::Collecting => "seksi penghimpunan informasi",
        OfficerRole::Managing => "seksi pengelolaan informasi",
        OfficerRole::Spreading => "seksi penyebaran informasi",
    }
}

/// A channel's name that is none.
#[must_use]
pub fn channel(error: ChannelError) -> Words {
    let (reason, message, remedy) = match error {
        ChannelError::Empty => ("CHANNEL_EMPTY", "Ada saluran tanpa nama.", "Isi namanya, atau hapus barisnya."),
        ChannelError::NoSite => (
            "CHANNEL_NO_SITE",
            "Alamat situs salah bentuk.",
            "Tulis nama situs dan halamannya, misalnya kimkumantan.id/berita.",
        ),
        ChannelError::NoAccount => (
            "CHANNEL_NO_ACCOUNT",
            "Nama akun salah bentuk.",
            "Tulis nama akun KIM saja, misalnya kim.kumantan; bukan nomor telepon.",
        ),
        ChannelError::NoStation => (
            "CHANNEL_NO_STATION",
            "Nama stasiun radio salah bentuk.",
            "Tulis nama dan frekuensinya, misalnya RKK 107,7 FM.",
        ),
    };
    Words::new(reason, message, remedy)
}
