// The blocks of docs/cpp.md that belong to a program, and that they do what the page says.

#include "check.hpp"

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace {

class Spawner {
  public:
    std::uint32_t spawn(std::string_view kind) {
        std::printf("spawns a %.*s\n", static_cast<int>(kind.size()), kind.data());
        return ++count_;
    }

  private:
    std::uint32_t count_ = 0;
};

class Game {
  public:
    explicit Game(const std::string &mods)
        : runtime_(polyplug::Options().plugin_dir(mods).watch()),
          counter_(runtime_.contract("demo.counter@1").create(std::uint32_t{0})) {}

    std::uint32_t frame() {
        runtime_.poll(polyplug::Quiescent::Yes);
        return counter_.call<std::uint32_t>(0);
    }

  private:
    polyplug::Runtime runtime_;
    polyplug::Instance counter_;
};

void provide(const std::string &mods) {
    Spawner spawner;
    polyplug::Runtime runtime;
    runtime.provide<&Spawner::spawn>("engine.spawn@1", spawner);
    runtime.load_folder(mods);

    const polyplug::Contract numbers = runtime.contract("demo.numbers@1");
    CHECK(numbers.call<std::uint32_t>(2) == 2);
    CHECK_FAILS((numbers.try_call<std::uint32_t>(1, 1U, 0U)), 300, "division by zero");
}

int without_exceptions(const std::string &mods) {
    auto created = polyplug::Runtime::try_create(polyplug::Options().plugin_dir(mods));
    if (!created) {
        std::fprintf(stderr, "%s\n", created.error().what());
        return 1;
    }
    const polyplug::Runtime runtime = std::move(created).value();
    return runtime.try_contract("demo.counter@1.1").ok() ? 0 : 1;
}

void texts_and_failures(const polyplug::Runtime &runtime) {
    const polyplug::Contract greeter = runtime.contract("test.greeter@1");
    {
        const std::string name = greeter.call<std::string>(0, "world");

        polyplug::Arena arena = runtime.arena();
        for (int frame = 0; frame < 3; ++frame) {
            const auto text = greeter.call<std::string_view>(arena, 0, "world");
            std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
            arena.reset(); // the text is gone; its memory serves the next one
        }
        CHECK(name == "hello, world");
    }
    const polyplug::Contract math = runtime.contract("test.add@1");
    {
        const auto sum = math.try_call<std::uint32_t>(0, 20U, 22U);
        if (sum) {
            std::printf("%u\n", *sum);
        } else {
            std::printf("%u: %s\n", sum.code(), sum.error().what());
        }
        const std::uint32_t anyway = sum.value_or(0);
        CHECK(anyway == 42);
    }
}

void objects_and_changes(const polyplug::Runtime &runtime) {
    const polyplug::Instance counter = runtime.contract("demo.counter@1").create(std::uint32_t{10});
    const auto next = counter.function<std::uint32_t()>(0);
    std::printf("%u\n", next()); // 11
    CHECK(next() == 12);
    counter.call(1, 5U);
    CHECK(next() == 17);

    while (const auto event = runtime.next_event()) {
        if (event->kind == polyplug::EventKind::Failed) {
            std::printf("%s stays as it is: %s\n", event->bundle.c_str(), event->message.c_str());
        }
    }
    for (const polyplug::BundleInfo bundle : runtime.listing()) {
        const std::string name(bundle.name());
        std::printf("%s, load %u, %zu objects\n", name.c_str(), bundle.load_number(),
                    bundle.instances());
    }
    {
        const polyplug::Pin pin = runtime.pin();
        // whatever is called here is of one version
    }
}

polyplug::Egress only_weather(const polyplug::EgressRequest &request) {
    if (request.host() != "api.example.org") { // in small letters
        return polyplug::Egress::refuse("only the weather"); // for the log; may be left out
    }
    return polyplug::Egress::send().header("authorization", "Bearer ..."); // the bundle never sees it
}

// A library without the feature `http` refuses to start rather than never to ask.
void requests_of_bundles() {
    polyplug::Options options;
    options.grant("weather", "http").egress(only_weather);
    const auto started = polyplug::Runtime::try_create(options);
    CHECK(started.ok() || says(started.message(), "the feature `http`"));
}

void a_folder_of_many(const std::string &mods, const std::string &trusted) {
    polyplug::Options options;
    options.search_dir(mods).search_dir("/usr/share/game").trust_store(trusted);
    options.admission([](const polyplug::BundleOffer &offer) {
        if (offer.signer().empty()) {
            return polyplug::Admission::deny(std::string(offer.unsigned_reason()));
        }
        return polyplug::Admission::allow();
    });
    const polyplug::Runtime runtime(options);

    for (const polyplug::BundleOffer offer : runtime.discover()) { // reads everything, runs nothing
        if (offer.prospect() == polyplug::Prospect::WouldFail) {
            std::printf("%s\n", std::string(offer.reason()).c_str());
        }
    }
    const auto loaded = runtime.try_load_by_name("weather"); // and first what it needs
    CHECK_FAILS(loaded, POLYPLUG_ERROR_NOT_FOUND, "`weather`");
    CHECK_FAILS(runtime.try_load_by_name("greeter"), POLYPLUG_ERROR_ADMISSION_DENIED, "not signed");
}

void an_archive(const polyplug::Runtime &runtime) {
    const std::string manifest = "name = \"weather\"\nloader = \"lua\"\nfile = \"weather.lua\"\n";
    const std::string code = "function polyplug_init() return {}, { code = 0 } end";
    const std::string signature = "not looked at";
    runtime.load_files({{"manifest.toml", manifest}, {"weather.lua", code}, {"bundle.sig", signature}});
}

} // namespace

int main(int argc, char **argv) {
    CHECK(argc == 2);
    const std::string mods = argv[1];
    provide(mods);
    CHECK(without_exceptions(mods) == 0);
    CHECK(Game(mods).frame() == 1);
    a_folder_of_many(mods, mods + "/../trust");
    requests_of_bundles();
    const polyplug::Runtime runtime(polyplug::Options().plugin_dir(mods));
    texts_and_failures(runtime);
    objects_and_changes(runtime);
    an_archive(runtime);
    return 0;
}
