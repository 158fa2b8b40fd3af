//! What the national office tells: a few campaigns a year from the pandemic on, about what the years were about.

use std::collections::HashMap;

use kim_territory::RegionCode;
use time::{Date, Duration, macros::date};

use super::{
    Dissemination,
    audience::{ACTIVE, Audience, EVERYBODY, PARTNERS},
    campaign::{
        Campaign,
        Priority::{self, Important, Ordinary, Urgent},
        campaign_key,
    },
    lesson,
    material::{self, Material, Revision, Turn, WithdrawalReason},
    programme::Programme,
};
use crate::sample::{
    month::{Month, next_stop, stop_before},
    record::Base,
};

/// The programmes: their names, their topics, and the stop on which each is closed, if it is.
const PROGRAMMES: [(&str, &str, Option<Date>); 12] = [
    ("Pencegahan penularan COVID-19", "protokol_kesehatan", Some(date!(2023 - 07 - 08))),
    ("Pemilihan serentak 2020 yang sehat", "pilkada_2020", Some(date!(2021 - 01 - 15))),
    ("Vaksinasi COVID-19", "kesehatan", Some(date!(2024 - 01 - 08))),
    ("Pengelolaan pengaduan pelayanan publik", "layanan_publik", None),
    ("Administrasi kependudukan", "ektp", None),
    ("Pemilihan umum dan pemilihan kepala daerah 2024", "pemilihan", Some(date!(2025 - 01 - 15))),
    ("Percepatan penurunan stunting", "stunting", None),
    ("Cek kesehatan gratis", "cek_kesehatan_gratis", None),
    ("Makan bergizi gratis", "makan_bergizi_gratis", None),
    ("Koperasi desa dan kelurahan", "koperasi_desa", None),
    ("Pelindungan anak di ruang digital", "pelindungan_anak_daring", None),
    ("Melawan hoaks", "antihoaks", None),
];

/// A campaign of the nation.
struct Row {
    opens: Date,
    weeks: i64,
    programme: &'static str,
    /// The lesson's code: the same one in the same programme is the same material.
    lesson: &'static str,
    name: &'static str,
    audience: Audience,
    priority: Priority,
}

/// The provinces that elected a governor on 9 December 2020.
const ELECTED_A_GOVERNOR: [&str; 9] = ["13", "15", "17", "21", "62", "63", "65", "71", "72"];

const FAMILIES: Audience = Audience { bases: &[Base::Pkk, Base::Youth], ..ACTIVE };
const YOUTH: Audience = Audience { bases: &[Base::Youth], ..ACTIVE };
const PRODUCERS: Audience = Audience { bases: &[Base::Farmers, Base::Pokdarwis, Base::Other], ..ACTIVE };

const fn row(
    (opens, weeks): (Date, i64),
    (programme, lesson): (&'static str, &'static str),
    name: &'static str,
    (audience, priority): (Audience, Priority),
) -> Row {
    Row { opens, weeks, programme, lesson, name, audience, priority }
}

/// Two to four a year: more than that a ministry does not bring through two levels of offices, and no community reads. They are of what
/// DOMAIN names, in the years in which it names them; to everybody only what concerns whoever has fallen silent, too.
const CAMPAIGNS: [Row; 20] = [
    row(
        (date!(2020 - 04 - 22), 6),
        ("protokol_kesehatan", "protokol"),
        "Pakai masker, cuci tangan, jaga jarak",
        (EVERYBODY, Urgent),
    ),
    row(
        (date!(2020 - 10 - 08), 8),
        ("pilkada_2020", "pilkada"),
        "Memilih dengan sehat pada 9 Desember 2020",
        (Audience { regions: &ELECTED_A_GOVERNOR, ..ACTIVE }, Important),
    ),
    row((date!(2021 - 02 - 15), 8), ("kesehatan", "vaksinasi"), "Vaksinasi COVID-19 gratis", (ACTIVE, Important)),
    row(
        (date!(2021 - 07 - 22), 6),
        ("protokol_kesehatan", "protokol"),
        "Tetap pakai masker di tengah gelombang kedua",
        (ACTIVE, Urgent),
    ),
    row((date!(2022 - 02 - 15), 6), ("kesehatan", "vaksinasi"), "Lengkapi vaksinasi", (ACTIVE, Ordinary)),
    row(
        (date!(2022 - 11 - 08), 6),
        ("layanan_publik", "pengaduan"),
        "Mengadu lewat SP4N-LAPOR!",
        (EVERYBODY, Ordinary),
    ),
    row((date!(2023 - 03 - 15), 6), ("ektp", "ektp"), "KTP elektronik bagi pemilih pemula", (YOUTH, Ordinary)),
    row((date!(2023 - 10 - 15), 8), ("pemilihan", "pemilihan"), "Periksa daftar pemilih", (ACTIVE, Ordinary)),
    row((date!(2024 - 01 - 08), 5), ("pemilihan", "pemilihan"), "Memilih pada 14 Februari 2024", (ACTIVE, Important)),
    row((date!(2024 - 04 - 22), 8), ("stunting", "stunting"), "Seribu hari pertama", (EVERYBODY, Ordinary)),
    row(
        (date!(2024 - 10 - 08), 7),
        ("pemilihan", "pemilihan"),
        "Memilih kepala daerah pada 27 November 2024",
        (ACTIVE, Ordinary),
    ),
    row(
        (date!(2025 - 03 - 01), 8),
        ("cek_kesehatan_gratis", "cek_kesehatan"),
        "Cek kesehatan gratis di puskesmas",
        (EVERYBODY, Ordinary),
    ),
    row(
        (date!(2025 - 05 - 15), 6),
        ("makan_bergizi_gratis", "makan_bergizi"),
        "Makan bergizi gratis di sekolah",
        (PARTNERS, Ordinary),
    ),
    row(
        (date!(2025 - 07 - 22), 8),
        ("koperasi_desa", "koperasi"),
        "Menjadi anggota koperasi desa",
        (PRODUCERS, Ordinary),
    ),
    row(
        (date!(2025 - 10 - 08), 6),
        ("pelindungan_anak_daring", "anak_daring"),
        "Mendampingi anak di ruang digital",
        (FAMILIES, Ordinary),
    ),
    row((date!(2025 - 11 - 22), 5), ("antihoaks", "antihoaks"), "Saring sebelum sebar", (ACTIVE, Ordinary)),
    row((date!(2026 - 02 - 15), 8), ("stunting", "stunting"), "Timbang anak setiap bulan", (FAMILIES, Ordinary)),
    row(
        (date!(2026 - 05 - 08), 8),
        ("cek_kesehatan_gratis", "cek_kesehatan"),
        "Cek kesehatan gratis, tahun kedua",
        (EVERYBODY, Ordinary),
    ),
    row((date!(2026 - 08 - 22), 6), ("antihoaks", "antihoaks"), "Saring sebelum sebar 2026", (ACTIVE, Ordinary)),
    row(
        (date!(2026 - 10 - 15), 6),
        ("koperasi_desa", "koperasi"),
        "Rapat anggota koperasi desa",
        (PRODUCERS, Ordinary),
    ),
];

