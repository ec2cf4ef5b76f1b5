// The border of a plugin: who is on the other side, and how failures get there. Nothing is thrown
// over it.

#ifndef POLYPLUG_BORDER_HPP
#define POLYPLUG_BORDER_HPP

#include <polyplug/error.hpp>
#include <polyplug/host_table.hpp>
#include <polyplug/platform.hpp>
#include <polyplug/polyplug.h>
#include <polyplug/text.hpp>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string_view>

namespace polyplug {

namespace detail POLYPLUG_HIDDEN {

// Set before anything else of the plugin runs.
inline const PolyplugHostApi *plugin_host = nullptr;

} // namespace detail

// The host of this plugin, from its start until it is closed.
POLYPLUG_HIDDEN inline HostTable host() noexcept { return HostTable(detail::plugin_host); }

namespace detail POLYPLUG_HIDDEN {

// Where failures leave their message, for a caller that reads it after the call: until the next
// failure of the plugin on this thread. Plain bytes: a thread-local that has to be destroyed would
// keep the library in memory for as long as the thread runs.
struct Message {
    char bytes[512];
    std::size_t length;

    // Appends as much as there is room for, cut between two characters.
    void append(std::string_view text) noexcept {
        std::size_t count = sizeof(bytes) - length;
        if (text.size() <= count) {
            count = text.size();
        } else {
            while (count > 0 && (static_cast<unsigned char>(text[count]) & 0xC0U) == 0x80U) {
                --count;
            }
        }
        length += text.copy(bytes + length, count);
    }
};

inline Message &message() noexcept {
    static thread_local Message message;
    return message;
}

// A failure with a message that outlives the call.
POLYPLUG_COLD inline PolyplugAbiError failure(std::uint32_t code, std::string_view text,
                                              std::string_view more = {}) noexcept {
    Message &kept = message();
    kept.length = 0;
    kept.append(text);
    kept.append(more);
    return PolyplugAbiError{code == POLYPLUG_ERROR_OK ? POLYPLUG_ERROR_GENERIC : code,
                            view_of(std::string_view(kept.bytes, kept.length))};
}

inline PolyplugAbiError failure(const Error &error) noexcept {
    return failure(error.code(), error.what());
}

#ifdef POLYPLUG_NO_EXCEPTIONS

inline namespace without_exceptions {

// Runs the body of a function that is called from outside.
template <typename Body> void guard(PolyplugAbiError *, const Body &body) noexcept { body(); }

} // namespace without_exceptions

#else

// The exception that is being handled, as an error.
POLYPLUG_COLD inline PolyplugAbiError failure_of_exception() noexcept {
    try {
        throw;
    } catch (const Error &error) {
        return failure(error);
    } catch (const std::exception &exception) {
        return failure(POLYPLUG_ERROR_PANIC, "uncaught exception: ", exception.what());
    } catch (...) {
        return failure(POLYPLUG_ERROR_PANIC, "uncaught exception that is no std::exception");
    }
}

inline namespace with_exceptions {

// Runs the body of a function that is called from outside; what it throws becomes `*out_err`.
template <typename Body> void guard(PolyplugAbiError *out_err, const Body &body) noexcept {
    try {
        body();
    } catch (...) {
        *out_err = failure_of_exception();
    }
}

} // namespace with_exceptions

#endif

} // namespace detail
} // namespace polyplug

#endif // POLYPLUG_BORDER_HPP
