//! What can be typed after `kimctl delivery`.

use clap::{Args, Subcommand};
use kim_contract::dissemination::v1::{
    self as pb, DeliveryChannel, DeliveryDeclineReason, DeliveryStatus, NoticeKind, SessionChannel,
    SessionWithdrawalReason, UndeliverableReason, VerificationWithdrawalReason,
};
use kim_territory::RegionCode;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::{
    cli::{date, moment, region, uuid},
    words::words,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Menampilkan kiriman sebuah kampanye, atau kiriman kepada KIM suatu wilayah
    List(List),
    /// Menampilkan satu kiriman dengan semua laporannya
    Show(Which),
    /// Mencatat bahwa materi sudah sampai
    Delivered(Report),
    /// Membuka materi, dan mencatat bahwa materi dibuka
    Open(Open),
    /// Mencatat bahwa KIM mengonfirmasi materi: akan menyampaikannya
    Acknowledge(Report),
    /// Mencatat bahwa KIM mengetahui koreksi atau penarikan
    AcknowledgeNotice(AcknowledgeNotice),
    /// Mencatat bahwa KIM tidak menyampaikan materi, dengan alasan
    Decline(Decline),
    /// Mencatat bahwa sebuah saluran tidak sampai ke KIM
    Undeliverable(Undeliverable),
    /// Melaporkan satu sesi dengan warga
    ReportSession(ReportSession),
    /// Memperbaiki laporan sesi, seluruhnya
    CorrectSession(CorrectSession),
    /// Menarik laporan sesi yang ganda atau tidak terjadi
    WithdrawSession(WithdrawSession),
    /// Melaporkan banyaknya orang yang terjangkau
    ReportReach(Counted),
    /// Memperbaiki laporan jangkauan, seluruhnya
    CorrectReach(Counted),
    /// Memverifikasi apa yang sudah dilaporkan; oleh kantor
    Verify(Verify),
    /// Membatalkan verifikasi, supaya KIM dapat memperbaiki laporannya
    WithdrawVerification(WithdrawVerification),
}

/// A delivery is known by its campaign and its community.
#[derive(Debug, Args)]
pub struct Which {
    /// Nomor kampanye
    #[arg(value_name = "KAMPANYE", value_parser = uuid)]
    pub campaign: Uuid,
    /// Nomor KIM
    #[arg(value_name = "KIM", value_parser = uuid)]
    pub kim: Uuid,
}

#[derive(Debug, Args)]
pub struct List {
    /// Kode wilayah kedudukan KIM [bawaan: seluruh wilayah kerja]
    #[arg(long, value_name = "KODE", value_parser = region)]
    pub region: Option<RegionCode>,
    /// Hanya dari kampanye ini
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub campaign: Option<Uuid>,
    /// Status: assigned, undeliverable, delivered, opened, acknowledged, declined, session-held, reach-reported, verified; boleh berulang [bawaan: semua]
    #[arg(long = "status", value_name = "STATUS", hide_possible_values = true)]
    pub statuses: Vec<Status>,
    /// Hanya yang koreksi atau penarikannya belum diketahui KIM
    #[arg(long)]
    pub notice_unacknowledged: bool,
    /// Paling banyak sekian baris [bawaan: 200]
    #[arg(long, value_name = "BANYAK", default_value_t = 200, hide_default_value = true)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct By {
    /// Saluran: inbox, webhook, email, bulletin, office [bawaan: office]
    #[arg(
        long,
        value_name = "SALURAN",
        default_value = "office",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub channel: Channel,
}

#[derive(Debug, Args)]
pub struct At {
    /// Kapan: tanggal, atau tanggal dan jam 2026-03-14 08:30 [bawaan: sekarang]
    #[arg(long, value_name = "WAKTU", value_parser = moment)]
    pub at: Option<OffsetDateTime>,
}

