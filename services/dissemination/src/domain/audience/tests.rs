use kim_territory::Decree;
use uuid::Uuid;

use super::*;

fn region(code: &str) -> Region {
    Region { code: code.parse().expect("a region's code"), decree: Decree::CURRENT }
}

fn ids(numbers: impl IntoIterator<Item = u128>) -> BTreeSet<CommunityId> {
    numbers.into_iter().map(|n| CommunityId(Uuid::from_u128(n))).collect()
}

/// Those that are active in Riau.
fn audience(change: impl FnOnce(&mut Audience)) -> Audience {
    let mut audience = Audience {
        regions: vec![region("14")],
        seat_levels: BTreeSet::new(),
        standings: BTreeSet::from([Standing::Active]),
        base_groups: BTreeSet::new(),
        partnership: Partnership::Any,
        listing: Listing::Everybody,
    };
    change(&mut audience);
    audience
}

fn parsed(audience: Audience) -> Result<Audience, AudienceFlaw> {
    let Audience { regions, seat_levels, standings, base_groups, partnership, listing } = audience;
    Audience::new(regions, seat_levels, standings, base_groups, partnership, listing)
}

#[test]
fn a_community_is_in_an_audience_when_it_fits_all_of_it() {
    let (ours, other) = (OfficeId(Uuid::from_u128(1)), OfficeId(Uuid::from_u128(2)));
    let member = Member {
        community: CommunityId(Uuid::from_u128(7)),
        seat: region("14.01.01.2009").code,
        standing: Standing::Active,
        base_group: BaseGroup::Farmers,
        partners: &[other],
    };
    let cases: [(&str, Audience, bool); 13] = [
        ("its province", audience(|_| {}), true),
        ("the nation", audience(|a| a.regions = vec![region("00")]), true),
        ("another regency", audience(|a| a.regions = vec![region("14.02")]), false),
        ("another regency, and its own", audience(|a| a.regions = vec![region("14.02"), region("14.01")]), true),
        ("villages", audience(|a| a.seat_levels = BTreeSet::from([SeatLevel::Village])), true),
        ("districts", audience(|a| a.seat_levels = BTreeSet::from([SeatLevel::District])), false),
        ("dormant ones", audience(|a| a.standings = BTreeSet::from([Standing::Dormant])), false),
        ("farmers", audience(|a| a.base_groups = BTreeSet::from([BaseGroup::Farmers])), true),
        ("the youth", audience(|a| a.base_groups = BTreeSet::from([BaseGroup::Youth])), false),
        ("partners of anybody", audience(|a| a.partnership = Partnership::InForce), true),
        ("partners of ours", audience(|a| a.partnership = Partnership::WithThisOffice), false),
        ("only listed ones", audience(|a| a.listing = Listing::Only(ids([7, 8]))), true),
        ("all but it", audience(|a| a.listing = Listing::Except(ids([7]))), false),
    ];
    for (name, audience, is_in) in cases {
        assert_eq!(audience.has(&member, ours), is_in, "{name}");
    }
    let with_theirs = audience(|a| a.partnership = Partnership::WithThisOffice);
    assert!(with_theirs.has(&member, other));
}

#[test]
fn an_audience_without_regions_or_statuses_or_with_an_empty_list_is_none() {
    let many = |n: u32| (0..n).map(|n| region(&format!("14.01.{:02}.{:04}", n / 90 + 1, 2001 + n % 90))).collect();
    let cases: [(Audience, AudienceFlaw); 5] = [
        (audience(|a| a.regions.clear()), AudienceFlaw::RegionMissing),
        (audience(|a| a.regions = many(201)), AudienceFlaw::TooManyRegions),
        (audience(|a| a.standings.clear()), AudienceFlaw::StandingMissing),
        (audience(|a| a.listing = Listing::Only(ids([]))), AudienceFlaw::ListEmpty),
        (audience(|a| a.listing = Listing::Except(ids(0..1_001))), AudienceFlaw::ListTooLong),
    ];
    for (audience, flaw) in cases {
        assert_eq!(parsed(audience), Err(flaw));
    }
    assert!(parsed(audience(|a| a.regions = many(200))).is_ok());
    let nested = audience(|a| a.regions = ["14.01.01", "14", "13.01", "14", "14.02"].map(region).to_vec());
    let codes = ["13.01", "14"].map(|code| region(code).code).to_vec();
    assert_eq!(parsed(nested).map(|audience| audience.codes().collect()), Ok(codes));
}
