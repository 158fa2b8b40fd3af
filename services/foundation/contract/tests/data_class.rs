//! Invariant 8: no string can enter an event without saying what it may hold.

use std::collections::BTreeSet;

use prost_reflect::{DescriptorPool, Kind, MessageDescriptor, Value};

const OPTION: &str = "kim.type.v1.data_class";

fn pool() -> DescriptorPool {
    DescriptorPool::decode(kim_contract::DESCRIPTORS).expect("the descriptors are valid")
}

/// Messages that are events or stand in one: all of `event.proto` files, and what they reach; and the envelope itself.
fn in_events(pool: &DescriptorPool) -> BTreeSet<String> {
    let mut todo: Vec<MessageDescriptor> = pool
        .all_messages()
        .filter(|m| m.parent_file().name().ends_with("/event.proto") || m.full_name() == "kim.log.v1.RecordedEvent")
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(message) = todo.pop() {
        if seen.insert(message.full_name().to_owned()) {
            todo.extend(message.fields().filter_map(|field| match field.kind() {
                Kind::Message(inner) => Some(inner),
                _ => None,
            }));
        }
    }
    seen
}

fn unclassified(pool: &DescriptorPool) -> Vec<String> {
    let option = pool.get_extension_by_name(OPTION).expect("the option is defined");
    in_events(pool)
        .iter()
        .filter_map(|name| pool.get_message_by_name(name))
        .flat_map(|message| message.fields().collect::<Vec<_>>())
        .filter(|field| matches!(field.kind(), Kind::String))
        .filter(
            |field| !matches!(field.options().get_extension(&option).as_ref(), Value::EnumNumber(class) if *class > 0),
        )
        .map(|field| field.full_name().to_owned())
        .collect()
}

#[test]
fn every_string_of_an_event_declares_its_data_class() {
    let pool = pool();
    assert!(in_events(&pool).len() > 20, "the events were found");
    assert_eq!(unclassified(&pool), Vec::<String>::new());
}

#[test]
fn a_string_without_a_class_is_found() {
    let text = "syntax = \"proto3\"; package kim.x.v1; import \"kim/type/v1/data_class.proto\";
        message Named { string name = 1; string code = 2 [(kim.type.v1.data_class) = DATA_CLASS_CODE]; }";
    let dir = std::env::temp_dir().join(format!("kim-data-class-{}", std::process::id()));
    let path = dir.join("kim/x/v1/event.proto");
    std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder can be made");
    std::fs::write(path, text).expect("a file can be written");
    let proto = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../proto");
    let mut compiler = protox::Compiler::new([dir.as_path(), &proto]).expect("the folders are there");
    compiler.include_imports(true).open_file("kim/x/v1/event.proto").expect("it compiles");
    std::fs::remove_dir_all(&dir).expect("it can be removed");
    let pool = DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice()).expect("it links");
    assert_eq!(unclassified(&pool), ["kim.x.v1.Named.name"]);
}
