use super::Gate;
use http::Request;
use http::request::Parts;
use polyplug::embedding::Log;
use polyplug_abi::{
    EGRESS_REFUSE, EGRESS_SEND, EgressAnswer, EgressRequest, HttpHeader, RuntimeConfig, StringView,
};
use polyplug_wasm::{Decision, EgressPolicy};
use std::ffi::c_void;
use std::ptr;
use std::slice;

/// What a callback was shown, what it is to answer, and what was logged.
#[derive(Default)]
struct Program {
    shown: String,
    answer: u32,
    headers: Vec<HttpHeader>,
    reason: Option<&'static str>,
    logged: String,
    /// How often what it answered was given back.
    released: u32,
}

fn text(view: StringView) -> String {
    // SAFETY: the callbacks below are called with texts that live meanwhile.
    let bytes = unsafe { slice::from_raw_parts(view.ptr, view.len) };
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn view(text: &'static str) -> StringView {
    super::view(text.as_bytes())
}

unsafe extern "C" fn ask(
    program: *mut c_void,
    request: *const EgressRequest,
    answer: *mut EgressAnswer,
) -> u32 {
    // SAFETY: `decided` passes a program, and nobody else has it.
    let program = unsafe { &mut *program.cast::<Program>() };
    // SAFETY: the library's promise for a callback.
    let request = unsafe { &*request };
    // SAFETY: as above.
    let answer = unsafe { &mut *answer };
    assert_eq!(request.struct_size as usize, size_of::<EgressRequest>());
    assert!(answer.headers.is_null() && answer.reason.ptr.is_null());
    let facts = [request.bundle, request.method, request.scheme, request.host, request.path];
    program.shown = format!("{} {}", facts.map(text).join(" "), request.port);
    if request.header_count > 0 {
        // SAFETY: as above.
        let headers = unsafe { slice::from_raw_parts(request.headers, request.header_count) };
        for header in headers {
            program.shown += &format!(" {}={}", text(header.name), text(header.value));
        }
    }
    answer.headers = program.headers.as_ptr();
    answer.header_count = program.headers.len();
    answer.reason = program.reason.map_or(StringView::null(), view);
    answer.release = Some(release);
    answer.held = ptr::from_mut(program).cast();
    program.answer
}

unsafe extern "C" fn release(program: *mut c_void) {
    // SAFETY: as for `ask`, which has returned.
    let program = unsafe { &mut *program.cast::<Program>() };
    program.released += 1;
    // Who looks at them now looks at nothing.
    program.headers = Vec::new();
}

unsafe extern "C" fn log(program: *mut c_void, level: u32, _: StringView, message: StringView) {
    // SAFETY: as for `ask`, which has returned.
    let program = unsafe { &mut *program.cast::<Program>() };
    program.logged = format!("{level} {}", text(message));
}

fn decided(program: &mut Program, request: Request<()>) -> Decision {
    let user_data = ptr::from_mut(program).cast();
    let config =
        RuntimeConfig { log: Some(log), log_user_data: user_data, ..RuntimeConfig::default() };
    let gate = Gate { egress: ask, user_data, log: Log::of(&config) };
    let parts: Parts = request.into_parts().0;
    gate.decide("weather", &parts)
}

fn get(uri: &str) -> Request<()> {
    Request::get(uri).header("accept", "text/plain").body(()).unwrap()
}

#[test]
fn a_program_sees_what_a_policy_in_rust_sees() {
    for (uri, shown) in [
        ("https://API.example.org/a?b=c", "weather GET https api.example.org /a?b=c 443"),
        ("http://[2001:DB8::1]:8080", "weather GET http [2001:db8::1] / 8080"),
    ] {
        let mut program = Program { answer: EGRESS_SEND, ..Program::default() };
        let Decision::Send(added) = decided(&mut program, get(uri)) else { panic!("{uri}") };
        assert!(added.is_empty());
        assert_eq!(program.shown, format!("{shown} accept=text/plain"));
        assert_eq!(program.logged, "");
    }
}

#[test]
fn headers_of_the_program_are_added() {
    // A value is bytes, such as those of Latin-1.
    let value = super::view(b"Bearer \xFC");
    let key = HttpHeader { name: view("Authorization"), value };
    let other = HttpHeader { name: view("x-a"), value: view("") };
    let headers = vec![key, other, key];
    let mut program = Program { answer: EGRESS_SEND, headers, ..Program::default() };
    let Decision::Send(added) = decided(&mut program, get("https://a.example/")) else { panic!() };
    assert_eq!(added.len(), 3);
    assert_eq!(added.get_all("authorization").iter().count(), 2);
    assert_eq!(added["authorization"].as_bytes(), b"Bearer \xFC");
    assert_eq!(program.released, 1);
}

#[test]
fn every_other_answer_refuses_and_the_reason_is_logged() {
    for answer in [EGRESS_REFUSE, 2, u32::MAX] {
        let mut program = Program { answer, reason: Some("not today"), ..Program::default() };
        let request = get("https://a.example/b?key=secret");
        assert!(matches!(decided(&mut program, request), Decision::Refuse));
        let told = "2 bundle `weather`: GET https://a.example:443/b is not sent: not today";
        assert_eq!(program.logged, told);
        assert_eq!(program.released, 1);
    }
    let mut program = Program::default();
    assert!(matches!(decided(&mut program, get("https://a.example/")), Decision::Refuse));
    assert_eq!(program.logged, "", "who gives no reason wants no record");
}

#[test]
fn a_header_that_is_none_refuses() {
    for (name, value, told) in [
        ("a b", "", "has a name that no header has"),
        ("", "", "has a name that no header has"),
        ("key", "a\r\nb: c", "has no value that `key` can have"),
    ] {
        let headers = vec![HttpHeader { name: view(name), value: view(value) }];
        let mut program = Program { answer: EGRESS_SEND, headers, ..Program::default() };
        let said = decided(&mut program, get("https://a.example/"));
        assert!(matches!(said, Decision::Refuse), "{name}");
        assert_eq!(program.released, 1);
        assert!(program.logged.starts_with("1 ") && program.logged.contains(told), "{told}");
    }
}
