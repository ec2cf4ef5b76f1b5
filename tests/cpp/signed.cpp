// Signatures: what is signed is loaded, from a folder and from memory, and nothing else.

#include "check.hpp"

#include <fstream>
#include <iterator>
#include <vector>

namespace {

using polyplug::Options;
using polyplug::Runtime;
using polyplug::SignaturePolicy;

std::string content_of(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    CHECK(file.good());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

PolyplugEd25519PublicKey key_at(const std::string &path) {
    const std::string bytes = content_of(path);
    PolyplugEd25519PublicKey key = {};
    CHECK(bytes.size() == sizeof key.bytes);
    bytes.copy(reinterpret_cast<char *>(key.bytes), bytes.size());
    return key;
}

PolyplugKeyId id_at(const std::string &path) {
    const std::string bytes = content_of(path);
    PolyplugKeyId id = {};
    CHECK(bytes.size() == sizeof id.bytes);
    bytes.copy(reinterpret_cast<char *>(id.bytes), bytes.size());
    return id;
}

Options required(std::vector<PolyplugEd25519PublicKey> keys) {
    Options options;
    options.hot_reload().log_level(polyplug::LogLevel::Off);
    options.signatures(SignaturePolicy::Required, std::move(keys));
    return options;
}

void folders_are_judged_and_told(const Runtime &runtime, const std::string &mods) {
    CHECK(runtime.try_load_bundle(mods + "/counter").ok());
    const auto loaded = runtime.next_event();
    CHECK(loaded && loaded->trust && loaded->trust->decision == POLYPLUG_TRUST_ACCEPTED);
    CHECK(loaded->trust->name == "counter" && loaded->trust->version.major == 1);
    CHECK(loaded->trust->digest.size() == 64 && loaded->trust->reason.empty());
    const polyplug::Listing listing = runtime.try_listing().value();
    CHECK(listing[0].digest() == loaded->trust->digest);
    CHECK(listing[0].signer() == loaded->trust->signer && says(listing[0].signer(), "ed25519:"));
    CHECK(listing[0].signer_id() == loaded->trust->signer_id);

    CHECK_FAILS(runtime.try_load_bundle(mods + "/greeter"), POLYPLUG_ERROR_SIGNATURE_REJECTED,
                "it is not signed");
    const auto refused = runtime.next_event();
    CHECK(refused && refused->trust && refused->trust->decision == POLYPLUG_TRUST_REFUSED);
    CHECK(refused->trust->signer.empty() && says(refused->trust->reason, "polyplug sign"));
    CHECK(runtime.try_unload_bundle(polyplug::bundle_id("counter")).ok());
    const auto unloaded = runtime.next_event();
    CHECK(unloaded && !unloaded->trust);
}

void files_are_judged(const Runtime &runtime, const std::string &mods) {
    const std::string manifest = content_of(mods + "/counter/manifest.toml");
    const std::string signature = content_of(mods + "/counter/bundle.sig");
    std::string code = content_of(mods + "/counter/main.lua");
    const auto files = [&] {
        return std::vector<polyplug::BundleFile>{
            {"manifest.toml", manifest}, {"main.lua", code}, {"bundle.sig", signature}};
    };
    CHECK(runtime.try_load_files(files()).ok() && runtime.try_reload_files(files()).ok());
    code += "\n";
    CHECK_FAILS(runtime.try_reload_files(files()), POLYPLUG_ERROR_SIGNATURE_REJECTED, "`main.lua`");
    CHECK(runtime.try_contract("test.counter@1").ok());
}

void a_file_of_floors_is_obeyed_and_stays(const Options &trusting, const std::string &mods) {
    const std::string floors = mods + "/../given";
    Options options = trusting;
    options.version_floors_read_only(floors);
    CHECK(runtime_of(options).try_load_bundle(mods + "/counter").ok());
    CHECK(!std::ifstream(floors).is_open());

    const std::string text = "polyplug version floors 1\nfloor 9.0.0 counter\n";
    write_file(floors, text);
    CHECK_FAILS(runtime_of(options).try_load_bundle(mods + "/counter"),
                POLYPLUG_ERROR_SIGNATURE_REJECTED, "9.0.0");
    CHECK(content_of(floors) == text);

    write_file(floors, "polyplug version floors 1\n");
    CHECK(runtime_of(options).try_load_bundle(mods + "/counter").ok());
    CHECK(content_of(floors) == "polyplug version floors 1\n");
    // The last word counts.
    CHECK(runtime_of(options.version_floors(floors)).try_load_bundle(mods + "/counter").ok());
    CHECK(says(content_of(floors), "floor 1.0.0 counter"));
}

} // namespace

int main(int argc, char **argv) {
    const std::string mods = argv[argc - 1];
    const std::string beside = mods + "/../";
    const PolyplugEd25519PublicKey key = key_at(beside + "key");
    {
        const Runtime runtime =
            runtime_of(required({key}).version_floors(beside + "floors"));
        folders_are_judged_and_told(runtime, mods);
        files_are_judged(runtime, mods);
    }
    CHECK(!content_of(beside + "floors").empty());
    {
        const Runtime runtime = runtime_of(required({}).trust_store(beside + "trust"));
        CHECK(runtime.try_load_bundle(mods + "/counter").ok());
    }
    CHECK_FAILS(Runtime::try_create(required({}).trust_store("")), POLYPLUG_ERROR_GENERIC,
                "names no file");
    {
        const Runtime runtime = runtime_of(required({key}).minimum_version("counter", {9, 0, 0}));
        CHECK_FAILS(runtime.try_load_bundle(mods + "/counter"), POLYPLUG_ERROR_SIGNATURE_REJECTED,
                    "9.0.0");
    }
    a_file_of_floors_is_obeyed_and_stays(required({key}), mods);
    const Runtime runtime = runtime_of(required({key}).revoked_keys({id_at(beside + "key-id")}));
    CHECK_FAILS(runtime.try_load_bundle(mods + "/counter"), POLYPLUG_ERROR_SIGNATURE_REJECTED,
                "revoked");
    return 0;
}
