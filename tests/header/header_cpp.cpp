// A plugin and its host in one file: what a C++ author writes has to compile and to run.
#include "layout.h"

#include <type_traits>

static_assert(std::is_trivial<PolyplugGuestContractInterface>::value, "copied as bytes");
static_assert(std::is_standard_layout<PolyplugHostApi>::value, "laid out as in C");

namespace {

extern "C" void answer(PolyplugGuestContractInstance, const void *, void *out,
                       PolyplugAbiError *) {
    *static_cast<uint32_t *>(out) = 42;
}

} // namespace

POLYPLUG_EXPORT uint32_t polyplug_abi_version() {
    return POLYPLUG_ABI_VERSION;
}

POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *,
                                               const PolyplugBundleInitContext *) {
    return PolyplugAbiError{POLYPLUG_ERROR_OK, {nullptr, 0}};
}

int main() {
    const PolyplugAbiVersion abi_version = polyplug_abi_version;
    const PolyplugPluginInit init = polyplug_init;
    const PolyplugNativeFunction functions[] = {answer};

    PolyplugGuestContractInterface iface{};
    iface.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    iface.dispatch.native.function_count = 1;
    iface.dispatch.native.functions = reinterpret_cast<const void *const *>(functions);

    const PolyplugNativeFunction found = polyplug_fn(&iface, 0);
    if (found == nullptr || polyplug_fn(&iface, 1) != nullptr) {
        return 1;
    }
    uint32_t out = 0;
    PolyplugAbiError error{POLYPLUG_ERROR_OK, {nullptr, 0}};
    found(PolyplugGuestContractInstance{nullptr, 0}, nullptr, &out, &error);
    if (out != 42 || error.code != POLYPLUG_ERROR_OK) {
        return 2;
    }
    return abi_version() == 1 && init(nullptr, nullptr).code == POLYPLUG_ERROR_OK ? 0 : 3;
}
