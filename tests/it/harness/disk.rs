//! A small file system of its own that can be filled up and freed again.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// In memory, mounted for as long as the value lives.
pub struct SmallDisk {
    path: PathBuf,
}

impl SmallDisk {
    /// Mounts one at an empty folder. `None` where this process may not mount.
    pub fn at(path: &Path, megabytes: u32) -> Option<Self> {
        fs::create_dir_all(path).expect("a folder can be made");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=755"), "kim-faults"])
            .arg(path)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then(|| Self { path: path.to_owned() })
    }

    /// Leaves no room.
    pub fn fill(&self) {
        let mut ballast = fs::File::create(self.ballast()).expect("a file can be made");
        for size in [1024 * 1024, 4096, 1] {
            let piece = vec![7; size];
            loop {
                match ballast.write_all(&piece) {
                    Ok(()) => {}
                    Err(full) if full.kind() == ErrorKind::StorageFull => break,
                    Err(error) => panic!("{}: {error}", self.path.display()),
                }
            }
        }
    }

    /// Takes away what filled it.
    pub fn free(&self) {
        let _ = fs::remove_file(self.ballast());
    }

    fn ballast(&self) -> PathBuf {
        self.path.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whoever still ends in there does not keep it.
        let _ = Command::new("umount").arg("--lazy").arg(&self.path).status();
    }
}
