/* Texts that are none, and structs that say nonsense. */
#include "check.h"

static char endless[1 << 17];

static void texts(const PolyplugHostApi *host) {
    static const char not_utf8[] = "mods/\xff\xfe";
    CHECK_FAILS(polyplug_load_bundle(host, not_utf8), POLYPLUG_ERROR_INVALID_ARGUMENT,
                "not UTF-8 from byte 5");
    CHECK_FAILS(polyplug_load_by_name(host, not_utf8), POLYPLUG_ERROR_INVALID_ARGUMENT, "`name`");
    CHECK_FAILS(polyplug_load_by_name(host, endless), POLYPLUG_ERROR_NOT_FOUND, "``");
    CHECK_FAILS(polyplug_watch(host, not_utf8), POLYPLUG_ERROR_INVALID_ARGUMENT, "`folder`");
    CHECK(polyplug_contract(host, not_utf8) == NULL && says(polyplug_last_error(), "UTF-8"));
    memset(endless, 'a', sizeof endless);
    CHECK_FAILS(polyplug_load_by_name(host, endless), POLYPLUG_ERROR_INVALID_ARGUMENT, "no NUL");
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
    PolyplugGrant grant = {{NULL, 0}, {NULL, 0}};
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
    REFUSED_OPTION(options.search_dir_count = 1, "search_dirs");
    REFUSED_OPTION(options.search_dir_count = SIZE_MAX, "search_dirs");
    REFUSED_OPTION((options.search_dirs = &folder, options.search_dir_count = 1), "search_dirs");
    REFUSED_OPTION(options.grant_count = 1, "grants");
    REFUSED_OPTION(options.grant_count = SIZE_MAX, "grants");
    REFUSED_OPTION((options.grants = &grant, options.grant_count = 1), "grants");
    grant.bundles = polyplug_string_view("*");
    REFUSED_OPTION((options.grants = &grant, options.grant_count = 1), "grants");
    grant.capability = polyplug_string_view("env");
    REFUSED_OPTION((options.grants = &grant, options.grant_count = 1), "`env:NAME`");
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

    CHECK(argc == 2 && argv[1] != NULL);
    texts(host);
    configurations();
    polyplug_runtime_destroy(host);
    return 0;
}
