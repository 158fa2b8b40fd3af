//! Campaigns on the real service: programmes and materials are put into its log as their own services would.

mod course;
mod funnel;
mod life;
mod whole;
mod zones;

use std::collections::BTreeMap;

use kim_contract::{
    dissemination::v1::{
        Audience, Campaign, CampaignPlan, CampaignPriority, CampaignStatus, CampaignWindow, DraftCampaignRequest,
        GetCampaignRequest, ScheduleCampaignRequest,
    },
    registry::v1::{CommunityStatus, OfficeKind},
};
use kim_desk::wire::{Happened, date};
use kim_dissemination::{
    domain::{
        Refusal,
        content::{Body, Content, Contents, Language, Note, Wording},
        ids::{ActorRef, MaterialId, OfficeId, ProgrammeId},
        material::{self, Material, RevisionReason, SealedContent, WithdrawalReason},
        programme::{self, Profile},
    },
    wire::{material::Materials, programme::Programmes},
};
use kim_eventlog::{Envelope, Log, OpenOptions, Proposal, Repository, Snapshot};
use kim_values::{Code, PublicName, Region, VaultRef};
use time::{Date, Duration, OffsetDateTime};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::dissemination::nation::{Nation, region, request_id, until};

/// Another writer of dissemination's log.
struct Ledger {
    log: Log,
    programmes: Repository<Programmes>,
    materials: Repository<Materials>,
    /// Only in a simulated log: when it writes.
    recorded: Option<OffsetDateTime>,
}

fn actor(n: u128) -> ActorRef {
    ActorRef(Uuid::from_u128(n))
}

fn wording(note: Option<&str>, body: &str) -> Wording {
    let content = Content {
        language: Language::parse("id").unwrap(),
        title: PublicName::stored("Pekan Imunisasi"),
        body: Body::parse(body).unwrap(),
        links: vec![],
        media: vec![],
    };
    Wording { contents: Contents::new(vec![content]).unwrap(), note: note.map(|note| Note::parse(note).unwrap()) }
}

fn sealed(wording: &Wording) -> SealedContent {
    SealedContent { reference: VaultRef(Uuid::now_v7()), hash: wording.hash(), languages: wording.contents.languages() }
}

impl Ledger {
    async fn open(nation: &Nation, recorded: Option<OffsetDateTime>) -> Self {
        let options = OpenOptions { simulated: recorded.is_some() };
        let log = Log::open(nation.pool.clone(), "dissemination", options, CancellationToken::new()).await.unwrap();
        let cached = 10.try_into().unwrap();
        let (programmes, materials) = (Repository::new(log.clone(), cached), Repository::new(log.clone(), cached));
        Self { log, programmes, materials, recorded }
    }

    fn now(&self) -> OffsetDateTime {
        self.recorded.unwrap_or_else(OffsetDateTime::now_utc)
    }

    fn today(&self) -> Date {
        Region::nation().today(self.now())
    }

    fn envelope(&self) -> Envelope {
        Envelope { actor: "test".into(), recorded: self.recorded, ..Envelope::default() }
    }

    /// A material of an office, published, in a programme of its own.
    async fn published(&self, office: &str, of: Region) -> MaterialId {
        let (programme, material) = (ProgrammeId(Uuid::now_v7()), MaterialId(Uuid::now_v7()));
        let office = OfficeId::parse(office).unwrap();
        let today = self.today();
        let profile = Profile {
            name: PublicName::stored("Imunisasi"),
            topic: Code::parse("stunting").unwrap(),
            from: today,
            until: None,
        };
        let established = programme::Event::Established { office, region: of, profile, on: today };
        let happened = Happened { aggregate: programme.0, at: self.now(), event: established };
        let establish = |_: &_| Ok::<_, std::convert::Infallible>(Proposal::of(vec![happened.clone()]));
        self.programmes.execute(programme.0, &self.envelope(), establish).await.unwrap();
        let wording = wording(None, "Bawa anak ke posyandu terdekat.");
        let outline = material::Outline { programme, office, region: of };
        let programme = programme::Status::Established;
        let content = sealed(&wording);
        let first = material::Command::Draft { outline, content, programme, by: actor(1), today };
        self.tell(material, first).await;
        self.publish(material, wording).await;
        material
    }

    async fn publish(&self, material: MaterialId, wording: Wording) {
        let (by, today, programme) = (actor(2), self.today(), programme::Status::Established);
        self.tell(material, material::Command::Submit { by: actor(1), today }).await;
        self.tell(material, material::Command::Approve { hash: wording.hash(), by, today }).await;
        let wording = Box::new(wording);
        self.tell(material, material::Command::Publish { wording, programme, by, today }).await;
    }

    /// Another version is published.
    async fn revise(&self, material: MaterialId, reason: RevisionReason) {
        let wording =
            wording(Some("Jadwalnya keliru satu hari."), &format!("Bawa anak ke posyandu. {}", Uuid::now_v7()));
        let programme = programme::Status::Established;
        let content = sealed(&wording);
        let revise = material::Command::Revise { reason, content, programme, by: actor(1), today: self.today() };
        self.tell(material, revise).await;
        self.publish(material, wording).await;
    }

