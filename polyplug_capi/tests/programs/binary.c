/* Calls with values as bytes: by name and by number. */
#include "check.h"

static const PolyplugHostApi *host;
static PolyplugCallArena arena;
static uint8_t region[4096];

/* A call of test.talker@1 by name. */
static int answers(const char *function, const void *args, size_t args_len, const void *expected,
                   size_t expected_len) {
    const uint8_t *out = NULL;
    size_t len = 0;

    polyplug_arena_reset(&arena);
    CHECK_OK(
        polyplug_call_binary(host, "test.talker@1", function, args, args_len, &arena, &out, &len));
    CHECK(len == 0 || (out >= region && out + len <= region + sizeof region));
    return len == expected_len && (len == 0 || memcmp(out, expected, len) == 0);
}

static void fails(const char *contract, const char *function, const void *args, size_t len,
                  uint32_t code, const char *why) {
    const uint8_t *out = NULL;
    size_t out_len = 77;

    CHECK_FAILS(polyplug_call_binary(host, contract, function, args, len, &arena, &out, &out_len),
                code, why);
    CHECK(out == NULL && out_len == 77);
}

static void by_name(void) {
    CHECK(answers("greet", "\3\0\0\0Ada", 7, "\13\0\0\0Hello, Ada!", 15));
    CHECK(answers("add", "\50\0\0\0\2\0\0\0", 8, "\52\0\0\0", 4));
    CHECK(answers("last", NULL, 0, "\0", 1));
    CHECK(answers("hear", "\2\0\0\0\3\0\0\0one\3\0\0\0two", 18, "", 0));
    CHECK(answers("last", NULL, 0, "\1\3\0\0\0two", 8));
}

static void mistakes(void) {
    fails("test.talker@1", "gret", NULL, 0, POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE,
          "has no function `gret`; did you mean `greet`?");
    fails("test.talker@1", "add", "\1\0\0\0\2\0\0", 7, POLYPLUG_ERROR_VALUE_INVALID,
          "parameter `b`: the bytes end: 4 or more are needed, and 3 are left");
    fails("test.talker@1", "last", "\1", 1, POLYPLUG_ERROR_VALUE_INVALID,
          "the arguments: 1 bytes are left behind the end");
    fails("test.talker@1", "greet", "\2\0\0\0\377\377", 6, POLYPLUG_ERROR_VALUE_INVALID, "UTF-8");
    fails("test.talker@1", "hear", "\377\377\377\377", 4, POLYPLUG_ERROR_VALUE_INVALID, "`said`");
    fails("test.talker@1", "add", region, SIZE_MAX, POLYPLUG_ERROR_INVALID_ARGUMENT, "`args`");
    fails("test.nobody@1", "add", NULL, 0, POLYPLUG_ERROR_NOT_FOUND, "");
    fails("test.talker", "add", NULL, 0, POLYPLUG_ERROR_INVALID_ARGUMENT, "name@major");
}

static void by_number(void) {
    const PolyplugContract *talker = polyplug_contract(host, "test.talker@1");
    const uint8_t *out = NULL;
    size_t len = 0;

    CHECK(talker != NULL);
    polyplug_arena_reset(&arena);
    CHECK_OK(polyplug_call_binary_at(talker, stateless, 0, (const uint8_t *)"\1\0\0\0B", 5, &arena,
                                     &out, &len));
    CHECK(len == 13 && memcmp(out, "\11\0\0\0Hello, B!", 13) == 0);
    CHECK_FAILS(polyplug_call_binary_at(talker, stateless, 4, NULL, 0, &arena, &out, &len),
                POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE,
                "`test.talker@1` has 4 functions; there is no function 4");
    CHECK_FAILS(polyplug_call_binary_at(talker, stateless, 1, NULL, 0, &arena, &out, &len),
                POLYPLUG_ERROR_VALUE_INVALID, "parameter `a`");
    CHECK(len == 13);
}

/* A result that is larger than the arena's region takes more memory, and the call is made once. */
static void more_than_the_region(void) {
    static uint8_t name[4 + 3 * sizeof region];
    const uint32_t len = sizeof name - 4;
    const uint8_t *out = NULL;
    size_t out_len = 0;

    memset(name, 'a', sizeof name);
    memcpy(name, &len, sizeof len);
    polyplug_arena_reset(&arena);
    CHECK_OK(polyplug_call_binary(host, "test.talker@1", "greet", name, sizeof name, &arena, &out,
                                  &out_len));
    CHECK(out_len == sizeof name + strlen("Hello, !"));
    CHECK(memcmp(out + out_len - 5, "aaaa!", 5) == 0);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    host = polyplug_runtime_create(NULL);
    CHECK_OK(polyplug_arena_init(host, &arena, region, sizeof region));
    CHECK_OK(polyplug_load_folder(host, argv[1], NULL, NULL));
    by_name();
    mistakes();
    by_number();
    more_than_the_region();
    CHECK_OK(polyplug_arena_release(&arena));
    polyplug_runtime_destroy(host);
    return 0;
}
