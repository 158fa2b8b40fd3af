//! What is an event of the registry is known as one.

use std::collections::BTreeSet;

use kim_contract::registry::event::EventType;
use prost_reflect::DescriptorPool;

#[test]
fn each_message_of_the_registrys_events_is_a_type_of_event_and_nothing_else_is() {
    let pool = DescriptorPool::decode(kim_contract::DESCRIPTORS).expect("the descriptors are valid");
    let file = pool.get_file_by_name("kim/registry/v1/event.proto").expect("the registry has events");
    let messages: BTreeSet<String> = file.messages().map(|message| message.full_name().to_owned()).collect();
    let types: BTreeSet<String> = EventType::ALL.iter().map(|known| known.name().to_owned()).collect();
    assert_eq!(types, messages);
    for known in EventType::ALL {
        assert_eq!(EventType::named(known.name()), Some(*known));
    }
    assert_eq!(EventType::named("kim.registry.v1.CommunityOfTheFuture"), None);
    assert_eq!(EventType::named("kim.dissemination.v1.CommunityDrafted"), None);
}
