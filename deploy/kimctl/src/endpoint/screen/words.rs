//! What a person reads for the words of the contract.

use kim_contract::dissemination::v1::{EndpointStatus, EndpointSuspensionReason};

pub(super) fn status(status: EndpointStatus) -> &'static str {
    match status {
        EndpointStatus::Unspecified => "tidak dikenal",
        EndpointStatus::Set => "aktif",
        EndpointStatus::Suspended => "dihentikan",
        EndpointStatus::Removed => "dihapus",
    }
}

pub(super) fn suspension(reason: EndpointSuspensionReason) -> &'static str {
    match reason {
        EndpointSuspensionReason::Unspecified => "",
        EndpointSuspensionReason::Unreachable => "berhari-hari tidak ada pesan yang sampai",
        EndpointSuspensionReason::Gone => "penerima menyatakan alamatnya tidak ada lagi",
        EndpointSuspensionReason::Requested => "diminta",
    }
}

/// What a message tells.
pub(super) fn message(kind: &str) -> &str {
    match kind {
        "campaign.assigned" => "kampanye baru",
        "material.corrected" => "koreksi",
        "material.withdrawn" => "penarikan",
        other => other,
    }
}

/// How an attempt ended; one that is not known here as the service says it.
pub(super) fn outcome(code: &str) -> &str {
    match code {
        "delivered" => "sampai",
        "gone" => "alamat tidak ada lagi",
        "not_allowed" => "alamat tidak diizinkan",
        "unresolved" => "nama alamat tidak ditemukan",
        "unreachable" => "tidak terjangkau",
        "untrusted" => "sertifikat tidak dipercaya",
        "late" => "penerima terlalu lambat",
        "cut" => "sambungan terputus",
        "unreadable" => "jawaban tidak terbaca",
        "redirected" => "dialihkan ke alamat lain",
        "refused" => "ditolak penerima",
        "unavailable" => "penerima sedang tidak dapat melayani",
        other => other,
    }
}

/// Why a message was put aside; one that is not known here as the service says it.
pub(super) fn aside(code: &str) -> &str {
    match code {
        "exhausted" => "semua percobaan gagal",
        "suspended" => "alamatnya dihentikan",
        "gone" => "alamat tidak ada lagi",
        "disabled" => "alamatnya dinonaktifkan",
        "moot" => "tidak perlu disampaikan lagi",
        other => other,
    }
}
