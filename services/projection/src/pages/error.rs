//! What a reader gets instead of a page: what is wrong, why, what to do, and a code to quote.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kim_territory::{Decree, Hint, RegionCode, Territory};
use uuid::Uuid;

use super::{
    address::{BadAddress, Place, View},
    format::month,
    language::Language,
    model::{Month, QueryError},
    naming::name_of,
    shell::{Shell, html},
    theme::Theme,
};

/// Why there is no page.
#[derive(Debug)]
pub enum Trouble {
    /// No page has this address.
    NoSuchPage,
    /// No campaign that has begun has this number.
    NoSuchCampaign,
    /// No programme has this number.
    NoSuchProgramme,
    /// The material is not told in this language.
    NoSuchContent(String),
    /// The text is no region code, or no region of the territory has it.
    NoSuchRegion {
        text: String,
        decree: Decree,
    },
    BadAddress(BadAddress),
    /// Before the first month or after the running one.
    MonthOutOfRange {
        asked: Month,
        last: Month,
    },
    Query(QueryError),
}

impl From<BadAddress> for Trouble {
    fn from(bad: BadAddress) -> Self {
        Self::BadAddress(bad)
    }
}

impl From<QueryError> for Trouble {
    fn from(error: QueryError) -> Self {
        Self::Query(error)
    }
}

/// How a refusal is written: as a page or for a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Page,
    Problem,
}

struct Offer {
    address: String,
    text: String,
}

struct Said {
    status: StatusCode,
    code: &'static str,
    heading: String,
    text: String,
    offers: Vec<Offer>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    shell: Shell,
    said: &'a Said,
    reference: String,
}

impl Trouble {
    /// The answer. It is written into the log under the code that the reader sees.
    #[must_use]
    pub fn respond(&self, view: &View, theme: Theme, written: Written) -> Response {
        let said = self.say(view);
        let reference =
            format!("KIM-{}-{}-{}", said.status.as_u16(), said.code, &Uuid::new_v4().simple().to_string()[..6]);
        if said.status.is_server_error() {
            tracing::error!(reference, trouble = ?self, "a page could not be shown");
        } else {
            tracing::debug!(reference, "a page was refused");
        }
        let mut response = match written {
            Written::Page => {
                let mut shell = Shell::new(view, theme, said.heading.clone());
                shell.part = super::shell::Part::Other;
                let page = ErrorPage { shell, said: &said, reference };
                html(said.status, None, view.language, &page)
            }
            Written::Problem => {
                let problem = serde_json::json!({
                    "title": said.heading,
                    "detail": said.text,
                    "status": said.status.as_u16(),
                    "reference": reference,
                });
                let kind = [(header::CONTENT_TYPE, "application/problem+json")];
                (said.status, kind, problem.to_string()).into_response()
            }
        };
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if said.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }

