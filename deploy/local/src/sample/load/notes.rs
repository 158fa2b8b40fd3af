//! What the loader notes beside the log: from when the ids of its requests are.
//!
//! The clock of the log says how far it came, to the step; what of that step was carried out, only the ids of the requests know. So
//! they must be the same after a kill, and young enough for the registry to remember them.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const FILE: &str = "loading.toml";

/// The registry forgets requests after 90 days; this leaves time to end what was begun.
const GOOD_FOR: Duration = Duration::days(80);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notes {
    log: Uuid,
    /// Unix time in milliseconds.
    ids_from: i64,
    /// Unix time in seconds of the log's clock when all is loaded that this loading meant to.
    complete_at: i64,
}

impl Notes {
    /// The notes of a loading that goes up to `end`, kept in `dir` before anything is told to the log.
    pub fn open(
        dir: &Path,
        log: Uuid,
        clock: OffsetDateTime,
        end: OffsetDateTime,
        now: OffsetDateTime,
    ) -> anyhow::Result<Self> {
        let path = dir.join(FILE);
        let found = match fs::read_to_string(&path) {
            Ok(text) => Some(toml::from_str::<Self>(&text).with_context(|| path.display().to_string())?),
            Err(e) if e.kind() == io::ErrorKind::NotFound => None,
            Err(e) => return Err(e).with_context(|| path.display().to_string()),
        };
        let notes = Self::settle(found, log, clock, end, now)?;
        notes.keep(dir, &path).with_context(|| path.display().to_string())?;
        Ok(notes)
    }

    fn settle(
        found: Option<Self>,
        log: Uuid,
        clock: OffsetDateTime,
        end: OffsetDateTime,
        now: OffsetDateTime,
    ) -> anyhow::Result<Self> {
        let fresh = Self { log, ids_from: milliseconds(now), complete_at: end.unix_timestamp() };
        let broken_off = match found.filter(|found| found.log == log) {
            Some(found) if clock.unix_timestamp() >= found.complete_at => return Ok(fresh),
            Some(found) => found,
            // Nothing was told to the log yet: not even its clock was moved.
            None if clock == OffsetDateTime::UNIX_EPOCH => return Ok(fresh),
            None => bail!(
                "catatan pemuatan contoh hilang, padahal pemuatan belum selesai; mulai lagi dengan deploy/local/down --erase"
            ),
        };
        if milliseconds(now) - broken_off.ids_from > i64::try_from(GOOD_FOR.whole_milliseconds()).unwrap_or(i64::MAX) {
            bail!(
                "pemuatan contoh terputus lebih dari {} hari yang lalu; mulai lagi dengan deploy/local/down --erase",
                GOOD_FOR.whole_days()
            );
        }
        Ok(Self { complete_at: end.unix_timestamp(), ..broken_off })
    }

    /// Whole, or not at all.
    fn keep(&self, dir: &Path, path: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(dir)?;
        let new = path.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(toml::to_string(self)?.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)?;
        File::open(dir)?.sync_all()?;
        Ok(())
    }

    /// The id of a request, made of bits that are the same whenever it is sent.
    #[must_use]
    pub fn request_id(&self, bits: [u8; 10]) -> Uuid {
        let millis = u64::try_from(self.ids_from).expect("the notes are made after 1970");
        uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid()
    }
}

fn milliseconds(time: OffsetDateTime) -> i64 {
    time.unix_timestamp() * 1_000 + i64::from(time.millisecond())
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const BEGUN: OffsetDateTime = datetime!(2026-11-24 09:00 UTC);
    const CLOCK: OffsetDateTime = datetime!(2021-03-08 00:00 +7);
    const END: OffsetDateTime = datetime!(2026-11-01 00:00 +7);

    #[test]
    fn ids_stay_the_same_until_all_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let log = Uuid::from_u128(7);
        let open = |clock, end, now| Notes::open(dir.path(), log, clock, end, now);
        let first = open(OffsetDateTime::UNIX_EPOCH, END, BEGUN).unwrap();
        let again = open(CLOCK, END, BEGUN + Duration::days(79)).unwrap();
        assert_eq!(first.request_id([1; 10]), again.request_id([1; 10]));
        assert_eq!(first.request_id([1; 10]).get_version_num(), 7);
        // In the next month there is more to load, and the old ids are too old.
        let december = open(END, END + Duration::days(30), BEGUN + Duration::days(120)).unwrap();
        assert_ne!(first.request_id([1; 10]), december.request_id([1; 10]));
    }

    #[test]
    fn what_cannot_be_told_apart_any_more_is_not_loaded_on() {
        let dir = tempfile::tempdir().unwrap();
        let (log, epoch) = (Uuid::from_u128(7), OffsetDateTime::UNIX_EPOCH);
        assert!(Notes::open(dir.path(), log, CLOCK, END, BEGUN).is_err());
        Notes::open(dir.path(), log, epoch, END, BEGUN).unwrap();
        assert!(Notes::open(dir.path(), log, CLOCK, END, BEGUN + Duration::days(81)).is_err());
        // Another log begins anew.
        Notes::open(dir.path(), Uuid::from_u128(8), epoch, END, BEGUN + Duration::days(81)).unwrap();
    }
}
