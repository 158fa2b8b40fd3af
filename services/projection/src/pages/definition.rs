//! The indicators: what each counts, by which rule, and what it is compared with.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use kim_territory::RegionCode;

use super::{
    Pages,
    address::{Place, View},
    error::Trouble,
    format::{date, number},
    language::Language,
    model::{Basis, Queries, QueryError, RegionQuery, RegionView},
    naming::name_of,
    reader::Reader,
    shell::{Shell, html},
};
use crate::context::Context;

/// An indicator as Satu Data Indonesia asks for it: concept, definition, measure, unit. Text pairs are Indonesian, English.
pub struct Indicator {
    pub code: &'static str,
    name: [&'static str; 2],
    text: [&'static str; 2],
    formula: [&'static str; 2],
    unit: [&'static str; 2],
    dates: [&'static str; 2],
    /// Whether the dormancy rule is part of it.
    by_rule: bool,
}

const BOTH_DATES: [&str; 2] = [
    "Tanggal kejadian (bawaan), atau tanggal pencatatan bila dipilih",
    "The date things happened (default), or were recorded where chosen",
];
const AS_OF_NOW: [&str; 2] =
    ["Keadaan sekarang, dari semua laporan yang sudah masuk", "As of now, by all reports that have come"];
const COMMUNITIES: [&str; 2] = ["KIM", "KIM"];
const REGIONS: [&str; 2] = ["wilayah; bagiannya dalam persen", "regions; their share in per cent"];

pub static INDICATORS: [Indicator; 13] = [
    Indicator {
        code: "kim-aktif",
        name: ["KIM aktif", "Active KIM"],
        text: [
            "KIM terdaftar yang sudah melaporkan kegiatan pertamanya dan sesudah itu tidak vakum atau bubar.",
            "A registered KIM that has reported its first activity and has not become dormant or dissolved since.",
        ],
        formula: [
            "Banyaknya KIM berstatus aktif pada hari terakhir bulan itu, menurut kedudukannya dalam wilayah yang berlaku.",
            "The number of KIM with status active on the last day of the month, by their seat in the territory in force.",
        ],
        unit: COMMUNITIES,
        dates: BOTH_DATES,
        by_rule: true,
    },
    Indicator {
        code: "kim-vakum",
        name: ["KIM vakum", "Dormant KIM"],
        text: [
            "KIM yang pernah aktif, tetapi tidak melakukan kegiatan selama jangka waktu menurut aturan vakum.",
            "A KIM that was active and has done nothing for as long as the dormancy rule says.",
        ],
        formula: [
            "Banyaknya KIM berstatus vakum pada hari terakhir bulan itu. Laporan terlambat yang menunjukkan kegiatan dalam jangka itu membatalkan status vakum menurut tanggal kejadian.",
            "The number of KIM with status dormant on the last day of the month. A late report of an activity within that time takes the dormancy back, by the date things happened.",
        ],
        unit: COMMUNITIES,
        dates: BOTH_DATES,
        by_rule: true,
    },
    Indicator {
        code: "kembali-aktif",
        name: ["KIM kembali aktif", "KIM active again"],
        text: [
            "KIM vakum yang mendapat rencana revitalisasi lalu melaporkan kegiatan.",
            "A dormant KIM that was given a revitalisation plan and then reported an activity.",
        ],
        formula: [
            "Banyaknya kejadian kembali aktif dalam dua belas bulan sampai akhir bulan itu. KIM yang vakum lagi lalu kembali aktif lagi terhitung dua kali.",
            "The number of revivals in the twelve months to the end of the month. A KIM that became dormant again and came back again counts twice.",
        ],
        unit: ["kejadian", "events"],
        dates: BOTH_DATES,
        by_rule: true,
    },
    Indicator {
        code: "bimtek-90-hari",
        name: ["Kembali aktif dalam 90 hari setelah bimtek", "Active again within 90 days after a training"],
        text: [
            "KIM peserta bimtek atau sosialisasi yang vakum pada hari pertamanya dan kembali aktif paling lambat 90 hari setelah hari terakhirnya.",
            "A KIM that took part in a training, was dormant on its first day, and became active again within 90 days after its last.",
        ],
        formula: [
            "Banyaknya KIM seperti itu, dari KIM peserta yang vakum. KIM yang mengikuti dua bimtek terhitung sekali dalam jumlah seluruhnya.",
            "The number of such KIM, out of the participants that were dormant. One that followed two trainings counts once in the total.",
        ],
        unit: COMMUNITIES,
        dates: ["Tanggal kejadian", "The date things happened"],
        by_rule: true,
    },
    Indicator {
        code: "cakupan-kecamatan",
        name: ["Cakupan kecamatan", "Coverage of districts"],
        text: [
            "Bagian kecamatan yang punya paling sedikit satu KIM aktif.",
            "The share of districts with at least one active KIM.",
        ],
        formula: [
            "Kecamatan dengan KIM aktif yang berkedudukan di kecamatan itu atau di salah satu desa/kelurahannya, dibagi semua kecamatan dalam wilayah yang berlaku.",
            "Districts with an active KIM seated in them or in one of their villages, divided by all districts of the territory in force.",
        ],
        unit: REGIONS,
        dates: BOTH_DATES,
        by_rule: false,
    },
    Indicator {
        code: "cakupan-desa",
        name: ["Cakupan desa/kelurahan", "Coverage of villages"],
        text: [
            "Bagian desa dan kelurahan yang punya paling sedikit satu KIM aktif.",
            "The share of villages with at least one active KIM.",
        ],
        formula: [
            "Desa/kelurahan tempat kedudukan paling sedikit satu KIM aktif, dibagi semua desa/kelurahan dalam wilayah yang berlaku.",
            "Villages that are the seat of at least one active KIM, divided by all villages of the territory in force.",
        ],
        unit: REGIONS,
        dates: BOTH_DATES,
        by_rule: false,
    },
    Indicator {
        code: "cakupan-kabupaten",
        name: ["Cakupan kabupaten/kota", "Coverage of regencies and cities"],
        text: [
            "Bagian kabupaten dan kota yang punya paling sedikit satu KIM aktif.",
            "The share of regencies and cities with at least one active KIM.",
        ],
        formula: [
            "Kabupaten/kota dengan KIM aktif di mana pun di dalamnya, dibagi semua kabupaten/kota dalam wilayah yang berlaku.",
            "Regencies and cities with an active KIM anywhere in them, divided by all of the territory in force.",
        ],
        unit: REGIONS,
        dates: BOTH_DATES,
        by_rule: false,
    },
    Indicator {
        code: "sebelum-pandemi",
        name: ["Acuan sebelum pandemi", "Reference before the pandemic"],
        text: [
            "Angka terbitan untuk KIM aktif sebelum pandemi, disimpan beserta tanggal dan sumbernya.",
            "The published figure of active KIM before the pandemic, kept with its date and source.",
        ],
        formula: [
            "Tidak dihitung oleh sistem ini. Di bawah tingkat nasional, pembandingnya adalah KIM aktif wilayah itu sendiri pada bulan yang sama.",
            "Not computed by this system. Below the nation, a region is compared with its own active KIM in the same month.",
        ],
        unit: COMMUNITIES,
        dates: ["Tanggal acuan", "The date of the reference"],
        by_rule: false,
    },
    Indicator {
        code: "tangga-penyampaian",
        name: ["Tangga penyampaian", "The ladder of deliveries"],
        text: [
            "Sejauh mana sebuah kampanye sampai: ditugaskan kepada KIM, sampai, dibuka, dikonfirmasi, digelar dalam sesi, jangkauannya dilaporkan, diverifikasi kantor.",
            "How far a campaign came: assigned to a KIM, delivered, opened, acknowledged, told in a session, its reach reported, verified by the office.",
        ],
        formula: [
            "Satu penugasan adalah satu kampanye pada satu KIM, sekali saja. Sebuah anak tangga menghitung penugasan yang melaporkan anak tangga itu atau yang lebih tinggi; “dilaporkan sendiri” menghitung yang melaporkan anak tangga itu sendiri. Ditolak: KIM menolak dan tidak bercerita kepada siapa pun. Tidak tersampaikan: tidak ada kabar selain saluran yang gagal. Di provinsi dan kabupaten/kota dihitung di tempat penugasannya; di bawahnya menurut kedudukan KIM sekarang.",
            "An assignment is one campaign at one KIM, once. A rung counts assignments that reported that rung or a higher one; “reported itself” counts those that reported that very rung. Declined: the KIM declined and told nobody. Undeliverable: nothing is known but that a channel failed. In provinces and regencies counted where it was assigned; below by the seat of the KIM now.",
        ],
        unit: ["penugasan", "assignments"],
        dates: AS_OF_NOW,
        by_rule: false,
    },
    Indicator {
        code: "waktu-antaranak-tangga",
        name: ["Waktu antaranak tangga", "Time between rungs"],
        text: [
            "Berapa lama dari satu anak tangga ke berikutnya, pada separuh penyampaian atau kurang.",
            "How long it takes from one rung to the next, in half of the deliveries or less.",
        ],
        formula: [
            "Median selisih waktu dua anak tangga yang berurutan, dari penyampaian yang melaporkan keduanya. Sesi, jangkauan, dan verifikasi dilaporkan per hari di zona waktu KIM, jadi dihitung dalam hari bulat. Anak tangga yang lebih tinggi dapat dilaporkan bertanggal lebih awal; selisihnya lalu negatif.",
            "The median of the time between two successive rungs, of deliveries that reported both. Sessions, reach and verification are told by the day in the zone of the KIM, and count in whole days. A higher rung may be reported with an earlier date; the difference is negative then.",
        ],
        unit: ["jam atau hari", "hours or days"],
        dates: ["Tanggal kejadian", "The date things happened"],
        by_rule: false,
    },
    Indicator {
        code: "jangkauan-diseminasi",
        name: ["Orang terjangkau", "People reached"],
        text: [
            "Orang yang terjangkau kampanye, sebagaimana dihitung KIM per saluran; hadirin sesi termasuk di dalamnya.",
            "People that a campaign reached, as KIM counted them by channel; those who came to sessions are among them.",
        ],
        formula: [
            "Jumlah laporan jangkauan yang terbaru dari tiap penyampaian. Orang yang terjangkau dua kampanye terhitung dua kali. Kurang dari lima orang ditulis <5.",
            "The sum of each delivery's newest report of its reach. Who is reached by two campaigns counts twice. Fewer than five people are written <5.",
        ],
        unit: ["orang", "people"],
        dates: AS_OF_NOW,
        by_rule: false,
    },
    Indicator {
        code: "pertanyaan-menunggu",
        name: ["Pertanyaan menunggu", "Questions waiting"],
        text: [
            "Pertanyaan warga dalam sesi yang belum dijawab kantor yang harus menjawabnya.",
            "Questions that people asked in a session and that the office that is to answer has not answered.",
        ],
        formula: [
            "Pertanyaan yang ditanyakan atau dibuka lagi, dan sejak itu tidak dijawab atau dikesampingkan. Lamanya dihitung dari hari itu; pengalihan ke kantor lain tidak memulai hitungan baru.",
            "Questions that were asked or reopened, and neither answered nor set aside since. Their age counts from that day; a redirection to another office begins no new count.",
        ],
        unit: ["pertanyaan", "questions"],
        dates: AS_OF_NOW,
        by_rule: false,
    },
    Indicator {
        code: "ralat-penarikan",
        name: ["Ralat dan penarikan yang belum dikonfirmasi", "Corrections and withdrawals not acknowledged"],
        text: [
            "KIM yang menerima versi yang kemudian diralat atau ditarik, diberi tahu, dan belum mengonfirmasinya.",
            "KIM that got a version which was corrected or withdrawn later, were told so, and have not taken notice.",
        ],
        formula: [
            "Yang dihitung hanya pemberitahuan terbaru dari tiap kelompok penugasan: ralat yang lebih baru menggantikan yang lama. KIM yang sudah tidak ada tidak ditunggu.",
            "Only the newest notice of each batch of assignments counts: a later correction takes the place of an earlier one. KIM that are no more are not waited for.",
        ],
        unit: COMMUNITIES,
        dates: AS_OF_NOW,
        by_rule: false,
    },
];

#[must_use]
pub fn indicator(code: &str) -> Option<&'static Indicator> {
    INDICATORS.iter().find(|indicator| indicator.code == code)
}

struct Entry {
    name: &'static str,
    address: String,
    text: &'static str,
}

struct Fact {
    head: &'static str,
    text: String,
}

#[derive(Template)]
#[template(path = "definitions.html")]
struct DefinitionsPage {
    shell: Shell,
    entries: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "definition.html")]
struct DefinitionPage {
    shell: Shell,
    code: &'static str,
    name: &'static str,
    text: &'static str,
    facts: Vec<Fact>,
    all: String,
}

fn pick(language: Language, pair: [&'static str; 2]) -> &'static str {
    let [id, en] = pair;
    language.say(id, en)
}

/// All indicators.
pub async fn all<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader) -> Response {
    let l = reader.language;
    let view = View::new(l, Place::Definitions);
    let shell = pages.shell(&view, reader.theme, l.say("Definisi", "Definitions").to_owned());
    let entry = |i: &Indicator| Entry {
        name: pick(l, i.name),
        address: View::new(l, Place::Definition(i.code)).address(),
        text: pick(l, i.text),
    };
    html(StatusCode::OK, None, l, &DefinitionsPage { shell, entries: INDICATORS.iter().map(entry).collect() })
}

/// One indicator, with the rule and the reference that hold today.
pub async fn one<Q: Queries>(State(pages): State<Pages<Q>>, reader: Reader, Path(code): Path<String>) -> Response {
    let l = reader.language;
    let Some(indicator) = indicator(&code) else {
        return reader.refuse(&View::new(l, Place::Definitions), &Trouble::NoSuchPage);
    };
    let view = View::new(l, Place::Definition(indicator.code));
    let data = match nation(&pages).await {
        Ok(data) => data,
        Err(error) => return reader.refuse(&view, &Trouble::Query(error)),
    };
    let name = pick(l, indicator.name);
    let page = DefinitionPage {
        shell: pages.shell(&view, reader.theme, name.to_owned()),
        code: indicator.code,
        name,
        text: pick(l, indicator.text),
        facts: facts(l, indicator, &data),
        all: View::new(l, Place::Definitions).address(),
    };
    html(StatusCode::OK, None, l, &page)
}

async fn nation<Q: Queries>(pages: &Pages<Q>) -> Result<Arc<RegionView>, QueryError> {
    let query = RegionQuery {
        region: RegionCode::NATION,
        territory: None,
        month: pages.running_month(),
        basis: Basis::Happened,
    };
    pages.region(query, &pages.as_of()?.of(&[Context::Registry])).await
}

fn facts(l: Language, indicator: &Indicator, data: &RegionView) -> Vec<Fact> {
    let mut facts = vec![
        Fact { head: l.say("Cara hitung", "Formula"), text: pick(l, indicator.formula).to_owned() },
        Fact { head: l.say("Versi rumus", "Formula version"), text: data.as_of.formula.clone() },
        Fact { head: l.say("Satuan", "Unit"), text: pick(l, indicator.unit).to_owned() },
        Fact { head: l.say("Tanggal yang dihitung", "Counts by"), text: pick(l, indicator.dates).to_owned() },
        Fact {
            head: l.say("Tingkat dan periode", "Levels and periods"),
            text: l
                .say(
                    "Nasional sampai desa/kelurahan, tiap akhir bulan sejak Januari 2019",
                    "Nation to village, at each month’s end since January 2019",
                )
                .to_owned(),
        },
        Fact { head: l.say("Wilayah", "Territory"), text: data.as_of.decree.name().to_owned() },
    ];
    if indicator.by_rule
        && let Some(rule) = &data.dormancy_rule
    {
        let from = date(l, rule.effective_from);
        let set_by = name_of(data.as_of.in_force(), rule.set_by);
        facts.push(Fact {
            head: l.say("Aturan vakum", "Dormancy rule"),
            text: l.say(
                format!(
                    "Diingatkan setelah {} bulan tanpa kegiatan, vakum setelah {} bulan. Versi {} ({set_by}), berlaku sejak {from}. Daerah dapat menetapkan aturannya sendiri.",
                    rule.reminder_months, rule.dormant_months, rule.version
                ),
                format!(
                    "Reminded after {} months without an activity, dormant after {} months. Version {} ({set_by}), in force since {from}. A region may set its own.",
                    rule.reminder_months, rule.dormant_months, rule.version
                ),
            ),
        });
    }
    if matches!(indicator.code, "kim-aktif" | "sebelum-pandemi")
        && let Some(baseline) = &data.baseline
    {
        facts.push(Fact {
            head: l.say("Acuan", "Reference"),
            text: l.say(
                format!(
                    "{} KIM aktif, {}. Sumber: {}. Versi {}.",
                    number(l, baseline.value),
                    date(l, baseline.as_of),
                    baseline.source,
                    baseline.version
                ),
                format!(
                    "{} active KIM, {}. Source: {}. Version {}.",
                    number(l, baseline.value),
                    date(l, baseline.as_of),
                    baseline.source,
                    baseline.version
                ),
            ),
        });
    }
    facts.push(Fact {
        head: l.say("Pemilik", "Owner"),
        text: l
            .say(
                "Direktorat Jenderal yang membidangi informasi publik (IKP)",
                "The Directorate General of Public Information (IKP)",
            )
            .to_owned(),
    });
    facts
}
