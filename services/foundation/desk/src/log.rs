//! Who may read the service's log, and how much of it; and who decides about it after a restore.

use kim_chassis::{
    access::{Action, Reach, Resource, permit, reach},
    errors::Fault,
    serve,
};
use kim_eventlog::{Filter, ReconcileError};
use kim_territory::{Level, RegionCode, spelling::grouped};
use tonic::{Code, Extensions, Status};

use crate::words::Words;

/// Narrows a reader's filter to its scope; a part outside it is refused.
pub fn authorise(extensions: &Extensions, mut filter: Filter) -> Result<Filter, Status> {
    let principal = serve::principal_in(extensions)?;
    let own = match reach(principal, Action::LogRead)? {
        Reach::Everywhere => return Ok(filter),
        Reach::Within(code) | Reach::Below(code) => code,
        Reach::Community(_) => return Err(outside().into()),
    };
    let (province, regency) = tokens(own)?;
    let outside_province = filter.province.as_ref().is_some_and(|wanted| *wanted != province);
    let outside_regency = filter.regency.as_ref().zip(regency.as_ref()).is_some_and(|(wanted, own)| wanted != own);
    if outside_province || outside_regency {
        return Err(outside().into());
    }
    filter.province = Some(province);
    filter.regency = filter.regency.or(regency);
    Ok(filter)
}

/// Who may decide what becomes of the log after a restore: the opaque subject of who does.
pub fn authorise_decision(extensions: &Extensions) -> Result<String, Status> {
    let principal = serve::principal_in(extensions)?;
    let permit = permit(principal, Action::LogReconcile, Resource::Nation)?;
    Ok(permit.subject().to_string())
}

/// Why the log was not reconciled.
#[must_use]
pub fn not_reconciled(error: &ReconcileError) -> Status {
    let words = |reason, message: &str, remedy: &str| Words::new(reason, message, remedy);
    let (code, words) = match error {
        ReconcileError::Changed => (
            Code::Aborted,
            words("RECONCILE_CHANGED", "Log atau alirannya berubah sejak dilihat.", "Lihat lagi, lalu putuskan."),
        ),
        ReconcileError::Busy => (
            Code::Aborted,
            words("RECONCILE_BUSY", "Pemulihan log sedang dikerjakan.", "Tunggu sampai selesai, lalu lihat lagi."),
        ),
        ReconcileError::NotPossible(_) => (
            Code::FailedPrecondition,
            words(
                "RECONCILE_NOT_POSSIBLE",
                "Pilihan ini tidak dapat dilakukan.",
                "Lihat keadaannya, lalu pilih yang ditawarkan.",
            ),
        ),
        ReconcileError::DoesNotFit(position) => (
            Code::FailedPrecondition,
            words(
                "RECONCILE_DOES_NOT_FIT",
                &format!("Kejadian di posisi {} aliran tidak cocok dengan isi log.", grouped(position.get())),
                "Pulihkan cadangan yang lebih baru atau lebih lama, lalu lihat lagi.",
            ),
        ),
        ReconcileError::Unanswered(why) => {
            tracing::warn!(why, "the log could not be reconciled");
            (
                Code::Unavailable,
                words("BROKER_UNAVAILABLE", "NATS tidak menjawab layanan ini.", "Periksa NATS, lalu coba lagi."),
            )
        }
        ReconcileError::Database(_) | ReconcileError::Prepare(_) => {
            tracing::error!(error = error as &dyn std::error::Error, "the log could not be reconciled");
            return Fault::unavailable("the log could not be reconciled; look again").into();
        }
    };
    words.fault(code, error.to_string()).into()
}

fn tokens(own: RegionCode) -> Result<(String, Option<String>), Fault> {
    let (province, regency) = own.subject_tokens();
    match own.level() {
        Level::Province => Ok((province, None)),
        Level::Regency => Ok((province, Some(regency))),
        Level::Nation | Level::District | Level::Village => Err(outside()),
    }
}

fn outside() -> Fault {
    Words::new("OUT_OF_SCOPE", "Bagian log ini di luar wilayah kerja Anda.", "Mintalah wilayah Anda sendiri.")
        .fault(Code::PermissionDenied, "the filter asks for more than the caller's scope")
}
