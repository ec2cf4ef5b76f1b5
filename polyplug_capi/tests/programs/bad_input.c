/* Nulls, texts that are none, structs that say nonsense, runtimes that are not there. */
#include "check.h"

static char endless[1 << 17];

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
    uint64_t token;
    uint32_t number;

    memset(&iface, 0, sizeof iface);
    REFUSED(polyplug_load_bundle(host, "mods/one"), why);
    REFUSED(polyplug_load_folder(host, "mods", &number, &number), why);
    REFUSED(polyplug_reload_bundle(host, "mods/one"), why);
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
    REFUSED(polyplug_arena_init(host, &arena, NULL, 0), why);
    REFUSED(polyplug_register_host_contract(host, &iface), why);
    NOTHING(polyplug_has_loader(host, "lua"), why);
    NOTHING(polyplug_contract(host, "one@1"), why);
    NOTHING(polyplug_contract_of_bundle(host, "one", "one@1"), why);
    NOTHING(polyplug_bind(host, handle), why);
    NOTHING(polyplug_resolve(host, handle), why);
    NOTHING(polyplug_find_all(host, 1, 0, &found, 1), why);
    NOTHING(polyplug_listing(host), why);
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

static void nulls(const PolyplugHostApi *host, const PolyplugContract *one) {
    PolyplugGuestContractInstance instance = {NULL, 0};
    uint32_t value;

    REFUSED(polyplug_call(NULL, instance, 0, NULL, &value, NULL), IS_NULL("contract"));
    REFUSED(polyplug_create(NULL, NULL, &instance), IS_NULL("contract"));
    REFUSED(polyplug_create(one, NULL, NULL), IS_NULL("out"));
    REFUSED(polyplug_destroy(NULL, instance), IS_NULL("contract"));
    REFUSED(polyplug_load_bundle(host, NULL), IS_NULL("path"));
    REFUSED(polyplug_load_folder(host, NULL, NULL, NULL), IS_NULL("path"));
    REFUSED(polyplug_reload_bundle(host, NULL), IS_NULL("path"));
    REFUSED(polyplug_watch(host, NULL), IS_NULL("folder"));
    REFUSED(polyplug_pin(host, NULL), IS_NULL("out_token"));
    REFUSED(polyplug_arena_init(host, NULL, NULL, 0), IS_NULL("arena"));
    REFUSED(polyplug_arena_reset(NULL), IS_NULL("arena"));
    REFUSED(polyplug_arena_release(NULL), IS_NULL("arena"));
    REFUSED(polyplug_register_host_contract(host, NULL), IS_NULL("iface"));
    NOTHING(polyplug_has_loader(host, NULL), IS_NULL("name"));
    NOTHING(polyplug_contract(host, NULL), IS_NULL("name"));
    NOTHING(polyplug_contract_of_bundle(host, NULL, "one@1"), IS_NULL("bundle"));
    NOTHING(polyplug_contract_of_bundle(host, "one", NULL), IS_NULL("name"));
    NOTHING(polyplug_arena_alloc(NULL, 1, 1), IS_NULL("arena"));
    NOTHING(polyplug_find_all(host, 1, 0, NULL, 4), IS_NULL("out"));
    NOTHING(polyplug_listing_count(NULL), IS_NULL("listing"));
    NOTHING(polyplug_listing_at(NULL, 0), IS_NULL("listing"));
    NOTHING(polyplug_next_event(host, NULL), IS_NULL("out"));
    CHECK_OK(polyplug_poll(host, 0, NULL));
    CHECK(polyplug_load_folder(host, "/nowhere/at/all", NULL, NULL) != POLYPLUG_ERROR_OK);
}

static void texts(const PolyplugHostApi *host) {
    static const char not_utf8[] = "mods/\xff\xfe";
    CHECK_FAILS(polyplug_load_bundle(host, not_utf8), POLYPLUG_ERROR_INVALID_ARGUMENT,
                "not UTF-8 from byte 5");
    CHECK_FAILS(polyplug_watch(host, not_utf8), POLYPLUG_ERROR_INVALID_ARGUMENT, "`folder`");
    CHECK(polyplug_contract(host, not_utf8) == NULL && says(polyplug_last_error(), "UTF-8"));
    memset(endless, 'a', sizeof endless);
    CHECK_FAILS(polyplug_load_bundle(host, endless), POLYPLUG_ERROR_INVALID_ARGUMENT, "no NUL");
    CHECK(polyplug_contract(host, "") == NULL);
    CHECK(polyplug_contract(host, "@") == NULL);
    CHECK(polyplug_contract(host, "one@99999999999999999999") == NULL);
    CHECK(polyplug_load_bundle(host, "") != POLYPLUG_ERROR_OK);
}

