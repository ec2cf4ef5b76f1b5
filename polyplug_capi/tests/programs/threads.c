/* Pins, and many threads in one runtime. */
#include "check.h"

#include <pthread.h>

static const PolyplugHostApi *host;
static const PolyplugContract *one;
static uint64_t token;
static volatile int stop = 0;

static void *give_back_elsewhere(void *unused) {
    (void)unused;
    CHECK_FAILS(polyplug_unpin(host, token), POLYPLUG_ERROR_WRONG_THREAD, "token");
    return NULL;
}

static void *call_on_and_on(void *calls) {
    uint32_t last = 0;
    while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
        const uint32_t value = value_of(one);
        CHECK(value >= last);
        last = value;
        ++*(unsigned long *)calls;
    }
    return NULL;
}

static void *make_raw_calls(void *unused) {
    (void)unused;
    CHECK_FAILS(polyplug_thread_quiescent(host), POLYPLUG_ERROR_INVALID_ARGUMENT, "attach");
    CHECK_OK(polyplug_thread_attach(host));
    CHECK(polyplug_thread_attach(host) == POLYPLUG_ERROR_INVALID_ARGUMENT);
    CHECK_OK(polyplug_thread_quiescent(host));
    CHECK_OK(polyplug_thread_detach(host));
    CHECK(polyplug_thread_detach(host) == POLYPLUG_ERROR_INVALID_ARGUMENT);
    return NULL;
}

static void run(void *(*body)(void *), void *argument) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, body, argument) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

static void pin(const char *folder) {
    uint64_t inner = 0;

    CHECK_OK(polyplug_pin(host, &token));
    CHECK_OK(polyplug_pin(host, &inner));
    CHECK_FAILS(polyplug_poll(host, 0, NULL), POLYPLUG_ERROR_REENTRANT_CALL, "a pin");
    CHECK(polyplug_reload_bundle(host, folder) == POLYPLUG_ERROR_REENTRANT_CALL);
    polyplug_runtime_destroy(host);
    CHECK(says(polyplug_last_error(), "destroy cannot run inside a pin"));
    CHECK(value_of(one) == 1);
    run(give_back_elsewhere, NULL);
    CHECK_FAILS(polyplug_unpin(host, token), POLYPLUG_ERROR_INVALID_ARGUMENT, "innermost");
    CHECK_OK(polyplug_unpin(host, inner));
    CHECK_OK(polyplug_unpin(host, token));
    CHECK(polyplug_unpin(host, token) == POLYPLUG_ERROR_INVALID_ARGUMENT);
    CHECK_OK(polyplug_poll(host, 0, NULL));
}

static void reload_under_calls(const char *folder) {
    pthread_t threads[2];
    unsigned long calls[2] = {0, 0};
    unsigned number;
    int at;

    for (at = 0; at < 2; at++) {
        CHECK(pthread_create(&threads[at], NULL, call_on_and_on, &calls[at]) == 0);
    }
    for (number = 2; number < 40; number++) {
        write_value(folder, "one", number);
        CHECK_OK(polyplug_reload_bundle(host, folder));
        CHECK(value_of(one) == number);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
    for (at = 0; at < 2; at++) {
        CHECK(pthread_join(threads[at], NULL) == 0);
        CHECK(calls[at] > 0);
    }
}

int main(int argc, char **argv) {
    const char *folder = make_value(argv[1], "one", 1);

    CHECK(argc == 2);
    host = reloading_runtime();
    CHECK_OK(polyplug_load_bundle(host, folder));
    one = polyplug_contract(host, "one@1");
    pin(folder);
    CHECK_OK(polyplug_quiescent(host));
    run(make_raw_calls, NULL);
    CHECK_FAILS(polyplug_quiescent(host), POLYPLUG_ERROR_INVALID_ARGUMENT, "thread");
    reload_under_calls(folder);
    polyplug_runtime_destroy(host);
    return 0;
}
