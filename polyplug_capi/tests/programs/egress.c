/* Requests of a component: the program is asked about each, and nothing else is sent. A library without
 * the feature `http` asks nobody, and says so; its program is given no component. */
#include "check.h"

typedef struct {
    int asked;
    uint32_t answer;
    const char *header;
    char log[1024];
} Program;

static uint32_t on_request(void *data, const PolyplugEgressRequest *request,
                           PolyplugEgressAnswer *out_answer) {
    static PolyplugHttpHeader added;
    Program *program = data;

    program->asked++;
    CHECK(request->struct_size == sizeof *request);
    CHECK(is(request->bundle, "doors") && is(request->method, "GET"));
    CHECK(is(request->scheme, "http") && is(request->host, "localhost") && request->port == 1);
    CHECK(is(request->path, "/a?b"));
    CHECK(request->header_count == 0 || request->headers != NULL);
    CHECK(out_answer->headers == NULL && out_answer->header_count == 0);
    CHECK(out_answer->reason.ptr == NULL);
    if (program->header != NULL) {
        added.name = polyplug_string_view(program->header);
        added.value = polyplug_string_view("Bearer 1");
        out_answer->headers = &added;
        out_answer->header_count = 1;
    }
    out_answer->reason = polyplug_string_view("only the weather");
    return program->answer;
}

static void on_log(void *data, uint32_t level, PolyplugStringView scope,
                   PolyplugStringView message) {
    Program *program = data;
    (void)level;
    snprintf(program->log, sizeof program->log, "%.*s: %.*s", POLYPLUG_SV(scope),
             POLYPLUG_SV(message));
}

static PolyplugRuntimeOptions options_of(Program *program) {
    static PolyplugGrant grant;
    PolyplugRuntimeOptions options = polyplug_runtime_options();
    grant.bundles = polyplug_string_view("doors");
    grant.capability = polyplug_string_view("http");
    options.grants = &grant;
    options.grant_count = 1;
    options.config.log = on_log;
    options.config.log_user_data = program;
    options.egress = on_request;
    options.egress_user_data = program;
    return options;
}

/* What the component says of its request. */
static void refused(const PolyplugRuntimeOptions *options, const char *mods, const char *why) {
    const PolyplugHostApi *host = polyplug_runtime_create_ex(options);
    PolyplugStringView out = {NULL, 0};
    PolyplugCallArena arena;

    CHECK(host != NULL);
    CHECK_OK(polyplug_arena_init(host, &arena, NULL, 0));
    CHECK_OK(polyplug_load_bundle(host, path_in(mods, "doors")));
    CHECK_OK(polyplug_call_text(host, "demo.doors@1",
                                "try(\"request\", [\"http\", \"LOCALHOST:1\", \"/a?b\"])", &arena,
                                &out));
    CHECK(says(out, "err(") && says(out, why));
    CHECK_OK(polyplug_arena_release(&arena));
    polyplug_runtime_destroy(host);
}

static void requests_are_asked_about(const char *mods) {
    Program program = {0, POLYPLUG_EGRESS_REFUSE, NULL, ""};
    PolyplugRuntimeOptions options = options_of(&program);

    refused(&options, mods, "HttpRequestDenied");
    CHECK(program.asked == 1);
    CHECK(strcmp(program.log, "wasm: bundle `doors`: GET http://LOCALHOST:1/a is not sent: "
                              "only the weather") == 0);

    /* It would be sent, but leads to this machine. */
    program.log[0] = 0;
    program.answer = POLYPLUG_EGRESS_SEND;
    program.header = "authorization";
    refused(&options, mods, "DestinationIpProhibited");
    CHECK(program.asked == 2 && program.log[0] == 0);

    program.header = "no header";
    refused(&options, mods, "HttpRequestDenied");
    CHECK(program.asked == 3 && strstr(program.log, "`out_answer.headers` has a name") != NULL);

    options.egress = NULL;
    refused(&options, mods, "HttpRequestDenied");
    CHECK(program.asked == 3);
}

static void a_library_without_requests_says_so(void) {
    Program program = {0, POLYPLUG_EGRESS_SEND, NULL, ""};
    PolyplugRuntimeOptions options = options_of(&program);
    const PolyplugHostApi *host;

    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "`options.egress` is set") &&
          says(polyplug_last_error(), "the feature `http`"));
    options.egress = NULL;
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    polyplug_runtime_destroy(host);
}

int main(int argc, char **argv) {
    const char *mods = argv[argc - 1];
    FILE *guest = fopen(path_in(path_in(mods, "doors"), "guest.wasm"), "rb");

    if (guest == NULL) {
        a_library_without_requests_says_so();
        return 0;
    }
    CHECK(fclose(guest) == 0);
    requests_are_asked_about(mods);
    return 0;
}
