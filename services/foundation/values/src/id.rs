//! Opaque ids: each aggregate's is a type of its own.

/// An id that is a UUID: `id!(/// Something that a community did. ActivityId);`. Who declares one depends on `uuid`.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub ::uuid::Uuid);

        impl $name {
            /// `None` when it is no UUID in its usual form.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                ::uuid::Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(/// What an event calls a record of the vault by.
    VaultRef);
