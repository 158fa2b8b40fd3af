//! The ministry's dotted region codes, and what a code alone can tell.

use std::fmt;
use std::str::FromStr;

/// A rank of the territory, from the whole nation to a village. Higher ranks compare as less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    Nation,
    Province,
    /// Kabupaten or kota.
    Regency,
    /// Kecamatan.
    District,
    /// Kelurahan, desa or desa adat.
    Village,
}

impl Level {
    pub const ALL: [Self; 5] = [Self::Nation, Self::Province, Self::Regency, Self::District, Self::Village];

    /// The next rank down; `None` below a village.
    #[must_use]
    pub fn below(self) -> Option<Self> {
        Self::ALL.get(self as usize + 1).copied()
    }

    /// The rank's Indonesian name, as messages write it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nation => "nasional",
            Self::Province => "provinsi",
            Self::Regency => "kabupaten/kota",
            Self::District => "kecamatan",
            Self::Village => "desa/kelurahan",
        }
    }

    /// Digits of this rank's own part of a code.
    const fn digits(self) -> usize {
        match self {
            Self::Village => 4,
            _ => 2,
        }
    }
}

/// What a region is in law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Nation,
    Province,
    Kabupaten,
    Kota,
    District,
    Kelurahan,
    Desa,
    DesaAdat,
}

/// A region's code: `00` the nation, `14` a province, `14.01` a regency, `14.01.01` a district, `14.01.01.2009` a village.
///
/// It means nothing without the [`Decree`](crate::Decree) that gave it. The order is that of a walk through the
/// territory: a region stands before what lies in it, and that before the next region. Parsing takes codes without dots
/// too (`1401012009`); `Display` always writes them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode {
    // No region has a zero in its own part, so zero says that a part is absent.
    province: u8,
    regency: u8,
    district: u8,
    village: u16,
}

impl RegionCode {
    /// The whole of Indonesia, `00`.
    pub const NATION: Self = Self { province: 0, regency: 0, district: 0, village: 0 };

    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self { province: 0, .. } => Level::Nation,
            Self { regency: 0, .. } => Level::Province,
            Self { district: 0, .. } => Level::Regency,
            Self { village: 0, .. } => Level::District,
            _ => Level::Village,
        }
    }

    /// The region above; a province's is the nation, the nation has none.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        Some(match self.level() {
            Level::Nation => return None,
            Level::Province => Self::NATION,
            Level::Regency => self.cut(Level::Province),
            Level::District => self.cut(Level::Regency),
            Level::Village => self.cut(Level::District),
        })
    }

    /// This region, then each above it, up to the nation.
    pub fn ancestors(&self) -> impl Iterator<Item = Self> + use<> {
        std::iter::successors(Some(*self), Self::parent)
    }

    #[must_use]
    pub fn province(&self) -> Option<Self> {
        self.at(Level::Province)
    }

    #[must_use]
    pub fn regency(&self) -> Option<Self> {
        self.at(Level::Regency)
    }

    #[must_use]
    pub fn district(&self) -> Option<Self> {
        self.at(Level::District)
    }

    /// This region or the one above it at that rank; `None` when the code does not reach down so far.
    #[must_use]
    pub fn at(&self, level: Level) -> Option<Self> {
        (level <= self.level()).then(|| self.cut(level))
    }

    /// Whether `other` is this region or lies in it.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.at(self.level()) == Some(*self)
    }

    /// The code without dots, as it stands in message subjects: `1401`.
    #[must_use]
    pub fn undotted(&self) -> String {
        self.written("")
    }

    /// The province's and the regency's token of a message subject: (`14`, `1401`); (`14`, `0000`) for a province,
    /// (`00`, `0000`) for the nation.
    #[must_use]
    pub fn subject_tokens(&self) -> (String, String) {
        let province = format!("{:02}", self.province);
        let regency = self.regency().map_or_else(|| "0000".to_owned(), |regency| regency.undotted());
        (province, regency)
    }

    /// The first and the last code that can stand inside this region at a rank, both inclusive.
    pub(crate) fn bounds(self, level: Level) -> (Self, Self) {
        let high = Self {
            province: if self.province == 0 { u8::MAX } else { self.province },
            regency: if self.regency == 0 { u8::MAX } else { self.regency },
            district: if self.district == 0 { u8::MAX } else { self.district },
            village: if self.village == 0 { u16::MAX } else { self.village },
        };
        (self, high.cut(level))
    }

    /// The province's number, 0 for the nation.
    pub(crate) const fn province_number(self) -> u8 {
        self.province
    }

    /// The village's own number, of which the first digit tells its kind.
    pub(crate) const fn village_number(self) -> u16 {
        self.village
    }

    /// The regency's own number: 01–69 a kabupaten, 71–99 a kota.
    pub(crate) const fn regency_number(self) -> u8 {
        self.regency
    }

    fn cut(self, level: Level) -> Self {
        let mut code = self;
        if level < Level::Village {
            code.village = 0;
        }
        if level < Level::District {
            code.district = 0;
        }
        if level < Level::Regency {
            code.regency = 0;
        }
        if level < Level::Province {
            code.province = 0;
        }
        code
    }

    fn written(self, dot: &str) -> String {
        let Self { province, regency, district, village } = self;
        match self.level() {
            Level::Nation | Level::Province => format!("{province:02}"),
            Level::Regency => format!("{province:02}{dot}{regency:02}"),
            Level::District => format!("{province:02}{dot}{regency:02}{dot}{district:02}"),
            Level::Village => format!("{province:02}{dot}{regency:02}{dot}{district:02}{dot}{village:04}"),
        }
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.written("."))
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written("."))
    }
}

