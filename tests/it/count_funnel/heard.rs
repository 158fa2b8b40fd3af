//! What the events of both logs say.

use std::collections::BTreeMap;

use kim_contract::{dissemination::v1 as told, registry::v1 as registry, r#type::v1::Region};
use prost::Message;
use uuid::Uuid;

use crate::story::{Assigned, Story};

#[derive(Default)]
pub struct Heard {
    /// The code of each community's seat.
    pub seats: BTreeMap<Uuid, String>,
    /// The programme of each campaign.
    pub programmes: BTreeMap<Uuid, Uuid>,
    /// By campaign and community.
    pub stories: BTreeMap<(Uuid, Uuid), Story>,
    /// Kind and version of what a campaign's batch was told, in order.
    pub told: BTreeMap<(Uuid, i32), Vec<(i32, i32)>>,
}

impl Heard {
    pub fn hear(&mut self, id: Uuid, event_type: &str, payload: &[u8]) {
        if let Some(name) = event_type.strip_prefix("kim.registry.v1.") {
            self.hear_registry(id, name, payload);
        } else {
            let name = event_type.strip_prefix("kim.dissemination.v1.").expect("a type of one of the two logs");
            self.hear_campaign(id, name, payload);
            self.hear_delivery(name, payload);
        }
    }

    fn hear_registry(&mut self, id: Uuid, name: &str, payload: &[u8]) {
        let seat = |profile: Option<registry::CommunityProfile>| profile.expect("a profile").seat;
        let seat = match name {
            "CommunityDrafted" => seat(read::<registry::CommunityDrafted>(payload).profile),
            "CommunityAmended" => seat(read::<registry::CommunityAmended>(payload).profile),
            "ChangeAccepted" => seat(read::<registry::ChangeAccepted>(payload).profile),
            "CommunityCorrected" => seat(read::<registry::CommunityCorrected>(payload).after),
            "CommunitySeatMoved" => read::<registry::CommunitySeatMoved>(payload).to,
            "CommunityMovedIn" => read::<registry::CommunityMovedIn>(payload).to,
            _ => return,
        };
        self.seats.insert(id, code(seat));
    }

    fn hear_campaign(&mut self, campaign: Uuid, name: &str, payload: &[u8]) {
        match name {
            "CampaignDrafted" => {
                self.programmes.insert(campaign, uuid(&read::<told::CampaignDrafted>(payload).programme_id));
            }
            "CampaignAssigned" => {
                let event: told::CampaignAssigned = read(payload);
                let regency = code(event.regency);
                for community in event.community_ids {
                    let story = self.stories.entry((campaign, uuid(&community))).or_default();
                    assert!(story.assigned.is_none(), "{community} got campaign {campaign} twice");
                    story.assigned = Some(Assigned { regency: regency.clone(), batch: event.batch });
                }
            }
            "CampaignReleased" => {
                for community in read::<told::CampaignReleased>(payload).community_ids {
                    self.stories.entry((campaign, uuid(&community))).or_default().released = true;
                }
            }
            "CampaignNoticeIssued" => {
                let event: told::CampaignNoticeIssued = read(payload);
                self.told.entry((campaign, event.batch)).or_default().push((event.kind, event.material_version));
            }
            _ => {}
        }
    }

    fn hear_delivery(&mut self, name: &str, payload: &[u8]) {
        macro_rules! says {
            ($type:ident, |$story:ident, $event:ident| $what:expr) => {{
                let $event: told::$type = read(payload);
                let recipient = $event.recipient.as_ref().expect("a recipient");
                let key = (uuid(&recipient.campaign_id), uuid(&recipient.community_id));
                let $story = self.stories.entry(key).or_default();
                $what
            }};
        }
        match name {
            "DeliveryDelivered" => says!(DeliveryDelivered, |story, event| story.delivered = true),
            "DeliveryOpened" => says!(DeliveryOpened, |story, event| story.opened = true),
            "DeliveryAcknowledged" => says!(DeliveryAcknowledged, |story, event| story.acknowledged = true),
            "DeliveryDeclined" => says!(DeliveryDeclined, |story, event| story.declined = true),
            "DeliveryUndeliverable" => says!(DeliveryUndeliverable, |story, event| story.undeliverable = true),
            "DeliverySessionHeld" => says!(DeliverySessionHeld, |story, event| {
                let people = event.session.expect("a session").attendance;
                let known = story.sessions.insert(event.session_id, i64::from(people));
                assert!(known.is_none(), "a session is held once");
            }),
            "DeliverySessionCorrected" => says!(DeliverySessionCorrected, |story, event| {
                let people = event.after.expect("a session").attendance;
                let known = story.sessions.insert(event.session_id, i64::from(people));
                assert!(known.is_some(), "what is corrected was held");
            }),
            "DeliverySessionWithdrawn" => says!(DeliverySessionWithdrawn, |story, event| {
                story.sessions.remove(&event.session_id).expect("what is withdrawn was held");
            }),
            "DeliveryReachReported" => {
                says!(DeliveryReachReported, |story, event| story.reach = Some(people(event.reach)));
            }
            "DeliveryReachCorrected" => {
                says!(DeliveryReachCorrected, |story, event| story.reach = Some(people(event.after)));
            }
            "DeliveryVerified" => says!(DeliveryVerified, |story, event| story.verified = true),
            "DeliveryVerificationWithdrawn" => {
                says!(DeliveryVerificationWithdrawn, |story, event| story.verified = false);
            }
            "DeliveryNoticeAcknowledged" => says!(DeliveryNoticeAcknowledged, |story, event| {
                story.notices.insert((event.kind, event.material_version));
            }),
            _ => {}
        }
    }
}

fn read<M: Message + Default>(payload: &[u8]) -> M {
    M::decode(payload).expect("the payload is of its type")
}

fn uuid(text: &str) -> Uuid {
    text.parse().expect("an id")
}

fn code(region: Option<Region>) -> String {
    region.expect("a region").code
}

fn people(reach: Option<told::Reach>) -> i64 {
    reach.expect("a reach").by_channel.iter().map(|channel| i64::from(channel.people)).sum()
}
