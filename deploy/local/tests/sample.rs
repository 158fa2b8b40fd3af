//! The sample nation goes into a real registry, and what is then in its log is what the plan says.
#![allow(clippy::unwrap_used, reason = "a test that panics says where")]

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use kim_chassis::identity::Issuer;
use kim_local::{
    sample::{
        assessment,
        change::Answer,
        command::Command,
        errand::Matter,
        load::load_plan,
        month::Month,
        partnership,
        places::code,
        plan::Plan,
        territory::{adopted_on, code_by},
        training,
    },
    servers::{Nats, NatsOptions, Postgres, PostgresOptions},
    tokens,
};
use kim_registry::{config::Config, startup};
use kim_territory::{Decree, RegionCode};
use sqlx::PgPool;
use tempfile::{TempDir, tempdir};
use tokio::{sync::Notify, task::JoinHandle};
use tokio_util::sync::CancellationToken;

const UNTIL: Month = Month::new(2026, 10);

/// A registry with a simulated log, on servers of its own.
struct Registry {
    dir: TempDir,
    postgres: Postgres,
    nats: Nats,
    issuer: Issuer,
}

/// A registry that runs.
struct Running {
    address: String,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Registry {
    async fn prepare() -> Self {
        let dir = tempdir().unwrap();
        let postgres = Postgres::start(PostgresOptions::at(&dir.path().join("pg")).unwrap()).await.unwrap();
        let nats = Nats::start(NatsOptions::at(&dir.path().join("nats")).unwrap()).await.unwrap();
        let issuer = Issuer::create(dir.path().join("identity")).unwrap();
        std::fs::write(dir.path().join("vault.key"), "0f".repeat(32)).unwrap();
        Self { dir, postgres, nats, issuer }
    }

    async fn start(&self) -> Running {
        let identity = self.issuer.identity();
        let config = format!(
            "[grpc]\nlisten = \"127.0.0.1:0\"\n[http]\nlisten = \"127.0.0.1:0\"\n[database]\nurl_file = \"{}\"\n\
             [nats]\nurl = {:?}\nnkey_seed_file = \"{}\"\ninbox_prefix = \"_INBOX_registry\"\n\
             [identity]\nissuer = {:?}\naudience = {:?}\njwks_file = \"{}\"\n\
             [log]\nsimulated = true\n[stream]\nmax_gigabytes = 2\n[vault]\nkey_file = \"{}\"\n",
            self.postgres.url_file("registry").unwrap().display(),
            self.nats.url(),
            self.nats.seed_file("registry").display(),
            identity.issuer,
            identity.audience,
            self.issuer.jwks_file().display(),
            self.dir.path().join("vault.key").display(),
        );
        let config: Config = toml::from_str(&config).unwrap();
        let service = startup::build(&config).await.unwrap();
        let address = format!("http://{}", service.grpc_address());
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let task = tokio::spawn(async move { service.run_until(stopped).await.unwrap() });
        Running { address, stop, task }
    }

    fn simulator(&self) -> String {
        tokens::simulator(&self.issuer).unwrap()
    }

    fn notes(&self) -> &Path {
        self.dir.path()
    }

    /// Waits until the log has so many events of a type.
    async fn has(&self, event: &str, many: usize) {
        let pool = PgPool::connect(&self.postgres.url("registry").unwrap()).await.unwrap();
        let many = i64::try_from(many).unwrap();
        loop {
            let count = sqlx::query_scalar("SELECT count(*) FROM log.event WHERE type = 'kim.registry.v1.' || $1");
            let found: i64 = count.bind(event).fetch_one(&pool).await.unwrap();
            if found >= many {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn counts(&self) -> BTreeMap<String, i64> {
        let pool = PgPool::connect(&self.postgres.url("registry").unwrap()).await.unwrap();
        let counts: Vec<(String, i64)> =
            sqlx::query_as("SELECT type, count(*) FROM log.event GROUP BY type").fetch_all(&pool).await.unwrap();
        counts.into_iter().map(|(name, count)| (name.rsplit('.').next().unwrap().to_owned(), count)).collect()
    }
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// How many commands of the plan make each of these events.
fn told(plan: &Plan) -> [(&'static str, i64); 24] {
    let count = |is: fn(&Command) -> bool| {
        let commands = plan.steps.iter().flat_map(|step| &step.commands);
        i64::try_from(commands.filter(|(_, command)| is(command)).count()).unwrap()
    };
    [
        ("CommunityMerged", count(|c| matches!(c, Command::Merge(..)))),
        ("CommunityAbsorbed", count(|c| matches!(c, Command::Merge(..)))),
        ("MembersCounted", count(|c| matches!(c, Command::Tell(_, Matter::Counted(_))))),
        ("ChangeProposed", count(|c| matches!(c, Command::Tell(_, Matter::Proposed(_))))),
        ("ChangeAccepted", count(|c| matches!(c, Command::Tell(_, Matter::Answered(Answer::Accepted))))),
        ("ChangeRefused", count(|c| matches!(c, Command::Tell(_, Matter::Answered(Answer::Refused(_)))))),
        ("ChangeWithdrawn", count(|c| matches!(c, Command::Tell(_, Matter::Answered(Answer::Withdrawn))))),
        ("CommunityCorrected", count(|c| matches!(c, Command::Tell(_, Matter::Corrected(_))))),
        ("PartnershipProposed", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Proposed)))),
        ("PartnershipSigned", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Signed)))),
        ("PartnershipRenewed", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Renewed(_))))),
        ("PartnershipTerminated", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Terminated(_))))),
        ("PartnershipDeclined", count(|c| matches!(c, Command::Agree(_, partnership::Turn::Withdrawn)))),
        ("TrainingPlanned", count(|c| matches!(c, Command::Train(_, training::Turn::Planned(_))))),
        ("TrainingRescheduled", count(|c| matches!(c, Command::Train(_, training::Turn::Moved)))),
        ("TrainingInvitationsSent", count(|c| matches!(c, Command::Train(_, training::Turn::Invited)))),
        ("TrainingHeld", count(|c| matches!(c, Command::Train(_, training::Turn::Held)))),
        ("TrainingReported", count(|c| matches!(c, Command::Train(_, training::Turn::Reported)))),
        ("TrainingCancelled", count(|c| matches!(c, Command::Train(_, training::Turn::Cancelled(_))))),
        ("CommunityAssessed", count(|c| matches!(c, Command::Assess(_, assessment::Turn::Assessed)))),
        ("AssessmentRevised", count(|c| matches!(c, Command::Assess(_, assessment::Turn::Revised(_))))),
        ("AssessmentWithdrawn", count(|c| matches!(c, Command::Assess(_, assessment::Turn::Withdrawn(_))))),
        ("TerritoryAdopted", count(|c| matches!(c, Command::AdoptTerritory(_)))),
        ("CodeListSet", count(|c| matches!(c, Command::SetActivityKinds | Command::SetTopics(_)))),
    ]
}