/// Why a text is no region code. The message is for the officer who typed it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionCodeError {
    #[error("Kode wilayah kosong: isi dengan angka dan titik, misalnya 14.01")]
    Empty,
    #[error("Kode wilayah \"{code}\" memuat \"{character}\": kode hanya berisi angka dan titik, misalnya 14.01")]
    NotADigit { code: String, character: char },
    #[error("Kode wilayah \"{code}\" tidak lengkap: {} ditulis {} angka, misalnya {example}", .level.label(), digits(*.level))]
    TooShort { code: String, level: Level, example: String },
    #[error("Kode wilayah \"{code}\" kelebihan angka: {} ditulis {} angka, misalnya {example}", .level.label(), digits(*.level))]
    TooLong { code: String, level: Level, example: String },
    #[error("Kode wilayah \"{code}\" terlalu panjang: paling banyak empat bagian, misalnya 14.01.01.2009")]
    TooManyParts { code: String },
    #[error(
        "Kode wilayah \"{code}\" ditulis tanpa titik, jadi panjangnya harus 2, 4, 6, atau 10 angka; \
         ini {length} angka. Tulis misalnya 14.01.01.2009 atau 1401012009"
    )]
    Length { code: String, length: usize },
    #[error("Kode wilayah \"{code}\" keliru: {} tidak bernomor nol; 00 sendirian berarti seluruh Indonesia", .level.label())]
    Zero { code: String, level: Level },
}

const fn digits(level: Level) -> &'static str {
    match level {
        Level::Village => "empat",
        _ => "dua",
    }
}

impl FromStr for RegionCode {
    type Err = RegionCodeError;

    fn from_str(text: &str) -> Result<Self, RegionCodeError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(RegionCodeError::Empty);
        }
        // What a person pasted by mistake may be a page long; the message quotes enough to find it again.
        let code = || text.chars().take(40).collect::<String>();
        if let Some(character) = text.chars().find(|c| !c.is_ascii_digit() && *c != '.') {
            return Err(RegionCodeError::NotADigit { code: code(), character });
        }
        if text == "00" {
            return Ok(Self::NATION);
        }
        let parts = if text.contains('.') { dotted(text, code)? } else { undotted(text, code)? };
        let numbers = parts.map(|part| part.map(|digits| digits.bytes().fold(0, |n, b| n * 10 + u16::from(b - b'0'))));
        for (number, level) in numbers.iter().zip(LEVELS) {
            if *number == Some(0) {
                return Err(RegionCodeError::Zero { code: code(), level });
            }
        }
        let small = |i: usize| u8::try_from(numbers[i].unwrap_or(0)).expect("two digits are below 100");
        Ok(Self { province: small(0), regency: small(1), district: small(2), village: numbers[3].unwrap_or(0) })
    }
}

const LEVELS: [Level; 4] = [Level::Province, Level::Regency, Level::District, Level::Village];

type Parts<'a> = [Option<&'a str>; 4];

fn dotted(text: &str, code: impl Fn() -> String) -> Result<Parts<'_>, RegionCodeError> {
    let mut parts: Parts = [None; 4];
    for (i, part) in text.split('.').enumerate() {
        let level = *LEVELS.get(i).ok_or_else(|| RegionCodeError::TooManyParts { code: code() })?;
        if part.len() < level.digits() {
            let example = example(&parts[..i], part, level);
            return Err(RegionCodeError::TooShort { code: code(), level, example });
        }
        if part.len() > level.digits() {
            let example = example(&parts[..i], "", level);
            return Err(RegionCodeError::TooLong { code: code(), level, example });
        }
        parts[i] = Some(part);
    }
    Ok(parts)
}

/// A code that begins as the one typed and goes on in the right form.
fn example(before: &[Option<&str>], part: &str, level: Level) -> String {
    let mut parts: Vec<String> = before.iter().flatten().map(|&part| part.to_owned()).collect();
    parts.push(match (level, part.trim_start_matches('0')) {
        (Level::Province, "") => "14".to_owned(),
        (Level::Village, "") => "2001".to_owned(),
        (_, "") => "01".to_owned(),
        (Level::Village, part) => format!("2{part:0>3}"),
        (_, part) => format!("{part:0>2}"),
    });
    parts.join(".")
}

fn undotted(text: &str, code: impl Fn() -> String) -> Result<Parts<'_>, RegionCodeError> {
    let part = |from: usize, to: usize| text.get(from..to);
    match text.len() {
        2 | 4 | 6 | 10 => Ok([part(0, 2), part(2, 4), part(4, 6), part(6, 10)]),
        length => Err(RegionCodeError::Length { code: code(), length }),
    }
}
