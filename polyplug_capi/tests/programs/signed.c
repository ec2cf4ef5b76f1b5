/* Signatures: what is signed is loaded, from a folder and from memory, and nothing else. */
#include "check.h"

#include <stdint.h>

/* What is beside the folder of bundles. */
typedef struct {
    const char *store;
    const char *floors;
    PolyplugEd25519PublicKey key;
    PolyplugKeyId id;
} Author;

static size_t read_file(const char *path, uint8_t *bytes, size_t size) {
    FILE *file = fopen(path, "rb");
    size_t len;
    CHECK(file != NULL);
    len = fread(bytes, 1, size, file);
    CHECK(fclose(file) == 0);
    return len;
}

static PolyplugRuntimeOptions required(void) {
    PolyplugRuntimeOptions options = polyplug_runtime_options();
    options.config.signature_policy = POLYPLUG_SIGNATURE_REQUIRED;
    options.config.hot_reload_enabled = true;
    options.config.log_max_level = 0;
    return options;
}

static const PolyplugHostApi *trusting(Author *author) {
    PolyplugRuntimeOptions options = required();
    const PolyplugHostApi *host;
    options.config.trusted_keys.items = &author->key;
    options.config.trusted_keys.len = 1;
    options.version_floors = polyplug_string_view(author->floors);
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    return host;
}

static void check_signer(PolyplugStringView digest, PolyplugStringView signer,
                         PolyplugStringView id) {
    CHECK(digest.len == 64 && signer.len == 8 + 64 && says(signer, "ed25519:") && id.len == 16);
}

static void signed_is_loaded(const PolyplugHostApi *host, const char *mods) {
    PolyplugEvent event;
    PolyplugListing *listing;
    const PolyplugBundle *bundle;

    CHECK_OK(polyplug_load_bundle(host, path_in(mods, "counter")));
    CHECK(polyplug_next_event(host, &event) && event.kind == POLYPLUG_EVENT_LOADED);
    CHECK(event.trust != NULL && event.trust->struct_size == sizeof *event.trust);
    CHECK(event.trust->decision == POLYPLUG_TRUST_ACCEPTED && event.trust->reason.ptr == NULL);
    CHECK(event.trust->refusal_code.ptr == NULL);
    CHECK(event.trust->policy == POLYPLUG_SIGNATURE_REQUIRED);
    CHECK(is(event.trust->name, "counter") && is(event.trust->loader, "lua"));
    CHECK(event.trust->version.major == 1 && event.trust->version.minor == 0);
    check_signer(event.trust->digest, event.trust->signer, event.trust->signer_id);

    listing = polyplug_listing(host);
    bundle = polyplug_listing_at(listing, 0);
    CHECK(bundle != NULL);
    check_signer(bundle->digest, bundle->signer, bundle->signer_id);
    CHECK(memcmp(bundle->digest.ptr, event.trust->digest.ptr, 64) == 0);
    polyplug_listing_free(listing);
}

static void unsigned_is_refused(const PolyplugHostApi *host, const char *mods) {
    PolyplugEvent event;

    CHECK_FAILS(polyplug_load_bundle(host, path_in(mods, "greeter")),
                POLYPLUG_ERROR_SIGNATURE_REJECTED, "it is not signed");
    CHECK(says(polyplug_last_error(), "`greeter` in "));
    CHECK(polyplug_next_event(host, &event) && event.kind == POLYPLUG_EVENT_FAILED);
    CHECK(event.trust != NULL && event.trust->decision == POLYPLUG_TRUST_REFUSED);
    CHECK(says(event.trust->reason, "polyplug sign") && event.trust->digest.ptr == NULL);
    CHECK(is(event.trust->refusal_code, "unsigned"));
    CHECK(event.trust->signer.ptr == NULL && event.trust->signer_id.ptr == NULL);
}

static void files_in_memory(const PolyplugHostApi *host, const char *mods) {
    static const char *const names[] = {"manifest.toml", "main.lua", "bundle.sig"};
    static uint8_t contents[3][65536];
    const char *folder = path_in(mods, "counter");
    const uint64_t id = polyplug_bundle_id("counter");
    PolyplugBundleFile files[3];
    size_t at;

    for (at = 0; at < 3; at++) {
        files[at].path = polyplug_string_view(names[at]);
        files[at].content = contents[at];
        files[at].len = read_file(path_in(folder, names[at]), contents[at], sizeof contents[at]);
    }
    CHECK_OK(polyplug_unload_bundle(host, id));
    CHECK_OK(polyplug_load_files(host, files, 3));
    CHECK(polyplug_contract(host, "test.counter@1") != NULL);
    CHECK_OK(polyplug_reload_files(host, files, 3));
    CHECK_OK(polyplug_reload_bundle_by_id(host, id));

    contents[1][0] ^= 1;
    CHECK_FAILS(polyplug_reload_files(host, files, 3), POLYPLUG_ERROR_SIGNATURE_REJECTED,
                "`main.lua`");
    CHECK(polyplug_contract(host, "test.counter@1") != NULL);
    CHECK_OK(polyplug_unload_bundle(host, id));
    CHECK_FAILS(polyplug_load_files(host, files, 3), POLYPLUG_ERROR_SIGNATURE_REJECTED,
                "`main.lua`");
    CHECK_FAILS(polyplug_load_files(host, files, 2), POLYPLUG_ERROR_SIGNATURE_REJECTED,
                "it is not signed");

    CHECK_FAILS(polyplug_load_files(host, NULL, 1), POLYPLUG_ERROR_INVALID_POINTER, "files");
    CHECK_FAILS(polyplug_load_files(host, files, 0), POLYPLUG_ERROR_MANIFEST_INVALID,
                "manifest.toml");
    files[0].path = polyplug_string_view("../manifest.toml");
    CHECK_FAILS(polyplug_load_files(host, files, 3), POLYPLUG_ERROR_INVALID_ARGUMENT,
                "../manifest.toml");
    files[0].path.ptr = NULL;
    CHECK_FAILS(polyplug_load_files(host, files, 3), POLYPLUG_ERROR_INVALID_POINTER, "files.path");
}

