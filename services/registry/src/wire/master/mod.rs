//! The master data's events in the log: offices, grants, rules, baselines, lists of codes, rubrics, the territory, and trainings.

mod adoption;
mod baseline;
mod code_list;
mod grant;
mod office;
mod rubric;
mod rule;
mod training;

pub use adoption::{Adoptions, adoption_id};
pub use baseline::{Baselines, baseline_id, baseline_message};
pub use code_list::{CODE_LIST_SET, CodeLists, code_list_event, code_list_id, code_list_message};
pub use grant::{GRANT_REVOKED, Grants, grant_message};
pub use office::{Offices, office_message};
pub use rubric::{RUBRIC_SET, Rubrics, rubric_event, rubric_id, rubric_message};
pub use rule::{
    DORMANCY_RULE_SET, FORMATION_RULE_SET, RuleBooks, dormancy_message, formation_message, rule_book_id, rule_event,
};
pub use training::{TRAINING_HELD, Trainings, training_message};

use kim_contract::r#type::v1 as pbt;
use kim_eventlog::Recorded;
use prost::Message;
use time::Date;
use uuid::Uuid;

use super::date;

/// What these aggregates' names are hashed in: a region's rules, a baseline and the territory are found by what they are.
pub(super) const NAMESPACE: Uuid = Uuid::from_u128(0x6b69_6d2e_7265_4973_8d74_7279_0000_0001);

fn decoded<M: Message + Default>(recorded: &Recorded, event_type: &str) -> Option<M> {
    (recorded.event_type == event_type).then(|| M::decode(recorded.payload.as_ref()).ok()).flatten()
}

fn stored_date(date: Option<pbt::Date>) -> Option<Date> {
    date::from_proto(&date?)
}

fn count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
