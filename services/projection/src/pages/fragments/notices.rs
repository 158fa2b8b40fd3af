//! The top of a page: that it is simulated, and what makes its figures less sure than usual.

use askama::Template;

use super::super::{
    format,
    language::Language,
    model::{AsOf, Feed, LogAsOf},
    naming::name_of,
    scene::Scene,
};
use crate::context::Context;

/// The lag from which a page says so at its top, in seconds.
const LATE: u64 = 30;

#[derive(Template)]
#[template(path = "fragments/notices.html")]
pub struct Notices {
    l: Language,
    simulated: bool,
    warnings: Vec<String>,
}

impl Notices {
    /// Nothing to say: there are no figures yet.
    #[must_use]
    pub fn none(l: Language) -> Self {
        Self { l, simulated: false, warnings: Vec::new() }
    }

    #[must_use]
    pub fn new(l: Language, as_of: &AsOf) -> Self {
        let warnings = as_of.logs.iter().flat_map(|log| warnings(l, log)).collect();
        Self { l, simulated: as_of.is_simulated(), warnings }
    }

    #[must_use]
    pub fn of(scene: &Scene) -> Self {
        let l = scene.language;
        let mut notices = Self::new(l, &scene.as_of);
        if scene.is_running() {
            let when = format::month(l, scene.month);
            notices.warnings.insert(
                0,
                l.say(
                    format!("Bulan berjalan: angka {when} masih berubah."),
                    format!("Running month: figures for {when} still change."),
                ),
            );
        }
        if scene.decree() != scene.as_of.in_force() {
            notices.warnings.extend(older(scene));
        }
        notices
    }
}

/// That regions are those of an older territory, and which of them cannot be counted any more.
fn older(scene: &Scene) -> Vec<String> {
    let (l, decree, in_force) = (scene.language, scene.decree(), scene.as_of.in_force());
    let mut older = vec![l.say(
        format!("Menurut daftar wilayah {decree}, bukan {in_force} yang kini berlaku."),
        format!("By the territory of {decree}, not by that of {in_force}, which is in force."),
    )];
    let untold: Vec<String> = scene.data.untold.iter().map(|code| name_of(decree, *code)).collect();
    if !untold.is_empty() {
        let names = untold.join(", ");
        older.push(l.say(
            format!("Tanpa angka sendiri, karena kini bergabung dengan wilayah lain: {names}."),
            format!("Without figures of their own, since today they share regions with others: {names}."),
        ));
    }
    older
}

/// What stands at the top, in words, when a figure of a log is less sure than usual.
fn warnings(language: Language, log: &LogAsOf) -> Vec<String> {
    let (name, the) = match log.context {
        Context::Registry => ("registri", "the registry"),
        Context::Dissemination => ("diseminasi", "dissemination"),
    };
    let mut warnings = Vec::new();
    match log.feed {
        Feed::Live { lag } if lag.as_secs() > LATE => {
            let lag = format::lag(language, lag);
            warnings.push(language.say(
                format!("Angka tertinggal {lag} dari {name}; laporan terbaru belum terhitung."),
                format!("Figures are {lag} behind {the}; the newest reports are not counted yet."),
            ));
        }
        Feed::Silent { since } => {
            let since = format::moment(language, since, kim_territory::Zone::JAKARTA);
            warnings.push(language.say(
                format!("Sambungan ke {name} terputus sejak {since}; laporan sesudahnya belum terhitung."),
                format!("The connection to {the} has been down since {since}; later reports are not counted yet."),
            ));
        }
        Feed::Stopped { since } => {
            let since = format::moment(language, since, kim_territory::Zone::JAKARTA);
            let position = format::number(language, log.position);
            warnings.push(language.say(
                format!(
                    "Angka berhenti di posisi {position} sejak {since}: data {name} dipulihkan dan berbeda dari yang sudah \
                     dihitung. Sebagian angka di sini mungkin tidak berlaku lagi, sampai pengelola membangunnya ulang."
                ),
                format!(
                    "Figures stand still at position {position} since {since}: the data of {the} was restored and differs \
                     from what was counted. Some figures here may not hold any more, until the operator builds them anew."
                ),
            ));
        }
        Feed::Live { .. } => {}
    }
    if log.parked > 0 {
        let parked = format::number(language, log.parked);
        warnings.push(match log.context {
            Context::Registry => language.say(
                format!("Catatan dari {parked} KIM atau kantor ditahan karena tidak terbaca; angkanya belum lengkap."),
                format!("The records of {parked} KIM or offices are held back as unreadable; figures are not complete."),
            ),
            Context::Dissemination => language.say(
                format!(
                    "Catatan dari {parked} kampanye, penyampaian, atau pertanyaan ditahan karena tidak terbaca; angkanya \
                     belum lengkap."
                ),
                format!(
                    "The records of {parked} campaigns, deliveries or questions are held back as unreadable; figures are \
                     not complete."
                ),
            ),
        });
    }
    warnings
}

/// Whether the top of the page says anything of the feed: part of what makes two renderings differ.
#[must_use]
pub fn is_late(feed: Feed) -> bool {
    match feed {
        Feed::Live { lag } => lag.as_secs() > LATE,
        Feed::Silent { .. } | Feed::Stopped { .. } => true,
    }
}
