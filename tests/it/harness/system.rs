//! A whole system of processes, each of which can be killed and paused, with a [`Proxy`] between any two of them.

use std::{fmt, fs, path::Path, time::Duration};

use kim_chassis::identity::{Issuer, Role, Scope};
use kim_local::{
    account::Account,
    process::{self, Signal},
    servers::{port, secret},
};
use tonic::transport::Endpoint;

use super::{
    Caller, Clock, Proxy, Servers, ServersOptions, Service, ServiceOptions, SmallDisk, Weather, bearing, nation::token,
};

/// What there is of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub registries: usize,
    pub projections: usize,
    /// Calls that a service takes on at a time.
    pub in_flight: usize,
    /// Whether the servers live on small disks, and PostgreSQL and the registries go by clocks of their own, where those can be
    /// had.
    pub special: bool,
    /// Whether the log is made as simulated.
    pub simulated: bool,
}

impl Shape {
    /// Two registries and two projections.
    pub const DOUBLE: Self = Self { registries: 2, projections: 2, ..Self::BARE };
    /// The servers alone.
    pub const BARE: Self = Self { registries: 0, projections: 0, in_flight: 1024, special: false, simulated: false };
}

impl Default for Shape {
    fn default() -> Self {
        Self { registries: 1, projections: 1, ..Self::BARE }
    }
}

/// A process, or the processes of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    Registry(usize),
    Projection(usize),
    Nats,
    Postgres,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registry(n) => write!(f, "registry-{n}"),
            Self::Projection(n) => write!(f, "projection-{n}"),
            Self::Nats => f.write_str("nats"),
            Self::Postgres => f.write_str("postgres"),
        }
    }
}

/// A way between two parts; it begins at the one that connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    RegistryToPostgres(usize),
    RegistryToNats(usize),
    ProjectionToPostgres(usize),
    ProjectionToNats(usize),
    ProjectionToRegistry(usize),
    ClientsToRegistry(usize),
}

/// A registry with the ways to and from it.
pub struct Registry {
    pub service: Service,
    clock: Option<Clock>,
    postgres: Proxy,
    nats: Proxy,
    clients: Proxy,
}

/// A projection with the ways from it; it is asked without a detour.
pub struct Projection {
    pub service: Service,
    pub grpc: u16,
    pub pages: u16,
    postgres: Proxy,
    nats: Proxy,
    registry: Proxy,
}

/// The servers and the services.
pub struct System {
    pub registries: Vec<Registry>,
    pub projections: Vec<Projection>,
    pub issuer: Issuer,
    shape: Shape,
    /// The last to go.
    pub servers: Servers,
}

impl Drop for System {
    fn drop(&mut self) {
        // A server that stands still would not hear that it is to end.
        for part in self.parts() {
            self.resume(part);
        }
        if std::thread::panicking() {
            self.keep_logs();
        }
    }
}

impl System {
    /// Everything runs and is ready.
    pub async fn start(shape: Shape) -> Self {
        let mut system = Self::prepare(shape).await;
        system.mend().await;
        system
    }

    /// The servers run; the services are not started yet.
    pub async fn prepare(shape: Shape) -> Self {
        let options = ServersOptions { small_disks: shape.special, own_clock: shape.special };
        let servers = Servers::start_with(options).await;
        let dir = servers.dir.path();
        let issuer = Issuer::create(dir.join("issuer")).expect("a key is made");
        let account = Account::present().expect("there is an account to run as");
        secret::write(&dir.join("vault.key"), &"5a".repeat(32), &account).expect("a key can be written");
        let reader = token(&issuer, Role::Subscriber, Scope::National);
        secret::write(&dir.join("projection.jwt"), &reader, &account).expect("a token can be written");
        let mut system = Self { registries: vec![], projections: vec![], issuer, shape, servers };
        for n in 0..shape.registries {
            let registry = system.registry(n).await;
            system.registries.push(registry);
        }
        for n in 0..shape.projections {
            let projection = system.projection(n).await;
            system.projections.push(projection);
        }
        system
    }

