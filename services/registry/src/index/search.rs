//! Communities by name, by number, or by filters alone.

use std::collections::HashMap;

use kim_desk::{
    list::{ListError, Paging, decoded, range},
    wire::Paired,
};
use kim_eventlog::answered;
use kim_territory::RegionCode;
use time::Date;
use uuid::Uuid;

use super::{Index, Page, likeness::Rank};
use crate::domain::{community::Status, profile::BaseGroup};

/// Which communities are listed. What is empty or `None` excludes nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityFilter {
    pub within: RegionCode,
    pub only: Option<Uuid>,
    pub statuses: Vec<Status>,
    pub base_groups: Vec<BaseGroup>,
    /// Those that did nothing on that day or later.
    pub no_activity_since: Option<Date>,
    /// Those with an officer in office whose last day lies before that day.
    pub officer_term_ends_before: Option<Date>,
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    Anything,
    /// Words of a name, a space between two.
    Name(String),
    /// How a registration number begins, or a whole one.
    Number {
        beginning: String,
        whole: bool,
    },
}

/// The conditions of a [`CommunityFilter`], whose values are bound from $1 to $7.
macro_rules! filtered {
    () => {
        "seat_code >= $1 AND seat_code < $2
         AND (cardinality($3::smallint[]) = 0 OR status = ANY ($3))
         AND ($4::uuid IS NULL OR community_id = $4)
         AND (cardinality($5::smallint[]) = 0 OR base_group = ANY ($5))
         AND ($6::date IS NULL OR last_activity_on IS NULL OR last_activity_on < $6)
         AND ($7::date IS NULL OR community_id IN (SELECT t.community_id FROM registry.term t WHERE t.ends_on <= $7))"
    };
}

/// The page after $8 to $10, of $11 rows.
macro_rules! page {
    () => {
        " AND ($8::text IS NULL OR (seat_code, name_key, community_id) > ($8, $9, $10))
         ORDER BY seat_code, name_key, community_id LIMIT $11"
    };
}

const LISTED: &str =
    concat!("SELECT community_id, seat_code, name_key, record FROM registry.community WHERE ", filtered!(), page!());

/// Numbers first, by their own index: there are few.
const NUMBERED: &str = concat!(
    "WITH numbered AS MATERIALIZED (
       SELECT * FROM registry.community WHERE registration_number >= $12 AND registration_number < $13)
     SELECT community_id, seat_code, name_key, record FROM numbered WHERE ",
    filtered!(),
    page!()
);

/// By their ids first: a plan that goes through a whole region for the few of them takes fifty times as long.
const AMONG: &str = concat!(
    "WITH likest AS MATERIALIZED (SELECT * FROM registry.community WHERE community_id = ANY ($8))
     SELECT community_id, record FROM likest WHERE ",
    filtered!()
);

/// Binds a filter's values to $1 to $7.
macro_rules! bound {
    ($query:expr, $filter:expr) => {{
        let (from, to) = range($filter.within);
        $query
            .bind(from)
            .bind(to)
            .bind(codes(&$filter.statuses))
            .bind($filter.only)
            .bind(codes(&$filter.base_groups))
            .bind($filter.no_activity_since)
            .bind($filter.officer_term_ends_before)
    }};
}

impl CommunityFilter {
    /// All that have their seat there.
    #[must_use]
    pub fn within(within: RegionCode) -> Self {
        Self {
            within,
            only: None,
            statuses: vec![],
            base_groups: vec![],
            no_activity_since: None,
            officer_term_ends_before: None,
        }
    }
}

impl Index {
    /// Communities ordered by seat and name.
    pub async fn communities(&self, filter: &CommunityFilter, paging: &Paging) -> Result<Page, ListError> {
        let (code, name_key, id) = paging.begin();
        let asked = bound!(sqlx::query_as(LISTED), filter).bind(code).bind(name_key).bind(id).bind(paging.limit());
        let (records, next) = paging.cut(answered(asked.fetch_all(&self.pool)).await?);
        Ok(Page { communities: decoded(&records)?, next })
    }

    /// What was sought: the likest first, then ordered by seat and name.
    pub async fn search(&self, sought: &Sought, filter: &CommunityFilter, paging: &Paging) -> Result<Page, ListError> {
        match sought {
            Sought::Anything => self.communities(filter, paging).await,
            Sought::Name(words) => self.named(words, filter, paging).await,
            Sought::Number { beginning, whole } => {
                // Before any digit, or after all of them and the slash.
                let end = format!("{beginning}{}", if *whole { '!' } else { '~' });
                let (code, name_key, id) = paging.begin();
                let asked = bound!(sqlx::query_as(NUMBERED), filter).bind(code).bind(name_key).bind(id);
                let asked = asked.bind(paging.limit()).bind(beginning).bind(end);
                let (records, next) = paging.cut(answered(asked.fetch_all(&self.pool)).await?);
                Ok(Page { communities: decoded(&records)?, next })
            }
        }
    }

    /// Names are looked for in memory, and what stands in the filter is asked of the database about the likest of them, until the
    /// page is full.
    async fn named(&self, words: &str, filter: &CommunityFilter, paging: &Paging) -> Result<Page, ListError> {
        self.learn_names().await?;
        let size = usize::try_from(paging.size()).unwrap_or(usize::MAX);
        let (mut after, mut most, mut found) = (Rank::after(paging)?, size + 1, Vec::new());
        loop {
            let ranked = self.like(words, filter, after.as_ref(), most);
            let (all, last) = (ranked.len() < most, ranked.last().cloned());
            let mut records = self.among(&ranked, filter).await?;
            found.extend(ranked.into_iter().filter_map(|rank| Some((records.remove(&rank.id)?, rank))));
            if all || found.len() > size {
                break;
            }
            (after, most) = (last, most * 4);
        }
        let more = found.len() > size;
        found.truncate(size);
        let next = found.last().filter(|_| more).map(|(_, rank)| rank.token(paging)).unwrap_or_default();
        let records: Vec<Vec<u8>> = found.into_iter().map(|(record, _)| record).collect();
        Ok(Page { communities: decoded(&records)?, next })
    }

    fn like(&self, words: &str, filter: &CommunityFilter, after: Option<&Rank>, most: usize) -> Vec<Rank> {
        let names = self.names.read().expect("no code panics while it holds the names");
        names.like(words, filter.within, filter.only, after, most)
    }

    async fn among(&self, ranked: &[Rank], filter: &CommunityFilter) -> Result<HashMap<Uuid, Vec<u8>>, sqlx::Error> {
        if ranked.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<Uuid> = ranked.iter().map(|rank| rank.id).collect();
        let asked = bound!(sqlx::query_as(AMONG), filter).bind(ids);
        let rows: Vec<(Uuid, Vec<u8>)> = answered(asked.fetch_all(&self.pool)).await?;
        Ok(rows.into_iter().collect())
    }
}

fn codes<P: Paired + Copy>(values: &[P]) -> Vec<i16> {
    values.iter().map(|value| i16::try_from(value.to_proto()).unwrap_or_default()).collect()
}
