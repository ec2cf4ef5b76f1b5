/* Null for every pointer of every function, and runtimes that are not there. */
#include "check.h"

#define REFUSED(call, why) CHECK_FAILS(call, POLYPLUG_ERROR_INVALID_POINTER, why)
#define NOTHING(call, why)                                                                         \
    do {                                                                                           \
        CHECK(!(call));                                                                            \
        CHECK(says(polyplug_last_error(), why));                                                   \
    } while (0)
#define IS_NULL(name) "`" name "` is null"

/* What every function with a runtime answers for one that is not there. */
static void without_a_runtime(const PolyplugHostApi *host, const char *why) {
    const PolyplugGuestContractHandle handle = {0, 0};
    PolyplugGuestContractHandle found;
    PolyplugHostContractInterface iface;
    PolyplugCallArena arena;
    PolyplugEvent event;
    PolyplugStringView text;
    const uint8_t *bytes;
    size_t len;
    uint64_t token;
    uint32_t number;
    PolyplugBundleFile file;

    memset(&iface, 0, sizeof iface);
    memset(&file, 0, sizeof file);
    REFUSED(polyplug_load_bundle(host, "mods/one"), why);
    REFUSED(polyplug_load_by_name(host, "one"), why);
    REFUSED(polyplug_load_folder(host, "mods", &number, &number), why);
    REFUSED(polyplug_reload_bundle(host, "mods/one"), why);
    REFUSED(polyplug_load_files(host, &file, 1), why);
    REFUSED(polyplug_reload_files(host, &file, 1), why);
    REFUSED(polyplug_reload_bundle_by_id(host, 1), why);
    REFUSED(polyplug_request_reload(host, 1), why);
    REFUSED(polyplug_unload_bundle(host, 1), why);
    REFUSED(polyplug_unload_bundle_cascade(host, 1), why);
    REFUSED(polyplug_watch(host, "mods"), why);
    REFUSED(polyplug_unwatch(host, NULL), why);
    REFUSED(polyplug_poll(host, 0, &number), why);
    REFUSED(polyplug_quiescent(host), why);
    REFUSED(polyplug_thread_attach(host), why);
    REFUSED(polyplug_thread_quiescent(host), why);
    REFUSED(polyplug_thread_detach(host), why);
    REFUSED(polyplug_pin(host, &token), why);
    REFUSED(polyplug_unpin(host, 0), why);
    REFUSED(polyplug_call_text(host, "one@1", "f()", &arena, &text), why);
    REFUSED(polyplug_call_binary(host, "one@1", "f", NULL, 0, &arena, &bytes, &len), why);
    REFUSED(polyplug_describe(host, "one.wit"), why);
    REFUSED(polyplug_arena_init(host, &arena, NULL, 0), why);
    REFUSED(polyplug_register_host_contract(host, &iface), why);
    NOTHING(polyplug_has_loader(host, "lua"), why);
    NOTHING(polyplug_contract(host, "one@1"), why);
    NOTHING(polyplug_contract_of_bundle(host, "one", "one@1"), why);
    NOTHING(polyplug_bind(host, handle), why);
    NOTHING(polyplug_resolve(host, handle), why);
    NOTHING(polyplug_resolve_checked(host, handle, 1), why);
    NOTHING(polyplug_contract_checked(host, "one@1", 1), why);
    NOTHING(polyplug_find_all(host, 1, 0, &found, 1), why);
    NOTHING(polyplug_listing(host), why);
    NOTHING(polyplug_discover(host), why);
    NOTHING(polyplug_next_event(host, &event), why);
    found = polyplug_find(host, 1, 0);
    NOTHING(found.index != UINT32_MAX, why);
    found = polyplug_find_by_bundle(host, 1, 1, 0);
    NOTHING(found.index != UINT32_MAX, why);
    polyplug_log(host, POLYPLUG_LOG_ERROR, "a", "b");
    CHECK(says(polyplug_last_error(), why));
    polyplug_runtime_destroy(host);
    CHECK(says(polyplug_last_error(), why));
}

