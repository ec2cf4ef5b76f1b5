// What the code that `polyplug bindgen` makes for C++ has in common: contracts of a known shape, and
// whether a function has the types that its contract says.

#ifndef POLYPLUG_TYPED_HPP
#define POLYPLUG_TYPED_HPP

#include <polyplug/arguments.hpp>
#include <polyplug/platform.hpp>
#include <polyplug/thunk.hpp>

#include <type_traits>

namespace polyplug {

namespace detail POLYPLUG_HIDDEN {

// What a function gives when it succeeds.
template <typename R> struct Given {
    using Type = R;
};
template <typename R> struct Given<Result<R>> {
    using Type = R;
};

template <typename T> struct WireOrVoid {
    using Type = WireType<T>;
};
template <> struct WireOrVoid<void> {
    using Type = void;
};

// The types that cross, of a function's signature and of a contract's.
template <typename R, typename... Args>
auto crossing(const Signature<R, Args...> &)
    -> typename WireOrVoid<typename Given<std::decay_t<R>>::Type>::Type (*)(WireType<Args>...);

template <typename Expected> struct Crossing;
template <typename R, typename... Args> struct Crossing<R(Args...)> {
    using Type = typename WireOrVoid<R>::Type (*)(WireType<Args>...);
};

} // namespace detail

// Whether a function takes and gives what `Expected` says, as far as the caller can see: text may be
// any text type, and a Result stands for what it carries.
template <auto Function, typename Expected>
constexpr bool answers = std::is_same_v<
    decltype(detail::crossing(std::declval<detail::SignatureOf<decltype(Function)>>())),
    typename detail::Crossing<Expected>::Type>;

} // namespace polyplug

#endif // POLYPLUG_TYPED_HPP
