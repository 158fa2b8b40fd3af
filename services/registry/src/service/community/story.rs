//! Each event of a community as a sentence for an officer, in Indonesian and in English. Nobody is named: of people, only the chair.

use kim_territory::{
    Territory,
    spelling::{day, grouped},
};
use kim_values::Region;
use time::Date;

use crate::{
    domain::{
        board::{Board, LeaveReason, Left, OfficerRole, Term},
        community::{
            ActivityKind, Arrival, ChangeRefusalReason, DissolutionReason, Event, MergeReason, Preceding, ReturnReason,
        },
        ids::OfficerId,
        rule::RuleVersion,
    },
    service::words::officer_role,
};

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Story {
    pub id: String,
    pub en: String,
}

/// What happened. `board` has all chairs that the community's officers ever had.
#[expect(clippy::too_many_lines, reason = "an event an arm")]
pub(super) fn of(event: &Event, board: &Board) -> Story {
    match event {
        Event::Drafted { profile, .. } => told(
            format!("Rancangan {} di {} dibuat.", profile.name, place(profile.seat)),
            format!("A draft of {} in {} was begun.", profile.name, place(profile.seat)),
        ),
        Event::Amended { profile, .. } => told(
            format!("Rancangan diperbaiki: {} di {}.", profile.name, place(profile.seat)),
            format!("The draft was mended: {} in {}.", profile.name, place(profile.seat)),
        ),
        Event::Submitted { rule, .. } => {
            let [id, en] = rule_words(*rule);
            told(format!("Diajukan ke kantor setempat{id}."), format!("Submitted to the local office{en}."))
        }
        Event::Returned { reasons, .. } => {
            let [id, en] = listed(reasons, return_reason);
            told(format!("Dikembalikan oleh kantor: {id}."), format!("Returned by the office: {en}."))
        }
        Event::Registered { rule, number, .. } => {
            let [id, en] = rule_words(*rule);
            match number {
                Some(number) => told(
                    format!("Terdaftar dengan nomor {number}{id}."),
                    format!("Registered under the number {number}{en}."),
                ),
                None => told(format!("Terdaftar{id}."), format!("Registered{en}.")),
            }
        }
        Event::MembersCounted { count, .. } => told(
            format!("Anggotanya dihitung: {} orang.", grouped(*count)),
            format!("Its members were counted: {count}."),
        ),
        Event::OfficerAppointed(Term { role, until, .. }) => {
            let until_id = until.map(|until| format!(" sampai dengan {}", day(until))).unwrap_or_default();
            let until_en = until.map(|until| format!(" until {}", english(until))).unwrap_or_default();
            told(
                format!("Seorang {} mulai menjabat{until_id}.", officer_role(*role)),
                format!("A {} came into office{until_en}.", role_en(*role)),
            )
        }
        Event::OfficerLeft { officer, on, reason } => {
            let role = chair(board, *officer, Some(Left { on: *on, reason: *reason }));
            let [why, why_en] = leave_reason(*reason);
            told(
                format!("Seorang {} berhenti: {why}.", role.map_or("pengurus", officer_role)),
                format!("A {} left the board: {why_en}.", role.map_or("officer", role_en)),
            )
        }
        Event::OfficerErased { officer, .. } => {
            let role = chair(board, *officer, None);
            told(
                format!("Data pribadi seorang {} dihapus.", role.map_or("pengurus", officer_role)),
                format!("The personal data of a {} was erased.", role.map_or("officer", role_en)),
            )
        }
        Event::ChangeProposed { .. } => {
            told("Perubahan data diusulkan.".into(), "A change to the record was proposed.".into())
        }
        Event::ChangeAccepted { change, .. } => told(
            format!("Perubahan data yang diusulkan pada {} diterima.", day(change.on)),
            format!("The change that was proposed on {} was accepted.", english(change.on)),
        ),
        Event::ChangeRefused { reasons, .. } => {
            let [id, en] = listed(reasons, refusal_reason);
            told(format!("Usulan perubahan data ditolak: {id}."), format!("The proposed change was refused: {en}."))
        }
        Event::ChangeWithdrawn { .. } => {
            told("Usulan perubahan data ditarik kembali.".into(), "The proposed change was withdrawn.".into())
        }
        Event::Corrected { .. } => told(
            "Data yang keliru sejak awal dibetulkan oleh kantor.".into(),
            "The office set right what was wrong in the record from the beginning.".into(),
        ),
        Event::ActivityReported(activity) => {
            let [id, en] = activity_kind(activity.kind);
            told(
                format!("Kegiatan dilaporkan: {id}, menjangkau {} orang.", grouped(activity.people_reached)),
                format!("An activity was reported: {en}, reaching {} people.", activity.people_reached),
            )
        }
        Event::Activated { .. } => {
            told("Menjadi aktif dengan kegiatan pertamanya.".into(), "Became active by its first activity.".into())
        }
        Event::Reminded { last_activity, dormant_on, .. } => told(
            format!(
                "Diingatkan: tidak ada kegiatan sejak {}; menjadi vakum pada {} bila tidak melapor.",
                day(*last_activity),
                day(*dormant_on)
            ),
            format!(
                "Reminded: no activity since {}; dormant from {} unless it reports one.",
                english(*last_activity),
                english(*dormant_on)
            ),
        ),
        Event::BecameDormant { last_activity, .. } => told(
            format!("Menjadi vakum: tidak ada kegiatan sejak {}.", day(*last_activity)),
            format!("Became dormant: no activity since {}.", english(*last_activity)),
        ),
        Event::DormancyCorrected { last_activity, dormant_from, .. } => told(
            format!(
                "Ternyata tidak vakum sejak {}: kegiatan {} dilaporkan terlambat.",
                day(*dormant_from),
                day(*last_activity)
            ),
            format!(
                "Was not dormant from {} after all: an activity of {} was reported late.",
                english(*dormant_from),
                english(*last_activity)
            ),
        ),
        Event::RevitalisationPlanned(plan) => {
            let [id, en] = preceding(plan.after);
            told(
                format!("Revitalisasi direncanakan setelah {id}."),
                format!("Its revitalisation was planned after {en}."),
            )
        }
        Event::Revitalised { after, .. } => {
            let [id, en] = preceding(*after);
            told(format!("Aktif kembali setelah {id}."), format!("Active again after {en}."))
        }
        Event::Dissolved { reason, .. } => {
            let [id, en] = dissolution_reason(*reason);
            told(format!("Dibubarkan: {id}."), format!("Dissolved: {en}."))
        }
        Event::Merged { into, reason, .. } => {
            let [id, en] = merge_reason(*reason);
            told(
                format!("Bergabung dengan KIM lain, yang dilanjutkan (nomor {into}): {id}."),
                format!("Merged into another community, which goes on ({into}): {en}."),
            )
        }
        Event::Absorbed { merged, .. } => told(
            format!("Dilanjutkan bersama KIM lain yang bergabung ke dalamnya (nomor {merged})."),
            format!("Went on together with another community that was merged into it ({merged})."),
        ),
        Event::SeatMoved { from, to, .. } => told(
            format!("Menurut daftar wilayah {}, kedudukannya kini {}, semula {}.", to.decree, coded(*to), coded(*from)),
            format!("By the territory of {}, its seat is {} now; it was {}.", to.decree, coded(*to), coded(*from)),
        ),
        Event::MovedOut { from, to, .. } => told(
            format!("Keluar dari {} karena daftar wilayah {} berlaku.", regency(*from), to.decree),
            format!("Moved out of {}, since the territory of {} is in force.", regency(*from), to.decree),
        ),
        Event::MovedIn(Arrival { from, profile, .. }) => told(
            format!(
                "Masuk ke {}: kedudukannya kini {}, semula {}.",
                regency(profile.seat),
                coded(profile.seat),
                coded(*from)
            ),
            format!(
                "Moved into {}: its seat is {} now; it was {}.",
                regency(profile.seat),
                coded(profile.seat),
                coded(*from)
            ),
        ),
    }
}

