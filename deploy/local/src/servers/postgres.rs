//! A private PostgreSQL cluster.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, PgConnection,
    postgres::{PgConnectOptions, PgSslMode},
};
use tokio::time::{Instant, sleep};

use super::{
    installation::{self, NotInstalled, PostgresPrograms},
    port,
    secret::{self, SecretError},
    tail,
};
use crate::{
    account::{Account, AccountError},
    process::{self, Launch, Process, ProcessError, Signal},
};

const SUPERUSER: &str = "postgres";
/// Crash recovery replays at most `max_wal_size`; on a slow disk that takes its time.
const READY_WITHIN: Duration = Duration::from_mins(3);

/// Where a cluster lives and what is in it.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// Everything of this cluster that has no other place: data, settings.
    pub dir: PathBuf,
    /// The loopback port; 0 takes any, and keeps it over restarts.
    pub port: u16,
    /// Databases to have, with an owner role of the same name each.
    pub databases: Vec<String>,
    pub account: Account,
    /// Passwords, one a file.
    pub secrets: PathBuf,
    pub log: PathBuf,
    pub pid_file: Option<PathBuf>,
    /// Further variables of the server's environment, and of nothing that starts it.
    pub envs: Vec<(OsString, OsString)>,
}

impl PostgresOptions {
    /// All below `dir`, on any port, with the databases of a nation's services.
    pub fn at(dir: &Path) -> Result<PostgresOptions, AccountError> {
        Ok(PostgresOptions {
            dir: dir.to_owned(),
            port: 0,
            databases: ["registry", "dissemination", "projection"].map(str::to_owned).to_vec(),
            account: Account::present()?,
            secrets: dir.join("secrets"),
            log: dir.join("postgres.log"),
            pid_file: None,
            envs: vec![],
        })
    }
}

#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    #[error(transparent)]
    NotInstalled(#[from] NotInstalled),
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error("{path}: {source}")]
    File { path: PathBuf, source: io::Error },
    #[error("initdb gagal:\n{0}")]
    NotCreated(String),
    #[error("PostgreSQL {how} sebelum siap; akhir catatannya:\n{log}")]
    Died { how: String, log: String },
    #[error("PostgreSQL belum siap setelah {} detik; akhir catatannya:\n{log}", READY_WITHIN.as_secs())]
    NotReady { log: String },
    #[error("PostgreSQL menolak persiapan basis data: {0}")]
    Refused(#[from] sqlx::Error),
    #[error("nama basis data {0:?} tidak sah: huruf kecil, angka dan garis bawah saja")]
    BadName(String),
}

/// A cluster that this process started. Dropping it stops it at once; the next start recovers.
#[derive(Debug)]
pub struct Postgres {
    options: PostgresOptions,
    programs: PostgresPrograms,
    data: PathBuf,
    superuser_password: String,
    process: Option<Process>,
}

impl Postgres {
    /// Makes the cluster if there is none, starts it, and comes back when it answers and has its databases.
    pub async fn start(mut options: PostgresOptions) -> Result<Postgres, PostgresError> {
        let any_port = options.port == 0;
        if any_port {
            options.port = port::any_free();
        }
        let mut postgres = Postgres::prepare(options)?;
        let mut tries = 3;
        loop {
            match postgres.restart().await {
                // Another process may take a free port before PostgreSQL does.
                Err(PostgresError::Died { .. }) if any_port && tries > 0 && !port::is_free(postgres.options.port) => {
                    tries -= 1;
                    postgres.options.port = port::any_free();
                }
                Err(e) => return Err(e),
                Ok(()) => return Ok(postgres),
            }
        }
    }

    /// The cluster on disk, made if missing, not started.
    pub fn prepare(options: PostgresOptions) -> Result<Postgres, PostgresError> {
        for dir in [&options.dir, &options.secrets] {
            fs::create_dir_all(dir).map_err(|e| file(dir, e))?;
            options.account.passage(dir)?;
        }
        let dir = fs::canonicalize(&options.dir).map_err(|e| file(&options.dir, e))?;
        let data = dir.join("data");
        let mut programs = installation::postgres(&data)?;
        if let Some(folder) = programs.bin.parent() {
            let copy = dir.join(format!("programs-{}", programs.major));
            programs.bin = options.account.reachable_tree(folder, &copy)?.join("bin");
        }
        let password_file = options.secrets.join("postgres-superuser.password");
        let superuser_password = secret::kept(&password_file, &options.account, secret::random)?;
        let postgres = Postgres { options, programs, data, superuser_password, process: None };
        if !postgres.data.exists() {
            postgres.create(&dir, &password_file)?;
        }
        Ok(postgres)
    }

