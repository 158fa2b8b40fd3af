//! What communities are called, as the index keeps it, and as each replica remembers it: read again from where it last looked.

use std::collections::BTreeMap;

use kim_eventlog::{Recorded, answered};
use kim_territory::RegionCode;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Index;
use crate::domain::{community::Event, name::own_words, profile::Profile};

/// Names that events give, before they are written.
#[derive(Debug, Default)]
pub(super) struct Namings(BTreeMap<Uuid, Naming>);

#[derive(Debug)]
struct Naming {
    position: i64,
    seat: String,
    /// `None` where only the seat is another.
    words: Option<String>,
}

impl Namings {
    pub fn fold(&mut self, recorded: &Recorded, event: &Event) {
        let position = recorded.position.get();
        let naming = match (event, named(event)) {
            (Event::SeatMoved { to, .. }, _) => {
                let words = self.0.remove(&recorded.aggregate).and_then(|before| before.words);
                Naming { position, seat: to.code.to_string(), words }
            }
            (_, Some(profile)) => {
                let words = Some(own_words(profile.name.as_str()).join(" "));
                Naming { position, seat: profile.seat.code.to_string(), words }
            }
            (_, None) => return,
        };
        self.0.insert(recorded.aggregate, naming);
    }

    pub async fn save(self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let (mut ids, mut positions, mut seats, mut words) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (id, naming) in self.0 {
            ids.push(id);
            positions.push(naming.position);
            seats.push(naming.seat);
            words.push(naming.words);
        }
        sqlx::query(
            "INSERT INTO registry.name AS n (community_id, position, seat_code, words)
             SELECT id, given.position, given.seat_code, coalesce(given.words, known.words)
             FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) AS given (id, position, seat_code, words)
             LEFT JOIN registry.name AS known ON known.community_id = id
             WHERE coalesce(given.words, known.words) IS NOT NULL
             ON CONFLICT (community_id) DO UPDATE SET
               position = excluded.position, seat_code = excluded.seat_code, words = excluded.words
             WHERE (n.seat_code, n.words) IS DISTINCT FROM (excluded.seat_code, excluded.words)",
        )
        .bind(ids)
        .bind(positions)
        .bind(seats)
        .bind(words)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// The profile that an event gives a community.
fn named(event: &Event) -> Option<&Profile> {
    match event {
        Event::Drafted { profile, .. } | Event::Amended { profile, .. } => Some(profile),
        Event::ChangeAccepted { change, .. } => Some(&change.profile),
        Event::Corrected { after, .. } => Some(after),
        Event::MovedIn(arrival) => Some(&arrival.profile),
        _ => None,
    }
}

impl Index {
    /// Remembers all names that the index has up to where the follower came.
    pub(super) async fn learn_names(&self) -> Result<(), sqlx::Error> {
        let at = *self.position.borrow();
        if self.names_known() >= at {
            return Ok(());
        }
        // One reads, and the others find it done.
        let _turn = self.learning.lock().await;
        let known = self.names_known();
        if known >= at {
            return Ok(());
        }
        let asked = sqlx::query_as("SELECT community_id, seat_code, words FROM registry.name WHERE position > $1");
        let rows: Vec<(Uuid, String, String)> = answered(asked.bind(known.get()).fetch_all(&self.pool)).await?;
        let seat = |(id, seat, words): (Uuid, String, String)| {
            let seat: RegionCode = seat.parse().map_err(|_| sqlx::Error::Decode("a seat is not understood".into()))?;
            Ok::<_, sqlx::Error>((id, seat, words))
        };
        let rows = rows.into_iter().map(seat).collect::<Result<Vec<_>, _>>()?;
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
