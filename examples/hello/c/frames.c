// Runs the bundles of a folder and follows every change of their files, until it is interrupted.
#define _POSIX_C_SOURCE 200809L
#include <polyplug/polyplug.h>

#include <signal.h>
#include <stdio.h>
#include <time.h>

static volatile sig_atomic_t running = 1;

static void stop(int signal) {
    running = signal == 0;
}

int main(int argc, char **argv) {
    const char *mods = argc > 1 ? argv[1] : "mods";
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    const PolyplugContract *add = NULL;
    const PolyplugGuestContractInstance stateless = {NULL, 0};
    const struct timespec frame = {0, 16000000};

    if (polyplug_watch(host, mods) || polyplug_load_folder(host, mods, NULL, NULL) ||
        (add = polyplug_contract(host, "math.add@1")) == NULL) {
        fprintf(stderr, "%.*s\n", POLYPLUG_SV(polyplug_last_error()));
    }
    for (signal(SIGINT, stop); running && add != NULL; nanosleep(&frame, NULL)) {
        polyplug_poll(host, POLYPLUG_POLL_QUIESCENT, NULL); // saved changes are committed here
        uint32_t numbers[] = {20, 22}, sum = 0;
        if (polyplug_call(add, stateless, 0, numbers, &sum, NULL) == POLYPLUG_ERROR_OK) {
            printf("%u\n", sum);
        } else {
            printf("%.*s\n", POLYPLUG_SV(polyplug_last_error()));
        }
        fflush(stdout);
    }
    polyplug_runtime_destroy(host);
    return add == NULL;
}
