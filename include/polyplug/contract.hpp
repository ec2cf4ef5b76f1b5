// Contracts of bundles, for the program that loads them.

#ifndef POLYPLUG_CONTRACT_HPP
#define POLYPLUG_CONTRACT_HPP

#include <polyplug/arena.hpp>
#include <polyplug/arguments.hpp>
#include <polyplug/call.hpp>
#include <polyplug/error.hpp>
#include <polyplug/platform.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/text.hpp>

#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

namespace polyplug {

namespace detail POLYPLUG_HIDDEN {

// The newest failure of this thread.
POLYPLUG_COLD inline Error last_error(std::uint32_t code) {
    return Error(code, text_of(polyplug_last_error()));
}

// A guarded call.
struct CallToContract {
    const PolyplugHostApi *table;
    const PolyplugContract *contract;
    PolyplugGuestContractInstance instance;
    std::uint32_t function;

    const PolyplugHostApi *host() const noexcept { return table; }
    std::uint32_t operator()(const void *args, void *out, PolyplugCallArena *arena) const noexcept {
        return polyplug_call(contract, instance, function, args, out, arena);
    }
    Error error(std::uint32_t code) const { return last_error(code); }
};

} // namespace detail

// A function of something callable with its types: converts what it is given to what the contract
// declares. Got from Contract::function, whose value it copies, or from Instance::function, whose
// object it refers to.
template <typename Callee, typename Signature> class Function;

template <typename Callee, typename R, typename... Args> class Function<Callee, R(Args...)> {
  public:
    Function(const Callee &callee, std::uint32_t id) noexcept : callee_(callee), id_(id) {}

#ifndef POLYPLUG_NO_EXCEPTIONS
    R operator()(const Args &...args) const { return callee().template call<R>(id_, args...); }
    R operator()(Arena &arena, const Args &...args) const {
        return callee().template call<R>(arena, id_, args...);
    }
#endif
    Result<R> try_call(const Args &...args) const {
        return callee().template try_call<R>(id_, args...);
    }
    Result<R> try_call(Arena &arena, const Args &...args) const {
        return callee().template try_call<R>(arena, id_, args...);
    }

  private:
    const Callee &callee() const noexcept { return callee_; }

    // An owner cannot be copied, and is referred to.
    using Kept = std::conditional_t<std::is_copy_constructible_v<Callee>, Callee,
                                    std::reference_wrapper<const Callee>>;
    Kept callee_;
    std::uint32_t id_;
};

class Instance;

// A contract of a bundle. [thread-safe]
//
// Found once, it follows its bundle through every reload, and no code is closed under a call. After
// an unload its calls answer POLYPLUG_ERROR_STALE_HANDLE, and work again when the bundle comes
// back. A value that may be copied; it has to go before its runtime does.
class Contract : public Calls<Contract> {
  public:
    Contract(const PolyplugHostApi *host, const PolyplugContract *contract) noexcept
        : host_(host), contract_(contract) {}

    // The function of this id with its types: `contract.function<std::uint32_t(float, float)>(0)`.
    // As the contract, it has to go before the runtime does.
    template <typename Signature>
    Function<Contract, Signature> function(std::uint32_t id) const noexcept {
        return {*this, id};
    }

    // Makes an object; the arguments are those of the contract's constructor.
    template <typename... Args> Result<Instance> try_create(const Args &...args) const;
#ifndef POLYPLUG_NO_EXCEPTIONS
    template <typename... Args> Instance create(const Args &...args) const;
#endif

    const PolyplugContract *get() const noexcept { return contract_; }
    const PolyplugHostApi *host() const noexcept { return host_; }

  private:
    friend class Calls<Contract>;
    detail::CallToContract target(std::uint32_t function) const noexcept {
        return {host_, contract_, {nullptr, 0}, function};
    }

    const PolyplugHostApi *host_;
    const PolyplugContract *contract_;
};

// An object of a contract, destroyed with this. [thread-safe]
//
// It survives reloads of its bundle, but not an unload. It has to go before its runtime does.
class Instance : public Calls<Instance> {
  public:
    // Takes over an object that `contract` made.
    Instance(const Contract &contract, PolyplugGuestContractInstance instance) noexcept
        : contract_(contract), instance_(instance) {}
    Instance(Instance &&other) noexcept : Instance(other.contract_, other.release()) {}
    Instance &operator=(Instance &&other) noexcept {
        Instance taken(std::move(other));
        std::swap(contract_, taken.contract_);
        std::swap(instance_, taken.instance_);
        return *this;
    }
    ~Instance() {
        if (instance_.data != nullptr) {
            polyplug_destroy(contract_.get(), instance_);
        }
    }

    // As Contract::function, but it must neither outlive this object nor see it moved.
    template <typename Signature>
    Function<Instance, Signature> function(std::uint32_t id) const & noexcept {
        return {*this, id};
    }
    // The object would be gone before the function is called: keep it in a variable.
    template <typename Signature>
    Function<Instance, Signature> function(std::uint32_t id) const && = delete;

    const Contract &contract() const noexcept { return contract_; }
    PolyplugGuestContractInstance get() const noexcept { return instance_; }
    // Leaves the object to the caller, who destroys it.
    PolyplugGuestContractInstance release() noexcept {
        return std::exchange(instance_, PolyplugGuestContractInstance{nullptr, 0});
    }

  private:
    friend class Calls<Instance>;
    detail::CallToContract target(std::uint32_t function) const noexcept {
        return {contract_.host(), contract_.get(), instance_, function};
    }

    Contract contract_;
    PolyplugGuestContractInstance instance_;
};

template <typename... Args> Result<Instance> Contract::try_create(const Args &...args) const {
    const detail::Arguments<Args...> packed(args...);
    PolyplugGuestContractInstance instance{nullptr, 0};
    const std::uint32_t code = polyplug_create(contract_, packed.data(), &instance);
    if (POLYPLUG_UNLIKELY(code != POLYPLUG_ERROR_OK)) {
        return detail::last_error(code);
    }
    return Instance(*this, instance);
}

#ifndef POLYPLUG_NO_EXCEPTIONS
template <typename... Args> Instance Contract::create(const Args &...args) const {
    return try_create(args...).value();
}
#endif

} // namespace polyplug

#endif // POLYPLUG_CONTRACT_HPP
