//! What the communities that took part in a training did in the 90 days after it.

use kim_contract::registry::v1 as pb;
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::{
    dates::{iso, spelled},
    places::place,
    table::Table,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub training_id: String,
    pub held_from: Option<String>,
    pub follow_until: Option<String>,
    pub communities: i32,
    pub active: i32,
    pub registered: i32,
    pub revitalised: i32,
    pub as_of_position: i64,
    pub outcomes: Vec<OfCommunity>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfCommunity {
    pub community_id: String,
    pub name: String,
    pub seat: String,
    pub first_activity_on: Option<String>,
    pub registered_on: Option<String>,
    pub revitalised_on: Option<String>,
}

impl Outcome {
    #[must_use]
    pub fn of(answer: pb::GetTrainingOutcomeResponse) -> Self {
        let of_community = |outcome: pb::CommunityOutcome| OfCommunity {
            community_id: outcome.community_id,
            name: outcome.name,
            seat: outcome.seat.unwrap_or_default().code,
            first_activity_on: iso(outcome.first_activity_on.as_ref()),
            registered_on: iso(outcome.registered_on.as_ref()),
            revitalised_on: iso(outcome.revitalised_on.as_ref()),
        };
        Self {
            training_id: answer.training_id,
            held_from: iso(answer.held_from.as_ref()),
            follow_until: iso(answer.follow_until.as_ref()),
            communities: answer.communities,
            active: answer.active,
            registered: answer.registered,
            revitalised: answer.revitalised,
            as_of_position: answer.as_of_position,
            outcomes: answer.outcomes.into_iter().map(of_community).collect(),
        }
    }

    pub(super) fn screen(&self) -> String {
        let mut table = Table::new(&["KIM", "KEDUDUKAN", "KEGIATAN PERTAMA", "TERDAFTAR", "AKTIF KEMBALI"]);
        let on = |date: &Option<String>| date.as_deref().map_or_else(|| "–".to_owned(), |date| spelled(Some(date)));
        for outcome in &self.outcomes {
            let name = if outcome.name.is_empty() { &outcome.community_id } else { &outcome.name };
            table.row([
                name.clone(),
                place(&outcome.seat),
                on(&outcome.first_activity_on),
                on(&outcome.registered_on),
                on(&outcome.revitalised_on),
            ]);
        }
        let [communities, active, registered, revitalised] =
            [self.communities, self.active, self.registered, self.revitalised].map(grouped);
        format!(
            "{table}\nDari {} sampai {}: {communities} KIM peserta, {active} berkegiatan, {registered} didaftarkan, \
             {revitalised} aktif kembali. Menurut log sampai posisi {}.\n",
            on(&self.held_from),
            on(&self.follow_until),
            grouped(self.as_of_position)
        )
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::r#type::v1 as pbt;

    use super::*;

    #[test]
    fn each_community_is_shown_with_what_it_did_and_when() {
        let date = |year, month, day| Some(pbt::Date { year, month, day });
        let outcome = Outcome::of(pb::GetTrainingOutcomeResponse {
            training_id: "t".into(),
            held_from: date(2022, 10, 6),
            follow_until: date(2023, 1, 5),
            outcomes: vec![pb::CommunityOutcome {
                community_id: "a".into(),
                name: "KIM Kumantan".into(),
                seat: Some(pbt::Region { code: "14.01".into(), decree: "2025".into() }),
                first_activity_on: date(2022, 11, 2),
                registered_on: None,
                revitalised_on: date(2022, 11, 2),
            }],
            communities: 1,
            active: 1,
            registered: 0,
            revitalised: 1,
            as_of_position: 4_321,
        });
        assert_eq!(
            outcome.screen(),
            "KIM           KEDUDUKAN                              KEGIATAN PERTAMA  TERDAFTAR  AKTIF KEMBALI\n\
             KIM Kumantan  14.01 Kabupaten Kampar, Provinsi Riau  2 November 2022   –          2 November 2022\n\n\
             Dari 6 Oktober 2022 sampai 5 Januari 2023: 1 KIM peserta, 1 berkegiatan, 0 didaftarkan, 1 aktif kembali. \
             Menurut log sampai posisi 4.321.\n"
        );
    }
}
