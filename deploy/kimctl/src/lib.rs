//! The operator's command line: where everything stands, tokens, rebuilds, checks of the log, imports, reconciliation,
//! communities, offices, partnerships, trainings, lists of codes, assessments, territory; programmes, materials, campaigns, deliveries,
//! inboxes, endpoints, questions.

pub mod assessment;
pub mod campaign;
pub mod cli;
pub mod code_list;
pub mod community;
pub mod completions;
pub mod connection;
pub mod dates;
pub mod delivery;
mod digest;
mod document;
pub mod endpoint;
mod facts;
pub mod ids;
pub mod import;
pub mod inbox;
pub mod likeness;
pub mod log;
pub mod material;
pub mod moments;
pub mod names;
pub mod office;
pub mod pages;
pub mod partnership;
pub mod periods;
pub mod places;
pub mod programme;
pub mod progress;
pub mod projection;
pub mod question;
pub mod reconcile;
pub mod refusal;
pub mod registered;
pub mod rubric;
pub mod run;
pub mod sheet;
pub mod status;
pub mod table;
pub mod territory;
pub mod times;
pub mod token;
pub mod training;
mod words;