    fn say(&self, view: &View) -> Said {
        let l = view.language;
        let nation =
            || Offer { address: view.region(RegionCode::NATION), text: l.say("Halaman nasional", "The nation").into() };
        let search = |text: &str| Offer {
            address: View::new(l, Place::Search(text.to_owned())).address(),
            text: l.say("Cari wilayah menurut nama atau kode", "Search regions by name or code").to_owned(),
        };
        match self {
            Self::NoSuchPage => Said {
                status: StatusCode::NOT_FOUND,
                code: "ALAMAT",
                heading: l.say("Halaman tidak ada", "No such page").to_owned(),
                text: l
                    .say(
                        "Tidak ada halaman di alamat ini. Periksa ejaannya, atau mulai dari salah satu halaman berikut.",
                        "No page has this address. Check its spelling, or start from one of these pages.",
                    )
                    .to_owned(),
                offers: vec![nation(), search("")],
            },
            Self::NoSuchProgramme => Said {
                status: StatusCode::NOT_FOUND,
                code: "PROGRAM",
                heading: l.say("Program tidak ada", "No such programme").to_owned(),
                text: l
                    .say(
                        "Tidak ada program bernomor itu. Periksa alamatnya, atau pilih dari daftar program.",
                        "No programme has that number. Check the address, or choose one from the list of programmes.",
                    )
                    .to_owned(),
                offers: vec![Offer {
                    address: view.dissemination(RegionCode::NATION),
                    text: l.say("Daftar program", "List of programmes").to_owned(),
                }],
            },
            Self::NoSuchContent(language) => Said {
                status: StatusCode::NOT_FOUND,
                code: "BAHASA",
                heading: l.say("Materi tidak ada dalam bahasa itu", "No text in that language").to_owned(),
                text: l.say(
                    format!("Versi terbaru materi ini tidak memuat bahasa “{language}”. Pilih bahasa di buletinnya."),
                    format!("The newest version of this material has no “{language}”. Choose a language on its bulletin."),
                ),
                offers: vec![Offer { address: view.address(), text: l.say("Buletin", "Bulletin").to_owned() }],
            },
            Self::NoSuchCampaign => Said {
                status: StatusCode::NOT_FOUND,
                code: "KAMPANYE",
                heading: l.say("Kampanye tidak ada", "No such campaign").to_owned(),
                text: l
                    .say(
                        "Tidak ada kampanye bernomor itu yang sudah dimulai. Periksa alamatnya, atau pilih dari daftar kampanye.",
                        "No campaign of that number has begun. Check the address, or choose one from the list of campaigns.",
                    )
                    .to_owned(),
                offers: vec![
                    Offer {
                        address: view.dissemination(RegionCode::NATION),
                        text: l.say("Daftar kampanye", "List of campaigns").to_owned(),
                    },
                    nation(),
                ],
            },
            Self::NoSuchRegion { text, decree } => no_such_region(view, text, *decree, search(text), nation()),
            Self::BadAddress(bad) => bad_address(view, bad),
            Self::MonthOutOfRange { asked, last } => Said {
                status: StatusCode::NOT_FOUND,
                code: "BULAN",
                heading: l.say(
                    format!("Belum ada angka untuk {}", month(l, *asked)),
                    format!("No figures for {}", month(l, *asked)),
                ),
                text: l.say(
                    format!("Angka tersedia dari {} sampai {}.", month(l, Month::FIRST), month(l, *last)),
                    format!("Figures are available from {} to {}.", month(l, Month::FIRST), month(l, *last)),
                ),
                offers: vec![Offer {
                    address: view.in_month(if asked < last { Month::FIRST } else { *last }).address(),
                    text: l.say("Bulan terdekat yang ada", "The nearest month that there is").to_owned(),
                }],
            },
            Self::Query(error) => unanswered(view, error, nation()),
        }
    }
}

