// The same in C++: exceptions of the program pass beside those of the library.

#include <polyplug/polyplug.h>
#if __has_include(<polyplug/polyplug.hpp>)
#include <polyplug/polyplug.hpp>
#endif

#include <cstdio>
#include <stdexcept>
#include <string>

static std::string last_error() {
    const PolyplugStringView text = polyplug_last_error();
    return {reinterpret_cast<const char *>(text.ptr), text.len};
}

static void check(uint32_t code) {
    if (code != POLYPLUG_ERROR_OK) {
        throw std::runtime_error(last_error());
    }
}

int main(int count, char **arguments) {
    const PolyplugHostApi *host = polyplug_runtime_create(nullptr);
    try {
        for (int argument = 1; argument < count; argument++) {
            check(polyplug_load_folder(host, arguments[argument], nullptr, nullptr));
        }
        const PolyplugContract *add = polyplug_contract(host, "math.add@1");
        const uint32_t numbers[2] = {20, 22};
        uint32_t sum = 0;
        check(polyplug_call(add, {}, 0, numbers, &sum, nullptr));
        const PolyplugVersion version = polyplug_version();
        std::printf("polyplug %u.%u.%u\nmath.add@1 %u\n", version.major, version.minor,
                    version.patch, sum);
        check(polyplug_call(add, {}, 1, nullptr, nullptr, nullptr));
    } catch (const std::exception &error) {
        std::printf("failed %s\n", error.what());
    }
    polyplug_runtime_destroy(host);
}