/* Null for every other pointer. Where it has a meaning it is no failure. */
static void binary_calls(const PolyplugHostApi *host, const PolyplugContract *one,
                         PolyplugCallArena *arena) {
    const uint8_t *out;
    size_t len;

    REFUSED(polyplug_call_binary(host, NULL, "f", NULL, 0, arena, &out, &len), IS_NULL("contract"));
    REFUSED(polyplug_call_binary(host, "one@1", NULL, NULL, 0, arena, &out, &len),
            IS_NULL("function"));
    REFUSED(polyplug_call_binary(host, "one@1", "f", NULL, 1, arena, &out, &len), IS_NULL("args"));
    REFUSED(polyplug_call_binary(host, "one@1", "f", NULL, 0, NULL, &out, &len), IS_NULL("arena"));
    REFUSED(polyplug_call_binary(host, "one@1", "f", NULL, 0, arena, NULL, &len), IS_NULL("out"));
    REFUSED(polyplug_call_binary(host, "one@1", "f", NULL, 0, arena, &out, NULL),
            IS_NULL("out_len"));
    REFUSED(polyplug_call_binary_at(NULL, stateless, 0, NULL, 0, arena, &out, &len),
            IS_NULL("contract"));
    REFUSED(polyplug_call_binary_at(one, stateless, 0, NULL, 1, arena, &out, &len),
            IS_NULL("args"));
    REFUSED(polyplug_call_binary_at(one, stateless, 0, NULL, 0, NULL, &out, &len),
            IS_NULL("arena"));
    REFUSED(polyplug_call_binary_at(one, stateless, 0, NULL, 0, arena, NULL, &len), IS_NULL("out"));
    REFUSED(polyplug_call_binary_at(one, stateless, 0, NULL, 0, arena, &out, NULL),
            IS_NULL("out_len"));
}

static void nulls(const PolyplugHostApi *host, const PolyplugContract *one, const char *empty) {
    const PolyplugGuestContractHandle null_handle = {UINT32_MAX, 0};
    PolyplugGuestContractInstance instance;
    PolyplugCallArena arena;
    PolyplugStringView text;
    uint32_t value;

    REFUSED(polyplug_call(NULL, stateless, 0, NULL, &value, NULL), IS_NULL("contract"));
    REFUSED(polyplug_call(NULL, stateless, 0, NULL, NULL, NULL), IS_NULL("contract"));
    REFUSED(polyplug_create(NULL, NULL, &instance), IS_NULL("contract"));
    REFUSED(polyplug_create(one, NULL, NULL), IS_NULL("out"));
    REFUSED(polyplug_destroy(NULL, stateless), IS_NULL("contract"));
    REFUSED(polyplug_load_bundle(host, NULL), IS_NULL("path"));
    REFUSED(polyplug_load_by_name(host, NULL), IS_NULL("name"));
    REFUSED(polyplug_load_folder(host, NULL, NULL, NULL), IS_NULL("path"));
    REFUSED(polyplug_reload_bundle(host, NULL), IS_NULL("path"));
    REFUSED(polyplug_load_files(host, NULL, 1), IS_NULL("files"));
    REFUSED(polyplug_reload_files(host, NULL, 1), IS_NULL("files"));
    REFUSED(polyplug_watch(host, NULL), IS_NULL("folder"));
    REFUSED(polyplug_pin(host, NULL), IS_NULL("out_token"));
    REFUSED(polyplug_arena_init(host, NULL, NULL, 0), IS_NULL("arena"));
    REFUSED(polyplug_arena_init(host, &arena, NULL, 1), IS_NULL("region"));
    REFUSED(polyplug_arena_reset(NULL), IS_NULL("arena"));
    REFUSED(polyplug_arena_release(NULL), IS_NULL("arena"));
    REFUSED(polyplug_register_host_contract(host, NULL), IS_NULL("iface"));
    NOTHING(polyplug_has_loader(host, NULL), IS_NULL("name"));
    NOTHING(polyplug_contract(host, NULL), IS_NULL("name"));
    NOTHING(polyplug_contract_of_bundle(host, NULL, "one@1"), IS_NULL("bundle"));
    NOTHING(polyplug_contract_of_bundle(host, "one", NULL), IS_NULL("name"));
    NOTHING(polyplug_bind(host, null_handle), "null handle");
    NOTHING(polyplug_resolve(host, null_handle), "null handle");
    NOTHING(polyplug_resolve_checked(host, null_handle, 1), "null handle");
    NOTHING(polyplug_contract_checked(host, NULL, 1), IS_NULL("name"));
    REFUSED(polyplug_describe(host, NULL), IS_NULL("path"));
    NOTHING(polyplug_arena_alloc(NULL, 1, 1), IS_NULL("arena"));
    NOTHING(polyplug_find_all(host, 1, 0, NULL, 4), IS_NULL("out"));
    NOTHING(polyplug_listing_count(NULL), IS_NULL("listing"));
    NOTHING(polyplug_listing_at(NULL, 0), IS_NULL("listing"));
    NOTHING(polyplug_discovery_count(NULL), IS_NULL("discovery"));
    NOTHING(polyplug_discovery_at(NULL, 0), IS_NULL("discovery"));
    NOTHING(polyplug_next_event(host, NULL), IS_NULL("out"));

    CHECK_OK(polyplug_call(one, stateless, 0, NULL, &value, NULL));
    CHECK_OK(polyplug_create(one, NULL, &instance));
    CHECK_OK(polyplug_destroy(one, instance));
    CHECK_OK(polyplug_destroy(one, stateless));
    CHECK_OK(polyplug_poll(host, 0, NULL));
    CHECK_OK(polyplug_unwatch(host, NULL));
    CHECK_OK(polyplug_load_folder(host, empty, NULL, NULL));
    CHECK_OK(polyplug_arena_init(host, &arena, NULL, 0));
    REFUSED(polyplug_call_text(host, NULL, "f()", &arena, &text), IS_NULL("contract"));
    REFUSED(polyplug_call_text(host, "one@1", NULL, &arena, &text), IS_NULL("call"));
    REFUSED(polyplug_call_text(host, "one@1", "f()", NULL, &text), IS_NULL("arena"));
    REFUSED(polyplug_call_text(host, "one@1", "f()", &arena, NULL), IS_NULL("out"));
    binary_calls(host, one, &arena);
    CHECK_OK(polyplug_arena_release(&arena));
    polyplug_log(host, POLYPLUG_LOG_INFO, NULL, "no scope");
    polyplug_log(host, POLYPLUG_LOG_INFO, "no message", NULL);
    polyplug_listing_free(NULL);
    polyplug_discovery_free(NULL);
    polyplug_runtime_destroy(polyplug_runtime_create(NULL));
    polyplug_runtime_destroy(polyplug_runtime_create_ex(NULL));
}

