//! Campaigns in the log.

mod message;
mod read;
mod state;
mod write;

pub use message::{draw, message};

use kim_contract::dissemination::event::EventType;
use kim_desk::wire::{Happened, region::place};
use kim_eventlog::{Aggregate, NewEvent, Recorded};

use crate::domain::campaign::{self, Campaign, Event};

pub const CAMPAIGN_DRAFTED: &str = EventType::CampaignDrafted.name();
pub const CAMPAIGN_AMENDED: &str = EventType::CampaignAmended.name();
pub const CAMPAIGN_SCHEDULED: &str = EventType::CampaignScheduled.name();
pub const CAMPAIGN_UNSCHEDULED: &str = EventType::CampaignUnscheduled.name();
pub const CAMPAIGN_STARTED: &str = EventType::CampaignStarted.name();
pub const CAMPAIGN_ASSIGNED: &str = EventType::CampaignAssigned.name();
pub const CAMPAIGN_AUDIENCE_DRAWN: &str = EventType::CampaignAudienceDrawn.name();
pub const CAMPAIGN_RELEASED: &str = EventType::CampaignReleased.name();
pub const CAMPAIGN_PAUSED: &str = EventType::CampaignPaused.name();
pub const CAMPAIGN_RESUMED: &str = EventType::CampaignResumed.name();
pub const CAMPAIGN_COMPLETED: &str = EventType::CampaignCompleted.name();
pub const CAMPAIGN_CANCELLED: &str = EventType::CampaignCancelled.name();
pub const CAMPAIGN_MATERIAL_REPLACED: &str = EventType::CampaignMaterialReplaced.name();
pub const CAMPAIGN_MATERIAL_WITHDRAWN: &str = EventType::CampaignMaterialWithdrawn.name();
pub const CAMPAIGN_NOTICE_ISSUED: &str = EventType::CampaignNoticeIssued.name();

/// The shape in which states are kept beside the log.
const SHAPE: &str = "campaign.1";

/// Campaigns in dissemination's log.
#[derive(Debug)]
pub struct Campaigns;

impl Aggregate for Campaigns {
    type State = Option<Campaign>;
    type Event = Happened<Event>;

    fn decode(recorded: &Recorded) -> Option<Self::Event> {
        read::read(recorded).map(|event| Happened::read(recorded, event))
    }

    /// What is of one regency belongs there, the rest to the office's region.
    fn encode(happened: &Self::Event, state: &Self::State) -> NewEvent {
        let campaign = state.as_ref().expect("a campaign is there from its first event on");
        let region = match &happened.event {
            Event::Assigned(assignment) => assignment.regency,
            Event::Released { group, .. } => group.regency,
            Event::NoticeIssued { regency, .. } => *regency,
            _ => campaign.outline.region,
        };
        write::write(happened, place(region))
    }

    fn evolve(state: Self::State, happened: &Self::Event) -> Self::State {
        campaign::evolve(state, &happened.event)
    }

    /// A campaign of the whole nation has some megabytes of events.
    const SHAPE: Option<&'static str> = Some(SHAPE);

    fn write(state: &Self::State) -> Vec<u8> {
        state.as_ref().map(state::write).unwrap_or_default()
    }

    fn read(written: &[u8]) -> Option<Self::State> {
        state::read(written).map(Some)
    }
}
