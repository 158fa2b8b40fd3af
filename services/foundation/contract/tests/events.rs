//! What is an event of a context is known as one.

use std::collections::BTreeSet;

use kim_contract::{dissemination, registry};
use prost_reflect::DescriptorPool;

/// Names of the messages in a context's file of events.
fn messages(context: &str) -> BTreeSet<String> {
    let pool = DescriptorPool::decode(kim_contract::DESCRIPTORS).expect("the descriptors are valid");
    let file = pool.get_file_by_name(&format!("kim/{context}/v1/event.proto")).expect("the context has events");
    file.messages().map(|message| message.full_name().to_owned()).collect()
}

#[test]
fn each_message_of_the_registrys_events_is_a_type_of_event_and_nothing_else_is() {
    use registry::event::EventType;
    let types: BTreeSet<String> = EventType::ALL.iter().map(|known| known.name().to_owned()).collect();
    assert_eq!(types, messages("registry"));
    for known in EventType::ALL {
        assert_eq!(EventType::named(known.name()), Some(*known));
    }
    assert_eq!(EventType::named("kim.registry.v1.CommunityOfTheFuture"), None);
    assert_eq!(EventType::named("kim.dissemination.v1.CommunityDrafted"), None);
}

#[test]
fn each_message_of_disseminations_events_is_a_type_of_event_and_nothing_else_is() {
    use dissemination::event::EventType;
    let types: BTreeSet<String> = EventType::ALL.iter().map(|known| known.name().to_owned()).collect();
    assert_eq!(types, messages("dissemination"));
    for known in EventType::ALL {
        assert_eq!(EventType::named(known.name()), Some(*known));
    }
    assert_eq!(EventType::named("kim.registry.v1.CampaignDrafted"), None);
}
