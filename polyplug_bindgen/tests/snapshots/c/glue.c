/* Made by `polyplug bindgen`; changes are lost. */
#include "test_everything_guest.h"

static const PolyplugHostApi *plugin_host;

/* test.everything@1.2.0 */

#ifdef TEST_EVERYTHING_OBJECTS
static const PolyplugGuestObjects *const objects_test_everything = &test_everything_objects;
#else
static const PolyplugGuestObjects *const objects_test_everything = NULL;
#endif

static void create_test_everything(PolyplugVmLoaderData loader_data, const PolyplugHostApi *host,
                                   const void *args, PolyplugGuestContractInstance *out) {
    (void)loader_data, (void)host, (void)args;
    polyplug_guest_object_create(plugin_host, objects_test_everything, out);
}

static void destroy_test_everything(PolyplugVmLoaderData loader_data, const PolyplugHostApi *host,
                                    PolyplugGuestContractInstance self) {
    (void)loader_data, (void)host;
    polyplug_guest_object_destroy(plugin_host, objects_test_everything, self);
}

static void call_test_everything_flip(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    const bool *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(bool *)out = test_everything_flip(&call, *given);
}

static void call_test_everything_small(PolyplugGuestContractInstance self, const void *args,
                                       void *out, PolyplugAbiError *error) {
    const TestEverythingSmallArguments *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(int32_t *)out = test_everything_small(&call, given->a, given->b, given->c, given->d);
}

static void call_test_everything_wide(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    const TestEverythingWideArguments *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(int64_t *)out = test_everything_wide(&call, given->a, given->b);
}

static void call_test_everything_next(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    const uint64_t *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(uint64_t *)out = test_everything_next(&call, *given);
}

static void call_test_everything_half(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    const float *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(float *)out = test_everything_half(&call, *given);
}

static void call_test_everything_double(PolyplugGuestContractInstance self, const void *args,
                                        void *out, PolyplugAbiError *error) {
    const double *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(double *)out = test_everything_double(&call, *given);
}

static void call_test_everything_after(PolyplugGuestContractInstance self, const void *args,
                                       void *out, PolyplugAbiError *error) {
    const uint32_t *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(uint32_t *)out = test_everything_after(&call, *given);
}

static void call_test_everything_greet(PolyplugGuestContractInstance self, const void *args,
                                       void *out, PolyplugAbiError *error) {
    const PolyplugStringView *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(PolyplugStringView *)out = test_everything_greet(&call, *given);
}

static void call_test_everything_reverse(PolyplugGuestContractInstance self, const void *args,
                                         void *out, PolyplugAbiError *error) {
    const TestEverythingListU8 *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingListU8 *)out = test_everything_reverse(&call, *given);
}

static void call_test_everything_centre(PolyplugGuestContractInstance self, const void *args,
                                        void *out, PolyplugAbiError *error) {
    const TestEverythingListPoint *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingOptionPoint *)out = test_everything_centre(&call, *given);
}

static void call_test_everything_oldest(PolyplugGuestContractInstance self, const void *args,
                                        void *out, PolyplugAbiError *error) {
    const TestEverythingListPerson *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingResultPersonString *)out = test_everything_oldest(&call, *given);
}

static void call_test_everything_brighter(PolyplugGuestContractInstance self, const void *args,
                                          void *out, PolyplugAbiError *error) {
    const TestEverythingColor *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingColor *)out = test_everything_brighter(&call, *given);
}

static void call_test_everything_allow(PolyplugGuestContractInstance self, const void *args,
                                       void *out, PolyplugAbiError *error) {
    const TestEverythingAllowArguments *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingAccess *)out = test_everything_allow(&call, given->access, given->more);
}

static void call_test_everything_area(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    const TestEverythingShape *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(double *)out = test_everything_area(&call, given);
}

static void call_test_everything_grow(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    const TestEverythingGrowArguments *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingShape *)out = test_everything_grow(&call, &given->shape, given->by);
}

