//! Clients that go on whatever happens: they ask, ask again with the same request id, and note all that they are told.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use futures::future::join_all;
use kim_contract::{
    registry::v1::{
        Activity, ActivityKind, AmendCommunityRequest, Community, CommunityContacts, DraftCommunityRequest,
        GetCommunityRequest, ImportCommunitiesRequest, Officer, OfficerRole, RegisterCommunityRequest,
        ReportActivityRequest, ReturnCommunityRequest, ReturnReason, RowOutcome, SubmitCommunityRequest,
        community_service_client::CommunityServiceClient,
    },
    r#type::v1::Date,
};
use kim_territory::{Level, RegionCode, Territory};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use time::OffsetDateTime;
use tokio_stream::iter;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;
use uuid::Uuid;

use super::history::{Answer, Asked, Read, Recorder};
use crate::harness::{Caller, System, activity, community_row, date, profile, request_id};

/// How long one attempt waits.
const ATTEMPT: Duration = Duration::from_secs(3);
/// How long a request is tried at most: longer than any fault lasts and takes to heal.
const PATIENCE: Duration = Duration::from_mins(3);
const ROWS_A_MESSAGE: usize = 20;

/// What all clients of a system share. Cheap to clone.
#[derive(Clone)]
pub struct Clients {
    registries: Vec<Caller>,
    pub recorder: Arc<Recorder>,
    names: Arc<AtomicI64>,
    seats: Arc<Vec<String>>,
    /// Communities that many report of at once.
    shared: Arc<Mutex<Vec<Uuid>>>,
}

/// What a carried-out request showed.
#[derive(Clone)]
struct Shown {
    community: Uuid,
    version: i64,
    activity: Option<Uuid>,
}

impl Clients {
    pub fn of(system: &System) -> Self {
        let villages = Territory::current().within(&RegionCode::NATION, Level::Village);
        Self {
            registries: (0..system.registries.len()).map(|n| system.client(n)).collect(),
            recorder: Arc::new(Recorder::begin()),
            names: Arc::default(),
            seats: Arc::new(villages.step_by(977).map(|village| village.code.to_string()).collect()),
            shared: Arc::default(),
        }
    }

    /// Communities to begin with.
    pub async fn settle(&self, shared: usize) {
        let communities = self.import(shared, &mut ChaCha8Rng::seed_from_u64(0)).await;
        self.shared.lock().expect("no client panics while it holds it").extend(communities);
    }

