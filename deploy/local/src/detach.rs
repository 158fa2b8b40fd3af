//! `up --detach`: the same `up` in a session of its own, and its progress shown here until it is ready.

use std::{
    env, fs,
    io::{self, Read, Seek, SeekFrom},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use anyhow::{Context, bail};
use tokio::{
    signal::unix::{SignalKind, signal},
    time::sleep,
};

use crate::{home, home::Home, screen::Screen};

/// The word by which the child knows that it is the detached one.
pub const CHILD: &str = "up-detached";

/// Starts a detached `up` and comes back when it is ready, or with what it said when it failed.
pub async fn start(screen: &Screen) -> anyhow::Result<()> {
    let home = Home::create(&home::located()?)?;
    let log = home.log("up");
    let out = fs::File::options().create(true).append(true).open(&log)?;
    let mut position = out.metadata()?.len();
    let mut child = Command::new(env::current_exe()?)
        .arg(CHILD)
        .env("KIM_HOME", home.dir())
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(out)
        .spawn()
        .context("up tidak dapat dijalankan di latar")?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    loop {
        let ended = child.try_wait()?;
        for line in fresh_lines(&log, &mut position)? {
            screen.say(&line);
            if line.starts_with("ready: ") {
                screen.say("Berjalan di latar. Hentikan dengan deploy/local/down.");
                return Ok(());
            }
        }
        match ended {
            Some(status) if status.success() => return Ok(()),
            Some(_) => bail!("up berakhir; catatannya ada di {}", log.display()),
            None => {}
        }
        tokio::select! {
            () = sleep(Duration::from_millis(100)) => {}
            _ = interrupt.recv() => bail!("up tetap dimulai di latar; hentikan dengan deploy/local/down"),
        }
    }
}

/// Leaves the caller's session, so that the end of its terminal does not end us.
pub fn leave_session() {
    // Fails only for a group leader, which a child that was just started is not.
    let _ = rustix::process::setsid();
}

/// Whole lines that were added since `position`.
fn fresh_lines(log: &Path, position: &mut u64) -> io::Result<Vec<String>> {
    let mut file = fs::File::open(log)?;
    file.seek(SeekFrom::Start(*position))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    *position += whole as u64;
    Ok(String::from_utf8_lossy(&bytes[..whole]).lines().map(str::to_owned).collect())
}
