//! Partnerships as they are shown.

use std::fmt::Write;

use kim_contract::registry::v1::{
    self as pb, DeclineReason, PartnershipScope, PartnershipSide, PartnershipStatus, TerminationReason,
};
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::names::Names;
use crate::{
    dates::{iso, spelled},
    table::Table,
};

/// One partnership, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Shown {
    One(Box<Partnership>),
    List(Vec<Partnership>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Partnership {
    pub partnership_id: String,
    pub status: &'static str,
    pub office_id: String,
    pub office_name: String,
    pub community_id: String,
    pub community_name: String,
    pub scopes: Vec<&'static str>,
    pub from: Option<String>,
    pub until: Option<String>,
    /// Only when one was asked for.
    pub number: String,
    pub document_hash: String,
    pub proposed_by: &'static str,
    pub proposed_on: Option<String>,
    pub signed_on: Option<String>,
    pub renewed_on: Option<String>,
    pub reminder_days: Vec<i32>,
    pub ended_on: Option<String>,
    /// Why it was terminated or declined.
    pub reason: Option<&'static str>,
    pub note: String,
}

impl Partnership {
    #[must_use]
    pub fn of(partnership: pb::Partnership, names: &Names) -> Self {
        let reason = match partnership.status() {
            PartnershipStatus::Terminated => Some(termination(partnership.termination_reason())),
            PartnershipStatus::Declined => Some(decline(partnership.decline_reason())),
            _ => None,
        };
        Self {
            status: status(partnership.status()),
            office_name: names.get(&partnership.office_id).to_owned(),
            community_name: names.get(&partnership.community_id).to_owned(),
            scopes: partnership.scopes().map(scope).collect(),
            from: iso(partnership.from.as_ref()),
            until: iso(partnership.until.as_ref()),
            proposed_by: side(partnership.proposed_by()),
            proposed_on: iso(partnership.proposed_on.as_ref()),
            signed_on: iso(partnership.signed_on.as_ref()),
            renewed_on: iso(partnership.renewed_on.as_ref()),
            ended_on: iso(partnership.ended_on.as_ref()),
            reason,
            partnership_id: partnership.partnership_id,
            office_id: partnership.office_id,
            community_id: partnership.community_id,
            number: partnership.number,
            document_hash: partnership.document_hash,
            reminder_days: partnership.reminder_days,
            note: partnership.termination_note,
        }
    }

    fn screen(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(text, "{name:<16}{value}");
            }
        };
        let day = |date: &Option<String>| spelled(date.as_deref());
        line("kemitraan", &self.partnership_id);
        line("status", self.status);
        line("kantor", &self.office_name);
        line("KIM", &self.community_name);
        line("lingkup", &self.scopes.join(", "));
        line("masa", &format!("{} sampai {}", day(&self.from), day(&self.until)));
        line("nomor", &self.number);
        line("dokumen", &self.document_hash);
        line("diusulkan", &format!("{} oleh {}", day(&self.proposed_on), self.proposed_by));
        line("ditandatangani", &day(&self.signed_on));
        line("diperpanjang", &day(&self.renewed_on));
        let days: Vec<String> = self.reminder_days.iter().map(|days| format!("{days} hari")).collect();
        if !days.is_empty() {
            line("pengingat", &format!("{} sebelum hari terakhir", days.join(" dan ")));
        }
        line("berakhir", &day(&self.ended_on));
        line("alasan", self.reason.unwrap_or_default());
        line("catatan", &self.note);
        text
    }
}

impl Shown {
    #[must_use]
    pub fn screen(&self) -> String {
        let partnerships = match self {
            Self::One(partnership) => return partnership.screen(),
            Self::List(partnerships) if partnerships.is_empty() => return "Tidak ada kemitraan.\n".to_owned(),
            Self::List(partnerships) => partnerships,
        };
        let mut table = Table::new(&["NOMOR", "KIM", "KANTOR", "STATUS", "SAMPAI"]);
        for one in partnerships {
            let until = spelled(one.until.as_deref());
            table.row([one.partnership_id.as_str(), &one.community_name, &one.office_name, one.status, &until]);
        }
        format!("{table}{} kemitraan\n", grouped(partnerships.len()))
    }
}

