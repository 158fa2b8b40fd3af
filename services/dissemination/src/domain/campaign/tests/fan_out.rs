//! Each community once, along one order, and nobody who is no more.

use super::*;

fn ids(numbers: impl IntoIterator<Item = u128>) -> Vec<CommunityId> {
    numbers.into_iter().map(|n| CommunityId(Uuid::from_u128(n))).collect()
}

fn assigned(given: Vec<Command>, when: Command) -> Vec<Assignment> {
    let events = decide(after(given).as_ref(), when).expect("a batch");
    let assignment = |event| if let Event::Assigned(assignment) = event { Some(assignment) } else { None };
    events.into_iter().filter_map(assignment).collect()
}

#[test]
fn batches_are_numbered_without_a_gap_and_go_on_where_the_last_one_ended() {
    let first = assigned(started(), assign(None, papua(), OPENS));
    let expected = Assignment {
        batch: 1,
        kind: AssignmentKind::Initial,
        regency: region("94.71"),
        communities: communities(0, 0),
        deferred: Vec::new(),
        position: RegistryPosition(100),
        material: outline("00").material,
        version: Version::FIRST,
        through: communities(0, 0).last().copied(),
        skipped: 0,
        at: OPENS,
    };
    assert_eq!(first, [expected]);
    let one_done = with(started(), assign(None, papua(), OPENS));
    let second = assign(last(&papua()), riau(), OPENS_IN_RIAU);
    assert_eq!(assigned(one_done.clone(), second).first().map(|batch| batch.batch), Some(2));
    // Another worker had read the same batch.
    assert_eq!(assigned(one_done, assign(None, papua(), OPENS)), []);
}

#[test]
fn a_batch_of_the_audience_is_refused_when_it_does_not_fit() {
    let one_done = || with(started(), assign(None, papua(), OPENS));
    let second = |group| assign(last(&papua()), group, OPENS_IN_RIAU);
    let error = |error: CampaignError| Refusal::from(error);
    let code = |text: &str| region(text).code;
    for (name, given, when, refusal) in [
        ("nobody", started(), assign(None, group("94.71", vec![]), OPENS), CampaignError::BatchEmpty),
        (
            "of a province",
            started(),
            assign(None, group("94", communities(0, 0)), OPENS),
            CampaignError::BatchOfNoRegency(code("94")),
        ),
        ("501", started(), assign(None, group("94.71", ids(0..501)), OPENS), CampaignError::BatchTooLarge),
        ("backwards", started(), assign(None, group("94.71", ids([2, 1])), OPENS), CampaignError::BatchUnordered),
        ("one twice", started(), assign(None, group("94.71", ids([1, 1])), OPENS), CampaignError::BatchUnordered),
        ("behind", one_done(), second(group("94.70", ids([1]))), CampaignError::BatchBehind),
        ("the same", one_done(), second(group("94.71", ids([2]))), CampaignError::BatchBehind),
        ("too many", one_done(), second(group("14.01", ids(20..24))), CampaignError::AudienceExceeded(6)),
        ("too early", started(), assign(None, riau(), OPENS), CampaignError::NotOpenYet(code("14.01"))),
        ("too late", started(), assign(None, papua(), OVER), CampaignError::WindowOver(code("94.71"))),
    ] {
        assert_eq!(refused(given, when), error(refusal), "{name}");
    }
    assert_eq!(refused(one_done(), FINISH), error(CampaignError::AudienceIncomplete { done: 3, size: 6 }));
}

#[test]
fn who_is_taken_out_before_the_turn_comes_is_passed_over_and_counted_as_done() {
    let gone = with(started(), release(group("94.71", ids([1]))));
    let batch = assigned(gone.clone(), assign(None, papua(), OPENS));
    assert_eq!(
        batch.iter().map(|batch| (batch.communities.clone(), batch.skipped)).collect::<Vec<_>>(),
        [(ids([0, 2]), 1)]
    );
    // A whole batch may be gone: the fan-out goes on after it.
    let all_gone = with(with(started(), release(papua())), assign(None, papua(), OPENS));
    let fan_out = after(all_gone.clone()).and_then(|campaign| campaign.stage.fan_out().cloned()).expect("started");
    assert_eq!((fan_out.cursor, fan_out.done, fan_out.assigned()), (last(&papua()), 3, 0));
    let drawn = [all_gone, vec![assign(last(&papua()), riau(), OPENS_IN_RIAU), FINISH]].concat();
    assert!(after(drawn).and_then(|campaign| campaign.stage.fan_out().cloned()).is_some_and(|fan_out| fan_out.drawn));
    // Once is enough.
    assert_eq!(decide(after(gone).as_ref(), release(group("94.71", ids([1])))), Ok(vec![]));
}

