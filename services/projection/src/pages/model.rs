//! What a page needs to know, and the seam through which it asks for it.
//!
//! The pages know no database: a read model implements [`Queries`], and everything from there to HTML stands in this
//! folder. Counts are of communities unless a field says otherwise; a month's figure is the state at its last day.

use std::{fmt, future::Future, str::FromStr, time::Duration};

use kim_territory::{Decree, RegionCode};
use time::{Date, Month as MonthOfYear, OffsetDateTime};
use tokio::sync::watch;
use uuid::Uuid;

use super::dissemination::{
    BulletinQuery, BulletinView, CampaignQuery, CampaignView, DisseminationQuery, DisseminationView, ProgrammeQuery,
    ProgrammeView,
};
use crate::context::{Context, Positions};

/// A month of the calendar, written `2026-10` in addresses and files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u8,
}

impl Month {
    /// The first month that the pages show: figures before it are in its opening value.
    pub const FIRST: Self = Self { year: 2019, month: 1 };

    /// `month` counts from 1; `None` if there is no such month.
    #[must_use]
    pub fn new(year: i32, month: u8) -> Option<Self> {
        ((1..=12).contains(&month) && (1900..=2999).contains(&year)).then_some(Self { year, month })
    }

    #[must_use]
    pub fn of(date: Date) -> Self {
        Self { year: date.year(), month: u8::from(date.month()) }
    }

    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// From 1 to 12.
    #[must_use]
    pub fn number(self) -> u8 {
        self.month
    }

    /// The month `by` months later, or earlier when negative.
    #[must_use]
    pub fn plus(self, by: i32) -> Self {
        let ordinal = self.ordinal() + by;
        let month = u8::try_from(ordinal.rem_euclid(12) + 1).expect("a remainder of 12 is below 12");
        Self { year: ordinal.div_euclid(12), month }
    }

    /// Months from `earlier` to this one; negative when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i32 {
        self.ordinal() - earlier.ordinal()
    }

    #[must_use]
    pub fn first_day(self) -> Date {
        let month = MonthOfYear::try_from(self.month).expect("a month is within 1 to 12");
        Date::from_calendar_date(self.year, month, 1).expect("every month of these years has a first day")
    }

    #[must_use]
    pub fn last_day(self) -> Date {
        self.plus(1).first_day().previous_day().expect("the years are far from the calendar's end")
    }

    fn ordinal(self) -> i32 {
        self.year * 12 + i32::from(self.month) - 1
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The text is not a month written as `2026-10`.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month: expected a form like 2026-10")]
pub struct NotAMonth;

impl FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let (year, month) = text.split_once('-').ok_or(NotAMonth)?;
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(NotAMonth);
        }
        let year = year.parse().map_err(|_| NotAMonth)?;
        let month = month.parse().map_err(|_| NotAMonth)?;
        Self::new(year, month).ok_or(NotAMonth)
    }
}

/// Which date a figure counts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Basis {
    /// When it happened, as reported. Late reports change the past.
    #[default]
    Happened,
    /// When it was written into the log. The past stays.
    Recorded,
}

/// Where a community stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Draft,
    Submitted,
    Returned,
    Registered,
    Active,
    Dormant,
    Dissolved,
    Merged,
}

/// What kind of thing a community did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActivityKind {
    Dissemination,
    LiteracyClass,
    Coverage,
    Meeting,
    Training,
    Economic,
    Social,
}

/// Communities by status at a month's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Existence {
    pub draft: i64,
    pub submitted: i64,
    pub returned: i64,
    pub registered: i64,
    pub active: i64,
    pub dormant: i64,
    pub dissolved: i64,
    pub merged: i64,
    /// Revivals within this month: an event count, not a state.
    pub revitalised: i64,
}

/// Regions with at least one active community at a month's end, out of all. Unit: regions.
///
/// A region counts itself at its own level: a district's coverage has `districts == 1`. Levels above it are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    pub regencies_covered: i64,
    pub regencies: i64,
    pub districts_covered: i64,
    pub districts: i64,
    pub villages_covered: i64,
    pub villages: i64,
}

/// Both kinds of figures of one region at one month's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub existence: Existence,
    pub coverage: Coverage,
}

/// A part of the region that a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub code: RegionCode,
    pub figures: Figures,
}

