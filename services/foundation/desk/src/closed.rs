//! What is said while the log takes no events: to an officer, that nothing is lost and when to come again; to an operator, what to do.

use kim_chassis::errors::Fault;
use kim_eventlog::{Closed, Gate, Reason};
use tonic::{Code, Request, Status, service::Interceptor};

use crate::words::Words;

/// A command or a question that came while the log is closed.
#[must_use]
pub fn closed(closed: Closed) -> Fault {
    let (message, remedy) = match closed.reason {
        Reason::Moved => (
            "Layanan ditutup sebentar: basis data baru dipulihkan atau dipindahkan, dan sedang dicocokkan dengan aliran kejadian.",
            "Simpan data Anda, lalu coba lagi beberapa menit lagi. Pengelola: periksa NATS dan kimctl status.",
        ),
        Reason::SetBack | Reason::Behind | Reason::Differs | Reason::NoStream => (
            "Layanan ditutup: basis data dipulihkan ke keadaan yang lebih lama, dan belum dicocokkan dengan aliran kejadian.",
            "Simpan data Anda, lalu coba lagi setelah layanan dibuka. Pengelola: jalankan kimctl log reconcile.",
        ),
        Reason::OtherLog => (
            "Layanan ditutup: basis data dan aliran kejadian bukan milik log yang sama.",
            "Simpan data Anda, lalu coba lagi setelah layanan dibuka. Pengelola: periksa alamat basis data dan NATS.",
        ),
        Reason::Damaged => (
            "Layanan ditutup: basis data rusak, ada kejadian yang hilang di tengahnya.",
            "Simpan data Anda, lalu coba lagi setelah layanan dibuka. Pengelola: pulihkan basis data dari cadangan.",
        ),
    };
    Words::new("LOG_CLOSED", message, remedy).fault(Code::Unavailable, format!("the log is closed: {closed}"))
}

/// Stands before everything that is said about records: a log that was set back would answer what is no longer true.
#[derive(Clone)]
pub struct Door(pub Gate);

impl Interceptor for Door {
    fn call(&mut self, request: Request<()>) -> Result<Request<()>, Status> {
        match self.0.closed() {
            None => Ok(request),
            Some(why) => Err(closed(why).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_tells_an_officer_to_come_again_and_an_operator_what_to_do() {
        for reason in Reason::ALL {
            let fault = closed(Closed { reason, position: None });
            assert_eq!((fault.code, fault.reason), (Code::Unavailable, "LOG_CLOSED"));
            assert!(fault.message_id.contains("coba lagi") && fault.message_id.contains("Pengelola: "), "{reason:?}");
        }
    }
}