/// How many events there are of the territories that come into force after the first, and of what they move.
fn moved(plan: &Plan) -> BTreeMap<&'static str, i64> {
    let mut events = BTreeMap::new();
    let mut add = |name| *events.entry(name).or_default() += 1;
    for (from, to) in Decree::ALL.iter().zip(&Decree::ALL[1..]) {
        add("TerritoryRegionsChanged");
        let [old, new] = [from, to].map(|decree| move |region| code_by(*decree, region));
        for office in plan.offices.iter().filter(|office| old(office.region).is_some()) {
            if old(office.region) != new(office.region) {
                add("OfficeRegionMoved");
            }
        }
        let before = plan.steps.iter().take_while(|step| step.starts.date() < adopted_on(*to));
        let told = before.flat_map(|step| {
            let drafted = step.commands.iter().filter_map(|(_, command)| match command {
                Command::Draft(kim) => Some(*kim),
                _ => None,
            });
            step.listed.iter().map(|listed| listed.kim).chain(drafted)
        });
        for seat in told.map(|kim| plan.kims[kim].record.seat) {
            let regency = |code: Option<RegionCode>| code.and_then(|code| code.regency());
            if regency(old(seat)) != regency(new(seat)) {
                add("CommunityMovedOut");
                add("CommunityMovedIn");
            } else if old(seat) != new(seat) {
                add("CommunitySeatMoved");
            }
        }
    }
    events
}

/// What the log must have of the territories, and nothing beside.
fn has_moved(counts: &BTreeMap<String, i64>, plan: &Plan) {
    let moved = moved(plan);
    for event in
        ["TerritoryRegionsChanged", "OfficeRegionMoved", "CommunitySeatMoved", "CommunityMovedOut", "CommunityMovedIn"]
    {
        assert_eq!(counts.get(event), moved.get(event), "{event} of {counts:?}");
    }
}

