//! A correction or a withdrawal reaches every batch that got an older version, once.

use super::*;

fn notices(state: Option<&Campaign>) -> Vec<(NoticeKind, u32, u32)> {
    let events = decide(state, ISSUE).expect("notices");
    let told = |event| match event {
        Event::NoticeIssued { notice, batch, .. } => (notice.kind, notice.version.number(), batch),
        other => panic!("{other:?}"),
    };
    events.into_iter().map(told).collect()
}

#[test]
fn a_correction_follows_those_who_got_an_older_version_and_later_ones_get_the_new_one() {
    let corrected = with(drawn(), replace(2, RevisionReason::Correction));
    let corrected = with(corrected, newcomers(vec![group("14.02", communities(3, 100))], 110));
    let state = after(corrected.clone());
    let fan_out = state.as_ref().and_then(|campaign| campaign.stage.fan_out()).expect("it runs");
    assert_eq!(fan_out.batches.iter().map(|batch| batch.version.number()).collect::<Vec<_>>(), [1, 1, 2]);
    assert_eq!(notices(state.as_ref()), [(NoticeKind::Corrected, 2, 1), (NoticeKind::Corrected, 2, 2)]);
    let told = with(corrected, ISSUE);
    assert_eq!(notices(after(told.clone()).as_ref()), []);
    // Another correction goes to all three.
    let again = after(with(told, replace(3, RevisionReason::Correction)));
    assert_eq!(notices(again.as_ref()).iter().map(|(_, _, batch)| *batch).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn an_update_is_for_those_who_come_later_and_leaves_a_correction_on_its_way() {
    let updated = with(drawn(), replace(2, RevisionReason::Update));
    assert_eq!(notices(after(updated.clone()).as_ref()), []);
    let both = [drawn(), vec![replace(2, RevisionReason::Correction), replace(3, RevisionReason::Addition)]].concat();
    assert_eq!(notices(after(both).as_ref()), [(NoticeKind::Corrected, 2, 1), (NoticeKind::Corrected, 2, 2)]);
    assert_eq!(decide(after(updated).as_ref(), replace(2, RevisionReason::Correction)), Ok(vec![]), "known already");
}

#[test]
fn a_withdrawal_stops_the_campaign_and_is_told_to_all_whatever_became_of_it() {
    let withdrawn = |to_notify| Event::MaterialWithdrawn { version: Version::FIRST, to_notify, at: OPENS };
    let reason = CancellationReason::MaterialWithdrawn;
    let cancelled = Event::Cancelled { reason, note: None, at: OPENS };
    for (name, given, then) in [
        ("a draft", vec![draft()], vec![cancelled.clone()]),
        ("a scheduled one", vec![draft(), schedule()], vec![cancelled.clone()]),
        ("a started one", started(), vec![withdrawn(0), cancelled.clone()]),
        ("a running one", drawn(), vec![withdrawn(2), cancelled.clone()]),
        ("a paused one", with(drawn(), pause()), vec![withdrawn(2), cancelled]),
        ("a completed one", with(drawn(), COMPLETE), vec![withdrawn(2)]),
        ("a cancelled one", with(drawn(), cancel(CancellationReason::Other)), vec![withdrawn(2)]),
        ("one that never started", vec![draft(), cancel(CancellationReason::Other)], vec![]),
        ("one that was withdrawn before", with(drawn(), WITHDRAW), vec![]),
    ] {
        assert_eq!(decide(after(given).as_ref(), WITHDRAW), Ok(then), "{name}");
    }
    let told = [(NoticeKind::Withdrawn, 1, 1), (NoticeKind::Withdrawn, 1, 2)];
    assert_eq!(notices(after(with(drawn(), WITHDRAW)).as_ref()), told);
    assert_eq!(notices(after([drawn(), vec![COMPLETE, WITHDRAW]].concat()).as_ref()), told);
}

#[test]
fn a_scheduled_campaign_takes_the_newer_version() {
    let state = after(vec![draft(), schedule(), replace(2, RevisionReason::Update)]).expect("scheduled");
    assert_eq!(state.stage, Stage::Scheduled { version: version(2) });
}

#[test]
fn many_batches_are_told_a_hundred_at_a_time() {
    let mut fan_out =
        FanOut::begun(Draw { position: RegistryPosition(1), decree: Decree::CURRENT, size: 0 }, version(1), OPENS);
    let batch = Batch { regency: region("14.01"), communities: 500, version: version(1) };
    fan_out.batches = vec![batch; 250];
    let mut state = after(started()).expect("started");
    state.stage = Stage::Running(Box::new(fan_out));
    let mut state = decide(Some(&state), replace(2, RevisionReason::Correction))
        .expect("a correction")
        .iter()
        .fold(Some(state), evolve);
    let mut told = Vec::new();
    for _ in 0..4 {
        let events = decide(state.as_ref(), ISSUE).expect("notices");
        told.push(events.len());
        state = events.iter().fold(state, evolve);
    }
    assert_eq!(told, [NOTICES_AT_ONCE, NOTICES_AT_ONCE, 50, 0]);
}
