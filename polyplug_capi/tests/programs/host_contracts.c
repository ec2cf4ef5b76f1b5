/* The program provides a contract, and a bundle uses it. */
#include "check.h"

static unsigned made = 0, destroyed = 0;

static void double_it(PolyplugHostContractInstance instance, const void *args, void *out,
                      PolyplugAbiError *out_err) {
    (void)out_err;
    *(uint32_t *)out = *(const uint32_t *)args * 2 + *(const uint32_t *)instance.data;
}

static void create(void *user_data, const void *args, PolyplugHostContractInstance *out) {
    (void)args;
    made++;
    out->data = user_data;
}

static void destroy(void *user_data, PolyplugHostContractInstance instance) {
    CHECK(instance.data == user_data);
    destroyed++;
}

static const PolyplugHostFunction functions[] = {double_it};

static const char code[] =
    "local ffi = require('ffi')\n"
    "local guest = require('polyplug_guest')\n"
    "local host\n"
    "local function value(_, _, out)\n"
    "  local id = 0x%016llxULL\n"
    "  local iface = host.resolve_host_contract_interface(host, id, 0)\n"
    "  local instance = host.get_host_contract(host, id, 0)\n"
    "  local call = ffi.cast('void (*)(void *, const void *, void *, PolyplugAbiError *)',\n"
    "                        iface.dispatch.native.functions[0])\n"
    "  local err = ffi.new('PolyplugAbiError')\n"
    "  call(instance.data, ffi.new('uint32_t[1]', 20), ffi.cast('void *', out), err)\n"
    "end\n"
    "function polyplug_init(given)\n"
    "  host = guest.cast_host_interface(given)\n"
    "  return { user = { factory = function() return {} end,\n"
    "    functions = { [0] = value } } }, { code = 0 }\n"
    "end\n";

int main(int argc, char **argv) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    const uint64_t id = polyplug_host_contract_id("host.double", 1);
    const char *folder = make_value(argv[1], "user", 1);
    PolyplugHostContractInterface iface;
    uint32_t addend = 2;
    char text[sizeof code + 32];

    CHECK(argc == 2);
    memset(&iface, 0, sizeof iface);
    iface.contract_id = id;
    iface.contract_version.major = 1;
    iface.singleton = true;
    iface.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    iface.user_data = &addend;
    iface.dispatch.native.function_count = 1;
    iface.dispatch.native.functions = (const void *const *)(const void *)functions;
    CHECK(polyplug_register_host_contract(host, &iface) == POLYPLUG_ERROR_INVALID_POINTER);
    iface.create_instance = create;
    iface.destroy_instance = destroy;
    iface.dispatch_type = 9;
    CHECK_FAILS(polyplug_register_host_contract(host, &iface), POLYPLUG_ERROR_INVALID_ARGUMENT,
                "dispatch_type");
    iface.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    memset(&iface.singleton, 7, 1);
    CHECK_FAILS(polyplug_register_host_contract(host, &iface), POLYPLUG_ERROR_INVALID_ARGUMENT,
                "singleton");
    iface.singleton = true;
    CHECK_OK(polyplug_register_host_contract(host, &iface));
    CHECK(polyplug_register_host_contract(host, &iface) == POLYPLUG_ERROR_DUPLICATE_PROVIDER);

    snprintf(text, sizeof text, code, (unsigned long long)id);
    write_file(path_in(folder, "main.lua"), text);
    CHECK_OK(polyplug_load_bundle(host, folder));
    CHECK(value_of(polyplug_contract(host, "user@1")) == 42);
    CHECK(value_of(polyplug_contract(host, "user@1")) == 42);
    CHECK(made == 1 && destroyed == 0);
    polyplug_runtime_destroy(host);
    CHECK(destroyed == 1);
    return 0;
}
