//! What a message is about. It is put into words when it is sent: a material that was withdrawn meanwhile is not told any more.

use kim_webhook::{Message, MessageError, MessageId, MessageType};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// What a community is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// A campaign was assigned to it.
    #[serde(rename = "campaign.assigned")]
    Assigned,
    /// What it got was corrected.
    #[serde(rename = "material.corrected")]
    Corrected,
    /// What it got is not to be used any more.
    #[serde(rename = "material.withdrawn")]
    Withdrawn,
}

impl Kind {
    /// As receivers know it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Assigned => "campaign.assigned",
            Self::Corrected => "material.corrected",
            Self::Withdrawn => "material.withdrawn",
        }
    }
}

/// One message to one community, as the queue keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    pub kind: Kind,
    pub campaign: Uuid,
    pub community: Uuid,
    pub material: Uuid,
    /// The version that was assigned, that corrects, or that was withdrawn.
    pub version: i32,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

impl Notification {
    /// For the queue. A community is told each thing once, by an id that follows from what it is.
    pub fn queued(&self) -> Result<Message, MessageError> {
        let name = format!("{} {} {}", self.kind.name(), self.community, self.version);
        // What is assigned is assigned once, whatever the version.
        let name = if self.kind == Kind::Assigned { format!("{} {}", self.kind.name(), self.community) } else { name };
        let id = Uuid::new_v5(&self.campaign, name.as_bytes()).to_string();
        let payload = serde_json::to_vec(self).expect("ids, a number and a time are JSON");
        Message::new(MessageId::parse(&id)?, MessageType::parse(self.kind.name())?, payload)
    }

    /// What was queued; `None` for what this version does not know.
    #[must_use]
    pub fn read(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_notification_comes_out_of_the_queue_as_it_went_in_and_is_known_by_what_it_says() {
        let of = |kind, version| Notification {
            kind,
            campaign: Uuid::from_u128(1),
            community: Uuid::from_u128(2),
            material: Uuid::from_u128(3),
            version,
            at: datetime!(2026-01-05 03:00 UTC),
        };
        let mut ids = std::collections::BTreeSet::new();
        for kind in [Kind::Assigned, Kind::Corrected, Kind::Withdrawn] {
            for version in [1, 2] {
                let message = of(kind, version).queued().expect("a message");
                assert_eq!(Notification::read(message.payload()), Some(of(kind, version)));
                assert_eq!(message.kind.as_str(), kind.name());
                ids.insert(message.id.as_str().to_owned());
            }
        }
        assert_eq!(ids.len(), 5, "an assignment is told once");
    }
}
