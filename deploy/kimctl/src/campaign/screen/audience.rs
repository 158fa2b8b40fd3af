//! Whom a campaign would reach, and whom it was for.

use kim_contract::{dissemination::v1 as pb, registry::v1::BaseGroup};
use kim_territory::spelling::grouped;
use serde::Serialize;

use crate::{community::status, places::place, table::Table};

/// Whom a campaign with this audience would reach now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Preview {
    pub communities: i64,
    pub provinces: Vec<Share>,
    pub sample: Vec<Member>,
    /// Up to where the registry's log was known.
    pub registry_position: i64,
    pub decree: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    pub province: String,
    pub communities: i32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    pub community_id: String,
    pub name: String,
    pub seat: String,
    pub status: &'static str,
    pub base_group: &'static str,
}

/// The audience as it was drawn, or the first of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drawn {
    pub communities: i32,
    pub members: Vec<Member>,
    pub registry_position: i64,
    pub decree: String,
}

impl From<pb::PreviewAudienceResponse> for Preview {
    fn from(answer: pb::PreviewAudienceResponse) -> Self {
        let share = |share: pb::AudienceShare| Share {
            province: share.province.unwrap_or_default().code,
            communities: share.communities,
        };
        Self {
            communities: answer.communities,
            provinces: answer.provinces.into_iter().map(share).collect(),
            sample: answer.sample.into_iter().map(Member::of).collect(),
            registry_position: answer.registry_position,
            decree: answer.decree,
        }
    }
}

impl From<pb::GetAudienceResponse> for Drawn {
    fn from(answer: pb::GetAudienceResponse) -> Self {
        let draw = answer.draw.unwrap_or_default();
        Self {
            communities: draw.communities,
            members: answer.members.into_iter().map(Member::of).collect(),
            registry_position: draw.registry_position,
            decree: draw.decree,
        }
    }
}

impl Member {
    fn of(member: pb::AudienceMember) -> Self {
        Self {
            status: status(member.status()),
            base_group: base_group(member.base_group()),
            community_id: member.community_id,
            name: member.name,
            seat: member.seat.unwrap_or_default().code,
        }
    }
}

fn table(members: &[Member]) -> String {
    let mut table = Table::new(&["NOMOR", "KIM", "KEDUDUKAN", "STATUS", "BASIS"]);
    for member in members {
        table.row([member.community_id.as_str(), &member.name, &place(&member.seat), member.status, member.base_group]);
    }
    table.to_string()
}

impl Preview {
    pub(super) fn screen(&self) -> String {
        if self.communities == 0 {
            return format!("Tidak ada KIM yang cocok, menurut registri sampai posisi {}.\n", self.known());
        }
        let mut provinces = Table::new(&["PROVINSI", "KIM"]).right(1);
        for share in &self.provinces {
            provinces.row([place(&share.province), grouped(share.communities)]);
        }
        let sample =
            if self.sample.is_empty() { String::new() } else { format!("\nMisalnya:\n{}", table(&self.sample)) };
        format!(
            "{} KIM akan dituju, menurut registri sampai posisi {} dan wilayah {}.\n\n{provinces}{sample}",
            grouped(self.communities),
            self.known(),
            self.decree
        )
    }

    fn known(&self) -> String {
        grouped(self.registry_position)
    }
}

impl Drawn {
    pub(super) fn screen(&self) -> String {
        let (shown, all) = (grouped(self.members.len()), grouped(self.communities));
        format!(
            "{}{shown} dari {all} KIM, ditarik dari registri pada posisi {} dan wilayah {}\n",
            table(&self.members),
            grouped(self.registry_position),
            self.decree
        )
    }
}

pub(super) fn base_group(base: BaseGroup) -> &'static str {
    match base {
        BaseGroup::Unspecified => "belum diketahui",
        BaseGroup::None => "tidak ada",
        BaseGroup::Youth => "pemuda",
        BaseGroup::Farmers => "kelompok tani",
        BaseGroup::Pkk => "PKK",
        BaseGroup::Pokdarwis => "pokdarwis",
        BaseGroup::Other => "lainnya",
    }
}

#[cfg(test)]
mod tests {
    use kim_contract::{registry::v1::CommunityStatus, r#type::v1::Region};

    use super::*;

    fn region(code: &str) -> Region {
        Region { code: code.into(), decree: "2025".into() }
    }

    fn member() -> pb::AudienceMember {
        pb::AudienceMember {
            community_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            name: "KIM Kumantan".into(),
            seat: Some(region("14.01")),
            status: CommunityStatus::Active.into(),
            base_group: BaseGroup::Farmers.into(),
        }
    }

    #[test]
    fn a_preview_has_the_count_by_province_and_a_sample() {
        let preview = Preview::from(pb::PreviewAudienceResponse {
            communities: 1_250,
            provinces: vec![
                pb::AudienceShare { province: Some(region("14")), communities: 1_200 },
                pb::AudienceShare { province: Some(region("15")), communities: 50 },
            ],
            sample: vec![member()],
            registry_position: 232_397,
            decree: "2025".into(),
        });
        assert_eq!(
            preview.screen(),
            "1.250 KIM akan dituju, menurut registri sampai posisi 232.397 dan wilayah 2025.\n\n\
             PROVINSI             KIM\n\
             14 Provinsi Riau   1.200\n\
             15 Provinsi Jambi     50\n\n\
             Misalnya:\n\
             NOMOR                                 KIM           KEDUDUKAN                              STATUS  BASIS\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  KIM Kumantan  14.01 Kabupaten Kampar, Provinsi Riau  aktif   kelompok tani\n"
        );
        let nobody = pb::PreviewAudienceResponse { registry_position: 7, ..pb::PreviewAudienceResponse::default() };
        assert_eq!(Preview::from(nobody).screen(), "Tidak ada KIM yang cocok, menurut registri sampai posisi 7.\n");
    }

    #[test]
    fn an_audience_says_of_how_many_it_shows_how_many() {
        let drawn = Drawn::from(pb::GetAudienceResponse {
            members: vec![member()],
            draw: Some(pb::CampaignDraw { registry_position: 7, decree: "2025".into(), communities: 84_000 }),
            next_page_token: String::new(),
        });
        let screen = drawn.screen();
        assert!(
            screen.ends_with("\n1 dari 84.000 KIM, ditarik dari registri pada posisi 7 dan wilayah 2025\n"),
            "{screen}"
        );
    }
}
