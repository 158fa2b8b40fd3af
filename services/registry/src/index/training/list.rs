//! Pages of trainings, the newest first.

use kim_contract::registry::v1 as pb;
use kim_desk::{
    list::{ListError, Paging, decoded, range},
    wire::to_columns,
};
use kim_eventlog::answered;
use kim_territory::RegionCode;
use time::{Date, macros::format_description};

use crate::{
    domain::training::{Status, TrainingKind},
    index::Index,
};

/// Which trainings are asked for; an empty list means all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrainingFilter {
    pub kinds: Vec<TrainingKind>,
    pub statuses: Vec<Status>,
    /// What ends on this day or later.
    pub from: Option<Date>,
    /// What begins on this day or earlier.
    pub to: Option<Date>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TrainingPage {
    pub trainings: Vec<pb::TrainingSummary>,
    pub next: String,
}

impl Index {
    /// Trainings held or planned for `within` and what lies in it.
    pub async fn trainings(
        &self,
        within: RegionCode,
        filter: &TrainingFilter,
        paging: &Paging,
    ) -> Result<TrainingPage, ListError> {
        let (first, last) = range(within);
        let (begins_on, _, id) = paging.begin();
        let begins_on = begins_on.map(|day| Date::parse(day, format_description!("[year]-[month]-[day]"))).transpose();
        let asked = sqlx::query_as(
            "SELECT training_id, begins_on::text, '', record FROM registry.training
             WHERE region_code >= $1 AND region_code < $2
               AND (cardinality($3::smallint[]) = 0 OR kind = ANY ($3))
               AND (cardinality($4::smallint[]) = 0 OR status = ANY ($4))
               AND ($5::date IS NULL OR ends_on >= $5)
               AND ($6::date IS NULL OR begins_on <= $6)
               AND ($7::date IS NULL OR (begins_on, training_id) < ($7, $8))
             ORDER BY begins_on DESC, training_id DESC LIMIT $9",
        )
        .bind(first)
        .bind(last)
        .bind(to_columns(&filter.kinds))
        .bind(to_columns(&filter.statuses))
        .bind(filter.from)
        .bind(filter.to)
        .bind(begins_on.map_err(|_| ListError::Token)?)
        .bind(id)
        .bind(paging.limit());
        let (records, next) = paging.cut(answered(asked.fetch_all(&self.pool)).await?);
        Ok(TrainingPage { trainings: decoded(&records)?, next })
    }
}
