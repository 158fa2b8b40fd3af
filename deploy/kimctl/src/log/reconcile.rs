//! `kimctl log reconcile`: shows how log and stream stand after a restore, and carries out what a person decides.

use anyhow::{anyhow, bail};
use kim_contract::log::v1::{ReconcileChoice, ReconcilePlan, ReconcileRequest};
use tonic::{Code, Status};

use super::{LogContext, closure::Decided, standing::Standing};
use crate::{
    connection::{Services, plain, words},
    progress::Progress,
};

/// Shows the plan for a choice; with `yes`, does it.
pub async fn reconcile(
    services: &Services,
    context: LogContext,
    choice: ReconcileChoice,
    yes: bool,
) -> anyhow::Result<Standing> {
    let plan = plan(services, context, choice).await?;
    let mut standing = Standing::of(context, &plan, choice);
    if yes && standing.can_be_done {
        standing.decided = Some(carry_out(services, context, choice, &plan).await?);
    }
    Ok(standing)
}

async fn plan(services: &Services, context: LogContext, choice: ReconcileChoice) -> anyhow::Result<ReconcilePlan> {
    let request = ReconcileRequest { choice: choice.into(), ..ReconcileRequest::default() };
    let asked = services.log(context).reconcile(services.request(request)).await;
    let mut answers = asked.map_err(|status| services.said(context, &status))?.into_inner();
    let first = answers.message().await.map_err(|status| services.said(context, &status))?;
    first
        .and_then(|answer| answer.plan)
        .ok_or_else(|| anyhow!("{} tidak mengatakan apa-apa; coba lagi", context.service()))
}

/// On the very positions that were shown.
async fn carry_out(
    services: &Services,
    context: LogContext,
    choice: ReconcileChoice,
    plan: &ReconcilePlan,
) -> anyhow::Result<Decided> {
    let (from_position, to_position) = (plan.from_position, plan.to_position);
    let request = ReconcileRequest { choice: choice.into(), confirm: true, from_position, to_position };
    let asked = services.log(context).reconcile(services.request(request)).await;
    let mut answers = asked.map_err(|status| services.said(context, &status))?.into_inner();
    let mut progress = Progress::begin(match choice {
        ReconcileChoice::KeepLog => "Menyisihkan isi aliran",
        _ => "Mengambil kembali kejadian",
    });
    while let Some(answer) = answers.message().await.map_err(|status| broken_off(context, &status))? {
        if let Some(decision) = answer.decision {
            return Ok((&decision).into());
        }
        if answer.position > 0 {
            progress.set(answer.position - from_position + 1, to_position - from_position + 1);
        }
    }
    bail!(unheard(context))
}

fn unheard(context: LogContext) -> String {
    format!(
        "sambungan terputus; yang sudah diputuskan dikerjakan terus selama {} berjalan. \
         Lihat hasilnya dengan kimctl log reconcile{}",
        context.service(),
        context.option()
    )
}

fn broken_off(context: LogContext, status: &Status) -> anyhow::Error {
    match status.code() {
        // The service says itself why not.
        Code::Aborted | Code::FailedPrecondition | Code::InvalidArgument => anyhow!(plain(status)),
        Code::Unavailable if !status.details().is_empty() => anyhow!(words(status)),
        _ => anyhow!(unheard(context)),
    }
}
