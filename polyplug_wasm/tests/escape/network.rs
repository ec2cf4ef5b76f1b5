//! Sockets: nothing below the floor is reached, whatever was granted.

use crate::doors::Doors;
use std::io::ErrorKind;
use std::net::{TcpListener, UdpSocket};

/// One of each range at least; some more where clouds or systems have something there.
const BELOW_THE_FLOOR: &[&str] = &[
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.254",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.9.10",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.254",
    "192.0.0.192",
    "192.0.2.1",
    "192.168.0.1",
    "192.168.255.254",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::7f00:1]",
    "[2001::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[ff0e::1]",
];

/// Whether a guest was told that it may not, rather than that it failed.
fn is_refusal(refused: &str) -> bool {
    // The last two are of addresses that no socket of this kind can have.
    ["access-denied", "invalid-argument", "not-supported"].iter().any(|code| refused.contains(code))
}

#[test]
fn without_the_capability_nothing_is_reached() {
    let doors = Doors::with(&["http", "stdout"]);
    for address in ["127.0.0.1:80", "8.8.8.8:53", "[2001:4860:4860::8888]:53"] {
        for door in ["connect", "send", "send-to", "bind", "bind-datagrams", "listen"] {
            let refused = doors.open(door, &[address]).unwrap_err();
            assert!(refused.contains("access-denied"), "{door} {address}: {refused}");
        }
    }
    let refused = doors.open("look-up", &["localhost"]).unwrap_err();
    assert!(refused.contains("permanent-resolver-failure"), "{refused}");
}

#[test]
fn nothing_below_the_floor_is_reached() {
    // Something is there that would answer and would hear.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let datagrams = UdpSocket::bind(("127.0.0.1", port)).unwrap();
    listener.set_nonblocking(true).unwrap();
    datagrams.set_nonblocking(true).unwrap();
    let doors = Doors::with(&["network"]);
    for address in BELOW_THE_FLOOR {
        let address = format!("{address}:{port}");
        for door in ["connect", "send", "send-to"] {
            let refused = doors.open(door, &[&address]).unwrap_err();
            assert!(is_refusal(&refused), "{door} {address}: {refused}");
        }
    }
    assert_eq!(listener.accept().unwrap_err().kind(), ErrorKind::WouldBlock);
    assert_eq!(datagrams.recv(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn nothing_is_bound_to_an_address_or_listens() {
    let doors = Doors::with(&["network"]);
    for address in BELOW_THE_FLOOR.iter().chain(&["8.8.8.8", "[2001:4860:4860::8888]"]) {
        for (door, port) in
            [("bind", 8080), ("bind-datagrams", 8080), ("listen", 8080), ("listen", 0)]
        {
            let address = format!("{address}:{port}");
            let refused = doors.open(door, &[&address]).unwrap_err();
            assert!(is_refusal(&refused), "{door} {address}: {refused}");
        }
    }
    // What a client needs.
    assert!(doors.open("bind", &["0.0.0.0:0"]).is_ok());
}

#[test]
fn a_name_of_this_machine_leads_nowhere() {
    let doors = Doors::with(&["network"]);
    let addresses = doors.open("look-up", &["localhost"]).unwrap();
    assert!(!addresses.is_empty());
    for address in addresses.split(' ') {
        let address = match address.contains(':') {
            true => format!("[{address}]:80"),
            false => format!("{address}:80"),
        };
        let refused = doors.open("connect", &[&address]).unwrap_err();
        assert!(is_refusal(&refused), "{address}: {refused}");
    }
}

#[test]
fn above_the_floor_the_network_decides() {
    let doors = Doors::with(&["network"]);
    // A datagram to a port that nobody hears; without a network, another error.
    for door in ["send", "send-to"] {
        let told = doors.open(door, &["8.8.8.8:9"]);
        assert!(told.as_ref().map_or_else(|refused| !is_refusal(refused), |_| true), "{told:?}");
    }
}
