// Failures: an Error is thrown, or carried by a Result where exceptions are not wanted.

#ifndef POLYPLUG_ERROR_HPP
#define POLYPLUG_ERROR_HPP

#include <polyplug/platform.hpp>
#include <polyplug/polyplug.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace polyplug {

// A failure: a POLYPLUG_ERROR_ value, or from POLYPLUG_ERROR_FIRST_OF_PLUGINS on one of a plugin,
// and what went wrong.
class Error : public std::runtime_error {
  public:
    Error(std::uint32_t code, const std::string &message)
        : std::runtime_error(message), code_(code) {}
    Error(std::uint32_t code, const char *message) : std::runtime_error(message), code_(code) {}
    Error(std::uint32_t code, std::string_view message) : Error(code, std::string(message)) {}

    std::uint32_t code() const noexcept { return code_; }

  private:
    std::uint32_t code_;
};

namespace detail {

[[noreturn]] POLYPLUG_COLD inline void value_of_failure(const Error &error) {
#ifdef POLYPLUG_NO_EXCEPTIONS
    std::fprintf(stderr, "polyplug: a failed Result has no value: %s\n", error.what());
    std::abort();
#else
    throw error;
#endif
}

struct Nothing {};

} // namespace detail

// A value or an Error. A function that returns one is implicitly made to fail by `return
// polyplug::Error(code, "what went wrong");`.
template <typename T = void> class [[nodiscard]] Result {
  public:
    using Value = std::conditional_t<std::is_void_v<T>, detail::Nothing, T>;

    // Success without a value, for Result<void>.
    template <typename U = T, typename = std::enable_if_t<std::is_void_v<U>>>
    Result() noexcept : value_(), failed_(false) {}
    Result(Value value) noexcept(std::is_nothrow_move_constructible_v<Value>)
        : value_(std::move(value)), failed_(false) {}
    Result(Error error) noexcept : error_(error), failed_(true) {}

    Result(Result &&other) noexcept(std::is_nothrow_move_constructible_v<Value>)
        : failed_(other.failed_) {
        if (failed_) {
            new (&error_) Error(other.error_);
        } else {
            new (&value_) Value(std::move(other.value_));
        }
    }
    Result(const Result &) = delete;
    Result &operator=(const Result &) = delete;
    Result &operator=(Result &&) = delete;

    ~Result() {
        if (POLYPLUG_UNLIKELY(failed_)) {
            error_.~Error();
        } else {
            value_.~Value();
        }
    }

    bool ok() const noexcept { return !failed_; }
    explicit operator bool() const noexcept { return !failed_; }

    // POLYPLUG_ERROR_OK, or why there is no value.
    std::uint32_t code() const noexcept { return failed_ ? error_.code() : POLYPLUG_ERROR_OK; }
    // What went wrong; empty on success. It lives as long as the result.
    std::string_view message() const noexcept {
        return failed_ ? std::string_view(error_.what()) : std::string_view();
    }
    // Only of a failure.
    const Error &error() const noexcept { return error_; }

    // The value. A failure is thrown, or, without exceptions, ends the program with its message.
    template <typename U = T> std::enable_if_t<!std::is_void_v<U>, U> &value() & {
        check();
        return value_;
    }
    template <typename U = T> std::enable_if_t<!std::is_void_v<U>, const U> &value() const & {
        check();
        return value_;
    }
    template <typename U = T> std::enable_if_t<!std::is_void_v<U>, U> value() && {
        check();
        return std::move(value_);
    }
    template <typename U = T> std::enable_if_t<std::is_void_v<U>> value() const { check(); }

    // The value, only of a success.
    template <typename U = T> std::enable_if_t<!std::is_void_v<U>, U> &operator*() noexcept {
        return value_;
    }
    template <typename U = T>
    std::enable_if_t<!std::is_void_v<U>, const U> &operator*() const noexcept {
        return value_;
    }
    template <typename U = T> std::enable_if_t<!std::is_void_v<U>, U> *operator->() noexcept {
        return &value_;
    }
    template <typename U = T>
    std::enable_if_t<!std::is_void_v<U>, const U> *operator->() const noexcept {
        return &value_;
    }

    // The value, or `other` after a failure.
    template <typename U = T>
    std::enable_if_t<!std::is_void_v<U>, U> value_or(Value other) const & {
        return failed_ ? std::move(other) : value_;
    }

  private:
    void check() const {
        if (POLYPLUG_UNLIKELY(failed_)) {
            detail::value_of_failure(error_);
        }
    }

    union {
        Value value_;
        Error error_;
    };
    bool failed_;
};

} // namespace polyplug

#endif // POLYPLUG_ERROR_HPP
