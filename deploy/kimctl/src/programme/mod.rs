//! `kimctl programme`: government programmes and policies that are told of.

mod args;
mod screen;

pub use args::Command;
pub use screen::{Programme, Shown};

use kim_contract::dissemination::v1::{
    self as pb, AmendProgrammeRequest, CloseProgrammeRequest, EstablishProgrammeRequest, ExtendProgrammeRequest,
    GetProgrammeRequest, ListProgrammesRequest, ProgrammeProfile,
};
use tonic::Status;
use uuid::Uuid;

use self::args::{Amend, List};
use crate::{connection::Services, dates::to_proto, ids, names::Names, pages, places};

/// What was answered.
enum Answer {
    One(Box<pb::Programme>),
    List(Vec<pb::Programme>),
}

/// Carries out a command; what there is to see of it.
pub async fn run(services: &Services, command: Command) -> anyhow::Result<Shown> {
    let answer = asked(services, command).await.map_err(|status| services.dissemination_said(&status))?;
    let shown = match &answer {
        Answer::One(programme) => std::slice::from_ref(programme.as_ref()),
        Answer::List(programmes) => programmes,
    };
    let offices = shown.iter().map(|one| one.owning_office_id.as_str());
    let names = Names::beside(services, offices, []).await;
    Ok(match answer {
        Answer::One(programme) => Shown::One(Box::new(Programme::of(*programme, &names))),
        Answer::List(listed) => Shown::List(listed.into_iter().map(|one| Programme::of(one, &names)).collect()),
    })
}

async fn asked(services: &Services, command: Command) -> Result<Answer, Status> {
    let mut programmes = services.programmes();
    let request_id = Uuid::now_v7().to_string();
    let etag = String::new();
    /// Sends a command of this name, and takes the programme out of its answer.
    macro_rules! send {
        ($method:ident, $request:expr) => {
            programmes.$method(services.request($request)).await?.into_inner().programme.unwrap_or_default()
        };
    }
    let programme = match command {
        Command::List(wish) => return Ok(Answer::List(list(services, &wish).await?)),
        Command::Show(which) => {
            send!(get_programme, GetProgrammeRequest { programme_id: ids::to_proto(which.programme) })
        }
        Command::Establish(wish) => {
            let profile = ProgrammeProfile {
                name: wish.name,
                topic: wish.topic,
                from: wish.from.map(to_proto),
                until: wish.until.map(to_proto),
            };
            let (owning_office_id, profile) = (ids::to_proto(wish.office), Some(profile));
            send!(establish_programme, EstablishProgrammeRequest { request_id, owning_office_id, profile })
        }
        Command::Amend(wish) => {
            let programme_id = ids::to_proto(wish.which.programme);
            let now = send!(get_programme, GetProgrammeRequest { programme_id: programme_id.clone() });
            let profile = Some(amended(now.profile.unwrap_or_default(), wish));
            send!(amend_programme, AmendProgrammeRequest { request_id, programme_id, etag: now.etag, profile })
        }
        Command::Extend(wish) => {
            let (programme_id, until) = (ids::to_proto(wish.which.programme), wish.until.map(to_proto));
            send!(extend_programme, ExtendProgrammeRequest { request_id, programme_id, etag, until })
        }
        Command::Close(wish) => {
            let (programme_id, closed_on) = (ids::to_proto(wish.which.programme), wish.on.map(to_proto));
            let note = wish.note.note;
            send!(close_programme, CloseProgrammeRequest { request_id, programme_id, etag, closed_on, note })
        }
    };
    Ok(Answer::One(Box::new(programme)))
}

/// The whole profile: what was typed, and the rest as it stands.
fn amended(now: ProgrammeProfile, wish: Amend) -> ProgrammeProfile {
    ProgrammeProfile {
        name: wish.name.unwrap_or(now.name),
        topic: wish.topic.unwrap_or(now.topic),
        from: wish.from.map(to_proto).or(now.from),
        until: if wish.open_ended { None } else { wish.until.map(to_proto).or(now.until) },
    }
}

async fn list(services: &Services, wish: &List) -> Result<Vec<pb::Programme>, Status> {
    pages::listed(usize::MAX, async |page_size, page_token| {
        let request = services.request(ListProgrammesRequest {
            region: wish.region.map(places::to_proto),
            statuses: wish.statuses.iter().copied().map(Into::into).collect(),
            topic: wish.topic.clone(),
            owning_office_id: ids::to_proto(wish.office),
            page_size,
            page_token,
        });
        let page = services.programmes().list_programmes(request).await?.into_inner();
        Ok((page.programmes, page.next_page_token))
    })
    .await
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::cli::{self, tests::typed};

    #[test]
    fn what_is_not_typed_stays_as_it_is() {
        let now = ProgrammeProfile {
            name: "Cegah stunting".into(),
            topic: "stunting".into(),
            from: Some(to_proto(date!(2024 - 01 - 01))),
            until: Some(to_proto(date!(2024 - 12 - 31))),
        };
        let id = "018f3a5e-7c1a-7b2e-9d4f-2f6f0a1b2c3d";
        let amend = |args: &[&str]| match typed(&[&["programme", "amend", id], args].concat()) {
            cli::Command::Programme(Command::Amend(wish)) => amended(now.clone(), wish),
            other => panic!("{other:?}"),
        };
        assert_eq!(amend(&[]), now);
        assert_eq!(amend(&["--open-ended"]), ProgrammeProfile { until: None, ..now.clone() });
        let renamed = amend(&["--name", "Cegah tengkes", "--from", "2024-02-01"]);
        let from = Some(to_proto(date!(2024 - 02 - 01)));
        assert_eq!(renamed, ProgrammeProfile { name: "Cegah tengkes".into(), from, ..now.clone() });
    }
}