static void configurations(void) {
    PolyplugRuntimeConfig config = polyplug_runtime_config();
    PolyplugRuntimeOptions options = polyplug_runtime_options();
    struct {
        PolyplugRuntimeOptions known;
        uint64_t more;
    } newer;
    PolyplugStringView folder = {NULL, 0};
    const PolyplugHostApi *host;

#define REFUSED_CONFIG(change, name)                                                               \
    do {                                                                                           \
        config = polyplug_runtime_config();                                                        \
        change;                                                                                    \
        CHECK(polyplug_runtime_create(&config) == NULL);                                           \
        CHECK(says(polyplug_last_error(), name));                                                  \
    } while (0)
#define REFUSED_OPTION(change, name)                                                               \
    do {                                                                                           \
        options = polyplug_runtime_options();                                                      \
        change;                                                                                    \
        CHECK(polyplug_runtime_create_ex(&options) == NULL);                                       \
        CHECK(says(polyplug_last_error(), name));                                                  \
    } while (0)
    REFUSED_CONFIG(config.compatibility = 3, "compatibility");
    REFUSED_CONFIG(config.signature_policy = 9, "signature_policy");
    REFUSED_CONFIG(memset(&config.hot_reload_enabled, 2, 1), "hot_reload_enabled");
    REFUSED_CONFIG(config.trusted_keys.len = 3, "trusted_keys");
    REFUSED_CONFIG(config.trusted_keys.len = SIZE_MAX, "trusted_keys");
    CHECK(polyplug_runtime_create((const PolyplugRuntimeConfig *)((const char *)&config + 1)) ==
          NULL);
    CHECK(says(polyplug_last_error(), "aligned"));

    REFUSED_OPTION(options.struct_size = 0, "struct_size");
    REFUSED_OPTION(options.struct_size = 7, "struct_size");
    REFUSED_OPTION(options.struct_size = UINT32_MAX, "struct_size");
    REFUSED_OPTION(options.reload_mode = 2, "reload_mode");
    REFUSED_OPTION(options.watch = 2, "watch");
    REFUSED_OPTION(options.config.compatibility = 77, "compatibility");
    REFUSED_OPTION(options.plugin_dir_count = 1, "plugin_dirs");
    REFUSED_OPTION(options.plugin_dir_count = SIZE_MAX, "plugin_dirs");
    REFUSED_OPTION((options.plugin_dirs = &folder, options.plugin_dir_count = 1), "plugin_dirs");
    folder = polyplug_string_view("/nowhere/at/all");
    REFUSED_OPTION((options.plugin_dirs = &folder, options.plugin_dir_count = 1), "nowhere");

    memset(&newer, 0, sizeof newer);
    newer.known = polyplug_runtime_options();
    newer.known.struct_size = sizeof newer;
    host = polyplug_runtime_create_ex(&newer.known);
    CHECK(host != NULL);
    polyplug_runtime_destroy(host);
    newer.more = 1;
    CHECK(polyplug_runtime_create_ex(&newer.known) == NULL);
    CHECK(says(polyplug_last_error(), "newer"));

    /* One from before the plugin folders were an option. */
    options = polyplug_runtime_options();
    options.plugin_dir_count = SIZE_MAX;
    options.struct_size = offsetof(PolyplugRuntimeOptions, plugin_dirs);
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    polyplug_runtime_destroy(host);
    host = polyplug_runtime_create_ex(NULL);
    CHECK(host != NULL);
    polyplug_runtime_destroy(host);
}

int main(int argc, char **argv) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    PolyplugHostApi copy = *host;

    CHECK(argc == 2);
    CHECK_OK(polyplug_load_bundle(host, make_value(argv[1], "one", 1)));
    without_a_runtime(NULL, "`host` is null");
    without_a_runtime(&copy, "not a runtime of this library");
    without_a_runtime((const PolyplugHostApi *)(const void *)endless, "not a runtime");
    nulls(host, polyplug_contract(host, "one@1"));
    texts(host);
    configurations();
    polyplug_runtime_destroy(host);
    without_a_runtime(host, "destroyed");
    return 0;
}
