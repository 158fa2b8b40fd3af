//! Which process a number stands for, read from `/proc`.

use std::{
    fmt, fs, io,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// A process number with what makes it unique: its start time in clock ticks since boot, and the boot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub pid: u32,
    started: u64,
    boot: String,
}

impl Identity {
    pub fn of(pid: u32) -> io::Result<Identity> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let started = start_ticks(&stat).ok_or_else(|| io::Error::other("unreadable /proc/<pid>/stat"))?;
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
        Ok(Identity { pid, started, boot })
    }

    pub fn write(&self, path: &Path) -> io::Result<()> {
        let fresh = path.with_extension("pid.new");
        fs::write(&fresh, self.to_string())?;
        fs::rename(fresh, path)
    }

    /// What the file says; `None` when there is no file or it is no such file (torn by a power cut).
    #[must_use]
    pub fn read(path: &Path) -> Option<Identity> {
        Identity::parse(&fs::read_to_string(path).ok()?)
    }

    /// The other way round from [`Identity::to_string`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Identity> {
        let mut words = text.split_whitespace();
        let pid = words.next()?.parse().ok()?;
        let started = words.next()?.parse().ok()?;
        Some(Identity { pid, started, boot: words.next()?.to_owned() })
    }

    /// The process, if it still runs.
    #[must_use]
    pub fn find(&self) -> Option<Leftover> {
        let pid = Pid::from_raw(i32::try_from(self.pid).ok()?)?;
        // First the descriptor, then the comparison: from here on the descriptor cannot come to mean another process.
        let descriptor = pidfd_open(pid, PidfdFlags::empty()).ok()?;
        let same = Identity::of(self.pid).is_ok_and(|now| now == *self);
        (same && !is_zombie(self.pid)).then_some(Leftover { identity: self.clone(), descriptor })
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} {} {}", self.pid, self.started, self.boot)
    }
}

/// A process that this one did not start, but that an earlier run of ours did.
#[derive(Debug)]
pub struct Leftover {
    identity: Identity,
    descriptor: OwnedFd,
}

impl Leftover {
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.identity.pid
    }

    pub fn signal(&self, signal: Signal) {
        // Fails only when it has ended, which is what is wanted.
        let _ = pidfd_send_signal(&self.descriptor, signal);
    }

    #[must_use]
    pub fn runs(&self) -> bool {
        self.identity.find().is_some()
    }

    /// Waits until it is gone; false when `patience` ran out first.
    pub async fn gone_within(&self, patience: Duration) -> bool {
        let waiting = async {
            while self.runs() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(patience, waiting).await.is_ok()
    }

    /// Asks it to stop; kills it after `grace`.
    pub async fn end(&self, signal: Signal, grace: Duration) {
        self.signal(signal);
        if !self.gone_within(grace).await {
            self.signal(Signal::KILL);
            self.gone_within(Duration::from_secs(5)).await;
        }
    }
}

/// Processes of the program `name` whose working directory is `dir`, oldest first.
#[must_use]
pub fn working_in(dir: &Path, name: &str) -> Vec<Leftover> {
    let mut found: Vec<Identity> = processes()
        .filter(|pid| fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|cwd| cwd == dir))
        .filter(|pid| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim_end() == name))
        .filter_map(|pid| Identity::of(pid).ok())
        .collect();
    found.sort_by_key(|identity| (identity.started, identity.pid));
    found.iter().filter_map(Identity::find).collect()
}

/// Number and name of the process that listens on this loopback port, as far as this caller may see it.
#[must_use]
pub fn listener_on(port: u16) -> Option<(u32, String)> {
    let sockets: Vec<PathBuf> = ["/proc/net/tcp", "/proc/net/tcp6"]
        .into_iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| listening_inodes(&table, port))
        .map(|inode| PathBuf::from(format!("socket:[{inode}]")))
        .collect();
    processes().find_map(|pid| {
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).ok()?;
        let listens =
            descriptors.flatten().filter_map(|d| fs::read_link(d.path()).ok()).any(|to| sockets.contains(&to));
        listens.then(|| (pid, fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()))
    })
}

fn processes() -> impl Iterator<Item = u32> {
    fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// Field 22 of `/proc/<pid>/stat`; the name in field 2 may hold spaces and brackets, so count from the last bracket.
fn start_ticks(stat: &str) -> Option<u64> {
    stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()
}

fn is_zombie(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_none_or(|(_, rest)| rest.trim_start().starts_with(['Z', 'X']))
}

fn listening_inodes(table: &str, port: u16) -> Vec<String> {
    const LISTEN: &str = "0A";
    let local = format!(":{port:04X}");
    table
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|fields| fields.len() > 9 && fields[1].ends_with(&local) && fields[3] == LISTEN)
        .map(|fields| fields[9].to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_found_again_and_a_reused_number_is_not() {
        let me = Identity::of(std::process::id()).unwrap();
        assert!(me.find().is_some());
        let earlier = Identity { started: me.started + 1, ..me.clone() };
        assert!(earlier.find().is_none());
        let other_boot = Identity { boot: "another".to_owned(), ..me };
        assert!(other_boot.find().is_none());
    }

    #[test]
    fn a_torn_pid_file_names_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.pid");
        let me = Identity::of(std::process::id()).unwrap();
        me.write(&path).unwrap();
        assert_eq!(Identity::read(&path), Some(me));
        for torn in ["", "12", "12 x y", "12 34"] {
            fs::write(&path, torn).unwrap();
            assert_eq!(Identity::read(&path), None, "{torn:?}");
        }
    }

    #[test]
    fn a_name_with_brackets_does_not_shift_the_start_time() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4242 1 1";
        assert_eq!(start_ticks(stat), Some(4242));
    }

    #[test]
    fn the_listener_of_a_port_is_named() {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let (pid, _) = listener_on(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(pid, std::process::id());
    }
}
