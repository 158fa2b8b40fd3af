//! Pages of rubrics, which are few and in memory.

use kim_desk::list::Paging;
use kim_values::Edition;
use uuid::Uuid;

use super::Index;
use crate::domain::rubric::Rubric;

#[derive(Debug, Clone, PartialEq)]
pub struct RubricPage {
    pub rubrics: Vec<Edition<Rubric>>,
    pub next: String,
}

impl Index {
    /// The newest version of each rubric, ordered by code.
    #[must_use]
    pub fn rubrics(&self, paging: &Paging) -> RubricPage {
        let rubrics = self.masters.borrow().rubrics.clone();
        let (_, after, _) = paging.begin();
        let rows = rubrics.newest().filter(|edition| edition.content.code().as_str() > after);
        let row = |edition: &Edition<Rubric>| {
            (Uuid::nil(), String::new(), edition.content.code().to_string(), edition.clone())
        };
        let limit = usize::try_from(paging.limit()).unwrap_or(usize::MAX);
        let (rubrics, next) = paging.cut(rows.take(limit).map(row).collect());
        RubricPage { rubrics, next }
    }
}
