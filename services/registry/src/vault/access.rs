//! Reading personal data is recorded before it is handed out: who, when, and why.

use kim_eventlog::{AppendError, Member, Version};
use uuid::Uuid;

use super::Records;
use crate::domain::ids::CommunityId;

const PURPOSE: &str = "purpose";

/// The reading could not be recorded: nothing may be handed out.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error("the record of the reading could not be written")]
    Database(#[from] sqlx::Error),
}

impl Records {
    /// Records that `subject` reads a community's contacts for `purpose`. The purpose is a person's own words, and is sealed.
    pub async fn record_access(&self, community: CommunityId, subject: &str, purpose: &str) -> Result<(), AccessError> {
        let access = Uuid::now_v7();
        let sealed = self.vault.seal_new(access, PURPOSE, access, purpose.as_bytes());
        // A member without events: it only brings the sealed purpose into the vault.
        let member = Member {
            aggregate: access,
            expected: Version::NONE,
            events: vec![],
            key: None,
            claims: vec![],
            releases: vec![],
            vault: vec![sealed],
            actor: subject.to_owned(),
            traceparent: None,
            recorded: None,
            result: bytes::Bytes::new(),
        };
        self.log.append(member).await?;
        sqlx::query("INSERT INTO vault.access (access_id, community_id, subject, purpose_ref) VALUES ($1, $2, $3, $1)")
            .bind(access)
            .bind(community.0)
            .bind(subject)
            .execute(self.log.pool())
            .await?;
        Ok(())
    }
}
