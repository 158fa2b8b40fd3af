//! A context's types of events: by which name a log has each, and which message it holds.

/// Makes `EventType`, and says of each message that it is an `Event`.
macro_rules! events {
    ($package:literal: $($name:ident),* $(,)?) => {
        /// A message that is an event of this context.
        pub trait Event: prost::Message + Default {
            const TYPE: EventType;
        }

        /// A type of event, called as its message is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum EventType {
            $($name),*
        }

        impl EventType {
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Full name of its message, as a log has it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($package, ".", stringify!($name))),*
                }
            }

            /// `None` for a type that this program is too old for, and for one of another context.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                match name.strip_prefix(concat!($package, "."))? {
                    $(stringify!($name) => Some(Self::$name),)*
                    _ => None,
                }
            }
        }

        $(impl Event for super::v1::$name {
            const TYPE: EventType = EventType::$name;
        })*
    };
}

pub(crate) use events;
