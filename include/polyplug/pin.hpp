// A pin: for as long as it is held, no bundle is replaced.

#ifndef POLYPLUG_PIN_HPP
#define POLYPLUG_PIN_HPP

#include <polyplug/polyplug.h>

#include <cstdint>
#include <utility>

namespace polyplug {

// Holds back every replacement until it goes. [same-thread]
//
// Everything that its thread calls meanwhile is of one version. Held past the drain timeout, it
// makes the replacement fail. From Runtime::pin.
class Pin {
  public:
    Pin(const PolyplugHostApi *host, std::uint64_t token) noexcept : host_(host), token_(token) {}
    Pin(Pin &&other) noexcept : host_(std::exchange(other.host_, nullptr)), token_(other.token_) {}
    Pin &operator=(Pin &&other) noexcept {
        Pin taken(std::move(other));
        std::swap(host_, taken.host_);
        std::swap(token_, taken.token_);
        return *this;
    }
    ~Pin() {
        if (host_ != nullptr) {
            polyplug_unpin(host_, token_);
        }
    }

  private:
    const PolyplugHostApi *host_;
    std::uint64_t token_;
};

} // namespace polyplug

#endif // POLYPLUG_PIN_HPP
