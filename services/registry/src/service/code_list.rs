//! `CodeListService`: the lists of codes that activities are told apart by.

use std::sync::Arc;

use kim_chassis::{
    access::{Action, Resource},
    errors::Thing,
};
use kim_contract::registry::v1::{
    self as pb, code_list_service_server::CodeListService, get_code_list_request::Edition,
};
use kim_desk::{
    call::Call,
    failure::behind,
    field,
    problem::{Problems, one},
    wire::{Happened, Paired},
    words::Words,
};
use kim_eventlog::{Done, Proposal};
use kim_values::{PublicName, Region};
use tonic::{Request, Response, Status};

use super::{
    desk::{Desk, Rejection, failed},
    refusals,
};
use crate::{
    domain::{
        Refusal,
        code_list::{self, CodeList, CodeListName, Entry},
    },
    wire::master::{code_list_id, code_list_message},
};

/// The handlers.
#[derive(Clone)]
pub struct Handler(pub Desk);

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl CodeListService for Handler {
    async fn set_code_list(&self, request: Request<pb::SetCodeListRequest>) -> Answer<pb::SetCodeListResponse> {
        let (call, request) = self.0.command(request)?;
        let permit = call.permit(Action::CodeListWrite, Resource::Nation)?;
        let (name, entries) = list(&request)?;
        let list = CodeList::new(name, entries).map_err(|flaws| refusals::refusal(&Refusal::CodeList(flaws)))?;
        let nation = Region::nation();
        let day = field::optional_date(request.effective_from.as_ref(), "Tanggal berlaku");
        let effective_from = one("effective_from", day)?.unwrap_or_else(|| nation.today(call.now));
        let command = code_list::Command::Set { list: Arc::new(list), effective_from };
        let id = code_list_id(name);
        let done = self
            .0
            .code_lists
            .execute(id, &call.envelope(&permit), |snapshot| {
                let events = code_list::decide(&snapshot.state, command.clone())?;
                let happened = |event| Happened::new(id, event, None, nation, call.now);
                Ok::<_, Rejection>(Proposal::of(events.into_iter().map(happened).collect()))
            })
            .await
            .map_err(failed)?;
        if let Done::New { first, .. } = done {
            // Who sets a list and then reports meets the list.
            self.0.index.followed.settle(first).await;
        }
        let lists = self.0.code_lists.load(id).await.map_err(failed)?;
        let code_list = lists.state.newest().map(code_list_message);
        Ok(Response::new(pb::SetCodeListResponse { code_list }))
    }

    async fn get_code_list(&self, request: Request<pb::GetCodeListRequest>) -> Answer<pb::GetCodeListResponse> {
        let (call, request) = Call::question(request)?;
        let _permit = call.permit(Action::CodeListRead, Resource::Nation)?;
        let name = one("name", name(request.name))?;
        self.0.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let lists = self.0.index.masters().borrow().code_lists.clone();
        let editions = lists.of(name);
        let edition = match request.edition {
            Some(Edition::Version(version)) => u32::try_from(version).ok().and_then(|v| editions.version(v)),
            Some(Edition::On(day)) => {
                let day = one("on", field::required_date(Some(&day), "DATE_MISSING", "Tanggal"))?;
                editions.in_force(day)
            }
            None => editions.in_force(Region::nation().today(call.now)),
        };
        let code_list = edition.ok_or_else(|| Status::from(Thing::CODE_LIST.not_found()))?;
        Ok(Response::new(pb::GetCodeListResponse { code_list: Some(code_list_message(code_list)) }))
    }
}

fn name(name: i32) -> Result<CodeListName, Words> {
    CodeListName::from_proto(name).ok_or_else(|| field::unknown("CODE_LIST_UNKNOWN", "Daftar kode"))
}

fn list(request: &pb::SetCodeListRequest) -> Result<(CodeListName, Vec<Entry>), Problems> {
    let mut problems = Problems::default();
    let name = problems.note("name", name(request.name));
    let entries: Vec<Option<Entry>> = request.entries.iter().map(|line| entry(line, &mut problems)).collect();
    problems.finish(name.zip(entries.into_iter().collect()))
}

/// An entry's mistakes are told with its code, by which a person finds it among hundreds.
fn entry(entry: &pb::CodeListEntry, problems: &mut Problems) -> Option<Entry> {
    let of = |what: &str| format!("{what} kode \"{}\"", entry.code.chars().take(40).collect::<String>());
    let named = |words: Words| Words { message: format!("{}: {}", of("Nama untuk"), words.message), ..words };
    let code = problems.note("entries.code", field::code(&entry.code, "CODE_INVALID", &of("Isian")));
    let name = problems.note("entries.name", PublicName::parse(&entry.name).map_err(|e| named(Words::name(e))));
    let name_en =
        problems.note("entries.name_en", PublicName::parse(&entry.name_en).map_err(|e| named(Words::name(e))));
    let parent = match entry.parent.trim() {
        "" => Some(None),
        parent => problems.note("entries.parent", field::code(parent, "CODE_INVALID", &of("Induk"))).map(Some),
    };
    let valid_from = field::required_date(entry.valid_from.as_ref(), "VALID_FROM_MISSING", &of("Tanggal mulai"));
    let valid_from = problems.note("entries.valid_from", valid_from);
    let retired_on = field::optional_date(entry.retired_on.as_ref(), &of("Tanggal berhenti"));
    let retired_on = problems.note("entries.retired_on", retired_on);
    Some(Entry {
        code: code?,
        name: name?,
        name_en: name_en?,
        parent: parent?,
        valid_from: valid_from?,
        retired_on: retired_on?,
        literacy: entry.literacy,
    })
}
