//! Sockets: none without the capability, and with it none to what is below the floor.

use super::state;
use crate::wasi::WasiState;
use std::net::SocketAddr;
use std::thread;
use std::time::Duration;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::instance_network::Host as _;
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::Host as _;
use wasmtime_wasi::p2::bindings::sockets::network::{ErrorCode, IpAddressFamily, Network};
use wasmtime_wasi::p2::bindings::sockets::tcp_create_socket::Host as _;
use wasmtime_wasi::p2::bindings::sync::sockets::tcp::HostTcpSocket;
use wasmtime_wasi::p2::bindings::sync::sockets::udp::HostUdpSocket;
use wasmtime_wasi::p2::bindings::sync::sockets::udp_create_socket::Host as _;
use wasmtime_wasi::p2::{SocketError, SocketResult, TcpSocket, UdpSocket};
use wasmtime_wasi::sockets::WasiSocketsView;

const BELOW_THE_FLOOR: &[&str] = &[
    "127.0.0.1:80",
    "127.8.9.10:80",
    "10.0.0.1:80",
    "172.16.0.1:80",
    "192.168.1.1:80",
    "100.64.0.1:80",
    "169.254.169.254:80",
    "100.100.100.200:80",
    "224.0.0.251:5353",
    "255.255.255.255:9",
    "0.0.0.0:80",
    "[::1]:80",
    "[::]:80",
    "[fe80::1]:80",
    "[fd00:ec2::254]:80",
    "[ff02::1]:80",
    "[::ffff:127.0.0.1]:80",
    "[64:ff9b::7f00:1]:80",
    "[2002:7f00:1::]:80",
];

fn family(address: SocketAddr) -> IpAddressFamily {
    if address.is_ipv4() { IpAddressFamily::Ipv4 } else { IpAddressFamily::Ipv6 }
}

fn network(state: &mut WasiState) -> Resource<Network> {
    state.sockets().instance_network().unwrap()
}

fn code(error: SocketError) -> ErrorCode {
    error.downcast().unwrap()
}

/// Connects, and waits until that has worked or failed.
fn connect(state: &mut WasiState, address: SocketAddr) -> SocketResult<()> {
    let socket = state.waited_sockets().create_tcp_socket(family(address))?;
    let network = network(state);
    let again = || Resource::<TcpSocket>::new_borrow(socket.rep());
    state.waited_sockets().start_connect(again(), network, address.into())?;
    loop {
        match state.waited_sockets().finish_connect(again()) {
            Ok(_) => return Ok(()),
            Err(error) if matches!(error.downcast_ref(), Some(ErrorCode::WouldBlock)) => {
                thread::sleep(Duration::from_millis(1));
            }
            Err(error) => return Err(error),
        }
    }
}

fn send(state: &mut WasiState, address: SocketAddr) -> SocketResult<()> {
    let socket = state.waited_sockets().create_udp_socket(family(address))?;
    let network = network(state);
    let again = || Resource::<UdpSocket>::new_borrow(socket.rep());
    let local = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let local: SocketAddr = local.parse().unwrap();
    let sockets = &mut state.waited_sockets();
    HostUdpSocket::start_bind(sockets, again(), network, local.into())?;
    HostUdpSocket::finish_bind(sockets, again())?;
    HostUdpSocket::stream(sockets, again(), Some(address.into())).map(drop)
}

#[test]
fn without_the_capability_there_are_no_sockets() {
    let mut state = state(&["stdout", "http"]);
    assert!(state.waited_sockets().create_tcp_socket(IpAddressFamily::Ipv4).is_err());
    assert!(state.waited_sockets().create_udp_socket(IpAddressFamily::Ipv6).is_err());
    let network = network(&mut state);
    assert!(state.waited_sockets().resolve_addresses(network, "localhost".to_owned()).is_err());
}

#[test]
fn no_connection_goes_below_the_floor() {
    // Something listens, so that only the floor is in the way.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut state = state(&["network"]);
    let listening = listener.local_addr().unwrap();
    assert!(matches!(code(connect(&mut state, listening).unwrap_err()), ErrorCode::AccessDenied));
    for text in BELOW_THE_FLOOR {
        let error = connect(&mut state, text.parse().unwrap()).unwrap_err();
        let code = code(error);
        let refused = matches!(
            code,
            ErrorCode::AccessDenied | ErrorCode::InvalidArgument | ErrorCode::NotSupported
        );
        assert!(refused, "{text}: {code:?}");
    }
}

#[test]
fn no_datagram_goes_below_the_floor() {
    let mut state = state(&["network"]);
    for text in BELOW_THE_FLOOR {
        let code = code(send(&mut state, text.parse().unwrap()).unwrap_err());
        let refused = matches!(
            code,
            ErrorCode::AccessDenied | ErrorCode::InvalidArgument | ErrorCode::NotSupported
        );
        assert!(refused, "{text}: {code:?}");
    }
    // Nothing is sent by that; the address is looked at.
    let _ = send(&mut state, "8.8.8.8:53".parse().unwrap())
        .map_err(|error| assert!(!matches!(code(error), ErrorCode::AccessDenied)));
}

#[test]
fn nothing_is_bound_to_an_address_or_listens() {
    let mut state = state(&["network"]);
    for text in ["127.0.0.1:0", "0.0.0.0:8080", "192.168.0.1:0"] {
        let address: SocketAddr = text.parse().unwrap();
        let socket = state.waited_sockets().create_tcp_socket(family(address)).unwrap();
        let network = network(&mut state);
        let error =
            HostTcpSocket::start_bind(&mut state.waited_sockets(), socket, network, address.into());
        assert!(matches!(code(error.unwrap_err()), ErrorCode::AccessDenied), "{text}");
    }
    let socket = state.waited_sockets().create_tcp_socket(IpAddressFamily::Ipv4).unwrap();
    let again = || Resource::<TcpSocket>::new_borrow(socket.rep());
    let network = network(&mut state);
    let any: SocketAddr = "0.0.0.0:0".parse().unwrap();
    HostTcpSocket::start_bind(&mut state.waited_sockets(), again(), network, any.into()).unwrap();
    HostTcpSocket::finish_bind(&mut state.waited_sockets(), again()).unwrap();
    let listening = state.waited_sockets().start_listen(again());
    assert!(matches!(code(listening.unwrap_err()), ErrorCode::AccessDenied));
}
