//! The local nation as a person starts it: the program `kim-local up` with servers and services of its own, as processes.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        LazyLock,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use kim_local::servers::port;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

use super::binary;

/// Loading the whole sample nation on a busy machine is the longest wait.
const READY_WITHIN: Duration = Duration::from_mins(30);

/// A local nation of a test, with a home and ports of its own.
pub struct Up {
    pub home: PathBuf,
    pub port: u16,
    sample: &'static str,
    envs: Vec<(&'static str, String)>,
    child: Option<Child>,
    _dir: TempDir,
}

impl Up {
    pub async fn start(sample: &'static str) -> Self {
        Self::start_with(sample, vec![]).await
    }

    /// With further variables for the services.
    pub async fn start_with(sample: &'static str, envs: Vec<(&'static str, String)>) -> Self {
        let mut up = Self::prepared(sample);
        up.envs = envs;
        up.again().await;
        up
    }

    /// Nothing started yet.
    pub fn prepared(sample: &'static str) -> Self {
        let dir = TempDir::new().expect("a folder can be made");
        let home = dir.path().join("home");
        Self { home, port: free_ports(), sample, envs: vec![], child: None, _dir: dir }
    }

    /// Starts it, and kills all of it with -9 when a good part of the sample is loaded.
    pub async fn killed_while_loading(&mut self) {
        let mut child =
            self.command("up").env("KIM_SAMPLE", self.sample).stdout(Stdio::null()).spawn().expect("it is built");
        super::eventually("a part is loaded", async || {
            if self.pid("registry").is_none() {
                return false;
            }
            let registry = self.pool("registry").await;
            let head = sqlx::query_scalar::<_, i64>("SELECT coalesce(max(position), 0) FROM log.event");
            let head = head.fetch_one(&registry).await.unwrap_or_default();
            registry.close().await;
            head > 1_000
        })
        .await;
        for what in ["registry", "projection", "nats"] {
            self.kill9(what);
        }
        child.kill().await.expect("it was running");
    }

    /// Starts it, or starts it again where it stopped, and waits until it says that it is ready.
    pub async fn again(&mut self) {
        let mut child = self
            .command("up")
            .env("KIM_SAMPLE", self.sample)
            .envs(self.envs.iter().map(|(name, value)| (*name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()
            .expect("kim-local is built beside the tests");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let ready = format!("ready: http://127.0.0.1:{}", self.port);
        let mut said = Vec::new();
        let waiting = async {
            while let Ok(Some(line)) = lines.next_line().await {
                if line.contains(&ready) {
                    return true;
                }
                said.push(line);
            }
            false
        };
        let is_ready = timeout(READY_WITHIN, waiting).await.unwrap_or_default();
        assert!(is_ready, "up did not come up:\n{}", said.join("\n"));
        // Whoever writes to a pipe that nobody reads stands still.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        self.child = Some(child);
    }

    /// Ctrl-C.
    pub async fn interrupt(&mut self) {
        let mut child = self.child.take().expect("it is running");
        let pid = child.id().expect("it is running");
        signal("INT", pid);
        let ended = timeout(Duration::from_secs(30), child.wait()).await.expect("it ends within half a minute");
        assert!(ended.expect("it was our child").success());
    }

    /// `kim-local down --erase`: afterwards nothing is left.
    pub async fn erase(mut self) {
        let down = self.command("down").arg("--erase").stdout(Stdio::null()).status().await.expect("it runs");
        assert!(down.success());
        if let Some(mut child) = self.child.take() {
            let _ = child.wait().await;
        }
        assert!(!self.home.exists(), "{} is left", self.home.display());
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(binary("kim-local"));
        command
            .arg(verb)
            .env("PATH", path_with_servers())
            .env("KIM_HOME", &self.home)
            .env("KIM_PORT", self.port.to_string())
            .stdin(Stdio::null());
        command
    }

    /// `kimctl` for this nation: exit code, standard output, standard error.
    pub async fn kimctl(&self, args: &[&str]) -> (i32, String, String) {
        let output = Command::new(binary("kimctl"))
            .args(args)
            .env("KIM_HOME", &self.home)
            .env("KIM_PORT", self.port.to_string())
            .stdin(Stdio::null())
            .output()
            .await
            .expect("kimctl is built beside the tests");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it writes UTF-8");
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    /// Kills one of `postgres`, `nats`, `registry`, `projection`, which is brought back by itself; or `up`, which is not.
    pub fn kill9(&self, what: &str) {
        let pid = if what == "up" { self.child.as_ref().and_then(Child::id) } else { self.pid(what) };
        signal("KILL", pid.expect("it is running"));
    }

    /// The process that is running under this name now.
    pub fn pid(&self, what: &str) -> Option<u32> {
        let text = fs::read_to_string(self.home.join("run").join(format!("{what}.pid"))).ok()?;
        text.split_whitespace().next()?.parse().ok()
    }

    pub fn token(&self, name: &str) -> String {
        let path = self.home.join("tokens").join(format!("{name}.jwt"));
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).trim().to_owned()
    }

    pub async fn page(&self, path: &str) -> (u16, String) {
        kim_local::http::get(self.port, path).await.expect("the page is answered")
    }

    /// Asks a database through the way that is offered to operators.
    pub async fn pool(&self, database: &str) -> PgPool {
        let find = |dir: &Path| fs::read_to_string(dir.join("secrets").join(format!("{database}.url"))).ok();
        let store = fs::canonicalize(self.home.join("store")).unwrap_or_else(|_| self.home.clone());
        let url = find(&self.home).or_else(|| find(&store)).expect("the owner's address is in the secrets");
        PgPoolOptions::new().max_connections(2).connect(url.trim()).await.expect("PostgreSQL answers")
    }

    /// Every file that this nation has written.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut folders = vec![self.home.clone()];
        if let Ok(store) = fs::canonicalize(self.home.join("store")) {
            folders.push(store);
        }
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let kind = entry.file_type().expect("a file has a type");
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    files.push(entry.path());
                }
            }
        }
        files
    }
}

/// The search path, with what `deploy/local/install` has put into the checkout's own home.
fn path_with_servers() -> OsString {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.local");
    let home = env::var_os("KIM_HOME").map_or(checkout, PathBuf::from);
    let folders = [home.join("bin"), home.join("postgresql/bin")];
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(folders.into_iter().chain(env::split_paths(&path))).expect("no folder's name has a colon")
}

fn signal(name: &str, pid: u32) {
    let sent = std::process::Command::new("kill").args([format!("-{name}"), pid.to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "process {pid} is not there");
}

/// The first of ports that no other nation of these tests takes. They lie in a range of their own: whoever takes any free port keeps
/// out of it, and would else come between the choice and the start.
fn free_ports() -> u16 {
    const FIRST: u16 = 10_000;
    const OF_ONE: u16 = 60;
    const NATIONS: u16 = 160;
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| AtomicU16::new(rand::random_range(0..NATIONS)));
    loop {
        let base = FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % NATIONS * OF_ONE;
        let needed = [0, 1, 4, 22, 32, 51, 54];
        if needed.iter().all(|offset| port::is_free(base + offset)) {
            return base;
        }
    }
}
