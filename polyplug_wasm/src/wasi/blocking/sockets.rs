//! `wasi:sockets`: what waits is binding, and ending what was sent; the rest is asked about by polls.

use super::Waited;
use std::future::Future;
use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::{self, ResolveAddressStream};
use wasmtime_wasi::p2::bindings::sockets::network::{
    self, ErrorCode, IpAddress, IpAddressFamily, IpSocketAddress, Network,
};
use wasmtime_wasi::p2::bindings::sockets::tcp_create_socket;
use wasmtime_wasi::p2::bindings::sockets::{
    tcp as tcp_futures, udp as udp_futures, udp_create_socket as create_futures,
};
use wasmtime_wasi::p2::bindings::sync::sockets::tcp::{self, Duration, ShutdownType};
use wasmtime_wasi::p2::bindings::sync::sockets::udp::{
    self, IncomingDatagram, IncomingDatagramStream, OutgoingDatagram, OutgoingDatagramStream,
};
use wasmtime_wasi::p2::bindings::sync::sockets::udp_create_socket;
use wasmtime_wasi::p2::{
    DynInputStream, DynOutputStream, DynPollable, IoError, SocketError, SocketResult, TcpSocket,
    UdpSocket,
};
use wasmtime_wasi::sockets::WasiSocketsCtxView;

type View<'a> = WasiSocketsCtxView<'a>;

impl<'a> Waited<'_, View<'a>> {
    /// Runs an operation to its end; being too late is a trap.
    fn socket<'v, T, F: Future<Output = SocketResult<T>>>(
        &'v mut self,
        begin: impl FnOnce(&'v mut View<'a>) -> F,
    ) -> SocketResult<T> {
        self.wait(begin).map_err(SocketError::trap)?
    }
}

impl network::Host for Waited<'_, View<'_>> {
    fn convert_error_code(&mut self, error: SocketError) -> Result<ErrorCode> {
        self.now(|view| network::Host::convert_error_code(view, error))
    }

    fn network_error_code(&mut self, error: Resource<IoError>) -> Result<Option<ErrorCode>> {
        self.now(|view| network::Host::network_error_code(view, error))
    }
}

impl network::HostNetwork for Waited<'_, View<'_>> {
    fn drop(&mut self, network: Resource<Network>) -> Result<()> {
        self.now(|view| network::HostNetwork::drop(view, network))
    }
}

impl tcp::Host for Waited<'_, View<'_>> {}

impl tcp::HostTcpSocket for Waited<'_, View<'_>> {
    fn start_bind(
        &mut self,
        socket: Resource<TcpSocket>,
        network: Resource<Network>,
        address: IpSocketAddress,
    ) -> SocketResult<()> {
        self.socket(|view| tcp_futures::HostTcpSocket::start_bind(view, socket, network, address))
    }