    /// So many clients at once until `stop`; each ends what it has begun.
    pub async fn work(&self, clients: usize, seed: u64, stop: &CancellationToken) {
        let workers = (0..clients).map(|n| {
            let (clients, stop) = (self.clone(), stop.clone());
            tokio::spawn(async move {
                let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_add(n as u64));
                while !stop.is_cancelled() {
                    clients.something(n, &mut random).await;
                    tokio::time::sleep(Duration::from_millis(random.random_range(0..40))).await;
                }
            })
        });
        for worker in join_all(workers).await {
            worker.expect("no client gives up");
        }
    }

    /// So many clients at once until `stop`, who only report of what there is already, as fast as they are answered.
    pub async fn report_on(&self, clients: usize, seed: u64, stop: &CancellationToken) {
        let workers = (0..clients).map(|n| {
            let (clients, stop) = (self.clone(), stop.clone());
            tokio::spawn(async move {
                let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_add(n as u64));
                while !stop.is_cancelled() {
                    let shared = clients.shared.lock().expect("no client panics while it holds it").clone();
                    let Some(community) = shared.choose(&mut random) else { return };
                    clients.report_of(*community, None, false, &mut random).await;
                }
            })
        });
        for worker in join_all(workers).await {
            worker.expect("no client gives up");
        }
    }

    /// Reports the only activity of a community, long back, and comes back when that is acknowledged.
    pub async fn report_silence(&self, community: Uuid, random: &mut ChaCha8Rng) {
        while self.report_of(community, None, true, random).await.is_none() {}
    }

    async fn something(&self, client: usize, random: &mut ChaCha8Rng) {
        match (client, random.random_range(0..100)) {
            (0, _) => {
                let rows = random.random_range(20..60);
                let made = self.import(rows, random).await;
                if let Some(community) = made.choose(random) {
                    // Its only activity lies long back.
                    self.report_of(*community, None, true, random).await;
                }
            }
            (_, 0..25) => self.life(random).await,
            (_, 25..35) => self.race(random).await,
            _ => self.report(random).await,
        }
    }

    /// A community from its draft to its first activity, step by step.
    async fn life(&self, random: &mut ChaCha8Rng) {
        let (name, seat) = self.name(random);
        let Some(shown) = self.draft(&name, &seat, random).await else { return };
        let shown = if random.random_bool(0.3) { self.amend(&shown, &name, &seat, random).await } else { Some(shown) };
        let Some(shown) = shown else { return };
        let Some(mut shown) = self.submit(&shown, random).await else { return };
        if random.random_bool(0.2) {
            let Some(back) = self.give_back(&shown, random).await else { return };
            let Some(again) = self.submit(&back, random).await else { return };
            shown = again;
        }
        let Some(shown) = self.register(&shown, &name, &seat, random).await else { return };
        self.report_of(shown.community, Some(shown.version), false, random).await;
    }

    /// Two communities want one name: one of them gets it.
    async fn race(&self, random: &mut ChaCha8Rng) {
        let (name, seat) = self.name(random);
        let mut other = ChaCha8Rng::seed_from_u64(random.random());
        tokio::join!(self.run_for(&name, &seat, random), self.run_for(&name, &seat, &mut other));
    }

    async fn run_for(&self, name: &str, seat: &str, random: &mut ChaCha8Rng) -> Option<Shown> {
        let shown = self.draft(name, seat, random).await?;
        let shown = self.submit(&shown, random).await?;
        self.register(&shown, name, seat, random).await
    }

    /// An activity of a community that others report of, too; of the version that was read just now, of one that is known to
    /// be old, or of any.
    async fn report(&self, random: &mut ChaCha8Rng) {
        let community = {
            let shared = self.shared.lock().expect("no client panics while it holds it");
            let Some(community) = shared.choose(random) else { return };
            *community
        };
        let version = if random.random_bool(0.5) {
            let Some(version) = self.read(community, random).await else { return };
            let stale = random.random_bool(0.1) && version > 3;
            Some(if stale { version - 1 } else { version })
        } else {
            None
        };
        self.report_of(community, version, false, random).await;
    }

    async fn report_of(
        &self,
        community: Uuid,
        version: Option<i64>,
        silent: bool,
        random: &mut ChaCha8Rng,
    ) -> Option<Shown> {
        let id = request_id();
        let reported = Uuid::new_v5(&community, id.as_bytes());
        let number = self.recorder.ask(Asked::Report { community, version, activity: reported, silent });
        let happened_on = if silent { date(2020, 3, random.random_range(1..28)) } else { Some(recently(random)) };
        let request = ReportActivityRequest {
            request_id: id.clone(),
            community_id: community.to_string(),
            etag: etag(version),
            activity: activity(happened_on),
        };
        let send = |caller, request: ReportActivityRequest| async {
            let answer = CommunityServiceClient::new(caller).report_activity(in_time(request)).await?.into_inner();
            let shown = shown(answer.community)?;
            Ok(Shown { activity: Some(parsed(&answer.activity_id)?), ..shown })
        };
        let shown = self.carry_out(number, random, &request, send).await?;
        if random.random_bool(0.05) {
            self.reuse(&request, community, random).await;
        }
        Some(shown)
    }

    /// The same request id with another body.
    async fn reuse(&self, request: &ReportActivityRequest, community: Uuid, random: &mut ChaCha8Rng) {
        let number = self.recorder.ask(Asked::Reuse { community });
        let other = Activity {
            kind: ActivityKind::Coverage.into(),
            people_reached: 7,
            ..request.activity.clone().unwrap_or_default()
        };
        let request = ReportActivityRequest { activity: Some(other), ..request.clone() };
        let send = |caller, request: ReportActivityRequest| async {
            let answer = CommunityServiceClient::new(caller).report_activity(in_time(request)).await?;
            shown(answer.into_inner().community)
        };
        self.carry_out(number, random, &request, send).await;
    }

    async fn read(&self, community: Uuid, random: &mut ChaCha8Rng) -> Option<i64> {
        let caller = self.registries.choose(random)?.clone();
        let invoked = self.recorder.now();
        let request = in_time(GetCommunityRequest { community_id: community.to_string() });
        let answer = CommunityServiceClient::new(caller).get_community(request).await;
        let Ok(answer) = answer else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            return None;
        };
        let shown = shown(answer.into_inner().community).ok()?;
        self.recorder.read(Read { community, invoked, version: shown.version });
        Some(shown.version)
    }

    async fn draft(&self, name: &str, seat: &str, random: &mut ChaCha8Rng) -> Option<Shown> {
        let number = self.recorder.ask(Asked::Draft { name: name.into(), seat: seat.into() });
        let request = DraftCommunityRequest {
            request_id: request_id(),
            profile: profile(name, seat),
            decree_number: "489/07/401.403.6/2015".into(),
            contacts: Some(contacts()),
            decree_issuer_name: String::new(),
        };
        let send = |caller, request: DraftCommunityRequest| async {
            let answer = CommunityServiceClient::new(caller).draft_community(in_time(request)).await?;
            shown(answer.into_inner().community)
        };
        self.carry_out(number, random, &request, send).await
    }

    async fn amend(&self, before: &Shown, name: &str, seat: &str, random: &mut ChaCha8Rng) -> Option<Shown> {
        let Shown { community, version, .. } = *before;
        let members = random.random_range(15..90);
        let number = self.recorder.ask(Asked::Amend { community, version, members });
        let mut changed = profile(name, seat);
        if let Some(changed) = &mut changed {
            changed.member_count = members;
        }
        let request = AmendCommunityRequest {
            request_id: request_id(),
            community_id: community.to_string(),
            etag: etag(Some(version)),
            profile: changed,
            decree_number: "490/07/401.403.6/2015".into(),
            contacts: Some(contacts()),
            decree_issuer_name: String::new(),
        };
        let send = |caller, request: AmendCommunityRequest| async {
            let answer = CommunityServiceClient::new(caller).amend_community(in_time(request)).await?;
            shown(answer.into_inner().community)
        };
        self.carry_out(number, random, &request, send).await
    }

    async fn submit(&self, before: &Shown, random: &mut ChaCha8Rng) -> Option<Shown> {
        let Shown { community, version, .. } = *before;
        let number = self.recorder.ask(Asked::Submit { community, version });
        let (request_id, community_id, etag) = (request_id(), community.to_string(), etag(Some(version)));
        let request = SubmitCommunityRequest { request_id, community_id, etag };
        let send = |caller, request: SubmitCommunityRequest| async {
            let answer = CommunityServiceClient::new(caller).submit_community(in_time(request)).await?;
            shown(answer.into_inner().community)
        };
        self.carry_out(number, random, &request, send).await
    }

    async fn give_back(&self, before: &Shown, random: &mut ChaCha8Rng) -> Option<Shown> {
        let Shown { community, version, .. } = *before;
        let number = self.recorder.ask(Asked::Return { community, version });
        let request = ReturnCommunityRequest {
            request_id: request_id(),
            community_id: community.to_string(),
            etag: etag(Some(version)),
            reasons: vec![ReturnReason::DecreeUnreadable.into()],
            note: "Pindai ulang surat keputusannya.".into(),
        };
        let send = |caller, request: ReturnCommunityRequest| async {
            let answer = CommunityServiceClient::new(caller).return_community(in_time(request)).await?;
            shown(answer.into_inner().community)
        };
        self.carry_out(number, random, &request, send).await
    }

    async fn register(&self, before: &Shown, name: &str, seat: &str, random: &mut ChaCha8Rng) -> Option<Shown> {
        let Shown { community, version, .. } = *before;
        let asked = Asked::Register { community, version, name: name.into(), seat: seat.into() };
        let number = self.recorder.ask(asked);
        let request = RegisterCommunityRequest {
            request_id: request_id(),
            community_id: community.to_string(),
            etag: etag(Some(version)),
            registered_on: None,
        };
        let send = |caller, request: RegisterCommunityRequest| async {
            let answer = CommunityServiceClient::new(caller).register_community(in_time(request)).await?;
            shown(answer.into_inner().community)
        };
        self.carry_out(number, random, &request, send).await
    }

    /// Sends a request until it is answered, now to this registry, now to that one. Sometimes twice at once, and sometimes not
    /// again after an answer that leaves it open.
    async fn carry_out<T: Clone, F>(
        &self,
        number: usize,
        random: &mut ChaCha8Rng,
        request: &T,
        send: impl Fn(Caller, T) -> F,
    ) -> Option<Shown>
    where
        F: Future<Output = Result<Shown, Status>>,
    {
        let send = |registry: usize| send(self.registries[registry].clone(), request.clone());
        let (twice, once) = (random.random_bool(0.1), random.random_bool(0.1));
        let mut registry = random.random_range(0..self.registries.len());
        let begun = self.recorder.now();
        loop {
            let next = (registry + 1) % self.registries.len();
            let answers = if twice {
                let both = tokio::join!(self.attempt(number, send(registry)), self.attempt(number, send(next)));
                vec![both.0, both.1]
            } else {
                vec![self.attempt(number, send(registry)).await]
            };
            let mut open = false;
            for answer in &answers {
                match answer {
                    Ok(shown) => return Some(shown.clone()),
                    Err(Answer::Refused { code: Code::ResourceExhausted, .. }) => open = true,
                    Err(Answer::Refused { .. }) => {}
                    Err(_) if once => {}
                    Err(_) => open = true,
                }
            }
            if !open {
                return None;
            }
            assert!(
                self.recorder.now() < begun + PATIENCE,
                "not answered though everything is there again: {:?}",
                self.recorder.so_far().operations[number]
            );
            registry = next;
            tokio::time::sleep(Duration::from_millis(random.random_range(20..150))).await;
        }
    }

    async fn attempt(
        &self,
        number: usize,
        sending: impl Future<Output = Result<Shown, Status>>,
    ) -> Result<Shown, Answer> {
        let invoked = self.recorder.now();
        let sent = tokio::time::timeout(ATTEMPT + Duration::from_secs(1), sending).await;
        let outcome = match sent {
            Ok(Ok(shown)) => Ok(shown),
            Ok(Err(status)) => Err(judged(&status)),
            Err(_) => Err(Answer::Unknown("no answer".into())),
        };
        let answer = match &outcome {
            Ok(shown) => Answer::Done {
                community: shown.community,
                version: Some(shown.version),
                activity: shown.activity,
                new: None,
            },
            Err(answer) => answer.clone(),
        };
        self.recorder.answer(number, invoked, answer);
        outcome
    }

    /// A file of communities, sent until each of its rows was answered. Returns what they became.
    pub async fn import(&self, rows: usize, random: &mut ChaCha8Rng) -> Vec<Uuid> {
        let mut file = Vec::with_capacity(rows);
        let mut numbers = Vec::with_capacity(rows);
        for row in (1..).take(rows) {
            let (name, seat) = self.name(random);
            file.push(community_row(row, &name, &seat));
            numbers.push(self.recorder.ask(Asked::Row { name }));
        }
        let messages: Vec<_> =
            file.chunks(ROWS_A_MESSAGE).map(|rows| ImportCommunitiesRequest { rows: rows.to_vec() }).collect();
        let mut made = vec![None; rows];
        let begun = self.recorder.now();
        loop {
            let registry = random.random_range(0..self.registries.len());
            self.send_file(registry, &messages, &numbers, &mut made).await;
            if made.iter().all(Option::is_some) {
                return made.into_iter().flatten().collect();
            }
            assert!(self.recorder.now() < begun + PATIENCE, "a file does not go through");
            tokio::time::sleep(Duration::from_millis(random.random_range(50..200))).await;
        }
    }

    async fn send_file(
        &self,
        registry: usize,
        messages: &[ImportCommunitiesRequest],
        numbers: &[usize],
        made: &mut [Option<Uuid>],
    ) {
        let invoked = self.recorder.now();
        let mut open: Vec<usize> = numbers.to_vec();
        let exchange = async {
            let mut client = CommunityServiceClient::new(self.registries[registry].clone());
            let mut answers = client.import_communities(iter(messages.to_vec())).await?.into_inner();
            while let Some(answer) = answers.message().await? {
                for result in answer.results {
                    let index = usize::try_from(result.row - 1).expect("rows count from 1");
                    let new = match result.outcome() {
                        RowOutcome::Accepted => true,
                        RowOutcome::Unchanged => false,
                        _ => panic!("no row is bad: {result:?}"),
                    };
                    let community = parsed(&result.id)?;
                    made[index] = Some(community);
                    open.retain(|number| *number != numbers[index]);
                    let done = Answer::Done { community, version: None, activity: None, new: Some(new) };
                    self.recorder.answer(numbers[index], invoked, done);
                }
            }
            Ok::<(), Status>(())
        };
        // A connection may be dead without a word.
        let ended = tokio::time::timeout(ATTEMPT * 4, exchange).await;
        for number in open {
            self.recorder.answer(number, invoked, Answer::Unknown(format!("{ended:?}")));
        }
    }

    fn name(&self, random: &mut ChaCha8Rng) -> (String, String) {
        let number = self.names.fetch_add(1, Ordering::Relaxed);
        (format!("KIM Uji {number}"), self.seats.choose(random).expect("there are seats").clone())
    }
}

