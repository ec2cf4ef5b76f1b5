// A typed call beside the call that a C programmer writes, and a function of a plugin beside the
// one with the ABI's own shape. The test compares the size of what the compiler makes of them.

#include <polyplug/host.hpp>
#include <polyplug/plugin.hpp>

#include <cstdint>

extern "C" {

// Both get what the caller has kept: a contract.
std::uint32_t call_by_hand(const PolyplugContract *const *contract, std::uint32_t a,
                           std::uint32_t b);
std::uint32_t call_typed(const polyplug::Contract *contract, std::uint32_t a, std::uint32_t b);
void add_by_hand(PolyplugGuestContractInstance instance, const void *args, void *out,
                 PolyplugAbiError *out_err);
PolyplugNativeFunction address_of_typed(void);
// What a plugin in C says of a call that has no place for what it needs.
void lack_arguments(PolyplugAbiError *out_err);
void lack_result(PolyplugAbiError *out_err);

std::uint32_t call_by_hand(const PolyplugContract *const *contract, std::uint32_t a,
                           std::uint32_t b) {
    const std::uint32_t args[] = {a, b};
    const PolyplugGuestContractInstance stateless = {nullptr, 0};
    std::uint32_t sum;
    const std::uint32_t code = polyplug_call(*contract, stateless, 0, args, &sum, nullptr);
    if (POLYPLUG_UNLIKELY(code != POLYPLUG_ERROR_OK)) {
        throw polyplug::Error(code, polyplug::text_of(polyplug_last_error()));
    }
    return sum;
}

std::uint32_t call_typed(const polyplug::Contract *contract, std::uint32_t a, std::uint32_t b) {
    return contract->call<std::uint32_t>(0, a, b);
}

void add_by_hand(PolyplugGuestContractInstance, const void *args, void *out,
                 PolyplugAbiError *out_err) {
    if (POLYPLUG_UNLIKELY(args == nullptr)) {
        return lack_arguments(out_err);
    }
    if (POLYPLUG_UNLIKELY(out == nullptr)) {
        return lack_result(out_err);
    }
    const auto *const numbers = static_cast<const std::uint32_t *>(args);
    *static_cast<std::uint32_t *>(out) = numbers[0] + numbers[1];
}

} // extern "C"

static std::uint32_t add(std::uint32_t a, std::uint32_t b) { return a + b; }

extern "C" PolyplugNativeFunction address_of_typed(void) {
    return polyplug::detail::thunk<polyplug::detail::NoObject, &add>();
}
