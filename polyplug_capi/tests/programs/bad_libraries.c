/* Libraries that are none. The test that runs this program makes them, and reads what is printed. */
#include "check.h"

int main(int argc, char **argv) {
    static const char *const names[] = {"truncated", "empty", "text", "object", "bare", "other_abi",
                                        "refuses"};
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    PolyplugListing *listing;
    size_t at;

    CHECK(argc == 2);
    for (at = 0; at < sizeof names / sizeof *names; at++) {
        const uint32_t code = polyplug_load_bundle(host, path_in(argv[1], names[at]));
        CHECK(code != POLYPLUG_ERROR_OK);
        printf("%s: %u: %.*s\n", names[at], code, POLYPLUG_SV(polyplug_last_error()));
    }
    listing = polyplug_listing(host);
    for (at = 0; at < polyplug_listing_count(listing); at++) {
        CHECK(polyplug_listing_at(listing, at)->state == POLYPLUG_BUNDLE_FAILED);
    }
    CHECK(at == sizeof names / sizeof *names);
    polyplug_listing_free(listing);

    CHECK_OK(polyplug_load_bundle(host, path_in(argv[1], "by_hand")));
    CHECK(polyplug_contract(host, "hand.sum@1") != NULL);
    polyplug_runtime_destroy(host);
    return 0;
}
