// A host over the generated C++ header makes objects, which go with their values.
#include "test_counter_host.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            std::cerr << __FILE__ << ":" << __LINE__ << ": " << #condition << "\n";                \
            std::exit(1);                                                                          \
        }                                                                                          \
    } while (false)

static_assert(std::is_copy_constructible_v<test_counter::Caller>, "a caller is a value");
static_assert(!std::is_copy_constructible_v<test_counter::Object>, "an object is destroyed once");

namespace {

// How many objects there are.
std::size_t alive(const polyplug::Runtime &runtime) {
    std::size_t count = 0;
    for (const polyplug::BundleInfo bundle : runtime.listing()) {
        count += bundle.instances();
    }
    return count;
}

} // namespace

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const polyplug::Runtime runtime;
    runtime.load_folder(argv[1]);
    const auto counters = test_counter::Caller::bind(runtime);
    {
        test_counter::Object one = counters.create();
        const test_counter::Object other = counters.create();
        CHECK(one.add(2) == 2 && one.add(3) == 5 && other.add(7) == 7);
        const test_counter::Object moved = std::move(one);
        CHECK(moved.add(1) == 6 && moved.instance().get().data != nullptr);
        CHECK(alive(runtime) == 2);
        one = counters.create();
        CHECK(one.add(1) == 1 && alive(runtime) == 3);
        const auto refused = counters.try_create();
        CHECK(!refused && refused.code() == 300);
        CHECK(refused.message().find("three counters are enough") != std::string_view::npos);
    }
    CHECK(alive(runtime) == 0);
    CHECK(counters.add(1) == 1001);
    return 0;
}