fn status(status: PartnershipStatus) -> &'static str {
    match status {
        PartnershipStatus::Unspecified => "tidak dikenal",
        PartnershipStatus::Proposed => "diusulkan",
        PartnershipStatus::Signed => "berlaku",
        PartnershipStatus::Renewed => "berlaku, diperpanjang",
        PartnershipStatus::Expired => "habis masanya",
        PartnershipStatus::Terminated => "diakhiri",
        PartnershipStatus::Declined => "tidak jadi",
    }
}

fn scope(scope: PartnershipScope) -> &'static str {
    match scope {
        PartnershipScope::Unspecified => "tidak dikenal",
        PartnershipScope::Dissemination => "diseminasi",
        PartnershipScope::Aspirations => "aspirasi",
        PartnershipScope::Literacy => "literasi",
    }
}

fn side(side: PartnershipSide) -> &'static str {
    match side {
        PartnershipSide::Unspecified => "tidak dikenal",
        PartnershipSide::Office => "kantor",
        PartnershipSide::Community => "KIM",
    }
}

fn termination(reason: TerminationReason) -> &'static str {
    match reason {
        TerminationReason::Unspecified => "tidak disebut",
        TerminationReason::BothAgreed => "kesepakatan bersama",
        TerminationReason::NotKept => "perjanjian tidak dijalankan",
        TerminationReason::CommunityDissolved => "KIM dibubarkan",
        TerminationReason::OfficeClosed => "kantor ditutup",
        TerminationReason::Other => "lain-lain",
    }
}

fn decline(reason: DeclineReason) -> &'static str {
    match reason {
        DeclineReason::Unspecified => "tidak disebut",
        DeclineReason::Withdrawn => "usulan ditarik",
        DeclineReason::TermsNotAgreed => "isi perjanjian tidak disepakati",
        DeclineReason::NotNeeded => "tidak diperlukan",
        DeclineReason::Other => "lain-lain",
        DeclineReason::PartnerGone => "KIM atau kantornya sudah tidak ada",
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1::Date;

    use super::*;

    fn partnership(status: PartnershipStatus) -> pb::Partnership {
        pb::Partnership {
            partnership_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            status: status.into(),
            office_id: "kantor".into(),
            community_id: "kim".into(),
            scopes: vec![PartnershipScope::Dissemination.into(), PartnershipScope::Literacy.into()],
            from: Some(Date { year: 2022, month: 10, day: 1 }),
            until: Some(Date { year: 2023, month: 9, day: 30 }),
            number: "489/07/2022".into(),
            proposed_by: PartnershipSide::Community.into(),
            proposed_on: Some(Date { year: 2022, month: 9, day: 1 }),
            signed_on: Some(Date { year: 2022, month: 10, day: 1 }),
            reminder_days: vec![90, 30],
            ..pb::Partnership::default()
        }
    }

    #[test]
    fn a_partnership_is_shown_with_what_there_is_of_it() {
        let shown = Partnership::of(partnership(PartnershipStatus::Signed), &Names::default());
        assert_eq!(
            Shown::One(Box::new(shown)).screen(),
            "kemitraan       018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d\n\
             status          berlaku\n\
             kantor          kantor\n\
             KIM             kim\n\
             lingkup         diseminasi, literasi\n\
             masa            1 Oktober 2022 sampai 30 September 2023\n\
             nomor           489/07/2022\n\
             diusulkan       1 September 2022 oleh KIM\n\
             ditandatangani  1 Oktober 2022\n\
             pengingat       90 hari dan 30 hari sebelum hari terakhir\n"
        );
        let ended = pb::Partnership {
            termination_reason: TerminationReason::NotKept.into(),
            ended_on: Some(Date { year: 2023, month: 1, day: 2 }),
            ..partnership(PartnershipStatus::Terminated)
        };
        let ended = Partnership::of(ended, &Names::default()).screen();
        assert!(
            ended.contains("berakhir        2 Januari 2023\nalasan          perjanjian tidak dijalankan\n"),
            "{ended}"
        );
    }

    #[test]
    fn a_list_has_a_partnership_a_line() {
        let one = Partnership::of(partnership(PartnershipStatus::Renewed), &Names::default());
        assert_eq!(
            Shown::List(vec![one]).screen(),
            "NOMOR                                 KIM  KANTOR  STATUS                 SAMPAI\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  kim  kantor  berlaku, diperpanjang  30 September 2023\n\
             1 kemitraan\n"
        );
        assert_eq!(Shown::List(vec![]).screen(), "Tidak ada kemitraan.\n");
    }
}
