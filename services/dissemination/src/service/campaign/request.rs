//! From requests to what the domain knows of a campaign: what comes through is valid.

use kim_contract::dissemination::v1 as pb;
use kim_desk::{field, problem::Problems, wire::Paired, words::Words};
use kim_territory::{Adopted, spelling::grouped};
use kim_values::PublicName;

use crate::{
    domain::{
        audience::{Audience, AudienceFlaw, Listing, MAX_LISTED, MAX_REGIONS},
        campaign::{CancellationReason, Plan, Priority, Status},
        ids::{CommunityId, MaterialId, ProgrammeId},
        window::{MinuteOfDay, Window},
    },
    index::CampaignFilter,
};

/// As many communities as a sample has at most, and where nothing else is said.
const MAX_SAMPLE: i32 = 50;
const SAMPLE: usize = 10;

pub(super) fn plan(plan: Option<&pb::CampaignPlan>, adopted: &Adopted) -> Result<Box<Plan>, Problems> {
    let empty = pb::CampaignPlan::default();
    let plan = plan.unwrap_or(&empty);
    let mut problems = Problems::default();
    let name = problems.note("plan.name", PublicName::parse(&plan.name).map_err(Words::name));
    let audience = self::audience(plan.audience.as_ref(), adopted, &PLANNED, &mut problems);
    let window = window(plan.window.as_ref(), &mut problems);
    let unknown = || field::unknown("CAMPAIGN_PRIORITY_UNKNOWN", "Prioritas kampanye");
    let priority = problems.note("plan.priority", Priority::from_proto(plan.priority).ok_or_else(unknown));
    let parsed = (|| Some(Box::new(Plan { name: name?, audience: audience?, window: window?, priority: priority? })))();
    problems.finish(parsed)
}

fn window(window: Option<&pb::CampaignWindow>, problems: &mut Problems) -> Option<Window> {
    let empty = pb::CampaignWindow::default();
    let window = window.unwrap_or(&empty);
    let from = field::required_date(window.from.as_ref(), "WINDOW_FROM_MISSING", "Hari pertama kampanye");
    let from = problems.note("plan.window.from", from);
    let until = field::required_date(window.until.as_ref(), "WINDOW_UNTIL_MISSING", "Hari terakhir kampanye");
    let until = problems.note("plan.window.until", until);
    let minute = u16::try_from(window.starts_at_minute).ok().and_then(MinuteOfDay::new).ok_or_else(|| {
        Words::new(
            "WINDOW_HOUR_INVALID",
            "Jam mulai kampanye di luar batas.",
            "Tulis menit sejak tengah malam, 0 sampai 1.439; 480 berarti pukul 08.00.",
        )
    });
    let starts_at = problems.note("plan.window.starts_at_minute", minute);
    Some(Window { from: from?, until: until?, starts_at: starts_at? })
}

/// Where an audience's fields stand in a request.
struct Fields {
    whole: &'static str,
    regions: &'static str,
    seat_levels: &'static str,
    statuses: &'static str,
    base_groups: &'static str,
    partnership: &'static str,
    listing: &'static str,
    communities: &'static str,
}

macro_rules! fields {
    ($audience:literal) => {
        Fields {
            whole: $audience,
            regions: concat!($audience, ".regions"),
            seat_levels: concat!($audience, ".seat_levels"),
            statuses: concat!($audience, ".statuses"),
            base_groups: concat!($audience, ".base_groups"),
            partnership: concat!($audience, ".partnership"),
            listing: concat!($audience, ".listing"),
            communities: concat!($audience, ".community_ids"),
        }
    };
}

const PLANNED: Fields = fields!("plan.audience");
const PREVIEWED: Fields = fields!("audience");

/// The audience that a preview asks for.
pub(super) fn previewed(audience: Option<&pb::Audience>, adopted: &Adopted) -> Result<Audience, Problems> {
    let mut problems = Problems::default();
    let parsed = self::audience(audience, adopted, &PREVIEWED, &mut problems);
    problems.finish(parsed)
}

fn audience(
    audience: Option<&pb::Audience>,
    adopted: &Adopted,
    fields: &Fields,
    problems: &mut Problems,
) -> Option<Audience> {
    let empty = pb::Audience::default();
    let audience = audience.unwrap_or(&empty);
    let regions: Result<Vec<_>, Words> =
        audience.regions.iter().map(|region| field::region(Some(region), adopted)).collect();
    let regions = problems.note(fields.regions, regions);
    let seat_levels = all(&audience.seat_levels, "SEAT_LEVEL_UNKNOWN", "Tingkat kedudukan");
    let seat_levels = problems.note(fields.seat_levels, seat_levels);
    let statuses = problems.note(fields.statuses, all(&audience.statuses, "AUDIENCE_STATUS_UNKNOWN", "Status KIM"));
    let base_groups = all(&audience.base_groups, "BASE_GROUP_UNKNOWN", "Kelompok asal");
    let base_groups = problems.note(fields.base_groups, base_groups);
    let unknown = || field::unknown("AUDIENCE_PARTNERSHIP_UNKNOWN", "Syarat kemitraan");
    let partnership = Paired::from_proto(audience.partnership).ok_or_else(unknown);
    let partnership = problems.note(fields.partnership, partnership);
    let listing = listing(audience, fields, problems);
    let parsed = Audience::new(regions?, seat_levels?, statuses?, base_groups?, partnership?, listing?).map_err(flaw);
    problems.note(fields.whole, parsed)
}

