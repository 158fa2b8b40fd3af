//! An address is a view: region, month, date basis, order and language stand in it.
//!
//! Both languages have their own words (`/wilayah/14?bulan=2026-10`, `/en/region/14?month=2026-10`); this file is the
//! only place that knows them.

use form_urlencoded::Serializer;
use kim_territory::{Decree, Level, RegionCode};
use uuid::Uuid;

use super::{
    language::Language,
    model::{Basis, Month, Selection, Status},
};

/// What a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Region(RegionCode),
    /// The list of communities behind a number.
    Communities(RegionCode, Selection, Option<String>),
    /// What was told in a region, and how far it came.
    Dissemination(RegionCode),
    /// One programme, with its campaigns.
    Programme(Uuid),
    /// One campaign, in a region.
    Campaign(Uuid, RegionCode),
    /// What a campaign is hung up as, in a language of its material; `None`: the first one.
    Bulletin(Uuid, Option<String>),
    /// All provinces, and the search.
    Regions,
    Search(String),
    Definitions,
    Definition(&'static str),
}

/// What a table of parts is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Active,
    Dormant,
    Coverage,
}

/// The order of a table: chosen in the address, so that it works without a script and can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    pub column: Column,
    pub descending: bool,
}

/// A page's address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub language: Language,
    pub place: Place,
    /// `None`: the last closed month, whichever that is when the page is opened.
    pub month: Option<Month>,
    pub basis: Basis,
    /// The territory whose regions are meant; `None`: the one in force, whichever that is when the page is opened.
    pub territory: Option<Decree>,
    pub order: Option<Order>,
}

/// What is wrong with an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadAddress {
    Month(String),
    Basis(String),
    Territory(String),
    Order(String),
    Selection(String),
    Region(String),
}

const COLUMNS: [(Column, [&str; 2]); 4] = [
    (Column::Name, ["nama", "name"]),
    (Column::Active, ["aktif", "active"]),
    (Column::Dormant, ["vakum", "dormant"]),
    (Column::Coverage, ["cakupan", "coverage"]),
];

const SELECTIONS: [(Selection, [&str; 2]); 10] = [
    (Selection::All, ["semua", "all"]),
    (Selection::Status(Status::Active), ["aktif", "active"]),
    (Selection::Status(Status::Dormant), ["vakum", "dormant"]),
    (Selection::RevitalisedInYear, ["kembali-aktif", "revitalised"]),
    (Selection::Status(Status::Registered), ["terdaftar", "registered"]),
    (Selection::Status(Status::Submitted), ["diajukan", "submitted"]),
    (Selection::Status(Status::Returned), ["dikembalikan", "returned"]),
    (Selection::Status(Status::Draft), ["konsep", "draft"]),
    (Selection::Status(Status::Dissolved), ["bubar", "dissolved"]),
    (Selection::Status(Status::Merged), ["bergabung", "merged"]),
];

/// Parameter names by language.
const MONTH: [&str; 2] = ["bulan", "month"];
const BASIS: [&str; 2] = ["menurut", "by"];
const TERRITORY: [&str; 2] = ["wilayah", "territory"];
const ORDER: [&str; 2] = ["urut", "sort"];
const SELECTION: [&str; 2] = ["status", "status"];
const AFTER: [&str; 2] = ["sesudah", "after"];
const WITHIN: [&str; 2] = ["di", "in"];
const SAID_IN: [&str; 2] = ["bahasa", "language"];
pub const QUESTION: &str = "q";

