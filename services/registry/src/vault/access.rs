//! Reading personal data is recorded before it is handed out: who, when, and why.

use kim_desk::vault::{AccessError, seal_purpose};

use super::Records;
use crate::domain::ids::CommunityId;

impl Records {
    /// Records that `subject` reads a community's contacts for `purpose`. The purpose is a person's own words, and is sealed.
    pub async fn record_access(&self, community: CommunityId, subject: &str, purpose: &str) -> Result<(), AccessError> {
        let access = seal_purpose(&self.log, &self.vault, subject, purpose).await?;
        sqlx::query("INSERT INTO vault.access (access_id, community_id, subject, purpose_ref) VALUES ($1, $2, $3, $1)")
            .bind(access)
            .bind(community.0)
            .bind(subject)
            .execute(self.log.pool())
            .await?;
        Ok(())
    }
}
