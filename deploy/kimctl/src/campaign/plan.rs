//! A campaign's plan, from what was typed and the files that it names.

use std::path::Path;

use kim_contract::dissemination::v1::{self as pb, AudienceListing, AudiencePartnership, CampaignPlan, CampaignWindow};

use super::args::{Audience, KimStatus, Plan};
use crate::{
    dates::to_proto,
    places,
    sheet::{COMMUNITY_ID, community_id_row, whole},
};

/// Whom a campaign may be for at all.
const STANDING: [KimStatus; 3] = [KimStatus::Registered, KimStatus::Active, KimStatus::Dormant];

pub fn plan(wish: &Plan) -> anyhow::Result<CampaignPlan> {
    Ok(CampaignPlan {
        name: wish.name.clone(),
        audience: Some(audience(&wish.audience)?),
        window: Some(CampaignWindow {
            from: Some(to_proto(wish.from)),
            until: Some(to_proto(wish.until)),
            starts_at_minute: wish.starts_at_minute,
        }),
        priority: wish.priority.into(),
    })
}

pub fn audience(wish: &Audience) -> anyhow::Result<pb::Audience> {
    let (listing, community_ids) = match (&wish.only, &wish.except) {
        (Some(file), _) => (AudienceListing::Only, listed(file)?),
        (None, Some(file)) => (AudienceListing::Except, listed(file)?),
        (None, None) => (AudienceListing::Unspecified, Vec::new()),
    };
    let statuses = if wish.statuses.is_empty() { &STANDING[..] } else { &wish.statuses };
    Ok(pb::Audience {
        regions: wish.regions.iter().copied().map(places::to_proto).collect(),
        seat_levels: wish.levels.iter().copied().map(Into::into).collect(),
        statuses: statuses.iter().copied().map(Into::into).collect(),
        base_groups: wish.base_groups.iter().copied().map(Into::into).collect(),
        partnership: wish.partnership.map_or_else(|| AudiencePartnership::Unspecified.into(), Into::into),
        listing: listing.into(),
        community_ids,
    })
}

fn listed(file: &Path) -> anyhow::Result<Vec<String>> {
    whole(file, &COMMUNITY_ID, community_id_row)
}

#[cfg(test)]
mod tests {
    use kim_contract::{
        dissemination::v1::CampaignPriority,
        registry::v1::{BaseGroup, CommunityStatus, RegionLevel},
    };

    use super::*;
    use crate::{
        campaign::Command,
        cli::{
            self,
            tests::{refused, typed},
        },
    };

    const ID: &str = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";

    fn drafted(args: &[&str]) -> anyhow::Result<CampaignPlan> {
        let always =
            ["campaign", "draft", "--material", ID, "--office", ID, "--name", "Cegah stunting", "--region", "14"];
        match typed(&[&always[..], &["--from", "2026-03-01", "--until", "2026-03-14"], args].concat()) {
            cli::Command::Campaign(Command::Draft(wish)) => plan(&wish.plan),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_plan_has_what_was_typed_and_for_the_rest_what_is_usual() {
        let plan = drafted(&[]).unwrap();
        let audience = plan.audience.clone().unwrap();
        assert_eq!(audience.regions, [places::to_proto("14".parse().unwrap())]);
        let standing = [CommunityStatus::Registered, CommunityStatus::Active, CommunityStatus::Dormant];
        assert_eq!(audience.statuses().collect::<Vec<_>>(), standing);
        assert_eq!(audience.listing(), AudienceListing::Unspecified);
        assert!(audience.seat_levels.is_empty() && audience.base_groups.is_empty());
        assert_eq!((plan.window.unwrap().starts_at_minute, plan.priority()), (480, CampaignPriority::Ordinary));

        let more = [&["--region", "15", "--level", "village", "--status", "active", "--base-group", "unspecified"][..]];
        let more = [more[0], &["--partnership", "with-this-office", "--at", "13.30", "--priority", "urgent"]].concat();
        let plan = drafted(&more).unwrap();
        let audience = plan.audience.clone().unwrap();
        assert_eq!(audience.regions.len(), 2);
        assert_eq!(audience.seat_levels().collect::<Vec<_>>(), [RegionLevel::Village]);
        assert_eq!(audience.statuses().collect::<Vec<_>>(), [CommunityStatus::Active]);
        assert_eq!(audience.base_groups().collect::<Vec<_>>(), [BaseGroup::Unspecified]);
        assert_eq!(audience.partnership(), AudiencePartnership::WithThisOffice);
        assert_eq!((plan.window.unwrap().starts_at_minute, plan.priority()), (810, CampaignPriority::Urgent));
    }

    #[test]
    fn a_list_of_communities_comes_from_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("kim.csv");
        std::fs::write(&file, format!("ID KIM\n{ID}\n")).unwrap();
        let file = file.to_str().unwrap();
        let audience = |option| drafted(&[option, file]).unwrap().audience.unwrap();
        assert_eq!(audience("--only").listing(), AudienceListing::Only);
        assert_eq!(audience("--except").listing(), AudienceListing::Except);
        assert_eq!(audience("--except").community_ids, [ID]);
        std::fs::write(file, "id_kim\nkim-sumber-makmur\n").unwrap();
        let error = format!("{:#}", drafted(&["--only", file]).unwrap_err());
        assert!(error.contains("baris 2, kolom id_kim: \"kim-sumber-makmur\" bukan nomor KIM."), "{error}");
    }

    #[test]
    fn what_is_wrong_or_missing_is_said() {
        for (args, what) in [
            (&["campaign", "preview", "--office", ID][..], "belum disebut: --region"),
            (&["campaign", "preview", "--office", ID, "--region", "14", "--sample", "51"], "--sample"),
            (
                &["campaign", "preview", "--office", ID, "--region", "14", "--only", "a", "--except", "b"],
                "pilih salah satu",
            ),
            (&["campaign", "draft", "--at", "25:00"], "tulis jam dan menit, misalnya 08:00"),
            (&["campaign", "cancel", ID, "--reason", "material-withdrawn"], "pilih salah satu: not-needed"),
        ] {
            let said = refused(args);
            assert!(said.contains(what), "{args:?}: {said}");
        }
    }
}
