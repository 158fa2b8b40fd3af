//! Programmes: what of the government's is told of. Their names are those of policies and topics.

use kim_territory::RegionCode;
use time::Date;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    pub office: RegionCode,
    pub name: String,
    /// A code of the list of topics.
    pub topic: &'static str,
    /// A stop of the clock, and the programme's first day.
    pub established: Date,
    /// Its last day.
    pub until: Option<Date>,
    /// The stop on which the office closes it.
    pub closed: Option<Date>,
}
