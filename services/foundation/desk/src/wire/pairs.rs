//! The enums of the contract and those of a domain, pair by pair.

/// An enum of the domain that has its counterpart in the contract.
pub trait Paired: Sized {
    fn to_proto(self) -> i32;

    /// Its number, as a column of the index has it.
    fn to_column(self) -> i16 {
        i16::try_from(self.to_proto()).expect("the contract's numbers are small")
    }

    /// `None` for "unspecified" where the domain has no such value, and for a value that the contract of today does not have.
    fn from_proto(value: i32) -> Option<Self>;
}

/// The numbers of several, as columns of the index have them.
#[must_use]
pub fn to_columns<E: Paired + Copy>(values: &[E]) -> Vec<i16> {
    values.iter().map(|value| value.to_column()).collect()
}

/// Pairs an enum of the domain with one of the contract: `pairs!(Side as pb::PartnershipSide: Office = Office, …);`.
#[macro_export]
macro_rules! pairs {
    ($domain:ident as $package:ident::$proto:ident: $($here:ident = $there:ident),+ $(,)?) => {
        impl $crate::wire::Paired for $domain {
            fn to_proto(self) -> i32 {
                match self { $(Self::$here => $package::$proto::$there),+ }.into()
            }

            fn from_proto(value: i32) -> Option<Self> {
                $(if value == i32::from($package::$proto::$there) { return Some(Self::$here); })+
                None
            }
        }
    };
}