    async fn withdraw(&self, material: MaterialId) {
        let reason = WithdrawalReason::FactsWrong;
        let withdraw = material::Command::Withdraw { reason, note: None, by: actor(2), today: self.today() };
        self.tell(material, withdraw).await;
    }

    async fn tell(&self, material: MaterialId, command: material::Command) {
        let decide = |snapshot: &Snapshot<Option<Material>>| {
            let events = material::decide(snapshot.state.as_ref(), command.clone())?;
            let happened = |event| Happened { aggregate: material.0, at: self.now(), event };
            Ok::<_, Refusal>(Proposal::of(events.into_iter().map(happened).collect()))
        };
        self.materials.execute(material.0, &self.envelope(), decide).await.unwrap();
    }

    /// Events of a campaign: of each type how many.
    async fn events(&self, campaign: &str) -> BTreeMap<String, i64> {
        let count = "SELECT regexp_replace(type, '.*\\.Campaign', ''), count(*) FROM log.event
                     WHERE aggregate_id = $1::uuid GROUP BY type";
        let counted: Vec<(String, i64)> =
            sqlx::query_as(count).bind(campaign).fetch_all(self.log.pool()).await.unwrap();
        counted.into_iter().collect()
    }
}

/// The office of the nation; its id.
async fn national_office(nation: &Nation) -> String {
    nation.office("Direktorat Informasi Publik", OfficeKind::National, "00").await
}

async fn regency_office(nation: &Nation) -> String {
    nation.office("Dinas Kominfo Kampar", OfficeKind::Regency, "14.01").await
}

/// Of communities in these regions, whatever became of them, from the first day for some days, from midnight on.
fn plan(regions: &[&str], from: Date, days: i64) -> CampaignPlan {
    CampaignPlan {
        name: "Pekan Imunisasi".into(),
        audience: Some(Audience {
            regions: regions.iter().filter_map(|code| region(code)).collect(),
            statuses: [CommunityStatus::Registered, CommunityStatus::Active, CommunityStatus::Dormant]
                .map(Into::into)
                .to_vec(),
            ..Audience::default()
        }),
        window: Some(CampaignWindow {
            from: Some(date::to_proto(from)),
            until: Some(date::to_proto(from + Duration::days(days - 1))),
            starts_at_minute: 0,
        }),
        priority: CampaignPriority::Ordinary.into(),
    }
}

fn draft_of(office: &str, material: MaterialId, plan: CampaignPlan) -> DraftCampaignRequest {
    DraftCampaignRequest {
        request_id: request_id(),
        material_id: material.to_string(),
        owning_office_id: office.into(),
        plan: Some(plan),
    }
}

async fn scheduled(nation: &Nation, token: &str, draft: DraftCampaignRequest) -> Campaign {
    let mut campaigns = nation.campaigns(token);
    let campaign = campaigns.draft_campaign(draft).await.unwrap().into_inner().campaign.unwrap();
    let request =
        ScheduleCampaignRequest { request_id: request_id(), campaign_id: campaign.campaign_id, etag: campaign.etag };
    campaigns.schedule_campaign(request).await.unwrap().into_inner().campaign.unwrap()
}

async fn shown(nation: &Nation, token: &str, id: &str) -> Campaign {
    let request = GetCampaignRequest { campaign_id: id.into() };
    nation.campaigns(token).get_campaign(request).await.unwrap().into_inner().campaign.unwrap()
}

/// Waits until it is so of the campaign, and shows it.
async fn until_campaign(nation: &Nation, token: &str, id: &str, is_so: impl Fn(&Campaign) -> bool) -> Campaign {
    until(async || is_so(&shown(nation, token, id).await)).await;
    shown(nation, token, id).await
}

fn has_assigned(communities: i32) -> impl Fn(&Campaign) -> bool {
    move |campaign| campaign.progress.as_ref().is_some_and(|progress| progress.assigned == communities)
}

fn is_drawn(campaign: &Campaign) -> bool {
    campaign.progress.as_ref().is_some_and(|progress| progress.audience_drawn)
}

fn is_status(status: CampaignStatus) -> impl Fn(&Campaign) -> bool {
    move |campaign| campaign.status() == status
}

/// The communities that got a campaign, by the index: each with the regency and the version.
async fn got(nation: &Nation, campaign: &str) -> Vec<(String, String, i32, bool)> {
    let select = "SELECT community_id::text, regency_code, material_version, released FROM dissemination.assignment
                  WHERE campaign_id = $1::uuid ORDER BY batch, community_id";
    sqlx::query_as(select).bind(campaign).fetch_all(&nation.pool).await.unwrap()
}

/// Today where offices of the nation are.
fn today() -> Date {
    Region::nation().today(OffsetDateTime::now_utc())
}
