// A function of C++ as a function of a contract: arguments are unpacked, the result is packed, and
// an exception or a failed Result becomes an error.

#ifndef POLYPLUG_THUNK_HPP
#define POLYPLUG_THUNK_HPP

#include <polyplug/arguments.hpp>
#include <polyplug/border.hpp>
#include <polyplug/error.hpp>
#include <polyplug/polyplug.h>

#include <cstring>
#include <string_view>
#include <type_traits>
#include <utility>

namespace polyplug {

namespace detail POLYPLUG_HIDDEN {

// The class of a contract without objects.
struct NoObject {};

template <typename T>
constexpr bool is_mutable_reference =
    std::is_lvalue_reference_v<T> && !std::is_const_v<std::remove_reference_t<T>>;

template <typename R, typename... Args> struct Signature {
    using Result = R;
    static constexpr bool has_parameters = sizeof...(Args) > 0;
    using Indices = std::index_sequence_for<Args...>;

    static_assert((!is_mutable_reference<Args> && ...),
                  "arguments belong to the caller: take them by value or by const reference");

    // Calls `body` with the arguments that `data` brought.
    template <typename Body, std::size_t... Index>
    static R apply(const Body &body, const void *data, std::index_sequence<Index...>) {
        static_cast<void>(data); // of a function without parameters
        return body(argument<Index, Args...>(data)...);
    }
};

template <typename Function> struct SignatureOf;
template <typename R, typename... Args>
struct SignatureOf<R (*)(Args...)> : Signature<R, Args...> {};
template <typename R, typename... Args>
struct SignatureOf<R (*)(Args...) noexcept> : Signature<R, Args...> {};
template <typename R, typename C, typename... Args>
struct SignatureOf<R (C::*)(Args...)> : Signature<R, Args...> {};
template <typename R, typename C, typename... Args>
struct SignatureOf<R (C::*)(Args...) const> : Signature<R, Args...> {};
template <typename R, typename C, typename... Args>
struct SignatureOf<R (C::*)(Args...) noexcept> : Signature<R, Args...> {};
template <typename R, typename C, typename... Args>
struct SignatureOf<R (C::*)(Args...) const noexcept> : Signature<R, Args...> {};

template <typename T> struct IsResult : std::false_type {};
template <typename T> struct IsResult<Result<T>> : std::true_type {
    // What a success carries.
    using Value = T;
};

// Whether the caller has to say where the result goes.
template <typename R> constexpr bool has_output = !std::is_void_v<R>;
template <typename T> constexpr bool has_output<Result<T>> = !std::is_void_v<T>;

// A call of a function that has parameters, or a result, without a place for them.
POLYPLUG_COLD inline void lack_arguments(PolyplugAbiError *out_err) noexcept {
    *out_err = failure(POLYPLUG_ERROR_INVALID_POINTER,
                       "the function takes arguments and was given none: args is null");
}
POLYPLUG_COLD inline void lack_result(PolyplugAbiError *out_err) noexcept {
    *out_err = failure(POLYPLUG_ERROR_INVALID_POINTER,
                       "the function has a result and no place for it was given: out is null");
}

// Where a plugin puts the text of a result. A host has no such place: its functions give plain
// data.
struct ResultMemory {
    static PolyplugStringView copy(std::string_view text) noexcept { return host().text(text); }
};

// Writes a result to where the caller wants it.
template <typename Memory, typename R>
void deliver(const R &result, void *out, PolyplugAbiError *out_err) noexcept {
    if constexpr (is_text<R>) {
        const PolyplugStringView copy = Memory::copy(result);
        if (copy.ptr == nullptr) {
            *out_err = failure(POLYPLUG_ERROR_MEMORY_LIMIT, "there is no memory for the result");
            return;
        }
        std::memcpy(out, &copy, sizeof(copy));
    } else {
        const WireType<R> value = Wire<R>::pack(result);
        std::memcpy(out, &value, sizeof(value));
    }
}

// Runs `body` with the arguments and says what came of it.
template <typename S, typename Memory, typename Body>
void answer(const Body &body, const void *args, void *out, PolyplugAbiError *out_err) {
    using R = typename S::Result;
    using Indices = typename S::Indices;
    if constexpr (S::has_parameters) {
        if (POLYPLUG_UNLIKELY(args == nullptr)) {
            return lack_arguments(out_err);
        }
    }
    if constexpr (has_output<R>) {
        if (POLYPLUG_UNLIKELY(out == nullptr)) {
            return lack_result(out_err);
        }
    }
    if constexpr (std::is_void_v<R>) {
        S::apply(body, args, Indices());
    } else if constexpr (IsResult<R>::value) {
        const R result = S::apply(body, args, Indices());
        if (!result) {
            *out_err = failure(result.error());
        } else if constexpr (!std::is_void_v<typename IsResult<R>::Value>) {
            deliver<Memory>(*result, out, out_err);
        }
    } else {
        deliver<Memory, std::decay_t<R>>(S::apply(body, args, Indices()), out, out_err);
    }
}

// A member function together with its object.
template <typename Class, auto Function> struct Bound {
    Class *object;

    template <typename... Args> decltype(auto) operator()(Args &&...args) const {
        return (object->*Function)(std::forward<Args>(args)...);
    }
};

template <typename Class, auto Function>
void call_thunk(PolyplugGuestContractInstance instance, const void *args, void *out,
                PolyplugAbiError *out_err) noexcept {
    using S = SignatureOf<decltype(Function)>;
    if constexpr (!std::is_member_function_pointer_v<decltype(Function)>) {
        guard(out_err, [&] { answer<S, ResultMemory>(Function, args, out, out_err); });
    } else if constexpr (std::is_empty_v<Class> && std::is_default_constructible_v<Class>) {
        guard(out_err, [&] {
            Class object;
            answer<S, ResultMemory>(Bound<Class, Function>{&object}, args, out, out_err);
        });
    } else {
        if (POLYPLUG_UNLIKELY(instance.data == nullptr)) {
            *out_err = failure(POLYPLUG_ERROR_INVALID_ARGUMENT,
                               "this function belongs to an object: create an instance first");
            return;
        }
        const Bound<Class, Function> bound{static_cast<Class *>(instance.data)};
        guard(out_err, [&] { answer<S, ResultMemory>(bound, args, out, out_err); });
    }
}

// The entry of a contract's table. A function that has the ABI's own shape is taken as it is.
template <typename Class, auto Function> constexpr PolyplugNativeFunction thunk() noexcept {
    if constexpr (std::is_convertible_v<decltype(Function), PolyplugNativeFunction>) {
        return Function;
    } else {
        return call_thunk<Class, Function>;
    }
}

} // namespace detail
} // namespace polyplug

#endif // POLYPLUG_THUNK_HPP