    /// Starts it again on the same directory and port, after a stop, a crash or a kill.
    pub async fn restart(&mut self) -> Result<(), PostgresError> {
        self.process = None;
        self.clear_leftovers().await?;
        let settings = self.write_settings()?;
        let mut args: Vec<OsString> = vec!["-D".into(), self.data.clone().into(), "-c".into()];
        args.push(format!("config_file={}", settings.display()).into());
        let mut program = self.programs.bin.join("postgres");
        if !self.options.envs.is_empty() {
            (program, args) = process::with_envs(program, args, &self.options.envs);
        }
        self.process = Some(Process::start(&Launch {
            name: "postgres",
            program,
            args,
            envs: vec![("LC_ALL".into(), "C".into()), ("TZ".into(), "UTC".into())],
            account: self.options.account.clone(),
            dir: self.data.clone(),
            log: self.options.log.clone(),
            pid_file: self.options.pid_file.clone(),
            on_our_death: Signal::INT,
            at_once: Signal::QUIT,
        })?);
        self.until_ready().await?;
        for name in self.options.databases.clone() {
            self.have_database(&name).await?;
        }
        Ok(())
    }

    /// Stops it cleanly ("fast": open transactions are rolled back).
    pub async fn stop(&mut self) {
        if let Some(process) = self.process.take() {
            process.signal(Signal::INT);
            if tokio::time::timeout(Duration::from_secs(5), process.wait()).await.is_err() {
                process.stop(Signal::QUIT, Duration::from_secs(6)).await;
            }
        }
    }

    /// Kills the server as `kill -9` does. [`Postgres::restart`] starts it again.
    pub async fn kill9(&mut self) {
        if let Some(process) = self.process.take() {
            process.kill9().await;
        }
    }

    /// The running server.
    #[must_use]
    pub fn process(&self) -> Option<&Process> {
        self.process.as_ref()
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.options.port
    }