#[derive(Debug, Args)]
pub struct Report {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub by: By,
    /// Versi materinya [bawaan: yang terbaru]
    #[arg(long, value_name = "VERSI", default_value_t = 0, hide_default_value = true)]
    pub version: i32,
    #[command(flatten)]
    pub at: At,
}

#[derive(Debug, Args)]
pub struct Open {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub by: By,
    /// Bahasa materi, misalnya id, jv, min [bawaan: bahasa Indonesia]
    #[arg(long, value_name = "BAHASA", default_value = "", hide_default_value = true)]
    pub language: String,
}

#[derive(Debug, Args)]
pub struct AcknowledgeNotice {
    #[command(flatten)]
    pub which: Which,
    /// Pemberitahuan: corrected, withdrawn
    #[arg(long, value_name = "JENIS", hide_possible_values = true)]
    pub kind: Notice,
    /// Versi yang dikoreksi atau ditarik
    #[arg(long, value_name = "VERSI")]
    pub version: i32,
    #[command(flatten)]
    pub by: By,
    #[command(flatten)]
    pub at: At,
}

#[derive(Debug, Args)]
pub struct Decline {
    #[command(flatten)]
    pub which: Which,
    /// Alasan: not-relevant, no-capacity, language, content, other
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Declining,
    /// Catatan KIM; disimpan tertutup
    #[arg(long, value_name = "CATATAN", default_value = "", hide_default_value = true)]
    pub note: String,
    #[command(flatten)]
    pub at: At,
}

#[derive(Debug, Args)]
pub struct Undeliverable {
    #[command(flatten)]
    pub which: Which,
    /// Saluran: inbox, webhook, email, bulletin, office
    #[arg(long, value_name = "SALURAN", hide_possible_values = true)]
    pub channel: Channel,
    /// Alasan: no-address, refused, unreachable, not-allowed
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: Failing,
    #[command(flatten)]
    pub at: At,
}

/// A session's facts.
#[derive(Debug, Args)]
pub struct Held {
    /// Tanggal sesi
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Date,
    /// Cara: meeting, online-meeting, house-visit, radio, loudspeaker, social-media, messaging-group, print, performance, other
    #[arg(long, value_name = "CARA", hide_possible_values = true)]
    pub channel: Telling,
    /// Banyaknya orang yang hadir
    #[arg(long, value_name = "BANYAK")]
    pub attendance: i32,
    /// Perempuan di antaranya [bawaan: tidak dihitung]
    #[arg(long, value_name = "BANYAK")]
    pub women: Option<i32>,
}

#[derive(Debug, Args)]
pub struct ReportSession {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub held: Held,
}

#[derive(Debug, Args)]
pub struct CorrectSession {
    #[command(flatten)]
    pub which: Which,
    /// Nomor sesi: lihat show
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub session: Uuid,
    #[command(flatten)]
    pub held: Held,
}

#[derive(Debug, Args)]
pub struct WithdrawSession {
    #[command(flatten)]
    pub which: Which,
    /// Nomor sesi: lihat show
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub session: Uuid,
    /// Alasan: doubled, not-held, wrong-campaign
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: WithdrawingSession,
}

#[derive(Debug, Args)]
pub struct Counted {
    #[command(flatten)]
    pub which: Which,
    /// Tanggal penghitungan
    #[arg(long, value_name = "TANGGAL", value_parser = date)]
    pub on: Date,
    /// Orang yang terjangkau dengan satu cara, misalnya meeting=40; boleh berulang, tiap cara sekali
    #[arg(long = "people", value_name = "CARA=BANYAK", required = true, value_parser = people)]
    pub people: Vec<pb::ReachByChannel>,
}

#[derive(Debug, Args)]
pub struct Verify {
    #[command(flatten)]
    pub which: Which,
    /// Nomor kantor yang memverifikasi
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
}