/// A question without an answer.
fn unanswered(view: &View, error: &QueryError, nation: Offer) -> Said {
    let l = view.language;
    match error {
        QueryError::Loading => Said {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "MEMUAT",
            heading: l.say("Data sedang dimuat", "The data is being loaded").to_owned(),
            text: l
                .say(
                    "Angka sedang disusun dari catatan registri. Muat ulang halaman ini sebentar lagi; tidak ada yang hilang.",
                    "Figures are being computed from the registry's log. Reload this page in a moment; nothing is lost.",
                )
                .to_owned(),
            offers: vec![Offer { address: view.address(), text: l.say("Muat ulang", "Reload").to_owned() }],
        },
        QueryError::BadToken => Said {
            status: StatusCode::BAD_REQUEST,
            code: "DAFTAR",
            heading: l.say("Halaman daftar tidak dikenal", "Unknown page of the list").to_owned(),
            text: l
                .say("Bagian daftar ini tidak ada. Mulai dari awal daftar.", "This part of the list does not exist. Start at its beginning.")
                .to_owned(),
            offers: vec![Offer { address: beginning(view), text: l.say("Awal daftar", "Beginning of the list").to_owned() }],
        },
        QueryError::NotInForce(decree) => Said {
            status: StatusCode::NOT_FOUND,
            code: "DAFTAR-WILAYAH",
            heading: l.say(
                format!("Tidak ada angka menurut daftar wilayah {decree}"),
                format!("No figures by the territory of {decree}"),
            ),
            text: l
                .say(
                    "Daftar wilayah itu belum berlaku di registri ini. Lihat menurut daftar yang berlaku.",
                    "That territory is not in force in this registry. See the figures by the one that is.",
                )
                .to_owned(),
            offers: vec![
                Offer {
                    address: view.of(None).address(),
                    text: l.say("Menurut daftar yang berlaku", "By the territory in force").to_owned(),
                },
                Offer { address: view.of(None).region(RegionCode::NATION), text: nation.text },
            ],
        },
        QueryError::Untold { region, decree } => Said {
            status: StatusCode::NOT_FOUND,
            code: "WILAYAH-BERGABUNG",
            heading: l.say(
                format!("{} kini tidak dapat dipisahkan", name_of(*decree, *region)),
                format!("{} cannot be told apart today", name_of(*decree, *region)),
            ),
            text: l.say(
                format!(
                    "Wilayah {region} dalam daftar {decree} kini bergabung dengan wilayah lain. Lihat wilayah di atasnya, atau menurut \
                     daftar yang berlaku."
                ),
                format!(
                    "Region {region} of {decree} shares a region with others today. See the region above it, or the territory \
                     in force."
                ),
            ),
            offers: region
                .parent()
                .map(|above| Offer { address: view.region(above), text: name_of(*decree, above) })
                .into_iter()
                .chain([nation])
                .collect(),
        },
        QueryError::Unheard(_) => Said {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "DISEMINASI",
            heading: l.say("Angka diseminasi belum ada", "No figures of dissemination yet").to_owned(),
            text: l
                .say(
                    "Layanan diseminasi belum pernah menjawab di sini: belum dipasang, atau sedang mati. Angka registri tetap ada.",
                    "The dissemination service has never answered here: it is not installed, or down. The registry's figures are there.",
                )
                .to_owned(),
            offers: vec![
                Offer { address: view.address(), text: l.say("Coba lagi", "Try again").to_owned() },
                nation,
            ],
        },
        QueryError::Store(_) => Said {
            status: StatusCode::SERVICE_UNAVAILABLE,
            code: "DATA",
            heading: l.say("Angka tidak dapat diambil", "The figures cannot be read").to_owned(),
            text: l
                .say(
                    "Basis data tidak menjawab. Coba lagi sebentar; bila tetap begini, sampaikan kode di bawah ke petugas bantuan.",
                    "The database does not answer. Try again in a moment; if it stays so, give the code below to the help desk.",
                )
                .to_owned(),
            offers: vec![Offer { address: view.address(), text: l.say("Coba lagi", "Try again").to_owned() }],
        },
    }
}

fn beginning(view: &View) -> String {
    match &view.place {
        Place::Communities(code, selection, _) => view.communities(*code, *selection),
        _ => view.address(),
    }
}

fn no_such_region(view: &View, text: &str, decree: Decree, search: Offer, nation: Offer) -> Said {
    let l = view.language;
    let to =
        |code: RegionCode| Offer { address: view.region(code), text: format!("{} ({code})", name_of(decree, code)) };
    let mut offers = Vec::new();
    let mut reason = String::new();
    match text.parse::<RegionCode>() {
        Ok(code) => {
            if let Err(unknown) = Territory::of(decree).require(&code) {
                reason = explain(l, decree, code, &unknown.hint);
                match unknown.hint {
                    Hint::Moved { now, .. } => offers.push(to(now)),
                    Hint::Within { code, .. } => offers.push(to(code)),
                    Hint::Listed { .. } | Hint::NoProvince { .. } => {}
                }
            }
        }
        Err(error) => {
            reason = l.say(
                format!("{error}."),
                "A region code has two digits for a province (14), then a regency (14.01), a district (14.01.01), a village (14.01.01.2009)."
                    .to_owned(),
            );
            offers.extend(Territory::of(decree).search(text, None, 5).iter().map(|region| to(region.code)));
        }
    }
    offers.push(search);
    offers.push(nation);
    Said {
        status: StatusCode::NOT_FOUND,
        code: "WILAYAH",
        heading: l.say(format!("Wilayah “{text}” tidak ada"), format!("There is no region “{text}”")),
        text: reason,
        offers,
    }
}

