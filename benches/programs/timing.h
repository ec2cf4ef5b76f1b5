// What the timing programs in C and in C++ share: the way to the plugin, and medians of batches.
//
// Operations are measured in turn, batch by batch, so that a drifting machine moves all of them.
// Every operation packs two numbers, makes its call, and looks at the error and at the sum.

#ifndef BENCH_TIMING_H
#define BENCH_TIMING_H

#include <dlfcn.h>
#include <polyplug/polyplug.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCHES 101
#define BATCH_NANOSECONDS 3e5

// What is called, read anew for every call, as a program reads it from where it keeps it.
typedef struct {
    PolyplugNativeFunction volatile bare;
    const PolyplugGuestContractInterface *volatile interface_;
    const PolyplugContract *volatile contract;
    const PolyplugHostApi *host;
    volatile uint32_t number;
    volatile uint32_t sum;
} Bench;

typedef struct {
    const char *name;
    void (*run)(Bench *bench, unsigned long calls);
    unsigned long calls;
    double batches[BATCHES];
} Operation;

static const PolyplugGuestContractInstance stateless = {NULL, 0};

static void stop(const char *step) {
    const PolyplugStringView reason = polyplug_last_error();
    fprintf(stderr, "%s: %.*s\n", step, POLYPLUG_SV(reason));
    exit(1);
}

// The function in a library that was opened as usual.
static void bare(Bench *bench, unsigned long calls) {
    PolyplugAbiError error = {0, {NULL, 0}};
    for (; calls > 0; calls--) {
        const uint32_t numbers[2] = {bench->number, 22};
        uint32_t sum;
        bench->bare(stateless, numbers, &sum, &error);
        if (error.code != 0) {
            stop("bare");
        }
        bench->sum = sum;
    }
}

// The same through the table of the resolved interface.
static void raw(Bench *bench, unsigned long calls) {
    PolyplugAbiError error = {0, {NULL, 0}};
    for (; calls > 0; calls--) {
        const uint32_t numbers[2] = {bench->number, 22};
        uint32_t sum;
        const PolyplugGuestContractInterface *const contract = bench->interface_;
        const PolyplugNativeFunction function =
            (PolyplugNativeFunction)contract->dispatch.native.functions[0];
        function(stateless, numbers, &sum, &error);
        if (error.code != 0) {
            stop("raw");
        }
        bench->sum = sum;
    }
}

// The call that is safe beside every reload.
static void guarded(Bench *bench, unsigned long calls) {
    for (; calls > 0; calls--) {
        const uint32_t numbers[2] = {bench->number, 22};
        uint32_t sum;
        if (polyplug_call(bench->contract, stateless, 0, numbers, &sum, NULL) != 0) {
            stop("guarded");
        }
        bench->sum = sum;
    }
}

static double nanoseconds(Operation *operation, Bench *bench) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    operation->run(bench, operation->calls);
    clock_gettime(CLOCK_MONOTONIC, &to);
    return (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
}

static int smaller(const void *left, const void *right) {
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

// Prints a line for each operation: its name and the median time of a call in nanoseconds.
static void measure(Operation *operations, size_t count, Bench *bench) {
    size_t at, batch;
    for (at = 0; at < count; at++) {
        operations[at].calls = 1;
        while (nanoseconds(&operations[at], bench) < BATCH_NANOSECONDS) {
            operations[at].calls *= 2;
        }
        if (bench->sum != 42) {
            stop(operations[at].name);
        }
    }
    for (batch = 0; batch < BATCHES; batch++) {
        for (at = 0; at < count; at++) {
            operations[at].batches[batch] =
                nanoseconds(&operations[at], bench) / (double)operations[at].calls;
        }
    }
    for (at = 0; at < count; at++) {
        qsort(operations[at].batches, BATCHES, sizeof(double), smaller);
        printf("%s %f\n", operations[at].name, operations[at].batches[BATCHES / 2]);
    }
}

// Loads the bundle in `folder`, and opens its library, `libadd.so`, a second time without polyplug.
static void open_bench(Bench *bench, const char *folder) {
    char path[4096];
    void *library, *function;
    PolyplugGuestContractHandle handle;
    bench->number = 20;
    bench->host = polyplug_runtime_create(NULL);
    if (bench->host == NULL || polyplug_load_bundle(bench->host, folder) != 0) {
        stop(folder);
    }
    bench->contract = polyplug_contract(bench->host, "bench.add@1");
    handle = polyplug_find(bench->host, polyplug_guest_contract_id("bench.add", 1), 0);
    bench->interface_ = polyplug_resolve(bench->host, handle);
    if (bench->contract == NULL || bench->interface_ == NULL) {
        stop("bench.add@1");
    }
    snprintf(path, sizeof(path), "%s/libadd.so", folder);
    library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    function = library == NULL ? NULL : dlsym(library, "add");
    if (function == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    // A pointer to data is not a function to the standards of C and C++; to those of the system it is.
    memcpy((void *)&bench->bare, &function, sizeof(function));
}

#endif // BENCH_TIMING_H
