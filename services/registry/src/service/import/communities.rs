//! `ImportCommunities`: a row is a community drafted, submitted and registered in one append.
//!
//! A community's id is a keyed hash of its row's content. So the same row again, in this file or in a later run, after a kill
//! too, meets the community that it made, and adds nothing.

use kim_desk::{
    call::Call,
    failure::unavailable,
    field,
    import::{Admitted, Importer, Outcome, RETRY, Results, at_time, is_busy, office_of, reach_by, run},
    problem::Problems,
    wire::date,
    words::Words,
};
use kim_territory::{Adopted, spelling::grouped};
use std::{collections::HashMap, future::Future, pin::Pin, sync::Arc};

use bytes::Bytes;
use kim_chassis::access::{Action, Reach, Resource, reach};
use kim_contract::registry::v1 as pb;
use kim_eventlog::{Aggregate, AppendError, Claim, Member, Sealed, Version};
use prost::Message;
use time::Date;
use tokio::time::sleep;
use tonic::{Status, Streaming};
use uuid::Uuid;

use super::{accepted, broken, out_of_scope, outcome, refused, refused_for, unchanged};
use crate::{
    domain::{
        board::{Board, Term},
        community::{self, Community},
        ids::{CommunityId, OfficerId},
        profile::{Profile, Standard},
        registration::RegistrationNumber,
    },
    service::{
        claims,
        desk::Desk,
        numbers,
        parse::{self, Decree},
        refusals,
        words::{self},
    },
    startup::CONTEXT,
    vault::{CommunityRecord, facts_of},
    wire::{
        self,
        community::{Communities, profile_message},
    },
};

pub fn communities(
    desk: Desk,
    call: Call,
    rows: Streaming<pb::ImportCommunitiesRequest>,
) -> Result<Results<pb::ImportCommunitiesResponse>, Status> {
    let draining = desk.draining.clone();
    let reach = reach(&call.principal, Action::Import)?;
    let office = office_of(&call.principal);
    Ok(run(Import { desk, call, reach, office, seen: HashMap::new() }, CONTEXT, rows, draining))
}

struct Import {
    desk: Desk,
    call: Call,
    reach: Reach,
    office: String,
    /// The rows of this stream by their content.
    seen: HashMap<Uuid, i64>,
}

/// A row that may become a community, but for its number.
struct Candidate {
    number: i64,
    call: Call,
    id: CommunityId,
    profile: Profile,
    record: CommunityRecord,
    terms: Vec<Term>,
    registered_on: Date,
    standard: Standard,
    claims: Vec<Claim>,
}

/// A row that becomes a community, unless another holds what it claims.
pub(super) struct Row {
    candidate: Candidate,
    registration: RegistrationNumber,
}

impl Importer for Import {
    type Message = pb::ImportCommunitiesRequest;
    type Answer = pb::ImportCommunitiesResponse;
    type Row = Row;
    type Result = pb::RowResult;
    type Work = Pin<Box<dyn Future<Output = Result<pb::RowResult, Status>> + Send>>;

    async fn admit(&mut self, message: Self::Message) -> Result<Vec<Admitted<Row, pb::RowResult>>, Status> {
        let adopted = self.desk.territory();
        self.reach = reach_by(&adopted, &self.call.principal, Action::Import)?;
        let looked: Vec<Admitted<Candidate, pb::RowResult>> =
            message.rows.iter().map(|row| self.look_at(row, &adopted)).collect();
        self.number(looked).await
    }

    fn work(&self) -> impl Fn(Row) -> Self::Work + Send + Sync + 'static {
        let desk = Arc::new(self.desk.clone());
        move |row| {
            let desk = desk.clone();
            Box::pin(async move { enter(&desk, row).await })
        }
    }

    fn outcome(result: &pb::RowResult) -> Option<Outcome> {
        outcome(result)
    }

    fn answer(results: Vec<pb::RowResult>) -> Self::Answer {
        pb::ImportCommunitiesResponse { results }
    }
}

