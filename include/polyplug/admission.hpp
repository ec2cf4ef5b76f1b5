// The program's own word on what is loaded.

#ifndef POLYPLUG_ADMISSION_HPP
#define POLYPLUG_ADMISSION_HPP

#include <polyplug/polyplug.h>

#include <cstdint>
#include <string>
#include <utility>

namespace polyplug {

// What the function of Options::admission answers.
class [[nodiscard]] Admission {
  public:
    // The bundle may be loaded, if nothing else speaks against it.
    static Admission allow() { return Admission(POLYPLUG_ADMISSION_ALLOW, {}); }
    // It is not loaded, for this reason (UTF-8), of which the error and the events tell up to 512
    // bytes.
    static Admission deny(std::string reason) {
        return Admission(POLYPLUG_ADMISSION_DENY, std::move(reason));
    }

    bool allowed() const noexcept { return answer_ == POLYPLUG_ADMISSION_ALLOW; }
    const std::string &reason() const noexcept { return reason_; }

  private:
    Admission(std::uint32_t answer, std::string reason)
        : reason_(std::move(reason)), answer_(answer) {}

    std::string reason_;
    std::uint32_t answer_;
};

} // namespace polyplug

#endif // POLYPLUG_ADMISSION_HPP
