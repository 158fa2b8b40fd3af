//! What a request asks for, parsed at the door.

use kim_chassis::errors::Fault;
use kim_contract::{reporting::v1 as proto, r#type::v1 as common};
use kim_territory::{Adopted, Decree, RegionCode, Territory, Zone};
use time::OffsetDateTime;

use crate::{
    context::Context,
    pages::{Basis, Month},
};

/// Says what time it is.
pub type Clock = fn() -> OffsetDateTime;

/// As many months as one answer holds.
const MOST_MONTHS: i32 = 240;
/// No figure is older: KIM come from the rule of 2010, their forerunners from the nineties.
const EARLIEST: (i32, u8) = (1990, 1);

/// Months from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub from: Month,
    pub to: Month,
}

/// A region that is asked about, of the territory named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub region: RegionCode,
    /// The one in force when none is named.
    pub territory: Option<Decree>,
}

/// A region of a territory that was adopted; the nation when none is named. A code of an older list of which it is not known
/// what became of it is taken to where it lies today.
pub fn region(region: Option<&common::Region>, field: &'static str, adopted: &Adopted) -> Result<Asked, Fault> {
    let Some(region) = region else { return Ok(Asked { region: RegionCode::NATION, territory: None }) };
    let field = format!("{field}.code");
    let refuse = |message: String| {
        let detail = format!("{field} is no region of the territory");
        Fault::invalid("REGION_UNKNOWN", message.clone(), detail).violation(field.clone(), message)
    };
    let code: RegionCode = region.code.parse().map_err(|error| refuse(format!("{error}.")))?;
    let territory: Option<Decree> = match region.decree.as_str() {
        "" => None,
        text => Some(text.parse().map_err(|error| refuse(format!("{error}.")))?),
    };
    let in_force = adopted.in_force();
    let known = |decree: Decree, code: RegionCode| {
        let region = Territory::of(decree).require(&code).map(|region| region.code);
        region.map_err(|error| refuse(format!("{error}.")))
    };
    match territory {
        Some(decree) if adopted.decrees().any(|adopted| adopted == decree) => {
            Ok(Asked { region: known(decree, code)?, territory })
        }
        Some(decree) if decree > in_force => Err(not_in_force(decree)),
        Some(older) => {
            let today = adopted.territory().moved(&code, older).unwrap_or(code);
            Ok(Asked { region: known(in_force, today)?, territory: None })
        }
        None => Ok(Asked { region: known(in_force, code)?, territory: None }),
    }
}

/// Nothing is counted by a territory that was not adopted.
pub fn not_in_force(decree: Decree) -> Fault {
    let message = format!(
        "Daftar wilayah {decree} belum berlaku di registri ini. Kosongkan decree untuk memakai yang berlaku, atau tulis daftar \
         yang pernah berlaku."
    );
    Fault::invalid("TERRITORY_NOT_IN_FORCE", message.clone(), "that territory is not adopted")
        .violation("region.decree", message)
}

/// No regions of today are that older one and nothing else.
pub fn untold(region: RegionCode, decree: Decree) -> Fault {
    let message = format!(
        "Wilayah {region} dalam daftar {decree} kini bergabung dengan wilayah lain, sehingga angkanya tidak dapat dipisahkan \
         lagi. Minta angka wilayah di atasnya, atau wilayah menurut daftar yang berlaku."
    );
    Fault::invalid("REGION_NOT_TOLD_APART", message.clone(), "no regions in force are that one and nothing else")
        .violation("region.code", message)
}

/// Figures of a log that was never heard of: nothing says whether it is a simulated one.
pub fn unheard(context: Context) -> Fault {
    let message =
        format!("Layanan {context} belum pernah menjawab, sehingga angkanya belum ada. Coba lagi beberapa menit lagi.");
    Fault::new(tonic::Code::Unavailable, "LOG_NEVER_HEARD", message, "that service has never said what its log is")
}

