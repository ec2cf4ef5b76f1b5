// Calls from C: the bare function, through the table of the slot, and guarded.

#define _POSIX_C_SOURCE 199309L // clock_gettime
#include "timing.h"

int main(int count, char **arguments) {
    static Operation operations[] = {
        {"bare", bare, 0, {0}}, {"raw", raw, 0, {0}}, {"guarded", guarded, 0, {0}}};
    Bench bench = {0};
    open_bench(&bench, count > 1 ? arguments[1] : ".");
    measure(operations, sizeof(operations) / sizeof(*operations), &bench);
    polyplug_runtime_destroy(bench.host);
    return 0;
}
