//! What happens when a command is given to a material.

use kim_values::{DocumentHash, VaultRef};
use time::Date;

use super::{
    Command, Event, Material, MaterialError, Publication, Published, ReturnReason, RevisionReason, SealedContent,
    Stage, Version, Withdrawal, Working,
};
use crate::domain::{Refusal, content::Wording, ids::ActorRef, programme};

pub fn decide(state: Option<&Material>, command: Command) -> Result<Vec<Event>, Refusal> {
    if let Command::Draft { outline, content, programme, by, today } = command {
        if state.is_some() {
            return Err(Refusal::MaterialExists);
        }
        programme.takes_new()?;
        return Ok(vec![Event::Drafted { outline, content, by, on: today }]);
    }
    let material = state.ok_or(Refusal::MaterialNotFound)?;
    material.goes_on()?;
    match command {
        Command::Draft { .. } => unreachable!("decided above"),
        Command::Amend { content, by, today } => amend(material.worked_on()?, content, by, today),
        Command::Submit { by, today } => {
            let working = material.worked_on()?;
            match working.stage {
                Stage::Draft => Ok(vec![Event::Submitted { version: working.version, by, on: today }]),
                _ => Err(MaterialError::NotDraft(working.stage.status()).into()),
            }
        }
        Command::Return { reasons, note, by, today } => give_back(material.worked_on()?, reasons, note, by, today),
        Command::Approve { hash, by, today } => approve(material.worked_on()?, hash, by, today),
        Command::Publish { wording, programme, by, today } => publish(material, *wording, programme, by, today),
        Command::Revise { reason, content, programme, by, today } => {
            material.published()?;
            begins(Some(reason), programme)?;
            if let Some(working) = &material.working {
                return Err(MaterialError::WorkedOnAlready(working.version).into());
            }
            Ok(vec![Event::Revised { version: material.last.next(), reason, content, by, on: today }])
        }
        Command::Discard { by, today } => {
            Ok(vec![Event::Discarded { version: material.worked_on()?.version, by, on: today }])
        }
        Command::Withdraw { reason, note, by, today } => {
            let version = material.published()?.version;
            Ok(vec![Event::Withdrawn { version, withdrawal: Withdrawal { reason, note, on: today }, by }])
        }
    }
}

impl Material {
    /// The version that is worked on, of a material that goes on.
    pub fn version_in_work(&self) -> Result<&Working, Refusal> {
        self.goes_on()?;
        Ok(self.worked_on()?)
    }

    /// Neither withdrawn nor given up.
    fn goes_on(&self) -> Result<(), Refusal> {
        if self.withdrawn.is_some() {
            Err(Refusal::MaterialWithdrawn)
        } else if self.working.is_none() && self.published.is_empty() {
            Err(Refusal::MaterialDiscarded)
        } else {
            Ok(())
        }
    }

    fn worked_on(&self) -> Result<&Working, MaterialError> {
        self.working.as_ref().ok_or(MaterialError::NothingWorkedOn)
    }

    fn published(&self) -> Result<&Published, Refusal> {
        self.published.last().ok_or(Refusal::MaterialNotPublished)
    }
}

/// What is wrong is corrected in a closed programme, too.
fn begins(revision: Option<RevisionReason>, programme: programme::Status) -> Result<(), Refusal> {
    if revision == Some(RevisionReason::Correction) { Ok(()) } else { programme.takes_new() }
}

/// What says the same as before decides nothing.
fn amend(working: &Working, content: SealedContent, by: ActorRef, today: Date) -> Result<Vec<Event>, Refusal> {
    match &working.stage {
        Stage::Draft | Stage::Returned { .. } if content.hash == working.content.hash => Ok(Vec::new()),
        Stage::Draft | Stage::Returned { .. } => {
            Ok(vec![Event::Amended { version: working.version, content, by, on: today }])
        }
        stage => Err(MaterialError::NotAmendable(stage.status()).into()),
    }
}

fn give_back(
    working: &Working,
    reasons: Vec<ReturnReason>,
    note: Option<VaultRef>,
    by: ActorRef,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    match &working.stage {
        Stage::InReview | Stage::Approved { .. } if reasons.is_empty() => {
            Err(MaterialError::ReturnReasonMissing.into())
        }
        Stage::InReview | Stage::Approved { .. } => {
            Ok(vec![Event::Returned { version: working.version, reasons, note, by, on: today }])
        }
        stage => Err(MaterialError::NotReturnable(stage.status()).into()),
    }
}

fn approve(working: &Working, hash: DocumentHash, by: ActorRef, today: Date) -> Result<Vec<Event>, Refusal> {
    match &working.stage {
        Stage::InReview if working.authors.contains(&by) => Err(MaterialError::OwnWork.into()),
        Stage::InReview if hash != working.content.hash => Err(MaterialError::ContentChanged.into()),
        Stage::InReview => Ok(vec![Event::Approved { version: working.version, hash, by, on: today }]),
        stage => Err(MaterialError::NotInReview(stage.status()).into()),
    }
}

fn publish(
    material: &Material,
    wording: Wording,
    programme: programme::Status,
    by: ActorRef,
    today: Date,
) -> Result<Vec<Event>, Refusal> {
    let ready = material.worked_on()?;
    let Stage::Approved { .. } = ready.stage else {
        return Err(MaterialError::NotApproved(ready.stage.status()).into());
    };
    begins(ready.revision, programme)?;
    let hash = wording.hash();
    if hash != ready.content.hash {
        return Err(MaterialError::NotAsApproved.into());
    }
    if wording.note.is_some() != ready.revision.is_some() {
        return Err(MaterialError::RevisionNote.into());
    }
    let superseded: Option<Version> = material.published.last().map(|published| published.version);
    Ok(vec![Event::Published(Box::new(Publication {
        programme: material.outline.programme,
        version: ready.version,
        wording,
        hash,
        superseded,
        revision: ready.revision,
        by,
        on: today,
    }))])
}
