//! What a host reports on a training, and what was taught with.

use std::collections::HashSet;

use kim_values::{DocumentHash, Link, PublicName};

use crate::domain::Refusal;

/// As many materials as one report may list.
pub const MAX_MATERIALS: usize = 50;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub document: DocumentHash,
    pub materials: Vec<Material>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    pub title: PublicName,
    pub document: DocumentHash,
    pub link: Option<Link>,
}

impl Report {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        if self.materials.len() > MAX_MATERIALS {
            return Err(Refusal::TooManyMaterials(MAX_MATERIALS));
        }
        let mut seen = HashSet::with_capacity(self.materials.len());
        if self.materials.iter().all(|material| seen.insert(material.document)) {
            Ok(())
        } else {
            Err(Refusal::MaterialDoubled)
        }
    }
}
