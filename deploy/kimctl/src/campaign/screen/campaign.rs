//! One campaign, and a list of them.

use kim_contract::dissemination::v1::{self as pb, AudienceListing, AudiencePartnership, CampaignStatus};
use kim_territory::spelling::grouped;
use serde::Serialize;

use super::{
    audience::base_group,
    words::{cancellation, level, notice, priority, status},
};
use crate::{
    community,
    dates::{iso, spelled},
    facts::Facts,
    names::Names,
    places::place,
    table::Table,
    times,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Campaign {
    pub campaign_id: String,
    pub status: &'static str,
    pub name: String,
    pub material_id: String,
    /// The version that is assigned now; 0 for a draft.
    pub material_version: i32,
    pub programme_id: String,
    pub owning_office_id: String,
    pub owning_office_name: String,
    pub region: String,
    pub priority: &'static str,
    pub audience: Audience,
    pub from: Option<String>,
    pub until: Option<String>,
    /// `08.00`, in the zone of each region.
    pub at: String,
    /// `None` for a draft.
    pub starts_at: Option<String>,
    /// `None` before it started.
    pub draw: Option<Draw>,
    pub progress: Option<Progress>,
    pub cancellation_reason: Option<&'static str>,
    pub note: String,
    pub etag: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audience {
    pub regions: Vec<String>,
    pub seat_levels: Vec<&'static str>,
    pub statuses: Vec<&'static str>,
    pub base_groups: Vec<&'static str>,
    pub partnership: Option<&'static str>,
    /// `only` or `except` these communities.
    pub listing: Option<&'static str>,
    pub community_ids: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draw {
    pub communities: i32,
    pub registry_position: i64,
    pub decree: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub assigned: i32,
    pub newcomers: i32,
    pub released: i32,
    pub deferred: i32,
    pub audience_drawn: bool,
    pub notice: Option<Notice>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub kind: &'static str,
    pub material_version: i32,
    pub batches: i32,
    pub batches_told: i32,
}

impl Campaign {
    #[must_use]
    pub fn of(campaign: pb::Campaign, names: &Names) -> Self {
        let cancelled = campaign.status() == CampaignStatus::Cancelled;
        let plan = campaign.plan.clone().unwrap_or_default();
        let window = plan.window.unwrap_or_default();
        Self {
            status: status(campaign.status()),
            cancellation_reason: cancelled.then(|| cancellation(campaign.cancellation_reason())),
            priority: priority(plan.priority()),
            name: plan.name,
            owning_office_name: names.get(&campaign.owning_office_id).to_owned(),
            region: campaign.region.unwrap_or_default().code,
            audience: Audience::of(plan.audience.unwrap_or_default()),
            from: iso(window.from.as_ref()),
            until: iso(window.until.as_ref()),
            at: format!("{:02}.{:02}", window.starts_at_minute / 60, window.starts_at_minute % 60),
            starts_at: times::rfc3339(campaign.starts_at.as_ref()),
            draw: campaign.draw.map(|draw| Draw {
                communities: draw.communities,
                registry_position: draw.registry_position,
                decree: draw.decree,
            }),
            progress: campaign.progress.map(Progress::of),
            campaign_id: campaign.campaign_id,
            material_id: campaign.material_id,
            material_version: campaign.material_version,
            programme_id: campaign.programme_id,
            owning_office_id: campaign.owning_office_id,
            note: campaign.note,
            etag: campaign.etag,
        }
    }

    pub(super) fn screen(&self) -> String {
        let day = |date: &Option<String>| spelled(date.as_deref());
        let version = match self.material_version {
            0 => String::new(),
            version => format!(", versi {version}"),
        };
        let mut facts = Facts::default();
        facts
            .line("kampanye", &self.campaign_id)
            .line("nama", &self.name)
            .line("status", self.status)
            .line("materi", format!("{}{version}", self.material_id))
            .line("program", &self.programme_id)
            .line("kantor", &self.owning_office_name)
            .line("prioritas", self.priority);
        self.audience.tell(&mut facts);
        facts
            .line("masa", format!("{} pukul {} sampai {}", day(&self.from), self.at, day(&self.until)))
            .line("mulai", times::spelled(self.starts_at.as_deref()));
        if let Some(draw) = &self.draw {
            let (communities, position) = (grouped(draw.communities), grouped(draw.registry_position));
            let drawn = format!("{communities} KIM, registri posisi {position}, wilayah {}", draw.decree);
            facts.line("ditarik", drawn);
        }
        if let Some(progress) = self.progress.as_ref().filter(|_| self.draw.is_some()) {
            progress.tell(self.draw.as_ref().map_or(0, |draw| draw.communities), &mut facts);
        }
        facts.line("alasan", self.cancellation_reason.unwrap_or_default()).line("catatan", &self.note);
        facts.to_string()
    }
}

impl Audience {
    fn of(audience: pb::Audience) -> Self {
        Self {
            seat_levels: audience.seat_levels().map(level).collect(),
            statuses: audience.statuses().map(community::status).collect(),
            base_groups: audience.base_groups().map(base_group).collect(),
            partnership: match audience.partnership() {
                AudiencePartnership::Unspecified => None,
                AudiencePartnership::InForce => Some("kantor mana pun"),
                AudiencePartnership::WithThisOffice => Some("kantor ini"),
            },
            listing: match audience.listing() {
                AudienceListing::Unspecified => None,
                AudienceListing::Only => Some("only"),
                AudienceListing::Except => Some("except"),
            },
            regions: audience.regions.into_iter().map(|region| region.code).collect(),
            community_ids: audience.community_ids,
        }
    }

    fn tell(&self, facts: &mut Facts) {
        let regions: Vec<String> = self.regions.iter().map(|code| place(code)).collect();
        let listed = grouped(self.community_ids.len());
        facts
            .line("sasaran", regions.join("; "))
            .line("tingkat", self.seat_levels.join(", "))
            .line("status KIM", self.statuses.join(", "))
            .line("basis", self.base_groups.join(", "))
            .line("bermitra", self.partnership.unwrap_or_default());
        match self.listing {
            Some("only") => facts.line("hanya", format!("{listed} KIM terpilih")),
            Some(_) => facts.line("kecuali", format!("{listed} KIM terpilih")),
            None => facts,
        };
    }
}

impl Progress {
    fn of(progress: pb::CampaignProgress) -> Self {
        Self {
            assigned: progress.assigned,
            newcomers: progress.newcomers,
            released: progress.released,
            deferred: progress.deferred,
            audience_drawn: progress.audience_drawn,
            notice: progress.notice.map(|notice| Notice {
                kind: self::notice(notice.kind()),
                material_version: notice.material_version,
                batches: notice.batches,
                batches_told: notice.batches_told,
            }),
        }
    }

    fn tell(&self, drawn: i32, facts: &mut Facts) {
        let percent = i64::from(self.assigned - self.newcomers) * 100 / i64::from(drawn.max(1));
        let far = if self.audience_drawn { "semua sudah mendapat giliran".to_owned() } else { format!("{percent}%") };
        facts.line("dikirim", format!("{} KIM, {far}", grouped(self.assigned)));
        for (name, communities) in
            [("menyusul", self.newcomers), ("dikeluarkan", self.released), ("ditunda", self.deferred)]
        {
            if communities > 0 {
                facts.line(name, format!("{} KIM", grouped(communities)));
            }
        }
        if let Some(notice) = &self.notice {
            let Notice { kind, material_version, batches, batches_told } = notice;
            let told = format!("{} dari {} kelompok diberi tahu", grouped(*batches_told), grouped(*batches));
            facts.line("pemberitahuan", format!("{kind}, versi {material_version}: {told}"));
        }
    }
}

pub(super) fn table(campaigns: &[Campaign]) -> String {
    if campaigns.is_empty() {
        return "Tidak ada kampanye.\n".to_owned();
    }
    let heads = ["NOMOR", "NAMA", "KANTOR", "STATUS", "PRIORITAS", "MULAI", "SELESAI", "DIKIRIM"];
    let mut table = Table::new(&heads).right(7);
    for one in campaigns {
        table.row([
            one.campaign_id.as_str(),
            &one.name,
            &one.owning_office_name,
            one.status,
            one.priority,
            &spelled(one.from.as_deref()),
            &spelled(one.until.as_deref()),
            &one.progress.as_ref().map(|progress| grouped(progress.assigned)).unwrap_or_default(),
        ]);
    }
    format!("{table}{} kampanye\n", grouped(campaigns.len()))
}

#[cfg(test)]
mod tests {
    use kim_contract::{
        dissemination::v1::{CampaignCancellationReason, CampaignPriority, NoticeKind},
        registry::v1::CommunityStatus,
        r#type::v1::{Date, Region},
    };

    use super::*;

    fn campaign() -> pb::Campaign {
        let audience = pb::Audience {
            regions: vec![Region { code: "14".into(), decree: "2025".into() }],
            statuses: vec![CommunityStatus::Active.into(), CommunityStatus::Dormant.into()],
            listing: AudienceListing::Except.into(),
            community_ids: vec!["a".into(), "b".into()],
            ..pb::Audience::default()
        };
        let window = pb::CampaignWindow {
            from: Some(Date { year: 2026, month: 3, day: 1 }),
            until: Some(Date { year: 2026, month: 3, day: 14 }),
            starts_at_minute: 480,
        };
        pb::Campaign {
            campaign_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".into(),
            status: CampaignStatus::Running.into(),
            material_id: "materi".into(),
            programme_id: "program".into(),
            owning_office_id: "kantor".into(),
            plan: Some(pb::CampaignPlan {
                name: "Cegah stunting".into(),
                audience: Some(audience),
                window: Some(window),
                priority: CampaignPriority::Important.into(),
            }),
            material_version: 2,
            starts_at: Some(prost_types::Timestamp { seconds: 1_772_326_800, nanos: 0 }),
            draw: Some(pb::CampaignDraw { registry_position: 232_397, decree: "2025".into(), communities: 1_000 }),
            progress: Some(pb::CampaignProgress {
                assigned: 510,
                newcomers: 10,
                released: 3,
                notice: Some(pb::CampaignNotice {
                    kind: NoticeKind::Corrected.into(),
                    material_version: 2,
                    batches: 4,
                    batches_told: 1,
                }),
                ..pb::CampaignProgress::default()
            }),
            ..pb::Campaign::default()
        }
    }

    #[test]
    fn a_campaign_is_shown_with_its_plan_and_how_far_it_is() {
        let shown = Campaign::of(campaign(), &Names::default());
        assert_eq!(
            shown.screen(),
            "kampanye        018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d\n\
             nama            Cegah stunting\n\
             status          berjalan\n\
             materi          materi, versi 2\n\
             program         program\n\
             kantor          kantor\n\
             prioritas       penting\n\
             sasaran         14 Provinsi Riau\n\
             status KIM      aktif, vakum\n\
             kecuali         2 KIM terpilih\n\
             masa            1 Maret 2026 pukul 08.00 sampai 14 Maret 2026\n\
             mulai           1 Maret 2026 08.00 WIB\n\
             ditarik         1.000 KIM, registri posisi 232.397, wilayah 2025\n\
             dikirim         510 KIM, 50%\n\
             menyusul        10 KIM\n\
             dikeluarkan     3 KIM\n\
             pemberitahuan   koreksi, versi 2: 1 dari 4 kelompok diberi tahu\n"
        );
        let mut ended = campaign();
        ended.status = CampaignStatus::Cancelled.into();
        ended.cancellation_reason = CampaignCancellationReason::MaterialWithdrawn.into();
        ended.note = "Diganti versi baru".into();
        let screen = Campaign::of(ended, &Names::default()).screen();
        assert!(
            screen.ends_with("alasan          materinya ditarik\ncatatan         Diganti versi baru\n"),
            "{screen}"
        );
    }

    #[test]
    fn a_list_has_a_campaign_a_line() {
        let one = Campaign::of(campaign(), &Names::default());
        assert_eq!(
            table(&[one]),
            "NOMOR                                 NAMA            KANTOR  STATUS    PRIORITAS  MULAI         SELESAI        DIKIRIM\n\
             018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d  Cegah stunting  kantor  berjalan  penting    1 Maret 2026  14 Maret 2026      510\n\
             1 kampanye\n"
        );
        assert_eq!(table(&[]), "Tidak ada kampanye.\n");
    }
}
