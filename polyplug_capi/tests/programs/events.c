/* The queue, the callback, and the callback of version 1. */
#include "check.h"

#include <stdint.h>

typedef struct {
    const PolyplugHostApi *host;
    unsigned told[16];
    unsigned phases[4];
    uint32_t from_inside;
    char message[256];
} Heard;

static void hear(void *user_data, const PolyplugEvent *event) {
    Heard *heard = user_data;
    CHECK(event->kind < 16);
    heard->told[event->kind]++;
    if (heard->host != NULL) {
        heard->from_inside = polyplug_poll(heard->host, 0, NULL);
        /* The runtime is refused its end here, and lives on. */
        polyplug_runtime_destroy(heard->host);
        CHECK(says(polyplug_last_error(), "destroy"));
    }
    if (event->kind == POLYPLUG_EVENT_FAILED) {
        snprintf(heard->message, sizeof heard->message, "%.*s", POLYPLUG_SV(event->message));
    }
}

static void hear_phase(void *user_data, const PolyplugReloadPhase *phase) {
    Heard *heard = user_data;
    CHECK(phase->phase_type < 4 && is(phase->bundle_name, "one"));
    CHECK(phase->bundle_id == polyplug_bundle_id("one"));
    heard->phases[phase->phase_type]++;
}

static PolyplugEvent next(const PolyplugHostApi *host, uint32_t kind) {
    PolyplugEvent event;
    CHECK(polyplug_next_event(host, &event));
    CHECK(event.kind == kind);
    CHECK(event.struct_size > 0 && event.struct_size <= sizeof event);
    return event;
}

static void take_them_one_by_one(const PolyplugHostApi *host, const char *folder) {
    PolyplugEvent event;

    event = next(host, POLYPLUG_EVENT_LOADED);
    CHECK(is(event.bundle, "one") && event.bundle_id == polyplug_bundle_id("one"));
    CHECK(event.to == 1 && event.stage_ns > 0 && event.commit_ns > 0 && event.message.ptr == NULL);
    CHECK(!polyplug_next_event(host, &event));

    write_value(folder, "one", 2);
    CHECK_OK(polyplug_reload_bundle(host, folder));
    event = next(host, POLYPLUG_EVENT_PREPARING);
    CHECK(event.from == 1 && event.to == 2);
    event = next(host, POLYPLUG_EVENT_RELOADED);
    CHECK(event.from == 1 && event.to == 2 && event.cause == POLYPLUG_CAUSE_REQUEST);
    CHECK(event.stage_ns > 0 && event.since_change_ns == 0);
    event = next(host, POLYPLUG_EVENT_DRAINED);
    CHECK(event.from == 1 && is(event.bundle, "one"));

    write_file(path_in(folder, "main.lua"), "this is no Lua");
    CHECK(polyplug_reload_bundle(host, folder) == POLYPLUG_ERROR_LOAD_FAILED);
    event = next(host, POLYPLUG_EVENT_FAILED);
    CHECK(event.step == POLYPLUG_STEP_STAGE && event.code == POLYPLUG_ERROR_LOAD_FAILED);
    CHECK(says(event.message, "main.lua") && is(event.path, folder));

    CHECK_OK(polyplug_unload_bundle(host, polyplug_bundle_id("one")));
    event = next(host, POLYPLUG_EVENT_UNLOADING);
    CHECK(is(event.bundle, "one"));
    event = next(host, POLYPLUG_EVENT_UNLOADED);
    CHECK(event.from == 2);
}

static void lose_the_oldest(const char *folder) {
    PolyplugRuntimeOptions options = polyplug_runtime_options();
    const PolyplugHostApi *host;
    PolyplugEvent event;
    uint64_t lost = 0;
    int round;

    options.event_capacity = 4;
    options.config.hot_reload_enabled = true;
    host = polyplug_runtime_create_ex(&options);
    write_value(folder, "one", 1);
    CHECK_OK(polyplug_load_bundle(host, folder));
    for (round = 0; round < 10; round++) {
        CHECK_OK(polyplug_reload_bundle(host, folder));
    }
    for (round = 0; round < 2; round++) {
        while (polyplug_next_event(host, &event)) {
            if (event.kind == POLYPLUG_EVENT_EVENTS_LOST) {
                lost += event.count;
            }
        }
        /* There is room now, so the loss is told before what comes next. */
        CHECK_OK(polyplug_reload_bundle(host, folder));
    }
    CHECK(lost > 0);
    polyplug_runtime_destroy(host);
}

int main(int argc, char **argv) {
    PolyplugRuntimeOptions options = polyplug_runtime_options();
    const char *folder = make_value(argv[1], "one", 1);
    PolyplugStringView mods = polyplug_string_view(argv[1]);
    Heard heard;
    const PolyplugHostApi *host;

    CHECK(argc == 2);
    memset(&heard, 0, sizeof heard);
    options.plugin_dirs = &mods;
    options.plugin_dir_count = 1;
    options.config.hot_reload_enabled = true;
    options.config.on_reload = hear_phase;
    options.config.on_reload_user_data = &heard;
    options.on_event = hear;
    options.on_event_user_data = &heard;
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL && heard.told[POLYPLUG_EVENT_LOADED] == 1);
    heard.host = host;
    take_them_one_by_one(host, folder);
    CHECK(heard.from_inside == POLYPLUG_ERROR_REENTRANT_CALL);
    CHECK(heard.told[POLYPLUG_EVENT_RELOADED] == 1 && heard.told[POLYPLUG_EVENT_FAILED] == 1);
    CHECK(strstr(heard.message, "main.lua") != NULL);
    CHECK(heard.phases[POLYPLUG_RELOAD_PREPARING] == 1);
    CHECK(heard.phases[POLYPLUG_RELOAD_RELOADED] == 1);
    CHECK(heard.phases[POLYPLUG_RELOAD_FAILED] == 1);
    CHECK(heard.phases[POLYPLUG_RELOAD_UNLOADING] == 1);
    heard.host = NULL;
    polyplug_runtime_destroy(host);
    lose_the_oldest(folder);
    return 0;
}
