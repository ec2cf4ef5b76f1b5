/* Reload, watch, unload, and the listing that shows it. */
#include "check.h"

#include <unistd.h>

static void reload_by_hand(const PolyplugHostApi *host, const char *folder) {
    const uint64_t id = polyplug_bundle_id("one");
    const PolyplugContract *one;
    uint32_t committed = 0;

    CHECK_OK(polyplug_load_bundle(host, folder));
    one = polyplug_contract(host, "one@1");
    CHECK(value_of(one) == 1);
    write_value(folder, "one", 2);
    CHECK(value_of(one) == 1);
    CHECK_OK(polyplug_reload_bundle(host, folder));
    CHECK(value_of(one) == 2);
    write_value(folder, "one", 3);
    CHECK_OK(polyplug_reload_bundle_by_id(host, id));
    CHECK(value_of(one) == 3);
    write_value(folder, "one", 4);
    CHECK_OK(polyplug_request_reload(host, id));
    while (committed == 0) {
        CHECK_OK(polyplug_poll(host, 0, &committed));
    }
    CHECK(value_of(one) == 4);

    write_file(path_in(folder, "main.lua"), "this is no Lua");
    CHECK_FAILS(polyplug_reload_bundle(host, folder), POLYPLUG_ERROR_LOAD_FAILED, "main.lua");
    CHECK(value_of(one) == 4);
    write_value(folder, "one", 5);
    CHECK_OK(polyplug_reload_bundle(host, folder));
    CHECK(value_of(one) == 5);
    CHECK_FAILS(polyplug_poll(host, 6, NULL), POLYPLUG_ERROR_INVALID_ARGUMENT, "`flags`");
}

static void unload_and_come_back(const PolyplugHostApi *host, const char *folder) {
    const uint64_t id = polyplug_bundle_id("one");
    const PolyplugContract *one = polyplug_contract(host, "one@1");
    const PolyplugGuestContractHandle handle =
        polyplug_find(host, polyplug_guest_contract_id("one", 1), 0);

    CHECK_OK(polyplug_unload_bundle(host, id));
    CHECK_FAILS(polyplug_call(one, stateless, 0, NULL, NULL, NULL), POLYPLUG_ERROR_STALE_HANDLE,
                "not loaded");
    CHECK(polyplug_resolve(host, handle) == NULL);
    CHECK(says(polyplug_last_error(), "stale"));
    CHECK(polyplug_contract(host, "one@1") == NULL);
    CHECK(polyplug_unload_bundle(host, id) == POLYPLUG_ERROR_BUNDLE_NOT_LOADED);
    CHECK(polyplug_unload_bundle_cascade(host, id) == POLYPLUG_ERROR_BUNDLE_NOT_LOADED);
    CHECK(polyplug_reload_bundle_by_id(host, id) == POLYPLUG_ERROR_BUNDLE_NOT_LOADED);
    CHECK(polyplug_request_reload(host, id) == POLYPLUG_ERROR_BUNDLE_NOT_LOADED);
    CHECK_OK(polyplug_load_bundle(host, folder));
    CHECK(value_of(one) == 5);
}

static void watch_a_folder(const PolyplugHostApi *host, const char *mods, const char *folder) {
    const PolyplugContract *one = polyplug_contract(host, "one@1");
    int round;

    CHECK_OK(polyplug_watch(host, mods));
    write_value(folder, "one", 6);
    poll_until(host, one, 6);
    CHECK(polyplug_unwatch(host, folder) == POLYPLUG_ERROR_INVALID_ARGUMENT);
    CHECK_OK(polyplug_unwatch(host, mods));
    CHECK_OK(polyplug_watch(host, mods));
    CHECK_OK(polyplug_unwatch(host, NULL));
    CHECK_OK(polyplug_unwatch(host, NULL));
    write_value(folder, "one", 7);
    for (round = 0; round < 10; round++) {
        CHECK_OK(polyplug_poll(host, POLYPLUG_POLL_QUIESCENT, NULL));
        pause_ms(20);
    }
    CHECK(value_of(one) == 6);
    CHECK(polyplug_watch(host, path_in(mods, "nowhere")) != POLYPLUG_ERROR_OK);
    CHECK(says(polyplug_last_error(), "nowhere"));
}

