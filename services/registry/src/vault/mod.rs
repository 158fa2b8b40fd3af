//! Personal data and people's own words: officers, contacts, decree numbers, notes. Events only refer to them.

mod access;
mod agreement;

use kim_contract::registry::v1 as pb;
use kim_desk::{
    secrets::Secrets,
    vault,
    wire::{Paired, date},
};
use kim_eventlog::{Log, Opened, Sealed, Vault, VaultError};
use kim_values::VaultRef;
use prost::Message;
use uuid::Uuid;

use crate::domain::{
    board::{Board, OfficerFacts, Term},
    ids::{CommunityId, OfficerId},
};

/// What is not public about a community. In the vault each officer is a record of its own, with a key of its own: one person
/// can be forgotten without the others.
#[derive(Clone, PartialEq, Message)]
pub struct CommunityRecord {
    /// As it was typed.
    #[prost(string, tag = "1")]
    pub decree_number: String,
    #[prost(message, optional, tag = "2")]
    pub contacts: Option<pb::CommunityContacts>,
    /// As it stands on the decree.
    #[prost(string, tag = "3")]
    pub decree_issuer_name: String,
}

impl CommunityRecord {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.decree_number.is_empty()
            && self.decree_issuer_name.is_empty()
            && self.contacts.as_ref().is_none_or(|c| *c == pb::CommunityContacts::default())
    }

    /// Its officers, each with the id that the vault keeps them under: whoever is new is given one.
    pub fn officers(&mut self) -> &mut [pb::Officer] {
        let officers = self.contacts.as_mut().map(|contacts| contacts.officers.as_mut_slice()).unwrap_or_default();
        for officer in &mut *officers {
            if officer.officer_id.is_empty() {
                officer.officer_id = Uuid::now_v7().to_string();
            }
        }
        officers
    }
}

/// The registry's vault. A community's address and decree number have the community's key, each officer has one alone.
#[derive(Clone)]
pub struct Records {
    vault: Vault,
    log: Log,
}

const RECORD: &str = "community-record";
const OFFICER: &str = "officer";
const NOTE: &str = "note";

impl Records {
    #[must_use]
    pub fn new(log: Log, secrets: &Secrets) -> Self {
        Self { vault: secrets.vault(&log), log }
    }

    /// Seals the record of a community that has nothing in the vault yet; `None` when there is nothing to seal.
    #[must_use]
    pub fn seal_first(&self, community: CommunityId, record: &CommunityRecord) -> Option<(VaultRef, Vec<Sealed>)> {
        if record.is_empty() {
            return None;
        }
        let reference = Uuid::now_v7();
        let (of_community, officers) = parts(record);
        let seal = |officer: &pb::Officer| {
            self.vault.seal_new(owner_of(officer), OFFICER, reference, &officer.encode_to_vec())
        };
        let mut sealed: Vec<Sealed> = officers.iter().map(seal).collect();
        sealed.push(self.vault.seal_new(community.0, RECORD, reference, &of_community.encode_to_vec()));
        Some((VaultRef(reference), sealed))
    }

    /// Seals a record that takes the place of an earlier one.
    pub async fn seal_again(
        &self,
        community: CommunityId,
        record: &CommunityRecord,
    ) -> Result<Option<(VaultRef, Vec<Sealed>)>, VaultError> {
        if record.is_empty() {
            return Ok(None);
        }
        let reference = Uuid::now_v7();
        let (of_community, officers) = parts(record);
        let mut sealed = Vec::with_capacity(officers.len() + 1);
        for officer in &officers {
            sealed.push(self.seal_one(officer, reference).await?);
        }
        sealed.push(self.vault.seal(community.0, RECORD, reference, &of_community.encode_to_vec()).await?);
        Ok(Some((VaultRef(reference), sealed)))
    }

    /// Seals an officer who came onto the board later, or whose data changed.
    pub async fn seal_officer(&self, officer: &pb::Officer) -> Result<Sealed, VaultError> {
        self.seal_one(officer, Uuid::now_v7()).await
    }

