/* What the test programs share: a check that says where and why, and bundles made on the spot. */
#ifndef POLYPLUG_TEST_CHECK_H
#define POLYPLUG_TEST_CHECK_H

#include <polyplug/polyplug.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            PolyplugStringView last_error = polyplug_last_error();                                 \
            fprintf(stderr, "%s:%d: %s\nlast error: %.*s\n", __FILE__, __LINE__, #condition,       \
                    POLYPLUG_SV(last_error));                                                      \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

#define CHECK_OK(call) CHECK((call) == POLYPLUG_ERROR_OK)

/* That a call answers this code, and that the message says this. */
#define CHECK_FAILS(call, code, part)                                                              \
    do {                                                                                           \
        CHECK((call) == (code));                                                                   \
        CHECK(says(polyplug_last_error(), part));                                                  \
    } while (0)

static const PolyplugGuestContractInstance stateless = {NULL, 0};

static inline bool says(PolyplugStringView text, const char *part) {
    const size_t len = strlen(part);
    size_t at;
    for (at = 0; text.ptr != NULL && at + len <= text.len; at++) {
        if (memcmp(text.ptr + at, part, len) == 0) {
            return true;
        }
    }
    return false;
}

static inline bool is(PolyplugStringView text, const char *whole) {
    return text.len == strlen(whole) && says(text, whole);
}

/* Lives as long as the program. */
static inline const char *path_in(const char *folder, const char *name) {
    static struct Path {
        struct Path *before;
        char text[1024];
    } *all = NULL;
    struct Path *path = malloc(sizeof *path);
    CHECK(path != NULL);
    path->before = all;
    all = path;
    snprintf(path->text, sizeof path->text, "%s/%s", folder, name);
    return path->text;
}

static inline void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

/* Writes the code of a Lua bundle whose contract `name`@1 has one function, which answers `number`. */
static inline void write_value(const char *folder, const char *name, unsigned number) {
    char code[1024];
    snprintf(code, sizeof code,
             "local ffi = require('ffi')\n"
             "local function value(_, _, out) ffi.cast('uint32_t *', out)[0] = %u end\n"
             "function polyplug_init()\n"
             "  return { ['%s'] = { plugin_name = 'made on the spot',\n"
             "    factory = function() return {} end,\n"
             "    functions = { [0] = value } } }, { code = 0 }\n"
             "end\n",
             number, name);
    write_file(path_in(folder, "main.lua"), code);
}

/* Makes a bundle called like its contract, and answers its folder. */
static inline const char *make_value(const char *folder, const char *name, unsigned number) {
    char manifest[256];
    const char *path = path_in(folder, name);
    snprintf(manifest, sizeof manifest, "name = \"%s\"\nloader = \"lua\"\nfile = \"main.lua\"\n",
             name);
    CHECK(mkdir(path, 0777) == 0);
    write_file(path_in(path, "manifest.toml"), manifest);
    write_value(path, name, number);
    return path;
}

static inline uint32_t value_of(const PolyplugContract *contract) {
    uint32_t value = 0;
    CHECK_OK(polyplug_call(contract, stateless, 0, NULL, &value, NULL));
    return value;
}

static inline void pause_ms(long milliseconds) {
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* Polls until the contract answers `expected`; the tests give up after a while. */
static inline void poll_until(const PolyplugHostApi *host, const PolyplugContract *contract,
                              uint32_t expected) {
    int rounds;
    for (rounds = 0; rounds < 2000 && value_of(contract) != expected; rounds++) {
        pause_ms(10);
        CHECK_OK(polyplug_poll(host, 0, NULL));
    }
    CHECK(value_of(contract) == expected);
}

static inline const PolyplugHostApi *reloading_runtime(void) {
    PolyplugRuntimeConfig config = polyplug_runtime_config();
    const PolyplugHostApi *host;
    config.hot_reload_enabled = true;
    host = polyplug_runtime_create(&config);
    CHECK(host != NULL);
    return host;
}

#endif