/// A training and what its participants *seated in the page's region* did after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Training {
    pub id: Uuid,
    /// The region in force that it was held for; may lie below the page's region or above it.
    pub region: RegionCode,
    pub held_from: Date,
    pub held_to: Date,
    /// Communities that took part.
    pub communities: i64,
    /// Of these, dormant on the first day.
    pub dormant_before: i64,
    /// Of these, active again within 90 days after the last day.
    pub revitalised_in_90_days: i64,
}

/// The figure to compare with: active before the pandemic, in the whole nation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    pub value: i64,
    pub as_of: Date,
    /// The published source, as recorded.
    pub source: String,
    pub version: i32,
}

/// The dormancy rule that holds in a region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DormancyRule {
    /// The region in force that set it: the page's own or one above.
    pub set_by: RegionCode,
    pub version: i32,
    pub reminder_months: i32,
    pub dormant_months: i32,
    pub effective_from: Date,
}

/// How the read model hears from a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// Connected. `lag` is zero when everything known was folded.
    Live { lag: Duration },
    /// The stream cannot be reached.
    Silent { since: OffsetDateTime },
    /// The log was restored, and goes on otherwise than what was folded: figures may count what is no more.
    Stopped { since: OffsetDateTime },
}

/// How far one log was folded, and how it is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogAsOf {
    pub context: Context,
    /// Position in the log that figures were computed from.
    pub position: i64,
    /// When the event at that position was recorded.
    pub recorded_time: OffsetDateTime,
    /// Aggregates held back because an event of theirs could not be folded, out of all.
    pub parked: i64,
    pub aggregates: i64,
    /// The log is a simulated one.
    pub simulated: bool,
    pub feed: Feed,
}

/// How far to trust a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsOf {
    /// The logs that it was computed from, in their order; of the read model all that are known. The registry's is always one of
    /// them: without it nothing serves.
    pub logs: Vec<LogAsOf>,
    /// The read model's generation: rises when a rebuild is switched to.
    pub generation: i64,
    /// The territory whose regions are counted.
    pub decree: Decree,
    /// The territories by which regions can be counted, the oldest first; the last one is in force.
    pub territories: Vec<Decree>,
    /// Version of the formulas, as shown: `v1`.
    pub formula: String,
}

impl AsOf {
    /// Of figures that were computed from these logs only.
    #[must_use]
    pub fn of(&self, contexts: &[Context]) -> Self {
        let mut of = self.clone();
        of.logs.retain(|log| contexts.contains(&log.context));
        of
    }

    /// `None` while it is not known whether that log is a simulated one: no figure of it is shown.
    #[must_use]
    pub fn log(&self, context: Context) -> Option<&LogAsOf> {
        self.logs.iter().find(|log| log.context == context)
    }

    #[must_use]
    pub fn registry(&self) -> &LogAsOf {
        self.log(Context::Registry).expect("nothing serves without the registry's log")
    }

    #[must_use]
    pub fn positions(&self) -> Positions {
        self.logs.iter().fold(Positions::default(), |positions, log| positions.with(log.context, log.position))
    }

    /// Whether one of the logs is a simulated one.
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        self.logs.iter().any(|log| log.simulated)
    }

    /// Aggregates that are held back, of all logs.
    #[must_use]
    pub fn parked(&self) -> i64 {
        self.logs.iter().map(|log| log.parked).sum()
    }

    #[must_use]
    pub fn aggregates(&self) -> i64 {
        self.logs.iter().map(|log| log.aggregates).sum()
    }

    /// The territory in force.
    #[must_use]
    pub fn in_force(&self) -> Decree {
        self.territories.last().copied().unwrap_or(self.decree)
    }

    /// The same of figures by another territory.
    #[must_use]
    pub fn by(&self, decree: Decree) -> Self {
        Self { decree, ..self.clone() }
    }

    /// The same figures, with the logs heard as they are in a newer state.
    #[must_use]
    pub fn heard_as(&self, newer: &Self) -> Self {
        let mut heard = self.clone();
        for log in &mut heard.logs {
            if let Some(now) = newer.log(log.context) {
                log.feed = now.feed;
            }
        }
        heard
    }

    /// Whether all that there is was counted, and nothing that is no more.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.logs.iter().all(|log| log.parked == 0 && !matches!(log.feed, Feed::Stopped { .. }))
    }

    /// Whether every log is heard.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.logs.iter().all(|log| matches!(log.feed, Feed::Live { .. }))
    }
}

