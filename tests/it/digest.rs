//! Count and digest of a range of the log: what a reader of a part compares its own with.

use kim_contract::log::v1::{DigestRequest, EventFilter, ReadRequest, event_log_service_client::EventLogServiceClient};
use kim_eventlog::{Log, Position, Recorded, Tally};
use tokio_util::sync::CancellationToken;
use tonic::{Code, Status, transport::Channel};
use uuid::Uuid;

use crate::harness::{Servers, events_from, member_at, plain_event, serve};

/// Whether an event matches; the second is one whose aggregate may be asked for.
type Matches = fn(&Recorded, &Recorded) -> bool;

/// 60 events of two provinces and three regencies, of two types, some without a payload.
async fn fill(log: &Log) -> Vec<Recorded> {
    for (i, place) in [("14", "1401"), ("14", "1402"), ("13", "1301")].iter().cycle().take(30).enumerate() {
        let mut member = member_at(place.0, place.1, Uuid::now_v7(), 0);
        let mut second = plain_event(if i % 4 == 0 { "" } else { "ä\0x" });
        second.place = member.events[0].place.clone();
        second.event_type = "kim.registry.v1.CommunityAmended";
        member.events.push(second);
        log.append(member).await.unwrap();
    }
    events_from(log, Position::START.next()).await
}

async fn digest(
    client: &mut EventLogServiceClient<Channel>,
    filter: &EventFilter,
    from_position: i64,
    to_position: i64,
) -> Result<Tally, Status> {
    let request = DigestRequest { filter: Some(filter.clone()), from_position, to_position };
    let answer = client.digest(request).await?.into_inner();
    assert_eq!(answer.filter.as_ref(), Some(filter));
    let digest = u128::from_be_bytes(answer.digest.try_into().expect("16 bytes"));
    Ok(Tally { count: answer.count, digest })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_is_that_of_the_events_that_match_and_ranges_add_up() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let mut client = EventLogServiceClient::new(serve(&log).await);
    assert_eq!(digest(&mut client, &EventFilter::default(), 1, 1).await.unwrap_err().code(), Code::OutOfRange);
    let events = fill(&log).await;

    let region = |code: &str| EventFilter { region_code: code.into(), ..EventFilter::default() };
    let of_type = |name: &str| EventFilter { types: vec![name.into()], ..EventFilter::default() };
    let of_one = EventFilter { aggregate_id: events[7].aggregate.to_string(), ..region("14") };
    let cases: [(EventFilter, usize, Matches); 6] = [
        (EventFilter::default(), 60, |_, _| true),
        (region("14"), 40, |event, _| event.subject.contains(".14.")),
        (region("14.02"), 20, |event, _| event.subject.contains(".14.1402.")),
        (region("12"), 0, |_, _| false),
        (of_type("kim.registry.v1.CommunityAmended"), 30, |event, _| event.event_type.ends_with("Amended")),
        (of_one, 2, |event, one| event.aggregate == one.aggregate),
    ];
    for (filter, count, matches) in cases {
        let wanted: Vec<&Recorded> = events.iter().filter(|event| matches(event, &events[7])).collect();
        assert_eq!(wanted.len(), count, "{filter:?}");
        let all = digest(&mut client, &filter, 1, 60).await.unwrap();
        assert_eq!(all, wanted.iter().copied().collect(), "{filter:?}");
        let mut pieces = Tally::default();
        for (from, to) in [(1, 1), (2, 35), (36, 60)] {
            pieces = pieces.plus(digest(&mut client, &filter, from, to).await.unwrap());
        }
        assert_eq!(pieces, all, "{filter:?}");
    }
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_range_that_costs_too_much_or_is_not_there_is_refused_with_what_to_ask_instead() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    fill(&log).await;
    let mut client = EventLogServiceClient::new(serve(&log).await);
    let every = EventFilter::default();
    for (from, to, code, said) in [
        (1, 200_001, Code::InvalidArgument, "1 to 200000 positions"),
        (0, 5, Code::InvalidArgument, "from 1 on"),
        (6, 5, Code::InvalidArgument, "ask for the pieces"),
        (1, 61, Code::OutOfRange, "ends at 60"),
        (1, 200_000, Code::OutOfRange, "ends at 60"),
    ] {
        let refused = digest(&mut client, &every, from, to).await.unwrap_err();
        assert!(refused.code() == code && refused.message().contains(said), "{from} to {to}: {refused:?}");
    }
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_aggregate_is_read_by_its_own_index_within_the_rest_of_the_filter() {
    let servers = Servers::start().await;
    let stop = CancellationToken::new();
    let log = servers.log(&stop).await;
    let events = fill(&log).await;
    let one = Uuid::now_v7();
    // It goes from a province to another and comes back.
    for (version, place) in [("14", "1401"), ("13", "1301"), ("13", "1302"), ("14", "1402")].into_iter().enumerate() {
        log.append(member_at(place.0, place.1, one, i64::try_from(version).unwrap())).await.unwrap();
    }
    let mut client = EventLogServiceClient::new(serve(&log).await);
    for (from, region_code, types, versions) in [
        (1, "", vec![], vec![1, 2, 3, 4]),
        (62, "", vec![], vec![2, 3, 4]),
        (1, "14", vec![], vec![1, 4]),
        (1, "13.02", vec![], vec![3]),
        (1, "", vec!["kim.registry.v1.CommunityAmended".to_owned()], vec![]),
    ] {
        let filter = EventFilter { aggregate_id: one.to_string(), region_code: region_code.into(), types };
        let request = ReadRequest { from_position: from, filter: Some(filter), follow: false };
        let mut answers = client.read(request).await.unwrap().into_inner();
        let (mut seen, mut looked_at) = (vec![], 0);
        while let Some(answer) = answers.message().await.unwrap() {
            seen.extend(answer.events.iter().map(|event| event.stream_version));
            looked_at = answer.position;
        }
        assert_eq!((seen, looked_at), (versions, i64::try_from(events.len()).unwrap() + 4), "{region_code}");
    }
    stop.cancel();
}
