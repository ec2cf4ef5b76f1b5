// Calls from C++: the same, and the typed wrapper beside the call that it makes.

#include "timing.h"

#include <polyplug/host.hpp>

#include <cstdint>

static void wrapped(Bench *bench, unsigned long calls) {
    for (; calls > 0; calls--) {
        const polyplug::Contract contract(bench->host, bench->contract);
        const auto add = contract.function<std::uint32_t(std::uint32_t, std::uint32_t)>(0);
        const std::uint32_t number = bench->number;
        bench->sum = add(number, 22);
    }
}

int main(int count, char **arguments) {
    static Operation operations[] = {{"bare", bare, 0, {0}},
                                     {"raw", raw, 0, {0}},
                                     {"guarded", guarded, 0, {0}},
                                     {"wrapped", wrapped, 0, {0}}};
    Bench bench = {};
    open_bench(&bench, count > 1 ? arguments[1] : ".");
    measure(operations, sizeof(operations) / sizeof(*operations), &bench);
    polyplug_runtime_destroy(bench.host);
    return 0;
}
