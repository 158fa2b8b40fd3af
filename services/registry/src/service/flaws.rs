//! What is wrong with a list of codes, a rubric, scores or a topic: the field, and the words for an officer.

use kim_desk::{problem::Problem, words::Words};
use kim_territory::{
    RulingError,
    spelling::{day, grouped},
};
use kim_values::Code;
use time::Date;

use crate::domain::{
    adoption::Doubt,
    code_list::{ListFlaw, MAX_ENTRIES, NotListed},
    rubric::{MAX_CRITERIA, RubricFlaw},
    score::{MAX_EVIDENCE, ScoreFlaw},
};

/// As many candidates are named.
const MAX_CANDIDATES: usize = 5;

/// A region that the lists leave in doubt, with the first that it may have become.
#[must_use]
pub fn doubt(doubt: &Doubt) -> Problem {
    let candidates =
        doubt.candidates.iter().take(MAX_CANDIDATES).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let remedy = match candidates.as_str() {
        "" => "Putuskan wilayah mana yang menerimanya, atau bahwa wilayah itu hapus.".to_owned(),
        candidates => format!("Putuskan menjadi apa wilayah itu; calonnya {candidates}."),
    };
    let words = Words::new("TERRITORY_UNDECIDED", format!("Wilayah {} belum diputuskan.", doubt.code), remedy);
    Problem { field: "decisions", words }
}

/// A decision about a region that cannot hold.
#[must_use]
pub fn decision(error: &RulingError) -> Problem {
    let message = format!("Keputusan tentang {} keliru.", error.of());
    Problem { field: "decisions", words: Words::new("TERRITORY_DECISION_WRONG", message, format!("{error}.")) }
}

/// A flaw of a list.
#[must_use]
pub fn list(flaw: &ListFlaw) -> Problem {
    let words = match flaw {
        ListFlaw::Size => Words::new(
            "CODE_LIST_SIZE",
            "Daftar kode kosong, atau terlalu panjang.",
            format!("Tulis 1 sampai {MAX_ENTRIES} kode."),
        ),
        ListFlaw::Doubled(code) => {
            Words::new("CODE_DOUBLED", format!("Kode {code} tercantum dua kali."), "Cantumkan setiap kode satu kali.")
        }
        ListFlaw::ParentUnknown { code, parent } => Words::new(
            "CODE_PARENT_UNKNOWN",
            format!("Induk {parent} dari kode {code} tidak ada dalam daftar."),
            "Tambahkan induknya, atau kosongkan.",
        ),
        ListFlaw::Circle(code) => Words::new(
            "CODE_ABOVE_ITSELF",
            format!("Kode {code} menjadi induk bagi dirinya sendiri."),
            "Perbaiki kolom induknya.",
        ),
        ListFlaw::RetiredTooEarly(code) => Words::new(
            "CODE_RETIRED_TOO_EARLY",
            format!("Kode {code} berhenti berlaku sebelum mulai berlaku."),
            "Periksa kedua tanggalnya.",
        ),
        ListFlaw::Removed(code) => Words::new(
            "CODE_REMOVED",
            format!("Kode {code} sudah pernah berlaku, dan tidak dapat dihapus dari daftar."),
            "Cantumkan lagi, dan isi tanggal berhentinya.",
        ),
        ListFlaw::KindUnknown(code) => Words::new(
            "ACTIVITY_KIND_UNKNOWN",
            format!("Tidak ada jenis kegiatan {code}."),
            "Daftar ini hanya menamai jenis kegiatan yang ada; hapus barisnya.",
        ),
        ListFlaw::KindMissing(code) => Words::new(
            "ACTIVITY_KIND_NOT_NAMED",
            format!("Jenis kegiatan {code} belum ada dalam daftar."),
            "Tambahkan kode itu beserta namanya.",
        ),
        ListFlaw::LiteracyOfTopic(code) => Words::new(
            "LITERACY_OF_TOPIC",
            format!("Topik {code} ditandai literasi."),
            "Tandai jenis kegiatannya, bukan topiknya.",
        ),
    };
    Problem { field: "entries", words }
}

/// A flaw of a rubric.
#[must_use]
pub fn rubric(flaw: &RubricFlaw) -> Problem {
    let (field, words) = match flaw {
        RubricFlaw::SampleUnsaid => (
            "name",
            Words::new(
                "RUBRIC_SAMPLE_UNSAID",
                "Rubrik contoh harus menyebut dirinya contoh.",
                "Tulis kata \"contoh\" dalam namanya.",
            ),
        ),
        RubricFlaw::Scale => {
            ("scale_max", Words::new("RUBRIC_SCALE_INVALID", "Nilai tertinggi di luar batas.", "Tulis 1 sampai 100."))
        }
        RubricFlaw::Size => (
            "criteria",
            Words::new(
                "RUBRIC_SIZE",
                "Kriterianya belum ada, atau terlalu banyak.",
                format!("Tulis 1 sampai {MAX_CRITERIA} kriteria."),
            ),
        ),
        RubricFlaw::Doubled(code) => (
            "criteria.code",
            Words::new(
                "CRITERION_DOUBLED",
                format!("Kriteria {code} tercantum dua kali."),
                "Cantumkan setiap kriteria satu kali.",
            ),
        ),
        RubricFlaw::Weight(code) => (
            "criteria.weight_percent",
            Words::new(
                "CRITERION_WEIGHT_INVALID",
                format!("Bobot kriteria {code} di luar batas."),
                "Tulis 1 sampai 100 persen.",
            ),
        ),
        RubricFlaw::Sum(sum) => (
            "criteria.weight_percent",
            Words::new(
                "CRITERION_WEIGHTS_SUM",
                format!("Jumlah bobotnya {} persen.", grouped(*sum)),
                "Jumlah bobot semua kriteria harus 100 persen.",
            ),
        ),
    };
    Problem { field, words }
}