    async fn seal_one(&self, officer: &pb::Officer, reference: Uuid) -> Result<Sealed, VaultError> {
        self.vault.seal(owner_of(officer), OFFICER, reference, &officer.encode_to_vec()).await
    }

    /// Seals an office's words about a community, or about another aggregate; `None` when it said nothing.
    pub async fn seal_note(&self, owner: Uuid, note: &str) -> Result<Option<(VaultRef, Sealed)>, VaultError> {
        vault::seal_text(&self.vault, owner, NOTE, note).await
    }

    /// A community's record without its officers; empty when there is none.
    pub async fn open(&self, reference: Option<VaultRef>) -> Result<CommunityRecord, VaultError> {
        Ok(self.opened(reference).await?.0)
    }

    /// A community's record with its board, without what was erased; empty when there is none.
    pub async fn open_with_board(
        &self,
        reference: Option<VaultRef>,
        board: &Board,
    ) -> Result<CommunityRecord, VaultError> {
        let (mut record, entered) = self.opened(reference).await?;
        // A log's older records name no board.
        let entered = entered.iter().filter(|_| board.served.is_empty());
        let mut officers: Vec<pb::Officer> = entered.map(decoded).collect::<Result<_, _>>()?;
        let people = self.officers(board).await?;
        for served in &board.served {
            let Term { officer, role, from, until } = served.term;
            let known = people.iter().find(|(id, _)| *id == officer).map(|(_, person)| person.clone());
            officers.push(pb::Officer {
                officer_id: officer.to_string(),
                role: role.to_proto(),
                term_from: Some(date::to_proto(from)),
                term_until: until.map(date::to_proto),
                ..known.unwrap_or_default()
            });
        }
        if !officers.is_empty() {
            record.contacts.get_or_insert_default().officers = officers;
        }
        Ok(record)
    }

    /// What stands under a community's reference: its own record, and the officers that were entered with it.
    async fn opened(&self, reference: Option<VaultRef>) -> Result<(CommunityRecord, Vec<Opened>), VaultError> {
        let Some(reference) = reference else { return Ok(Default::default()) };
        let (officers, own): (Vec<_>, Vec<_>) =
            self.vault.open(reference.0).await?.into_iter().partition(|opened| opened.kind == OFFICER);
        let own = own.iter().find(|opened| opened.kind == RECORD);
        Ok((own.map(decoded).transpose()?.unwrap_or_default(), officers))
    }

    /// What a rule may ask about the officers of a board.
    pub async fn facts(&self, board: &Board) -> Result<Vec<OfficerFacts>, VaultError> {
        let people = self.officers(board).await?;
        Ok(people.iter().map(|(officer, person)| facts_of(*officer, person)).collect())
    }

    async fn officers(&self, board: &Board) -> Result<Vec<(OfficerId, pb::Officer)>, VaultError> {
        let mut owners: Vec<Uuid> = board.served.iter().map(|served| served.term.officer.0).collect();
        owners.sort_unstable();
        owners.dedup();
        if owners.is_empty() {
            return Ok(Vec::new());
        }
        let opened = self.vault.newest_of(&owners, OFFICER).await?;
        opened.iter().map(|opened| Ok((OfficerId(opened.owner), decoded(opened)?))).collect()
    }
}

/// What a rule may ask about somebody.
#[must_use]
pub fn facts_of(officer: OfficerId, person: &pb::Officer) -> OfficerFacts {
    let born_on = person.born_on.as_ref().and_then(date::from_proto);
    OfficerFacts { officer, born_on, civil_servant: person.civil_servant }
}

fn owner_of(officer: &pb::Officer) -> Uuid {
    Uuid::try_parse(&officer.officer_id).expect("whoever is sealed was given an id")
}

fn decoded<M: Message + Default>(opened: &Opened) -> Result<M, VaultError> {
    M::decode(opened.content.as_slice()).map_err(|_| VaultError::Unreadable)
}

/// What has the community's key, and the officers.
fn parts(record: &CommunityRecord) -> (CommunityRecord, Vec<pb::Officer>) {
    let mut of_community = record.clone();
    let officers = of_community.contacts.as_mut().map(|contacts| std::mem::take(&mut contacts.officers));
    (of_community, officers.unwrap_or_default())
}