    async fn registry(&self, n: usize) -> Registry {
        let (grpc, http) = (port::any_free(), port::any_free());
        let (postgres, nats) = self.ways().await;
        let name = Part::Registry(n).to_string();
        let vault = self.dir().join("vault.key");
        let settings = format!(
            "{}[log]\nsimulated = {}\n[stream]\nmax_gigabytes = 1\n[vault]\nkey_file = '{}'\n",
            self.settings(&name, "registry", grpc, http, &postgres, &nats),
            self.shape.simulated,
            vault.display()
        );
        let clock = if self.shape.special { Clock::at(self.dir().join(format!("{name}.clock"))) } else { None };
        let envs = clock.as_ref().map(Clock::envs).unwrap_or_default();
        let service =
            Service::prepare(ServiceOptions { program: "kim-registry", name, dir: self.dir(), settings, http, envs });
        Registry { service, clock, postgres, nats, clients: Proxy::to(grpc).await }
    }

    async fn projection(&self, n: usize) -> Projection {
        let (grpc, http, pages) = (port::any_free(), port::any_free(), port::any_free());
        let (postgres, nats) = self.ways().await;
        let registry = &self.registries[n % self.registries.len()];
        let registry = Proxy::to(registry.clients.target()).await;
        let name = Part::Projection(n).to_string();
        let token_file = self.dir().join("projection.jwt");
        let settings = format!(
            "{}[pages]\nlisten = '127.0.0.1:{pages}'\n[registry]\nurl = 'http://127.0.0.1:{}'\ntoken_file = '{token}'\n\
             [dissemination]\nurl = 'http://127.0.0.1:1'\ntoken_file = '{token}'\n",
            self.settings(&name, "projection", grpc, http, &postgres, &nats),
            registry.port(),
            token = token_file.display()
        );
        let (program, dir) = ("kim-projection", self.dir());
        let service = Service::prepare(ServiceOptions { program, name, dir, settings, http, envs: vec![] });
        Projection { service, grpc, pages, postgres, nats, registry }
    }

    /// Ways to PostgreSQL and NATS. A NATS server alone tells its clients of no other addresses, so they stay on theirs.
    async fn ways(&self) -> (Proxy, Proxy) {
        (Proxy::to(self.servers.postgres.port()).await, Proxy::to(self.servers.nats.port()).await)
    }

    fn settings(&self, name: &str, user: &str, grpc: u16, http: u16, postgres: &Proxy, nats: &Proxy) -> String {
        let account = Account::present().expect("there is an account to run as");
        let url = self.servers.url_by(user, postgres);
        let url_file = self.dir().join(format!("{name}.url"));
        secret::write(&url_file, &url, &account).expect("a file can be written");
        let identity = self.issuer.identity();
        format!(
            "[grpc]\nlisten = '127.0.0.1:{grpc}'\nmax_in_flight = {}\n[http]\nlisten = '127.0.0.1:{http}'\n\
             [database]\nurl_file = '{}'\nmax_connections = 6\n\
             [nats]\nurl = 'nats://127.0.0.1:{}'\nnkey_seed_file = '{}'\ninbox_prefix = '_INBOX_{user}'\n\
             [identity]\nissuer = '{}'\naudience = '{}'\njwks_file = '{}'\n",
            self.shape.in_flight,
            url_file.display(),
            nats.port(),
            self.servers.nats.seed_file(user).display(),
            identity.issuer,
            identity.audience,
            identity.jwks_file.expect("our issuer has a file").display()
        )
    }

    fn dir(&self) -> &Path {
        self.servers.dir.path()
    }

    pub fn way(&self, link: Link) -> &Proxy {
        match link {
            Link::RegistryToPostgres(n) => &self.registries[n].postgres,
            Link::RegistryToNats(n) => &self.registries[n].nats,
            Link::ProjectionToPostgres(n) => &self.projections[n].postgres,
            Link::ProjectionToNats(n) => &self.projections[n].nats,
            Link::ProjectionToRegistry(n) => &self.projections[n].registry,
            Link::ClientsToRegistry(n) => &self.registries[n].clients,
        }
    }

