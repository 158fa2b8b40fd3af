//! What communities are called, as each replica remembers it: read again from where it last looked.

use kim_contract::registry::v1 as pb;
use kim_eventlog::answered;
use kim_territory::RegionCode;
use prost::Message;
use uuid::Uuid;

use super::Index;
use crate::domain::name::own_words;

/// A community's seat, and the words of its name.
fn named((id, seat, record): (Uuid, String, Vec<u8>)) -> Result<(Uuid, RegionCode, String), sqlx::Error> {
    let seat = seat.parse().map_err(|_| sqlx::Error::Decode("a seat is not understood".into()))?;
    let record = pb::Community::decode(record.as_slice()).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok((id, seat, own_words(&record.profile.unwrap_or_default().name).join(" ")))
}

impl Index {
    /// Remembers all names that the index has up to where the follower came.
    pub(super) async fn learn_names(&self) -> Result<(), sqlx::Error> {
        let at = self.followed.at();
        if self.names_known() >= at {
            return Ok(());
        }
        // One reads, and the others find it done.
        let _turn = self.learning.lock().await;
        let known = self.names_known();
        if known >= at {
            return Ok(());
        }
        let asked =
            sqlx::query_as("SELECT community_id, seat_code, record FROM registry.community WHERE named_at > $1");
        let rows: Vec<(Uuid, String, Vec<u8>)> = answered(asked.bind(known.get()).fetch_all(&self.pool)).await?;
        let rows = rows.into_iter().map(named).collect::<Result<Vec<_>, _>>()?;
        let mut names = self.names.write().expect("no code panics while it holds the names");
        for (id, seat, words) in rows {
            names.put(id, seat, words);
        }
        names.position = at;
        Ok(())
    }

    fn names_known(&self) -> kim_eventlog::Position {
        self.names.read().expect("no code panics while it holds the names").position
    }
}
