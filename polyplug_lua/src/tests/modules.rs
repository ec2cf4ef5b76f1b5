//! The built-in modules.

use super::*;
use polyplug_abi as abi;

/// A bundle whose start runs `code`, which asserts.
fn passes(code: &str) {
    drop(open(code));
}

#[test]
fn the_cdefs_have_the_layout_of_the_abi() {
    let types: &[(&str, usize)] = &[
        ("StringView", size_of::<abi::StringView>()),
        ("Buffer", size_of::<abi::Buffer>()),
        ("AbiError", size_of::<abi::AbiError>()),
        ("Version", size_of::<abi::Version>()),
        ("GuestContractHandle", size_of::<abi::GuestContractHandle>()),
        ("GuestContractInstance", size_of::<abi::GuestContractInstance>()),
        ("HostContractInstance", size_of::<abi::HostContractInstance>()),
        ("VmLoaderData", size_of::<abi::VmLoaderData>()),
        ("PluginDescriptor", size_of::<abi::PluginDescriptor>()),
        ("BundleInitContext", size_of::<abi::BundleInitContext>()),
        ("DependencyInfo", size_of::<abi::DependencyInfo>()),
        ("BundleIdArray", size_of::<abi::Array<u64>>()),
        ("CallArena", size_of::<abi::CallArena>()),
        ("ArenaOverflowBlock", size_of::<abi::ArenaOverflowBlock>()),
        ("NativeDispatch", size_of::<abi::NativeDispatch>()),
        ("VmDispatch", size_of::<abi::VmDispatch>()),
        ("DispatchMechanisms", size_of::<abi::DispatchMechanisms>()),
        ("GuestContractInterface", size_of::<abi::GuestContractInterface>()),
        ("HostContractInterface", size_of::<abi::HostContractInterface>()),
        ("HostApiExtensions", size_of::<abi::HostApiExtensions>()),
        ("HostApi", size_of::<abi::HostApi>()),
    ];
    let mut code = "local ffi = require('ffi') require('polyplug_abi')\n".to_owned();
    for (name, size) in types {
        code += &format!("assert(ffi.sizeof('Polyplug{name}') == {size}, '{name}')\n");
    }
    passes(&code);
}

macro_rules! offsets {
    ($code:ident, $type:ident: $($field:ident)*) => {$(
        $code += &format!(
            "assert(ffi.offsetof('Polyplug{t}', '{f}') == {offset}, '{t}.{f}')\n",
            t = stringify!($type), f = stringify!($field),
            offset = std::mem::offset_of!(abi::$type, $field),
        );
    )*};
}

#[test]
fn the_cdefs_have_their_fields_where_the_abi_has_them() {
    let mut code = "local ffi = require('ffi') require('polyplug_abi')\n".to_owned();
    offsets!(code, HostApi: runtime register_guest_contract alloc free find_guest_contract
        find_all_guest_contracts resolve_guest_contract get_host_contract
        resolve_host_contract_interface list_bundles get_dependencies load_bundle reload_bundle
        register_host_contract register_loader get_last_error get_error_len unload_bundle log
        create_guest_instance destroy_guest_instance revision_counter reserved);
    offsets!(code, HostApiExtensions: struct_size abi_minor call create destroy result_alloc
        request_reload pin unpin poll query last_error unload_bundle_cascade bundle_name revision
        arena_alloc arena_reset arena_release bind_guest_contract set_last_error);
    offsets!(code, CallArena: cur end base host first_overflow);
    offsets!(code, GuestContractInterface: contract_id contract_version dispatch_type
        create_instance destroy_instance dispatch);
    offsets!(code, HostContractInterface: contract_id contract_version singleton dispatch_type
        runtime user_data create_instance destroy_instance dispatch);
    offsets!(code, DependencyInfo: contract_id min_version bundle_id);
    offsets!(code, AbiError: code message);
    offsets!(code, PluginDescriptor: name contract_name version);
    offsets!(code, BundleInitContext: bundle_id bundle_path);
    passes(&code);
}

#[test]
fn ids_are_exact() {
    passes(
        "local guest = require('polyplug_guest')
         assert(guest.guest_contract_id('test.add', 1) == 0x40244DF59FCBECB6ULL)
         assert(guest.guest_contract_id('image.decode', 1) == 0xFBF31BF02E2AB1DCULL)
         assert(guest.host_contract_id('host.logger', 1) == 0xF53EB5F2845853BBULL)
         assert(guest.bundle_id('my-bundle') == 0xFE6226876E3A35B2ULL)",
    );
}

#[test]
fn the_guest_module_has_what_it_promises() {
    passes(
        "local guest = require('polyplug_guest')
         assert(guest.AbiErrorCode.Ok == 0 and guest.AbiErrorCode.HostContractCallFailed == 102)
         assert(guest.DispatchType.VirtualMachine == 1 and guest.LogLevel.Trace == 5)
         assert(guest.ok().code == 0)
         local failure = guest.err(300, 'why')
         assert(failure.code == 300 and failure.message == 'why')
         assert(guest.to_str(guest.string_view('text')) == 'text')
         guest.log(nil, 1, 'scope', 'nobody hears this')
         assert(tostring(guest.cast_host_interface(4096)):find('PolyplugHostApi'))
         assert(not pcall(guest.resolve, 'a.b', 1))
         assert(require('polyplug_guest') == guest)
         assert(polyplug.bundle == 'bundle')
         polyplug.log('info', 'nobody hears this either')",
    );
}

#[test]
fn every_error_code_of_the_abi_is_known() {
    let mut code = "local codes = {} local guest = require('polyplug_guest')\n\
                    for name, number in pairs(guest.AbiErrorCode) do codes[number] = name end\n"
        .to_owned();
    for known in (0..256).filter_map(abi::AbiErrorCode::from_u32) {
        code += &format!("assert(codes[{}] == '{known:?}', '{known:?}')\n", known as u32);
    }
    passes(&code);
}

#[test]
fn modules_of_the_bundle_are_found_and_the_file_system_is_not() {
    let main = contract(
        "assert(package.path == '' and package.cpath == '')
         assert(require('a').name == 'a' and require('b.c').name == 'b.c' and require('b').name == 'b')
         assert(require('a') == require('a'))
         assert(require('string') == string and require('ffi').C)
         assert(#package.loaders == 2)",
    );
    drop(
        Bundle::of(&[
            ("main.lua", &main),
            ("a.lua", "return { name = ... }"),
            ("b/c.lua", "return { name = ... }"),
            ("b/init.lua", "return { name = ... }"),
        ])
        .open(),
    );
}

#[test]
fn a_script_cannot_end_the_host() {
    passes("local ok, why = pcall(os.exit, 1) assert(not ok and why:find('host program'), why)");
}

#[test]
fn keep_gives_one_table_per_name() {
    passes(
        "local first = polyplug.keep('one', { a = 1 })
         assert(first.a == 1 and polyplug.keep('one', { b = 2 }) == first and first.b == nil)
         assert(polyplug.keep('two') ~= first)
         assert(not pcall(polyplug.keep) and not pcall(polyplug.keep, 'x', 5))",
    );
}
