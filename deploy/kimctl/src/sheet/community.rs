//! A list of communities.

use kim_contract::{
    registry::v1::{self as pb, BaseGroup, ChannelKind, DecreeIssuer, OfficerRole},
    r#type::v1 as pbt,
};

use super::{
    Numbered, Seats,
    cells::{Cells, Problem},
    columns::{Column, Columns},
};

const fn column(name: &'static str, required: bool, example: &'static str) -> Column {
    Column::new(name, required, example)
}

/// The columns of a list of communities. A seat is named by its code, or by its name and those of the regions above it.
pub const COMMUNITY: [Column; 29] = [
    column("nama_kim", true, "KIM Sumber Makmur Kumantan").or_called(&[
        "nama",
        "kim",
        "nama_kelompok",
        "nama_komunitas",
        "kelompok_informasi_masyarakat",
        "komunitas_informasi_masyarakat",
        "nama_kelompok_informasi_masyarakat",
        "nama_komunitas_informasi_masyarakat",
    ]),
    column("kode_wilayah", true, "14.01.01.2009")
        .or_called(&["kode_desa", "kode_kelurahan", "kode_desa_kelurahan", "kode_kemendagri", "kemendagri_kode_desa"])
        .or_else(&["desa", "kecamatan", "kabupaten_kota"]),
    column("provinsi", false, "").or_called(&["prov", "nama_provinsi"]),
    column("kabupaten_kota", false, "").or_called(&[
        "kabupaten",
        "kota",
        "kab_kota",
        "kota_kabupaten",
        "nama_kabupaten_kota",
    ]),
    column("kecamatan", false, "").or_called(&[
        "kec",
        "kapanewon",
        "distrik",
        "nama_kecamatan",
        "kemendagri_nama_kecamatan",
    ]),
    column("desa", false, "").or_called(&[
        "kelurahan",
        "kalurahan",
        "desa_kelurahan",
        "kelurahan_desa",
        "desa_kel",
        "nama_desa",
        "nama_kelurahan",
        "nama_desa_kelurahan",
    ]),
    column("tanggal_pembentukan", true, "2019-03-14").or_called(&[
        "tanggal_terbentuk",
        "tanggal_berdiri",
        "tgl_pembentukan",
        "tgl_terbentuk",
        "tgl_berdiri",
    ]),
    column("nomor_sk", false, "489/07/2019").or_called(&[
        "sk",
        "no_sk",
        "sk_pembentukan",
        "no_sk_pembentukan",
        "nomor_sk_pembentukan",
        "nomor_surat_keputusan",
    ]),
    column("tanggal_sk", false, "20/03/2019").or_called(&["tgl_sk", "tanggal_surat_keputusan"]),
    column("tingkat_sk", false, "kepala desa"),
    column("penerbit_sk", false, "").or_called(&["penandatangan_sk", "penandatangan"]),
    column("tanggal_musyawarah", false, "2019-03-02").or_called(&["tgl_musyawarah"]),
    column("tanggal_ad_art", false, "2019-03-14").or_called(&["tgl_ad_art"]),
    column("kelompok_basis", false, "pemuda").or_called(&["basis"]),
    column("jumlah_anggota", false, "15").or_called(&["anggota", "jml_anggota"]),
    column("ketua", false, "").or_called(&["nama_ketua", "ketua_kim"]),
    column("sekretaris", false, "").or_called(&["nama_sekretaris"]),
    column("bendahara", false, "").or_called(&["nama_bendahara"]),
    column("seksi_penghimpunan", false, "").or_called(&["seksi_penghimpunan_informasi", "seksi_pengumpulan_informasi"]),
    column("seksi_pengelolaan", false, "").or_called(&["seksi_pengelolaan_informasi", "seksi_pengolahan_informasi"]),
    column("seksi_penyebaran", false, "").or_called(&["seksi_penyebaran_informasi", "seksi_penyebarluasan_informasi"]),
    column("jabatan_sampai", false, ""),
    column("telepon", false, "").or_called(&["telp", "no_telepon", "nomor_telepon", "hp", "no_hp", "nomor_hp"]),
    column("alamat", false, "").or_called(&["alamat_kim", "alamat_sekretariat", "sekretariat"]),
    column("situs", false, "").or_called(&["website", "situs_web", "laman"]),
    column("facebook", false, "").or_called(&["fb"]),
    column("instagram", false, "").or_called(&["ig"]),
    column("tanggal_registrasi", false, "2019-04-01").or_called(&["tanggal_pendaftaran", "tgl_registrasi"]),
    column("kunci", false, "kampar-001"),
];

/// The columns of somebody else's list: it need not say when a community was formed.
pub const LISTED: [Column; COMMUNITY.len()] = {
    let mut columns = COMMUNITY;
    columns[6].required = false;
    columns
};

const ISSUERS: [(&str, DecreeIssuer); 7] = [
    ("kepala desa", DecreeIssuer::VillageHead),
    ("desa", DecreeIssuer::VillageHead),
    ("lurah", DecreeIssuer::Lurah),
    ("camat", DecreeIssuer::Camat),
    ("bupati", DecreeIssuer::Regent),
    ("wali kota", DecreeIssuer::Regent),
    ("walikota", DecreeIssuer::Regent),
];

