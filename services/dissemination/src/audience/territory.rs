//! Audiences where a territory has other codes for their regions.

use kim_territory::{Adopted, Decree};
use kim_values::Region;

use super::Audiences;
use crate::domain::audience::Audience;

impl Audiences {
    /// An audience with its regions by the codes of the territory that was in force under `decree`: where one was split, all its parts.
    #[must_use]
    pub fn followed(&self, audience: &Audience, decree: Decree) -> Audience {
        followed(audience, &self.known().adopted_until(decree))
    }
}

fn followed(audience: &Audience, adopted: &Adopted) -> Audience {
    let decree = adopted.in_force();
    audience.followed(|region| match adopted.cover(&region.code, region.decree) {
        Some(codes) => codes.into_iter().map(|code| Region { code, decree }).collect(),
        None => vec![region.on(adopted)],
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use kim_territory::{Changes, Step, Territory, likeliest};

    use super::*;
    use crate::{
        audience::Known,
        domain::audience::{Listing, Partnership, Standing},
    };

    fn region(code: &str, decree: Decree) -> Region {
        Region { code: code.parse().expect("a region's code"), decree }
    }

    #[test]
    fn a_province_that_was_split_is_all_its_parts_and_as_it_was_before_in_an_older_draw() {
        let mut known = Known::default();
        known.adopt(Decree::D2022, None);
        let [old, new] = [Decree::D2022, Decree::D2023].map(|decree| Territory::of(decree).list());
        let changes = Changes::ruled(old, new, &likeliest(old, new)).expect("each decision holds");
        known.adopt(Decree::D2023, Step::of(Decree::D2022, Decree::D2023, &changes));
        let audience = Audience::new(
            vec![region("92", Decree::D2022), region("14.01", Decree::D2022)],
            BTreeSet::new(),
            BTreeSet::from([Standing::Active]),
            BTreeSet::new(),
            Partnership::Any,
            Listing::Everybody,
        )
        .expect("an audience");
        let codes = |decree| {
            let audience = followed(&audience, &known.adopted_until(decree));
            audience.codes().map(|code| code.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(codes(Decree::D2022), ["14.01", "92"]);
        assert_eq!(codes(Decree::D2023), ["14.01", "92", "96"]);
    }
}
