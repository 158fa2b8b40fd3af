//! What the registry has: communities of one region, or of several at once.

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use kim_contract::registry::v1::{Community, ListCommunitiesRequest};
use kim_territory::RegionCode;
use tonic::Status;

use crate::{connection::Services, places, progress::Progress};

/// As many as the registry gives at a time.
pub const PAGE: usize = 500;
/// Regions that are read at the same time.
const AT_ONCE: usize = 4;

/// Communities of a region, of the nation when none is named, no more than `limit`. No status means all.
pub async fn list(
    services: &Services,
    region: Option<RegionCode>,
    statuses: &[i32],
    limit: usize,
) -> Result<Vec<Community>, Status> {
    let mut listed = Vec::new();
    let mut page_token = String::new();
    loop {
        let page_size = i32::try_from((limit - listed.len()).clamp(1, PAGE)).unwrap_or_default();
        let request = services.request(ListCommunitiesRequest {
            region: region.map(places::to_proto),
            statuses: statuses.to_vec(),
            page_size,
            page_token,
        });
        let page = services.communities().list_communities(request).await?.into_inner();
        listed.extend(page.communities);
        page_token = page.next_page_token;
        if page_token.is_empty() || listed.len() >= limit {
            return Ok(listed);
        }
    }
}

/// All communities of these regions, of which none lies in another, in the order of their seats.
pub async fn of_regions(
    services: &Services,
    regions: &BTreeSet<RegionCode>,
    statuses: &[i32],
) -> anyhow::Result<Vec<Community>> {
    let mut progress = Progress::begin("Membaca KIM terdaftar");
    let all = i64::try_from(regions.len()).unwrap_or(i64::MAX);
    let asked = regions.iter().map(|region| list(services, Some(*region), statuses, usize::MAX));
    let mut answers = stream::iter(asked).buffered(AT_ONCE);
    let mut found = Vec::new();
    let mut done = 0;
    while let Some(some) = answers.try_next().await.map_err(|status| services.registry_said(&status))? {
        found.extend(some);
        done += 1;
        progress.set(done, all);
    }
    Ok(found)
}