/// Whether there is a read model to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The first one is still being built.
    Loading,
    Serving(AsOf),
}

/// One region at one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RegionQuery {
    pub region: RegionCode,
    /// The territory that the region is one of; the one in force when none is named.
    pub territory: Option<Decree>,
    pub month: Month,
    pub basis: Basis,
}

/// Everything about one region at one month, read in one snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionView {
    pub as_of: AsOf,
    /// One entry for each month from [`Month::FIRST`] to the month asked for, both included, without a hole.
    pub series: Vec<Figures>,
    /// Its parts (provinces of the nation, regencies of a province, …; none below a village), in order of code. All of
    /// the territory, those without a community too.
    pub parts: Vec<Part>,
    /// Those of its parts that are not among these: of an older territory, and today no regions are they and nothing else.
    pub untold: Vec<RegionCode>,
    /// Trainings up to the month's end, by date: held for the region or a part of it, or with a participant from it.
    pub trainings: Vec<Training>,
    /// Revivals within 90 days after a training, up to the month's end; one that followed two trainings counts once.
    pub revived_after_training: i64,
    /// The nation's, for every region: its date is the month that a region is compared with.
    pub baseline: Option<Baseline>,
    pub dormancy_rule: Option<DormancyRule>,
}

/// Which communities a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Selection {
    /// All but drafts, dissolved and merged ones last.
    All,
    /// In this status at the month's end.
    Status(Status),
    /// Revitalised within the twelve months up to the month's end.
    RevitalisedInYear,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommunityQuery {
    pub within: RegionQuery,
    pub selection: Selection,
    /// The `next` of the page before.
    pub after: Option<String>,
    pub limit: i64,
}

/// A community as the public may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Community {
    pub id: Uuid,
    pub name: String,
    /// The seat, in the territory in force.
    pub seat: RegionCode,
    /// At the month's end, as are the dates: nothing later than it.
    pub status: Status,
    pub status_since: Option<Date>,
    pub last_activity: Option<(Date, ActivityKind)>,
    /// 0 when not known.
    pub members: i32,
}

/// A page of a list, in order of seat and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommunityPage {
    pub as_of: AsOf,
    pub communities: Vec<Community>,
    /// How many the whole list holds: equals the figure that it stands behind.
    pub total: i64,
    /// Opaque, URL-safe; `None` on the last page.
    pub next: Option<String>,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    /// No generation serves yet.
    #[error("no read model serves yet")]
    Loading,
    /// The token of a list's page was not made by this list.
    #[error("the page token is not one of this list")]
    BadToken,
    #[error("the territory of {0} is not adopted")]
    NotInForce(Decree),
    /// A region of an older territory: no regions in force are it and nothing else.
    #[error("{region} of {decree} cannot be told apart today")]
    Untold { region: RegionCode, decree: Decree },
    /// It is not known what that log is: its service never answered.
    #[error("the log of {0} was never heard of")]
    Unheard(Context),
    #[error("the read model did not answer")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What a read model answers to the pages.
///
/// Figures for months after the last event go on unchanged: a query may name any month from [`Month::FIRST`] on.
pub trait Queries: Send + Sync + 'static {
    /// The present state; changes with every fold's commit, with the lag, and when a generation is switched to.
    fn state(&self) -> watch::Receiver<State>;

    fn region(&self, query: RegionQuery) -> impl Future<Output = Result<RegionView, QueryError>> + Send;

    fn communities(&self, query: CommunityQuery) -> impl Future<Output = Result<CommunityPage, QueryError>> + Send;

    fn dissemination(
        &self,
        query: DisseminationQuery,
    ) -> impl Future<Output = Result<DisseminationView, QueryError>> + Send;

    /// `None` when no such campaign has begun.
    fn campaign(&self, query: CampaignQuery) -> impl Future<Output = Result<Option<CampaignView>, QueryError>> + Send;

    /// `None` when there is no such programme.
    fn programme(
        &self,
        query: ProgrammeQuery,
    ) -> impl Future<Output = Result<Option<ProgrammeView>, QueryError>> + Send;

    /// `None` when no such campaign has begun.
    fn bulletin(&self, query: BulletinQuery) -> impl Future<Output = Result<Option<BulletinView>, QueryError>> + Send;
}
