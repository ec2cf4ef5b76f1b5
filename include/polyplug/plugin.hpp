// For plugins: turns functions and classes into contracts.
//
//     #include <polyplug/plugin.hpp>
//
//     static std::uint32_t add(std::uint32_t a, std::uint32_t b) { return a + b; }
//
//     static void start(polyplug::Bundle &bundle) { bundle.provide<&add>("demo.add@1"); }
//
//     POLYPLUG_PLUGIN(start)
//
// Exceptions end at the border, as an error code with their message. Objects live in memory of the
// host, so that they survive a reload if their class names a `state_version`. Compile with
// `-shared -fPIC -fvisibility=hidden -fno-gnu-unique`; nothing has to be linked.

#ifndef POLYPLUG_PLUGIN_HPP
#define POLYPLUG_PLUGIN_HPP

// First: it says which standard the headers need.
#include <polyplug/platform.hpp>

#include <polyplug/border.hpp>
#include <polyplug/host_table.hpp>
#include <polyplug/names.hpp>
#include <polyplug/object.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/text.hpp>
#include <polyplug/thunk.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace polyplug {

namespace detail POLYPLUG_HIDDEN {

// How the objects of one contract are taken over from an older version of the plugin.
struct Adopter {
    std::uint64_t contract_id;
    std::uint32_t state_version;
    void (*check)(void *object, std::uint32_t from, PolyplugAbiError *out_err);
    void (*adopt)(void *object, std::uint32_t from);
};

// A plain array: memory that has to be freed would have to be freed after the last call.
struct Adopters {
    Adopter items[64];
    std::size_t count;

    const Adopter *find(std::uint64_t contract_id) const noexcept {
        for (std::size_t index = 0; index < count; ++index) {
            if (items[index].contract_id == contract_id) {
                return &items[index];
            }
        }
        return nullptr;
    }

    bool add(const Adopter &adopter) noexcept {
        if (count == sizeof(items) / sizeof(items[0])) {
            return false;
        }
        items[count++] = adopter;
        return true;
    }
};

inline Adopters adopters{};

} // namespace detail

// The bundle that is starting. [init-thread]
//
// A contract that cannot be registered makes the start fail, with the first reason that there was;
// a start function has nothing to check.
class Bundle {
  public:
    Bundle(const PolyplugHostApi *host, const PolyplugBundleInitContext *context) noexcept
        : host_(host), context_(context), error_{POLYPLUG_ERROR_OK, {nullptr, 0}} {}

    Bundle(const Bundle &) = delete;
    Bundle &operator=(const Bundle &) = delete;

    // The hash of the bundle's name.
    std::uint64_t id() const noexcept { return context_->bundle_id; }
    // The folder of the bundle; a null data() if it was loaded from memory.
    std::string_view path() const noexcept { return text_of(context_->bundle_path); }

    // Provides a contract without objects: `provide<&add, &subtract>("demo.add@1")`. A function's
    // id is its place in the list.
    template <auto... Functions> void provide(std::string_view contract) noexcept {
        provide_with<detail::NoObject, Functions...>(contract);
    }

    // Provides a contract with objects: `provide<Counter, &Counter::next>("demo.counter@1")`. The
    // functions are members of the class, or functions that take no object.
    //
    // An object is made by the static function `Class::create`, whose parameters are those of the
    // contract's constructor, or else by the default constructor. If the class is empty, its
    // functions can be called without an object too.
    template <typename Class, auto... Functions> void provide(std::string_view contract) noexcept {
        provide_with<Class, Functions...>(contract);
    }

    // Makes the start fail; `more` is appended to the message.
    void fail(std::uint32_t code, std::string_view message, std::string_view more = {}) noexcept {
        if (error_.code == POLYPLUG_ERROR_OK) {
            error_ = detail::failure(code, message, more);
        }
    }

    const PolyplugAbiError &error() const noexcept { return error_; }

  private:
    template <typename Class, auto... Functions>
    void provide_with(std::string_view contract) noexcept {
        // Copied by the runtime. The null keeps a contract without functions an array.
        const PolyplugNativeFunction functions[] = {detail::thunk<Class, Functions>()..., nullptr};
        PolyplugGuestContractInterface iface{};
        iface.create_instance = detail::create<Class>;
        iface.destroy_instance = detail::destroy<Class>;
        iface.dispatch.native.function_count = sizeof...(Functions);
        iface.dispatch.native.functions = reinterpret_cast<const void *const *>(functions);
        if (!add(contract, iface)) {
            return;
        }
        if constexpr (detail::has_state_version<Class>::value) {
            const bool added =
                detail::adopters.add({iface.contract_id, Class::state_version,
                                      detail::check_object<Class>, detail::adopt_object<Class>});
            if (!added) {
                fail(POLYPLUG_ERROR_GENERIC, "a plugin has at most 64 contracts with state");
            }
        }
    }

