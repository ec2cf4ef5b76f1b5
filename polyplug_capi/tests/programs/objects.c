/* A host over the generated header makes objects in a bundle over the generated glue. They come
 * from version to version of it. The next versions lie beside the bundles: larger.so, too_large.so. */
#include "check.h"
#include "test_counter_host.h"

static uint32_t add(TestCounter counter, uint32_t by) {
    uint32_t sum = 0;
    CHECK_OK(test_counter_add(counter, by, &sum));
    return sum;
}

/* Puts another library into the bundle. */
static void put(const char *mods, const char *library) {
    CHECK(rename(path_in(path_in(mods, ".."), library), path_in(mods, "counter/main.so")) == 0);
}

int main(int argc, char **argv) {
    const PolyplugHostApi *const host = reloading_runtime();
    TestCounter counters, one, other, third, fourth;
    const char *bundle;
    CHECK(argc == 2);
    bundle = path_in(argv[1], "counter");
    CHECK_OK(polyplug_load_bundle(host, bundle));
    counters = test_counter_bind(host);
    CHECK(counters.contract != NULL);

    CHECK_OK(test_counter_create(counters, &one));
    CHECK_OK(test_counter_create(counters, &other));
    CHECK_OK(test_counter_create(counters, &third));
    CHECK_FAILS(test_counter_create(counters, &fourth), 300, "three counters are enough");
    CHECK(fourth.instance.data == NULL);
    CHECK(add(one, 2) == 2 && add(one, 3) == 5 && add(other, 7) == 7);
    CHECK(add(counters, 1) == 1001 && add(counters, 1) == 1002);
    CHECK_OK(test_counter_destroy(third));

    put(argv[1], "larger.so");
    CHECK_OK(polyplug_reload_bundle(host, bundle));
    CHECK(add(one, 1) == 101000006 && add(one, 1) == 102000007 && add(other, 1) == 101000008);
    CHECK_OK(test_counter_create(counters, &third));
    CHECK(add(third, 4) == 1000004);

    put(argv[1], "too_large.so");
    CHECK(polyplug_reload_bundle(host, bundle) != POLYPLUG_ERROR_OK);
    CHECK(says(polyplug_last_error(), "a capacity would have kept room"));
    CHECK(add(one, 0) == 103000007);

    CHECK_OK(test_counter_destroy(one));
    CHECK_OK(test_counter_destroy(other));
    CHECK_OK(test_counter_destroy(third));
    CHECK_OK(polyplug_reload_bundle(host, bundle));
    CHECK(test_counter_add(counters, 1, &(uint32_t){0}) == POLYPLUG_ERROR_INVALID_ARGUMENT);
    CHECK(says(polyplug_last_error(), "create an instance first"));
    CHECK_OK(test_counter_create(counters, &one));
    CHECK(add(one, 1) == 1000001);
    polyplug_runtime_destroy(host);
    return 0;
}
