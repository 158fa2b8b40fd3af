//! A campaign that got to communities: its programme and its material are put into the log as they are, and all else is done by the services.

use std::collections::BTreeMap;

use kim_contract::{
    dissemination::v1::{
        Audience, CampaignPlan, CampaignPriority, CampaignWindow, Delivery, DraftCampaignRequest, GetDeliveryRequest,
        ScheduleCampaignRequest,
    },
    registry::v1::{CommunityStatus, OfficeKind},
};
use kim_desk::wire::{Happened, date};
use kim_dissemination::{
    domain::{
        content::{Body, Content, Contents, Language, Note, Wording},
        ids::{ActorRef, OfficeId, ProgrammeId},
        material::{self, Outline, Publication, RevisionReason, SealedContent, Version, Withdrawal, WithdrawalReason},
        programme,
    },
    wire::{
        material::Materials,
        programme::{Programmes, happened},
    },
};
use kim_eventlog::{Aggregate, Envelope, Log, OpenOptions, Proposal, Repository};
use kim_territory::Decree;
use kim_values::{Code, PublicName, Region, VaultRef};
use time::{Duration, OffsetDateTime};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::dissemination::nation::{Nation, region, request_id, until};

/// The province whose office tells, and a regency in it.
pub const PROVINCE: &str = "14";
pub const REGENCY: &str = "14.01";

pub struct Stage {
    pub nation: Nation,
    /// The offices of the province and of the regency.
    pub provincial: String,
    pub regency: String,
    pub programme: Uuid,
    pub material: Uuid,
    /// In the order in which they were asked for.
    pub communities: Vec<String>,
    pub log: Log,
    stop: CancellationToken,
}

impl Stage {
    /// Communities with these seats, and a material that is published.
    pub async fn set(seats: &[&str]) -> Self {
        let nation = Nation::start().await;
        let provincial = nation.office("Diskominfotik Riau", OfficeKind::Provincial, PROVINCE).await;
        let regency = nation.office("Dinas Kominfo Kampar", OfficeKind::Regency, REGENCY).await;
        let names: Vec<String> = (1..=seats.len()).map(|n| format!("KIM Sumber Makmur {n:02}")).collect();
        let wanted: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(seats.iter().copied()).collect();
        let communities = if wanted.is_empty() { Vec::new() } else { nation.communities(&wanted).await };
        nation.settled().await;
        let stop = CancellationToken::new();
        let options = OpenOptions { simulated: false };
        let log = Log::open(nation.pool.clone(), "dissemination", options, stop.clone()).await.unwrap();
        let (programme, material) = (Uuid::now_v7(), Uuid::now_v7());
        let stage = Self { nation, provincial, regency, programme, material, communities, log, stop };
        stage.establish().await;
        stage.publish(1, None).await;
        stage
    }

    async fn establish(&self) {
        let now = OffsetDateTime::now_utc();
        let office = OfficeId(self.provincial.parse().unwrap());
        let profile = programme::Profile {
            name: PublicName::stored("Cegah Stunting"),
            topic: Code::parse("kesehatan").unwrap(),
            from: home().today(now),
            until: None,
        };
        let event = programme::Event::Established { office, region: home(), profile, on: home().today(now) };
        self.put::<Programmes>(self.programme, vec![happened(self.programme, event, home(), now)]).await;
    }

    /// Publishes a version of the material, as a revision from the second on.
    pub async fn publish(&self, version: u32, revision: Option<RevisionReason>) {
        let now = OffsetDateTime::now_utc();
        let (by, on) = (ActorRef(Uuid::from_u128(7)), home().today(now));
        let wording = wording(version);
        let mut events = Vec::new();
        if revision.is_none() {
            let outline = Outline {
                programme: ProgrammeId(self.programme),
                office: OfficeId(self.provincial.parse().unwrap()),
                region: home(),
            };
            let content = SealedContent {
                reference: VaultRef(Uuid::now_v7()),
                hash: wording.hash(),
                languages: wording.contents.languages(),
            };
            events.push(material::Event::Drafted { outline, content, by, on });
        }
        events.push(material::Event::Published(Box::new(Publication {
            programme: ProgrammeId(self.programme),
            version: Version::new(version).unwrap(),
            hash: wording.hash(),
            wording,
            superseded: Version::new(version - 1),
            revision,
            by,
            on,
        })));
        self.put_material(events, now).await;
    }

    pub async fn withdraw(&self, version: u32) {
        let now = OffsetDateTime::now_utc();
        let on = home().today(now);
        let withdrawal = Withdrawal { reason: WithdrawalReason::FactsWrong, note: None, on };
        let (version, by) = (Version::new(version).unwrap(), ActorRef(Uuid::from_u128(7)));
        self.put_material(vec![material::Event::Withdrawn { version, withdrawal, by }], now).await;
    }

    async fn put_material(&self, events: Vec<material::Event>, now: OffsetDateTime) {
        let happened = |event| Happened::new(self.material, event, None, home(), now);
        self.put::<Materials>(self.material, events.into_iter().map(happened).collect()).await;
    }

