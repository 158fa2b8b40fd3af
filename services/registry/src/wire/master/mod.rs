//! The master data's events in the log: offices, grants, rules, baselines, lists of codes, rubrics, and the territory.

mod adoption;
mod baseline;
mod code_list;
mod grant;
mod office;
mod rubric;
mod rule;

pub use adoption::{Adoptions, TERRITORY_ADOPTED, TERRITORY_REGIONS_CHANGED, adoption_event, adoption_id};
pub use baseline::{Baselines, baseline_id, baseline_message};
pub use code_list::{CODE_LIST_SET, CodeLists, code_list_event, code_list_id, code_list_message};
pub use grant::{GRANT_ISSUED, GRANT_REVOKED, Grants, grant_message};
pub use office::{Offices, office_message, office_on, stored_office};
pub use rubric::{RUBRIC_SET, Rubrics, rubric_event, rubric_id, rubric_message};
pub use rule::{
    DORMANCY_RULE_SET, FORMATION_RULE_SET, RuleBooks, dormancy_message, formation_message, rule_book_id, rule_event,
    stored_conditions,
};

use kim_desk::wire::stored::{count, stored_date};
use kim_eventlog::Recorded;
use prost::Message;
use uuid::Uuid;

/// What these aggregates' names are hashed in: a region's rules, a baseline and the territory are found by what they are.
pub(super) const NAMESPACE: Uuid = Uuid::from_u128(0x6b69_6d2e_7265_4973_8d74_7279_0000_0001);

fn decoded<M: Message + Default>(recorded: &Recorded, event_type: &str) -> Option<M> {
    (recorded.event_type == event_type).then(|| M::decode(recorded.payload.as_ref()).ok()).flatten()
}
