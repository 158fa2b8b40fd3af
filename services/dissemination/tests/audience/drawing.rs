use std::collections::BTreeSet;

use kim_dissemination::{
    audience::{DrawError, Member},
    domain::{campaign::Cursor, ids::CommunityId},
};
use rand::RngExt;

use crate::{
    history::{Community, Fact, History, TODAY},
    question::{Question, communities, count, cursor},
    rig::{Rig, at, seed},
};

const EVENTS: usize = 2_500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_audience_is_at_every_position_what_a_recount_of_the_events_says_and_stays_so() {
    let mut history = History::random(seed(), EVENTS);
    let rig = Rig::start().await;
    let mut keeper = rig.keeper().await;
    let mut asked = Vec::new();
    let mut sent = 0;
    while sent < history.told.len() {
        let some = history.rng.random_range(1..=300).min(history.told.len() - sent);
        rig.append(&history.told[sent..sent + some]).await;
        sent += some;
        match history.rng.random_range(0..6) {
            0 => {
                keeper.kill().await;
                keeper = rig.keeper().await;
            }
            1 => {
                keeper.stop().await;
                keeper = rig.keeper().await;
            }
            2 => continue,
            _ => {}
        }
        let head = i64::try_from(sent).unwrap();
        rig.until(head).await;
        let question = Question::random(&mut history);
        let position = history.rng.random_range(0..=head);
        is_as_recounted(&rig, &mut history, &question, position).await;
        asked.push((question, position));
    }
    let head = i64::try_from(sent).unwrap();
    rig.until(head).await;
    for (question, position) in asked {
        is_as_recounted(&rig, &mut history, &question, position).await;
    }
    let (mut found, mut partners) = (0, 0);
    for _ in 0..150 {
        let question = Question::random(&mut history);
        let position = history.rng.random_range(0..=head);
        let members = is_as_recounted(&rig, &mut history, &question, position).await;
        found += members;
        partners += if question.wants_partners() { members } else { 0 };
    }
    println!("{found} communities in 150 audiences, {partners} of them as partners");
    assert!(found > 150 && partners > 0);
    keeper.stop().await;
}

/// Every question about an audience at a position, compared with a recount. How many are in it.
async fn is_as_recounted(rig: &Rig, history: &mut History, question: &Question, position: i64) -> usize {
    let (audiences, criteria, now) = (&rig.audiences, question.criteria(), at(position));
    let members = question.members(history, position);
    let told = |what: &str| format!("{what} at {position}: {question:?}");

    assert_eq!(audiences.count(&criteria, now).await.unwrap(), count(&members), "{}", told("count"));

    let size = history.rng.random_range(1..=members.len() + 2);
    let mut paged: Vec<Member> = Vec::new();
    loop {
        let after = paged.last().map(Member::cursor);
        let page = audiences.page(&criteria, now, after, size).await.unwrap();
        let is_last = page.len() < size;
        paged.extend(page);
        if is_last {
            break;
        }
    }
    assert_same(&paged, &members, &told("pages"));
    // From a cursor where nobody stands, too.
    let regency = history.some_seat().code.regency().unwrap();
    let after = Cursor { regency, community: CommunityId(history.id()) };
    let rest: Vec<Community> = members.iter().filter(|member| cursor(member).key() > after.key()).cloned().collect();
    let page = audiences.page(&criteria, now, Some(after), usize::MAX).await.unwrap();
    assert_same(&page, &rest, &told("the rest"));

    let most = history.rng.random_range(0..20);
    let sample = audiences.sample(&criteria, now, most).await.unwrap();
    assert_eq!(sample.len(), most.min(members.len()), "{}", told("sample"));
    assert!(sample.iter().all(|member| paged.contains(member)), "{}", told("sample"));
    assert_eq!(sample, audiences.sample(&criteria, now, most).await.unwrap(), "{}", told("sample"));

    let earlier = history.rng.random_range(0..=position);
    let before = question.members(history, earlier);
    let ids = |members: &[Community]| members.iter().map(|member| member.id).collect::<BTreeSet<_>>();
    let (ids_before, ids_now) = (ids(&before), ids(&members));
    let joined: Vec<Community> = members.iter().filter(|member| !ids_before.contains(&member.id)).cloned().collect();
    assert_same(
        &audiences.joined_since(&criteria, at(earlier), now).await.unwrap(),
        &joined,
        &told(&format!("joined since {earlier}")),
    );
    let mut left: Vec<Community> = communities(history, position).into_values().collect();
    left.retain(|community| ids_before.contains(&community.id) && !ids_now.contains(&community.id));
    left.sort_by_key(|community| cursor(community).key());
    assert_same(
        &audiences.left_since(&criteria, at(earlier), now).await.unwrap(),
        &left,
        &told(&format!("left since {earlier}")),
    );
    members.len()
}

fn assert_same(found: &[Member], recounted: &[Community], what: &str) {
    let recounted: Vec<Member> = recounted
        .iter()
        .map(|community| Member {
            community: community.id,
            name: community.name.clone(),
            seat: community.seat,
            regency: community.seat.code.regency().unwrap(),
            status: community.status,
            base_group: community.base_group,
        })
        .collect();
    assert_eq!(found, recounted, "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_office_is_called_and_placed_as_the_log_has_it_at_a_position() {
    let history = History::random(seed(), EVENTS);
    let rig = Rig::start().await;
    let keeper = rig.keeper().await;
    rig.append(&history.told).await;
    let mut asked = 0;
    for (position, fact) in &history.facts {
        let Fact::Office(told) = fact else { continue };
        let office = rig.audiences.office(told.id, at(*position)).await.unwrap().unwrap();
        assert_eq!((office.region, office.closed_on), (told.region, told.closed_on));
        for day in [TODAY - time::Duration::days(400), TODAY, TODAY + time::Duration::days(400)] {
            let newest = told.names.iter().filter(|(from, _)| *from <= day).max_by_key(|(from, _)| *from);
            // Of two names from one day the later told holds.
            let first = told.names.iter().rev().min_by_key(|(from, _)| *from);
            assert_eq!(*office.names.on(day), newest.or(first).unwrap().1, "{told:?}");
        }
        asked += 1;
    }
    assert!(asked > 20);
    let before = history.facts.iter().find_map(|(position, fact)| match fact {
        Fact::Office(office) => Some((position - 1, office.id)),
        _ => None,
    });
    let (position, id) = before.unwrap();
    assert_eq!(rig.audiences.office(id, at(position)).await.unwrap(), None);
    keeper.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_that_the_copy_does_not_come_to_is_waited_for_and_then_told() {
    let mut history = History::random(1, 200);
    let rig = Rig::start().await;
    let keeper = rig.keeper().await;
    rig.append(&history.told[..100]).await;
    let question = Question::random(&mut history);
    let asking = tokio::spawn({
        let (audiences, question) = (rig.audiences.clone(), question.clone());
        async move { audiences.count(&question.criteria(), at(101)).await }
    });
    rig.append(&history.told[100..101]).await;
    assert_eq!(asking.await.unwrap().unwrap(), count(&question.members(&history, 101)));
    let error = rig.audiences.count(&question.criteria(), at(102)).await.unwrap_err();
    assert!(matches!(error, DrawError::Behind { at: there, wanted } if there == at(101) && wanted == at(102)));
    keeper.stop().await;
}