/// A region's name in full, as its decree has it.
pub(super) fn place(region: Region) -> String {
    let name = Territory::of(region.decree).get(&region.code).map(|region| region.full_name());
    name.unwrap_or_else(|| region.code.to_string())
}

/// The same with its code: by another decree a place of the same name may have another one.
fn coded(region: Region) -> String {
    format!("{} ({})", place(region), region.code)
}

/// The regency in which a region lies, or the region where it is wider.
fn regency(region: Region) -> String {
    place(Region { code: region.code.regency().unwrap_or(region.code), ..region })
}

fn told(id: String, en: String) -> Story {
    Story { id, en }
}

fn english(date: Date) -> String {
    format!("{} {} {}", date.day(), date.month(), date.year())
}

/// By which rule the record was checked.
fn rule_words(rule: Option<RuleVersion>) -> [String; 2] {
    let Some(RuleVersion { region, version }) = rule else { return [String::new(), String::new()] };
    let place = place(region);
    [
        format!(", diperiksa menurut aturan pembentukan {place} versi {version}"),
        format!(", checked against version {version} of the formation rule of {place}"),
    ]
}

fn listed<R: Copy>(reasons: &[R], words: fn(R) -> [&'static str; 2]) -> [String; 2] {
    let joined = |language: usize| reasons.iter().map(|&reason| words(reason)[language]).collect::<Vec<_>>().join("; ");
    [joined(0), joined(1)]
}

/// The chair that somebody left so, or the last that they had.
fn chair(board: &Board, officer: OfficerId, left: Option<Left>) -> Option<OfficerRole> {
    let own = || board.served.iter().rev().filter(|served| served.term.officer == officer);
    let so = own().find(|served| left.is_some() && served.left == left);
    so.or_else(|| own().next()).map(|served| served.term.role)
}

fn role_en(role: OfficerRole) -> &'static str {
    match role {
        OfficerRole::Ketua => "chair",
        OfficerRole::Sekretaris => "secretary",
        OfficerRole::Bendahara => "treasurer",
        OfficerRole::Section => "section's officer",
        OfficerRole::Collecting => "collecting section's officer",
        OfficerRole::Managing => "managing section's officer",
        OfficerRole::Spreading => "spreading section's officer",
    }
}

