//! Seats that a territory gives another code.

use super::*;

fn by(code: &str, decree: Decree) -> Region {
    Region { code: code.parse().expect("a code"), decree }
}

fn seated(seat: Region) -> Community {
    Community::Known(Box::new(Record {
        profile: Profile { seat, ..profile() },
        members_on: None,
        board: Board::default(),
        sealed: None,
        change: None,
        stage: Stage::Active(
            Registration { on: REGISTERED, number: Some(number()), rule: None },
            Active { from: REGISTERED, last_activity: TODAY, reminded: true },
        ),
    }))
}

fn moved(community: &Community, from: Region, to: Region) -> Vec<Event> {
    decide(community, Command::MoveSeat { from, to, on: TODAY }).expect("a move is never refused to a community")
}

#[test]
fn within_a_regency_the_seat_moves_and_across_its_border_the_community() {
    let from = by("92.71.01.1001", Decree::D2022);
    for (to, events) in [
        (by("92.71.01.1002", Decree::D2023), 1),
        (by("92.71", Decree::D2023), 1),
        (by("92.71.01.1001", Decree::D2023), 1),
        (by("96.71.01.1001", Decree::D2023), 2),
        (by("92.02.01.1001", Decree::D2023), 2),
        (by("92", Decree::D2023), 2),
    ] {
        let community = seated(from);
        let decided = moved(&community, from, to);
        assert_eq!(decided.len(), events, "{to:?}");
        match &decided[..] {
            [Event::SeatMoved { from: old, to: new, on: TODAY }] => assert_eq!((*old, *new), (from, to)),
            [Event::MovedOut { from: old, to: new, on: TODAY }, Event::MovedIn(arrival)] => {
                assert_eq!((*old, *new, arrival.from, arrival.profile.seat), (from, to, from, to));
                let known = (arrival.status, arrival.registered_on, arrival.number, arrival.last_activity);
                assert_eq!(known, (Status::Active, Some(REGISTERED), Some(number()), Some(TODAY)));
                let out = evolve(community.clone(), &decided[0]);
                assert_eq!(out.known().expect("known").profile.seat, from, "until it is in, it is where it was");
            }
            other => panic!("{other:?}"),
        }
        let after = decided.iter().fold(community.clone(), evolve);
        let (before, after) = (community.known().expect("known"), after.known().expect("known"));
        assert_eq!(*after, Record { profile: Profile { seat: to, ..before.profile.clone() }, ..before.clone() });
        assert_eq!(moved(&Community::Known(Box::new(after.clone())), from, to), [], "once");
    }
    let elsewhere = by("14.01.01.2009", Decree::D2022);
    assert_eq!(moved(&seated(elsewhere), from, by("96.71.01.1001", Decree::D2023)), [], "its seat is not there");
    assert_eq!(moved(&seated(from), from, from), []);
    let nobody = decide(&Community::Absent, Command::MoveSeat { from, to: elsewhere, on: TODAY });
    assert_eq!(nobody, Err(Refusal::CommunityNotFound));
}

#[test]
fn what_is_proposed_at_the_seat_goes_with_it() {
    let (from, to) = (by("92.71.01.1001", Decree::D2022), by("96.71.01.1001", Decree::D2025));
    // What is proposed names its seat by the territory of its own day, which may be a later one with the same code.
    for proposed in [from, by("92.71.01.1001", Decree::D2023)] {
        let profile = Profile { seat: proposed, members: Some(15), ..profile() };
        let id = ChangeId(Uuid::from_u128(5));
        let propose = Command::ProposeChange { id, profile, sealed: None, today: TODAY };
        let proposed = decide(&seated(from), propose).expect("proposed").iter().fold(seated(from), evolve);
        let moved = moved(&proposed, from, to).iter().fold(proposed, evolve);
        let accepted = decide(&moved, Command::AcceptChange { id, today: TODAY }).expect("accepted");
        let after = accepted.iter().fold(moved, evolve);
        let profile = &after.known().expect("known").profile;
        assert_eq!((profile.seat, profile.members), (to, Some(15)));
    }
}
