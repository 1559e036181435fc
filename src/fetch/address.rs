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

    #[test]
    fn public_addresses_may_be_asked() {
        for ip in [
            "1.1.1.1",
            "93.184.216.34",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "64:ff9b::101:101",
            "::ffff:1.1.1.1",
        ] {
            assert!(permits(ip), "{ip}");
        }
    }

    #[test]
    fn all_others_may_not() {
        for ip in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "fe80::1",
            "fec0::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2001:0:53aa:64c::1",
            "2001:2::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:0a00:1::1",
            "3fff::1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "5f00::1",
        ] {
            assert!(!permits(ip), "{ip}");
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