/// A village has no parts to list.
pub fn no_parts(village: RegionCode) -> Fault {
    let message = format!(
        "Wilayah {village} adalah desa/kelurahan dan tidak terbagi lagi. Minta angkanya dengan GetExistence atau GetCoverage."
    );
    Fault::invalid("REGION_HAS_NO_PARTS", message.clone(), "a village has no parts").violation("parent.code", message)
}

/// The basis of that number in the contract.
pub fn basis(number: i32) -> Result<Basis, Fault> {
    match proto::DateBasis::try_from(number) {
        Ok(proto::DateBasis::Unspecified | proto::DateBasis::Happened) => Ok(Basis::Happened),
        Ok(proto::DateBasis::Recorded) => Ok(Basis::Recorded),
        Err(_) => {
            let message =
                "Dasar tanggal tidak dikenal. Tulis HAPPENED (tanggal kejadian) atau RECORDED (tanggal pencatatan).";
            Err(Fault::invalid("BASIS_UNKNOWN", message, "no such date basis").violation("basis", message))
        }
    }
}

/// The month that is running in Jakarta: a national figure has one calendar.
pub fn running(clock: Clock) -> Month {
    Month::of(Zone::JAKARTA.date_of(clock()))
}

/// The month asked for, or the last closed one.
pub fn month(asked: Option<proto::Month>, clock: Clock) -> Result<Month, Fault> {
    named(asked, "month", clock).map(|month| month.unwrap_or_else(|| running(clock).plus(-1)))
}

/// The months asked for; one that is not named is the other, and without either the last closed one.
pub fn months(from: Option<proto::Month>, to: Option<proto::Month>, clock: Clock) -> Result<Range, Fault> {
    let (from, to) = (named(from, "from", clock)?, named(to, "to", clock)?);
    let closed = running(clock).plus(-1);
    let to = to.or(from).unwrap_or(closed);
    let from = from.unwrap_or(to);
    let refuse = |reason, message: String, detail| {
        Err(Fault::invalid(reason, message.clone(), detail).violation("from", message))
    };
    match to.since(from) {
        months if months < 0 => refuse(
            "MONTHS_REVERSED",
            format!("Bulan awal ({from}) sesudah bulan akhir ({to}). Tukar keduanya."),
            "from is after to",
        ),
        months if months >= MOST_MONTHS => refuse(
            "TOO_MANY_MONTHS",
            format!("Rentang {from} sampai {to} lebih dari {MOST_MONTHS} bulan. Minta dalam beberapa bagian."),
            "more than 240 months",
        ),
        _ => Ok(Range { from, to }),
    }
}

fn named(month: Option<proto::Month>, field: &'static str, clock: Clock) -> Result<Option<Month>, Fault> {
    let Some(asked) = month else { return Ok(None) };
    let running = running(clock);
    let earliest = Month::new(EARLIEST.0, EARLIEST.1).expect("the earliest month is a month");
    let found = u8::try_from(asked.month).ok().and_then(|month| Month::new(asked.year, month));
    if let Some(month) = found.filter(|month| (earliest..=running).contains(month)) {
        return Ok(Some(month));
    }
    let message = format!(
        "Bulan {:04}-{:02} di luar jangkauan. Tulis bulan dari {earliest} sampai {running}.",
        asked.year, asked.month
    );
    let detail = "a month is from 1990-01 to the running one";
    Err(Fault::invalid("MONTH_OUT_OF_RANGE", message.clone(), detail).violation(field, message))
}

#[cfg(test)]
mod tests {
    use kim_territory::{ActKind, RegionStep, Step};

    use super::*;

    /// 1 November in Jakarta, and still October in Greenwich.
    fn november() -> OffsetDateTime {
        time::macros::datetime!(2022-10-31 18:00 UTC)
    }

    #[allow(clippy::unnecessary_wraps, reason = "as a request has it")]
    fn asked(year: i32, month: i32) -> Option<proto::Month> {
        Some(proto::Month { year, month })
    }

