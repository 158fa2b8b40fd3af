//! Lists of what offices own: by where the offices are now, the newest first.

use kim_contract::r#type::v1::Region;
use kim_desk::list::{ListError, Paging, range};
use kim_territory::RegionCode;
use prost::Message;
use uuid::Uuid;

use crate::domain::ids::OfficeId;

/// Whose are listed.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// The region that the offices are in.
    pub within: RegionCode,
    pub office: Option<OfficeId>,
}

impl Filter {
    /// The codes of the region, from and to.
    pub(super) fn range(&self) -> (String, String) {
        range(self.within)
    }
}

/// Id, position of its first event, record, and the office's region of today: code and decree.
pub(super) type Row = (Uuid, i64, Vec<u8>, String, String);

/// The position that a page begins below; `None` for the first page.
pub(super) fn before(paging: &Paging) -> Result<Option<i64>, ListError> {
    paging.begin().0.map(str::parse).transpose().map_err(|_| ListError::Token)
}

/// The records of a page, each with the region of its office, and the token of the next page.
pub(super) fn page<M: Message + Default>(
    paging: &Paging,
    rows: Vec<Row>,
    region: impl Fn(&mut M) -> &mut Option<Region>,
) -> Result<(Vec<M>, String), ListError> {
    let rows = rows.into_iter().map(|(id, position, record, code, decree)| {
        let mut message = M::decode(record.as_slice()).map_err(|error| sqlx::Error::Decode(error.into()))?;
        *region(&mut message) = Some(Region { code, decree });
        Ok((id, position.to_string(), String::new(), message))
    });
    Ok(paging.cut(rows.collect::<Result<_, sqlx::Error>>()?))
}
