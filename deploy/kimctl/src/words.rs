//! Words of the command line, and what the contract calls them.

/// An enum of the command line with its counterpart in the contract.
macro_rules! words {
    ($name:ident as $proto:ident: $($word:ident),+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
        pub enum $name { $($word),+ }

        impl From<$name> for i32 {
            fn from(word: $name) -> Self {
                match word { $($name::$word => $proto::$word),+ }.into()
            }
        }
    };
}

pub(crate) use words;
