// What lies in folders, what the program lets in, and what it loads by name.

#include "check.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace {

using polyplug::Admission;
using polyplug::BundleOffer;
using polyplug::Discovery;
using polyplug::Options;
using polyplug::Prospect;
using polyplug::Runtime;

Options quiet(const std::string &mods, const std::string &more) {
    Options options;
    options.search_dir(mods).search_dir(more).search_dir("/nowhere/at/all");
    options.log_level(polyplug::LogLevel::Off).trust_store(mods + "/../trust");
    return options;
}

// The one of this name and prospect.
BundleOffer of(const Discovery &discovery, std::string_view name, Prospect prospect) {
    BundleOffer found(nullptr);
    for (const BundleOffer offer : discovery) {
        if (offer.name() == name && offer.prospect() == prospect) {
            found = offer;
        }
    }
    CHECK(found.get() != nullptr);
    return found;
}

void what_lies_there_is_known(const Runtime &runtime, const std::string &mods,
                              const std::string &more) {
    const Discovery discovery = runtime.try_discover().value();
    CHECK(discovery.size() == 4);

    const BundleOffer counter = of(discovery, "counter", Prospect::WouldLoad);
    CHECK(counter.path() == mods + "/counter" && counter.loader() == "lua");
    CHECK(counter.version().major == 1 && counter.code() == 0 && counter.reason().empty());
    CHECK(says(counter.signer(), "ed25519:") && counter.signer_id().size() == 16);
    CHECK(counter.unsigned_reason().empty() && counter.digest().size() == 64);
    CHECK(counter.dependencies().empty() && counter.capabilities().empty());

    const BundleOffer greeter = of(discovery, "greeter", Prospect::WouldLoad);
    CHECK(greeter.signer().empty() && says(greeter.unsigned_reason(), "not signed"));
    CHECK(greeter.unsigned_code() == "unsigned" && counter.unsigned_code().empty());
    CHECK(of(discovery, "broken", Prospect::WouldFail).code() == POLYPLUG_ERROR_MANIFEST_INVALID);
    CHECK(of(discovery, "counter", Prospect::Shadowed).reason() == mods + "/counter");
    CHECK(discovery[3].path() == more + "/counter");
}

void names_are_loaded(const Runtime &runtime) {
    CHECK_FAILS(runtime.try_load_by_name("greter"), POLYPLUG_ERROR_NOT_FOUND, "`greeter`");
    CHECK_FAILS(runtime.try_load_by_name("broken"), POLYPLUG_ERROR_MANIFEST_INVALID, "not TOML");
    CHECK(runtime.try_load_by_name("counter").ok());
    Discovery discovery = runtime.try_discover().value();
    const Discovery taken = std::move(discovery);
    CHECK(discovery.size() == 0 && taken.size() == 4);
    of(taken, "counter", Prospect::Loaded);
}

void the_denied_stays_out(const Options &options) {
    const auto seen = std::make_shared<std::vector<std::string>>();
    Runtime made = runtime_of(Options(options).admission([seen](const BundleOffer &offer) {
        seen->emplace_back(offer.name());
        CHECK(offer.prospect() == Prospect::Unknown && offer.digest().size() == 64);
        if (offer.signer().empty()) {
            return Admission::deny("nobody has signed it: " + std::string(offer.unsigned_reason()));
        }
        return Admission::allow();
    }));
    const Runtime runtime = std::move(made);
    CHECK_FAILS(runtime.try_load_by_name("greeter"), POLYPLUG_ERROR_ADMISSION_DENIED,
                "nobody has signed it: ");
    const auto denied = runtime.next_event();
    CHECK(denied && denied->trust && denied->trust->decision == POLYPLUG_TRUST_DENIED);
    CHECK(says(denied->trust->reason, "nobody has signed it: "));
    CHECK(runtime.try_load_by_name("counter").ok());
    CHECK(*seen == (std::vector<std::string>{"greeter", "counter"}));
    const Discovery discovery = runtime.try_discover().value();
    CHECK(says(of(discovery, "greeter", Prospect::WouldFail).reason(), "nobody has signed it: "));
    of(discovery, "counter", Prospect::Loaded);
}

#ifndef POLYPLUG_NO_EXCEPTIONS
void what_is_thrown_lets_nothing_in(const Options &options) {
    const Runtime runtime(Options(options).admission([](const BundleOffer &offer) -> Admission {
        if (offer.name() == "greeter") {
            throw 7;
        }
        throw polyplug::Error(300, "the list is gone");
    }));
    CHECK_FAILS(runtime.try_load_by_name("counter"), POLYPLUG_ERROR_ADMISSION_DENIED,
                "the list is gone");
    CHECK_FAILS(runtime.try_load_by_name("greeter"), POLYPLUG_ERROR_ADMISSION_DENIED,
                "uncaught exception");
    std::uint32_t code = POLYPLUG_ERROR_OK;
    try {
        runtime.load_by_name("nobody");
    } catch (const polyplug::Error &error) {
        code = error.code();
    }
    CHECK(code == POLYPLUG_ERROR_NOT_FOUND);
    CHECK(runtime.discover().size() == 4);
}
#endif

} // namespace

int main(int argc, char **argv) {
    const std::string mods = argv[argc - 1];
    const std::string more = mods + "/../more";
    std::filesystem::create_directory(more);
    std::filesystem::create_directory(mods + "/broken");
    write_file(mods + "/broken/manifest.toml", "name = \"broken\nloader = 1\n");
    make_value(more, "counter", 7);
    const Options options = quiet(mods, more);
    {
        const Runtime runtime = runtime_of(options);
        what_lies_there_is_known(runtime, mods, more);
        names_are_loaded(runtime);
    }
    the_denied_stays_out(options);
#ifndef POLYPLUG_NO_EXCEPTIONS
    what_is_thrown_lets_nothing_in(options);
#endif
    return 0;
}