static void call_test_everything_swap(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    const TestEverythingTupleStringU32 *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingTupleU32String *)out = test_everything_swap(&call, given);
}

static void call_test_everything_turn(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    const TestEverythingArray4F32 *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingArray4F32 *)out = test_everything_turn(&call, *given);
}

static void call_test_everything_check(PolyplugGuestContractInstance self, const void *args,
                                       void *out, PolyplugAbiError *error) {
    const uint32_t *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(TestEverythingResultVoidVoid *)out = test_everything_check(&call, *given);
}

static void call_test_everything_end(PolyplugGuestContractInstance self, const void *args,
                                     void *out, PolyplugAbiError *error) {
    const TestEverythingEndArguments *const given = args;
    PolyplugGuestCall call = {plugin_host, error, self.data};
    (void)out;
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    test_everything_end(&call, given->int_, given->class_);
}

static void call_test_everything_kept(PolyplugGuestContractInstance self, const void *args,
                                      void *out, PolyplugAbiError *error) {
    PolyplugGuestCall call = {plugin_host, error, self.data};
    (void)args;
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    *(int32_t *)out = test_everything_kept(&call);
}

static void call_test_everything_new(PolyplugGuestContractInstance self, const void *args,
                                     void *out, PolyplugAbiError *error) {
    PolyplugGuestCall call = {plugin_host, error, self.data};
    (void)args, (void)out;
    if (!polyplug_guest_object_enter(&call, objects_test_everything)) {
        return;
    }
    test_everything_new(&call);
}

static void provide_test_everything(PolyplugAbiError *error) {
    static const PolyplugNativeFunction functions[] = {
        call_test_everything_flip,
        call_test_everything_small,
        call_test_everything_wide,
        call_test_everything_next,
        call_test_everything_half,
        call_test_everything_double,
        call_test_everything_after,
        call_test_everything_greet,
        call_test_everything_reverse,
        call_test_everything_centre,
        call_test_everything_oldest,
        call_test_everything_brighter,
        call_test_everything_allow,
        call_test_everything_area,
        call_test_everything_grow,
        call_test_everything_swap,
        call_test_everything_turn,
        call_test_everything_check,
        call_test_everything_end,
        call_test_everything_kept,
        call_test_everything_new,
    };
    const PolyplugVersion version = {1, 2, 0};
    polyplug_guest_provide(plugin_host, "test.everything", version, functions, 21,
                           create_test_everything, destroy_test_everything, error);
}

POLYPLUG_EXPORT uint32_t polyplug_abi_version(void) {
    return POLYPLUG_ABI_VERSION;
}

POLYPLUG_EXPORT uint64_t polyplug_shape_hash(uint64_t contract_id) {
    switch (contract_id) {
    case TEST_EVERYTHING_ID:
        return TEST_EVERYTHING_SHAPE;
    default:
        return 0;
    }
}

static const PolyplugGuestObjects *objects_of(uint64_t contract_id) {
    switch (contract_id) {
    case TEST_EVERYTHING_ID:
        return objects_test_everything;
    default:
        return NULL;
    }
}

POLYPLUG_EXPORT uint32_t polyplug_state_version(uint64_t contract_id) {
    return polyplug_guest_object_version(objects_of(contract_id));
}

POLYPLUG_EXPORT void polyplug_adopt_check(const PolyplugHostApi *host, uint64_t contract_id,
                                          void *data, uint32_t from_version,
                                          PolyplugAbiError *error) {
    (void)host;
    polyplug_guest_object_check(objects_of(contract_id), data, from_version, error);
}

POLYPLUG_EXPORT void polyplug_adopt(const PolyplugHostApi *host, uint64_t contract_id, void *data,
                                    uint32_t from_version) {
    polyplug_guest_object_adopt(host, objects_of(contract_id), data, from_version);
}

POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *host,
                                               const PolyplugBundleInitContext *context) {
    PolyplugAbiError error = {POLYPLUG_ERROR_OK, {NULL, 0}};
    (void)context;
    plugin_host = host;
    provide_test_everything(&error);
    return error;
}