    fn range(from: &str, to: &str) -> Range {
        Range { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    fn reason<T: std::fmt::Debug>(outcome: Result<T, Fault>) -> &'static str {
        outcome.expect_err("refused").reason
    }

    #[test]
    fn months_that_are_not_named_are_the_last_closed_one() {
        assert_eq!(months(None, None, november), Ok(range("2022-10", "2022-10")));
        assert_eq!(months(asked(2020, 2), None, november), Ok(range("2020-02", "2020-02")));
        assert_eq!(months(None, asked(2020, 2), november), Ok(range("2020-02", "2020-02")));
        assert_eq!(months(asked(2019, 1), asked(2022, 11), november), Ok(range("2019-01", "2022-11")));
        assert_eq!(month(None, november), Ok("2022-10".parse().unwrap()));
    }

    #[test]
    fn months_without_end_are_refused() {
        assert_eq!(reason(months(asked(2022, 12), None, november)), "MONTH_OUT_OF_RANGE");
        assert_eq!(reason(months(asked(2022, 13), None, november)), "MONTH_OUT_OF_RANGE");
        assert_eq!(reason(months(asked(-1, 1), None, november)), "MONTH_OUT_OF_RANGE");
        assert_eq!(reason(months(asked(2021, 2), asked(2021, 1), november)), "MONTHS_REVERSED");
        assert_eq!(reason(months(asked(2002, 1), asked(2022, 1), november)), "TOO_MANY_MONTHS");
        assert!(months(asked(2002, 2), asked(2022, 1), november).is_ok());
    }

    #[test]
    fn a_region_is_todays_or_refused_with_a_remedy() {
        let adopted = Adopted::default();
        let region = |code: &str, decree: &str| {
            let region = common::Region { code: code.into(), decree: decree.into() };
            super::region(Some(&region), "region", &adopted).map(|asked| asked.region)
        };
        assert_eq!(super::region(None, "region", &adopted), Ok(Asked { region: RegionCode::NATION, territory: None }));
        assert_eq!(region("14.01", ""), Ok("14.01".parse().unwrap()));
        assert_eq!(region("92.71", "2022"), Ok("96.71".parse().unwrap()));
        for (code, decree) in [("99", ""), ("14.99", ""), ("92.71", "2025"), ("abc", ""), ("14", "1999"), ("", "")] {
            let fault = region(code, decree).expect_err("refused");
            assert_eq!((fault.reason, fault.violations[0].field.as_str()), ("REGION_UNKNOWN", "region.code"));
        }
        let fault = region("92.71", "").expect_err("refused");
        assert!(fault.message_id.contains("96.71"), "{}", fault.message_id);
    }

    #[test]
    fn a_region_is_one_of_the_territory_that_is_named() {
        let mut adopted = Adopted::default();
        adopted.adopt(Decree::D2022, None);
        let rows = vec![RegionStep { old: Some("92.71".parse().unwrap()), new: None, kind: ActKind::Gone }];
        adopted.adopt(Decree::D2023, Some(Step { from: Decree::D2022, to: Decree::D2023, rows }));
        let region = |code: &str, decree: &str| {
            super::region(Some(&common::Region { code: code.into(), decree: decree.into() }), "region", &adopted)
        };
        let asked = |code: &str, territory| Ok(Asked { region: code.parse().unwrap(), territory });
        assert_eq!(region("96.71", ""), asked("96.71", None));
        assert_eq!(region("96.71", "2023"), asked("96.71", Some(Decree::D2023)));
        assert_eq!(region("92.71", "2022"), asked("92.71", Some(Decree::D2022)));
        assert_eq!(reason(region("96.71", "2022")), "REGION_UNKNOWN");
        assert_eq!(reason(region("96.71", "2025")), "TERRITORY_NOT_IN_FORCE");
    }
}