    bool add(std::string_view contract, PolyplugGuestContractInterface &iface) noexcept {
        const ContractName name(contract);
        if (!name.valid()) {
            fail(POLYPLUG_ERROR_INVALID_ARGUMENT,
                 "a contract is provided as `name@1` or `name@1.2.3`, and not as: ", contract);
        }
        if (error_.code != POLYPLUG_ERROR_OK) {
            return false;
        }
        iface.contract_id = name.guest_id();
        iface.contract_version = name.version();
        iface.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
        const PolyplugPluginDescriptor descriptor{view_of(name.name()), view_of(name.name()),
                                                  name.version()};
        host_->register_guest_contract(host_, &descriptor, &iface, &error_);
        return error_.code == POLYPLUG_ERROR_OK;
    }

    const PolyplugHostApi *host_;
    const PolyplugBundleInitContext *context_;
    PolyplugAbiError error_;
};

namespace detail POLYPLUG_HIDDEN {

inline PolyplugAbiError start(const PolyplugHostApi *host, const PolyplugBundleInitContext *context,
                              void (*body)(Bundle &)) noexcept {
    plugin_host = host;
    Bundle bundle(host, context);
    PolyplugAbiError thrown{POLYPLUG_ERROR_OK, {nullptr, 0}};
    guard(&thrown, [&] { body(bundle); });
    return thrown.code == POLYPLUG_ERROR_OK ? bundle.error() : thrown;
}

inline std::uint32_t state_version(std::uint64_t contract_id) noexcept {
    const Adopter *const adopter = adopters.find(contract_id);
    return adopter == nullptr ? 0 : adopter->state_version;
}

inline void adopt_check(std::uint64_t contract_id, void *object, std::uint32_t from,
                        PolyplugAbiError *out_err) noexcept {
    const Adopter *const adopter = adopters.find(contract_id);
    if (adopter == nullptr) {
        *out_err = failure(POLYPLUG_ERROR_INSTANCES_ALIVE,
                           "the class of the new version has no state_version, so it takes over no "
                           "objects");
        return;
    }
    adopter->check(object, from, out_err);
}

inline void adopt(std::uint64_t contract_id, void *object, std::uint32_t from) noexcept {
    if (const Adopter *const adopter = adopters.find(contract_id)) {
        adopter->adopt(object, from);
    }
}

} // namespace detail
} // namespace polyplug

// Defines what a plugin exports. `start` is a function that takes a `polyplug::Bundle &`. Once in a
// plugin, outside of every namespace.
#define POLYPLUG_PLUGIN(start)                                                                     \
    POLYPLUG_EXPORT std::uint32_t polyplug_abi_version(void) { return POLYPLUG_ABI_VERSION; }      \
    POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *host,                    \
                                                   const PolyplugBundleInitContext *context) {     \
        return ::polyplug::detail::start(host, context, start);                                    \
    }                                                                                              \
    POLYPLUG_EXPORT std::uint32_t polyplug_state_version(std::uint64_t contract_id) {              \
        return ::polyplug::detail::state_version(contract_id);                                     \
    }                                                                                              \
    POLYPLUG_EXPORT void polyplug_adopt_check(const PolyplugHostApi *, std::uint64_t contract_id,  \
                                              void *data, std::uint32_t from_version,              \
                                              PolyplugAbiError *out_err) {                         \
        ::polyplug::detail::adopt_check(contract_id, data, from_version, out_err);                 \
    }                                                                                              \
    POLYPLUG_EXPORT void polyplug_adopt(const PolyplugHostApi *, std::uint64_t contract_id,        \
                                        void *data, std::uint32_t from_version) {                  \
        ::polyplug::detail::adopt(contract_id, data, from_version);                                \
    }                                                                                              \
    static_assert(true, "takes the semicolon")

// Defines what runs before the plugin is closed: `stop` takes a POLYPLUG_SHUTDOWN_ value, joins the
// plugin's threads and takes back its callbacks. Not called if the start failed.
#define POLYPLUG_PLUGIN_SHUTDOWN(stop)                                                             \
    POLYPLUG_EXPORT void polyplug_shutdown(const PolyplugHostApi *, std::uint32_t reason) {        \
        PolyplugAbiError ignored{POLYPLUG_ERROR_OK, {nullptr, 0}};                                 \
        ::polyplug::detail::guard(&ignored, [reason] { stop(reason); });                           \
    }                                                                                              \
    static_assert(true, "takes the semicolon")

#endif // POLYPLUG_PLUGIN_HPP
