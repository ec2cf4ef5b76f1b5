//! Requests of a real component, `fixtures/wasm/doors`, that are answered: by a server on this machine, which
//! the floor lets pass here alone.

use super::{HELLO, Open, encrypted, server};
use crate::wasi::{Egress, HasWasi, Wasi, WasiState, link_imported};
use std::path::Path;
use std::sync::Arc;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};

struct Data(WasiState);

impl HasWasi for Data {
    fn wasi(&mut self) -> &mut WasiState {
        &mut self.0
    }
}

/// The guest's `try`: a door, and what is behind it or how it was refused.
type Try<'a> = (&'a str, &'a [&'a str]);
type Tried = (Result<String, String>,);

#[test]
fn a_component_is_answered() {
    let capabilities = crate::wasi::tests::capabilities(&["http"]);
    let policy = Arc::new(Open::default());
    let asking = {
        let policy = Arc::clone(&policy);
        move |bundle: &str, request: &_| crate::EgressPolicy::decide(&*policy, bundle, request)
    };
    let wasi = Wasi::open("test", None, capabilities, Egress::of(Arc::new(asking))).unwrap();
    let mut state = wasi.state().unwrap();
    state.http.hooks.guard.allows = |address| address.is_loopback();
    state.http.hooks.guard.roots = encrypted::roots;

    let engine = Engine::default();
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/wasm/doors/guest.wasm");
    let guest = Component::from_file(&engine, guest).unwrap();
    let mut linker = Linker::new(&engine);
    assert_eq!(link_imported(&engine, &guest, &mut linker), Ok(true));
    let mut store = Store::new(&engine, Data(state));
    let instance = linker.instantiate(&mut store, &guest).unwrap();
    let doors = instance.get_export_index(&mut store, None, "demo:doors/doors@1.0.0").unwrap();
    let door = instance.get_export_index(&mut store, Some(&doors), "try").unwrap();
    let door = instance.get_typed_func::<Try<'_>, Tried>(&mut store, door).unwrap();
    let mut request = |scheme: &str, host: &str| {
        door.call(&mut store, ("request", &[scheme, host, "/a"])).unwrap().0
    };

    let (plain, heard) = server(HELLO);
    assert_eq!(request("http", &plain.to_string()).as_deref(), Ok("200 hello"));
    assert!(heard.join().unwrap().starts_with("GET /a HTTP/1.1\r\n"));
    let (secure, heard) = encrypted::server();
    assert_eq!(request("https", &secure.to_string()).as_deref(), Ok("200 hello"));
    assert!(heard.join().unwrap().unwrap().starts_with("GET /a HTTP/1.1\r\n"));
    assert_eq!(
        *policy.asked.lock(),
        [format!("test: GET http://{plain}/a"), format!("test: GET https://{secure}/a")]
    );
    let refused = request("http", "10.0.0.1").unwrap_err();
    assert!(refused.contains("DestinationIpProhibited"), "{refused}");
}
