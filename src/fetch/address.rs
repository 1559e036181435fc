//! Which addresses may be asked: those of the public network, and those that were allowed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 networks that are not public (IANA special-purpose registry), as address and bits.
const PRIVATE_V4: [([u8; 4], u8); 15] = [
    ([0, 0, 0, 0], 8),       // this network
    ([10, 0, 0, 0], 8),      // private
    ([100, 64, 0, 0], 10),   // carrier-grade NAT
    ([127, 0, 0, 0], 8),     // loopback
    ([169, 254, 0, 0], 16),  // link-local, cloud metadata
    ([172, 16, 0, 0], 12),   // private
    ([192, 0, 0, 0], 24),    // protocol assignments, metadata of some clouds
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 88, 99, 0], 24),  // 6to4 relays
    ([192, 168, 0, 0], 16),  // private
    ([198, 18, 0, 0], 15),   // benchmarks
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 4),     // multicast
    ([240, 0, 0, 0], 4),     // reserved, broadcast
];

/// IPv6 networks inside `2000::/3` that are not public, as the first three groups and bits.
const PRIVATE_V6: [([u16; 3], u8); 4] = [
    ([0x2001, 0, 0], 23),      // protocol assignments: Teredo, benchmarks, ORCHID
    ([0x2001, 0x0db8, 0], 32), // documentation
    ([0x2002, 0, 0], 16),      // 6to4: an IPv4 address in disguise
    ([0x3fff, 0, 0], 20),      // documentation
];

/// A network in CIDR notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let max = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(max), |b| b.parse().ok().filter(|b| *b <= max))?;
        Some(Self { address, bits })
    }

    fn holds(self, ip: IpAddr) -> bool {
        match (self.address, ip) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                same_bits(net.to_bits().into(), ip.to_bits().into(), 32, self.bits)
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                same_bits(net.to_bits(), ip.to_bits(), 128, self.bits)
            }
            _ => false,
        }
    }
}

/// Whether two numbers of `width` bits agree in their first `bits`.
fn same_bits(a: u128, b: u128, width: u8, bits: u8) -> bool {
    (a ^ b).checked_shr(u32::from(width.saturating_sub(bits))).unwrap_or(0) == 0
}

/// The addresses that may be asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    allowed: Vec<Network>,
}

impl Guard {
    /// Reads the exceptions; the error is the one that is no network.
    pub(super) fn new(networks: &[String]) -> Result<Self, String> {
        let allowed = networks
            .iter()
            .map(|text| Network::parse(text).ok_or_else(|| text.clone()))
            .collect::<Result<_, _>>()?;
        Ok(Self { allowed })
    }

