//! Who may read the registry's log, and how much of it.

use kim_chassis::{
    access::{Action, Reach, reach},
    errors::Fault,
    serve,
};
use kim_eventlog::Filter;
use kim_territory::{Level, RegionCode};
use tonic::{Extensions, Status};

use super::words::Words;

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
        .fault(tonic::Code::PermissionDenied, "the filter asks for more than the caller's scope")
}
