/* What lies in folders, what the program lets in, and what it loads by name. */
#include "check.h"

/* What the program's callback does, and what it was asked. */
typedef struct Gate {
    const PolyplugHostApi *host;
    PolyplugStringView reason;
    uint32_t answer;
    uint32_t asked;
    bool looks_around;
} Gate;

/* Lets in what is signed by somebody who is trusted; others as the gate says. A reason of one letter
   stands for the offer's own. */
static uint32_t only_signed(void *user_data, const PolyplugBundleOffer *offer,
                            PolyplugStringView *out_reason) {
    Gate *gate = user_data;

    gate->asked++;
    CHECK(offer->struct_size == sizeof *offer && offer->prospect == POLYPLUG_PROSPECT_UNKNOWN);
    CHECK(offer->reason.ptr == NULL && offer->code == 0 && out_reason->ptr == NULL);
    CHECK(offer->name.len > 0 && offer->path.len > offer->name.len && offer->digest.len == 64);
    if (gate->looks_around) {
        CHECK_FAILS(polyplug_load_by_name(gate->host, "counter"), POLYPLUG_ERROR_REENTRANT_CALL,
                    "a callback");
        CHECK(polyplug_discover(gate->host) == NULL);
        CHECK(says(polyplug_last_error(), "a callback"));
    }
    if (offer->signer.ptr != NULL) {
        CHECK(is(offer->name, "counter") && offer->unsigned_reason.ptr == NULL);
        return POLYPLUG_ADMISSION_ALLOW;
    }
    CHECK(says(offer->unsigned_reason, "not signed") && offer->signer_id.ptr == NULL);
    *out_reason = gate->reason.len == 1 ? offer->unsigned_reason : gate->reason;
    return gate->answer;
}

/* The one of this name and prospect. */
static const PolyplugBundleOffer *of(const PolyplugDiscovery *discovery, const char *name,
                                     uint32_t prospect) {
    size_t at;
    for (at = 0; at < polyplug_discovery_count(discovery); at++) {
        const PolyplugBundleOffer *offer = polyplug_discovery_at(discovery, at);
        if (is(offer->name, name) && offer->prospect == prospect) {
            return offer;
        }
    }
    fprintf(stderr, "no `%s` with the prospect %u\n", name, prospect);
    exit(1);
}

static void write_manifest(const char *folder, const char *name, const char *text) {
    const char *path = path_in(folder, name);
    CHECK(mkdir(path, 0777) == 0);
    write_file(path_in(path, "manifest.toml"), text);
}

/* The broken one beside the good ones, and a second folder of bundles. */
static const char *make_folders(const char *mods) {
    const char *more = path_in(mods, "../more");

    write_manifest(mods, "broken", "name = \"broken\nloader = 1\n");
    CHECK(mkdir(more, 0777) == 0);
    make_value(more, "counter", 7);
    write_manifest(more, "asleep",
                   "name = \"asleep\"\nloader = \"lua\"\nfile = \"main.lua\"\nenabled = false\n");
    write_manifest(more, "caged",
                   "name = \"caged\"\nloader = \"jail\"\nfile = \"main.jail\"\n"
                   "version = \"2.3.4\"\nprovides = [\"test.cage@1.2\"]\n"
                   "[[dependency]]\ncontract = \"test.nobody@3\"\n"
                   "[jail]\ncapabilities = [\"env:LANG\"]\noptional_capabilities = [\"stdout\"]\n");
    return more;
}

