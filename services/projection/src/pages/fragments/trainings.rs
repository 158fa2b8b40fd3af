//! Trainings: the numbered marks of the picture, spelled out.

use askama::Template;

use super::super::{
    format::{days, number},
    language::Language,
    model::Training,
    naming::name_of,
    scene::Scene,
};

/// Marks that the picture has room for: the first ones, from which the return began, and the largest since.
const FIRST: usize = 4;
const LARGEST: usize = 2;

/// The trainings that are marked, in order of date.
#[must_use]
pub fn marked(scene: &Scene) -> Vec<&Training> {
    let mut trainings: Vec<&Training> = scene.data.trainings.iter().collect();
    trainings.sort_by_key(|training| (training.held_from, training.id));
    if trainings.len() > FIRST + LARGEST {
        let mut later = trainings.split_off(FIRST);
        later.sort_by_key(|training| std::cmp::Reverse(training.communities));
        later.truncate(LARGEST);
        trainings.extend(later);
        trainings.sort_by_key(|training| (training.held_from, training.id));
    }
    trainings
}

struct Item {
    name: String,
    address: String,
    when: String,
    outcome: String,
}

#[derive(Template)]
#[template(path = "fragments/trainings.html")]
pub struct Trainings {
    heading: &'static str,
    subtitle: &'static str,
    items: Vec<Item>,
    rest: Vec<Item>,
    more: String,
    empty: &'static str,
}

impl Trainings {
    pub fn of(scene: &Scene) -> Self {
        let l = scene.language;
        let marked = marked(scene);
        let unmarked = scene.data.trainings.iter().filter(|training| !marked.iter().any(|m| m.id == training.id));
        let rest: Vec<Item> = unmarked.map(|training| item(scene, training)).collect();
        Self {
            heading: l.say("Sosialisasi dan bimtek", "Trainings"),
            subtitle: l.say("dan yang kembali aktif dalam 90 hari sesudahnya", "and who became active again within 90 days"),
            items: marked.iter().map(|training| item(scene, training)).collect(),
            more: l.say(format!("{} kegiatan lain", rest.len()), format!("{} more", rest.len())),
            rest,
            empty: l.say(
                "Belum ada bimtek yang tercatat untuk wilayah ini. Bimtek dicatat oleh kantor yang mengadakannya, beserta KIM yang ikut.",
                "No training is recorded for this region yet. The office that holds one records it, with the KIM that took part.",
            ),
        }
    }
}

fn item(scene: &Scene, training: &Training) -> Item {
    let l = scene.language;
    let (when, count) = (days(l, training.held_from, training.held_to), number(l, training.communities));
    Item {
        name: name_of(scene.as_of.in_force(), training.region),
        address: scene.view.region_in_force(training.region),
        when: l.say(format!("{when} · {count} KIM ikut"), format!("{when} · {count} KIM took part")),
        outcome: outcome(l, training),
    }
}

fn outcome(l: Language, training: &Training) -> String {
    let (dormant, back) = (number(l, training.dormant_before), number(l, training.revitalised_in_90_days));
    match training.dormant_before {
        0 => l.say("Tidak ada peserta yang vakum", "No participant was dormant").to_owned(),
        _ => l.say(
            format!("{back} dari {dormant} yang vakum kembali aktif"),
            format!("{back} of {dormant} dormant ones active again"),
        ),
    }
}
