//! Who is in an audience, as SQL asks for it.

use std::collections::BTreeSet;

use kim_desk::wire::Paired;
use sqlx::{
    FromRow, Postgres, SqlSafeStr,
    postgres::{PgArguments, PgRow},
    query::QueryAs,
};
use time::Date;

use super::stretch::{Stretch, inside};
use crate::domain::{
    audience::{Audience, Listing, Partnership},
    ids::{CommunityId, OfficeId},
};

/// An audience and what it depends on beside itself.
///
/// The codes of its regions are those of the territory that seats are told by at the position of a question: whoever asks follows an
/// older code before.
#[derive(Debug, Clone, Copy)]
pub struct Criteria<'a> {
    pub audience: &'a Audience,
    /// Whose partnerships count where the audience wants its own office's.
    pub office: OfficeId,
    /// The day on which partnerships are in force.
    pub on: Date,
}

/// Parameters `$1` to `$10` are the criteria's ([`Criteria::ask`]); a statement's own begin with `$11`.
///
/// `fits!("c", "$11")`: that the row `c` of a community holds at the position `$11`, and is in the audience.
macro_rules! fits {
    ($row:literal, $at:literal) => {
        concat!(
            "(",
            $row,
            ".from_position <= ",
            $at,
            " AND (",
            $row,
            ".until_position IS NULL OR ",
            $row,
            ".until_position > ",
            $at,
            ")",
            // A seat that lies in no regency is in no batch.
            " AND ",
            $row,
            ".seat_level >= 3",
            " AND (cardinality($1::smallint[]) = 0 OR ",
            $row,
            ".seat_level = ANY ($1))",
            " AND ",
            $row,
            ".status = ANY ($2::smallint[])",
            " AND (cardinality($3::smallint[]) = 0 OR ",
            $row,
            ".base_group = ANY ($3))",
            " AND EXISTS (SELECT FROM unnest($9::text[], $10::text[]) AS region (first, beyond)
                          WHERE ",
            $row,
            ".seat_code >= region.first AND ",
            $row,
            ".seat_code < region.beyond)",
            " AND ($7::uuid[] IS NULL OR ",
            $row,
            ".community_id = ANY ($7))",
            " AND ",
            $row,
            ".community_id <> ALL ($8::uuid[])",
            " AND (NOT $4::boolean OR EXISTS (
                   SELECT FROM audience.partnership p
                   WHERE p.community_id = ",
            $row,
            ".community_id AND ($5::uuid IS NULL OR p.office_id = $5)
                     AND p.from_position <= ",
            $at,
            " AND (p.until_position IS NULL OR p.until_position > ",
            $at,
            ")
                     AND p.signed_on <= $6::date AND p.begins_on <= $6 AND p.ends_on >= $6
                     AND (p.over_on IS NULL OR p.over_on > $6))))"
        )
    };
}
pub(super) use fits;

impl Criteria<'_> {
    /// A statement with `fits!` in it, whose own parameters follow: `$11`, `$12`, …
    pub(super) fn ask<'q, O>(&self, sql: impl SqlSafeStr) -> QueryAs<'q, Postgres, O, PgArguments>
    where
        O: for<'r> FromRow<'r, PgRow>,
    {
        let audience = self.audience;
        let (in_force, office) = match audience.partnership() {
            Partnership::Any => (false, None),
            Partnership::InForce => (true, None),
            Partnership::WithThisOffice => (true, Some(self.office.0)),
        };
        let ids = |listed: &BTreeSet<CommunityId>| listed.iter().map(|id| id.0).collect::<Vec<_>>();
        let (only, except) = match audience.listing() {
            Listing::Everybody => (None, Vec::new()),
            Listing::Only(listed) => (Some(ids(listed)), Vec::new()),
            Listing::Except(listed) => (None, ids(listed)),
        };
        let levels: Vec<i16> = audience.seat_levels().iter().map(|level| level.to_column()).collect();
        let statuses: Vec<i16> = audience.standings().iter().map(|standing| standing.to_column()).collect();
        let groups: Vec<i16> = audience.base_groups().iter().map(|group| group.to_column()).collect();
        let (first, beyond): (Vec<String>, Vec<String>) =
            audience.codes().map(inside).map(|range| (range.start, range.end)).unzip();
        sqlx::query_as(sql)
            .bind(levels)
            .bind(statuses)
            .bind(groups)
            .bind(in_force)
            .bind(office)
            .bind(self.on)
            .bind(only)
            .bind(except)
            .bind(first)
            .bind(beyond)
    }

    pub(super) fn stretches(&self) -> Vec<Stretch> {
        Stretch::of(self.audience.codes())
    }
}
