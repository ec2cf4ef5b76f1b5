/* Log records, to a callback and to standard error. */
#include "check.h"

typedef struct {
    unsigned count;
    uint32_t level;
    char scope[64], message[512];
} Record;

static void keep(void *user_data, uint32_t level, PolyplugStringView scope,
                 PolyplugStringView message) {
    Record *last = user_data;
    last->count++;
    last->level = level;
    snprintf(last->scope, sizeof last->scope, "%.*s", POLYPLUG_SV(scope));
    snprintf(last->message, sizeof last->message, "%.*s", POLYPLUG_SV(message));
}

/* What no function answers is a record. */
static void failures(const PolyplugHostApi *host, const char *mods, Record *last) {
    const char *more = path_in(mods, "more"), *broken = path_in(more, "broken");
    uint32_t loaded, failed;
    int rounds;

    CHECK(mkdir(more, 0777) == 0);
    make_value(more, "broken", 1);
    write_file(path_in(broken, "main.lua"), "local function = 1");
    CHECK_OK(polyplug_load_folder(host, more, &loaded, &failed));
    CHECK(loaded == 0 && failed == 1);
    CHECK(last->level == POLYPLUG_LOG_ERROR && strstr(last->message, "main.lua:1") != NULL);

    CHECK_OK(polyplug_watch(host, more));
    last->level = 0;
    write_file(path_in(broken, "main.lua"), "\nlocal function = 2");
    for (rounds = 0; rounds < 2000 && last->level != POLYPLUG_LOG_ERROR; rounds++) {
        pause_ms(10);
        CHECK_OK(polyplug_poll(host, 0, NULL));
    }
    CHECK(strcmp(last->scope, "reload") == 0 && strstr(last->message, "main.lua:2") != NULL);
}

int main(int argc, char **argv) {
    PolyplugRuntimeConfig config = polyplug_runtime_config();
    Record last;
    const PolyplugHostApi *host, *silent;

    CHECK(argc == 2);
    memset(&last, 0, sizeof last);
    config.log = keep;
    config.log_user_data = &last;
    config.log_max_level = POLYPLUG_LOG_INFO;
    host = polyplug_runtime_create(&config);

    polyplug_log(host, POLYPLUG_LOG_INFO, "game", "a \xc3\xbc record");
    CHECK(last.count == 1 && last.level == POLYPLUG_LOG_INFO);
    CHECK(strcmp(last.scope, "game") == 0 && strcmp(last.message, "a \xc3\xbc record") == 0);
    polyplug_log(host, POLYPLUG_LOG_DEBUG, "game", "a detail");
    CHECK(last.count == 1);
    polyplug_log(host, 77, NULL, NULL);
    CHECK(last.count == 2 && last.level == POLYPLUG_LOG_ERROR && last.message[0] == 0);
    polyplug_log(host, POLYPLUG_LOG_ERROR, "game", "\xff\xfe");
    CHECK(last.count == 2 && says(polyplug_last_error(), "`message`"));

    CHECK_OK(polyplug_load_bundle(host, path_in(argv[1], "counter")));
    CHECK(polyplug_call(polyplug_contract(host, "test.counter@1"), stateless, 3, NULL, NULL,
                        NULL) == 300);
    CHECK(strcmp(last.scope, "loader.lua") == 0);
    failures(host, argv[1], &last);
    polyplug_runtime_destroy(host);

    config.log_max_level = 0;
    silent = polyplug_runtime_create(&config);
    last.count = 0;
    polyplug_log(silent, POLYPLUG_LOG_ERROR, "game", "nobody hears this");
    CHECK(last.count == 0);
    polyplug_runtime_destroy(silent);

    /* The test that runs this program looks for it. */
    host = polyplug_runtime_create(NULL);
    polyplug_log(host, POLYPLUG_LOG_WARN, "game", "on standard error");
    polyplug_log(host, POLYPLUG_LOG_INFO, "game", "not on standard error");
    polyplug_runtime_destroy(host);

    config = polyplug_runtime_config();
    config.log_max_level = POLYPLUG_LOG_INFO;
    host = polyplug_runtime_create(&config);
    polyplug_log(host, POLYPLUG_LOG_INFO, "game", "asked for");
    polyplug_log(host, POLYPLUG_LOG_DEBUG, "game", "too small");
    polyplug_runtime_destroy(host);

    config.log_max_level = 0;
    host = polyplug_runtime_create(&config);
    polyplug_log(host, POLYPLUG_LOG_ERROR, "game", "silenced");
    polyplug_runtime_destroy(host);
    return 0;
}
