//! The pieces of a region's page that are refreshed in place: each is rendered alone, into the page or into the live feed.

use askama::Template;

use super::scene::Scene;

mod communities;
mod course;
mod foot;
mod headline;
mod notices;
mod parts;
mod places;
mod trainings;

pub use communities::{Communities, status};
pub use course::heads as month_heads;
pub use foot::{Foot, position_of, printed};
pub use notices::{Notices, is_late};

/// A piece of a page: the name of its event in the live feed, and its markup.
pub struct Fragment {
    pub name: &'static str,
    pub markup: String,
}

/// All pieces of a region's page, in the order of the page. Every one that its template names is there; a piece that has
/// nothing to show in this region is empty.
pub fn of(scene: &Scene) -> Result<Vec<Fragment>, askama::Error> {
    let mut fragments = Vec::with_capacity(11);
    let mut add = |name, markup: String| fragments.push(Fragment { name, markup });
    add("perhatian", Notices::of(scene).render()?);
    add("angka", headline::Headline::of(scene).render()?);
    add("grafik", course::render(scene)?);
    add("bimtek", trainings::Trainings::of(scene).render()?);
    add("bulan", course::Months::of(scene).render()?);
    let has_map = scene.is_nation();
    add("peta", if has_map { places::Map::of(scene).render()? } else { String::new() });
    add("tertinggal", if has_map { places::Behind::of(scene).render()? } else { String::new() });
    add(
        "kim",
        scene.communities.as_ref().map_or(Ok(String::new()), |page| Communities::of_scene(scene, page).render())?,
    );
    add("bagian", parts::Parts::of(scene).render()?);
    add("tanpa", places::Without::of(scene).render()?);
    add("kaki", Foot::of(scene).render()?);
    Ok(fragments)
}

/// What a live update says to those who hear the page, as markup.
#[must_use]
pub fn announcement(scene: &Scene) -> String {
    let headline = headline::sentence(scene).plain().replace('&', "&amp;").replace('<', "&lt;");
    scene.language.say(format!("Angka diperbarui. {headline}."), format!("Figures refreshed. {headline}."))
}

pub use headline::sentence;