fn leave_reason(reason: LeaveReason) -> [&'static str; 2] {
    match reason {
        LeaveReason::TermEnded => ["masa jabatannya habis", "the term ended"],
        LeaveReason::Replaced => ["digantikan", "replaced"],
        LeaveReason::Resigned => ["mengundurkan diri", "resigned"],
        LeaveReason::Moved => ["pindah", "moved away"],
        LeaveReason::Died => ["meninggal", "died"],
        LeaveReason::Dismissed => ["diberhentikan", "dismissed"],
    }
}

fn return_reason(reason: ReturnReason) -> [&'static str; 2] {
    match reason {
        ReturnReason::DecreeUnreadable => ["SK tidak terbaca", "the decree cannot be read"],
        ReturnReason::DecreeMismatch => ["SK tidak cocok dengan datanya", "the decree does not match the record"],
        ReturnReason::MembersBelowRule => ["anggota di bawah aturan", "fewer members than the rule asks for"],
        ReturnReason::OfficersIncomplete => ["pengurus belum lengkap", "the board is incomplete"],
        ReturnReason::SeatWrong => ["kedudukan keliru", "the seat is wrong"],
        ReturnReason::NameTaken => ["nama sudah dipakai", "the name is taken"],
        ReturnReason::Other => ["alasan lain", "another reason"],
    }
}

