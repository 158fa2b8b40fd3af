//! What kind of call each method is. The contract says it, so that nobody keeps a list of streaming methods by hand.

use std::{collections::HashMap, sync::Arc};

use opentelemetry::StringValue;
use prost::Message;
use prost_types::FileDescriptorSet;

/// How a call is limited in time, and what becomes of it when the service drains.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// One request, one response: bounded by the server's deadline.
    Unary,
    /// Only the server streams: a reader, that may stay for days and can go on elsewhere.
    Reader,
    /// The client streams: an import, that may take long and should come to its end.
    Writer,
}

#[derive(Clone, Debug)]
pub(super) struct Method {
    pub kind: Kind,
    /// Answered without a token: health and reflection.
    pub open: bool,
    /// The path without its first slash, for spans and metrics.
    pub name: StringValue,
}

pub(super) struct Methods {
    by_path: HashMap<String, Arc<Method>>,
    unknown: Arc<Method>,
}

impl Methods {
    pub(super) fn from_descriptors(encoded: &[&[u8]]) -> Result<Self, prost::DecodeError> {
        let mut by_path = HashMap::new();
        let mut add = |path: String, kind, open| {
            let name = StringValue::from(path.trim_start_matches('/').to_owned());
            by_path.insert(path, Arc::new(Method { kind, open, name }));
        };
        for set in encoded {
            for file in FileDescriptorSet::decode(*set)?.file {
                for service in &file.service {
                    for method in &service.method {
                        let path = format!("/{}.{}/{}", file.package(), service.name(), method.name());
                        let kind = match (method.client_streaming(), method.server_streaming()) {
                            (false, false) => Kind::Unary,
                            (false, true) => Kind::Reader,
                            (true, _) => Kind::Writer,
                        };
                        add(path, kind, false);
                    }
                }
            }
        }
        // Reflection streams both ways and only reads, so draining need not wait for it.
        add("/grpc.health.v1.Health/Check".into(), Kind::Unary, true);
        add("/grpc.health.v1.Health/Watch".into(), Kind::Reader, true);
        add("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo".into(), Kind::Reader, true);
        let unknown = Arc::new(Method { kind: Kind::Unary, open: false, name: "unknown".into() });
        Ok(Self { by_path, unknown })
    }

    /// The method at a path. One that is not in the contract is not open, and the router says UNIMPLEMENTED to it.
    pub(super) fn at(&self, path: &str) -> &Arc<Method> {
        self.by_path.get(path).unwrap_or(&self.unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_says_which_methods_stream() {
        let methods = Methods::from_descriptors(&[kim_contract::DESCRIPTORS]).unwrap();
        let kind = |path: &str| (methods.at(path).kind, methods.at(path).open);
        assert_eq!(kind("/kim.registry.v1.CommunityService/GetCommunity"), (Kind::Unary, false));
        assert_eq!(kind("/kim.registry.v1.CommunityService/ImportCommunities"), (Kind::Writer, false));
        assert_eq!(kind("/kim.log.v1.EventLogService/Read"), (Kind::Reader, false));
        assert_eq!(kind("/grpc.health.v1.Health/Check"), (Kind::Unary, true));
        assert_eq!(kind("/grpc.health.v1.Health/Mine"), (Kind::Unary, false), "only methods that exist are open");
        assert_eq!(methods.at("/no/Such").name.as_str(), "unknown", "a caller cannot make up metrics' labels");
    }
}