fn word(language: Language, pair: [&'static str; 2]) -> &'static str {
    let [id, en] = pair;
    language.say(id, en)
}

impl View {
    #[must_use]
    pub fn new(language: Language, place: Place) -> Self {
        Self { language, place, month: None, basis: Basis::default(), territory: None, order: None }
    }

    /// Reads the parameters of a query string; unknown ones are left alone, wrong values are named.
    pub fn with_query(mut self, query: &str) -> Result<Self, BadAddress> {
        let language = self.language;
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            if key == word(language, MONTH) {
                self.month = Some(value.parse().map_err(|_| BadAddress::Month(value))?);
            } else if key == word(language, BASIS) {
                self.basis = [Basis::Happened, Basis::Recorded]
                    .into_iter()
                    .find(|basis| basis_word(language, *basis) == value)
                    .ok_or(BadAddress::Basis(value))?;
            } else if key == word(language, TERRITORY) {
                self.territory = Some(value.parse().map_err(|_| BadAddress::Territory(value))?);
            } else if key == word(language, ORDER) {
                self.order = Some(order(language, &value).ok_or(BadAddress::Order(value))?);
            } else if let Place::Communities(_, selection, after) = &mut self.place {
                if key == word(language, SELECTION) {
                    *selection = chosen(language, &value).ok_or(BadAddress::Selection(value))?;
                } else if key == word(language, AFTER) {
                    *after = Some(value);
                }
            } else if let Place::Campaign(_, region) = &mut self.place {
                if key == word(language, WITHIN) {
                    *region = value.parse().map_err(|_| BadAddress::Region(value))?;
                }
            } else if let Place::Bulletin(_, said_in) = &mut self.place {
                if key == word(language, SAID_IN) {
                    *said_in = Some(value);
                }
            } else if let Place::Search(question) = &mut self.place
                && key == QUESTION
            {
                value.trim().clone_into(question);
            }
        }
        Ok(self)
    }

    #[must_use]
    pub fn path(&self) -> String {
        let language = self.language;
        let root = language.say("", "/en");
        let region = |code: &RegionCode| match code.level() {
            Level::Nation => root.to_owned(),
            _ => format!("{root}/{}/{code}", language.say("wilayah", "region")),
        };
        match &self.place {
            Place::Region(code) if code.level() == Level::Nation => language.say("/", "/en").to_owned(),
            Place::Region(code) => region(code),
            Place::Communities(code, ..) => format!("{}/kim", region(code)),
            Place::Dissemination(code) => format!("{}/{}", region(code), language.say("diseminasi", "dissemination")),
            Place::Campaign(id, _) => format!("{root}/{}/{id}", language.say("kampanye", "campaign")),
            Place::Programme(id) => format!("{root}/{}/{id}", language.say("program", "programme")),
            Place::Bulletin(id, _) => {
                format!("{root}/{}", language.say(format!("kampanye/{id}/buletin"), format!("campaign/{id}/bulletin")))
            }
            Place::Regions => format!("{root}/{}", language.say("wilayah", "region")),
            Place::Search(_) => format!("{root}/{}", language.say("cari", "search")),
            Place::Definitions => format!("{root}/{}", language.say("definisi", "definition")),
            Place::Definition(slug) => format!("{root}/{}/{slug}", language.say("definisi", "definition")),
        }
    }

    /// The path of the same view as a file: `/wilayah/14.csv`, `/nasional.csv`.
    #[must_use]
    pub fn file(&self, extension: &str) -> String {
        let path = match &self.place {
            Place::Region(code) if code.level() == Level::Nation => {
                self.language.say("/nasional", "/en/nation").to_owned()
            }
            _ => self.path(),
        };
        self.with_parameters(&format!("{path}.{extension}"))
    }

    #[must_use]
    pub fn address(&self) -> String {
        self.with_parameters(&self.path())
    }

    /// Query parameters in a fixed order, so that one view has one address.
    #[must_use]
    pub fn with_parameters(&self, path: &str) -> String {
        let language = self.language;
        let mut query = Serializer::new(String::new());
        if let Place::Search(question) = &self.place
            && !question.is_empty()
        {
            query.append_pair(QUESTION, question);
        }
        if let Some(month) = self.month {
            query.append_pair(word(language, MONTH), &month.to_string());
        }
        if self.basis != Basis::default() {
            query.append_pair(word(language, BASIS), basis_word(language, self.basis));
        }
        if let Some(territory) = self.territory {
            query.append_pair(word(language, TERRITORY), territory.key());
        }
        if let Place::Communities(_, selection, after) = &self.place {
            if *selection != Selection::All {
                query.append_pair(word(language, SELECTION), selection_word(language, *selection));
            }
            if let Some(after) = after {
                query.append_pair(word(language, AFTER), after);
            }
        }
        if let Place::Campaign(_, region) = &self.place
            && region.level() != Level::Nation
        {
            query.append_pair(word(language, WITHIN), &region.to_string());
        }
        if let Place::Bulletin(_, Some(said_in)) = &self.place {
            query.append_pair(word(language, SAID_IN), said_in);
        }
        if let Some(order) = self.order {
            let column = COLUMNS.iter().find(|(column, _)| *column == order.column).expect("every column has a word");
            let sign = if order.descending { "-" } else { "" };
            query.append_pair(word(language, ORDER), &format!("{sign}{}", word(language, column.1)));
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The same view in the other language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Self {
        Self { language, ..self.clone() }
    }

    /// Another place at the same month and basis, of the same territory; the order belongs to the table of one place.
    #[must_use]
    pub fn at(&self, place: Place) -> Self {
        Self { place, order: None, ..self.clone() }
    }

    #[must_use]
    pub fn region(&self, code: RegionCode) -> String {
        self.at(Place::Region(code)).address()
    }

    /// A region of the territory in force, whichever this view is of.
    #[must_use]
    pub fn region_in_force(&self, code: RegionCode) -> String {
        self.of(None).region(code)
    }

    #[must_use]
    pub fn communities(&self, code: RegionCode, selection: Selection) -> String {
        self.at(Place::Communities(code, selection, None)).address()
    }

    #[must_use]
    pub fn dissemination(&self, code: RegionCode) -> String {
        self.at(Place::Dissemination(code)).address()
    }

    #[must_use]
    pub fn campaign(&self, id: Uuid, code: RegionCode) -> String {
        self.at(Place::Campaign(id, code)).address()
    }

    #[must_use]
    pub fn programme(&self, id: Uuid) -> String {
        self.at(Place::Programme(id)).address()
    }

    #[must_use]
    pub fn bulletin(&self, id: Uuid, said_in: Option<String>) -> String {
        self.at(Place::Bulletin(id, said_in)).address()
    }

    #[must_use]
    pub fn definition(&self, slug: &'static str) -> String {
        View::new(self.language, Place::Definition(slug)).address()
    }

    #[must_use]
    pub fn in_month(&self, month: Month) -> Self {
        Self { month: Some(month), ..self.clone() }
    }

    #[must_use]
    pub fn by(&self, basis: Basis) -> Self {
        Self { basis, ..self.clone() }
    }

    /// The same code of another territory.
    #[must_use]
    pub fn of(&self, territory: Option<Decree>) -> Self {
        Self { territory, ..self.clone() }
    }

    #[must_use]
    pub fn ordered(&self, order: Order) -> Self {
        Self { order: Some(order), ..self.clone() }
    }
}

/// The territory that a query string names, if it is one.
#[must_use]
pub fn territory(language: Language, query: &str) -> Option<Decree> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(key, _)| key == word(language, TERRITORY)).and_then(|(_, value)| value.parse().ok())
}

#[must_use]
pub fn basis_word(language: Language, basis: Basis) -> &'static str {
    match basis {
        Basis::Happened => language.say("kejadian", "happened"),
        Basis::Recorded => language.say("pencatatan", "recorded"),
    }
}

