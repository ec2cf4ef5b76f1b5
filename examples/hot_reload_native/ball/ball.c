// A ball that moves. main.c builds this with cc, edits it, and builds it again.

#include <polyplug/polyplug.h>

#define SPEED 1

static const PolyplugHostApi *host;

// In memory of the host: a new build goes on with it.
typedef struct Ball {
    int32_t position;
} Ball;

static void create(PolyplugVmLoaderData loader_data, const PolyplugHostApi *caller,
                   const void *args, PolyplugGuestContractInstance *out_instance) {
    (void)loader_data, (void)caller, (void)args;
    Ball *ball = (Ball *)host->alloc(host, sizeof(Ball), _Alignof(Ball));
    if (ball != NULL) {
        ball->position = 0;
    }
    out_instance->data = ball;
}

static void destroy(PolyplugVmLoaderData loader_data, const PolyplugHostApi *caller,
                    PolyplugGuestContractInstance instance) {
    (void)loader_data, (void)caller;
    host->free(host, instance.data, sizeof(Ball), _Alignof(Ball));
}

// 0: move() -> i32
static void move(PolyplugGuestContractInstance instance, const void *args, void *out,
                 PolyplugAbiError *out_err) {
    (void)args, (void)out_err;
    Ball *ball = instance.data;
    ball->position += SPEED;
    *(int32_t *)out = ball->position;
}

POLYPLUG_EXPORT uint32_t polyplug_abi_version(void) { return POLYPLUG_ABI_VERSION; }

POLYPLUG_EXPORT PolyplugAbiError polyplug_init(const PolyplugHostApi *runtime,
                                               const PolyplugBundleInitContext *context) {
    (void)context;
    host = runtime;
    static const PolyplugNativeFunction functions[] = {move};
    const PolyplugStringView name = {(const uint8_t *)"demo.ball", sizeof "demo.ball" - 1};
    const PolyplugPluginDescriptor descriptor = {name, name, {1, 0, 0}};
    PolyplugGuestContractInterface iface = {0};
    iface.contract_version = descriptor.version;
    iface.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    iface.create_instance = create;
    iface.destroy_instance = destroy;
    iface.dispatch.native.function_count = 1;
    iface.dispatch.native.functions = (const void *const *)functions;
    PolyplugAbiError error = {POLYPLUG_ERROR_OK, {NULL, 0}};
    host->register_guest_contract(host, &descriptor, &iface, &error);
    return error;
}

// Balls survive a reload as long as their struct stays as it is.
POLYPLUG_EXPORT uint32_t polyplug_state_version(uint64_t contract_id) {
    (void)contract_id;
    return 1;
}

POLYPLUG_EXPORT void polyplug_adopt_check(const PolyplugHostApi *runtime, uint64_t contract_id,
                                          void *data, uint32_t from_version,
                                          PolyplugAbiError *out_err) {
    (void)runtime, (void)contract_id, (void)data, (void)from_version, (void)out_err;
}

POLYPLUG_EXPORT void polyplug_adopt(const PolyplugHostApi *runtime, uint64_t contract_id,
                                    void *data, uint32_t from_version) {
    (void)runtime, (void)contract_id, (void)data, (void)from_version;
}