    /// Whether the address may be asked.
    pub(super) fn permits(&self, ip: IpAddr) -> bool {
        let plain = ip.to_canonical();
        self.allowed.iter().any(|net| net.holds(ip) || net.holds(plain)) || is_public(plain)
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !PRIVATE_V4.iter().any(|(net, bits)| {
        same_bits(Ipv4Addr::from(*net).to_bits().into(), ip.to_bits().into(), 32, *bits)
    })
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let groups = ip.segments();
    // NAT64 (RFC 6052): networks without IPv4 reach the IPv4 world through it, so the address
    // inside decides. The local-use prefix 64:ff9b:1::/48 is not public.
    if let [0x64, 0xff9b, 0, 0, 0, 0, high, low] = groups {
        return is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)));
    }
    let in_global_unicast = groups.first().is_some_and(|g| g & 0xe000 == 0x2000);
    in_global_unicast
        && !PRIVATE_V6.iter().any(|([a, b, c], bits)| {
            let net = Ipv6Addr::new(*a, *b, *c, 0, 0, 0, 0, 0);
            same_bits(net.to_bits(), ip.to_bits(), 128, *bits)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permits(ip: &str) -> bool {
        Guard::default().permits(ip.parse().unwrap())
    }

    /// Each closed network with its first and last address, and its open neighbours where it has
    /// some.
    const CLOSED: &[(&str, &str, &str, &str, &str)] = &[
        ("this network", "0.0.0.0", "0.255.255.255", "", "1.0.0.0"),
        ("private", "10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"),
        ("carrier-grade NAT", "100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"),
        ("loopback", "127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"),
        ("link-local", "169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"),
        ("private", "172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"),
        ("protocol assignments", "192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"),
        ("documentation", "192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"),
        ("6to4 relays", "192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"),
        ("private", "192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"),
        ("benchmarks", "198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"),
        ("documentation", "198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"),
        ("documentation", "203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"),
        ("multicast", "224.0.0.0", "239.255.255.255", "223.255.255.255", ""),
        ("reserved, broadcast", "240.0.0.0", "255.255.255.255", "", ""),
        ("unspecified", "::", "::", "", ""),
        ("loopback", "::1", "::1", "", ""),
        ("IPv4-compatible", "::2", "::ffff:ffff", "", ""),
        ("discard", "100::", "100::ffff:ffff:ffff:ffff", "", ""),
        (
            "below global unicast",
            "1fff:ffff::",
            "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "",
            "2000::",
        ),
        ("Teredo", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::", ""),
        ("benchmarks", "2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", "", ""),
        ("ORCHID", "2001:10::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff", "", ""),
        (
            "protocol assignments",
            "2001:1::",
            "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
            "",
            "2001:200::",
        ),
        (
            "documentation",
            "2001:db8::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "2001:db7:ffff::",
            "2001:db9::",
        ),
        ("6to4", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff::", "2003::"),
        (
            "documentation",
            "3fff::",
            "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
            "3ffe:ffff::",
            "3fff:1000::",
        ),
        (
            "above global unicast",
            "4000::",
            "5f00::ffff",
            "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            "",
        ),
        ("NAT64 for local use", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "", ""),
        ("unique local", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""),
        ("metadata", "fd00:ec2::254", "fd20:ce::254", "", ""),
        ("link-local", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""),
        ("site-local", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""),
        ("multicast", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "", ""),
    ];

    #[test]
    fn closed_networks_are_closed_from_edge_to_edge_and_their_neighbours_are_not() {
        for (name, first, last, before, after) in CLOSED {
            for closed in [first, last] {
                assert!(!permits(closed), "{name}: {closed}");
            }
            for open in [before, after].into_iter().filter(|ip| !ip.is_empty()) {
                assert!(permits(open), "{name}: {open}");
            }
        }
    }

    #[test]
    fn an_ipv4_address_in_disguise_is_what_it_is() {
        for (_, first, last, before, after) in CLOSED.iter().filter(|row| row.1.contains('.')) {
            for (ip, open) in [(first, false), (last, false), (before, true), (after, true)] {
                let Ok(ip) = ip.parse::<Ipv4Addr>() else { continue };
                let [a, b, c, d] = ip.octets();
                assert_eq!(permits(&format!("::ffff:{ip}")), open, "mapped {ip}");
                assert_eq!(permits(&format!("64:ff9b::{ip}")), open, "NAT64 {ip}");
                for never in [
                    format!("::{ip}"),
                    format!("::ffff:0:{ip}"),
                    format!("64:ff9b:1::{ip}"),
                    format!("2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1"),
                    format!("2001:0:{a:02x}{b:02x}:{c:02x}{d:02x}::1"),
                ] {
                    assert!(!permits(&never), "{never}");
                }
            }
        }
    }

    #[test]
    fn public_addresses_may_be_asked() {
        for ip in [
            "1.1.1.1",
            "93.184.216.34",
            "223.255.255.254",
            "2606:4700::1111",
            "2a00:1450::1",
            "2000::1",
        ] {
            assert!(permits(ip), "{ip}");
        }
    }

    proptest::proptest! {
        /// The standard library knows some of the closed networks by itself.
        #[test]
        fn nothing_that_the_standard_library_calls_private_is_open(bits: u32, wide: u128) {
            let ip = Ipv4Addr::from_bits(bits);
            let closed = ip.is_private() || ip.is_loopback() || ip.is_link_local()
                || ip.is_broadcast() || ip.is_documentation() || ip.is_multicast()
                || ip.is_unspecified();
            proptest::prop_assert!(!(closed && permits(&ip.to_string())), "{}", ip);
            let ip = Ipv6Addr::from_bits(wide);
            let closed = ip.is_loopback() || ip.is_multicast() || ip.is_unique_local()
                || ip.is_unicast_link_local() || ip.is_unspecified();
            proptest::prop_assert!(!(closed && permits(&ip.to_string())), "{}", ip);
        }
    }

    #[test]
    fn exceptions_open_just_their_network() {
        let guard =
            Guard::new(&["127.0.0.0/8".into(), "fd00::/8".into(), "10.1.2.3".into()]).unwrap();
        let permits = |ip: &str| guard.permits(ip.parse().unwrap());
        assert!(
            permits("127.3.2.1")
                && permits("::ffff:127.0.0.1")
                && permits("fd12::1")
                && permits("10.1.2.3")
        );
        assert!(!permits("10.1.2.4") && !permits("::1") && !permits("169.254.169.254"));
        assert!(Guard::new(&["0.0.0.0/0".into()]).unwrap().permits("10.0.0.1".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for bad in ["127.0.0.0/33", "localhost", "1.2.3", "::/129", "1.1.1.1/x", ""] {
            assert_eq!(Guard::new(&[bad.to_owned()]).unwrap_err(), bad);
        }
    }
}
