//! What stands in a community's record. Names are made of words; nobody is named.

use kim_territory::{Kind, Level, RegionCode, Territory};
use time::{Date, Duration};

use super::{
    board::{self, Board},
    dice::{Dice, Topic},
    life::Life,
    month::Month,
    territory,
};

/// A community's record, as its office has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub name: String,
    pub seat: RegionCode,
    pub formed_on: Date,
    pub decree_on: Date,
    pub decree_by: Issuer,
    pub decree_number: String,
    pub base: Base,
    pub members: u32,
    /// The village's deliberation, where the record says when it was.
    pub deliberated_on: Option<Date>,
    pub statutes_on: Option<Date>,
    /// Accounts and sites under the community's own name.
    pub channels: Vec<Channel>,
    pub board: Board,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    VillageHead,
    Lurah,
    Camat,
    Regent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    None,
    Youth,
    Farmers,
    Pkk,
    Pokdarwis,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Channel {
    Website(String),
    Facebook(String),
    Instagram(String),
}

const FIRST: [&str; 24] = [
    "Sumber", "Suara", "Cahaya", "Gema", "Warta", "Lentera", "Pelita", "Sinar", "Swara", "Wahana", "Jendela", "Mitra",
    "Tunas", "Bina", "Karya", "Media", "Pesona", "Kabar", "Cakra", "Mekar", "Panca", "Titian", "Gapura", "Obor",
];
const SECOND: [&str; 20] = [
    "Makmur",
    "Informasi",
    "Bersama",
    "Mandiri",
    "Sejahtera",
    "Lestari",
    "Harapan",
    "Sentosa",
    "Rukun",
    "Madani",
    "Jaya",
    "Desa",
    "Nusa",
    "Utama",
    "Bangsa",
    "Rakyat",
    "Abadi",
    "Persada",
    "Digital",
    "Guyub",
];

/// When an ordinary founder was formed: more of them the nearer to the beginning of the records.
const FORMED: [(u32, u32); 9] =
    [(2010, 4), (2011, 5), (2012, 7), (2013, 9), (2014, 12), (2015, 15), (2016, 18), (2017, 20), (2018, 10)];

#[must_use]
pub fn record(life: &Life, entered_on: Date) -> Record {
    // It is called after the place as that was called then.
    let seat = Territory::of(territory::in_force(entered_on)).get(&territory::code_on(entered_on, life.seat));
    let seat = seat.expect("seats are taken from the territory");
    let mut dice = Dice::of(Topic::Name, u64::from(life.number), 0);
    let place = seat.name;
    let name = match dice.below(100) {
        ..68 => format!("KIM {} {} {place}", dice.pick(&FIRST), dice.pick(&SECOND)),
        68..90 => format!("KIM {} {place}", dice.pick(&FIRST)),
        _ => format!("KIM {place}"),
    };
    let mut dice = Dice::of(Topic::Record, u64::from(life.number), 0);
    let formed_on = formed_on(life, entered_on, &mut dice);
    let decree_on = (formed_on + Duration::days(i64::from(dice.below(45)))).min(entered_on);
    let decree_by = match (seat.level(), seat.kind) {
        (Level::Village, Kind::Kelurahan) if dice.chance(0.85) => Issuer::Lurah,
        (Level::Village, Kind::Desa | Kind::DesaAdat) if dice.chance(0.85) => Issuer::VillageHead,
        (Level::Village | Level::District, _) => Issuer::Camat,
        _ => Issuer::Regent,
    };
    let code = territory::code_on(decree_on, life.seat);
    let decree_number = format!("489/{:03}/{}/{}", dice.between(1, 240), code, decree_on.year());
    let base = match dice.below(100) {
        ..34 => Base::None,
        34..56 => Base::Youth,
        56..72 => Base::Farmers,
        72..86 => Base::Pkk,
        86..94 => Base::Pokdarwis,
        _ => Base::Other,
    };
    let members = 7 + dice.below(14) + dice.below(12);
    let deliberated_on = dice.chance(0.85).then(|| formed_on - Duration::days(i64::from(dice.below(21))));
    let statutes_on = dice.chance(0.6).then_some(formed_on);
    let channels = channels(life.number, &mut dice);
    Record {
        name,
        seat: life.seat,
        formed_on,
        decree_on,
        decree_by,
        decree_number,
        base,
        members,
        deliberated_on,
        statutes_on,
        channels,
        board: board::first(life, formed_on),
    }
}

/// A community's account, under its number, so that no account of anybody is named.
#[must_use]
pub fn account(number: u32) -> String {
    format!("kim.contoh.{number:05}")
}

fn channels(number: u32, dice: &mut Dice) -> Vec<Channel> {
    let account = account(number);
    let mut channels = Vec::new();
    if dice.chance(0.12) {
        channels.push(Channel::Website(format!("kim-{number:05}.example.id")));
    }
    if dice.chance(0.3) {
        channels.push(Channel::Facebook(account.clone()));
    }
    if dice.chance(0.25) {
        channels.push(Channel::Instagram(account));
    }
    channels
}

fn formed_on(life: &Life, entered_on: Date, dice: &mut Dice) -> Date {
    let lately = entered_on - Duration::days(i64::from(dice.between(20, 380)));
    if life.entered > Month::new(2019, 12) || dice.chance(0.08) {
        return lately;
    }
    let year = dice.weighed(&FORMED);
    let day = Month::new(i32::try_from(year).expect("a year"), 1).day(1) + Duration::days(i64::from(dice.below(365)));
    if day < entered_on { day } else { lately }
}
