// What a plugin can ask of its host: memory, log records, and the contracts of others.

#ifndef POLYPLUG_HOST_TABLE_HPP
#define POLYPLUG_HOST_TABLE_HPP

#include <polyplug/arena.hpp>
#include <polyplug/call.hpp>
#include <polyplug/error.hpp>
#include <polyplug/names.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/text.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace polyplug {

namespace detail POLYPLUG_HIDDEN {

inline Error error_of(const PolyplugAbiError &error) {
    const std::string_view message = text_of(error.message);
    return Error(error.code, message.empty() ? std::string_view("no reason was given") : message);
}

inline Error last_error_of(const PolyplugHostApi *host, std::uint32_t code) {
    return error_of(PolyplugAbiError{code, host->reserved->last_error(host)});
}

inline Error no_contract_name(std::string_view name) {
    return Error(POLYPLUG_ERROR_INVALID_ARGUMENT,
                 "`" + std::string(name) + "` is no contract; write it as `name@1` or `name@1.2`");
}

// A call through the host to a contract of another bundle.
struct CallToGuest {
    const PolyplugHostApi *table;
    const PolyplugGuestContractInterface *iface;
    std::uint32_t function;
    mutable PolyplugAbiError failure;

    const PolyplugHostApi *host() const noexcept { return table; }
    std::uint32_t operator()(const void *args, void *out, PolyplugCallArena *arena) const {
        const PolyplugGuestContractInstance stateless{nullptr, 0};
        table->reserved->call(table, iface, stateless, function, args, out, arena, &failure);
        return failure.code;
    }
    Error error(std::uint32_t) const { return error_of(failure); }
};

// A call of a function of the host program.
struct CallToHost {
    const PolyplugHostApi *table;
    const PolyplugHostContractInterface *iface;
    PolyplugHostContractInstance instance;
    std::uint32_t function;
    mutable PolyplugAbiError failure;

    const PolyplugHostApi *host() const noexcept { return table; }
    std::uint32_t operator()(const void *args, void *out, PolyplugCallArena *) const {
        const PolyplugNativeDispatch &native = iface->dispatch.native;
        if (function >= native.function_count) {
            failure.code = POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE;
            failure.message = view_of("the host's contract has no function of this id");
            return failure.code;
        }
        const void *const start = native.functions;
        const auto *functions = static_cast<const PolyplugHostFunction *>(start);
        functions[function](instance, args, out, &failure);
        return failure.code;
    }
    Error error(std::uint32_t) const { return error_of(failure); }
};

} // namespace detail

// A contract of another bundle, as a plugin sees it: its stateless default. [thread-safe]
//
// It follows its bundle through every reload and may be copied; it has to go before the plugin.
class GuestContract : public Calls<GuestContract> {
  public:
    GuestContract(const PolyplugHostApi *host, const PolyplugGuestContractInterface *iface) noexcept
        : host_(host), iface_(iface) {}

    // For guarded calls alone, see `bind_guest_contract`.
    const PolyplugGuestContractInterface *get() const noexcept { return iface_; }

  private:
    friend class Calls<GuestContract>;
    detail::CallToGuest target(std::uint32_t function) const noexcept {
        return {host_, iface_, function, {POLYPLUG_ERROR_OK, {nullptr, 0}}};
    }

    const PolyplugHostApi *host_;
    const PolyplugGuestContractInterface *iface_;
};

// A contract of the host program, with the object that the host made for this look-up, if any.
class HostContract : public Calls<HostContract> {
  public:
    HostContract(const PolyplugHostApi *host, const PolyplugHostContractInterface *iface,
                 PolyplugHostContractInstance instance) noexcept
        : host_(host), iface_(iface), instance_(instance) {}
    HostContract(HostContract &&other) noexcept
        : HostContract(other.host_, other.iface_, other.instance_) {
        other.instance_.data = nullptr;
    }
    HostContract &operator=(HostContract &&other) noexcept {
        HostContract taken(std::move(other));
        std::swap(host_, taken.host_);
        std::swap(iface_, taken.iface_);
        std::swap(instance_, taken.instance_);
        return *this;
    }
    ~HostContract() {
        // The object of a singleton belongs to the runtime.
        if (instance_.data != nullptr && !iface_->singleton) {
            iface_->destroy_instance(iface_->user_data, instance_);
        }
    }

