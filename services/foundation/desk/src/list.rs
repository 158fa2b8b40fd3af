//! Pages of a service's index, by keyset: what comes while somebody pages neither doubles nor hides a row.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kim_chassis::access::Reach;
use kim_eventlog::Version;
use kim_territory::RegionCode;
use prost::Message;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How many rows a page has, and after which row it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    size: i64,
    after: Option<After>,
    filter: [u8; 8],
}

/// The row after which a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// 0 in a list that is not ordered by it.
    pub likeness: u16,
    pub code: String,
    pub name_key: String,
    pub id: Uuid,
}

/// Why a page cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    #[error("page_size is 1 to 500")]
    Size,
    /// Malformed, or from another list or filter.
    #[error("page_token belongs to another request")]
    Token,
    #[error("the index could not be read")]
    Database(#[from] sqlx::Error),
}

impl Paging {
    /// `filter` is all that a page depends on; a token holds for the same filter only.
    pub fn new(size: i32, token: &str, filter: &str) -> Result<Self, ListError> {
        let size = match size {
            0 => 50,
            1..=500 => i64::from(size),
            _ => return Err(ListError::Size),
        };
        let mut digest = [0; 8];
        digest.copy_from_slice(&Sha256::digest(filter.as_bytes())[..8]);
        let mut paging = Self { size, after: None, filter: digest };
        if !token.is_empty() {
            paging.after = Some(paging.read(token).ok_or(ListError::Token)?);
        }
        Ok(paging)
    }

    fn read(&self, token: &str) -> Option<After> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let rest = bytes.strip_prefix(&self.filter)?;
        let (likeness, rest) = rest.split_first_chunk::<2>()?;
        let (id, rest) = rest.split_first_chunk::<16>()?;
        let (code, name_key) = std::str::from_utf8(rest).ok()?.split_once('\n')?;
        let likeness = u16::from_be_bytes(*likeness);
        Some(After { likeness, code: code.into(), name_key: name_key.into(), id: Uuid::from_bytes(*id) })
    }

    /// The token of the page after this row.
    #[must_use]
    pub fn write(&self, after: &After) -> String {
        let text = format!("{}\n{}", after.code, after.name_key);
        let likeness = after.likeness.to_be_bytes();
        URL_SAFE_NO_PAD.encode([&self.filter, likeness.as_slice(), after.id.as_bytes(), text.as_bytes()].concat())
    }

    /// Rows of a page.
    #[must_use]
    pub fn size(&self) -> i64 {
        self.size
    }

    /// The version from which a page of a history goes back; `None` for the first page.
    pub fn version(&self) -> Result<Option<Version>, ListError> {
        let version = |after: &After| after.code.parse().ok().and_then(Version::new).ok_or(ListError::Token);
        self.after.as_ref().map(version).transpose()
    }

    /// The token of the page of a history that goes back from `version`.
    #[must_use]
    pub fn write_version(&self, version: Version) -> String {
        self.write(&After { likeness: 0, code: version.to_string(), name_key: String::new(), id: Uuid::nil() })
    }

    /// The row that the page begins after; `None` for the first page.
    #[must_use]
    pub fn after(&self) -> Option<&After> {
        self.after.as_ref()
    }

    /// The same as values of a query: a code that is NULL on the first page, a name's key and an id.
    #[must_use]
    pub fn begin(&self) -> (Option<&str>, &str, Uuid) {
        match &self.after {
            None => (None, "", Uuid::nil()),
            Some(after) => (Some(&after.code), &after.name_key, after.id),
        }
    }

    /// As many rows as are asked for: one more than the page has says that there is another page.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.size + 1
    }

    /// The rows of this page, of one more than its size, and the token of the next.
    #[must_use]
    pub fn cut<T>(&self, mut rows: Vec<(Uuid, String, String, T)>) -> (Vec<T>, String) {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = match rows.last() {
            Some((id, code, name_key, _)) if more => {
                self.write(&After { likeness: 0, code: code.clone(), name_key: name_key.clone(), id: *id })
            }
            _ => String::new(),
        };
        (rows.into_iter().map(|(.., record)| record).collect(), next)
    }
}

/// All codes in a region are those from its code to its code followed by `/`, the character after the dot.
#[must_use]
pub fn range(within: RegionCode) -> (String, String) {
    if within == RegionCode::NATION { (String::new(), "~".into()) } else { (within.to_string(), format!("{within}/")) }
}

/// What of a region is within reach; `None` when nothing is.
#[must_use]
pub fn narrowed(reach: Reach, asked: RegionCode) -> Option<RegionCode> {
    match reach.region() {
        None => Some(asked),
        Some(own) if own.contains(&asked) => Some(asked),
        Some(own) if asked.contains(&own) => Some(own),
        Some(_) => None,
    }
}

/// Records as answers show them.
pub fn decoded<M: Message + Default>(records: &[Vec<u8>]) -> Result<Vec<M>, sqlx::Error> {
    records.iter().map(|record| M::decode(record.as_slice()).map_err(|e| sqlx::Error::Decode(e.into()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_for_its_own_filter_only() {
        let paging = Paging::new(2, "", "14.01").expect("a page");
        let after =
            After { likeness: 513, code: "14.01.01.2009".into(), name_key: "kumantan".into(), id: Uuid::from_u128(7) };
        let token = paging.write(&after);
        assert_eq!(Paging::new(2, &token, "14.01").expect("a page").after, Some(after));
        assert!(matches!(Paging::new(2, &token, "14.02"), Err(ListError::Token)));
        assert!(matches!(Paging::new(2, "x", "14.01"), Err(ListError::Token)));
        assert!(matches!(Paging::new(501, "", "14.01"), Err(ListError::Size)));
        assert!(matches!(Paging::new(-1, "", "14.01"), Err(ListError::Size)));
    }

    #[test]
    fn a_region_is_one_range_of_codes() {
        let (from, to) = range("14.01".parse().expect("a code"));
        let inside = |code: &str| code >= from.as_str() && code < to.as_str();
        for code in ["14.01", "14.01.01", "14.01.01.2009"] {
            assert!(inside(code), "{code}");
        }
        for code in ["14", "14.02", "14.010", "13.01", "14.0"] {
            assert!(!inside(code), "{code}");
        }
    }
}
