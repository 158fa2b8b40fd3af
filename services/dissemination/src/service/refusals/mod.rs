//! Every refusal of the domain, once and for all: its code, its reason, and the words for an officer.

use kim_chassis::errors::{Fault, Thing};
use kim_desk::words::{Words, exists, invalid, precondition};
use tonic::Code;

mod campaign;
mod delivery;
mod endpoint;
mod material;
mod programme;
mod question;

use crate::domain::Refusal;

impl From<Refusal> for Fault {
    fn from(refused: Refusal) -> Self {
        let thing = match &refused {
            Refusal::ProgrammeNotFound => Some(Thing::PROGRAMME),
            Refusal::MaterialNotFound => Some(Thing::MATERIAL),
            Refusal::CampaignNotFound => Some(Thing::CAMPAIGN),
            Refusal::QuestionNotFound => Some(Thing::QUESTION),
            Refusal::EndpointNotFound => Some(Thing::ENDPOINT),
            _ => None,
        };
        if let Some(thing) = thing {
            return thing.not_found();
        }
        let (code, words) = table(&refused);
        words.fault(code, refused.to_string())
    }
}

/// Refusals that are not "not there": the code, and the words.
#[must_use]
pub fn table(refusal: &Refusal) -> (Code, Words) {
    match refusal {
        Refusal::ProgrammeNotFound
        | Refusal::MaterialNotFound
        | Refusal::CampaignNotFound
        | Refusal::QuestionNotFound
        | Refusal::EndpointNotFound => {
            let fault = Fault::from(refusal.clone());
            (fault.code, Words::new(fault.reason, fault.message_id, ""))
        }
        Refusal::ProgrammeExists => {
            exists("PROGRAMME_EXISTS", "Program ini sudah ada.", "Buka datanya, dan ubah di sana.")
        }
        Refusal::MaterialExists => {
            exists("MATERIAL_EXISTS", "Materi ini sudah ada.", "Buka datanya, dan ubah di sana.")
        }
        Refusal::CampaignExists => {
            exists("CAMPAIGN_EXISTS", "Kampanye ini sudah ada.", "Buka datanya, dan ubah di sana.")
        }
        Refusal::QuestionExists => exists("QUESTION_EXISTS", "Pertanyaan ini sudah ada.", "Buka yang sudah tercatat."),
        Refusal::ProgrammeClosed => precondition(
            "PROGRAMME_CLOSED",
            "Program ini sudah ditutup; tidak ada materi atau kampanye baru di dalamnya.",
            "Pilih program yang masih berjalan.",
        ),
        Refusal::OfficeClosed => {
            precondition("OFFICE_CLOSED", "Kantor ini sudah ditutup.", "Pilih kantor yang melanjutkan tugasnya.")
        }
        Refusal::TooFarAhead => {
            invalid("DATE_TOO_FAR_AHEAD", "Tanggal ini lebih dari sepuluh tahun ke depan.", "Periksa tahunnya.")
        }
        Refusal::MaterialWithdrawn => precondition(
            "MATERIAL_WITHDRAWN",
            "Materi ini sudah ditarik dan tidak dapat dipakai lagi.",
            "Buat materi baru.",
        ),
        Refusal::MaterialDiscarded => precondition(
            "MATERIAL_DISCARDED",
            "Materi ini sudah dibuang sebelum pernah diterbitkan.",
            "Buat materi baru.",
        ),
        Refusal::MaterialNotPublished => {
            precondition("MATERIAL_NOT_PUBLISHED", "Materi ini belum diterbitkan.", "Terbitkan materinya lebih dulu.")
        }
        Refusal::Programme(error) => programme::words(*error),
        Refusal::Material(error) => material::words(*error),
        Refusal::Campaign(error) => campaign::words(*error),
        Refusal::Delivery(error) => delivery::words(*error),
        Refusal::Question(error) => question::words(*error),
        Refusal::Endpoint(error) => endpoint::words(*error),
    }
}