    fn start_connect(
        &mut self,
        socket: Resource<TcpSocket>,
        network: Resource<Network>,
        address: IpSocketAddress,
    ) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::start_connect(view, socket, network, address))
    }

    fn start_listen(&mut self, socket: Resource<TcpSocket>) -> SocketResult<()> {
        self.socket(|view| tcp_futures::HostTcpSocket::start_listen(view, socket))
    }

    fn is_listening(&mut self, socket: Resource<TcpSocket>) -> Result<bool> {
        self.now(|view| tcp::HostTcpSocket::is_listening(view, socket))
    }

    fn address_family(&mut self, socket: Resource<TcpSocket>) -> Result<IpAddressFamily> {
        self.now(|view| tcp::HostTcpSocket::address_family(view, socket))
    }

    fn subscribe(&mut self, socket: Resource<TcpSocket>) -> Result<Resource<DynPollable>> {
        self.now(|view| tcp::HostTcpSocket::subscribe(view, socket))
    }

    fn drop(&mut self, socket: Resource<TcpSocket>) -> Result<()> {
        self.now(|view| tcp::HostTcpSocket::drop(view, socket))
    }

    fn finish_bind(&mut self, socket: Resource<TcpSocket>) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::finish_bind(view, socket))
    }

    fn finish_connect(
        &mut self,
        socket: Resource<TcpSocket>,
    ) -> SocketResult<(Resource<DynInputStream>, Resource<DynOutputStream>)> {
        self.now(|view| tcp::HostTcpSocket::finish_connect(view, socket))
    }

    fn finish_listen(&mut self, socket: Resource<TcpSocket>) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::finish_listen(view, socket))
    }

    fn accept(
        &mut self,
        socket: Resource<TcpSocket>,
    ) -> SocketResult<(Resource<TcpSocket>, Resource<DynInputStream>, Resource<DynOutputStream>)>
    {
        self.now(|view| tcp::HostTcpSocket::accept(view, socket))
    }

    fn local_address(&mut self, socket: Resource<TcpSocket>) -> SocketResult<IpSocketAddress> {
        self.now(|view| tcp::HostTcpSocket::local_address(view, socket))
    }

    fn remote_address(&mut self, socket: Resource<TcpSocket>) -> SocketResult<IpSocketAddress> {
        self.now(|view| tcp::HostTcpSocket::remote_address(view, socket))
    }

    fn set_listen_backlog_size(
        &mut self,
        socket: Resource<TcpSocket>,
        value: u64,
    ) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::set_listen_backlog_size(view, socket, value))
    }

    fn keep_alive_enabled(&mut self, socket: Resource<TcpSocket>) -> SocketResult<bool> {
        self.now(|view| tcp::HostTcpSocket::keep_alive_enabled(view, socket))
    }

    fn set_keep_alive_enabled(
        &mut self,
        socket: Resource<TcpSocket>,
        value: bool,
    ) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::set_keep_alive_enabled(view, socket, value))
    }

    fn keep_alive_idle_time(&mut self, socket: Resource<TcpSocket>) -> SocketResult<Duration> {
        self.now(|view| tcp::HostTcpSocket::keep_alive_idle_time(view, socket))
    }

    fn set_keep_alive_idle_time(
        &mut self,
        socket: Resource<TcpSocket>,
        value: Duration,
    ) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::set_keep_alive_idle_time(view, socket, value))
    }

    fn keep_alive_interval(&mut self, socket: Resource<TcpSocket>) -> SocketResult<Duration> {
        self.now(|view| tcp::HostTcpSocket::keep_alive_interval(view, socket))
    }

    fn set_keep_alive_interval(
        &mut self,
        socket: Resource<TcpSocket>,
        value: Duration,
    ) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::set_keep_alive_interval(view, socket, value))
    }

    fn keep_alive_count(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u32> {
        self.now(|view| tcp::HostTcpSocket::keep_alive_count(view, socket))
    }

    fn set_keep_alive_count(
        &mut self,
        socket: Resource<TcpSocket>,
        value: u32,
    ) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::set_keep_alive_count(view, socket, value))
    }

    fn hop_limit(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u8> {
        self.now(|view| tcp::HostTcpSocket::hop_limit(view, socket))
    }

    fn set_hop_limit(&mut self, socket: Resource<TcpSocket>, value: u8) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::set_hop_limit(view, socket, value))
    }

    fn receive_buffer_size(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u64> {
        self.now(|view| tcp::HostTcpSocket::receive_buffer_size(view, socket))
    }

    fn set_receive_buffer_size(
        &mut self,
        socket: Resource<TcpSocket>,
        value: u64,
    ) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::set_receive_buffer_size(view, socket, value))
    }

    fn send_buffer_size(&mut self, socket: Resource<TcpSocket>) -> SocketResult<u64> {
        self.now(|view| tcp::HostTcpSocket::send_buffer_size(view, socket))
    }

    fn set_send_buffer_size(
        &mut self,
        socket: Resource<TcpSocket>,
        value: u64,
    ) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::set_send_buffer_size(view, socket, value))
    }

    fn shutdown(&mut self, socket: Resource<TcpSocket>, how: ShutdownType) -> SocketResult<()> {
        self.now(|view| tcp::HostTcpSocket::shutdown(view, socket, how))
    }
}

impl tcp_create_socket::Host for Waited<'_, View<'_>> {
    fn create_tcp_socket(&mut self, family: IpAddressFamily) -> SocketResult<Resource<TcpSocket>> {
        self.now(|view| tcp_create_socket::Host::create_tcp_socket(view, family))
    }
}

impl udp_create_socket::Host for Waited<'_, View<'_>> {
    fn create_udp_socket(&mut self, family: IpAddressFamily) -> SocketResult<Resource<UdpSocket>> {
        self.socket(|view| create_futures::Host::create_udp_socket(view, family))
    }
}

impl udp::Host for Waited<'_, View<'_>> {}

impl udp::HostUdpSocket for Waited<'_, View<'_>> {
    fn start_bind(
        &mut self,
        socket: Resource<UdpSocket>,
        network: Resource<Network>,
        address: IpSocketAddress,
    ) -> SocketResult<()> {
        self.socket(|view| udp_futures::HostUdpSocket::start_bind(view, socket, network, address))
    }

    fn stream(
        &mut self,
        socket: Resource<UdpSocket>,
        address: Option<IpSocketAddress>,
    ) -> SocketResult<(Resource<IncomingDatagramStream>, Resource<OutgoingDatagramStream>)> {
        self.socket(|view| udp_futures::HostUdpSocket::stream(view, socket, address))
    }

    fn address_family(&mut self, socket: Resource<UdpSocket>) -> Result<IpAddressFamily> {
        self.now(|view| udp::HostUdpSocket::address_family(view, socket))
    }

    fn subscribe(&mut self, socket: Resource<UdpSocket>) -> Result<Resource<DynPollable>> {
        self.now(|view| udp::HostUdpSocket::subscribe(view, socket))
    }

