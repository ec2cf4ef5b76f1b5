/* Create, load, find, call, instances, arenas, destroy. */
#include "check.h"

static void add_numbers(const PolyplugHostApi *host) {
    const uint32_t numbers[] = {20, 22};
    const PolyplugContract *add = polyplug_contract(host, "test.add@1");
    uint32_t sum = 0;

    CHECK(add != NULL);
    CHECK_OK(polyplug_call(add, stateless, 0, numbers, &sum, NULL));
    CHECK(sum == 42);
    CHECK_FAILS(polyplug_call(add, stateless, 7, numbers, &sum, NULL),
                POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE, "no function 7");
    CHECK(polyplug_contract(host, "test.add@1") == add);
    CHECK(polyplug_contract(host, "test.add@1.0") == add);
    CHECK(polyplug_contract_of_bundle(host, "test_plugin_lua", "test.add@1") == add);

    CHECK(polyplug_contract(host, "test.add@1.1") == NULL);
    CHECK(says(polyplug_last_error(), "test.add@1.1"));
    CHECK(polyplug_contract(host, "test.add@2") == NULL);
    CHECK(says(polyplug_last_error(), "test.add@2"));
    CHECK(polyplug_contract(host, "test.add") == NULL);
    CHECK(says(polyplug_last_error(), "`name`"));
    CHECK(polyplug_contract_of_bundle(host, "greeter", "test.add@1") == NULL);
    CHECK(says(polyplug_last_error(), "`greeter`"));
}

static void find_by_id(const PolyplugHostApi *host) {
    const uint64_t id = polyplug_guest_contract_id("test.add", 1);
    const uint64_t bundle = polyplug_bundle_id("test_plugin_lua");
    const PolyplugGuestContractHandle found = polyplug_find(host, id, 0);
    const PolyplugGuestContractHandle none = polyplug_find(host, id, 2);
    PolyplugGuestContractHandle all[2] = {{0, 0}, {0, 0}};
    const PolyplugGuestContractInterface *iface;

    CHECK(found.index != UINT32_MAX);
    CHECK(polyplug_find_by_bundle(host, bundle, id, 1u << 16).index == found.index);
    CHECK(polyplug_find_by_bundle(host, 1, id, 0).index == UINT32_MAX);
    CHECK(polyplug_find_all(host, id, 0, all, 2) == 1 && all[0].index == found.index);
    CHECK(polyplug_find_all(host, id, 0, NULL, 0) == 1);
    CHECK(polyplug_find_all(host, 1, 0, all, 2) == 0);
    CHECK(polyplug_bind(host, found) == polyplug_contract(host, "test.add@1"));

    CHECK(none.index == UINT32_MAX);
    CHECK(polyplug_resolve(host, none) == NULL);
    CHECK(says(polyplug_last_error(), "null handle"));
    CHECK(polyplug_bind(host, none) == NULL);

    iface = polyplug_resolve(host, found);
    CHECK(iface != NULL && iface->contract_id == id);
    CHECK(iface->dispatch_type == POLYPLUG_DISPATCH_VIRTUAL_MACHINE);
}

static void count_on_objects(const PolyplugHostApi *host) {
    const PolyplugContract *counter = polyplug_contract(host, "test.counter@1");
    const PolyplugContract *add = polyplug_contract(host, "test.add@1");
    PolyplugGuestContractInstance one, other, gone;
    uint32_t count = 0;

    CHECK_OK(polyplug_create(counter, NULL, &one));
    CHECK_OK(polyplug_create(counter, NULL, &other));
    CHECK_OK(polyplug_call(counter, one, 1, NULL, &count, NULL));
    CHECK_OK(polyplug_call(counter, one, 1, NULL, &count, NULL));
    CHECK(count == 2);
    CHECK_OK(polyplug_call(counter, other, 1, NULL, &count, NULL));
    CHECK(count == 1);
    CHECK_FAILS(polyplug_call(counter, one, 3, NULL, NULL, NULL), 300, "no fuel");

    CHECK_FAILS(polyplug_destroy(add, one), POLYPLUG_ERROR_INVALID_ARGUMENT, "`instance`");
    gone = one;
    CHECK_OK(polyplug_destroy(counter, one));
    CHECK_OK(polyplug_destroy(counter, other));
    CHECK(polyplug_destroy(counter, gone) == POLYPLUG_ERROR_STALE_HANDLE);
    CHECK(polyplug_call(counter, gone, 1, NULL, &count, NULL) == POLYPLUG_ERROR_STALE_HANDLE);
    CHECK_OK(polyplug_destroy(counter, stateless));
}

