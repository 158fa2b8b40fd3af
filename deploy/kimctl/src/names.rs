//! What offices and communities are called, each asked for once.

use std::collections::{BTreeSet, HashMap};

use futures::{StreamExt, TryStreamExt, stream};
use kim_contract::registry::v1::{GetCommunityRequest, GetOfficeRequest};
use tonic::{Code, Status};

use crate::connection::Services;

/// Names that are asked for at a time.
const SIDE_BY_SIDE: usize = 16;

/// Names by id.
#[derive(Debug, Default)]
pub struct Names(HashMap<String, String>);

impl Names {
    /// The names of offices and of communities.
    pub async fn of<'i>(
        services: &Services,
        offices: impl IntoIterator<Item = &'i str>,
        communities: impl IntoIterator<Item = &'i str>,
    ) -> Result<Self, Status> {
        let (offices, communities): (BTreeSet<&str>, BTreeSet<&str>) =
            (offices.into_iter().collect(), communities.into_iter().collect());
        let offices = stream::iter(offices).map(|id| office(services, id)).buffer_unordered(SIDE_BY_SIDE);
        let communities = stream::iter(communities).map(|id| community(services, id)).buffer_unordered(SIDE_BY_SIDE);
        let (mut names, more): (HashMap<_, _>, HashMap<_, _>) =
            tokio::try_join!(offices.try_collect(), communities.try_collect())?;
        names.extend(more);
        Ok(Self(names))
    }

    /// The same beside another service's answer: without the names that the registry cannot give now, since what was done is done.
    pub async fn beside<'i>(
        services: &Services,
        offices: impl IntoIterator<Item = &'i str>,
        communities: impl IntoIterator<Item = &'i str>,
    ) -> Self {
        Self::of(services, offices, communities).await.unwrap_or_default()
    }

    /// The name; the id itself of whatever this caller may not read.
    #[must_use]
    pub fn get<'n>(&'n self, id: &'n str) -> &'n str {
        self.0.get(id).filter(|name| !name.is_empty()).map_or(id, String::as_str)
    }
}

async fn office(services: &Services, id: &str) -> Result<(String, String), Status> {
    let request = services.request(GetOfficeRequest { office_id: id.to_owned() });
    let name = match services.offices().get_office(request).await {
        Ok(answer) => answer.into_inner().office.unwrap_or_default().name,
        Err(status) => unknown(status)?,
    };
    Ok((id.to_owned(), name))
}

async fn community(services: &Services, id: &str) -> Result<(String, String), Status> {
    let request = services.request(GetCommunityRequest { community_id: id.to_owned() });
    let name = match services.communities().get_community(request).await {
        Ok(answer) => answer.into_inner().community.unwrap_or_default().profile.unwrap_or_default().name,
        Err(status) => unknown(status)?,
    };
    Ok((id.to_owned(), name))
}

/// No name where there is none for this caller.
fn unknown(status: Status) -> Result<String, Status> {
    match status.code() {
        Code::NotFound | Code::PermissionDenied => Ok(String::new()),
        _ => Err(status),
    }
}
