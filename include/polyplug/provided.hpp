// Contracts that a program provides to its bundles.

#ifndef POLYPLUG_PROVIDED_HPP
#define POLYPLUG_PROVIDED_HPP

#include <polyplug/names.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/thunk.hpp>

#include <string_view>
#include <type_traits>

namespace polyplug {

namespace detail POLYPLUG_HIDDEN {

// A host function's texts would have no owner.
struct NoTextMemory {
    static PolyplugStringView copy(std::string_view) noexcept = delete;
};

template <typename Class, auto Function>
void host_thunk(PolyplugHostContractInstance instance, const void *args, void *out,
                PolyplugAbiError *out_err) noexcept {
    using S = SignatureOf<decltype(Function)>;
    if constexpr (std::is_member_function_pointer_v<decltype(Function)>) {
        const Bound<Class, Function> bound{static_cast<Class *>(instance.data)};
        guard(out_err, [&] { answer<S, NoTextMemory>(bound, args, out, out_err); });
    } else {
        static_cast<void>(instance);
        guard(out_err, [&] { answer<S, NoTextMemory>(Function, args, out, out_err); });
    }
}

inline void lend_object(void *object, const void *,
                        PolyplugHostContractInstance *out_instance) noexcept {
    out_instance->data = object;
}

inline void keep_object(void *, PolyplugHostContractInstance) noexcept {}

// The interface of a contract whose functions are members of one object.
template <typename Class, auto... Functions>
PolyplugHostContractInterface host_interface(const ContractName &name, Class *object) noexcept {
    // The runtime reads the table for as long as it lives.
    static constexpr PolyplugHostFunction functions[] = {host_thunk<Class, Functions>..., nullptr};
    PolyplugHostContractInterface iface{};
    iface.contract_id = name.host_id();
    iface.contract_version = name.version();
    iface.singleton = true;
    iface.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    iface.user_data = object;
    iface.create_instance = lend_object;
    iface.destroy_instance = keep_object;
    iface.dispatch.native.function_count = sizeof...(Functions);
    iface.dispatch.native.functions = reinterpret_cast<const void *const *>(functions);
    return iface;
}

} // namespace detail
} // namespace polyplug

#endif // POLYPLUG_PROVIDED_HPP
