//! `Reconcile`, and what is said of a log that is closed.

use kim_contract::log::v1::{
    ClosureReason, Decision as DecisionMessage, LogClosure, ReconcileChoice, ReconcilePlan, ReconcileRequest,
    ReconcileResponse, Relation as RelationMessage, RelayAlarm, TypeCount,
};
use tokio::sync::mpsc;
use tonic::Status;

use crate::{
    Alarm, Choice, Closed, Decision, Guard, Plan, Position, Reason, ReconcileError, Relation, Wish, remote::timestamp,
};

/// Decides whether a call may reconcile, and says who calls: an opaque subject. The chassis' access rules stand behind it.
pub type AuthoriseDecision = dyn Fn(&tonic::Extensions) -> Result<String, Status> + Send + Sync;
/// Words for why it was not done.
pub type Explain = dyn Fn(&ReconcileError) -> Status + Send + Sync;

/// What a service needs to have its log reconciled over gRPC.
pub struct Reconciling {
    pub guard: Guard,
    pub authorise: Box<AuthoriseDecision>,
    pub explain: Box<Explain>,
}

pub(super) type Answers = mpsc::Sender<Result<ReconcileResponse, Status>>;

/// Answers the plan, and carries the decision out if it is confirmed, whether somebody listens or not.
pub(super) async fn reconcile(
    reconciling: &Reconciling,
    request: ReconcileRequest,
    subject: String,
    answers: &Answers,
) -> Result<(), Status> {
    let guard = &reconciling.guard;
    let explained = |error: ReconcileError| (reconciling.explain)(&error);
    let plan = guard.plan().await.map_err(explained)?;
    let answer = |response| async { drop(answers.send(Ok(response)).await) };
    answer(ReconcileResponse { plan: Some(plan_message(&plan)), ..Default::default() }).await;
    if !request.confirm {
        return Ok(());
    }
    let choice = match request.choice() {
        ReconcileChoice::TakeBack => Choice::TakeBack,
        ReconcileChoice::KeepLog => Choice::KeepLog,
        ReconcileChoice::Unspecified => return Err(Status::invalid_argument("choice: not set")),
    };
    let position = |value| Position::new(value).ok_or_else(|| Status::invalid_argument("a position is negative"));
    let (from, to) = (position(request.from_position)?, position(request.to_position)?);
    let (progress, mut positions) = mpsc::channel(4);
    let carrying_out = guard.reconcile(Wish { choice, subject, from, to }, progress);
    tokio::pin!(carrying_out);
    let decision = loop {
        tokio::select! {
            decision = &mut carrying_out => break decision.map_err(explained)?,
            Some(position) = positions.recv() => {
                // A caller that reads slowly misses some; nobody waits for it.
                let _ = answers.try_send(Ok(ReconcileResponse { position: position.get(), ..Default::default() }));
            }
        }
    };
    answer(ReconcileResponse { decision: Some(decision_message(&decision)), ..Default::default() }).await;
    Ok(())
}

pub(super) fn closure(closed: Closed) -> LogClosure {
    let reason = match closed.reason {
        Reason::Moved => ClosureReason::Moved,
        Reason::SetBack => ClosureReason::SetBack,
        Reason::Behind => ClosureReason::Behind,
        Reason::Differs => ClosureReason::Differs,
        Reason::OtherLog => ClosureReason::OtherLog,
        Reason::NoStream => ClosureReason::NoStream,
        Reason::Damaged => ClosureReason::Damaged,
    };
    LogClosure { reason: reason.into(), position: closed.position.map(Position::get).unwrap_or_default() }
}

pub(super) fn alarm(alarm: Option<Alarm>) -> RelayAlarm {
    match alarm {
        None => RelayAlarm::Unspecified,
        Some(Alarm::AnotherPublisher) => RelayAlarm::AnotherPublisher,
        Some(Alarm::SettingsRefused) => RelayAlarm::SettingsRefused,
        Some(Alarm::NothingKept) => RelayAlarm::NothingKept,
    }
}

pub(super) fn decision_message(decision: &Decision) -> DecisionMessage {
    let choice = match decision.choice.as_str() {
        "take_back" => ReconcileChoice::TakeBack,
        "keep_log" => ReconcileChoice::KeepLog,
        _ => ReconcileChoice::Unspecified,
    };
    DecisionMessage {
        decision_id: decision.decision_id.to_string(),
        choice: choice.into(),
        subject: decision.subject.clone(),
        decided_time: Some(timestamp(decision.decided_at)),
        from_position: decision.from_position,
        to_position: decision.to_position,
        head: decision.head,
        events: decision.events,
        ended_time: decision.ended_at.map(timestamp),
    }
}

fn plan_message(plan: &Plan) -> ReconcilePlan {
    let (relation, lost, other) = match plan.relation {
        Relation::Whole => (RelationMessage::Whole, 0, String::new()),
        Relation::Behind => (RelationMessage::Behind, 0, String::new()),
        Relation::Differs => (RelationMessage::Differs, 0, String::new()),
        Relation::OtherLog(id) => (RelationMessage::OtherLog, 0, id.to_string()),
        Relation::NoStream => (RelationMessage::NoStream, 0, String::new()),
        Relation::Lost(position) => (RelationMessage::Lost, position.get(), String::new()),
    };
    let choices = [(plan.can_take_back(), ReconcileChoice::TakeBack), (plan.can_keep_log(), ReconcileChoice::KeepLog)];
    ReconcilePlan {
        relation: relation.into(),
        closure: plan.closed.map(closure),
        head: plan.head.get(),
        stream_first: plan.first.get(),
        stream_last: plan.last.get(),
        from_position: plan.from.get(),
        to_position: plan.to.get(),
        types: plan.types.iter().map(|(name, events)| TypeCount { r#type: name.clone(), events: *events }).collect(),
        first_recorded_time: plan.first_recorded.map(timestamp),
        last_recorded_time: plan.last_recorded.map(timestamp),
        bare_events: plan.bare,
        vault_records: plan.records,
        events_beyond_hole: plan.beyond_hole,
        foreign_messages: plan.foreign,
        events_only_in_log: plan.only_log,
        lost_position: lost,
        other_log_id: other,
        choices: choices.into_iter().filter(|(can, _)| *can).map(|(_, choice)| choice.into()).collect(),
    }
}
