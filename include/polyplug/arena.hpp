// Memory for what is variable in size in results: texts, lists.

#ifndef POLYPLUG_ARENA_HPP
#define POLYPLUG_ARENA_HPP

#include <polyplug/polyplug.h>

#include <cstddef>
#include <cstdint>

namespace polyplug {

// The memory that the results of a chain of calls live in. [same-thread]
//
// It grows as results need it, fills `region` first if one is given, and gives everything back when
// it is destroyed. It has to go before its runtime does.
class Arena {
  public:
    explicit Arena(const PolyplugHostApi *host, void *region = nullptr,
                   std::size_t size = 0) noexcept
        : arena_{static_cast<std::uint8_t *>(region), static_cast<std::uint8_t *>(region) + size,
                 static_cast<std::uint8_t *>(region), host, nullptr} {}
    ~Arena() {
        // Most results fit into the region, and there is nothing to give back.
        if (arena_.first_overflow != nullptr) {
            extensions()->arena_release(arena_.host, &arena_);
        }
    }

    Arena(const Arena &) = delete;
    Arena &operator=(const Arena &) = delete;

    // Makes the memory free for the next results; all that came from it becomes invalid.
    void reset() noexcept {
        if (arena_.host != nullptr) {
            extensions()->arena_reset(arena_.host, &arena_);
        }
    }

    // Null if the system has no memory, or the arena no runtime. `alignment` is a power of two.
    void *allocate(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) noexcept {
        if (arena_.host == nullptr) {
            return nullptr;
        }
        return extensions()->arena_alloc(arena_.host, &arena_, size, alignment);
    }

    PolyplugCallArena *get() noexcept { return &arena_; }

  private:
    const PolyplugHostApiExtensions *extensions() const noexcept { return arena_.host->reserved; }

    PolyplugCallArena arena_;
};

} // namespace polyplug

#endif // POLYPLUG_ARENA_HPP
