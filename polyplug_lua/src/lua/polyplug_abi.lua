-- The C types of polyplug's ABI, version 1, for `ffi`; built in as `require("polyplug_abi")`.
--
-- The names are those of polyplug.h. A contract's own structs belong into the bundle. What may come
-- back into this VM, or does not belong into a bundle, is a plain pointer here: it must not be called
-- through `ffi`. `polyplug_guest` has functions for it.

local ffi = require("ffi")

ffi.cdef([[
typedef struct { const uint8_t *ptr; size_t len; } PolyplugStringView;
typedef struct { uint8_t *ptr; size_t len, cap; } PolyplugBuffer;
typedef struct { uint32_t code; PolyplugStringView message; } PolyplugAbiError;
typedef struct { uint32_t major, minor, patch; } PolyplugVersion;
typedef struct { uint32_t index, generation; } PolyplugGuestContractHandle;
typedef struct { void *data; uint64_t contract_id; } PolyplugGuestContractInstance;
typedef struct { void *data; } PolyplugHostContractInstance;
typedef struct { void *data; } PolyplugVmLoaderData;
typedef struct { PolyplugStringView name, contract_name; PolyplugVersion version; } PolyplugPluginDescriptor;
typedef struct { uint64_t bundle_id; PolyplugStringView bundle_path; } PolyplugBundleInitContext;
typedef struct { uint64_t contract_id; uint32_t min_version; uint64_t bundle_id; } PolyplugDependencyInfo;
typedef struct { PolyplugGuestContractHandle *items; size_t len, align; } PolyplugGuestContractHandleArray;
typedef struct { uint64_t *items; size_t len, align; } PolyplugBundleIdArray;
typedef struct { PolyplugDependencyInfo *items; size_t len, align; } PolyplugDependencyInfoArray;
typedef struct PolyplugHostApi PolyplugHostApi;
typedef const PolyplugHostApi *PolyplugHost;
typedef struct PolyplugArenaOverflowBlock {
struct PolyplugArenaOverflowBlock *next; size_t capacity, used;
} PolyplugArenaOverflowBlock;
typedef struct {
uint8_t *cur, *end, *base; PolyplugHost host; PolyplugArenaOverflowBlock *first_overflow;
} PolyplugCallArena;
typedef void (*PolyplugNativeFunction)(PolyplugGuestContractInstance, const void *, void *, PolyplugAbiError *);
typedef void (*PolyplugHostFunction)(PolyplugHostContractInstance, const void *, void *, PolyplugAbiError *);
typedef uint8_t *(*PolyplugArenaAlloc)(PolyplugCallArena *, size_t, size_t);
typedef struct { uint32_t function_count; void *const *functions; } PolyplugNativeDispatch;
typedef struct { void *call; PolyplugVmLoaderData loader_data; } PolyplugVmDispatch;
typedef union { PolyplugNativeDispatch native; PolyplugVmDispatch vm; } PolyplugDispatchMechanisms;
typedef struct {
uint64_t contract_id; PolyplugVersion contract_version; uint32_t dispatch_type;
void *create_instance, *destroy_instance; PolyplugDispatchMechanisms dispatch;
} PolyplugGuestContractInterface;
typedef struct {
uint64_t contract_id; PolyplugVersion contract_version; bool singleton; uint32_t dispatch_type;
void *runtime, *user_data, *create_instance, *destroy_instance; PolyplugDispatchMechanisms dispatch;
} PolyplugHostContractInterface;
typedef struct {
uint32_t struct_size, abi_minor;
void *call, *create, *destroy;
uint8_t *(*result_alloc)(PolyplugHost, size_t, size_t);
void (*request_reload)(PolyplugHost, uint64_t, PolyplugAbiError *);
void *pin, *unpin, *poll;
const void *(*query)(PolyplugHost, PolyplugStringView);
PolyplugStringView (*last_error)(PolyplugHost);
void *unload_bundle_cascade;
PolyplugStringView (*bundle_name)(PolyplugHost, uint64_t);
uint64_t (*revision)(PolyplugHost);
uint8_t *(*arena_alloc)(PolyplugHost, PolyplugCallArena *, size_t, size_t);
void *arena_reset, *arena_release, *bind_guest_contract;
void (*set_last_error)(PolyplugHost, uint32_t, PolyplugStringView);
} PolyplugHostApiExtensions;
struct PolyplugHostApi {
void *runtime, *register_guest_contract;
uint8_t *(*alloc)(PolyplugHost, size_t, size_t);
void (*free)(PolyplugHost, void *, size_t, size_t);
PolyplugGuestContractHandle (*find_guest_contract)(PolyplugHost, uint64_t, uint32_t);
PolyplugGuestContractHandleArray (*find_all_guest_contracts)(PolyplugHost, uint64_t, uint32_t);
const PolyplugGuestContractInterface *(*resolve_guest_contract)(PolyplugHost, PolyplugGuestContractHandle);
PolyplugHostContractInstance (*get_host_contract)(PolyplugHost, uint64_t, uint32_t);
const PolyplugHostContractInterface *(*resolve_host_contract_interface)(PolyplugHost, uint64_t, uint32_t);
PolyplugBundleIdArray (*list_bundles)(PolyplugHost);
PolyplugDependencyInfoArray (*get_dependencies)(PolyplugHost);
void *load_bundle, *reload_bundle, *register_host_contract, *register_loader;
size_t (*get_last_error)(PolyplugHost, uint8_t *, size_t);
size_t (*get_error_len)(PolyplugHost);
void *unload_bundle;
void (*log)(PolyplugHost, uint32_t, PolyplugStringView, PolyplugStringView);
void *create_guest_instance, *destroy_guest_instance;
const uint64_t *(*revision_counter)(PolyplugHost);
const PolyplugHostApiExtensions *reserved;
};
]])

-- FNV-1a over 64 bits, exact: Lua's numbers are not wide enough, `uint64_t` is.
local bit = require("bit")

local function fnv1a(text)
    local hash = 0xcbf29ce484222325ULL
    for at = 1, #text do
        hash = bit.bxor(hash, text:byte(at)) * 0x100000001b3ULL
    end
    return hash
end

local abi = {}

function abi.guest_contract_id(name, major)
    return fnv1a(("guest_contract:%s@%d"):format(name, major))
end

function abi.host_contract_id(name, major)
    return fnv1a(("host_contract:%s@%d"):format(name, major))
end

function abi.bundle_id(name)
    return fnv1a(name)
end

-- The text of a string view; nil if it is absent.
function abi.to_str(view)
    if view.ptr == nil then
        return nil
    end
    return ffi.string(view.ptr, view.len)
end

return abi
