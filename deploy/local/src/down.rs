//! `down`: stops what runs, and with `--erase` leaves nothing of it.

use std::{fs, path::Path, time::Duration};

use anyhow::bail;

use crate::{
    account::NAME,
    home::{self, Rest},
    lock::{self, Taken},
    process::{Signal, working_in},
    screen::Screen,
    up::end_recorded,
};

/// Stops the local nation of this home, if it runs; `erase` removes the home too.
pub async fn down(erase: bool, screen: &Screen) -> anyhow::Result<()> {
    let dir = home::located()?;
    let was_there = home::is_marked(&dir)?;
    if was_there {
        stop(&dir, screen).await?;
    } else {
        screen.say(&format!("Tidak ada yang berjalan di {}.", dir.display()));
    }
    if erase {
        let step = screen.step("Menghapus");
        let rest = home::erase(&dir)?;
        step.done(&dir.display().to_string());
        if rest == Rest::Account {
            screen.say(&format!(
                "Akun sistem '{NAME}' masih dipakai suatu proses dan dibiarkan; nanti hapus dengan: userdel {NAME}"
            ));
        }
    }
    Ok(())
}

async fn stop(dir: &Path, screen: &Screen) -> anyhow::Result<()> {
    match lock::take(dir).await? {
        Taken::Already(Some(supervisor)) => {
            let step = screen.step("Menghentikan");
            supervisor.signal(Signal::TERM);
            if !supervisor.gone_within(Duration::from_secs(40)).await {
                supervisor.end(Signal::KILL, Duration::from_secs(5)).await;
            }
            step.done("semua berhenti");
        }
        Taken::Already(None) => bail!("up sedang dimulai; coba lagi sebentar"),
        Taken::Now(_lock) => screen.say("Tidak ada up yang berjalan."),
    }
    // What a killed `up` left behind.
    let mut pid_files: Vec<_> =
        fs::read_dir(dir.join("run")).into_iter().flatten().flatten().map(|e| e.path()).collect();
    pid_files.retain(|path| path.extension().is_some_and(|extension| extension == "pid"));
    // Services before the servers that they stand on.
    pid_files.sort_by_key(|path| ["nats", "postgres"].iter().position(|s| path.file_stem().is_some_and(|f| f == *s)));
    for path in pid_files {
        let postgres = path.file_stem().is_some_and(|stem| stem == "postgres");
        end_recorded(&path, if postgres { Signal::INT } else { Signal::TERM }).await;
    }
    if let Ok(data) = fs::canonicalize(dir.join("postgres/data")) {
        for orphan in working_in(&data, "postgres") {
            orphan.end(Signal::INT, Duration::from_secs(8)).await;
        }
    }
    Ok(())
}
