//! Which addresses of the internet are nobody's inside: the registries of special-purpose addresses of IANA (RFC 6890 and after).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Why an address is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Inside {
    #[error("this host")]
    ThisHost,
    #[error("loopback")]
    Loopback,
    #[error("a private network")]
    Private,
    #[error("a provider's network behind shared addresses")]
    Shared,
    #[error("link-local")]
    LinkLocal,
    #[error("a cloud's metadata")]
    Metadata,
    #[error("multicast or broadcast")]
    Multicast,
    #[error("documentation")]
    Documentation,
    #[error("benchmarks")]
    Benchmark,
    #[error("a tunnel or a translation")]
    Tunnel,
    #[error("reserved")]
    Reserved,
}

/// A cloud's metadata where its address lies in no range below, or in one that names it less well: Azure, Alibaba, Oracle, AWS.
const METADATA: [IpAddr; 5] = [
    IpAddr::V4(Ipv4Addr::new(168, 63, 129, 16)),
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)),
];

/// The first range that has the address says what it is.
const V4: [(Ipv4Net, Inside); 16] = [
    v4([0, 0, 0, 0], 8, Inside::ThisHost),
    v4([10, 0, 0, 0], 8, Inside::Private),
    v4([100, 64, 0, 0], 10, Inside::Shared),
    v4([127, 0, 0, 0], 8, Inside::Loopback),
    v4([169, 254, 0, 0], 16, Inside::LinkLocal),
    v4([172, 16, 0, 0], 12, Inside::Private),
    v4([192, 0, 0, 0], 24, Inside::Reserved),
    v4([192, 0, 2, 0], 24, Inside::Documentation),
    // The relay of 6to4, given up by RFC 7526.
    v4([192, 88, 99, 0], 24, Inside::Tunnel),
    v4([192, 168, 0, 0], 16, Inside::Private),
    v4([198, 18, 0, 0], 15, Inside::Benchmark),
    v4([198, 51, 100, 0], 24, Inside::Documentation),
    v4([203, 0, 113, 0], 24, Inside::Documentation),
    v4([224, 0, 0, 0], 4, Inside::Multicast),
    v4([255, 255, 255, 255], 32, Inside::Multicast),
    v4([240, 0, 0, 0], 4, Inside::Reserved),
];

const V6: [(Ipv6Net, Inside); 14] = [
    v6([0, 0, 0, 0, 0, 0, 0, 0], 128, Inside::ThisHost),
    v6([0, 0, 0, 0, 0, 0, 0, 1], 128, Inside::Loopback),
    v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7, Inside::Private),
    v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10, Inside::LinkLocal),
    // Site-local, given up by RFC 3879 and still in use.
    v6([0xfec0, 0, 0, 0, 0, 0, 0, 0], 10, Inside::Private),
    v6([0xff00, 0, 0, 0, 0, 0, 0, 0], 8, Inside::Multicast),
    // A network's own translation to IPv4 (RFC 8215): only that network knows where it leads.
    v6([0x64, 0xff9b, 1, 0, 0, 0, 0, 0], 48, Inside::Tunnel),
    // Teredo and 6to4 lead to an IPv4 address within. Nobody serves from them any more, so that none is let through.
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 32, Inside::Tunnel),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16, Inside::Tunnel),
    v6([0x2001, 2, 0, 0, 0, 0, 0, 0], 48, Inside::Benchmark),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32, Inside::Documentation),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20, Inside::Documentation),
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23, Inside::Reserved),
    // IPv4-compatible addresses, given up by RFC 4291.
    v6([0, 0, 0, 0, 0, 0, 0, 0], 96, Inside::Tunnel),
];

/// What of IPv6 is given to networks of the world; all else is reserved.
const GLOBAL: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// The translation to IPv4 that all networks know (RFC 6052).
const NAT64: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

const fn v4(base: [u8; 4], bits: u8, inside: Inside) -> (Ipv4Net, Inside) {
    (Ipv4Net::new_assert(Ipv4Addr::from_octets(base), bits), inside)
}

const fn v6(base: [u16; 8], bits: u8, inside: Inside) -> (Ipv6Net, Inside) {
    (Ipv6Net::new_assert(Ipv6Addr::from_segments(base), bits), inside)
}

/// What is called in truth: an IPv4 address that is written as IPv6 is that IPv4 address.
#[must_use]
pub fn canonical(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}

/// Why an address is inside a network; `None` when it is of the open internet.
#[must_use]
pub fn inside(ip: IpAddr) -> Option<Inside> {
    let ip = canonical(ip);
    if METADATA.contains(&ip) {
        return Some(Inside::Metadata);
    }
    match ip {
        IpAddr::V4(ip) => V4.iter().find(|(range, _)| range.contains(&ip)).map(|(_, inside)| *inside),
        IpAddr::V6(ip) => v6_inside(ip),
    }
}

