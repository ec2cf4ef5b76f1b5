// What all typed calls have in common, whoever makes them: arguments in, a result or an error out.

#ifndef POLYPLUG_CALL_HPP
#define POLYPLUG_CALL_HPP

#include <polyplug/arena.hpp>
#include <polyplug/arguments.hpp>
#include <polyplug/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace polyplug {
namespace detail POLYPLUG_HIDDEN {

// How a call ends: with a Result ...
struct Returning {
    template <typename R> using Outcome = Result<R>;

    template <typename R> static Result<R> succeed(const Output<R> &out) {
        if constexpr (std::is_void_v<R>) {
            return Result<R>();
        } else {
            return Result<R>(out.take());
        }
    }
    template <typename R> POLYPLUG_COLD static Result<R> fail(const Error &error) {
        return Result<R>(error);
    }
};

#ifndef POLYPLUG_NO_EXCEPTIONS
// ... or with a value or an exception.
struct Throwing {
    template <typename R> using Outcome = R;

    template <typename R> static R succeed(const Output<R> &out) { return out.take(); }
    template <typename R> [[noreturn]] POLYPLUG_COLD static R fail(const Error &error) {
        throw error;
    }
};
#endif

// `target(args, out, arena)` makes the call and gives its code, `target.error(code)` says what went
// wrong. All of it is inlined into what a C caller would have written by hand.
template <typename Ending, typename R, typename Target, typename... Args>
auto call_into(const Target &target, Arena *arena, const Args &...args) ->
    typename Ending::template Outcome<R> {
    const Arguments<Args...> packed(args...);
    Output<R> out;
    PolyplugCallArena *const memory = arena == nullptr ? nullptr : arena->get();
    const std::uint32_t code = target(packed.data(), out.data(), memory);
    if (POLYPLUG_UNLIKELY(code != POLYPLUG_ERROR_OK)) {
        return Ending::template fail<R>(target.error(code));
    }
    return Ending::template succeed<R>(out);
}

// As above, without an arena of the caller's.
template <typename Ending, typename R, typename Target, typename... Args>
auto call_alone(const Target &target, const Args &...args) -> typename Ending::template Outcome<R> {
    static_assert(!std::is_same_v<R, std::string_view>,
                  "the text of a std::string_view lives in an arena: pass one as the first "
                  "argument, or take a std::string");
    if constexpr (std::is_same_v<R, std::string>) {
        alignas(std::max_align_t) unsigned char region[256];
        Arena arena(target.host(), region, sizeof(region));
        return call_into<Ending, R>(target, &arena, args...);
    } else {
        return call_into<Ending, R>(target, nullptr, args...);
    }
}

} // namespace detail

// The calls that everything has which can be called; `Self` says where they go.
//
// Arguments cross as they are, without a conversion to what the contract declares: `call(0, 1L)`
// passes 64 bits. Text and truth values are taken care of. Contract::function names the types once.
template <typename Self> class Calls {
  public:
#ifndef POLYPLUG_NO_EXCEPTIONS
    // Calls the function of this id. Text comes as a std::string; what else is variable in size in
    // the result needs an arena.
    template <typename R = void, typename... Args>
    R call(std::uint32_t function, const Args &...args) const {
        return detail::call_alone<detail::Throwing, R>(self().target(function), args...);
    }
    // As above; what is variable in size in the result lives in the arena.
    template <typename R = void, typename... Args>
    R call(Arena &arena, std::uint32_t function, const Args &...args) const {
        return detail::call_into<detail::Throwing, R>(self().target(function), &arena, args...);
    }
#endif
    template <typename R = void, typename... Args>
    Result<R> try_call(std::uint32_t function, const Args &...args) const {
        return detail::call_alone<detail::Returning, R>(self().target(function), args...);
    }
    template <typename R = void, typename... Args>
    Result<R> try_call(Arena &arena, std::uint32_t function, const Args &...args) const {
        return detail::call_into<detail::Returning, R>(self().target(function), &arena, args...);
    }

  private:
    const Self &self() const noexcept { return static_cast<const Self &>(*this); }
};

} // namespace polyplug

#endif // POLYPLUG_CALL_HPP
