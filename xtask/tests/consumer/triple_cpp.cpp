// A plugin in C++. g++ makes what an inline function keeps unique in the whole process, unless it is
// told not to.

#include <polyplug/polyplug.h>

namespace {

template <typename Number> struct Calls {
    static inline Number count = 0;
};

inline uint32_t factor() {
    static const uint32_t three = polyplug_bundle_id("triple_cpp") != 0 ? 3 : 0;
    return three;
}

} // namespace

struct Triple {
    uint32_t times() {
        static uint32_t factors = factor();
        return factors;
    }
};

static void triple(PolyplugGuestContractInstance, const void *args, void *out, PolyplugAbiError *) {
    Calls<uint64_t>::count++;
    *static_cast<uint32_t *>(out) = Triple{}.times() * *static_cast<const uint32_t *>(args);
}

static const PolyplugNativeFunction functions[] = {triple};

POLYPLUG_EXPORT uint32_t polyplug_abi_version(void) { return POLYPLUG_ABI_VERSION; }

POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *host,
                                               const PolyplugBundleInitContext *) {
    PolyplugPluginDescriptor plugin = {};
    plugin.name = polyplug_string_view("triple_cpp");
    plugin.contract_name = polyplug_string_view("math.triple_cpp");
    plugin.version.major = 1;
    PolyplugGuestContractInterface contract = {};
    contract.contract_id = polyplug_guest_contract_id("math.triple_cpp", 1);
    contract.contract_version.major = 1;
    contract.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    contract.dispatch.native.function_count = 1;
    contract.dispatch.native.functions = reinterpret_cast<const void *const *>(functions);
    PolyplugAbiError error = {};
    host->register_guest_contract(host, &plugin, &contract, &error);
    return error;
}
