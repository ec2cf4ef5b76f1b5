// For plugins in C: what the code that `polyplug bindgen` makes has in common.
//
// The functions of a described contract are plain functions over its types, which get a
// PolyplugGuestCall in front of their arguments. The generated file does the rest.

#ifndef POLYPLUG_GUEST_H
#define POLYPLUG_GUEST_H

#include <polyplug/polyplug.h>

#include <stddef.h>
#include <stdint.h>

// The call that a function answers. It lives until the function returns.
typedef struct PolyplugGuestCall {
    const PolyplugHostApi *host;
    // Where a failure goes; see polyplug_guest_fail().
    PolyplugAbiError *error;
    // The object that is called, of a contract that has them; see polyplug/guest_object.h.
    void *object;
} PolyplugGuestCall;

// Makes the call fail: the caller gets the code, from 256 on one of your own, and the message, and
// does not look at the result. `message` is a literal, or lives as long.
static inline void polyplug_guest_fail(PolyplugGuestCall *call, uint32_t code,
                                       const char *message) {
    call->error->code = code;
    call->error->message = polyplug_string_view(message);
}

// Memory for a list in the result, which the caller gives back. Null without memory, and then the
// call has failed; of nothing it is null as well.
static inline void *polyplug_guest_allocate(PolyplugGuestCall *call, size_t size, size_t align) {
    void *memory = NULL;
    if (size != 0) {
        memory = call->host->reserved->result_alloc(call->host, size, align);
        if (memory == NULL) {
            polyplug_guest_fail(call, POLYPLUG_ERROR_MEMORY_LIMIT, "no memory for the result");
        }
    }
    return memory;
}

// A copy of `len` bytes for the result. Empty without memory, and then the call has failed.
static inline PolyplugStringView polyplug_guest_text(PolyplugGuestCall *call, const void *bytes,
                                                     size_t len) {
    uint8_t *const memory = (uint8_t *)polyplug_guest_allocate(call, len, 1);
    PolyplugStringView text;
    size_t at;
    text.ptr = memory;
    text.len = memory == NULL ? 0 : len;
    for (at = 0; at < text.len; at++) {
        memory[at] = ((const uint8_t *)bytes)[at];
    }
    return text;
}

// Provides a contract of `count` functions with its constructor and its destructor; `name` comes
// without a version. Does nothing after an error.
static inline void polyplug_guest_provide(const PolyplugHostApi *host, const char *name,
                                          PolyplugVersion version,
                                          const PolyplugNativeFunction *functions, uint32_t count,
                                          PolyplugCreateInstance create,
                                          PolyplugDestroyInstance destroy,
                                          PolyplugAbiError *error) {
    static PolyplugGuestContractInterface none;
    PolyplugGuestContractInterface provided = none;
    PolyplugPluginDescriptor descriptor;
    if (error->code != POLYPLUG_ERROR_OK) {
        return;
    }
    descriptor.name = polyplug_string_view(name);
    descriptor.contract_name = descriptor.name;
    descriptor.version = version;
    provided.contract_version = version;
    provided.dispatch_type = POLYPLUG_DISPATCH_NATIVE;
    provided.create_instance = create;
    provided.destroy_instance = destroy;
    provided.dispatch.native.function_count = count;
    provided.dispatch.native.functions = (const void *const *)functions;
    host->register_guest_contract(host, &descriptor, &provided, error);
}

#endif // POLYPLUG_GUEST_H