#[must_use]
pub fn selection_word(language: Language, selection: Selection) -> &'static str {
    let found = SELECTIONS.iter().find(|(candidate, _)| *candidate == selection);
    found.map_or("", |(_, words)| word(language, *words))
}

fn chosen(language: Language, text: &str) -> Option<Selection> {
    SELECTIONS.iter().find(|(_, words)| word(language, *words) == text).map(|(selection, _)| *selection)
}

fn order(language: Language, text: &str) -> Option<Order> {
    let (descending, name) = text.strip_prefix('-').map_or((false, text), |name| (true, name));
    let (column, _) = COLUMNS.iter().find(|(_, words)| word(language, *words) == name)?;
    Some(Order { column: *column, descending })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str) -> Place {
        Place::Region(code.parse().unwrap())
    }

    #[test]
    fn an_address_is_read_and_written_the_same() {
        for (language, place, query, address) in [
            (Language::Indonesian, Place::Region(RegionCode::NATION), "", "/"),
            (Language::English, Place::Region(RegionCode::NATION), "month=2026-10", "/en?month=2026-10"),
            (
                Language::Indonesian,
                region("14.01"),
                "menurut=pencatatan&bulan=2022-10&urut=-cakupan",
                "/wilayah/14.01?bulan=2022-10&menurut=pencatatan&urut=-cakupan",
            ),
            (Language::English, region("14"), "by=happened&x=1", "/en/region/14"),
            (Language::English, region("92"), "territory=2022", "/en/region/92?territory=2022"),
            (
                Language::Indonesian,
                Place::Communities(RegionCode::NATION, Selection::All, None),
                "status=kembali-aktif",
                "/kim?status=kembali-aktif",
            ),
            (
                Language::English,
                Place::Dissemination(RegionCode::NATION),
                "month=2026-10",
                "/en/dissemination?month=2026-10",
            ),
            (Language::Indonesian, Place::Dissemination("14.01".parse().unwrap()), "", "/wilayah/14.01/diseminasi"),
            (
                Language::Indonesian,
                Place::Campaign(Uuid::nil(), RegionCode::NATION),
                "di=14.01",
                "/kampanye/00000000-0000-0000-0000-000000000000?di=14.01",
            ),
            (
                Language::English,
                Place::Bulletin(Uuid::nil(), None),
                "language=jv-Java",
                "/en/campaign/00000000-0000-0000-0000-000000000000/bulletin?language=jv-Java",
            ),
            (Language::Indonesian, Place::Search(String::new()), "q=Pasir+Huni", "/cari?q=Pasir+Huni"),
        ] {
            let view = View::new(language, place).with_query(query).unwrap();
            assert_eq!(view.address(), address);
        }
    }

    #[test]
    fn the_language_switch_keeps_the_view() {
        let view = View::new(Language::Indonesian, region("14"))
            .with_query("bulan=2022-10&menurut=pencatatan&urut=-aktif")
            .unwrap();
        let english = view.in_language(Language::English).address();
        assert_eq!(english, "/en/region/14?month=2022-10&by=recorded&sort=-active");
    }

    #[test]
    fn a_wrong_value_is_named() {
        let view = View::new(Language::Indonesian, region("14"));
        assert_eq!(view.clone().with_query("bulan=2026-13"), Err(BadAddress::Month("2026-13".into())));
        assert_eq!(view.clone().with_query("menurut=besok"), Err(BadAddress::Basis("besok".into())));
        assert_eq!(view.clone().with_query("wilayah=1999"), Err(BadAddress::Territory("1999".into())));
        assert_eq!(view.with_query("urut=warna"), Err(BadAddress::Order("warna".into())));
    }

    #[test]
    fn a_view_has_a_file_of_the_same_name() {
        let nation = View::new(Language::Indonesian, Place::Region(RegionCode::NATION));
        assert_eq!(nation.file("csv"), "/nasional.csv");
        let month = Month::new(2026, 10).unwrap();
        assert_eq!(nation.at(region("14.01")).in_month(month).file("json"), "/wilayah/14.01.json?bulan=2026-10");
    }

    #[test]
    fn links_stay_in_the_territory_that_a_page_shows() {
        let view = View::new(Language::Indonesian, region("92")).with_query("wilayah=2022").unwrap();
        assert_eq!(view.region("92.71".parse().unwrap()), "/wilayah/92.71?wilayah=2022");
        assert_eq!(view.region_in_force("96.71".parse().unwrap()), "/wilayah/96.71");
        assert_eq!(view.in_language(Language::English).address(), "/en/region/92?territory=2022");
    }
}
