//! `kimctl code-list`, `kimctl rubric` and `kimctl assessment`.

use std::process::ExitCode;

use super::{file, print};
use crate::{
    assessment,
    cli::{Assessment, CodeList, Options, Rubric},
    code_list,
    connection::Services,
    rubric,
};

pub(super) async fn code_list(options: &Options, command: CodeList) -> anyhow::Result<ExitCode> {
    let shown = match command {
        CodeList::Template { list } => return file(options, code_list::template(list)),
        CodeList::Show { list, edition } => code_list::show(&Services::of(options)?, list, edition).await?,
        CodeList::Set { list, file, from } => code_list::set(&Services::of(options)?, list, &file, from).await?,
    };
    print(options, &shown, || shown.screen())
}

pub(super) async fn rubric(options: &Options, command: Rubric) -> anyhow::Result<ExitCode> {
    let shown = match command {
        Rubric::Template => return file(options, rubric::template()),
        Rubric::Show { code: None, .. } => {
            let rubrics = rubric::list(&Services::of(options)?).await?;
            return print(options, &rubrics, || rubric::overview(&rubrics));
        }
        Rubric::Show { code: Some(code), edition } => rubric::show(&Services::of(options)?, &code, edition).await?,
        Rubric::Set(wish) => rubric::set(&Services::of(options)?, &wish).await?,
    };
    print(options, &shown, || shown.screen())
}

pub(super) async fn assessment(options: &Options, command: Assessment) -> anyhow::Result<ExitCode> {
    let services = Services::of(options)?;
    let shown = match command {
        Assessment::List(wish) => {
            let assessments = assessment::list(&services, &wish).await?;
            return print(options, &assessments, || assessment::overview(&assessments));
        }
        Assessment::Compare { kim, rubric } => {
            let course = assessment::compare(&services, kim, &rubric).await?;
            return print(options, &course, || course.screen());
        }
        Assessment::Show { id } => assessment::show(&services, id).await?,
        Assessment::Set(wish) => assessment::set(&services, &wish).await?,
        Assessment::Revise(wish) => assessment::revise(&services, &wish).await?,
        Assessment::Withdraw { id, reason, note } => assessment::withdraw(&services, id, reason, &note).await?,
    };
    print(options, &shown, || shown.screen())
}
