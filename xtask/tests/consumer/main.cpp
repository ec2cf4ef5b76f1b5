// The same in C++: exceptions of the program pass beside those of the library.

#include <polyplug/polyplug.hpp>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

static void triple(const polyplug::Runtime &runtime, const std::string &name) {
    const polyplug::Contract contract = runtime.contract(name);
    const auto times_three = contract.function<std::uint32_t(std::uint32_t)>(0);
    std::printf("%s %u\n", name.c_str(), times_three(14));
}

int main(int count, char **arguments) try {
    const polyplug::Runtime runtime;
    for (int argument = 1; argument < count; argument++) {
        if (runtime.load_folder(arguments[argument]).failed != 0) {
            std::fprintf(stderr, "a bundle of %s is broken\n", arguments[argument]);
            return 1;
        }
    }
    const polyplug::Contract add = runtime.contract("math.add@1");
    const PolyplugVersion version = polyplug_version();
    std::printf("polyplug %u.%u.%u\n", version.major, version.minor, version.patch);
    std::printf("math.add@1 %u\n",
                add.function<std::uint32_t(std::uint32_t, std::uint32_t)>(0)(20, 22));
    try {
        add.call(1);
    } catch (const polyplug::Error &error) {
        std::printf("failed %s\n", error.what());
    }
    if (count > 2) {
        triple(runtime, "math.triple@1");
        triple(runtime, "math.triple_cpp@1");
    }
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
}