fn refusal_reason(reason: ChangeRefusalReason) -> [&'static str; 2] {
    match reason {
        ChangeRefusalReason::ProofMissing => ["bukti belum ada", "proof is missing"],
        ChangeRefusalReason::ProofMismatch => ["bukti tidak cocok", "the proof does not match"],
        ChangeRefusalReason::NameTaken => ["nama sudah dipakai", "the name is taken"],
        ChangeRefusalReason::RuleNotMet => ["aturan setempat tidak terpenuhi", "the local rule is not met"],
        ChangeRefusalReason::Other => ["alasan lain", "another reason"],
    }
}

fn dissolution_reason(reason: DissolutionReason) -> [&'static str; 2] {
    match reason {
        DissolutionReason::MembersDecided => ["keputusan anggota", "its members decided so"],
        DissolutionReason::DecreeRevoked => ["SK dicabut", "its decree was revoked"],
        DissolutionReason::RegisteredInError => ["pendaftarannya keliru", "it was registered in error"],
    }
}

fn merge_reason(reason: MergeReason) -> [&'static str; 2] {
    match reason {
        MergeReason::SameCommunity => ["keduanya KIM yang sama", "both are the same community"],
        MergeReason::MembersDecided => ["keputusan anggota", "the members decided so"],
        MergeReason::SeatsMerged => ["wilayah keduanya digabung", "their seats became one"],
    }
}

fn preceding(preceding: Preceding) -> [&'static str; 2] {
    match preceding {
        Preceding::Training(_) => ["bimtek", "a training"],
        Preceding::Partnership => ["kemitraan", "a partnership"],
        Preceding::Visit => ["kunjungan", "a visit"],
    }
}

fn activity_kind(kind: ActivityKind) -> [&'static str; 2] {
    match kind {
        ActivityKind::Dissemination => ["diseminasi", "dissemination"],
        ActivityKind::LiteracyClass => ["kelas literasi", "a literacy class"],
        ActivityKind::Coverage => ["peliputan", "coverage"],
        ActivityKind::Meeting => ["pertemuan", "a meeting"],
        ActivityKind::Training => ["pelatihan", "a training"],
        ActivityKind::Economic => ["kegiatan ekonomi", "an economic activity"],
        ActivityKind::Social => ["kegiatan sosial", "a social activity"],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{domain::board::Served, wire::community::tests::events};

    /// Of what happened, and nothing of codes, numbers of people, or names that are missing.
    #[test]
    fn every_event_has_its_own_sentence_in_both_languages() {
        let mut told = BTreeSet::new();
        let events = events();
        for event in &events {
            let story = of(event, &Board::default());
            for sentence in [&story.id, &story.en] {
                assert!(sentence.ends_with('.') && sentence.len() > 8, "{sentence}");
                assert!(
                    !sentence.contains("  ") && !sentence.contains(" .") && !sentence.contains(": ."),
                    "{sentence}"
                );
                assert!(told.insert(sentence.clone()), "twice: {sentence}");
            }
        }
        assert_eq!(told.len(), events.len() * 2);
    }

    #[test]
    fn a_sentence_names_the_place_in_full_and_the_chair_of_whoever_left() {
        let events = events();
        let first = of(&events[0], &Board::default());
        let kumantan = "Desa Kumantan, Kecamatan Bangkinang Kota, Kabupaten Kampar";
        assert_eq!(first.id, format!("Rancangan KIM Kumantan di {kumantan} dibuat."));
        let left = events.iter().find_map(|event| match event {
            Event::OfficerLeft { officer, on, reason } => Some((event, *officer, Left { on: *on, reason: *reason })),
            _ => None,
        });
        let (event, officer, left) = left.expect("somebody left");
        let term = |role| Term { officer, role, from: left.on, until: None };
        let board = Board {
            served: vec![
                Served { term: term(OfficerRole::Bendahara), left: Some(left) },
                Served { term: term(OfficerRole::Ketua), left: None },
            ],
            erased: vec![],
        };
        assert_eq!(of(event, &board).id, "Seorang bendahara berhenti: masa jabatannya habis.");
        assert_eq!(of(event, &Board::default()).id, "Seorang pengurus berhenti: masa jabatannya habis.");
    }
}