impl Import {
    fn look_at(&mut self, row: &pb::CommunityRow, adopted: &Adopted) -> Admitted<Candidate, pb::RowResult> {
        let mut problems = Problems::default();
        let simulated = self.desk.log.is_simulated();
        let decree = Decree { number: &row.decree_number, issuer_name: &row.decree_issuer_name };
        let parsed = parse::community(row.profile.as_ref(), decree, row.contacts.as_ref(), adopted, &mut problems);
        let registered_on =
            problems.note("registered_on", field::optional_date(row.registered_on.as_ref(), "Tanggal pendaftaran"));
        let call = problems.note("recorded_time", at_time(&self.call, row.recorded_time.as_ref(), simulated));
        let key =
            problems.note("source_key", field::private(&row.source_key, 200, "SOURCE_KEY_TOO_LONG", "Kunci asal"));
        if let Some((profile, record)) = &parsed {
            if !self.reach.covers(Resource::Region(&profile.seat.code)) {
                problems.add("profile.seat.code", out_of_scope(self.reach));
            }
            if record.contacts.iter().flat_map(|c| &c.officers).any(|officer| !officer.officer_id.is_empty()) {
                problems.add("contacts.officers.officer_id", parse::unknown_officer());
            }
        }
        let parsed = parsed.zip(registered_on).zip(call).zip(key);
        let ((((profile, mut record), registered_on), call), key) = match problems.finish(parsed) {
            Ok(parsed) => parsed,
            Err(problems) => return Admitted::Answered(refused(row.row, problems)),
        };
        let id = self.desk.secrets.fingerprint(&canonical(&profile, &record, registered_on, &key));
        if let Some(first) = self.seen.get(&id) {
            return Admitted::Answered(refused_for(row.row, "row", doubled(*first), None));
        }
        self.seen.insert(id, row.row);
        let terms = parse::terms(&mut record, profile.formed_on);
        let today = profile.seat.today(call.now);
        let (registered_on, standard) = (registered_on.unwrap_or(today), self.standard(&profile, &record, today));
        let flaws = community::entry_flaws(&profile, &Board::of(&terms), registered_on, &standard, today);
        if !flaws.is_empty() {
            let mut problems = Problems::default();
            for (field, words, _) in flaws.iter().map(words::flaw) {
                problems.add(field, words);
            }
            return Admitted::Answered(refused(row.row, problems));
        }
        let name = claims::name_at_seat(&self.desk.keys, &profile);
        let lane = name.value.as_u128();
        let mut claims = vec![name];
        if !key.is_empty() {
            claims.push(claims::source(&self.desk.keys, &self.office, &key));
        }
        let (id, number) = (CommunityId(id), row.row);
        let row = Candidate { number, call, id, profile, record, terms, registered_on, standard, claims };
        Admitted::Ready { key: lane, row }
    }

    /// What a row is measured by; of its officers it says itself what there is to know.
    fn standard(&self, profile: &Profile, record: &CommunityRecord, today: Date) -> Standard {
        let rules = self.desk.index.masters().borrow().rules.clone();
        let rule = rules.formation(profile.seat.code, today).map(|dated| (dated.version, dated.rule));
        let officers = record.contacts.iter().flat_map(|contacts| &contacts.officers);
        let facts = |person: &pb::Officer| Some(facts_of(OfficerId::parse(&person.officer_id)?, person));
        Standard { rule, officers: officers.filter_map(facts).collect() }
    }

    /// Gives each new row its registration number, all at once; a row that came before keeps the one that it has.
    async fn number(
        &self,
        looked: Vec<Admitted<Candidate, pb::RowResult>>,
    ) -> Result<Vec<Admitted<Row, pb::RowResult>>, Status> {
        let candidate = |admitted: &Admitted<Candidate, pb::RowResult>| match admitted {
            Admitted::Ready { row, .. } => Some((row.id.0, numbers::series(row.profile.seat.code, row.registered_on))),
            Admitted::Answered(_) => None,
        };
        let candidates: Vec<_> = looked.iter().filter_map(candidate).collect();
        let ids: Vec<Uuid> = candidates.iter().map(|(id, _)| *id).collect();
        let known = self.desk.index.known(&ids).await.map_err(|error| unavailable(&error))?;
        let series: Vec<_> =
            candidates.iter().filter(|(id, _)| !known.contains(id)).map(|(_, series)| *series).collect();
        let taken = numbers::take(self.desk.log.pool(), &series).await.map_err(|error| unavailable(&error))?;
        let mut taken = taken.into_iter();
        let admit = |admitted: Admitted<Candidate, pb::RowResult>| match admitted {
            Admitted::Answered(result) => Admitted::Answered(result),
            Admitted::Ready { row, .. } if known.contains(&row.id.0) => {
                Admitted::Answered(unchanged(row.number, row.id.0))
            }
            Admitted::Ready { key, row: candidate } => {
                let registration = taken.next().expect("a number was taken for each new row");
                Admitted::Ready { key, row: Row { candidate, registration } }
            }
        };
        Ok(looked.into_iter().map(admit).collect())
    }
}