/* What needs no library takes null as well, but for polyplug_fn(), which is to be fast. */
static void inline_functions(void) {
    CHECK(polyplug_string_view(NULL).ptr == NULL && polyplug_string_view(NULL).len == 0);
    CHECK(polyplug_bundle_id(NULL) == polyplug_bundle_id(""));
    CHECK(polyplug_fnv1a(1, NULL) == 1);
    CHECK(polyplug_guest_contract_id(NULL, 1) == polyplug_guest_contract_id("", 1));
    CHECK(polyplug_host_contract_id(NULL, 1) == polyplug_host_contract_id("", 1));
}

/* A null in a struct is one too. */
static void null_fields(const PolyplugHostApi *host) {
    PolyplugHostContractInterface iface;
    memset(&iface, 0, sizeof iface);
    REFUSED(polyplug_register_host_contract(host, &iface), "create_instance");
    iface.dispatch.native.function_count = 3;
    REFUSED(polyplug_register_host_contract(host, &iface), "functions");
}

int main(int argc, char **argv) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    PolyplugHostApi copy = *host;
    const char *empty;

    CHECK(argc == 2);
    empty = path_in(argv[1], "empty");
    CHECK(mkdir(empty, 0777) == 0);
    CHECK_OK(polyplug_load_bundle(host, make_value(argv[1], "one", 1)));
    without_a_runtime(NULL, "`host` is null");
    without_a_runtime(&copy, "not a runtime of this library");
    without_a_runtime((const PolyplugHostApi *)(const void *)"garbage", "not a runtime");
    without_a_runtime((const PolyplugHostApi *)(uintptr_t)1, "not a runtime");
    nulls(host, polyplug_contract(host, "one@1"), empty);
    null_fields(host);
    inline_functions();
    polyplug_runtime_destroy(host);
    without_a_runtime(host, "destroyed");
    return 0;
}