fn v6_inside(ip: Ipv6Addr) -> Option<Inside> {
    let embedded = |ip: Ipv6Addr| {
        let [.., a, b, c, d] = ip.octets();
        inside(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
    };
    if NAT64.contains(&ip) {
        return embedded(ip);
    }
    if let Some((_, inside)) = V6.iter().find(|(range, _)| range.contains(&ip)) {
        return Some(*inside);
    }
    if !GLOBAL.contains(&ip) {
        return Some(Inside::Reserved);
    }
    // ISATAP (RFC 5214) has the IPv4 address of a host in a network in the last half of an address of that network.
    let [.., fifth, sixth, _, _] = ip.segments();
    if fifth & 0xfdff == 0 && sixth == 0x5efe { embedded(ip) } else { None }
}

/// Whether one of the networks has the address.
#[must_use]
pub fn is_in(ip: IpAddr, networks: &[IpNet]) -> bool {
    networks.iter().any(|network| network.contains(&canonical(ip)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Address by address what is called (`-`) and what is not, and why.
    #[test]
    fn an_address_is_of_the_open_internet_or_it_is_not_called() {
        let table = [
            ("8.8.8.8", "-"),
            ("103.10.66.1", "-"),
            ("0.0.0.0", "this host"),
            ("0.1.2.3", "this host"),
            ("9.255.255.255", "-"),
            ("10.0.0.0", "a private network"),
            ("10.255.255.255", "a private network"),
            ("11.0.0.0", "-"),
            ("100.63.255.255", "-"),
            ("100.64.0.1", "a provider's network behind shared addresses"),
            ("100.100.100.200", "a cloud's metadata"),
            ("100.127.255.255", "a provider's network behind shared addresses"),
            ("100.128.0.0", "-"),
            ("127.0.0.1", "loopback"),
            ("127.255.255.254", "loopback"),
            ("128.0.0.1", "-"),
            ("168.63.129.16", "a cloud's metadata"),
            ("168.63.129.17", "-"),
            ("169.254.0.1", "link-local"),
            ("169.254.169.254", "a cloud's metadata"),
            ("169.254.170.2", "link-local"),
            ("172.15.255.255", "-"),
            ("172.16.0.1", "a private network"),
            ("172.31.255.255", "a private network"),
            ("172.32.0.0", "-"),
            ("192.0.0.8", "reserved"),
            ("192.0.0.192", "a cloud's metadata"),
            ("192.0.1.1", "-"),
            ("192.0.2.1", "documentation"),
            ("192.88.99.1", "a tunnel or a translation"),
            ("192.167.255.255", "-"),
            ("192.168.1.1", "a private network"),
            ("192.169.0.0", "-"),
            ("198.17.255.255", "-"),
            ("198.18.0.1", "benchmarks"),
            ("198.19.255.255", "benchmarks"),
            ("198.20.0.0", "-"),
            ("198.51.100.7", "documentation"),
            ("203.0.113.7", "documentation"),
            ("223.255.255.255", "-"),
            ("224.0.0.1", "multicast or broadcast"),
            ("239.255.255.255", "multicast or broadcast"),
            ("240.0.0.1", "reserved"),
            ("255.255.255.255", "multicast or broadcast"),
            ("::", "this host"),
            ("::1", "loopback"),
            ("::2", "a tunnel or a translation"),
            ("::7f00:1", "a tunnel or a translation"),
            ("::8.8.8.8", "a tunnel or a translation"),
            ("::ffff:8.8.8.8", "-"),
            ("::ffff:127.0.0.1", "loopback"),
            ("::ffff:10.1.2.3", "a private network"),
            ("::ffff:169.254.169.254", "a cloud's metadata"),
            ("::ffff:0:127.0.0.1", "reserved"),
            ("64:ff9b::8.8.8.8", "-"),
            ("64:ff9b::10.0.0.1", "a private network"),
            ("64:ff9b::169.254.169.254", "a cloud's metadata"),
            ("64:ff9b:0:0:0:1:a00:1", "reserved"),
            ("64:ff9b:1::8.8.8.8", "a tunnel or a translation"),
            ("100::1", "reserved"),
            ("2001::1", "a tunnel or a translation"),
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "a tunnel or a translation"),
            ("2001:2::1", "benchmarks"),
            ("2001:10::1", "reserved"),
            ("2001:20::1", "reserved"),
            ("2001:db8::1", "documentation"),
            ("2001:200::1", "-"),
            ("2001:4860:4860::8888", "-"),
            ("2002:7f00:1::1", "a tunnel or a translation"),
            ("2002:808:808::1", "a tunnel or a translation"),
            ("2404:6800:4003::5efe:a00:1", "a private network"),
            ("2404:6800:4003:c00:1:5efe:a00:1", "-"),
            ("2404:6800:4003:c00:0:5efe:a00:1", "a private network"),
            ("2404:6800:4003:c00:200:5efe:7f00:1", "loopback"),
            ("2404:6800:4003:c00:200:5efe:808:808", "-"),
            ("2404:6800:4003:c00::64", "-"),
            ("3fff:fff::1", "documentation"),
            ("4000::1", "reserved"),
            ("5f00::1", "reserved"),
            ("fc00::1", "a private network"),
            ("fd00:ec2::254", "a cloud's metadata"),
            ("fdff:ffff::1", "a private network"),
            ("fe80::1", "link-local"),
            ("fec0::1", "a private network"),
            ("ff02::1", "multicast or broadcast"),
        ];
        for (ip, verdict) in table {
            let found = inside(ip.parse().expect("an address")).map_or("-".to_owned(), |inside| inside.to_string());
            assert_eq!(found, verdict, "{ip}");
        }
    }

    #[test]
    fn an_ipv4_address_in_the_dress_of_ipv6_is_in_the_network_of_the_ipv4_address() {
        let networks = ["10.1.0.0/16".parse().expect("a network")];
        assert!(is_in("::ffff:10.1.2.3".parse().expect("an address"), &networks));
        assert!(!is_in("10.2.0.1".parse().expect("an address"), &networks));
    }
}
