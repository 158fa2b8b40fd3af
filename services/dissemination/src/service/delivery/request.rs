//! From requests to what the domain knows of a delivery: what comes through is valid.

use kim_contract::dissemination::v1 as pb;
use kim_desk::{
    field,
    problem::{Problems, one},
    wire::Paired,
    words::Words,
};
use kim_eventlog::instant;
use kim_territory::spelling::grouped;
use prost_types::Timestamp;
use time::OffsetDateTime;

use crate::domain::{
    campaign::{Notice, NoticeKind},
    content::Language,
    delivery::{Channel, DeclineReason, Reach, Session, SessionChannel, Status, UndeliverableReason},
    material::Version,
};

/// People in one session or by one channel, a broadcast's among them.
const MAX_PEOPLE: i32 = 10_000_000;

pub(super) fn channel(channel: i32) -> Result<Channel, Words> {
    Channel::from_proto(channel).ok_or_else(|| field::unknown("DELIVERY_CHANNEL_UNKNOWN", "Saluran kiriman"))
}

/// `None` stands for the newest version.
pub(super) fn version(number: i32) -> Result<Option<Version>, Words> {
    if number == 0 {
        return Ok(None);
    }
    u32::try_from(number).ok().and_then(Version::new).map(Some).ok_or_else(|| {
        Words::new("MATERIAL_VERSION_INVALID", "Nomor versi materi tidak sah.", "Tulis 1 atau lebih, atau kosongkan.")
    })
}

/// `now` where nothing is said.
pub(super) fn moment(time: Option<&Timestamp>, now: OffsetDateTime) -> Result<OffsetDateTime, Words> {
    match time {
        None => Ok(now),
        Some(time) => instant(*time).ok_or_else(|| {
            Words::new("TIME_MALFORMED", "Waktu laporan salah bentuk.", "Tulis waktu yang sah, atau kosongkan.")
        }),
    }
}

/// What was received: where a version is not said, it is the newest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Received {
    pub channel: Channel,
    pub version: Option<Version>,
    pub at: OffsetDateTime,
}

pub(super) fn received(
    (channel_number, version_number): (i32, i32),
    happened_at: Option<&Timestamp>,
    now: OffsetDateTime,
    problems: &mut Problems,
    fields: [&'static str; 3],
) -> Option<Received> {
    let channel = problems.note(fields[0], channel(channel_number));
    let version = problems.note(fields[1], version(version_number));
    let at = problems.note(fields[2], moment(happened_at, now));
    Some(Received { channel: channel?, version: version?, at: at? })
}

/// A notice of a correction or a withdrawal, which names its version.
pub(super) fn notice(kind: i32, number: i32, problems: &mut Problems, fields: [&'static str; 2]) -> Option<Notice> {
    let unknown = || field::unknown("NOTICE_KIND_UNKNOWN", "Jenis pemberitahuan");
    let kind = problems.note(fields[0], NoticeKind::from_proto(kind).ok_or_else(unknown));
    let missing = || {
        Words::new("MATERIAL_VERSION_MISSING", "Versi dalam pemberitahuan belum diisi.", "Salin dari pemberitahuannya.")
    };
    let version = problems.note(fields[1], version(number).and_then(|version| version.ok_or_else(missing)));
    Some(Notice { kind: kind?, version: version? })
}

pub(super) fn decline_reason(reason: i32) -> Result<DeclineReason, Words> {
    DeclineReason::from_proto(reason).ok_or_else(|| field::unknown("DECLINE_REASON_UNKNOWN", "Alasan penolakan"))
}

pub(super) fn undeliverable_reason(reason: i32) -> Result<UndeliverableReason, Words> {
    let unknown = || field::unknown("UNDELIVERABLE_REASON_UNKNOWN", "Alasan tidak terkirim");
    UndeliverableReason::from_proto(reason).ok_or_else(unknown)
}

pub(super) fn session(session: Option<&pb::Session>, problems: &mut Problems) -> Option<Session> {
    let empty = pb::Session::default();
    let session = session.unwrap_or(&empty);
    let held_on = field::required_date(session.held_on.as_ref(), "HELD_ON_MISSING", "Tanggal sesi");
    let held_on = problems.note("session.held_on", held_on);
    let channel = problems.note("session.channel", session_channel(session.channel));
    let attendance = problems.note("session.attendance", people(session.attendance, "Jumlah yang hadir"));
    let women = match session.women {
        None => Some(None),
        Some(women) => problems.note("session.women", people(women, "Jumlah perempuan")).map(Some),
    };
    let (held_on, channel, attendance, women) = (held_on?, channel?, attendance?, women?);
    let more_women = || {
        Words::new(
            "MORE_WOMEN_THAN_PEOPLE",
            "Jumlah perempuan lebih besar daripada jumlah yang hadir.",
            "Periksa kedua angkanya.",
        )
    };
    problems.note("session.women", Session::new(held_on, channel, attendance, women).ok_or_else(more_women))
}

pub(super) fn reach(reach: Option<&pb::Reach>, problems: &mut Problems) -> Option<Reach> {
    let empty = pb::Reach::default();
    let reach = reach.unwrap_or(&empty);
    let counted_on = field::required_date(reach.counted_on.as_ref(), "COUNTED_ON_MISSING", "Tanggal penghitungan");
    let counted_on = problems.note("reach.counted_on", counted_on);
    let by_channel = |by: &pb::ReachByChannel| {
        let channel = problems.note("reach.by_channel.channel", session_channel(by.channel));
        let people = problems.note("reach.by_channel.people", people(by.people, "Jumlah orang"));
        channel.zip(people)
    };
    let by_channel: Option<Vec<_>> = reach.by_channel.iter().map(by_channel).collect();
    let (counted_on, by_channel) = (counted_on?, by_channel?);
    let malformed = || {
        Words::new(
            "REACH_CHANNELS_INVALID",
            "Jangkauan belum menyebut saluran, atau menyebut satu saluran dua kali.",
            "Tulis setiap saluran satu kali.",
        )
    };
    problems.note("reach.by_channel", Reach::new(counted_on, by_channel).ok_or_else(malformed))
}

fn session_channel(channel: i32) -> Result<SessionChannel, Words> {
    SessionChannel::from_proto(channel).ok_or_else(|| field::unknown("SESSION_CHANNEL_UNKNOWN", "Saluran sesi"))
}

fn people(number: i32, what: &str) -> Result<u32, Words> {
    match u32::try_from(number) {
        Ok(people) if number <= MAX_PEOPLE => Ok(people),
        _ => Err(Words::new(
            "PEOPLE_OUT_OF_RANGE",
            format!("{what} di luar batas."),
            format!("Tulis 0 sampai {}.", grouped(MAX_PEOPLE)),
        )),
    }
}

/// Indonesian where nothing is said.
pub(in crate::service) fn language(tag: &str) -> Result<Language, Problems> {
    if tag.is_empty() {
        return Ok(Language::INDONESIAN);
    }
    let malformed = || {
        Words::new(
            "LANGUAGE_MALFORMED",
            "Kode bahasa salah bentuk.",
            "Tulis kode ISO 639: id, jv, min; atau kosongkan.",
        )
    };
    one("language", Language::parse(tag).ok_or_else(malformed))
}

pub(super) fn statuses(statuses: &[i32]) -> Result<Vec<Status>, Words> {
    let unknown = || field::unknown("DELIVERY_STATUS_UNKNOWN", "Status kiriman");
    statuses.iter().map(|&status| Status::from_proto(status).ok_or_else(unknown)).collect()
}