/// What becomes of materials of the nation, by their lessons: the stop on which a new version is published, or it is withdrawn.
const CORRECTED: (&str, Date) = ("stunting", date!(2024 - 05 - 22));
const TRANSLATED: (&str, Date) = ("cek_kesehatan", date!(2025 - 04 - 08));
/// The restrictions ended on 30 December 2022.
const REVOKED: (&str, Date) = ("protokol", date!(2023 - 01 - 08));

/// The campaigns after those of the table: each year the same two months, the topics in turns.
const FROM_THEN_ON: [(&str, &str, &str); 3] = [
    ("stunting", "stunting", "Seribu hari pertama"),
    ("antihoaks", "antihoaks", "Saring sebelum sebar"),
    ("cek_kesehatan_gratis", "cek_kesehatan", "Cek kesehatan gratis"),
];

impl Dissemination {
    /// Through the year `until`, and what is written in it for the next one.
    pub(super) fn plan_national(&mut self, until: i32) {
        let mut programmes: HashMap<&str, usize> = HashMap::new();
        let mut materials: HashMap<(&str, &str), usize> = HashMap::new();
        let following = following(until + 1);
        let table = CAMPAIGNS.iter().map(|row| (row, row.name.to_owned()));
        for (row, name) in table.chain(following.iter().map(|(row, name)| (row, name.clone()))) {
            let key = campaign_key(RegionCode::NATION, row.opens);
            let of_lesson = (row.programme, row.lesson);
            let material = if let Some(written) = materials.get(&of_lesson) {
                *written
            } else {
                // There was no time for a second round when the pandemic began.
                let turns = Material::written(row.opens, row.priority != Urgent, &mut material::dice(key));
                let programme =
                    *programmes.entry(row.programme).or_insert_with(|| self.establish(row.programme, turns[0].0));
                let material = self.write(programme, row.lesson, turns);
                materials.insert(of_lesson, material);
                material
            };
            self.campaigns.push(Campaign {
                office: RegionCode::NATION,
                programme: programmes[row.programme],
                material,
                name,
                audience: row.audience,
                from: row.opens,
                until: row.opens + Duration::weeks(row.weeks) - Duration::DAY,
                priority: row.priority,
                turns: Campaign::planned(row.opens),
            });
        }
    }

    fn establish(&mut self, topic: &str, drafted: Date) -> usize {
        let (name, topic, closed) =
            PROGRAMMES.into_iter().find(|(_, of, _)| *of == topic).expect("each topic has its programme");
        let established = stop_before(drafted, 1);
        let office = RegionCode::NATION;
        self.programmes.push(Programme { office, name: name.to_owned(), topic, established, until: None, closed });
        self.programmes.len() - 1
    }

    fn write(&mut self, programme: usize, code: &str, mut turns: Vec<(Date, Turn)>) -> usize {
        let mut languages = lesson::LOCAL_LANGUAGES;
        if code == CORRECTED.0 {
            turns.extend(Material::revised(CORRECTED.1, Revision::Correction));
        }
        if code == TRANSLATED.0 {
            languages = &[];
            turns.extend(Material::revised(TRANSLATED.1, Revision::Languages));
        }
        if code == REVOKED.0 {
            turns.push((REVOKED.1, Turn::Withdrawn(WithdrawalReason::PolicyRevoked)));
        }
        self.materials.push(Material { programme, lesson: lesson::called(code), languages, turns });
        self.materials.len() - 1
    }
}

/// Through `year`, with their names.
fn following(year: i32) -> Vec<(Row, String)> {
    let last = CAMPAIGNS[CAMPAIGNS.len() - 1].opens.year();
    let months = (last + 1..=year).flat_map(|year| [Month::new(year, 3), Month::new(year, 9)]);
    months
        .zip(FROM_THEN_ON.into_iter().cycle())
        .map(|(month, (programme, lesson, name))| {
            let opens = next_stop(month.day(1));
            let name = format!("{name} {}", month.year());
            (row((opens, 8), (programme, lesson), "", (ACTIVE, Ordinary)), name)
        })
        .collect()
}
