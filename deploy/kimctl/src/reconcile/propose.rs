//! Differences as proposed changes, which the office answers like any other.

use kim_contract::registry::v1::ProposeChangeRequest;
use serde::Serialize;

use crate::{
    connection::{Services, plain},
    progress::Progress,
};

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proposed {
    pub community_id: String,
    pub name: String,
    /// Empty when it was refused.
    pub change_id: String,
    pub refused: Option<String>,
}

/// Sends proposals one after another; one that is refused harms no other.
pub async fn propose(services: &Services, requests: Vec<ProposeChangeRequest>) -> Vec<Proposed> {
    let mut progress = Progress::begin("Mengusulkan perubahan");
    let all = i64::try_from(requests.len()).unwrap_or(i64::MAX);
    let mut communities = services.communities();
    let mut proposed = Vec::with_capacity(requests.len());
    for (request, done) in requests.into_iter().zip(1..) {
        let community_id = request.community_id.clone();
        let name = request.profile.as_ref().map(|profile| profile.name.clone()).unwrap_or_default();
        let answer = communities.propose_change(services.request(request)).await;
        let (change_id, refused) = match answer {
            Ok(answer) => (answer.into_inner().change_id, None),
            Err(status) => (String::new(), Some(plain(&status))),
        };
        proposed.push(Proposed { community_id, name, change_id, refused });
        progress.set(done, all);
    }
    proposed
}
