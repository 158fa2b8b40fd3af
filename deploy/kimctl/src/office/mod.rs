//! `kimctl office`: the register of offices.

mod args;
mod screen;

pub use args::Command;
pub use screen::{Office, Shown};

use kim_contract::registry::v1::{
    CloseOfficeRequest, EstablishOfficeRequest, GetOfficeRequest, ListOfficesRequest, OfficeKind, RenameOfficeRequest,
    SetOfficeParentRequest,
};
use tonic::Status;
use uuid::Uuid;

use self::args::List;
use crate::{connection::Services, dates::to_proto, ids, places};

/// As many as the registry gives at a time.
const PAGE: i32 = 500;

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    asked(services, command).await.map_err(|status| services.registry_said(&status))
}

async fn asked(services: &Services, command: Command) -> Result<Shown, Status> {
    let mut offices = services.offices();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    let office = match command {
        Command::List(wish) => return Ok(Shown::List(list(services, &wish).await?)),
        Command::Show { office } => {
            let request = services.request(GetOfficeRequest { office_id: office.to_string() });
            offices.get_office(request).await?.into_inner().office
        }
        Command::Establish(wish) => {
            let request = services.request(EstablishOfficeRequest {
                request_id,
                name: wish.name,
                kind: OfficeKind::from(wish.kind).into(),
                region: Some(places::to_proto(wish.region)),
                parent_office_id: ids::to_proto(wish.parent),
            });
            offices.establish_office(request).await?.into_inner().office
        }
        Command::Rename(wish) => {
            let request = services.request(RenameOfficeRequest {
                request_id,
                office_id: wish.office.to_string(),
                etag,
                name: wish.name,
                effective_from: wish.from.map(to_proto),
            });
            offices.rename_office(request).await?.into_inner().office
        }
        Command::Place(wish) => {
            let request = services.request(SetOfficeParentRequest {
                request_id,
                office_id: wish.office.to_string(),
                etag,
                parent_office_id: ids::to_proto(wish.under),
                effective_from: wish.from.map(to_proto),
            });
            offices.set_office_parent(request).await?.into_inner().office
        }
        Command::Close(wish) => {
            let request = services.request(CloseOfficeRequest {
                request_id,
                office_id: wish.office.to_string(),
                etag,
                closed_on: wish.on.map(to_proto),
            });
            offices.close_office(request).await?.into_inner().office
        }
    };
    Ok(Shown::One(Office::of(office.unwrap_or_default())))
}

/// All pages.
async fn list(services: &Services, wish: &List) -> Result<Vec<Office>, Status> {
    let mut listed = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = services.request(ListOfficesRequest {
            region: wish.region.map(places::to_proto),
            page_size: PAGE,
            page_token,
            kind: wish.kind.map_or(OfficeKind::Unspecified, OfficeKind::from).into(),
            on: wish.on.map(to_proto),
        });
        let page = services.offices().list_offices(request).await?.into_inner();
        listed.extend(page.offices.into_iter().map(Office::of));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(listed);
        }
    }
}