const BASES: [(&str, BaseGroup); 9] = [
    ("tidak ada", BaseGroup::None),
    ("pemuda", BaseGroup::Youth),
    ("karang taruna", BaseGroup::Youth),
    ("tani", BaseGroup::Farmers),
    ("kelompok tani", BaseGroup::Farmers),
    ("pkk", BaseGroup::Pkk),
    ("pokdarwis", BaseGroup::Pokdarwis),
    ("lain", BaseGroup::Other),
    ("lainnya", BaseGroup::Other),
];

const OFFICERS: [(&str, OfficerRole); 6] = [
    ("ketua", OfficerRole::Ketua),
    ("sekretaris", OfficerRole::Sekretaris),
    ("bendahara", OfficerRole::Bendahara),
    ("seksi_penghimpunan", OfficerRole::SectionCollecting),
    ("seksi_pengelolaan", OfficerRole::SectionManaging),
    ("seksi_penyebaran", OfficerRole::SectionSpreading),
];

fn channels(cells: &Cells<'_>) -> Vec<pb::Channel> {
    let columns =
        [("situs", ChannelKind::Website), ("facebook", ChannelKind::Facebook), ("instagram", ChannelKind::Instagram)];
    let channel = |(column, kind): (&str, ChannelKind)| {
        let name = cells.text(column).to_owned();
        (!name.is_empty()).then(|| pb::Channel { kind: kind.into(), name })
    };
    columns.into_iter().filter_map(channel).collect()
}

/// The row of a record, or all that cannot be read of it.
pub fn community_row(
    columns: &Columns,
    seats: &mut Seats,
    record: &Numbered,
) -> Result<pb::CommunityRow, Vec<Problem>> {
    let mut cells = Cells::read(columns, &record.fields)?;
    let issuer = cells.word("tingkat_sk", &ISSUERS, DecreeIssuer::Unspecified);
    let decree_on = cells.date("tanggal_sk");
    let has_decree = decree_on.is_some() || issuer != DecreeIssuer::Unspecified;
    let profile = pb::CommunityProfile {
        name: cells.text("nama_kim").to_owned(),
        seat: Some(pbt::Region { code: seats.of(&mut cells), decree: String::new() }),
        formed_on: cells.date("tanggal_pembentukan"),
        decree: has_decree.then(|| pb::FormationDecree {
            date: decree_on,
            issuer: issuer.into(),
            document_hash: String::new(),
        }),
        base_group: cells.word("kelompok_basis", &BASES, BaseGroup::Unspecified).into(),
        member_count: cells.number("jumlah_anggota"),
        deliberated_on: cells.date("tanggal_musyawarah"),
        statutes: cells
            .date("tanggal_ad_art")
            .map(|on| pb::Statutes { adopted_on: Some(on), document_hash: String::new() }),
        channels: channels(&cells),
    };
    let term_until = cells.date("jabatan_sampai");
    let officers = OFFICERS.into_iter().filter_map(|(column, role)| {
        let name = cells.text(column).to_owned();
        (!name.is_empty()).then(|| pb::Officer { role: role.into(), name, term_until, ..pb::Officer::default() })
    });
    let contacts = pb::CommunityContacts {
        officers: officers.collect(),
        address: cells.text("alamat").to_owned(),
        phone: cells.text("telepon").to_owned(),
        email: String::new(),
    };
    let row = pb::CommunityRow {
        row: record.row,
        profile: Some(profile),
        decree_number: cells.text("nomor_sk").to_owned(),
        contacts: (contacts != pb::CommunityContacts::default()).then_some(contacts),
        registered_on: cells.date("tanggal_registrasi"),
        source_key: cells.text("kunci").to_owned(),
        recorded_time: None,
        decree_issuer_name: cells.text("penerbit_sk").to_owned(),
    };
    let problems = cells.problems();
    if problems.is_empty() { Ok(row) } else { Err(problems) }
}

/// The column that a field of `CommunityRow` came from.
#[must_use]
pub fn community_column(field: &str) -> &'static str {
    match field {
        "profile.name" => "nama_kim",
        "profile.seat.code" | "profile.seat.decree" | "profile.seat" => "kode_wilayah",
        "profile.formed_on" => "tanggal_pembentukan",
        "decree_number" | "profile.decree" => "nomor_sk",
        "profile.decree.date" => "tanggal_sk",
        "profile.decree.issuer" => "tingkat_sk",
        "decree_issuer_name" => "penerbit_sk",
        "profile.deliberated_on" => "tanggal_musyawarah",
        field if field.starts_with("profile.statutes") => "tanggal_ad_art",
        field if field.starts_with("profile.channels") => "situs, facebook, instagram",
        "contacts.officers.term_until" => "jabatan_sampai",
        "profile.base_group" => "kelompok_basis",
        "profile.member_count" => "jumlah_anggota",
        "contacts.address" => "alamat",
        "contacts.phone" => "telepon",
        "registered_on" => "tanggal_registrasi",
        "source_key" => "kunci",
        field if field.starts_with("contacts.officers") => "ketua, sekretaris, bendahara, seksi",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_somebody_else_needs_a_name_and_a_place() {
        let required = |list: &[Column]| -> Vec<&str> {
            list.iter().filter(|column| column.required).map(|column| column.name).collect()
        };
        assert_eq!(required(&COMMUNITY), ["nama_kim", "kode_wilayah", "tanggal_pembentukan"]);
        assert_eq!(required(&LISTED), ["nama_kim", "kode_wilayah"]);
    }

    #[test]
    fn no_word_means_two_columns() {
        let mut words: Vec<&str> =
            COMMUNITY.iter().flat_map(|column| column.synonyms.iter().copied().chain([column.name])).collect();
        let all = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), all);
    }
}
