//! From requests to what the domain knows of a programme: what comes through is valid.

use kim_contract::dissemination::v1 as pb;
use kim_desk::{field, problem::Problems, wire::Paired, words::Words};
use kim_territory::Adopted;
use kim_values::{PublicName, Region};
use time::Date;

use crate::{
    domain::{
        ids::OfficeId,
        programme::{Profile, Status},
    },
    index::{ProgrammeFilter, place},
    service::request::{self, optional},
};

/// `begins` is the first day where none is said; without it there must be one.
pub(super) fn profile(profile: Option<&pb::ProgrammeProfile>, begins: Option<Date>) -> Result<Profile, Problems> {
    let empty = pb::ProgrammeProfile::default();
    let profile = profile.unwrap_or(&empty);
    let mut problems = Problems::default();
    let name = problems.note("profile.name", PublicName::parse(&profile.name).map_err(Words::name));
    let topic = problems.note("profile.topic", field::code(&profile.topic, "TOPIC_MALFORMED", "Topik"));
    let from = match begins {
        Some(begins) => {
            field::optional_date(profile.from.as_ref(), "Hari pertama program").map(|from| from.unwrap_or(begins))
        }
        None => field::required_date(profile.from.as_ref(), "PROGRAMME_FROM_MISSING", "Hari pertama program"),
    };
    let from = problems.note("profile.from", from);
    let until = problems.note("profile.until", field::optional_date(profile.until.as_ref(), "Hari terakhir program"));
    let parsed = (|| Some(Profile { name: name?, topic: topic?, from: from?, until: until? }))();
    problems.finish(parsed)
}

pub(super) fn filter(request: &pb::ListProgrammesRequest, adopted: &Adopted) -> Result<ProgrammeFilter, Problems> {
    let mut problems = Problems::default();
    let region = match &request.region {
        None => Some(Region::nation()),
        region => problems.note("region.code", field::region(region.as_ref(), adopted)),
    };
    let unknown = || field::unknown("STATUS_UNKNOWN", "Status program");
    let statuses = request.statuses.iter().map(|&status| Status::from_proto(status).ok_or_else(unknown));
    let statuses = problems.note("statuses", statuses.collect());
    let topic = optional(&request.topic, |topic| field::code(topic, "TOPIC_MALFORMED", "Topik"));
    let topic = problems.note("topic", topic);
    let office = optional(&request.owning_office_id, |id| request::listed(OfficeId::parse(id), "kantor"));
    let office = problems.note("owning_office_id", office);
    let parsed = (|| {
        let place = place::Filter { within: region?.code, office: office? };
        Some(ProgrammeFilter { place, statuses: statuses?, topic: topic? })
    })();
    problems.finish(parsed)
}