/// What makes two rows the same row: all that they say, however it was spaced, but their number and when they are recorded.
fn canonical(profile: &Profile, record: &CommunityRecord, registered_on: Option<Date>, source_key: &str) -> Vec<u8> {
    pb::CommunityRow {
        profile: Some(profile_message(profile)),
        decree_number: record.decree_number.clone(),
        decree_issuer_name: record.decree_issuer_name.clone(),
        contacts: record.contacts.clone(),
        registered_on: registered_on.map(date::to_proto),
        source_key: source_key.to_owned(),
        ..pb::CommunityRow::default()
    }
    .encode_to_vec()
}

async fn enter(desk: &Desk, row: Row) -> Result<pb::RowResult, Status> {
    let Row { candidate: row, registration } = row;
    let today = row.profile.seat.today(row.call.now);
    let (reference, sealed) = desk.records.seal_first(row.id, &row.record).unzip();
    let content = (row.profile.clone(), row.terms.clone(), reference);
    let decided = community::enter(content, (row.registered_on, registration), &row.standard, today);
    let events = decided.map_err(|refusal| Status::from(refusals::refusal(&refusal)))?;
    let member = member(&row, events, sealed.unwrap_or_default());
    loop {
        return match desk.log.append(member.clone()).await {
            Ok(_) => Ok(accepted(row.number, row.id.0)),
            // The id is the content's: whoever has it is this very community.
            Err(AppendError::Conflict) => Ok(unchanged(row.number, row.id.0)),
            Err(AppendError::Claimed { kind, holder }) if kind == claims::NAME_AT_SEAT => {
                Ok(refused_for(row.number, "profile.name", registered_differently(holder), Some(holder.to_string())))
            }
            Err(AppendError::Claimed { holder, .. }) => {
                Ok(refused_for(row.number, "source_key", source_taken(holder), Some(holder.to_string())))
            }
            Err(error) if is_busy(&error) => {
                sleep(RETRY).await;
                continue;
            }
            Err(error) => Err(broken(error)),
        };
    }
}

/// The member that makes the community. It expects that there is none, so nothing need be read before.
fn member(row: &Candidate, events: Vec<community::Event>, sealed: Vec<Sealed>) -> Member {
    let mut state = Community::default();
    let mut written = Vec::with_capacity(events.len());
    for event in events {
        let happened = wire::community::happened(row.id.0, event, row.profile.seat, row.call.now);
        state = Communities::evolve(state, &happened);
        written.push(Communities::encode(&happened, &state));
    }
    let envelope = row.call.envelope_until_permitted();
    Member {
        aggregate: row.id.0,
        expected: Version::NONE,
        events: written,
        key: None,
        claims: row.claims.clone(),
        releases: vec![],
        vault: sealed,
        actor: envelope.actor,
        traceparent: envelope.traceparent,
        recorded: envelope.recorded,
        result: Bytes::new(),
    }
}

fn doubled(first: i64) -> Words {
    Words::new(
        "ROW_DOUBLED",
        format!("Baris ini sama dengan baris {}.", grouped(first)),
        "Hapus salah satunya, atau perbaiki yang keliru.",
    )
}

fn registered_differently(holder: Uuid) -> Words {
    Words::new(
        "ALREADY_REGISTERED_DIFFERENTLY",
        format!("KIM dengan nama ini sudah terdaftar di wilayah yang sama dengan data lain (nomor {holder})."),
        "Bila KIM yang sama, ubah datanya di sana; bila KIM lain, beri nama yang membedakannya.",
    )
}

fn source_taken(holder: Uuid) -> Words {
    Words::new(
        "SOURCE_KEY_TAKEN",
        format!("Kunci asal ini sudah dipakai KIM lain (nomor {holder})."),
        "Pakai kunci yang berbeda untuk setiap KIM.",
    )
}
