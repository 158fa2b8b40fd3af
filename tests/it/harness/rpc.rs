//! Every RPC there is, from the contract itself: a new one is tried without being named.

use kim_contract::DESCRIPTORS;
use prost::Message;
use prost_types::FileDescriptorSet;

/// `/package.Service/Method` of each RPC, health and reflection included.
pub fn rpc_paths() -> Vec<String> {
    let set = FileDescriptorSet::decode(DESCRIPTORS).expect("the descriptors are valid");
    let mut paths = vec!["/grpc.health.v1.Health/Check".to_owned()];
    for file in &set.file {
        for service in &file.service {
            for method in &service.method {
                paths.push(format!("/{}.{}/{}", file.package(), service.name(), method.name()));
            }
        }
    }
    assert!(paths.len() > 20, "the contract has services");
    paths
}