    fn drop(&mut self, socket: Resource<UdpSocket>) -> Result<()> {
        self.now(|view| udp::HostUdpSocket::drop(view, socket))
    }

    fn finish_bind(&mut self, socket: Resource<UdpSocket>) -> SocketResult<()> {
        self.now(|view| udp::HostUdpSocket::finish_bind(view, socket))
    }

    fn local_address(&mut self, socket: Resource<UdpSocket>) -> SocketResult<IpSocketAddress> {
        self.now(|view| udp::HostUdpSocket::local_address(view, socket))
    }

    fn remote_address(&mut self, socket: Resource<UdpSocket>) -> SocketResult<IpSocketAddress> {
        self.now(|view| udp::HostUdpSocket::remote_address(view, socket))
    }

    fn unicast_hop_limit(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u8> {
        self.now(|view| udp::HostUdpSocket::unicast_hop_limit(view, socket))
    }

    fn set_unicast_hop_limit(
        &mut self,
        socket: Resource<UdpSocket>,
        value: u8,
    ) -> SocketResult<()> {
        self.now(|view| udp::HostUdpSocket::set_unicast_hop_limit(view, socket, value))
    }

    fn receive_buffer_size(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u64> {
        self.now(|view| udp::HostUdpSocket::receive_buffer_size(view, socket))
    }

    fn set_receive_buffer_size(
        &mut self,
        socket: Resource<UdpSocket>,
        value: u64,
    ) -> SocketResult<()> {
        self.now(|view| udp::HostUdpSocket::set_receive_buffer_size(view, socket, value))
    }

    fn send_buffer_size(&mut self, socket: Resource<UdpSocket>) -> SocketResult<u64> {
        self.now(|view| udp::HostUdpSocket::send_buffer_size(view, socket))
    }

    fn set_send_buffer_size(
        &mut self,
        socket: Resource<UdpSocket>,
        value: u64,
    ) -> SocketResult<()> {
        self.now(|view| udp::HostUdpSocket::set_send_buffer_size(view, socket, value))
    }
}

impl udp::HostIncomingDatagramStream for Waited<'_, View<'_>> {
    fn receive(
        &mut self,
        stream: Resource<IncomingDatagramStream>,
        most: u64,
    ) -> SocketResult<Vec<IncomingDatagram>> {
        self.now(|view| udp::HostIncomingDatagramStream::receive(view, stream, most))
    }

    fn subscribe(
        &mut self,
        stream: Resource<IncomingDatagramStream>,
    ) -> Result<Resource<DynPollable>> {
        self.now(|view| udp::HostIncomingDatagramStream::subscribe(view, stream))
    }

    fn drop(&mut self, stream: Resource<IncomingDatagramStream>) -> Result<()> {
        self.now(|view| udp::HostIncomingDatagramStream::drop(view, stream))
    }
}

impl udp::HostOutgoingDatagramStream for Waited<'_, View<'_>> {
    fn check_send(&mut self, stream: Resource<OutgoingDatagramStream>) -> SocketResult<u64> {
        self.now(|view| udp::HostOutgoingDatagramStream::check_send(view, stream))
    }

    fn send(
        &mut self,
        stream: Resource<OutgoingDatagramStream>,
        datagrams: Vec<OutgoingDatagram>,
    ) -> SocketResult<u64> {
        self.now(|view| udp::HostOutgoingDatagramStream::send(view, stream, datagrams))
    }

    fn subscribe(
        &mut self,
        stream: Resource<OutgoingDatagramStream>,
    ) -> Result<Resource<DynPollable>> {
        self.now(|view| udp::HostOutgoingDatagramStream::subscribe(view, stream))
    }

    fn drop(&mut self, stream: Resource<OutgoingDatagramStream>) -> Result<()> {
        self.wait(|view| udp_futures::HostOutgoingDatagramStream::drop(view, stream))?
    }
}

impl ip_name_lookup::Host for Waited<'_, View<'_>> {
    fn resolve_addresses(
        &mut self,
        network: Resource<Network>,
        name: String,
    ) -> SocketResult<Resource<ResolveAddressStream>> {
        self.now(|view| ip_name_lookup::Host::resolve_addresses(view, network, name))
    }
}

impl ip_name_lookup::HostResolveAddressStream for Waited<'_, View<'_>> {
    fn resolve_next_address(
        &mut self,
        stream: Resource<ResolveAddressStream>,
    ) -> SocketResult<Option<IpAddress>> {
        self.now(|view| {
            ip_name_lookup::HostResolveAddressStream::resolve_next_address(view, stream)
        })
    }

    fn subscribe(
        &mut self,
        stream: Resource<ResolveAddressStream>,
    ) -> Result<Resource<DynPollable>> {
        self.now(|view| ip_name_lookup::HostResolveAddressStream::subscribe(view, stream))
    }

    fn drop(&mut self, stream: Resource<ResolveAddressStream>) -> Result<()> {
        self.now(|view| ip_name_lookup::HostResolveAddressStream::drop(view, stream))
    }
}
