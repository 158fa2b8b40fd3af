//! Count and digest of a set of events, in whatever order they came: `DigestResponse` says which bytes they are made of.

use sha2::{Digest, Sha256};

use crate::{Filter, Log, Position, Recorded, answered};

/// The most positions that are counted at a time: a third of a second of the database's time.
pub(crate) const LONGEST_RANGE: i64 = 200_000;

/// How many events, and their joined digests.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: i64,
    pub digest: u128,
}

impl Tally {
    /// Of one event.
    #[must_use]
    pub fn of(event: &Recorded) -> Self {
        let hash = Sha256::new()
            .chain_update(event.position.get().to_be_bytes())
            .chain_update(event.event_id.as_bytes())
            .chain_update(event.aggregate.as_bytes())
            .chain_update(event.version.get().to_be_bytes())
            .chain_update(&event.event_type)
            .chain_update([0])
            .chain_update(&event.payload)
            .finalize();
        let mut first = [0; 16];
        first.copy_from_slice(&hash[..16]);
        Self { count: 1, digest: u128::from_be_bytes(first) }
    }

    /// Of these events and those.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { count: self.count + other.count, digest: self.digest ^ other.digest }
    }

    /// Of these events without those, which are among them.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self { count: self.count - other.count, digest: self.digest ^ other.digest }
    }
}

impl<'e> FromIterator<&'e Recorded> for Tally {
    fn from_iter<I: IntoIterator<Item = &'e Recorded>>(events: I) -> Self {
        events.into_iter().map(Self::of).fold(Self::default(), Self::plus)
    }
}

impl Log {
    /// Count and digest of the events from `from` to `to` that match.
    pub(crate) async fn tally(&self, from: Position, to: Position, filter: &Filter) -> Result<Tally, sqlx::Error> {
        let asked = sqlx::query_as(TALLY)
            .bind(from.get())
            .bind(to.get())
            .bind((!filter.types.is_empty()).then_some(&filter.types))
            .bind(&filter.province)
            .bind(&filter.regency)
            .bind(filter.aggregate);
        let (count, bits): (i64, Option<String>) = answered(asked.fetch_one(self.pool())).await?;
        let digest = bits.map(|bits| u128::from_str_radix(&bits, 2)).transpose();
        Ok(Tally { count, digest: digest.map_err(|error| sqlx::Error::Decode(error.into()))?.unwrap_or_default() })
    }
}

const TALLY: &str = r"SELECT count(*), bit_xor(('x' || encode(substr(sha256(
           int8send(position) || uuid_send(event_id) || uuid_send(aggregate_id) || int8send(version)
           || convert_to(type, 'UTF8') || '\x00'::bytea || payload), 1, 16), 'hex'))::bit(128))::text
FROM log.event
WHERE position BETWEEN $1 AND $2 AND ($3::text[] IS NULL OR type = ANY ($3)) AND ($4::text IS NULL OR province = $4)
  AND ($5::text IS NULL OR regency = $5) AND ($6::uuid IS NULL OR aggregate_id = $6)";

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::*;
    use crate::{LogId, Version};

    fn event(position: i64) -> Recorded {
        Recorded {
            log_id: LogId(Uuid::nil()),
            position: Position::new(position).expect("positive"),
            event_id: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d".parse().expect("a UUID"),
            event_type: "kim.registry.v1.CommunityDissolved".into(),
            aggregate: "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3e".parse().expect("a UUID"),
            version: Version::new(3).expect("positive"),
            time: OffsetDateTime::UNIX_EPOCH,
            recorded_time: OffsetDateTime::UNIX_EPOCH,
            subject: "kim.evt.registry.v1.14.1401.community_dissolved".into(),
            payload: Bytes::from_static(&[0x0a, 0x0b]),
            traceparent: None,
        }
    }

    #[test]
    fn an_event_has_the_digest_that_the_contract_gives_as_an_example() {
        assert_eq!(Tally::of(&event(7)), Tally { count: 1, digest: 0x1522_3133_2f2d_8db3_7a92_2d9a_7f13_a587 });
    }

    #[test]
    fn order_does_not_matter_and_what_is_taken_away_was_never_there() {
        let [a, b, c] = [event(1), event(2), event(3)];
        let all: Tally = [&a, &b, &c].into_iter().collect();
        assert_eq!(all, [&c, &a, &b].into_iter().collect());
        assert_eq!(all.minus(Tally::of(&b)), [&a, &c].into_iter().collect());
        assert_eq!(all.minus(all), Tally::default());
    }
}