static void need_each_other(const PolyplugHostApi *host, const char *mods) {
    const char *user = make_value(mods, "user", 1);
    write_file(path_in(user, "manifest.toml"),
               "name = \"user\"\nloader = \"lua\"\nfile = \"main.lua\"\nversion = \"1.2.3\"\n"
               "bundle_dependencies = [\"one\"]\n");
    CHECK_OK(polyplug_load_bundle(host, user));
    CHECK_FAILS(polyplug_unload_bundle(host, polyplug_bundle_id("one")),
                POLYPLUG_ERROR_DEPENDENCY_UNMET, "`user`");
}

static void list(const PolyplugHostApi *host, const char *mods) {
    const char *broken = make_value(mods, "broken", 1);
    const PolyplugBundle *bundle;
    PolyplugListing *listing;

    write_file(path_in(broken, "main.lua"), "this is no Lua");
    CHECK(polyplug_load_bundle(host, broken) == POLYPLUG_ERROR_LOAD_FAILED);
    write_file(path_in(path_in(mods, "one"), "main.lua"), "neither is this");
    CHECK(polyplug_reload_bundle_by_id(host, polyplug_bundle_id("one")) != 0);

    listing = polyplug_listing(host);
    CHECK(polyplug_listing_count(listing) == 3);
    bundle = polyplug_listing_at(listing, 0);
    CHECK(is(bundle->name, "broken") && bundle->state == POLYPLUG_BUNDLE_FAILED);
    CHECK(says(bundle->last_error, "main.lua") && bundle->load_number == 0);
    CHECK(bundle->contracts == NULL && bundle->contract_count == 0);

    bundle = polyplug_listing_at(listing, 1);
    CHECK(bundle->struct_size == sizeof(PolyplugBundle));
    CHECK(is(bundle->name, "one") && bundle->state == POLYPLUG_BUNDLE_LOADED);
    CHECK(bundle->id == polyplug_bundle_id("one") && is(bundle->loader, "lua"));
    CHECK(is(bundle->path, path_in(mods, "one")) && bundle->instances == 0);
    CHECK(says(bundle->last_error, "main.lua"));
    CHECK(bundle->contract_count == 1 && is(bundle->contracts[0].name, "one@1"));
    CHECK(bundle->contracts[0].id == polyplug_guest_contract_id("one", 1));
    CHECK(is(bundle->contracts[0].plugin_name, "made on the spot"));
    CHECK(bundle->contracts[0].version.major == 1 && bundle->contracts[0].function_count == 1);
    CHECK(bundle->contracts[0].dispatch_type == POLYPLUG_DISPATCH_VIRTUAL_MACHINE);
    CHECK(bundle->dependency_count == 0 && bundle->dependencies == NULL);

    bundle = polyplug_listing_at(listing, 2);
    CHECK(is(bundle->name, "user") && bundle->version.minor == 2 && bundle->load_number == 1);
    CHECK(bundle->dependency_count == 1 && says(bundle->dependencies[0], "one"));
    CHECK(bundle->last_error.ptr == NULL);
    CHECK(polyplug_listing_at(listing, 3) == NULL);
    CHECK(says(polyplug_last_error(), "3 bundles"));

    /* It is a picture of one moment. */
    CHECK_OK(polyplug_unload_bundle_cascade(host, polyplug_bundle_id("one")));
    CHECK(polyplug_listing_count(listing) == 3 && is(bundle->name, "user"));
    polyplug_listing_free(listing);
    polyplug_listing_free(NULL);
}

static void reloading_is_off_at_first(const char *folder) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    CHECK_OK(polyplug_load_bundle(host, folder));
    CHECK(polyplug_reload_bundle(host, folder) == POLYPLUG_ERROR_HOT_RELOAD_DISABLED);
    polyplug_runtime_destroy(host);
}

int main(int argc, char **argv) {
    const char *mods = argv[1];
    const char *folder = make_value(mods, "one", 1);
    const PolyplugHostApi *host = reloading_runtime();

    CHECK(argc == 2);
    reloading_is_off_at_first(folder);
    reload_by_hand(host, folder);
    unload_and_come_back(host, folder);
    watch_a_folder(host, mods, folder);
    need_each_other(host, mods);
    list(host, mods);
    polyplug_runtime_destroy(host);
    return 0;
}
