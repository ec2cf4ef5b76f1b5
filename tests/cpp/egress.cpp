// Requests of a component: the program is asked about each, and nothing else is sent. A library without
// the feature `http` asks nobody, and says so; its program is given no component.

#include "check.hpp"

#include <stdexcept>
#include <utility>

namespace {

using polyplug::Egress;
using polyplug::EgressRequest;
using polyplug::Options;
using polyplug::Runtime;

// What the component says of its request.
std::string request_of(const Runtime &runtime) {
    polyplug::Arena arena = runtime.arena();
    PolyplugStringView out = {nullptr, 0};
    CHECK(polyplug_call_text(runtime.get(), "demo.doors@1",
                             "try(\"request\", [\"http\", \"LOCALHOST:1\", \"/a?b\"])", arena.get(),
                             &out) == POLYPLUG_ERROR_OK);
    return std::string(polyplug::text_of(out));
}

std::string refused(const Options &options, const std::string &mods) {
    const Runtime runtime = runtime_of(options);
    CHECK(runtime.try_load_bundle(mods + "/doors").ok());
    return request_of(runtime);
}

void requests_are_asked_about(const std::string &mods) {
    std::string log;
    int asked = 0;
    Options options;
    options.grant("doors", "http");
    options.on_log([&](polyplug::LogLevel, std::string_view, std::string_view message) {
        log = message;
    });
    CHECK(says(refused(options, mods), "HttpRequestDenied"));

    options.egress([&](const EgressRequest &request) {
        asked++;
        CHECK(request.bundle() == "doors" && request.method() == "GET");
        CHECK(request.scheme() == "http" && request.host() == "localhost" && request.port() == 1);
        CHECK(request.path() == "/a?b" && request.headers().size() == request.get()->header_count);
        return Egress::refuse("only the weather");
    });
    CHECK(says(refused(options, mods), "HttpRequestDenied") && asked == 1);
    CHECK(log == "bundle `doors`: GET http://LOCALHOST:1/a is not sent: only the weather");

    // It would be sent, but leads to this machine.
    log.clear();
    options.egress([](const EgressRequest &) {
        return Egress::send().header("authorization", "Bearer 1").header("x-a", "b");
    });
    CHECK(says(refused(options, mods), "DestinationIpProhibited") && log.empty());
    options.egress([](const EgressRequest &) { return Egress::send().header("no header", ""); });
    CHECK(says(refused(options, mods), "HttpRequestDenied"));
    CHECK(says(log, "`out_answer.headers` has a name"));

    // A request that is sent while the program is asked about another one: each has its own answer.
    const Runtime *inner = nullptr;
    Options nested = options;
    options.egress([&](const EgressRequest &) {
        const std::string said = request_of(*inner);
        CHECK(says(said, "HttpRequestDenied"));
        return Egress::send().header("x-outer", std::string(64, 'o'));
    });
    nested.egress([](const EgressRequest &) {
        return Egress::refuse(std::string(64, 'n')).header("authorization", std::string(64, 'n'));
    });
    const Runtime other = runtime_of(nested);
    CHECK(other.try_load_bundle(mods + "/doors").ok());
    inner = &other;
    CHECK(says(refused(options, mods), "DestinationIpProhibited"));

#if defined(__cpp_exceptions)
    options.egress([](const EgressRequest &) -> Egress { throw std::runtime_error("at a loss"); });
    CHECK(says(refused(options, mods), "HttpRequestDenied") && says(log, "at a loss"));
#endif
}

void a_library_without_requests_says_so() {
    Options options;
    options.egress([](const EgressRequest &) { return Egress::send(); });
    CHECK_FAILS(Runtime::try_create(options), POLYPLUG_ERROR_GENERIC,
                "`options.egress` is set");
}

} // namespace

int main(int argc, char **argv) {
    const std::string mods = argv[argc - 1];
    if (std::filesystem::exists(mods + "/doors")) {
        requests_are_asked_about(mods);
    } else {
        a_library_without_requests_says_so();
    }
    return 0;
}
