// The blocks of docs/cpp.md that belong to a plugin.

#include <polyplug/plugin.hpp>

#include <atomic>
#include <cstdint>
#include <string_view>
#include <thread>

namespace {

struct Numbers {
    const std::uint32_t *items;
    std::size_t count;
};

polyplug::Result<Numbers> squares(std::uint32_t count) {
    auto *const items = polyplug::host().list<std::uint32_t>(count);
    if (items == nullptr) {
        return polyplug::Error(POLYPLUG_ERROR_MEMORY_LIMIT, "no memory for the squares");
    }
    for (std::uint32_t index = 0; index < count; ++index) {
        items[index] = index * index;
    }
    return Numbers{items, count};
}

polyplug::Result<std::uint32_t> divide(std::uint32_t a, std::uint32_t b) {
    if (b == 0) {
        return polyplug::Error(300, "division by zero");
    }
    return a / b;
}

std::uint32_t spawn_two() {
    const polyplug::HostContract engine = polyplug::host().host_contract("engine.spawn@1");
    engine.call<std::uint32_t>(0, "tree");
    return engine.call<std::uint32_t>(0, "tree");
}

class Counter {
  public:
    static constexpr std::uint32_t state_version = 2;
    static constexpr std::uint32_t oldest_state_version = 1; // what upgrade() knows
    static constexpr std::size_t state_capacity = 64;        // room for later versions

    static Counter create(std::uint32_t first) { return Counter(first); }
    static void upgrade(void *state, std::uint32_t /* from: here always 1 */) noexcept {
        static_cast<Counter *>(state)->step_ = 1; // version 1 had no steps
    }

    std::uint32_t next() { return count_ += step_; }
    void set_step(std::uint32_t step) { step_ = step; }

  private:
    explicit Counter(std::uint32_t first) : count_(first) {}

    std::uint32_t count_;
    std::uint32_t step_ = 1;
};

std::atomic<bool> running{true};
std::thread worker([] {
    while (running) {
        std::this_thread::yield();
    }
});

void start(polyplug::Bundle &bundle) {
    bundle.provide<&squares, &divide, &spawn_two>("demo.numbers@1");
    bundle.provide<Counter, &Counter::next, &Counter::set_step>("demo.counter@1.1");
}

void stop(std::uint32_t /* reason: a POLYPLUG_SHUTDOWN_ value */) {
    running = false;
    worker.join();
}

} // namespace

POLYPLUG_PLUGIN(start);
POLYPLUG_PLUGIN_SHUTDOWN(stop);