static void greet(const PolyplugContract *greeter, PolyplugCallArena *arena) {
    const PolyplugStringView name = polyplug_string_view("world");
    PolyplugStringView text = {NULL, 0};
    CHECK_OK(polyplug_call(greeter, stateless, 0, &name, &text, arena));
    CHECK(is(text, "hello, world"));
}

static void take_results_from_arenas(const PolyplugHostApi *host) {
    const PolyplugContract *greeter = polyplug_contract(host, "test.greeter@1");
    PolyplugCallArena arena;
    uint64_t region[8];
    unsigned char *place;
    int round;

    CHECK_OK(polyplug_arena_init(host, &arena, region, sizeof region));
    for (round = 0; round < 100; round++) {
        greet(greeter, &arena);
        greet(greeter, &arena);
        CHECK_OK(polyplug_arena_reset(&arena));
    }
    place = polyplug_arena_alloc(&arena, 64, 8);
    CHECK(place == (unsigned char *)region);
    place = polyplug_arena_alloc(&arena, 100000, 64);
    CHECK(place != NULL && (uintptr_t)place % 64 == 0);
    memset(place, 7, 100000);
    CHECK(polyplug_arena_alloc(&arena, 8, 3) == NULL);
    CHECK(says(polyplug_last_error(), "`align`"));
    CHECK(polyplug_arena_alloc(&arena, SIZE_MAX, 8) == NULL);
    CHECK(says(polyplug_last_error(), "`size`"));
    CHECK_OK(polyplug_arena_release(&arena));
    CHECK(arena.first_overflow == NULL);

    CHECK_OK(polyplug_arena_init(host, &arena, NULL, 0));
    greet(greeter, &arena);
    CHECK_OK(polyplug_arena_release(&arena));
}

int main(int argc, char **argv) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    uint32_t loaded = 0, failed = 0;
    char version[32];

    CHECK(argc == 2 && host != NULL);
    CHECK(polyplug_abi() == POLYPLUG_ABI_VERSION);
    snprintf(version, sizeof version, "%u.%u.%u", polyplug_version().major,
             polyplug_version().minor, polyplug_version().patch);
    CHECK(strcmp(version, PACKAGE_VERSION) == 0);
    CHECK(polyplug_has_loader(host, "lua"));
    CHECK(!polyplug_has_loader(host, "cobol"));
    CHECK(polyplug_guest_contract_id("test.add", 1) == UINT64_C(0x40244DF59FCBECB6));
    CHECK(polyplug_guest_contract_id("image.decode", 1) == UINT64_C(0xFBF31BF02E2AB1DC));
    CHECK(polyplug_host_contract_id("host.logger", 1) == UINT64_C(0xF53EB5F2845853BB));
    CHECK(polyplug_bundle_id("my-bundle") == UINT64_C(0xFE6226876E3A35B2));
    CHECK(polyplug_last_error().ptr == NULL);

    CHECK_OK(polyplug_load_folder(host, argv[1], &loaded, &failed));
    CHECK(loaded == 3 && failed == 0);
    CHECK(polyplug_load_bundle(host, path_in(argv[1], "counter")) ==
          POLYPLUG_ERROR_DUPLICATE_BUNDLE);
    CHECK(polyplug_load_folder(host, path_in(argv[1], "nowhere"), NULL, NULL) != 0);
    CHECK(says(polyplug_last_error(), "nowhere"));
    add_numbers(host);
    find_by_id(host);
    count_on_objects(host);
    take_results_from_arenas(host);
    polyplug_runtime_destroy(host);
    return 0;
}
