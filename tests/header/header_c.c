/* A plugin and its host in one file: what a C author writes has to compile and to run. */
#include "layout.h"

static void answer(PolyplugGuestContractInstance instance, const void *args, void *out,
                   PolyplugAbiError *out_err) {
    (void)instance;
    (void)args;
    (void)out_err;
    *(uint32_t *)out = 42;
}

POLYPLUG_EXPORT uint32_t polyplug_abi_version(void);
POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *host,
                                               const PolyplugBundleInitContext *context);

uint32_t polyplug_abi_version(void) {
    return POLYPLUG_ABI_VERSION;
}

PolyplugAbiError polyplug_init(const PolyplugHostApi *host,
                               const PolyplugBundleInitContext *context) {
    PolyplugAbiError result = {POLYPLUG_ERROR_OK, {NULL, 0}};
    (void)host;
    (void)context;
    return result;
}

/* The types of the exports are those that the runtime calls. */
static const PolyplugAbiVersion abi_version = polyplug_abi_version;
static const PolyplugPluginInit init = polyplug_init;

int main(void) {
    const PolyplugNativeFunction functions[] = {answer};
    const PolyplugGuestContractInstance stateless = {NULL, 0};
    PolyplugAbiError error = {POLYPLUG_ERROR_OK, {NULL, 0}};
    PolyplugGuestContractInterface iface = {0};
    PolyplugNativeFunction found;
    uint32_t out = 0;

    iface.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    iface.dispatch.native.function_count = 1;
    iface.dispatch.native.functions = (const void *const *)(const void *)functions;

    found = polyplug_fn(&iface, 0);
    if (found == NULL || polyplug_fn(&iface, 1) != NULL) {
        return 1;
    }
    found(stateless, NULL, &out, &error);
    if (out != 42 || error.code != POLYPLUG_ERROR_OK) {
        return 2;
    }
    return abi_version() == 1 && init(NULL, NULL).code == POLYPLUG_ERROR_OK ? 0 : 3;
}