    pub fn links(&self) -> Vec<Link> {
        let of_registry = |n| [Link::RegistryToPostgres(n), Link::RegistryToNats(n), Link::ClientsToRegistry(n)];
        let of_projection =
            |n| [Link::ProjectionToPostgres(n), Link::ProjectionToNats(n), Link::ProjectionToRegistry(n)];
        let registries = (0..self.registries.len()).flat_map(of_registry);
        registries.chain((0..self.projections.len()).flat_map(of_projection)).collect()
    }

    /// Every way to and from a part.
    pub fn links_of(&self, part: Part) -> Vec<Link> {
        let touches = |link: &Link| match (*link, part) {
            (Link::RegistryToPostgres(n) | Link::RegistryToNats(n) | Link::ClientsToRegistry(n), Part::Registry(m)) => {
                n == m
            }
            (Link::ProjectionToRegistry(n), Part::Registry(m)) => n % self.registries.len() == m,
            (
                Link::ProjectionToPostgres(n) | Link::ProjectionToNats(n) | Link::ProjectionToRegistry(n),
                Part::Projection(m),
            ) => n == m,
            (Link::RegistryToPostgres(_) | Link::ProjectionToPostgres(_), Part::Postgres)
            | (Link::RegistryToNats(_) | Link::ProjectionToNats(_), Part::Nats) => true,
            _ => false,
        };
        self.links().into_iter().filter(touches).collect()
    }

    pub fn turn(&self, links: &[Link], weather: Weather) {
        for link in links {
            self.way(*link).turn(weather);
        }
    }

    pub async fn kill9(&mut self, part: Part) {
        match part {
            Part::Registry(n) => self.registries[n].service.kill9().await,
            Part::Projection(n) => self.projections[n].service.kill9().await,
            Part::Nats => self.servers.nats.kill9().await,
            Part::Postgres => {
                // All of it at once, as when the machine goes.
                let all = process::working_in(self.servers.postgres.data(), "postgres");
                self.servers.postgres.kill9().await;
                for one in all {
                    one.signal(Signal::KILL);
                }
            }
        }
    }

    pub fn pause(&self, part: Part) {
        self.signal(part, Signal::STOP);
    }

    pub fn resume(&self, part: Part) {
        self.signal(part, Signal::CONT);
    }

    fn signal(&self, part: Part, signal: Signal) {
        match part {
            Part::Registry(n) => self.registries[n].service.signal(signal),
            Part::Projection(n) => self.projections[n].service.signal(signal),
            Part::Nats => {
                if let Some(process) = self.servers.nats.process() {
                    process.signal(signal);
                }
            }
            Part::Postgres => {
                // The one that starts the others first, and all of them.
                if let Some(process) = self.servers.postgres.process() {
                    process.signal(signal);
                }
                for one in process::working_in(self.servers.postgres.data(), "postgres") {
                    one.signal(signal);
                }
            }
        }
    }

    /// Whether the disks can be filled up.
    pub fn can_fill(&self) -> bool {
        self.servers.disks.is_some()
    }

    /// Whether the clocks can be set.
    pub fn can_set_clocks(&self) -> bool {
        self.servers.clock.is_some()
    }

    fn disk(&self, part: Part) -> Option<&SmallDisk> {
        let disks = self.servers.disks.as_ref()?;
        match part {
            Part::Postgres => Some(&disks.postgres),
            Part::Nats => Some(&disks.nats),
            Part::Registry(_) | Part::Projection(_) => None,
        }
    }

    /// Leaves a server's disk no room.
    pub fn fill(&self, part: Part) {
        self.disk(part).expect("it has a disk of its own").fill();
    }

    /// Gives a server's disk room again, and does what its operator has to do then.
    pub async fn free(&mut self, part: Part) {
        self.disk(part).expect("it has a disk of its own").free();
        if part == Part::Nats {
            // Once a write has failed it keeps nothing until it is started again.
            self.servers.nats.kill9().await;
            self.servers.nats.restart().await.expect("NATS recovers");
        }
    }

    /// Sets the clock of PostgreSQL or of a registry so many seconds later, or earlier, than it is.
    pub fn set_clock(&self, part: Part, seconds: i64) {
        let clock = match part {
            Part::Registry(n) => self.registries[n].clock.as_ref(),
            Part::Postgres => self.servers.clock.as_ref(),
            Part::Projection(_) | Part::Nats => None,
        };
        clock.expect("it has a clock of its own").set(seconds);
    }