#[test]
fn newcomers_come_after_the_audience_each_once_and_by_regency() {
    let come = |groups, up_to| newcomers(groups, up_to);
    let new = || vec![group("94.71", ids([101, 102])), group("14.01", ids([121]))];
    assert_eq!(refused(started(), come(new(), 110)), CampaignError::AudienceNotDrawn.into());
    let batches = assigned(drawn(), come(new(), 110));
    let told: Vec<(u32, AssignmentKind, RegistryPosition, usize)> =
        batches.iter().map(|batch| (batch.batch, batch.kind, batch.position, batch.communities.len())).collect();
    let at = RegistryPosition(110);
    assert_eq!(told, [(3, AssignmentKind::Newcomer, at, 2), (4, AssignmentKind::Newcomer, at, 1)]);
    let joined = with(drawn(), come(new(), 110));
    assert_eq!(assigned(joined.clone(), come(new(), 110)), [], "the same position again");
    let again = assigned(joined, come(vec![group("94.71", ids([102, 103]))], 111));
    assert_eq!(again.iter().map(|batch| batch.communities.clone()).collect::<Vec<_>>(), [ids([103])]);
    // In Papua the window is over, in Riau it is not.
    let late = Command::AssignNewcomers {
        groups: new(),
        over_quota: BTreeSet::new(),
        up_to: RegistryPosition(110),
        now: OVER,
    };
    assert_eq!(assigned(drawn(), late).iter().map(|batch| batch.regency).collect::<Vec<_>>(), [region("14.01")]);
}

/// What became of each batch: how it came to be, who got it, and who is deferred.
fn parted(batches: &[Assignment]) -> Vec<(AssignmentKind, Vec<CommunityId>, Vec<CommunityId>)> {
    batches.iter().map(|batch| (batch.kind, batch.communities.clone(), batch.deferred.clone())).collect()
}

#[test]
fn whose_week_is_full_waits_and_gets_it_once_it_is_not() {
    let full = ids([0, 2]);
    let first = whose_week_is_full(&full, assign(None, papua(), OPENS));
    assert_eq!(parted(&assigned(started(), first.clone())), [(AssignmentKind::Initial, ids([1]), full.clone())]);
    // Their turn is over all the same.
    let drawn = [started(), vec![first, assign(last(&papua()), riau(), OPENS_IN_RIAU), FINISH]].concat();
    let waiting = |given: &[Command]| {
        after(given.to_vec()).and_then(|campaign| campaign.stage.fan_out().map(FanOut::waiting)).expect("it runs")
    };
    assert_eq!(waiting(&drawn), [group("94.71", full.clone())]);
    // Who got it, and whose week is still full, is passed over; so is whoever waits elsewhere.
    let again = whose_week_is_full(&ids([2]), deferred(papua()));
    assert_eq!(parted(&assigned(drawn.clone(), again.clone())), [(AssignmentKind::Deferred, ids([0]), vec![])]);
    assert_eq!(assigned(drawn.clone(), deferred(group("14.01", full.clone()))), []);
    let given = with(drawn.clone(), again.clone());
    assert_eq!(assigned(given.clone(), again), [], "once");
    // Up to the end of the window there.
    let late = Command::AssignDeferred { group: papua(), over_quota: BTreeSet::new(), now: OVER };
    assert_eq!(assigned(given.clone(), late), []);
    let completed = Event::Completed { communities: 5, drawn: true, deferred: 1, at: OVER_IN_RIAU };
    assert_eq!(decide(after(given.clone()).as_ref(), COMPLETE), Ok(vec![completed]));
    // Who is no more does not wait.
    assert_eq!(waiting(&with(given, release(group("94.71", ids([2]))))), []);
}

#[test]
fn newcomers_have_a_quota_too() {
    let new = || vec![group("94.71", ids([101, 102])), group("14.01", ids([121]))];
    let come = whose_week_is_full(&ids([101, 121]), newcomers(new(), 110));
    let both = [(AssignmentKind::Newcomer, ids([102]), ids([101])), (AssignmentKind::Newcomer, vec![], ids([121]))];
    assert_eq!(parted(&assigned(drawn(), come.clone())), both);
    let joined = with(drawn(), come);
    assert_eq!(assigned(joined.clone(), newcomers(new(), 111)), [], "they wait, and do not come anew");
    let batch = assigned(joined, deferred(group("14.01", ids([121]))));
    assert_eq!(
        batch.iter().map(|batch| (batch.batch, batch.position)).collect::<Vec<_>>(),
        [(5, RegistryPosition(110))]
    );
}

#[test]
fn what_is_important_or_urgent_passes_the_quota() {
    for priority in [Priority::Important, Priority::Urgent] {
        let mut given = started();
        given.insert(1, Command::Amend { plan: plan(|plan| plan.priority = priority), today: TODAY });
        let all = whose_week_is_full(&papua().communities, assign(None, papua(), OPENS));
        assert_eq!(
            parted(&assigned(given, all)),
            [(AssignmentKind::Initial, communities(0, 0), vec![])],
            "{priority:?}"
        );
    }
}

#[test]
fn newcomers_come_where_the_window_is_open() {
    let in_papua = with(with(vec![draft(), schedule(), start(3)], assign(None, papua(), OPENS)), FINISH);
    let new = || vec![group("94.71", ids([101])), group("14.01", ids([121]))];
    let come = |now| Command::AssignNewcomers {
        groups: new(),
        over_quota: BTreeSet::new(),
        up_to: RegistryPosition(110),
        now,
    };
    let regencies = |now| assigned(in_papua.clone(), come(now)).iter().map(|batch| batch.regency).collect::<Vec<_>>();
    assert_eq!(regencies(OPENS), [region("94.71")]);
    assert_eq!(regencies(OPENS_IN_RIAU), [region("94.71"), region("14.01")]);
}

#[test]
fn the_order_goes_from_east_to_west() {
    let key = |code| group(code, ids([1])).first().expect("one").key();
    let codes = ["81.01", "94.71", "51.01", "73.01", "11.01", "61.01"];
    assert!(codes.is_sorted_by_key(|code| key(code)));
}