/// A flaw of scores.
#[must_use]
pub fn score(flaw: &ScoreFlaw) -> Problem {
    let (field, words) = match flaw {
        ScoreFlaw::Missing(code) => (
            "scores",
            Words::new(
                "SCORE_MISSING",
                format!("Kriteria {code} belum dinilai."),
                "Nilai setiap kriteria dalam rubriknya.",
            ),
        ),
        ScoreFlaw::Unknown(code) => (
            "scores.criterion",
            Words::new(
                "CRITERION_UNKNOWN",
                format!("Kriteria {code} tidak ada dalam rubrik ini."),
                "Periksa kodenya, atau versi rubriknya.",
            ),
        ),
        ScoreFlaw::Doubled(code) => (
            "scores.criterion",
            Words::new(
                "SCORE_DOUBLED",
                format!("Kriteria {code} dinilai dua kali."),
                "Nilai setiap kriteria satu kali.",
            ),
        ),
        ScoreFlaw::OutOfScale { criterion, score, max } => (
            "scores.score",
            Words::new(
                "SCORE_OUT_OF_SCALE",
                format!("Nilai {} untuk kriteria {criterion} di luar skala.", grouped(*score)),
                format!("Tulis 0 sampai {max}."),
            ),
        ),
        ScoreFlaw::TooMuchEvidence(code) => (
            "scores.evidence_hashes",
            Words::new(
                "TOO_MUCH_EVIDENCE",
                format!("Bukti untuk kriteria {code} terlalu banyak."),
                format!("Cantumkan paling banyak {MAX_EVIDENCE} dokumen."),
            ),
        ),
    };
    Problem { field, words }
}

/// A topic that is none on that day.
#[must_use]
pub fn not_listed(topic: Code, on: Date, why: &NotListed) -> Words {
    match why {
        NotListed::Unknown { near } => Words::new(
            "TOPIC_UNKNOWN",
            format!("Topik {topic} tidak ada dalam daftar topik yang berlaku pada {}.", day(on)),
            match near.as_slice() {
                [] => "Pada tanggal itu belum ada topik; kosongkan, atau periksa tanggalnya.".to_owned(),
                near => {
                    let near: Vec<&str> = near.iter().map(Code::as_str).collect();
                    format!("Pilih salah satu, misalnya: {}.", near.join(", "))
                }
            },
        ),
        NotListed::NotYet(from) => Words::new(
            "TOPIC_NOT_YET_VALID",
            format!("Topik {topic} baru berlaku mulai {}.", day(*from)),
            "Periksa tanggal kegiatannya, atau pilih topik lain.",
        ),
        NotListed::Retired(retired) => Words::new(
            "TOPIC_RETIRED",
            format!("Topik {topic} tidak berlaku lagi sejak {}.", day(*retired)),
            "Periksa tanggal kegiatannya, atau pilih topik lain.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{domain::Refusal, service::refusals::says_what_to_do};

    #[test]
    fn every_flaw_has_a_reason_and_says_what_to_do() {
        let (code, day) = (Code::parse("stunting").expect("a code"), date!(2026 - 01 - 01));
        for flaw in [
            ListFlaw::Size,
            ListFlaw::Doubled(code),
            ListFlaw::ParentUnknown { code, parent: code },
            ListFlaw::Circle(code),
            ListFlaw::RetiredTooEarly(code),
            ListFlaw::Removed(code),
            ListFlaw::KindUnknown(code),
            ListFlaw::KindMissing(code),
            ListFlaw::LiteracyOfTopic(code),
        ] {
            says_what_to_do(&Refusal::CodeList(vec![flaw]));
        }
        for flaw in [
            RubricFlaw::SampleUnsaid,
            RubricFlaw::Scale,
            RubricFlaw::Size,
            RubricFlaw::Doubled(code),
            RubricFlaw::Weight(code),
            RubricFlaw::Sum(99),
        ] {
            says_what_to_do(&Refusal::Rubric(vec![flaw]));
        }
        for flaw in [
            ScoreFlaw::Missing(code),
            ScoreFlaw::Unknown(code),
            ScoreFlaw::Doubled(code),
            ScoreFlaw::OutOfScale { criterion: code, score: 5, max: 4 },
            ScoreFlaw::TooMuchEvidence(code),
        ] {
            says_what_to_do(&Refusal::Scores(vec![flaw]));
        }
        for why in [
            NotListed::Unknown { near: vec![code] },
            NotListed::Unknown { near: vec![] },
            NotListed::NotYet(day),
            NotListed::Retired(day),
        ] {
            says_what_to_do(&Refusal::TopicNotListed { topic: code, on: day, why });
        }
    }
}