    /// Fair weather, and every part runs and is ready again, whatever was done to it.
    pub async fn mend(&mut self) {
        self.turn(&self.links(), Weather::Fair);
        for part in self.parts() {
            self.resume(part);
        }
        if self.can_set_clocks() {
            self.set_clock(Part::Postgres, 0);
            (0..self.registries.len()).for_each(|n| self.set_clock(Part::Registry(n), 0));
        }
        self.have_servers().await;
        for service in self.services_mut() {
            service.ready().await;
        }
    }

    /// Starts PostgreSQL and NATS again where they do not run, with room on their disks.
    pub async fn have_servers(&mut self) {
        for disk in [Part::Postgres, Part::Nats].into_iter().filter_map(|part| self.disk(part)) {
            disk.free();
        }
        let runs = |process: Option<&process::Process>| process.is_some_and(|process| process.ended().is_none());
        if !runs(self.servers.postgres.process()) {
            self.servers.postgres.restart().await.expect("PostgreSQL recovers");
        }
        if !runs(self.servers.nats.process()) {
            self.servers.nats.restart().await.expect("NATS recovers");
        }
    }

    pub fn parts(&self) -> Vec<Part> {
        let registries = (0..self.registries.len()).map(Part::Registry);
        let projections = (0..self.projections.len()).map(Part::Projection);
        registries.chain(projections).chain([Part::Nats, Part::Postgres]).collect()
    }

    pub fn services(&self) -> impl Iterator<Item = &Service> {
        let registries = self.registries.iter().map(|registry| &registry.service);
        registries.chain(self.projections.iter().map(|projection| &projection.service))
    }

    fn services_mut(&mut self) -> impl Iterator<Item = &mut Service> {
        let registries = self.registries.iter_mut().map(|registry| &mut registry.service);
        registries.chain(self.projections.iter_mut().map(|projection| &mut projection.service))
    }

    /// Services that ended though nobody ended them.
    pub fn fallen(&self) -> Vec<String> {
        self.services().filter_map(Service::ended_by_itself).collect()
    }

    pub fn national(&self) -> String {
        token(&self.issuer, Role::NationalOffice, Scope::National)
    }

    /// A client of a registry, on the way that can be disturbed.
    pub fn client(&self, registry: usize) -> Caller {
        caller(self.registries[registry].clients.port(), &self.national())
    }

    /// A client that drives the clock, and records at times of its own.
    pub fn simulator(&self, registry: usize) -> Caller {
        let simulator = token(&self.issuer, Role::Simulator, Scope::Simulator);
        caller(self.registries[registry].clients.port(), &simulator)
    }

    /// A client of a projection.
    pub fn reports(&self, projection: usize) -> Caller {
        caller(self.projections[projection].grpc, &self.national())
    }

    /// A page of a projection: status and text.
    pub async fn page(&self, projection: usize, path: &str) -> Option<(u16, String)> {
        kim_local::http::get(self.projections[projection].pages, path).await
    }

    /// Keeps the logs of all processes where they can be read when the test is over.
    fn keep_logs(&self) {
        let kept = std::env::temp_dir().join("kim-faults").join(self.dir().file_name().unwrap_or_default());
        let logs = self.services().map(Service::log).chain([self.servers.postgres.log(), self.servers.nats.log()]);
        for log in logs {
            if let Some(name) = log.file_name() {
                let _ = fs::create_dir_all(&kept).and_then(|()| fs::copy(log, kept.join(name)));
            }
        }
        println!("the processes' logs: {}", kept.display());
    }
}

/// It notices by itself when nobody answers.
fn caller(port: u16, token: &str) -> Caller {
    let endpoint = Endpoint::from_shared(format!("http://127.0.0.1:{port}")).expect("an address");
    let endpoint = endpoint
        .connect_timeout(Duration::from_secs(1))
        .http2_keep_alive_interval(Duration::from_secs(1))
        .keep_alive_timeout(Duration::from_secs(2))
        .keep_alive_while_idle(true);
    bearing(endpoint.connect_lazy(), token)
}
