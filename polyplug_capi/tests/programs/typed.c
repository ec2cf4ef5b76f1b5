/* Calls as text, descriptions of the host, and callers that know the shape they were built for. */
#include "check.h"

/* The shape of fixtures/talker/lua/talker.wit, as `polyplug inspect` shows it. */
#define SHAPE UINT64_C(0xDDD6EE79FA370B86)

static const PolyplugHostApi *host;
static PolyplugCallArena arena;

static int answers(const char *call, const char *expected) {
    PolyplugStringView out = {NULL, 0};

    polyplug_arena_reset(&arena);
    CHECK_OK(polyplug_call_text(host, "test.talker@1", call, &arena, &out));
    return out.len == strlen(expected) && (out.len == 0 || memcmp(out.ptr, expected, out.len) == 0);
}

static void fails(const char *contract, const char *call, uint32_t code, const char *why) {
    PolyplugStringView out = {NULL, 0};

    CHECK_FAILS(polyplug_call_text(host, contract, call, &arena, &out), code, why);
    CHECK(out.ptr == NULL);
}

static void calls(void) {
    CHECK(answers("greet(\"Ada\")", "\"Hello, Ada!\""));
    CHECK(answers("add(40, 2)", "42"));
    CHECK(answers("last()", "none"));
    CHECK(answers("hear([\"one\", \"two\"])", ""));
    CHECK(answers("last()", "some(\"two\")"));
    fails("test.talker@1", "gret(\"Ada\")", POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE,
          "has no function `gret`; did you mean `greet`?");
    fails("test.talker@1", "add(1, -2)", POLYPLUG_ERROR_VALUE_INVALID, "`b`");
    fails("test.talker@1", "add(1", POLYPLUG_ERROR_VALUE_INVALID, "");
    fails("test.nobody@1", "add(1, 2)", POLYPLUG_ERROR_NOT_FOUND, "");
    fails("test.talker", "add(1, 2)", POLYPLUG_ERROR_INVALID_ARGUMENT, "name@major");
}

static void shapes(void) {
    const PolyplugContract *talker;
    const PolyplugGuestContractHandle found =
        polyplug_find(host, polyplug_guest_contract_id("test.talker", 1), 0);
    const uint32_t numbers[] = {20, 22};
    uint32_t sum = 0;

    CHECK(polyplug_contract_checked(host, "test.talker@1", SHAPE ^ 1) == NULL);
    CHECK(says(polyplug_last_error(), "has the shape"));
    CHECK(polyplug_resolve_checked(host, found, SHAPE ^ 1) == NULL);
    CHECK(polyplug_resolve_checked(host, found, SHAPE) != NULL);
    talker = polyplug_contract_checked(host, "test.talker@1", SHAPE);
    CHECK(talker != NULL);
    CHECK_OK(polyplug_call(talker, stateless, 1, numbers, &sum, NULL));
    CHECK(sum == 42);
}

static void descriptions(const char *mods) {
    char path[4096];

    CHECK_FAILS(polyplug_describe(host, "/nowhere/x.wit"), POLYPLUG_ERROR_DESCRIPTION_INVALID,
                "/nowhere/x.wit");
    snprintf(path, sizeof path, "%s/talker/talker.wit", mods);
    CHECK_OK(polyplug_describe(host, path));
    CHECK_OK(polyplug_describe(host, path));
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    host = polyplug_runtime_create(NULL);
    CHECK_OK(polyplug_arena_init(host, &arena, NULL, 0));
    CHECK_OK(polyplug_load_folder(host, argv[1], NULL, NULL));
    calls();
    shapes();
    descriptions(argv[1]);
    CHECK_OK(polyplug_arena_release(&arena));
    polyplug_runtime_destroy(host);
    return 0;
}