    /// The cluster's files, in which each of its processes works.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Where PostgreSQL writes its own log.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.options.log
    }

    /// The folder with `psql` and its neighbours.
    #[must_use]
    pub fn bin(&self) -> &Path {
        &self.programs.bin
    }

    /// Address of a database for its owner, password included.
    pub fn url(&self, database: &str) -> Result<String, PostgresError> {
        let password = self.password_of(database)?;
        Ok(format!("postgres://{database}:{password}@127.0.0.1:{}/{database}?sslmode=disable", self.port()))
    }

    /// A file with [`Postgres::url`] in it, readable by the servers' account alone.
    pub fn url_file(&self, database: &str) -> Result<PathBuf, PostgresError> {
        let path = self.options.secrets.join(format!("{database}.url"));
        secret::write(&path, &self.url(database)?, &self.options.account)?;
        Ok(path)
    }

    /// Address of a database for the superuser, password included.
    #[must_use]
    pub fn superuser_url(&self, database: &str) -> String {
        let (password, port) = (&self.superuser_password, self.port());
        format!("postgres://{SUPERUSER}:{password}@127.0.0.1:{port}/{database}?sslmode=disable")
    }

    /// Makes a database and its owner role of the same name, if they are not there, and sets the role's password.
    pub async fn have_database(&self, name: &str) -> Result<(), PostgresError> {
        let sound = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !sound || name.len() > 60 {
            return Err(PostgresError::BadName(name.to_owned()));
        }
        let password = self.password_of(name)?;
        let mut admin = self.connect("postgres").await?;
        // Both names are checked above, and a password of ours is hexadecimal: nothing to escape.
        let role: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
            .bind(name)
            .fetch_one(&mut admin)
            .await?;
        let verb = if role { "alter" } else { "create" };
        run(&mut admin, format!("{verb} role {name} login password '{password}'")).await?;
        let database: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut admin)
            .await?;
        if !database {
            run(&mut admin, format!("create database {name} owner {name}")).await?;
        }
        // An owner role reaches its own database and no other.
        run(&mut admin, format!("revoke all on database {name} from public")).await?;
        run(&mut admin, "revoke all on database postgres from public".to_owned()).await?;
        admin.close().await?;
        Ok(())
    }

    /// A role's password.
    pub fn password_of(&self, role: &str) -> Result<String, PostgresError> {
        if role == SUPERUSER {
            return Ok(self.superuser_password.clone());
        }
        let path = self.options.secrets.join(format!("{role}.password"));
        Ok(secret::kept(&path, &self.options.account, secret::random)?)
    }

    async fn connect(&self, database: &str) -> Result<PgConnection, sqlx::Error> {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port())
            .username(SUPERUSER)
            .password(&self.superuser_password)
            .database(database)
            .ssl_mode(PgSslMode::Disable)
            .disable_statement_logging()
            .connect()
            .await
    }

    async fn until_ready(&self) -> Result<(), PostgresError> {
        let Some(process) = &self.process else { return Ok(()) };
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let refused = match self.connect("postgres").await {
                Ok(mut connection) => {
                    compress_pages(&mut connection).await?;
                    return Ok(connection.close().await?);
                }
                Err(e) => e,
            };
            if let Some(ended) = process.ended() {
                return Err(PostgresError::Died { how: process::ending(&ended), log: tail(&self.options.log, 8) });
            }
            // Not listening yet, or listening and still recovering (57P03); anything else will not go away by waiting.
            let passing = match &refused {
                sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
                sqlx::Error::Database(e) => e.code().is_some_and(|code| code == "57P03"),
                _ => false,
            };
            if !passing {
                return Err(refused.into());
            }
            if Instant::now() > deadline {
                return Err(PostgresError::NotReady { log: tail(&self.options.log, 8) });
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Makes the cluster beside its place and moves it there when it is whole, so that a kill in the midst leaves no half.
    fn create(&self, dir: &Path, password_file: &Path) -> Result<(), PostgresError> {
        let account = &self.options.account;
        let fresh = dir.join("data.new");
        match fs::remove_dir_all(&fresh) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(file(&fresh, e)),
            _ => {}
        }
        account.private_dir(&fresh)?;
        let made = Command::new("setpriv")
            .args(["--pdeathsig", "KILL"])
            .args(account.setpriv())
            .arg("--")
            .arg(self.programs.bin.join("initdb"))
            .arg("--pgdata")
            .arg(&fresh)
            .arg("--pwfile")
            .arg(password_file)
            .args(["--username", SUPERUSER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C"])
            .args(["--data-checksums", "--no-instructions"])
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("LC_ALL", "C")
            .current_dir(&fresh)
            .stdin(Stdio::null())
            .output()
            .map_err(|e| PostgresError::NotCreated(e.to_string()))?;
        if !made.status.success() {
            return Err(PostgresError::NotCreated(String::from_utf8_lossy(&made.stderr).trim().to_owned()));
        }
        fs::rename(&fresh, &self.data).map_err(|e| file(&self.data, e))
    }

    /// Ends what an earlier run left working in this data directory, and takes away the lock file that it left.
    async fn clear_leftovers(&self) -> Result<(), PostgresError> {
        let at_work = || process::working_in(&self.data, "postgres");
        if let Some(postmaster) = at_work().first() {
            postmaster.end(Signal::INT, Duration::from_secs(10)).await;
        }
        // Without their postmaster the rest go by themselves, except one in the midst of a long computation.
        for orphan in at_work() {
            if !orphan.gone_within(Duration::from_secs(2)).await {
                orphan.end(Signal::QUIT, Duration::from_secs(2)).await;
            }
        }
        // Nobody works in this directory any more, so a lock file is stale, whoever has its process number by now.
        let lock = self.data.join("postmaster.pid");
        match fs::remove_file(&lock) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(file(&lock, e)),
            _ => Ok(()),
        }
    }

    fn write_settings(&self) -> Result<PathBuf, PostgresError> {
        let hba = self.options.dir.join("pg_hba.conf");
        secret::write(&hba, "host all all 127.0.0.1/32 scram-sha-256\n", &self.options.account)?;
        let hba = fs::canonicalize(&hba).map_err(|e| file(&hba, e))?;
        let path = self.data.parent().unwrap_or(&self.data).join("postgresql.conf");
        let text = format!(
            "{SETTINGS}port = {}\nhba_file = '{}'\n",
            self.options.port,
            hba.to_string_lossy().replace('\'', "''")
        );
        secret::write(&path, &text, &self.options.account)?;
        Ok(path)
    }
}

fn file(path: &Path, source: io::Error) -> PostgresError {
    PostgresError::File { path: path.to_owned(), source }
}

/// After a checkpoint a page is written whole into the WAL the first time that it changes. The more communities a log has, the
/// fewer of its events share a page of the index by aggregate: beyond a few million it is nearly a page an event. LZ4 halves it for
/// next to nothing; pglz, which every server has, costs more than it saves.
async fn compress_pages(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let known = "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'wal_compression'";
    if sqlx::query_scalar(known).fetch_one(&mut *connection).await? {
        run(connection, "ALTER SYSTEM SET wal_compression = lz4".to_owned()).await?;
        run(connection, "SELECT pg_reload_conf()".to_owned()).await?;
    }
    Ok(())
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(connection).await.map(|_| ())
}

const SETTINGS: &str = "\
# Written at every start; changes here are lost.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
password_encryption = scram-sha-256

# An acknowledged command survives a crash.
fsync = on
synchronous_commit = on
full_page_writes = on

# A laptop's share of memory. What makes room in it is written by the background writer rather than by who appends.
max_connections = 120
shared_buffers = 128MB
bgwriter_delay = 50ms
bgwriter_lru_maxpages = 1000
bgwriter_lru_multiplier = 4
work_mem = 8MB
maintenance_work_mem = 32MB
wal_buffers = 4MB
min_wal_size = 80MB
# Checkpoints by time rather than by what was written: pages then go into the WAL whole less often.
max_wal_size = 2GB
# What was erased is gone from the write-ahead log once a segment is not needed any more: it is removed, not kept under another name.
wal_recycle = off
max_worker_processes = 4
max_parallel_workers = 2
max_parallel_workers_per_gather = 1
max_parallel_maintenance_workers = 1
autovacuum_max_workers = 2
max_wal_senders = 2
max_replication_slots = 2
huge_pages = off
jit = off
timezone = 'UTC'
log_timezone = 'UTC'

# No statement, parameter or row ever stands in the log: messages of errors quote values, so errors are not logged at all,
# and what is logged comes without its detail and context. The client still gets everything.
log_statement = none
log_min_duration_statement = -1
log_min_error_statement = panic
log_min_messages = log
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_lock_waits = off
log_temp_files = -1
log_autovacuum_min_duration = -1
logging_collector = off

";
