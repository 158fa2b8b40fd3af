//! Registration numbers, given out by regency and year. A number that was given out is never given again, whether or not a
//! record came of it.

use std::collections::BTreeMap;

use kim_eventlog::answered;
use kim_territory::RegionCode;
use sqlx::PgPool;
use time::Date;

use crate::domain::registration::RegistrationNumber;

/// What numbers are counted by.
pub type Series = (RegionCode, u16);

/// The series of a registration at `seat` on a day.
#[must_use]
pub fn series(seat: RegionCode, on: Date) -> Series {
    let regency = seat.regency().expect("a seat lies in a regency");
    (regency, u16::try_from(on.year()).expect("a year of the calendar"))
}

/// The next number of a series.
pub async fn take_one(pool: &PgPool, series: Series) -> Result<RegistrationNumber, sqlx::Error> {
    let numbers = take(pool, &[series]).await?;
    numbers.first().copied().ok_or(sqlx::Error::RowNotFound)
}

/// The next number of each of these series, as often as it stands there.
pub async fn take(pool: &PgPool, wanted: &[Series]) -> Result<Vec<RegistrationNumber>, sqlx::Error> {
    let mut counts: BTreeMap<Series, i32> = BTreeMap::new();
    for series in wanted {
        *counts.entry(*series).or_default() += 1;
    }
    // In one order, so that two who take many do not wait for each other.
    let (mut regencies, mut years, mut many) = (Vec::new(), Vec::new(), Vec::new());
    for ((regency, year), count) in &counts {
        regencies.push(regency.to_string());
        years.push(i32::from(*year));
        many.push(*count);
    }
    let asked = sqlx::query_as(
        "INSERT INTO registry.registration_number AS n (regency, year, last)
         SELECT * FROM unnest($1::text[], $2::int[], $3::int[])
         ON CONFLICT (regency, year) DO UPDATE SET last = n.last + excluded.last
         RETURNING regency, year, last",
    )
    .bind(regencies)
    .bind(years)
    .bind(many);
    let rows: Vec<(String, i32, i32)> = answered(asked.fetch_all(pool)).await?;
    let mut next: BTreeMap<Series, u32> = BTreeMap::new();
    for (regency, year, last) in rows {
        let broken = || sqlx::Error::Decode("a series of numbers is not understood".into());
        let series = (regency.parse().map_err(|_| broken())?, u16::try_from(year).map_err(|_| broken())?);
        let count = counts.get(&series).copied().unwrap_or_default();
        next.insert(series, u32::try_from(last - count).map_err(|_| broken())?);
    }
    let number = |series: &Series| {
        let serial = next.get_mut(series)?;
        *serial += 1;
        Some(RegistrationNumber { regency: series.0, year: series.1, serial: *serial })
    };
    let numbers: Option<Vec<_>> = wanted.iter().map(number).collect();
    numbers.ok_or_else(|| sqlx::Error::Decode("a series of numbers was not answered".into()))
}
