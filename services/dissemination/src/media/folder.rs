//! Media in a folder of this machine.

use std::{fs, io, path::Path};

use object_store::local::LocalFileSystem;
use walkdir::WalkDir;

use super::OpenError;

pub(super) async fn open(folder: &Path) -> Result<LocalFileSystem, OpenError> {
    let folder = folder.to_owned();
    let opened = tokio::task::spawn_blocking(move || {
        fs::create_dir_all(&folder)?;
        tidy(&folder)?;
        // What an officer is told is kept survives a power cut.
        Ok::<_, OpenError>(LocalFileSystem::new_with_prefix(folder)?.with_fsync(true))
    });
    opened.await.map_err(io::Error::other)?
}

/// Removes what a killed service was writing: such a file is called as the medium that it was to be, `#` and a number.
fn tidy(folder: &Path) -> io::Result<()> {
    for entry in WalkDir::new(folder) {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy();
        let number = name.rsplit_once('#').map(|(_, number)| number);
        let is_half = number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()));
        if is_half && entry.file_type().is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