/// An answer from the service itself says why; what the connection makes up leaves the outcome open.
fn judged(status: &Status) -> Answer {
    let details = status.get_error_details();
    match (details.error_info(), status.code()) {
        (Some(info), code) if !matches!(code, Code::Unavailable | Code::DeadlineExceeded | Code::Cancelled) => {
            Answer::Refused { code, reason: info.reason.clone() }
        }
        _ => Answer::Unknown(format!("{}: {}", status.code(), status.message())),
    }
}

fn in_time<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(ATTEMPT);
    request
}

fn shown(community: Option<Community>) -> Result<Shown, Status> {
    let community = community.ok_or_else(|| Status::data_loss("an answer shows no community"))?;
    let version = community.etag.strip_prefix('v').and_then(|version| version.parse().ok());
    let version = version.ok_or_else(|| Status::data_loss("an answer has no etag"))?;
    Ok(Shown { community: parsed(&community.community_id)?, version, activity: None })
}

fn parsed(id: &str) -> Result<Uuid, Status> {
    id.parse().map_err(|_| Status::data_loss("an answer's id is none"))
}

fn etag(version: Option<i64>) -> String {
    version.map(|version| format!("v{version}")).unwrap_or_default()
}

/// A day of the last weeks, the same everywhere in the country.
fn recently(random: &mut ChaCha8Rng) -> Date {
    let day = OffsetDateTime::now_utc().date() - time::Duration::days(random.random_range(2..20));
    Date { year: day.year(), month: u8::from(day.month()).into(), day: day.day().into() }
}

fn contacts() -> CommunityContacts {
    let officer = Officer { role: OfficerRole::Ketua.into(), name: "Ketua 0001".into(), ..Officer::default() };
    CommunityContacts { officers: vec![officer], ..CommunityContacts::default() }
}
