use super::{allows, is_own, is_public, is_reachable};
use std::net::{IpAddr, SocketAddr, UdpSocket};
use wasmtime_wasi::sockets::SocketAddrUse;

fn public(text: &str) -> bool {
    is_public(text.parse::<IpAddr>().unwrap())
}

#[test]
fn addresses_of_the_internet_are_public() {
    for text in [
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2002:0808:0808::1",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "3fff:1000::1",
    ] {
        assert!(public(text), "{text}");
    }
}

#[test]
fn addresses_of_this_machine_and_its_neighbours_are_not() {
    for text in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.0.1",
        "172.16.0.0",
        "172.31.255.255",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "::",
        "::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
    ] {
        assert!(!public(text), "{text}");
    }
}

#[test]
fn metadata_services_are_not() {
    for text in [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    ] {
        assert!(!public(text), "{text}");
    }
}

#[test]
fn what_is_for_many_or_for_nobody_is_not() {
    for text in [
        "192.0.2.1",
        "192.88.99.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "100::1",
        "2001:db8::1",
        "3fff::1",
        "3fff:fff::1",
        "5f00::1",
        "ff02::1",
        "ff0e::1",
    ] {
        assert!(!public(text), "{text}");
    }
}

#[test]
fn version_4_inside_of_version_6_is_not_even_where_it_is_public() {
    for text in [
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "::8.8.8.8",
        "64:ff9b::10.0.0.1",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::a00:1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:0:808:808::1",
    ] {
        assert!(!public(text), "{text}");
    }
}

#[test]
fn a_tunnel_is_as_public_as_its_end() {
    for text in ["2002:7f00:1::1", "2002:a00:1::1", "2002:a9fe:a9fe::1", "2002:c0a8:1::"] {
        assert!(!public(text), "{text}");
    }
    assert!(public("2002:101:101::1"));
}

#[test]
fn a_client_is_bound_to_nothing_of_its_own() {
    let allowed = |text: &str, purpose| allows(text.parse::<SocketAddr>().unwrap(), purpose);
    for text in ["0.0.0.0:0", "[::]:0"] {
        assert!(allowed(text, SocketAddrUse::TcpBind), "{text}");
        assert!(allowed(text, SocketAddrUse::UdpBind), "{text}");
    }
    for text in ["0.0.0.0:80", "127.0.0.1:0", "[::1]:0", "[::]:53", "8.8.8.8:0", "192.168.1.2:0"] {
        assert!(!allowed(text, SocketAddrUse::TcpBind), "{text}");
        assert!(!allowed(text, SocketAddrUse::UdpBind), "{text}");
    }
}

#[test]
fn nothing_listens() {
    for text in ["0.0.0.0:0", "8.8.8.8:80", "127.0.0.1:80"] {
        let address = text.parse::<SocketAddr>().unwrap();
        assert!(!allows(address, SocketAddrUse::TcpListen), "{text}");
        assert!(!allows(address, SocketAddrUse::TcpAccept), "{text}");
    }
}

#[test]
fn both_protocols_stand_on_the_floor() {
    use SocketAddrUse::{TcpConnect, UdpReceive, UdpSend};
    for purpose in [TcpConnect, UdpReceive, UdpSend] {
        assert!(allows("8.8.8.8:53".parse().unwrap(), purpose), "{purpose:?}");
        assert!(!allows("127.0.0.1:53".parse().unwrap(), purpose), "{purpose:?}");
        assert!(!allows("[fd00::1]:53".parse().unwrap(), purpose), "{purpose:?}");
    }
}

#[test]
fn the_addresses_of_this_machine_are_its_own() {
    let somewhere: IpAddr = "8.8.8.8".parse().unwrap();
    assert!(!is_own(somewhere) && is_reachable(somewhere));
    let local: IpAddr = "127.0.0.1".parse().unwrap();
    assert!(is_own(local) && !is_reachable(local));
    // Nothing is sent by that: the system only chooses the address that it would come from.
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    if socket.connect((somewhere, 53)).is_ok() {
        assert!(is_own(socket.local_addr().unwrap().ip()));
    }
}