fn reports(plan: &Plan) -> i64 {
    plan.steps.iter().map(|step| i64::try_from(step.reports.len()).unwrap()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn riau_is_loaded_once_however_often_the_loading_is_broken_off() {
    let registry = Registry::prepare().await;
    let plan = Plan::of(UNTIL, code("14"));
    // Broken off at four places, and the registry stopped and started between.
    for percent in [20, 50, 75, 95] {
        let running = registry.start().await;
        let enough = Notify::new();
        let simulator = registry.simulator();
        let loading = load_plan(&plan, &running.address, &simulator, registry.notes(), |progress| {
            if progress.done * 100 > progress.total * percent {
                enough.notify_one();
            }
        });
        tokio::select! {
            outcome = loading => outcome.unwrap(),
            () = enough.notified() => {}
        }
        running.stop().await;
    }
    let running = registry.start().await;
    for _ in 0..2 {
        load_plan(&plan, &running.address, &registry.simulator(), registry.notes(), |_| {}).await.unwrap();
    }
    let counts = registry.counts().await;
    let count = |name: &str| counts.get(name).copied().unwrap_or_default();
    let listed: usize = plan.steps.iter().map(|step| step.listed.len()).sum();
    assert_eq!(count("ActivityReported"), reports(&plan), "{counts:?}");
    assert_eq!(count("CommunityDrafted"), i64::try_from(plan.kims.len()).unwrap(), "{counts:?}");
    assert!(count("CommunityRegistered") >= i64::try_from(listed).unwrap(), "{counts:?}");
    for (event, commands) in told(&plan) {
        assert_eq!(count(event), commands, "{event} of {counts:?}");
    }
    // What ends by itself.
    for event in ["OfficerLeft", "OfficerAppointed", "PartnershipReminded", "PartnershipExpired"] {
        assert!(count(event) > 0, "{event} of {counts:?}");
    }
    has_moved(&counts, &plan);
    assert_eq!(count("OfficeEstablished"), 14);
    assert!(count("CommunityRevitalised") > 45, "{counts:?}");
    running.stop().await;
}

/// The province that was split from another one: its communities and its regencies' offices move, and it has an office of its own after.
#[tokio::test(flavor = "multi_thread")]
async fn papua_barat_daya_lives_through_all_territories_however_often_its_loading_is_broken_off() {
    let registry = Registry::prepare().await;
    let plan = Plan::of(UNTIL, code("96"));
    let simulator = registry.simulator();
    // Broken off as soon as a territory is in force, while communities and offices move.
    for changes in 1..Decree::ALL.len() {
        let running = registry.start().await;
        let loading = load_plan(&plan, &running.address, &simulator, registry.notes(), |_| {});
        tokio::select! {
            outcome = loading => outcome.unwrap(),
            () = registry.has("TerritoryRegionsChanged", changes) => {}
        }
        running.stop().await;
    }
    let running = registry.start().await;
    load_plan(&plan, &running.address, &simulator, registry.notes(), |_| {}).await.unwrap();
    let counts = registry.counts().await;
    assert_eq!(counts["ActivityReported"], reports(&plan), "{counts:?}");
    assert_eq!(counts["CommunityDrafted"], i64::try_from(plan.kims.len()).unwrap(), "{counts:?}");
    assert_eq!(counts["OfficeEstablished"], 1 + 1 + 6, "{counts:?}");
    for (event, commands) in told(&plan) {
        assert_eq!(counts.get(event).copied().unwrap_or_default(), commands, "{event} of {counts:?}");
    }
    has_moved(&counts, &plan);
    assert!(counts["CommunityMovedIn"] > 0);
    running.stop().await;
}

/// Prints how long it takes: `cargo test --release -p kim-local --test sample nation -- --ignored --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute"]
async fn the_whole_nation_is_loaded() {
    let registry = Registry::prepare().await;
    let begun = Instant::now();
    let plan = Plan::of(UNTIL, RegionCode::NATION);
    println!("plan {:?}", begun.elapsed());
    let running = registry.start().await;
    let mut year = 0;
    let begun = Instant::now();
    load_plan(&plan, &running.address, &registry.simulator(), registry.notes(), |progress| {
        if progress.month.year() != year {
            year = progress.month.year();
            println!("{year} {:?} {progress:?}", begun.elapsed());
        }
    })
    .await
    .unwrap();
    let counts = registry.counts().await;
    println!("loaded {:?}: {} {counts:?}", begun.elapsed(), counts.values().sum::<i64>());
    assert_eq!(counts["ActivityReported"], reports(&plan));
    for (event, commands) in told(&plan) {
        assert_eq!(counts.get(event).copied().unwrap_or_default(), commands, "{event}");
    }
    has_moved(&counts, &plan);
    running.stop().await;
}
