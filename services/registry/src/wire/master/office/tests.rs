//! What goes into the log comes out of it.

use kim_territory::Decree;
use kim_values::Region;
use time::{
    OffsetDateTime,
    macros::{date, datetime},
};
use uuid::Uuid;

use super::*;
use crate::domain::office::OfficeKind;

const NOW: OffsetDateTime = datetime!(2022-10-06 03:41:00 UTC);

fn events() -> Vec<Event> {
    let region = Region { code: "14.01".parse().expect("a code"), decree: Decree::CURRENT };
    let founding = Founding { name: PublicName::stored("Diskominfo"), kind: OfficeKind::Regency, region };
    let parent = Some(OfficeId(Uuid::from_u128(3)));
    let name = PublicName::stored("Dinas Kominfo");
    vec![
        Event::Established { founding, parent: None, on: date!(2016 - 12 - 01) },
        Event::ParentSet { parent, effective_from: date!(2017 - 01 - 01) },
        Event::Renamed { name, effective_from: date!(2024 - 01 - 01) },
        Event::ParentSet { parent: None, effective_from: date!(2018 - 01 - 01) },
        Event::Closed { on: date!(2022 - 10 - 06) },
        Event::RegionMoved { from: region, to: Region { decree: Decree::D2022, ..region }, on: date!(2022 - 10 - 06) },
    ]
}

#[test]
fn every_event_comes_out_of_the_log_as_it_went_in_and_the_message_says_all_of_the_office() {
    let id = OfficeId(Uuid::from_u128(4));
    let mut state = None;
    for event in events() {
        let happened = Happened { aggregate: id.0, at: NOW, event };
        state = Offices::evolve(state, &happened);
        let written = Offices::encode(&happened, &state);
        assert_eq!((written.place.province.as_str(), written.place.regency.as_str()), ("14", "1401"));
        assert_eq!(Offices::decode(&happened.recorded(&written)), Some(happened));
        let office = state.as_ref().expect("established");
        for day in [date!(2016 - 12 - 01), date!(2024 - 01 - 01)] {
            let message = office_message(id, office, Version::NONE, day);
            assert_eq!(stored_office(&message).as_ref(), Some(office));
            assert_eq!(message.name, office.names.on(day).as_str());
        }
    }
    let Some(Event::Established { founding, on, .. }) = events().into_iter().next() else { panic!("it is the first") };
    let parent = Some(OfficeId(Uuid::from_u128(3)));
    let happened = Happened { aggregate: id.0, at: NOW, event: Event::Established { founding, parent, on } };
    let written = Offices::encode(&happened, &state);
    assert_eq!(Offices::decode(&happened.recorded(&written)), Some(happened));
}
