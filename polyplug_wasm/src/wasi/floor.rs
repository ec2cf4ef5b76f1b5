//! The floor under the network: the addresses that no bundle reaches, whatever it was granted.
//!
//! Only what the internet at large can reach is above it. A machine's own services, its neighbours
//! and the metadata services of clouds trust whoever can reach them, so a bundle that reaches them
//! is no longer shut in. The list is of what is public, as far as there is one: a range that is
//! forgotten is then refused.

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use wasmtime_wasi::sockets::SocketAddrUse;

/// Whether a socket of a bundle may do this with that address.
///
/// Nothing listens: whoever connects comes from below the floor as well. A client is bound to no
/// address and no port of its own.
pub(crate) fn allows(address: SocketAddr, purpose: SocketAddrUse) -> bool {
    match purpose {
        SocketAddrUse::TcpBind | SocketAddrUse::UdpBind => {
            address.ip().is_unspecified() && address.port() == 0
        }
        SocketAddrUse::TcpListen | SocketAddrUse::TcpAccept => false,
        SocketAddrUse::TcpConnect | SocketAddrUse::UdpSend | SocketAddrUse::UdpReceive => {
            is_reachable(address.ip())
        }
    }
}

/// Whether a bundle may reach an address: it is one of the internet at large, and none of this machine, whose
/// services often trust whoever comes from it.
pub(crate) fn is_reachable(address: IpAddr) -> bool {
    is_public(address) && !is_own(address)
}

/// Whether an interface of this machine has the address; it may have got it a moment ago. The system is asked
/// by binding a socket to it, which is possible with such an address alone.
fn is_own(address: IpAddr) -> bool {
    // Another error, such as of no handle that is left, does not say that it is somebody else's.
    !UdpSocket::bind((address, 0)).is_err_and(|error| error.kind() == ErrorKind::AddrNotAvailable)
}

/// Whether an address is one of the internet at large.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Ranges of version 4 that are not public: the first address and how many bits of it count.
const NOT_PUBLIC: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),        // this machine; unspecified
    ([10, 0, 0, 0], 8),       // private
    ([100, 64, 0, 0], 10),    // carrier-grade NAT, with a cloud's metadata at 100.100.100.200
    ([127, 0, 0, 0], 8),      // loopback
    ([168, 63, 129, 16], 32), // a cloud's host, as its guests see it
    ([169, 254, 0, 0], 16),   // link-local, with most clouds' metadata at 169.254.169.254
    ([172, 16, 0, 0], 12),    // private
    ([192, 0, 0, 0], 24),     // protocol assignments, with a cloud's metadata at 192.0.0.192
    ([192, 0, 2, 0], 24),     // documentation
    ([192, 88, 99, 0], 24),   // relays of 6to4
    ([192, 168, 0, 0], 16),   // private
    ([198, 18, 0, 0], 15),    // benchmarks between networks
    ([198, 51, 100, 0], 24),  // documentation
    ([203, 0, 113, 0], 24),   // documentation
    ([224, 0, 0, 0], 4),      // multicast
    ([240, 0, 0, 0], 4),      // reserved; broadcast
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_in = |(first, bits): &([u8; 4], u32)| {
        let mask = u32::MAX << (32 - bits);
        address.to_bits() & mask == Ipv4Addr::from(*first).to_bits()
    };
    !NOT_PUBLIC.iter().any(is_in)
}

/// Only 2000::/3 is handed out to networks. That leaves out loopback, unique-local, link-local and
/// multicast addresses, and those that are of version 4 underneath: mapped, compatible, NAT64.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Protocol assignments: Teredo, which goes to any address of version 4, benchmarks, ORCHID.
        [0x2001, 0..0x0200, ..] => false,
        // Documentation.
        [0x2001, 0x0db8, ..] | [0x3fff, 0..0x1000, ..] => false,
        // 6to4 goes to the address of version 4 that it holds.
        [0x2002, high, low, ..] => {
            is_public_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests;
