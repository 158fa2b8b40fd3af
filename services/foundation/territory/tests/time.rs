use kim_territory::{Calendar, HolidayKind, Level, NoCalendar, RegionCode, Territory, WorkingDays, Zone};
use time::macros::{date, datetime};
use time::{Date, UtcOffset};

#[test]
fn each_province_has_its_zone() {
    for province in Territory::current().children(&RegionCode::NATION) {
        let expected = match province.name {
            "Bali" | "Nusa Tenggara Barat" | "Nusa Tenggara Timur" | "Gorontalo" => Zone::Wita,
            "Kalimantan Barat" | "Kalimantan Tengah" => Zone::Wib,
            name if name.starts_with("Kalimantan") || name.starts_with("Sulawesi") => Zone::Wita,
            name if name.starts_with("Maluku") || name.starts_with("Papua") => Zone::Wit,
            _ => Zone::Wib,
        };
        assert_eq!(Zone::of(&province.code), expected, "{province:?}");
        let regency = Territory::current().within(&province.code, Level::Village).next().unwrap();
        assert_eq!(Zone::of(&regency.code), expected, "{regency:?}");
    }
    assert_eq!(Zone::of(&RegionCode::NATION), Zone::JAKARTA);
}

#[test]
fn a_zone_has_its_offset_and_letters() {
    for (zone, hours, letters) in [(Zone::Wib, 7, "WIB"), (Zone::Wita, 8, "WITA"), (Zone::Wit, 9, "WIT")] {
        assert_eq!(zone.offset(), UtcOffset::from_hms(hours, 0, 0).unwrap());
        assert_eq!(zone.abbreviation(), letters);
    }
    let evening = datetime!(2026-01-31 15:30 UTC);
    assert_eq!(Zone::Wib.date_of(evening), date!(2026 - 01 - 31));
    assert_eq!(Zone::Wit.date_of(evening), date!(2026 - 02 - 01));
}

#[test]
fn working_days_are_weekdays_without_holidays_and_collective_leave() {
    for (day, expected) in [
        (date!(2026 - 03 - 17), true),
        (date!(2026 - 03 - 18), false),
        (date!(2026 - 03 - 19), false),
        (date!(2026 - 03 - 20), false),
        (date!(2026 - 03 - 21), false),
        (date!(2026 - 03 - 22), false),
        (date!(2026 - 03 - 23), false),
        (date!(2026 - 03 - 24), false),
        (date!(2026 - 03 - 25), true),
        (date!(2026 - 08 - 15), false),
        (date!(2026 - 08 - 17), false),
        (date!(2026 - 08 - 18), true),
    ] {
        assert_eq!(Calendar::official().is_working_day(day), Ok(expected), "{day}");
    }
    let independence = Calendar::official().holiday(date!(2026 - 08 - 17)).unwrap().unwrap();
    assert_eq!((independence.kind, independence.name), (HolidayKind::National, "Hari Kemerdekaan Republik Indonesia"));
    let both = Calendar::official().holiday(date!(2021 - 05 - 13)).unwrap().unwrap();
    assert_eq!(both.name, "Hari Raya Idul Fitri; Kenaikan Yesus Kristus");
}

#[test]
fn a_deadline_counts_working_days_after_the_day_it_starts_on() {
    for (start, days, end) in [
        (date!(2026 - 08 - 14), 0, date!(2026 - 08 - 14)),
        (date!(2026 - 08 - 14), 1, date!(2026 - 08 - 18)),
        (date!(2026 - 08 - 15), 1, date!(2026 - 08 - 18)),
        (date!(2026 - 03 - 17), 1, date!(2026 - 03 - 25)),
        (date!(2026 - 03 - 13), 3, date!(2026 - 03 - 25)),
        (date!(2025 - 12 - 31), 3, date!(2026 - 01 - 06)),
    ] {
        assert_eq!(Calendar::official().add_working_days(start, WorkingDays::new(days)), Ok(end), "{start} + {days}");
        assert_eq!(Calendar::official().working_days_between(start, end), Ok(WorkingDays::new(days)), "{start}..{end}");
    }
    let backwards = Calendar::official().working_days_between(date!(2026 - 08 - 18), date!(2026 - 08 - 14));
    assert_eq!(backwards, Ok(WorkingDays::new(0)));
}

#[test]
fn a_year_without_a_calendar_is_never_guessed() {
    let calendar = Calendar::official();
    assert!(calendar.years().eq(2018..=2027));
    let none = |year| Err(NoCalendar { year });
    assert_eq!(calendar.is_working_day(date!(2017 - 12 - 31)), none(2017));
    // A Saturday would be free in any year, but what is not known is not answered by halves.
    assert_eq!(calendar.is_working_day(date!(2028 - 01 - 01)), none(2028));
    assert_eq!(calendar.add_working_days(date!(2027 - 12 - 30), WorkingDays::new(60)).map(drop), none(2028).map(drop));
    assert_eq!(calendar.add_working_days(date!(2028 - 01 - 03), WorkingDays::new(0)), Err(NoCalendar { year: 2028 }));
    assert_eq!(calendar.add_working_days(Date::MAX, WorkingDays::new(1)), Err(NoCalendar { year: 9999 }));
    let between = calendar.working_days_between(date!(2027 - 12 - 30), date!(2028 - 01 - 03));
    assert_eq!(between, Err(NoCalendar { year: 2028 }));
    assert_eq!(NoCalendar { year: 2028 }.to_string(), "Kalender hari kerja tahun 2028 belum tersedia");
}
