//! What a person reads for the words of the contract.

use kim_contract::dissemination::v1::{
    DeliveryChannel, DeliveryDeclineReason, DeliveryStatus, ReceiptKind, SessionChannel, UndeliverableReason,
};

pub(crate) fn status(status: DeliveryStatus) -> &'static str {
    match status {
        DeliveryStatus::Unspecified => "tidak dikenal",
        DeliveryStatus::Assigned => "dikirim",
        DeliveryStatus::Undeliverable => "tidak sampai",
        DeliveryStatus::Delivered => "sampai",
        DeliveryStatus::Opened => "dibuka",
        DeliveryStatus::Acknowledged => "dikonfirmasi",
        DeliveryStatus::Declined => "ditolak",
        DeliveryStatus::SessionHeld => "sesi digelar",
        DeliveryStatus::ReachReported => "jangkauan dilaporkan",
        DeliveryStatus::Verified => "diverifikasi",
    }
}

pub(super) fn receipt(kind: ReceiptKind) -> &'static str {
    match kind {
        ReceiptKind::Unspecified => "tidak dikenal",
        ReceiptKind::Delivered => "sampai",
        ReceiptKind::Opened => "dibuka",
        ReceiptKind::Acknowledged => "dikonfirmasi",
    }
}

pub(crate) fn channel(channel: DeliveryChannel) -> &'static str {
    match channel {
        DeliveryChannel::Unspecified => "tidak dikenal",
        DeliveryChannel::Inbox => "kotak masuk",
        DeliveryChannel::Webhook => "webhook",
        DeliveryChannel::Email => "surel",
        DeliveryChannel::Bulletin => "buletin cetak",
        DeliveryChannel::Office => "petugas kantor",
    }
}

pub(super) fn telling(channel: SessionChannel) -> &'static str {
    match channel {
        SessionChannel::Unspecified => "tidak dikenal",
        SessionChannel::Meeting => "pertemuan",
        SessionChannel::OnlineMeeting => "pertemuan daring",
        SessionChannel::HouseVisit => "kunjungan rumah",
        SessionChannel::Radio => "radio",
        SessionChannel::Loudspeaker => "pengeras suara",
        SessionChannel::SocialMedia => "media sosial",
        SessionChannel::MessagingGroup => "grup pesan",
        SessionChannel::Print => "cetakan",
        SessionChannel::Performance => "pertunjukan",
        SessionChannel::Other => "lainnya",
    }
}

pub(super) fn declining(reason: DeliveryDeclineReason) -> &'static str {
    match reason {
        DeliveryDeclineReason::Unspecified => "tidak disebut",
        DeliveryDeclineReason::NotRelevant => "tidak cocok bagi warganya",
        DeliveryDeclineReason::NoCapacity => "tidak ada tenaga",
        DeliveryDeclineReason::Language => "bahasanya",
        DeliveryDeclineReason::Content => "isinya diragukan",
        DeliveryDeclineReason::Other => "lain-lain",
    }
}

pub(super) fn failing(reason: UndeliverableReason) -> &'static str {
    match reason {
        UndeliverableReason::Unspecified => "tidak disebut",
        UndeliverableReason::NoAddress => "alamatnya tidak ada",
        UndeliverableReason::Refused => "ditolak penerima",
        UndeliverableReason::Unreachable => "tidak terjangkau",
        UndeliverableReason::NotAllowed => "tidak diizinkan",
    }
}
