// A native bundle in C++. One command builds it; while a host watches the folder, it is replaced
// between two frames:
//
//     c++ -std=c++17 -O2 -shared -fPIC -fvisibility=hidden -fno-gnu-unique -I ../../include
//         -o plugin.so plugin.cpp
//
// (with polyplug installed: $(pkg-config --cflags polyplug) in the place of -I ../../include; clang
// needs no -fno-gnu-unique). With g++ that flag is what lets a library be closed: templates and
// inline functions with static variables would keep it open for ever.
//
// Functions may be called by several threads at once, unless manifest.toml says `threads = "main"`.

#include <polyplug/plugin.hpp>

#include <atomic>
#include <cstdint>

namespace {

// demo.add@1: functions without an object.
std::uint32_t add(std::uint32_t a, std::uint32_t b) { return a + b; }

// demo.counter@1: objects with state. It lives in memory of the host, so a counter goes on counting
// when this library is replaced.
class Counter {
  public:
    // Change the number whenever the members change. Members must not point into this library: no
    // virtual functions, function pointers, string literals. Objects of older versions are taken
    // over too with
    //
    //     static constexpr std::uint32_t oldest_state_version = 1;
    //     static constexpr std::size_t state_capacity = 64; // room for later versions
    //     static void upgrade(void *state, std::uint32_t from_version) noexcept;
    static constexpr std::uint32_t state_version = 1;

    // constructor(start: u32). What it throws is the reason that the caller sees.
    static Counter create(std::uint32_t start) { return Counter(start); }

    std::uint32_t next() { return ++count_; }

  private:
    explicit Counter(std::uint32_t start) : count_(start) {}

    std::atomic<std::uint32_t> count_;
};

// Runs when the bundle is loaded. A function's id is its place in the list.
void start(polyplug::Bundle &bundle) {
    bundle.provide<&add>("demo.add@1");
    bundle.provide<Counter, &Counter::next>("demo.counter@1");
}

// Runs before the library is closed: joins threads and takes back callbacks.
void stop(std::uint32_t /* reason: a POLYPLUG_SHUTDOWN_ value */) {}

} // namespace

POLYPLUG_PLUGIN(start);
POLYPLUG_PLUGIN_SHUTDOWN(stop);