fn listing(audience: &pb::Audience, fields: &Fields, problems: &mut Problems) -> Option<Listing> {
    let malformed =
        || Words::new("COMMUNITY_ID_MALFORMED", "Nomor KIM salah bentuk.", "Salin nomornya dari daftar KIM.");
    let ids: Result<_, Words> =
        audience.community_ids.iter().map(|id| CommunityId::parse(id).ok_or_else(malformed)).collect();
    let listed = problems.note(fields.communities, ids)?;
    match pb::AudienceListing::try_from(audience.listing) {
        Ok(pb::AudienceListing::Unspecified) if audience.community_ids.is_empty() => Some(Listing::Everybody),
        Ok(pb::AudienceListing::Only) => Some(Listing::Only(listed)),
        Ok(pb::AudienceListing::Except) => Some(Listing::Except(listed)),
        Ok(pb::AudienceListing::Unspecified) | Err(_) => {
            problems.add(
                fields.listing,
                Words::new(
                    "AUDIENCE_LISTING_UNKNOWN",
                    "Belum jelas apa arti daftar KIM ini.",
                    "Pilih hanya yang tercantum atau kecuali yang tercantum, atau kosongkan daftarnya.",
                ),
            );
            None
        }
    }
}

fn all<E: Paired, C: FromIterator<E>>(numbers: &[i32], reason: &'static str, what: &str) -> Result<C, Words> {
    numbers.iter().map(|number| E::from_proto(*number).ok_or_else(|| field::unknown(reason, what))).collect()
}

fn flaw(flaw: AudienceFlaw) -> Words {
    match flaw {
        AudienceFlaw::RegionMissing => Words::new(
            "AUDIENCE_REGION_MISSING",
            "Sasaran belum menyebut wilayah.",
            "Sebutkan sedikitnya satu wilayah.",
        ),
        AudienceFlaw::TooManyRegions => Words::new(
            "AUDIENCE_TOO_MANY_REGIONS",
            format!("Sasaran menyebut lebih dari {MAX_REGIONS} wilayah."),
            "Sebutkan wilayah yang lebih luas.",
        ),
        AudienceFlaw::StandingMissing => Words::new(
            "AUDIENCE_STATUS_MISSING",
            "Sasaran belum menyebut status KIM.",
            "Pilih sedikitnya satu: terdaftar, aktif, atau vakum.",
        ),
        AudienceFlaw::ListEmpty => {
            Words::new("AUDIENCE_LIST_EMPTY", "Daftar KIM kosong.", "Cantumkan KIM-nya, atau jangan memakai daftar.")
        }
        AudienceFlaw::ListTooLong => Words::new(
            "AUDIENCE_LIST_TOO_LONG",
            format!("Daftar KIM memuat lebih dari {} KIM.", grouped(MAX_LISTED)),
            "Pakai wilayah dan status sebagai ganti daftar.",
        ),
    }
}

pub(super) fn filter(request: &pb::ListCampaignsRequest) -> Result<CampaignFilter, Problems> {
    let mut problems = Problems::default();
    let malformed = |reason, what: &str| {
        Words::new(reason, format!("Nomor {what} salah bentuk."), "Salin nomornya dari daftarnya, atau kosongkan.")
    };
    let programme = optional(&request.programme_id, ProgrammeId::parse);
    let programme =
        problems.note("programme_id", programme.ok_or_else(|| malformed("PROGRAMME_ID_MALFORMED", "program")));
    let material = optional(&request.material_id, MaterialId::parse);
    let material = problems.note("material_id", material.ok_or_else(|| malformed("MATERIAL_ID_MALFORMED", "materi")));
    let statuses: Result<Vec<Status>, Words> = all(&request.statuses, "CAMPAIGN_STATUS_UNKNOWN", "Status kampanye");
    let statuses = problems.note("statuses", statuses);
    let parsed = (|| Some(CampaignFilter { programme: programme?, material: material?, statuses: statuses? }))();
    problems.finish(parsed)
}

/// `None` for a malformed one.
fn optional<T>(id: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if id.is_empty() { Some(None) } else { parse(id).map(Some) }
}

pub(super) fn reason(reason: i32) -> Result<CancellationReason, Words> {
    let unknown = || field::unknown("CAMPAIGN_CANCELLATION_REASON_UNKNOWN", "Alasan pembatalan");
    CancellationReason::from_proto(reason).ok_or_else(unknown)
}

/// The office's own words.
pub(super) fn note(note: &str) -> Result<String, Words> {
    field::private(note, 2_000, "NOTE_TOO_LONG", "Catatan")
}

pub(super) fn sample_size(size: i32) -> Result<usize, Words> {
    match usize::try_from(size) {
        Ok(0) => Ok(SAMPLE),
        Ok(some) if size <= MAX_SAMPLE => Ok(some),
        _ => Err(Words::new(
            "SAMPLE_SIZE_INVALID",
            "Ukuran contoh di luar batas.",
            format!("Tulis 1 sampai {MAX_SAMPLE}, atau kosongkan."),
        )),
    }
}
