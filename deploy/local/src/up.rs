//! `up`: everything running, in the foreground, until it is told to stop.

use std::{env, fs, path::Path, time::Duration, time::Instant};

use anyhow::{Context, bail};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    account::Account,
    home::{self, Home},
    keeper::{Keeper, Kept},
    lock::{self, Lock, Taken},
    ports::Ports,
    process::{Identity, Process, Signal},
    psql,
    sample::{self, Sample, Target},
    screen::{Screen, Step},
    servers::{Nats, NatsOptions, NatsUser, Postgres, PostgresOptions},
    services::{self, Service, Surroundings},
    status::{LogPositions, Status},
    tokens,
};

/// What the person asked for, from the environment.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub ports: Ports,
    /// `None`: whatever this home has, else the nation.
    pub sample: Option<Sample>,
}

impl Wish {
    /// From `KIM_PORT` and `KIM_SAMPLE`; both mistakes are named at once.
    pub fn from_env() -> anyhow::Result<Wish> {
        let ports = Ports::parse(env::var("KIM_PORT").ok().as_deref());
        let sample =
            env::var("KIM_SAMPLE").ok().filter(|text| !text.trim().is_empty()).map(|text| text.parse()).transpose();
        match (ports, sample) {
            (Ok(ports), Ok(sample)) => Ok(Wish { ports, sample }),
            (Err(a), Err(b)) => bail!("{a}\n{b}"),
            (Err(e), Ok(_)) => Err(e.into()),
            (Ok(_), Err(e)) => Err(e.into()),
        }
    }
}

/// Runs until Ctrl-C, SIGTERM or the terminal's end. Comes back when everything has stopped.
pub async fn up(wish: Wish, screen: &Screen) -> anyhow::Result<()> {
    let dir = home::located()?;
    let home = Home::create(&dir)?;
    let _lock: Lock = match lock::take(home.dir()).await? {
        Taken::Now(lock) => lock,
        Taken::Already(who) => {
            let pid = who.map(|it| format!(" (pid {})", it.pid())).unwrap_or_default();
            screen.say(&format!("Sudah berjalan{pid}. Hentikan dengan deploy/local/down."));
            return Ok(());
        }
    };
    let stop = CancellationToken::new();
    let listening = tokio::spawn(listen_for_the_end(stop.clone(), screen.clone()));
    let mut kept = Vec::new();
    let outcome = tokio::select! {
        biased;
        () = stop.cancelled() => Ok(()),
        outcome = run(wish, &home, &mut kept, screen) => outcome,
    };
    put_down(kept, screen).await;
    listening.abort();
    outcome
}

/// Ends only with an error, or by being dropped.
async fn run(wish: Wish, home: &Home, kept: &mut Vec<Keeper>, screen: &Screen) -> anyhow::Result<()> {
    let begun = Instant::now();
    let sample = settle_sample(wish.sample, home)?;
    clear_leftovers(home, wish.ports).await;
    wish.ports.check_free()?;

    let step = screen.step("PostgreSQL dan NATS");
    let issuer = tokens::issuer(&home.store("identity"))?;
    let servers = tokio::task::spawn_blocking({
        let home = home.clone();
        move || prepare_servers(&home, wish.ports)
    });
    let (postgres, nats) = servers.await??;
    psql::write(home, &postgres)?;
    let national = tokens::national(&issuer)?;
    let around =
        Surroundings { home, postgres: &postgres, nats: &nats, issuer: &issuer, simulated: sample.is_simulated() };
    let services: Vec<Service> = services::table(wish.ports)
        .into_iter()
        .map(|row| Service::prepare(row, &around))
        .collect::<anyhow::Result<_>>()?;
    let first = kept.len();
    kept.push(Keeper::of(postgres, screen.clone()));
    kept.push(Keeper::of(nats, screen.clone()));
    for keeper in &mut kept[first..] {
        keeper.ready().await?;
    }
    step.done("siap");

    let written = tokens::write_all(&issuer, &home.tokens(), sample.is_simulated())?;
    screen.say(&format!("✓ {written} token di {}", home.tokens().display()));

    for service in services {
        let step = screen.step(service.name());
        // It is in the list before it is waited for: a stop meanwhile stops it in its turn.
        let keeper = kept.push_mut(Keeper::of(service, screen.clone()));
        keeper.ready().await?;
        step.done("siap");
    }

    let status = Status::new(wish.ports, &national)?;
    let notes = home.dir().join("sample");
    fs::create_dir_all(&notes)?;
    let simulator = tokens::simulator(&issuer)?;
    let reviewer = tokens::reviewer(&issuer)?;
    let [registry, dissemination] =
        [wish.ports.registry(), wish.ports.dissemination()].map(|port| format!("http://127.0.0.1:{port}"));
    sample::load(&Target { sample, registry, dissemination, simulator, reviewer, national, notes }, screen).await?;
    until_current(&status, screen.step("Tampilan")).await;

    screen.say(&format!("ready: {}", wish.ports.address()));
    show_status(&status, wish.ports, begun, screen).await;
    Ok(())
}