fn explain(l: Language, decree: Decree, code: RegionCode, hint: &Hint) -> String {
    let current = decree.name();
    l.say(
        format!("Kode {code} tidak ada dalam {current}. {hint}."),
        match hint {
            Hint::Moved { listed, title, now } => {
                format!(
                    "Code {code} is not in {current}. In the list of {listed} it was {title}; its code is now {now}."
                )
            }
            Hint::Listed { listed, title } => {
                format!("Code {code} is not in {current}. In the list of {listed} it was {title}; search by its name.")
            }
            Hint::Within { code: known, title } => {
                format!("Code {code} is not in {current}. Known is {known}, {title}; check the digits after it.")
            }
            Hint::NoProvince { province } => {
                format!("No province has the code {province}; check the first two digits.")
            }
        },
    )
}

fn bad_address(view: &View, bad: &BadAddress) -> Said {
    let l = view.language;
    let (code, heading, text) = match bad {
        BadAddress::Month(text) => (
            "BULAN",
            l.say(format!("“{text}” bukan bulan"), format!("“{text}” is not a month")),
            l.say("Tulis tahun dan bulan, misalnya bulan=2026-10.", "Write year and month, as in month=2026-10."),
        ),
        BadAddress::Basis(text) => (
            "DASAR",
            l.say(format!("“{text}” bukan dasar tanggal"), format!("“{text}” is not a date basis")),
            l.say(
                "Tulis menurut=kejadian (tanggal terjadi) atau menurut=pencatatan (tanggal dicatat).",
                "Write by=happened or by=recorded.",
            ),
        ),
        BadAddress::Territory(text) => (
            "DAFTAR-WILAYAH",
            l.say(format!("Tidak ada daftar wilayah “{text}”"), format!("There is no territory of “{text}”")),
            l.say("Tulis tahun daftarnya: wilayah=2022, 2023 atau 2025.", "Write its year: territory=2022, 2023 or 2025."),
        ),
        BadAddress::Order(text) => (
            "URUTAN",
            l.say(format!("Tabel tidak dapat diurutkan menurut “{text}”"), format!("A table cannot be sorted by “{text}”")),
            l.say(
                "Tulis urut=nama, aktif, vakum atau cakupan; dengan tanda − di depan untuk urutan terbalik.",
                "Write sort=name, active, dormant or coverage; with a leading - for the reverse order.",
            ),
        ),
        BadAddress::Region(text) => (
            "WILAYAH",
            l.say(format!("“{text}” bukan kode wilayah"), format!("“{text}” is not a region code")),
            l.say("Tulis kodenya dengan titik, misalnya di=14.01.", "Write the code with dots, as in in=14.01."),
        ),
        BadAddress::Selection(text) => (
            "STATUS",
            l.say(format!("“{text}” bukan status KIM"), format!("“{text}” is not a status of KIM")),
            l.say(
                "Tulis status=aktif, vakum, kembali-aktif, terdaftar, diajukan, dikembalikan, konsep, bubar, bergabung atau semua.",
                "Write status=active, dormant, revitalised, registered, submitted, returned, draft, dissolved, merged or all.",
            ),
        ),
    };
    let offer = Offer {
        address: View::new(l, view.place.clone()).address(),
        text: l.say("Halaman ini tanpa pilihan itu", "This page without that choice").to_owned(),
    };
    Said { status: StatusCode::BAD_REQUEST, code, heading, text: text.to_owned(), offers: vec![offer] }
}