/* Whether it is signed is told whatever the policy is. */
static void what_lies_there_is_known(const PolyplugHostApi *host, const char *mods,
                                     const char *more) {
    PolyplugDiscovery *discovery = polyplug_discover(host);
    const PolyplugBundleOffer *offer;

    CHECK(discovery != NULL && polyplug_discovery_count(discovery) == 6);
    CHECK(polyplug_discovery_at(discovery, 6) == NULL);
    CHECK(says(polyplug_last_error(), "the discovery has 6 bundles"));

    offer = of(discovery, "counter", POLYPLUG_PROSPECT_WOULD_LOAD);
    CHECK(is(offer->path, path_in(mods, "counter")) && is(offer->loader, "lua"));
    CHECK(offer->version.major == 1 && offer->code == 0 && offer->reason.ptr == NULL);
    CHECK(offer->signer.len == 72 && says(offer->signer, "ed25519:"));
    CHECK(offer->signer_id.len == 16 && offer->digest.len == 64);
    CHECK(offer->dependencies == NULL && offer->dependency_count == 0);
    CHECK(offer->capabilities == NULL && offer->capability_count == 0);

    offer = of(discovery, "greeter", POLYPLUG_PROSPECT_WOULD_LOAD);
    CHECK(offer->signer.ptr == NULL && says(offer->unsigned_reason, "not signed"));
    CHECK(is(offer->unsigned_code, "unsigned"));

    offer = of(discovery, "broken", POLYPLUG_PROSPECT_WOULD_FAIL);
    CHECK(offer->code == POLYPLUG_ERROR_MANIFEST_INVALID && says(offer->reason, "manifest.toml"));
    CHECK(offer->loader.len == 0 && offer->digest.ptr == NULL);

    offer = of(discovery, "counter", POLYPLUG_PROSPECT_SHADOWED);
    CHECK(is(offer->path, path_in(more, "counter")));
    CHECK(is(offer->reason, path_in(mods, "counter")));
    of(discovery, "asleep", POLYPLUG_PROSPECT_DISABLED);

    offer = of(discovery, "caged", POLYPLUG_PROSPECT_WOULD_FAIL);
    CHECK(offer->code == POLYPLUG_ERROR_NO_LOADER && says(offer->reason, "`jail`"));
    CHECK(is(offer->loader, "jail"));
    CHECK(offer->version.minor == 3 && offer->contract_count == 1);
    CHECK(is(offer->contracts[0], "test.cage@1.2"));
    CHECK(offer->dependency_count == 1 && says(offer->dependencies[0], "test.nobody@3"));
    CHECK(offer->capability_count == 2);
    CHECK(is(offer->capabilities[0].text, "env:LANG") && is(offer->capabilities[1].text, "stdout"));
    CHECK(offer->capabilities[0].granted && !offer->capabilities[0].optional);
    CHECK(!offer->capabilities[1].granted && offer->capabilities[1].optional);
    polyplug_discovery_free(discovery);
    CHECK(polyplug_contract(host, "test.counter@1") == NULL);
}

static void names_are_loaded(const PolyplugHostApi *host, const char *mods) {
    PolyplugDiscovery *discovery;

    CHECK_FAILS(polyplug_load_by_name(host, "greter"), POLYPLUG_ERROR_NOT_FOUND, "`greeter`");
    CHECK_FAILS(polyplug_load_by_name(host, "asleep"), POLYPLUG_ERROR_NOT_FOUND, "`asleep`");
    CHECK_OK(polyplug_load_by_name(host, "counter"));
    CHECK(polyplug_contract(host, "test.counter@1") != NULL);
    CHECK_FAILS(polyplug_load_by_name(host, "counter"), POLYPLUG_ERROR_DUPLICATE_BUNDLE,
                "`counter`");
    discovery = polyplug_discover(host);
    CHECK(discovery != NULL);
    CHECK(is(of(discovery, "counter", POLYPLUG_PROSPECT_LOADED)->path, path_in(mods, "counter")));
    polyplug_runtime_destroy(host);
    of(discovery, "counter", POLYPLUG_PROSPECT_LOADED);
    polyplug_discovery_free(discovery);
}

