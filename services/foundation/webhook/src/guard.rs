//! Which endpoints may be called: none inside a network, however its name leads there, unless configuration lets it.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};

use ipnet::IpNet;
use serde::Deserialize;
use tokio::net::lookup_host;
use url::Host;

use crate::{
    address::Address,
    network::{Inside, canonical, inside, is_in},
};

/// `[webhook.exceptions]`: what is let through, and what is kept off, beside what the guard knows by itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exceptions {
    /// Names that may lead anywhere, also without TLS. No name below one of them is meant.
    pub allowed_hosts: Vec<String>,
    /// Networks that may be called although they are inside, also without TLS.
    pub allowed_networks: Vec<IpNet>,
    /// Networks of ours that look like the open internet: public addresses of our own machines, a NAT64 prefix of our own.
    pub inside_networks: Vec<IpNet>,
}

/// Why an endpoint is not called.
#[derive(Debug, thiserror::Error)]
pub enum NotAllowed {
    #[error("http is for excepted endpoints alone")]
    Plain,
    #[error("leads to {0}")]
    Inside(Inside),
    #[error("leads to a network of ours")]
    Ours,
    #[error("the name leads nowhere")]
    Unresolved(#[source] Option<io::Error>),
}

/// The addresses that a name has.
pub type Addresses<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// Who says to which addresses a name leads.
pub trait Resolve: Send + Sync + 'static {
    fn resolve<'a>(&'a self, name: &'a str) -> Addresses<'a>;
}

/// The machine's own resolver.
struct Machine;

impl Resolve for Machine {
    fn resolve<'a>(&'a self, name: &'a str) -> Addresses<'a> {
        Box::pin(async move { Ok(lookup_host((name, 0)).await?.map(|found| found.ip()).collect()) })
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Guard {
    exceptions: Arc<Exceptions>,
    resolver: Arc<dyn Resolve>,
}

impl Guard {
    #[must_use]
    pub fn new(exceptions: Exceptions) -> Self {
        Self::resolving(exceptions, Machine)
    }

    /// With another resolver than the machine's.
    #[must_use]
    pub fn resolving(exceptions: Exceptions, resolver: impl Resolve) -> Self {
        Self { exceptions: Arc::new(exceptions), resolver: Arc::new(resolver) }
    }

    /// Where to connect: exactly there, since a name that is asked for again may lead elsewhere. *All* addresses of a name must be
    /// allowed, so that none is chosen by chance. Asked when an address is entered, and again at each attempt.
    pub async fn admit(&self, address: &Address) -> Result<Vec<SocketAddr>, NotAllowed> {
        let found = match address.host() {
            Host::Domain(name) => self.resolver.resolve(name).await.map_err(|e| NotAllowed::Unresolved(Some(e)))?,
            Host::Ipv4(ip) => vec![ip.into()],
            Host::Ipv6(ip) => vec![ip.into()],
        };
        if found.is_empty() {
            return Err(NotAllowed::Unresolved(None));
        }
        for ip in &found {
            self.look_at(address, *ip)?;
        }
        Ok(found.into_iter().map(|ip| SocketAddr::new(canonical(ip), address.port())).collect())
    }

    fn look_at(&self, address: &Address, ip: IpAddr) -> Result<(), NotAllowed> {
        let excepted_host = match address.host() {
            Host::Domain(name) => self.exceptions.allowed_hosts.iter().any(|host| host.eq_ignore_ascii_case(name)),
            Host::Ipv4(_) | Host::Ipv6(_) => false,
        };
        if excepted_host || is_in(ip, &self.exceptions.allowed_networks) {
            return Ok(());
        }
        if is_in(ip, &self.exceptions.inside_networks) {
            return Err(NotAllowed::Ours);
        }
        if let Some(inside) = inside(ip) {
            return Err(NotAllowed::Inside(inside));
        }
        if address.is_https() { Ok(()) } else { Err(NotAllowed::Plain) }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("exceptions", &self.exceptions).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A resolver that knows these names.
    struct Names(&'static [(&'static str, &'static [&'static str])]);

    impl Resolve for Names {
        fn resolve<'a>(&'a self, name: &'a str) -> Addresses<'a> {
            let found = self.0.iter().find(|(known, _)| *known == name).map(|(_, ips)| *ips);
            Box::pin(async move {
                let ips = found.ok_or(io::ErrorKind::NotFound)?;
                Ok(ips.iter().map(|ip| ip.parse().expect("an IP")).collect())
            })
        }
    }

    const NAMES: Names = Names(&[
        ("open.example", &["103.10.66.1", "2404:6800:4003:c00::64"]),
        ("inside.example", &["10.1.2.3"]),
        ("both.example", &["103.10.66.1", "127.0.0.1"]),
        ("mapped.example", &["::ffff:127.0.0.1"]),
        ("dressed.example", &["::ffff:103.10.66.1"]),
        ("office.example", &["192.168.7.7"]),
        ("ours.example", &["103.10.99.1"]),
        ("nothing.example", &[]),
        ("localhost", &["127.0.0.1", "::1"]),
    ]);

    #[tokio::test]
    async fn an_endpoint_is_called_where_all_that_its_name_leads_to_is_allowed() {
        let exceptions = Exceptions {
            allowed_hosts: vec!["office.example".into()],
            allowed_networks: vec!["10.9.0.0/16".parse().expect("a network")],
            inside_networks: vec!["103.10.99.0/24".parse().expect("a network")],
        };
        let guard = Guard::resolving(exceptions, NAMES);
        let table = [
            ("https://open.example/", "103.10.66.1:443 [2404:6800:4003:c00::64]:443"),
            ("https://open.example:8443/", "103.10.66.1:8443 [2404:6800:4003:c00::64]:8443"),
            ("http://open.example/", "http is for excepted endpoints alone"),
            ("http://103.10.66.1/", "http is for excepted endpoints alone"),
            ("https://inside.example/", "leads to a private network"),
            ("https://both.example/", "leads to loopback"),
            ("https://mapped.example/", "leads to loopback"),
            ("https://dressed.example/", "103.10.66.1:443"),
            ("https://localhost/", "leads to loopback"),
            ("https://127.1/", "leads to loopback"),
            ("https://[::1]/", "leads to loopback"),
            ("https://[::ffff:169.254.169.254]/", "leads to a cloud's metadata"),
            ("https://office.example/", "192.168.7.7:443"),
            ("http://office.example:8080/", "192.168.7.7:8080"),
            ("http://sub.office.example/", "the name leads nowhere"),
            ("https://192.168.7.7/", "leads to a private network"),
            ("http://10.9.1.1:9000/", "10.9.1.1:9000"),
            ("http://10.10.1.1:9000/", "leads to a private network"),
            ("https://ours.example/", "leads to a network of ours"),
            ("https://nothing.example/", "the name leads nowhere"),
            ("https://unknown.example/", "the name leads nowhere"),
        ];
        for (address, verdict) in table {
            let found = match guard.admit(&Address::parse(address).expect("an address")).await {
                Ok(to) => to.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
                Err(error) => error.to_string(),
            };
            assert_eq!(found, verdict, "{address}");
        }
    }
}
