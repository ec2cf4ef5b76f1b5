// Calls from C: the bare function, through the table of the slot, guarded, and by name.

#define _POSIX_C_SOURCE 199309L // clock_gettime
#include "timing.h"

static uint8_t region[4096];
static PolyplugCallArena arena;

// As text, with what a program does with it: it writes the numbers, and reads the sum.
static void text(Bench *bench, unsigned long calls) {
    for (; calls > 0; calls--) {
        char call[64];
        PolyplugStringView sum;
        snprintf(call, sizeof(call), "add(%u, 22)", bench->number);
        if (polyplug_call_text(bench->host, "bench.add@1", call, &arena, &sum) != 0) {
            stop("text");
        }
        bench->sum = (uint32_t)strtoul((const char *)sum.ptr, NULL, 10);
        polyplug_arena_reset(&arena);
    }
}

static void binary(Bench *bench, unsigned long calls) {
    for (; calls > 0; calls--) {
        const uint32_t numbers[2] = {bench->number, 22};
        const uint8_t *sum;
        uint32_t number;
        size_t size;
        if (polyplug_call_binary(bench->host, "bench.add@1", "add", (const uint8_t *)numbers,
                                 sizeof(numbers), &arena, &sum, &size) != 0) {
            stop("binary");
        }
        memcpy(&number, sum, sizeof(number));
        bench->sum = number;
        polyplug_arena_reset(&arena);
    }
}

static void binary_at(Bench *bench, unsigned long calls) {
    for (; calls > 0; calls--) {
        const uint32_t numbers[2] = {bench->number, 22};
        const uint8_t *sum;
        uint32_t number;
        size_t size;
        if (polyplug_call_binary_at(bench->contract, stateless, 0, (const uint8_t *)numbers,
                                    sizeof(numbers), &arena, &sum, &size) != 0) {
            stop("binary_at");
        }
        memcpy(&number, sum, sizeof(number));
        bench->sum = number;
        polyplug_arena_reset(&arena);
    }
}

int main(int count, char **arguments) {
    static Operation operations[] = {
        {"bare", bare, 0, {0}}, {"raw", raw, 0, {0}}, {"guarded", guarded, 0, {0}},
        {"text", text, 0, {0}}, {"binary", binary, 0, {0}}, {"binary_at", binary_at, 0, {0}}};
    Bench bench = {0};
    open_bench(&bench, count > 1 ? arguments[1] : ".");
    if (polyplug_arena_init(bench.host, &arena, region, sizeof(region)) != 0) {
        stop("arena");
    }
    measure(operations, sizeof(operations) / sizeof(*operations), &bench);
    polyplug_arena_release(&arena);
    polyplug_runtime_destroy(bench.host);
    return 0;
}