fn prepare_servers(home: &Home, ports: Ports) -> anyhow::Result<(Postgres, Nats)> {
    let account: &Account = home.account();
    let postgres = Postgres::prepare(PostgresOptions {
        dir: home.store("postgres"),
        port: ports.postgres(),
        databases: services::table(ports).into_iter().map(|row| row.context.to_owned()).collect(),
        account: account.clone(),
        secrets: home.store("secrets"),
        log: home.log("postgres"),
        pid_file: Some(home.pid_file("postgres")),
        envs: vec![],
    })?;
    let nats = Nats::prepare(NatsOptions {
        dir: home.store("nats"),
        port: ports.nats(),
        users: NatsUser::of_services(),
        account: account.clone(),
        secrets: home.store("secrets"),
        log: home.log("nats"),
        pid_file: Some(home.pid_file("nats")),
    })?;
    Ok((postgres, nats))
}

/// The sample of this home. The first `up` chooses it for good, since a log is simulated or not from its first event on.
fn settle_sample(wanted: Option<Sample>, home: &Home) -> anyhow::Result<Sample> {
    let path = home.dir().join("sample.txt");
    let has: Option<Sample> = match fs::read_to_string(&path) {
        Ok(text) => Some(text.parse().with_context(|| path.display().to_string())?),
        Err(_) => None,
    };
    match (has, wanted) {
        (Some(has), Some(wanted)) if has != wanted => bail!(
            "{} sudah berisi contoh '{has}', bukan '{wanted}'. Hapus dulu dengan deploy/local/down --erase, atau pakai KIM_HOME lain.",
            home.dir().display()
        ),
        (Some(has), _) => Ok(has),
        (None, wanted) => {
            let sample = wanted.unwrap_or(Sample::Nation);
            fs::write(&path, sample.to_string())?;
            Ok(sample)
        }
    }
}

/// What an `up` that was killed left running: services first, then what they stand on.
async fn clear_leftovers(home: &Home, ports: Ports) {
    let services = services::table(ports).into_iter().rev().map(|row| row.context);
    for name in services.chain(["nats", "postgres"]) {
        end_recorded(&home.pid_file(name), if name == "postgres" { Signal::INT } else { Signal::TERM }).await;
    }
}

/// Ends the process that a pid file names, if it is still that process, and removes the file.
pub(crate) async fn end_recorded(pid_file: &Path, signal: Signal) {
    if let Some(leftover) = Identity::read(pid_file).and_then(|identity| identity.find()) {
        leftover.end(signal, Duration::from_secs(8)).await;
    }
    let _ = fs::remove_file(pid_file);
}

/// Waits until the read model has all that the logs have.
async fn until_current(status: &Status, step: Step) {
    loop {
        let now = status.read().await;
        if now.is_current() {
            return step.done(&now.line());
        }
        if let LogPositions { log: Some(log), read_model: Some(model) } = now.in_all() {
            step.set_length(u64::try_from(log).unwrap_or(0));
            step.set_position(u64::try_from(model).unwrap_or(0));
        } else {
            step.note(&now.line());
        }
        sleep(Duration::from_millis(200)).await;
    }
}

/// The status line: in place every second on a terminal, else a line a minute.
async fn show_status(status: &Status, ports: Ports, begun: Instant, screen: &Screen) {
    let foot = screen.foot();
    let mut tick = interval(if foot.is_some() { Duration::from_secs(1) } else { Duration::from_mins(1) });
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let line = format!("{} · jalan {}", status.read().await.line(), uptime(begun.elapsed()));
        match &foot {
            Some(bar) => bar.set_message(format!("{line} · {} · Ctrl-C untuk berhenti", ports.address())),
            None => screen.say(&line),
        }
    }
}

fn uptime(span: Duration) -> String {
    let minutes = span.as_secs() / 60;
    match minutes {
        0 => format!("{} detik", span.as_secs()),
        1..60 => format!("{minutes} menit"),
        _ => format!("{} jam {} menit", minutes / 60, minutes % 60),
    }
}

/// Last started, first stopped: pages, commands, broker, log.
async fn put_down(kept: Vec<Keeper>, screen: &Screen) {
    if kept.is_empty() {
        return;
    }
    let step = screen.step("Menghentikan");
    for keeper in kept.into_iter().rev() {
        step.note(keeper.name());
        keeper.stop().await;
    }
    step.done("semua berhenti");
}

/// The first signal stops everything in order; a second one ends this process, and the kernel then ends the children.
async fn listen_for_the_end(stop: CancellationToken, screen: Screen) -> anyhow::Result<()> {
    let (mut interrupt, mut terminate, mut hangup) =
        (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        if stop.is_cancelled() {
            screen.say("Dihentikan seketika; data tetap aman, start berikutnya memulihkannya.");
            std::process::exit(130);
        }
        stop.cancel();
    }
}

impl Kept for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    async fn launch(&mut self) -> anyhow::Result<()> {
        Ok(self.restart().await?)
    }

    fn process(&self) -> Option<&Process> {
        Postgres::process(self)
    }

    async fn halt(&mut self) {
        self.stop().await;
    }
}

impl Kept for Nats {
    fn name(&self) -> &'static str {
        "NATS"
    }

    async fn launch(&mut self) -> anyhow::Result<()> {
        Ok(self.restart().await?)
    }

    fn process(&self) -> Option<&Process> {
        Nats::process(self)
    }

    async fn halt(&mut self) {
        self.stop().await;
    }
}
