//! Communities by name or number, as far as the caller reaches.

use kim_chassis::access::{Action, reach};
use kim_contract::registry::v1 as pb;
use kim_desk::{
    call::Call,
    failure::{behind, list_failed},
    field,
    list::{Paging, narrowed},
    problem::{Problems, one},
    wire::Paired,
    words::Words,
};
use kim_territory::Adopted;
use kim_values::Region;
use tonic::Status;
use unicode_normalization::UnicodeNormalization;

use super::list::only;
use crate::{
    domain::{
        community::Status as Stage,
        name::{is_any_kim, own_words},
        profile::BaseGroup,
        registration::{RegistrationNumber, begins_number},
    },
    index::{CommunityFilter, Page, Sought},
    service::desk::Desk,
};

/// As long as a name may be.
const MAX_QUERY: usize = 120;
/// Fewer letters are in every other name.
const MIN_QUERY: usize = 3;

impl Desk {
    pub(super) async fn search_communities(
        &self,
        call: &Call,
        request: &pb::SearchCommunitiesRequest,
    ) -> Result<Page, Status> {
        let reach = reach(&call.principal, Action::CommunityRead)?;
        let sought = one("query", sought(&request.query))?;
        let asked = asked(request, &self.territory())?;
        let paging = Paging::new(request.page_size, &request.page_token, &key(call, request)).map_err(list_failed)?;
        let Some(within) = narrowed(reach, asked.within) else { return Ok(Page::default()) };
        self.index.followed.caught_up().await.map_err(|error| behind(&error))?;
        let filter = CommunityFilter { within, only: only(reach), ..asked };
        self.index.search(&sought, &filter, &paging).await.map_err(list_failed)
    }
}

/// All that a page depends on.
fn key(call: &Call, request: &pb::SearchCommunitiesRequest) -> String {
    let request = pb::SearchCommunitiesRequest { page_size: 0, page_token: String::new(), ..request.clone() };
    format!("search {request:?} {}", call.principal.subject)
}

fn sought(query: &str) -> Result<Sought, Words> {
    let query = query.trim();
    if query.is_empty() {
        return Ok(Sought::Anything);
    }
    if query.chars().count() > MAX_QUERY {
        return Err(Words::new(
            "QUERY_TOO_LONG",
            "Teks yang dicari terlalu panjang.",
            format!("Tulis paling banyak {MAX_QUERY} huruf."),
        ));
    }
    if begins_number(query) {
        let whole = query.parse().is_ok_and(|number: RegistrationNumber| number.to_string() == query);
        return Ok(Sought::Number { beginning: query.to_owned(), whole });
    }
    let words = own_words(&query.nfc().collect::<String>());
    if is_any_kim(&words) {
        return Ok(Sought::Anything);
    }
    if words.iter().map(|word| word.chars().count()).sum::<usize>() < MIN_QUERY {
        return Err(Words::new(
            "QUERY_TOO_SHORT",
            "Teks yang dicari terlalu pendek.",
            format!("Tulis sedikitnya {MIN_QUERY} huruf dari nama KIM, atau kosongkan."),
        ));
    }
    Ok(Sought::Name(words.join(" ")))
}

fn asked(request: &pb::SearchCommunitiesRequest, adopted: &Adopted) -> Result<CommunityFilter, Problems> {
    let mut problems = Problems::default();
    let region = match &request.region {
        None => Some(Region::nation()),
        region => problems.note("region.code", field::region(region.as_ref(), adopted)),
    };
    let unknown = || field::unknown("STATUS_UNKNOWN", "Status KIM");
    let statuses = request.statuses.iter().map(|&status| Stage::from_proto(status).ok_or_else(unknown));
    let statuses = problems.note("statuses", statuses.collect());
    let unknown = || field::unknown("BASE_GROUP_UNKNOWN", "Basis kelompok");
    let base_groups = request.base_groups.iter().map(|&group| BaseGroup::from_proto(group).ok_or_else(unknown));
    let base_groups = problems.note("base_groups", base_groups.collect());
    let since = field::optional_date(request.no_activity_since.as_ref(), "Batas kegiatan terakhir");
    let no_activity_since = problems.note("no_activity_since", since);
    let before = field::optional_date(request.officer_term_ends_before.as_ref(), "Batas masa jabatan");
    let officer_term_ends_before = problems.note("officer_term_ends_before", before);
    let parsed = (|| {
        Some(CommunityFilter {
            within: region?.code,
            only: None,
            statuses: statuses?,
            base_groups: base_groups?,
            no_activity_since: no_activity_since?,
            officer_term_ends_before: officer_term_ends_before?,
        })
    })();
    problems.finish(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_a_name_or_how_a_number_begins() {
        let name = |words: &str| Ok(Sought::Name(words.to_owned()));
        let number = |beginning: &str, whole| Ok(Sought::Number { beginning: beginning.to_owned(), whole });
        for any in ["  ", "KIM", "Komunitas Informasi Masyarakat"] {
            assert_eq!(sought(any), Ok(Sought::Anything));
        }
        assert_eq!(sought(" KIM Sumber-Makmur "), name("sumber makmur"));
        assert_eq!(sought("KIM 17 Agustus"), name("17 agustus"));
        assert_eq!(sought("14.01/2022"), number("14.01/2022", false));
        assert_eq!(sought("14.01/2022/00042"), number("14.01/2022/00042", true));
        assert_eq!(sought("14.01/2022/42"), number("14.01/2022/42", false));
        let reason = |query: &str| sought(query).expect_err("is refused").reason;
        assert_eq!(reason("ab"), "QUERY_TOO_SHORT");
        assert_eq!(reason("--- !"), "QUERY_TOO_SHORT");
        assert_eq!(reason(&"a".repeat(121)), "QUERY_TOO_LONG");
    }
}
