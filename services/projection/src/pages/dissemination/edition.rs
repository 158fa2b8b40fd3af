//! What a material says, as its newest published version has it.

use time::Date;
use uuid::Uuid;

use super::model::Campaign;
use crate::pages::model::AsOf;

/// What a campaign is hung up as: of one that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BulletinQuery {
    pub campaign: Uuid,
}

#[derive(Clone, Debug, PartialEq)]
pub struct BulletinView {
    pub as_of: AsOf,
    pub campaign: Campaign,
    /// `None` where the material's records are held back.
    pub edition: Option<Edition>,
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edition {
    pub published_on: Date,
    /// `None` for the first version.
    pub revision: Option<Revision>,
    /// Indonesian first; none of a material that was withdrawn.
    pub contents: Vec<Content>,
}

/// Why a version took the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    pub superseded_version: i32,
    pub reason: RevisionReason,
    /// What was wrong, has changed or was added, as everybody may read it.
    pub note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RevisionReason {
    Correction,
    Update,
    Addition,
}

/// What a version says in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    pub language: String,
    pub title: String,
    /// Paragraphs, an empty line between them.
    pub body: String,
    pub links: Vec<ContentLink>,
    /// How many pictures, recordings and papers go with it.
    pub media: i32,
}

/// Where more is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentLink {
    pub title: String,
    pub address: String,
}
