//! An activity, as it is reported or imported.

use kim_contract::registry::v1 as pb;
use kim_desk::{
    field::{code, count, hash, required_date, unknown},
    problem::Problems,
    wire::Paired,
    words::Words,
};
use kim_territory::spelling::grouped;
use kim_values::Code;
use uuid::Uuid;

use crate::{
    domain::{
        community::{Activity, ActivityKind},
        ids::ActivityId,
        reach::{Reach, ReachError},
    },
    wire::level,
};

const MAX_COUNT: i32 = 10_000_000;

/// An activity, but for its id, which depends on who reports it. Whether its topic is one, the list of that day says.
pub fn activity(activity: Option<&pb::Activity>, problems: &mut Problems) -> Option<Activity> {
    let empty = pb::Activity::default();
    let activity = activity.unwrap_or(&empty);
    let kind = problems.note(
        "activity.kind",
        ActivityKind::from_proto(activity.kind).ok_or_else(|| unknown("ACTIVITY_KIND_MISSING", "Jenis kegiatan")),
    );
    let happened_on = problems.note(
        "activity.happened_on",
        required_date(activity.happened_on.as_ref(), "HAPPENED_ON_MISSING", "Tanggal kegiatan"),
    );
    let people = problems.note(
        "activity.people_reached",
        count(activity.people_reached, MAX_COUNT, "PEOPLE_REACHED_INVALID", "Jumlah orang terjangkau"),
    );
    let reach = people.and_then(|people| problems.note("activity.reach", reach(&activity.reach, people)));
    let topic = problems.note("activity.topic", topic(&activity.topic));
    let evidence =
        problems.note("activity.evidence_hash", hash(&activity.evidence_hash, "EVIDENCE_HASH_INVALID", "Sidik bukti"));
    Some(Activity {
        id: ActivityId(Uuid::nil()),
        kind: kind?,
        happened_on: happened_on?,
        people_reached: people?,
        reach: reach?,
        topic: topic?,
        evidence: evidence?,
    })
}

fn topic(text: &str) -> Result<Option<Code>, Words> {
    if text.trim().is_empty() { Ok(None) } else { code(text, "TOPIC_INVALID", "Topik").map(Some) }
}

fn reach(levels: &[pb::ReachByLevel], reached: u32) -> Result<Option<Reach>, Words> {
    let level = |by: &pb::ReachByLevel| {
        let level = level::from_proto(by.level).ok_or_else(|| unknown("REACH_LEVEL_UNKNOWN", "Tingkat jangkauan"))?;
        Ok((level, count(by.people, MAX_COUNT, "REACH_INVALID", "Jumlah orang terjangkau per tingkat")?))
    };
    let levels = levels.iter().map(level).collect::<Result<Vec<_>, Words>>()?;
    Reach::new(&levels, reached).map_err(|error| match error {
        ReachError::Doubled(level) => Words::new(
            "REACH_LEVEL_DOUBLED",
            format!("Tingkat {} tercantum dua kali dalam jangkauan.", level.label()),
            "Cantumkan setiap tingkat satu kali.",
        ),
        ReachError::Differs { sum, reached } => Words::new(
            "REACH_DIFFERS",
            format!("Jangkauan per tingkat berjumlah {}, sedangkan terjangkau {}.", grouped(sum), grouped(reached)),
            "Samakan kedua jumlah itu, atau kosongkan jangkauan per tingkat.",
        ),
    })
}
