// The smallest host in C: a folder of bundles, a contract, a call in every frame.
//
//     cmake -S examples/hello/c -B build/hello_c -DCMAKE_PREFIX_PATH=<where polyplug is installed>
//     cmake --build build/hello_c
//     build/hello_c/hello_c examples/hello/mods        # runs for a second
//     build/hello_c/hello_c examples/hello/mods 6000   # for a hundred: time to edit adder.lua
//
// Without cmake: cc -std=c11 main.c $(pkg-config --cflags --libs polyplug)

#define _POSIX_C_SOURCE 199309L // nanosleep
#include <polyplug/polyplug.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int failed(const char *what) {
    fprintf(stderr, "%s: %.*s\n", what, POLYPLUG_SV(polyplug_last_error()));
    return 1;
}

static int run(const PolyplugHostApi *host, const char *mods, uint32_t frames) {
    if (polyplug_load_folder(host, mods, NULL, NULL) || polyplug_watch(host, mods)) {
        return failed(mods);
    }
    const PolyplugContract *math = polyplug_contract(host, "math.add@1");
    if (math == NULL) {
        return failed("math.add@1");
    }
    const PolyplugGuestContractInstance stateless = {NULL, 0};
    const struct timespec frame_time = {0, 16000000};
    for (uint32_t frame = 0; frame < frames; ++frame) {
        polyplug_poll(host, POLYPLUG_POLL_QUIESCENT, NULL); // saved changes are committed here
        const uint32_t numbers[] = {frame, 2};
        uint32_t sum = 0;
        if (polyplug_call(math, stateless, 0, numbers, &sum, NULL)) {
            return failed("add");
        }
        printf("%u + 2 = %u\n", frame, sum);
        nanosleep(&frame_time, NULL);
    }
    return 0;
}

int main(int argc, char **argv) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    if (host == NULL) {
        return failed("polyplug");
    }
    const char *mods = argc > 1 ? argv[1] : "examples/hello/mods";
    const int status = run(host, mods, argc > 2 ? (uint32_t)atoi(argv[2]) : 60);
    polyplug_runtime_destroy(host);
    return status;
}