static void the_store_trusts_and_a_key_is_revoked(const Author *author, const char *mods) {
    PolyplugRuntimeOptions options = required();
    const PolyplugHostApi *host;

    options.trust_store = polyplug_string_view(author->store);
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    CHECK_OK(polyplug_load_bundle(host, path_in(mods, "counter")));
    polyplug_runtime_destroy(host);

    options.revoked_keys = &author->id;
    options.revoked_key_count = 1;
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    CHECK_FAILS(polyplug_load_bundle(host, path_in(mods, "counter")),
                POLYPLUG_ERROR_SIGNATURE_REJECTED, "revoked");
    polyplug_runtime_destroy(host);
}

static void what_the_host_calls_too_old_is_refused(const Author *author, const char *mods) {
    PolyplugMinimumVersion minimum = {polyplug_string_view("counter"), {9, 0, 0}, 0};
    PolyplugRuntimeOptions options = required();
    const PolyplugHostApi *host;

    options.trust_store = polyplug_string_view(author->store);
    options.minimum_versions = &minimum;
    options.minimum_version_count = 1;
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    CHECK_FAILS(polyplug_load_bundle(host, path_in(mods, "counter")),
                POLYPLUG_ERROR_SIGNATURE_REJECTED, "9.0.0");
    polyplug_runtime_destroy(host);

    minimum.bundle.ptr = NULL;
    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "minimum_versions"));
}

/* A file that says counter 9.0.0, and then one that is not there. */
static void a_file_of_floors_is_obeyed_and_stays(const Author *author, const char *mods) {
    static const char text[] = "polyplug version floors 1\nfloor 9.0.0 counter\n";
    const char *floors = path_in(mods, "../given");
    PolyplugRuntimeOptions options = required();
    const PolyplugHostApi *host;
    FILE *file = fopen(floors, "wb");

    CHECK(file != NULL && fwrite(text, 1, sizeof text - 1, file) == sizeof text - 1);
    CHECK(fclose(file) == 0);
    options.trust_store = polyplug_string_view(author->store);
    options.version_floors = polyplug_string_view(floors);
    options.version_floors_read_only = 1;
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    CHECK_FAILS(polyplug_load_bundle(host, path_in(mods, "counter")),
                POLYPLUG_ERROR_SIGNATURE_REJECTED, "9.0.0");
    polyplug_runtime_destroy(host);

    CHECK(remove(floors) == 0);
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    CHECK_OK(polyplug_load_bundle(host, path_in(mods, "counter")));
    polyplug_runtime_destroy(host);
    CHECK(fopen(floors, "rb") == NULL);

    options.version_floors_read_only = 2;
    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "`options.version_floors_read_only` is 2"));
    options.version_floors_read_only = 1;
    options.version_floors.ptr = NULL;
    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "`options.version_floors` names no file"));
    /* A program of the header before says nothing of it, whatever lies behind its options. */
    options.struct_size = (uint32_t)offsetof(PolyplugRuntimeOptions, version_floors_read_only);
    host = polyplug_runtime_create_ex(&options);
    CHECK(host != NULL);
    polyplug_runtime_destroy(host);
}

static void what_was_named_is_to_be_there(const char *mods) {
    PolyplugRuntimeOptions options = required();

    options.trust_store = polyplug_string_view(mods);
    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "trust_store"));
    options.trust_store = polyplug_string_view(path_in(mods, "turst"));
    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "turst: it is not there; create it with"));
    /* An empty text is not an absent one. */
    options.trust_store = polyplug_string_view("");
    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "trust_store") &&
          says(polyplug_last_error(), "names no file"));

    options.trust_store.ptr = NULL;
    options.version_floors = polyplug_string_view("");
    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "version_floors") &&
          says(polyplug_last_error(), "names no file"));
    options.version_floors = polyplug_string_view(path_in(mods, "mispelt/floors"));
    CHECK(polyplug_runtime_create_ex(&options) == NULL);
    CHECK(says(polyplug_last_error(), "there is no folder"));
}

int main(int argc, char **argv) {
    const char *mods = argv[argc - 1];
    const char *beside = path_in(mods, "..");
    Author author;
    const PolyplugHostApi *host;
    uint8_t floors[64];

    author.store = path_in(beside, "trust");
    author.floors = path_in(beside, "floors");
    CHECK(read_file(path_in(beside, "key"), author.key.bytes, 32) == 32);
    CHECK(read_file(path_in(beside, "key-id"), author.id.bytes, 8) == 8);
    host = trusting(&author);
    signed_is_loaded(host, mods);
    unsigned_is_refused(host, mods);
    files_in_memory(host, mods);
    polyplug_runtime_destroy(host);
    CHECK(read_file(author.floors, floors, sizeof floors) > 0);
    the_store_trusts_and_a_key_is_revoked(&author, mods);
    what_the_host_calls_too_old_is_refused(&author, mods);
    a_file_of_floors_is_obeyed_and_stays(&author, mods);
    what_was_named_is_to_be_there(mods);
    return 0;
}
