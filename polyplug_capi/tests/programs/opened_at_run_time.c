/* The library is opened with dlopen, closed, opened again, and twice at once. Links nothing of it. */
#define _GNU_SOURCE
#include <polyplug/polyplug.h>

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

typedef struct {
    void *library;
    const PolyplugHostApi *(*create)(const PolyplugRuntimeOptions *);
    void (*destroy)(const PolyplugHostApi *);
    uint32_t (*load_folder)(const PolyplugHostApi *, const char *, uint32_t *, uint32_t *);
    const PolyplugContract *(*contract)(const PolyplugHostApi *, const char *);
    uint32_t (*call)(const PolyplugContract *, PolyplugGuestContractInstance, uint32_t,
                     const void *, void *, PolyplugCallArena *);
    uint32_t (*poll)(const PolyplugHostApi *, uint32_t, uint32_t *);
    uint32_t (*watch)(const PolyplugHostApi *, const char *);
} Library;

typedef struct {
    const char *path, *mods;
    /* Whether the host is idle for so long that the threads of the library sleep. */
    int idles;
    /* Whether it follows the folder, whose end waits for other threads. */
    int watches;
} Paths;

typedef struct {
    void *(*start)(void *);
    void *argument;
    int is_first;
} Late;

/* Of the threads that a runtime starts. */
static int next_is_first;

static void *begin_late(void *argument) {
    const Late late = *(Late *)argument;
    const struct timespec pause = {0, late.is_first ? 200000000 : 5000000};
    free(argument);
    nanosleep(&pause, NULL);
    return late.start(late.argument);
}

/* In the place of the system's: on a busy machine threads begin in any order, and when their library is
   closed already. */
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument) {
    int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    void *found = dlsym(RTLD_NEXT, "pthread_create");
    Late *late = malloc(sizeof *late);
    CHECK(found != NULL && late != NULL);
    memcpy(&create, &found, sizeof create);
    late->start = start;
    late->argument = argument;
    late->is_first = __atomic_exchange_n(&next_is_first, 0, __ATOMIC_RELAXED);
    return create(thread, attributes, begin_late, late);
}

static void *symbol(void *library, const char *name) {
    void *found = dlsym(library, name);
    CHECK(found != NULL);
    return found;
}

static Library open_library(const char *path) {
    Library library;
    library.library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library.library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
#define TAKE(field, name)                                                                          \
    do {                                                                                           \
        void *found = symbol(library.library, name);                                               \
        memcpy(&library.field, &found, sizeof found);                                              \
    } while (0)
    TAKE(create, "polyplug_runtime_create_ex");
    TAKE(destroy, "polyplug_runtime_destroy");
    TAKE(load_folder, "polyplug_load_folder");
    TAKE(contract, "polyplug_contract");
    TAKE(call, "polyplug_call");
    TAKE(poll, "polyplug_poll");
    TAKE(watch, "polyplug_watch");
    return library;
}

static void add(const Library *library, const PolyplugHostApi *host) {
    const PolyplugGuestContractInstance stateless = {NULL, 0};
    const uint32_t numbers[] = {20, 22};
    uint32_t sum = 0;
    const PolyplugContract *contract = library->contract(host, "test.add@1");
    CHECK(contract != NULL);
    CHECK(library->call(contract, stateless, 0, numbers, &sum, NULL) == 0 && sum == 42);
    CHECK(library->poll(host, 0, NULL) == 0);
}

static const PolyplugHostApi *start(const Library *library, const char *mods, int watches) {
    PolyplugRuntimeOptions options = polyplug_runtime_options();
    const PolyplugHostApi *host;
    /* A limit, so that there is a watchdog too. */
    options.call_ms = 1000;
    __atomic_store_n(&next_is_first, 1, __ATOMIC_RELAXED);
    host = library->create(&options);
    CHECK(host != NULL);
    CHECK(library->load_folder(host, mods, NULL, NULL) == 0);
    if (watches) {
        CHECK(library->watch(host, mods) == 0);
    }
    return host;
}

static void *use_once(void *argument) {
    const Paths *paths = argument;
    const Library library = open_library(paths->path);
    const PolyplugHostApi *host = start(&library, paths->mods, paths->watches);
    add(&library, host);
    if (paths->idles) {
        const struct timespec pause = {0, 300000000};
        nanosleep(&pause, NULL);
    }
    library.destroy(host);
    CHECK(dlclose(library.library) == 0);
    return NULL;
}

static int is_mapped(const char *path) {
    char line[4096], real[4096];
    int found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    CHECK(maps != NULL && realpath(path, real) != NULL);
    while (fgets(line, sizeof line, maps) != NULL) {
        found |= strstr(line, real) != NULL;
    }
    fclose(maps);
    return found;
}

/* The system keeps a library as long as a thread of it runs, and looks again at the next close. */
static void wait_until_gone(const char *path) {
    const struct timespec pause = {0, 20000000};
    int rounds;
    for (rounds = 0; rounds < 3000 && is_mapped(path); rounds++) {
        nanosleep(&pause, NULL);
        CHECK(dlclose(open_library(path).library) == 0);
    }
    CHECK(!is_mapped(path));
}

int main(int argc, char **argv) {
    Paths paths;
    Library one, other;
    const PolyplugHostApi *in_one, *in_other;
    pthread_t thread;
    int round;

    CHECK(argc == 4);
    paths.path = argv[2];
    paths.mods = argv[1];
    /* On a thread of its own: what the library keeps for a thread goes when the thread ends. */
    for (round = 0; round < 3; round++) {
        paths.idles = round == 1;
        paths.watches = round != 2;
        CHECK(pthread_create(&thread, NULL, use_once, &paths) == 0);
        CHECK(pthread_join(thread, NULL) == 0);
        wait_until_gone(paths.path);
    }
    /* On this thread it may stay, and works again all the same. */
    paths.idles = 0;
    paths.watches = 1;
    for (round = 0; round < 3; round++) {
        use_once(&paths);
    }

    one = open_library(argv[2]);
    other = open_library(argv[3]);
    CHECK(one.create != other.create);
    in_one = start(&one, argv[1], 1);
    in_other = start(&other, argv[1], 1);
    for (round = 0; round < 100; round++) {
        add(&one, in_one);
        add(&other, in_other);
    }
    /* Each knows its own runtimes only. */
    CHECK(one.poll(in_other, 0, NULL) == POLYPLUG_ERROR_INVALID_POINTER);
    CHECK(one.contract(in_other, "test.add@1") == NULL);
    one.destroy(in_one);
    CHECK(dlclose(one.library) == 0);
    add(&other, in_other);
    other.destroy(in_other);
    CHECK(dlclose(other.library) == 0);
    return 0;
}
