// A plugin in C: triples a number.

#include <polyplug/polyplug.h>

static void triple(PolyplugGuestContractInstance instance, const void *args, void *out,
                   PolyplugAbiError *out_err) {
    (void)instance;
    (void)out_err;
    *(uint32_t *)out = 3 * *(const uint32_t *)args;
}

static const PolyplugNativeFunction functions[] = {triple};

POLYPLUG_EXPORT uint32_t polyplug_abi_version(void) { return POLYPLUG_ABI_VERSION; }

POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *host,
                                               const PolyplugBundleInitContext *context) {
    PolyplugAbiError error = {0};
    PolyplugPluginDescriptor plugin = {0};
    PolyplugGuestContractInterface contract = {0};
    (void)context;
    plugin.name = polyplug_string_view("triple");
    plugin.contract_name = polyplug_string_view("math.triple");
    plugin.version.major = 1;
    contract.contract_id = polyplug_guest_contract_id("math.triple", 1);
    contract.contract_version.major = 1;
    contract.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    contract.dispatch.native.function_count = 1;
    contract.dispatch.native.functions = (const void *const *)functions;
    host->register_guest_contract(host, &plugin, &contract, &error);
    return error;
}
