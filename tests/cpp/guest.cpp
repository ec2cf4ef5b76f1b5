// A bundle in C++ for the programs in C++: it uses everything that a plugin can ask of its host.

#include <polyplug/plugin.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

struct Numbers {
    const std::uint32_t *items;
    std::size_t count;
};

// ---- test.guest@1

// 0: the sum, added by a bundle in Lua
polyplug::Result<std::uint32_t> add_elsewhere(std::uint32_t a, std::uint32_t b) {
    const auto add = polyplug::host().try_guest_contract("test.add@1");
    if (!add) {
        return add.error();
    }
    return add->try_call<std::uint32_t>(0, a, b);
}

// 1: what the host's object has in the end
polyplug::Result<std::int64_t> score(std::int32_t points) {
    const auto host = polyplug::host().try_host_contract("host.score@1.2");
    if (!host) {
        return host.error();
    }
    const auto scored = host->try_call(0, points);
    if (!scored) {
        return scored.error();
    }
    return host->try_call<std::int64_t>(1);
}

// 2: text in, a longer text out
std::string repeat(std::string_view text, std::uint32_t count) {
    std::string all;
    for (std::uint32_t round = 0; round < count; ++round) {
        all += text;
    }
    return all;
}

// 3: a list, in the memory of the call
polyplug::Result<Numbers> count_to(std::uint32_t last) {
    auto *const items = polyplug::host().list<std::uint32_t>(last);
    if (items == nullptr) {
        return polyplug::Error(POLYPLUG_ERROR_MEMORY_LIMIT, "no memory for the list");
    }
    for (std::uint32_t index = 0; index < last; ++index) {
        items[index] = index + 1;
    }
    return Numbers{items, last};
}

// 4: a greeting of another bundle, handed on
polyplug::Result<std::string> greet_elsewhere(const std::string &name) {
    const auto greeter = polyplug::host().try_guest_contract("test.greeter@1");
    if (!greeter) {
        return greeter.error();
    }
    return greeter->try_call<std::string>(0, name);
}

// 5: fails, as far as there are exceptions by one
polyplug::Result<> fail(std::string_view why) {
#ifndef POLYPLUG_NO_EXCEPTIONS
    throw std::runtime_error(std::string(why));
#else
    return polyplug::Error(POLYPLUG_ERROR_PANIC, why);
#endif
}

// 6: asks for what is not there
polyplug::Result<> ask_for_nothing(std::uint32_t what) {
    if (what == 0) {
        return polyplug::host().try_guest_contract("nobody@1").error();
    }
    if (what == 1) {
        return polyplug::host().try_host_contract("nobody@1").error();
    }
    return polyplug::host().try_guest_contract("no version").error();
}

// 7: truth values, both ways
bool both(bool a, bool b) noexcept { return a && b; }

// ---- test.named@1: objects with arguments and a destructor

class Named {
  public:
    static polyplug::Result<Named> create(std::string_view name, std::uint32_t first) {
        if (name.empty()) {
            return polyplug::Error(301, "an object has a name");
        }
        return Named(name, first);
    }

    Named(Named &&) = default;
    ~Named() {
        if (!name_.empty()) {
            polyplug::host().log(POLYPLUG_LOG_INFO, "guest", name_ + " goes");
        }
    }

    // 0, 1
    std::uint32_t next() { return next_++; }
    const std::string &name() const { return name_; }

  private:
    Named(std::string_view name, std::uint32_t first) : name_(name), next_(first) {}

    std::string name_;
    std::uint32_t next_;
};

void start(polyplug::Bundle &bundle) {
    bundle.provide<&add_elsewhere, &score, &repeat, &count_to, &greet_elsewhere, &fail,
                   &ask_for_nothing, &both>("test.guest@1");
    bundle.provide<Named, &Named::next, &Named::name>("test.named@1");
}

} // namespace

POLYPLUG_PLUGIN(start);
