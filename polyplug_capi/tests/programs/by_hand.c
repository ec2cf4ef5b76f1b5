/* The plugin of ../by_hand, which knows the tables of the ABI and not this header. */
#include "check.h"

static uint32_t rolls;

static void roll(PolyplugHostContractInstance object, const void *args, void *out,
                 PolyplugAbiError *out_err) {
    (void)out_err;
    CHECK(object.data == &rolls);
    rolls++;
    *(uint32_t *)out = *(const uint32_t *)args - 1;
}

static void create_dice(void *user_data, const void *args, PolyplugHostContractInstance *out) {
    (void)args;
    out->data = user_data;
}

static void destroy_dice(void *user_data, PolyplugHostContractInstance object) {
    CHECK(object.data == user_data);
}

static void provide_dice(const PolyplugHostApi *host) {
    static const PolyplugHostFunction functions[] = {roll};
    static const PolyplugHostContractInterface none;
    PolyplugHostContractInterface dice = none;
    dice.contract_id = polyplug_host_contract_id("hand.dice", 1);
    dice.contract_version.major = 1;
    dice.contract_version.minor = 2;
    dice.singleton = true;
    dice.user_data = &rolls;
    dice.create_instance = create_dice;
    dice.destroy_instance = destroy_dice;
    dice.dispatch.native.function_count = 1;
    dice.dispatch.native.functions = (const void *const *)functions;
    CHECK_OK(polyplug_register_host_contract(host, &dice));
}

static void functions(const PolyplugHostApi *host) {
    const PolyplugContract *sum = polyplug_contract(host, "hand.sum@1.3");
    const uint32_t numbers[] = {UINT32_MAX, 2}, sides = 6;
    uint64_t result = 0;
    uint32_t rolled = 0, wrong = UINT32_MAX;

    CHECK(sum != NULL);
    CHECK_OK(polyplug_call(sum, stateless, 0, numbers, &result, NULL));
    CHECK(result == UINT64_C(0x100000001));
    CHECK_FAILS(polyplug_call(sum, stateless, 1, &sides, &rolled, NULL), 300, "no dice");
    provide_dice(host);
    CHECK_OK(polyplug_call(sum, stateless, 1, &sides, &rolled, NULL));
    CHECK(rolled == 5 && rolls == 1);
    CHECK_FAILS(polyplug_call(sum, stateless, 2, NULL, NULL, NULL), 256, "asked to");
    CHECK_OK(polyplug_call(sum, stateless, 3, NULL, &wrong, NULL));
    CHECK(wrong == 0);
    CHECK_FAILS(polyplug_call(sum, stateless, 4, NULL, NULL, NULL),
                POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE, "hand.sum");
}

static void raw(const PolyplugHostApi *host) {
    const PolyplugGuestContractInterface *sum = polyplug_resolve(
        host, polyplug_find(host, polyplug_guest_contract_id("hand.sum", 1), 1 << 16 | 3));
    const uint32_t numbers[] = {20, 22};
    PolyplugAbiError error = {POLYPLUG_ERROR_OK, {NULL, 0}};
    uint64_t result = 0;

    CHECK(sum != NULL && sum->contract_version.minor == 3);
    polyplug_fn(sum, 0)(stateless, numbers, &result, &error);
    CHECK(result == 42 && error.code == POLYPLUG_ERROR_OK);
    polyplug_fn(sum, 2)(stateless, NULL, NULL, &error);
    CHECK(error.code == 256 && is(error.message, "as it was asked to"));
}

static void objects(const PolyplugHostApi *host) {
    const PolyplugContract *counter = polyplug_contract(host, "hand.counter@1");
    const uint32_t start = 40;
    PolyplugGuestContractInstance first, second;
    uint32_t count = 0;

    CHECK_OK(polyplug_create(counter, &start, &first));
    CHECK_OK(polyplug_create(counter, NULL, &second));
    CHECK_OK(polyplug_call(counter, first, 0, NULL, &count, NULL));
    CHECK(count == 41);
    CHECK_OK(polyplug_call(counter, second, 0, NULL, &count, NULL));
    CHECK(count == 8);
    CHECK_OK(polyplug_call(counter, first, 0, NULL, &count, NULL));
    CHECK(count == 42);
    CHECK_FAILS(polyplug_call(counter, stateless, 0, NULL, &count, NULL),
                POLYPLUG_ERROR_INVALID_ARGUMENT, "no counter");
    CHECK_FAILS(polyplug_call(counter, first, 1, NULL, &count, NULL),
                POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE, "one function");
    CHECK_OK(polyplug_destroy(counter, first));
    CHECK_FAILS(polyplug_destroy(counter, first), POLYPLUG_ERROR_STALE_HANDLE, "");
    CHECK_OK(polyplug_destroy(counter, second));
}

int main(int argc, char **argv) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);

    CHECK(argc == 2);
    CHECK_OK(polyplug_load_bundle(host, path_in(argv[1], "by_hand")));
    functions(host);
    objects(host);
    raw(host);
    CHECK_OK(polyplug_unload_bundle(host, polyplug_bundle_id("by_hand")));
    polyplug_runtime_destroy(host);
    return 0;
}