#[derive(Debug, Args)]
pub struct WithdrawVerification {
    #[command(flatten)]
    pub which: Which,
    /// Nomor kantor yang membatalkannya
    #[arg(long, value_name = "NOMOR", value_parser = uuid)]
    pub office: Uuid,
    /// Alasan: to-be-corrected, evidence-invalid, entered-in-error
    #[arg(long, value_name = "ALASAN", hide_possible_values = true)]
    pub reason: WithdrawingVerification,
}

fn people(text: &str) -> Result<pb::ReachByChannel, String> {
    const FORM: &str = "tulis CARA=BANYAK, misalnya meeting=40";
    let (channel, people) = text.split_once('=').ok_or(FORM)?;
    let channel = <Telling as clap::ValueEnum>::from_str(channel.trim(), true).map_err(|_| {
        let known = <Telling as clap::ValueEnum>::value_variants().iter();
        let known = known.filter_map(clap::ValueEnum::to_possible_value).map(|word| word.get_name().to_owned());
        format!("cara \"{channel}\" tidak dikenal; pilih salah satu: {}", known.collect::<Vec<_>>().join(", "))
    })?;
    Ok(pb::ReachByChannel { channel: channel.into(), people: people.trim().parse().map_err(|_| FORM)? })
}

words!(Status as DeliveryStatus:
    Assigned, Undeliverable, Delivered, Opened, Acknowledged, Declined, SessionHeld, ReachReported, Verified);
words!(Channel as DeliveryChannel: Inbox, Webhook, Email, Bulletin, Office);
words!(Telling as SessionChannel:
    Meeting, OnlineMeeting, HouseVisit, Radio, Loudspeaker, SocialMedia, MessagingGroup, Print, Performance, Other);
words!(Notice as NoticeKind: Corrected, Withdrawn);
words!(Declining as DeliveryDeclineReason: NotRelevant, NoCapacity, Language, Content, Other);
words!(Failing as UndeliverableReason: NoAddress, Refused, Unreachable, NotAllowed);
words!(WithdrawingSession as SessionWithdrawalReason: Doubled, NotHeld, WrongCampaign);
words!(WithdrawingVerification as VerificationWithdrawalReason: ToBeCorrected, EvidenceInvalid, EnteredInError);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::{
        self,
        tests::{refused, typed},
    };

    const ID: &str = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";

    #[test]
    fn reach_is_typed_channel_by_channel() {
        let args = ["delivery", "report-reach", ID, ID, "--on", "14/03/2026", "--people", "meeting=40"];
        let cli::Command::Delivery(Command::ReportReach(wish)) =
            typed(&[&args[..], &["--people", "messaging-group = 120"]].concat())
        else {
            panic!("it is another command")
        };
        let people: Vec<_> = wish.people.iter().map(|reach| (reach.channel(), reach.people)).collect();
        assert_eq!(people, [(SessionChannel::Meeting, 40), (SessionChannel::MessagingGroup, 120)]);
    }

    #[test]
    fn what_is_wrong_or_missing_is_said() {
        for (args, what) in [
            (&["delivery", "show", ID][..], "belum disebut: <KIM>"),
            (&["delivery", "acknowledge", ID, ID, "--at", "kemarin"], "tulis tanggal dengan jamnya"),
            (&["delivery", "decline", ID, ID], "belum disebut: --reason"),
            (&["delivery", "undeliverable", ID, ID, "--channel", "fax"], "pilih salah satu: inbox, webhook"),
            (&["delivery", "report-session", ID, ID, "--on", "2026-03-14"], "belum disebut: --channel"),
            (&["delivery", "report-reach", ID, ID, "--people", "40"], "tulis CARA=BANYAK"),
            (
                &["delivery", "report-reach", ID, ID, "--people", "koran=40"],
                "pilih salah satu: meeting, online-meeting",
            ),
        ] {
            let said = refused(args);
            assert!(said.contains(what), "{args:?}: {said}");
        }
    }
}
