// The plugin that is called: `bench.add@1` with `add(u32, u32) -> u32`. For the floor the same
// function is exported under its own name.

#include <polyplug/polyplug.h>

POLYPLUG_EXPORT void add(PolyplugGuestContractInstance instance, const void *args, void *out,
                         PolyplugAbiError *error) {
    const uint32_t *numbers = (const uint32_t *)args;
    (void)instance;
    (void)error;
    *(uint32_t *)out = numbers[0] + numbers[1];
}

POLYPLUG_EXPORT uint32_t polyplug_abi_version(void) { return POLYPLUG_ABI_VERSION; }

POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *host,
                                               const PolyplugBundleInitContext *context) {
    static const PolyplugNativeFunction functions[] = {add};
    PolyplugAbiError error = {0};
    PolyplugPluginDescriptor plugin = {0};
    PolyplugGuestContractInterface contract = {0};
    (void)context;
    plugin.name = polyplug_string_view("bench");
    plugin.contract_name = polyplug_string_view("bench.add");
    plugin.version.major = 1;
    contract.contract_id = polyplug_guest_contract_id("bench.add", 1);
    contract.contract_version.major = 1;
    contract.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    contract.dispatch.native.function_count = 1;
    contract.dispatch.native.functions = (const void *const *)functions;
    host->register_guest_contract(host, &plugin, &contract, &error);
    return error;
}