static void the_denied_stays_out(const PolyplugHostApi *host, Gate *gate) {
    PolyplugEvent event;
    PolyplugDiscovery *discovery;

    gate->host = host;
    gate->looks_around = true;
    gate->answer = POLYPLUG_ADMISSION_DENY;
    gate->reason = polyplug_string_view("only what is signed may play");
    CHECK_FAILS(polyplug_load_by_name(host, "greeter"), POLYPLUG_ERROR_ADMISSION_DENIED,
                "only what is signed may play");
    CHECK(says(polyplug_last_error(), "`greeter`") && gate->asked == 1);
    CHECK(polyplug_next_event(host, &event) && event.kind == POLYPLUG_EVENT_FAILED);
    CHECK(event.code == POLYPLUG_ERROR_ADMISSION_DENIED && event.trust != NULL);
    CHECK(event.trust->decision == POLYPLUG_TRUST_DENIED);
    CHECK(is(event.trust->reason, "only what is signed may play"));
    CHECK_OK(polyplug_load_by_name(host, "counter"));

    gate->looks_around = false;
    discovery = polyplug_discover(host);
    CHECK(discovery != NULL);
    CHECK(of(discovery, "greeter", POLYPLUG_PROSPECT_WOULD_FAIL)->code ==
          POLYPLUG_ERROR_ADMISSION_DENIED);
    of(discovery, "counter", POLYPLUG_PROSPECT_LOADED);
    polyplug_discovery_free(discovery);
}

/* One value lets a bundle in, and what cannot be read as a reason is still a denial. */
static void only_one_answer_allows(const PolyplugHostApi *host, Gate *gate) {
    static const uint32_t others[] = {0, 2, 255, UINT32_MAX};
    size_t at;

    gate->reason = polyplug_string_view(NULL);
    for (at = 0; at < sizeof others / sizeof *others; at++) {
        gate->answer = others[at];
        CHECK_FAILS(polyplug_load_by_name(host, "greeter"), POLYPLUG_ERROR_ADMISSION_DENIED,
                    "no reason");
    }
    gate->reason = polyplug_string_view("no \xff\xfe");
    CHECK_FAILS(polyplug_load_by_name(host, "greeter"), POLYPLUG_ERROR_ADMISSION_DENIED,
                "not UTF-8 from byte 3");
    gate->reason.len = SIZE_MAX;
    CHECK_FAILS(polyplug_load_by_name(host, "greeter"), POLYPLUG_ERROR_ADMISSION_DENIED, "claims");
    gate->reason = polyplug_string_view("?");
    CHECK_FAILS(polyplug_load_by_name(host, "greeter"), POLYPLUG_ERROR_ADMISSION_DENIED,
                "not signed");
    gate->reason = polyplug_string_view("");
    CHECK_FAILS(polyplug_load_by_name(host, "greeter"), POLYPLUG_ERROR_ADMISSION_DENIED,
                "`greeter`");
    gate->answer = POLYPLUG_ADMISSION_ALLOW;
    CHECK_OK(polyplug_load_by_name(host, "greeter"));
}

int main(int argc, char **argv) {
    const char *mods = argv[argc - 1];
    const char *more = make_folders(mods);
    const PolyplugStringView folders[] = {polyplug_string_view(mods), polyplug_string_view(more),
                                          polyplug_string_view("/nowhere/at/all")};
    PolyplugRuntimeOptions options = polyplug_runtime_options();
    PolyplugGrant grant;
    Gate gate = {NULL, {NULL, 0}, 0, 0, false};
    const PolyplugHostApi *host;

    grant.bundles = polyplug_string_view("caged");
    grant.capability = polyplug_string_view("env:LANG");
    options.search_dirs = folders;
    options.search_dir_count = 3;
    options.grants = &grant;
    options.grant_count = 1;
    options.trust_store = polyplug_string_view(path_in(mods, "../trust"));
    options.config.log_max_level = 0;
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    what_lies_there_is_known(host, mods, more);
    names_are_loaded(host, mods);

    options.admission = only_signed;
    options.admission_user_data = &gate;
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL && gate.asked == 0);
    the_denied_stays_out(host, &gate);
    only_one_answer_allows(host, &gate);
    polyplug_runtime_destroy(host);
    return 0;
}
