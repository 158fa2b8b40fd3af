//! Where an endpoint is: what may be written as its address at all. Whether it may be called is the [guard's](crate::Guard) to say.

use std::fmt;

use http::Uri;
use url::{Host, Url};

/// Characters of an address, at most.
pub const MAX_ADDRESS: usize = 2_000;
/// Below it, ports are of other protocols than ours: a mail server must not be told things as if by us.
const FIRST_FREE_PORT: u16 = 1_024;

/// An `https` or `http` address without a user and without a fragment. Its path and query may hold what only the receiver and we
/// know: it is shown to nobody, and `Debug` leaves it out.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("longer than {MAX_ADDRESS} characters")]
    TooLong,
    #[error("no URL with a host")]
    Malformed,
    #[error("neither https nor http")]
    Scheme,
    #[error("names a user or a password")]
    User,
    #[error("has a fragment")]
    Fragment,
    #[error("a port of another protocol")]
    Port,
}

impl Address {
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        if text.len() > MAX_ADDRESS {
            return Err(AddressError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| AddressError::Malformed)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(AddressError::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(AddressError::User);
        }
        if url.fragment().is_some() {
            return Err(AddressError::Fragment);
        }
        if url.port().is_some_and(|port| port < FIRST_FREE_PORT) {
            return Err(AddressError::Port);
        }
        // What cannot stand in a request is no address, whatever a browser makes of it.
        url.as_str().parse::<Uri>().map_err(|_| AddressError::Malformed)?;
        Ok(Self(url))
    }

    /// The whole address, for the vault alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    pub(crate) fn uri(&self) -> Uri {
        self.as_str().parse().expect("an address was parsed as one")
    }

    /// A name, in lower case and in ASCII, or an address of the internet.
    pub(crate) fn host(&self) -> Host<&str> {
        self.0.host().expect("an http address has a host")
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.port_or_known_default().expect("http and https have a port")
    }

    /// Host and port as the header `host` has them.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.authority()
    }

    /// Path and query as the request line has them.
    pub(crate) fn target(&self) -> &str {
        &self.0[url::Position::BeforePath..url::Position::AfterQuery]
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn an_address_is_http_and_names_nobody() {
        for good in [
            "https://kim.riau.go.id/terima",
            "https://kim.riau.go.id",
            "https://kim.riau.go.id:8443/terima?kunci=rahasia",
            "http://kim.riau.go.id/",
            "https://kim.riau.go.id/{a}|b^c`d?e={f}|g^h`i",
            "https://[2404:6800:4003:c00::64]:8443/",
            "https://8.8.8.8/",
        ] {
            let address = Address::parse(good).unwrap_or_else(|error| panic!("{good}: {error}"));
            assert!(address.target().parse::<Uri>().is_ok(), "{good} can be asked for");
        }
        for (bad, why) in [
            ("", AddressError::Malformed),
            ("kim.riau.go.id/terima", AddressError::Malformed),
            ("https://", AddressError::Malformed),
            ("https:///:80", AddressError::Malformed),
            ("https://kim riau.go.id/", AddressError::Malformed),
            ("ftp://kim.riau.go.id/", AddressError::Scheme),
            ("file:///etc/passwd", AddressError::Scheme),
            ("gopher://kim.riau.go.id/", AddressError::Scheme),
            ("https://orang@kim.riau.go.id/", AddressError::User),
            ("https://orang:sandi@kim.riau.go.id/", AddressError::User),
            ("https://8.8.8.8@127.0.0.1/", AddressError::User),
            ("https://kim.riau.go.id/#x", AddressError::Fragment),
            ("https://kim.riau.go.id:25/", AddressError::Port),
            ("https://kim.riau.go.id:80/", AddressError::Port),
            ("http://kim.riau.go.id:22/", AddressError::Port),
            ("https://kim.riau.go.id:0/", AddressError::Port),
        ] {
            assert_eq!(Address::parse(bad), Err(why), "{bad}");
        }
        assert_eq!(Address::parse(&format!("https://kim.id/{}", "a".repeat(MAX_ADDRESS))), Err(AddressError::TooLong));
    }

    #[test]
    fn an_address_of_the_internet_is_seen_however_it_is_written() {
        for written in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.0.0.1/",
            "https://0177.0.0.1/",
            "https://%31%32%37.0.0.1/",
            "https://127。0。0。1/",
        ] {
            let address = Address::parse(written).expect("an address");
            assert_eq!(address.host(), Host::<&str>::Ipv4(Ipv4Addr::LOCALHOST), "{written}");
        }
    }

    #[test]
    fn a_request_says_what_the_address_says() {
        let address = Address::parse("https://KIM.Riau.go.id:8443/terima?kunci=rahasia").expect("an address");
        assert_eq!((address.authority(), address.target()), ("kim.riau.go.id:8443", "/terima?kunci=rahasia"));
        assert_eq!(format!("{address:?}"), "Address(…)");
        let address = Address::parse("https://kim.riau.go.id:443").expect("an address");
        assert_eq!((address.authority(), address.target(), address.port()), ("kim.riau.go.id", "/", 443));
    }
}