    async fn put<A: Aggregate>(&self, id: Uuid, events: Vec<A::Event>) {
        let repository = Repository::<A>::new(self.log.clone(), std::num::NonZeroUsize::MIN);
        let mut events = Some(events);
        let proposed = |_: &_| Ok::<_, std::convert::Infallible>(Proposal::of(events.take().unwrap()));
        repository.load::<std::convert::Infallible>(id).await.unwrap();
        repository
            .execute(id, &Envelope { actor: "test:stage".into(), ..Envelope::default() }, proposed)
            .await
            .unwrap();
    }

    /// A campaign to all communities of the province, once it got to as many.
    pub async fn campaign(&self, name: &str, priority: CampaignPriority, communities: i64) -> String {
        let mut campaigns = self.nation.campaigns(&self.officer());
        let today = home().today(OffsetDateTime::now_utc());
        let plan = CampaignPlan {
            name: name.into(),
            audience: Some(Audience {
                regions: region(PROVINCE).into_iter().collect(),
                statuses: vec![CommunityStatus::Registered.into(), CommunityStatus::Active.into()],
                ..Audience::default()
            }),
            window: Some(CampaignWindow {
                from: Some(date::to_proto(today)),
                until: Some(date::to_proto(today + Duration::days(30))),
                starts_at_minute: 0,
            }),
            priority: priority.into(),
        };
        let drafted = DraftCampaignRequest {
            request_id: request_id(),
            material_id: self.material.to_string(),
            owning_office_id: self.provincial.clone(),
            plan: Some(plan),
        };
        let campaign = campaigns.draft_campaign(drafted).await.unwrap().into_inner().campaign.unwrap();
        let scheduled = ScheduleCampaignRequest {
            request_id: request_id(),
            campaign_id: campaign.campaign_id.clone(),
            etag: String::new(),
        };
        campaigns.schedule_campaign(scheduled).await.unwrap();
        let id: Uuid = campaign.campaign_id.parse().unwrap();
        self.until_count("SELECT count(*) FROM dissemination.assignment WHERE campaign_id = $1", id, communities).await;
        campaign.campaign_id
    }

    /// Waits until so many batches of a campaign were told something.
    pub async fn until_told(&self, campaign: &str, notices: i64) {
        let id = campaign.parse().unwrap();
        self.until_count("SELECT count(*) FROM dissemination.notice WHERE campaign_id = $1", id, notices).await;
    }

    /// Waits until the channels know of so many endpoints.
    pub async fn until_listening(&self, endpoints: i64) {
        let listening = "SELECT count(*) FROM channel.endpoint";
        let count = async || sqlx::query_scalar::<_, i64>(listening).fetch_one(&self.nation.pool).await.unwrap();
        until(async || count().await >= endpoints).await;
    }

    /// Waits until the index has all that is in the log now.
    pub async fn until_indexed(&self) {
        let head = self.log.newest().await.unwrap().get();
        let followed = "SELECT position FROM dissemination.follower";
        until(async || sqlx::query_scalar::<_, i64>(followed).fetch_one(&self.nation.pool).await.unwrap() >= head)
            .await;
    }

    async fn until_count(&self, counted: &'static str, id: Uuid, wanted: i64) {
        let count = async || sqlx::query_scalar::<_, i64>(counted).bind(id).fetch_one(&self.nation.pool).await.unwrap();
        until(async || count().await >= wanted).await;
    }

    /// Somebody of the office that tells.
    pub fn officer(&self) -> String {
        self.nation.officer_of("test:riau", PROVINCE)
    }

    /// Somebody of the regency's office.
    pub fn regency_officer(&self) -> String {
        self.nation.officer_of("test:kampar", REGENCY)
    }

    /// An officer of a community.
    pub fn kim(&self, nth: usize) -> String {
        self.nation.kim(&self.communities[nth])
    }

    pub async fn delivery(&self, campaign: &str, nth: usize) -> Delivery {
        let request = GetDeliveryRequest { campaign_id: campaign.into(), community_id: self.communities[nth].clone() };
        let answer = self.nation.deliveries(&self.kim(nth)).get_delivery(request).await.unwrap();
        answer.into_inner().delivery.unwrap()
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub fn home() -> Region {
    Region { code: PROVINCE.parse().unwrap(), decree: Decree::CURRENT }
}

/// What a version says, in Indonesian and Javanese.
fn wording(version: u32) -> Wording {
    let texts = BTreeMap::from([("id", "Cegah stunting sejak dini"), ("jv", "Nyegah stunting wiwit cilik")]);
    let content = |(tag, title): (&str, &str)| Content {
        language: Language::parse(tag).unwrap(),
        title: PublicName::stored(&format!("{title} {version}")),
        body: Body::stored(&format!("{title}: timbang anak setiap bulan di posyandu.")),
        links: Vec::new(),
        media: Vec::new(),
    };
    let note = (version > 1).then(|| Note::stored("Jadwal timbang sudah diperbaiki."));
    Wording { contents: Contents::new(texts.into_iter().map(content).collect()).unwrap(), note }
}

/// The reason of an error, as programs compare it.
pub fn reason(status: &tonic::Status) -> String {
    use tonic_types::StatusExt;
    status.get_error_details().error_info().map(|info| info.reason.clone()).unwrap_or_default()
}