    const PolyplugHostContractInterface *get() const noexcept { return iface_; }

  private:
    friend class Calls<HostContract>;
    detail::CallToHost target(std::uint32_t function) const noexcept {
        return {host_, iface_, instance_, function, {POLYPLUG_ERROR_OK, {nullptr, 0}}};
    }

    const PolyplugHostApi *host_;
    const PolyplugHostContractInterface *iface_;
    PolyplugHostContractInstance instance_;
};

// The functions that the runtime lends to a plugin. [thread-safe]
class HostTable {
  public:
    explicit HostTable(const PolyplugHostApi *host) noexcept : host_(host) {}

    // Writes a log record; `level` is a POLYPLUG_LOG_ value.
    void log(std::uint32_t level, std::string_view scope, std::string_view message) const noexcept {
        host_->log(host_, level, view_of(scope), view_of(message));
    }

    // A copy of the text in the memory of the running call's result, for results that are or
    // contain a PolyplugStringView. Absent if there is no memory.
    PolyplugStringView text(std::string_view text) const noexcept {
        std::uint8_t *const copy = host_->reserved->result_alloc(host_, text.size(), 1);
        if (copy == nullptr) {
            return PolyplugStringView{nullptr, 0};
        }
        if (!text.empty()) {
            std::memcpy(copy, text.data(), text.size());
        }
        return PolyplugStringView{copy, text.size()};
    }

    // Room for `count` values in the memory of the running call's result; null if there is none.
    template <typename T> T *list(std::size_t count) const noexcept {
        if (count > SIZE_MAX / sizeof(T)) {
            return nullptr;
        }
        return reinterpret_cast<T *>(
            host_->reserved->result_alloc(host_, count * sizeof(T), alignof(T)));
    }

    // A contract of another bundle, by `name@major` or `name@major.minor`.
    Result<GuestContract> try_guest_contract(std::string_view name) const {
        const ContractName contract(name);
        if (!contract.valid()) {
            return detail::no_contract_name(name);
        }
        const PolyplugGuestContractHandle handle =
            host_->find_guest_contract(host_, contract.guest_id(), contract.version().at_least());
        // A handle that is null is stale too.
        const PolyplugGuestContractInterface *const iface =
            host_->reserved->bind_guest_contract(host_, handle);
        if (iface == nullptr) {
            return Error(POLYPLUG_ERROR_NOT_FOUND,
                         "no loaded bundle provides `" + std::string(name) + "`");
        }
        return GuestContract(host_, iface);
    }

    // A contract of the host program, by `name@major` or `name@major.minor`.
    Result<HostContract> try_host_contract(std::string_view name) const {
        const ContractName contract(name);
        if (!contract.valid()) {
            return detail::no_contract_name(name);
        }
        const std::uint32_t version = contract.version().at_least();
        const PolyplugHostContractInterface *const iface =
            host_->resolve_host_contract_interface(host_, contract.host_id(), version);
        if (iface == nullptr) {
            return detail::last_error_of(host_, POLYPLUG_ERROR_HOST_CONTRACT_NOT_FOUND);
        }
        return HostContract(host_, iface,
                            host_->get_host_contract(host_, contract.host_id(), version));
    }

#ifndef POLYPLUG_NO_EXCEPTIONS
    GuestContract guest_contract(std::string_view name) const {
        return try_guest_contract(name).value();
    }
    HostContract host_contract(std::string_view name) const {
        return try_host_contract(name).value();
    }
#endif

    const PolyplugHostApi *get() const noexcept { return host_; }

  private:
    const PolyplugHostApi *host_;
};

} // namespace polyplug

#endif // POLYPLUG_HOST_TABLE_HPP
