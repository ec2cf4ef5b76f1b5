// The C ABI of polyplug, version 1.
//
// Generated from the crate polyplug_abi; changes belong there. The layout is fixed: a plugin that
// was compiled against this header loads into every runtime of this version.
//
// Every function carries one or more of these tags; a function that fails has changed nothing
// unless it says otherwise.
//
//   [thread-safe]     any thread, at any time, also from inside a plugin's call
//   [init-thread]     only on the thread that runs a bundle's start, until that start returns
//   [frame-boundary]  only where the thread is outside of every call, callback, constructor and
//                     pin of the runtime; elsewhere the answer is POLYPLUG_ERROR_REENTRANT_CALL
//   [same-thread]     only on the thread that made the object

#ifndef POLYPLUG_H
#define POLYPLUG_H


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What a plugin puts before the definitions of polyplug_abi_version and polyplug_init.
#ifdef __cplusplus
#define POLYPLUG_LINKAGE extern "C"
#else
#define POLYPLUG_LINKAGE
#endif
#if defined(_WIN32)
#define POLYPLUG_EXPORT POLYPLUG_LINKAGE __declspec(dllexport)
#elif defined(__GNUC__)
#define POLYPLUG_EXPORT POLYPLUG_LINKAGE __attribute__((visibility("default")))
#else
#define POLYPLUG_EXPORT POLYPLUG_LINKAGE
#endif

struct PolyplugCallArena;
struct PolyplugHostApi;
struct PolyplugHostApiExtensions;


// Success.
#define POLYPLUG_ERROR_OK 0

// A failure without a number of its own; the message says what.
#define POLYPLUG_ERROR_GENERIC 1

// The buffer of the caller is too small.
#define POLYPLUG_ERROR_BUFFER_TOO_SMALL 2

// A panic or an uncaught exception was stopped at the border.
#define POLYPLUG_ERROR_PANIC 3

// Nothing has this name, id or path.
#define POLYPLUG_ERROR_NOT_FOUND 4

// What the handle or the instance named was unloaded or destroyed.
#define POLYPLUG_ERROR_STALE_HANDLE 5

// The contract has no function with this id, or its present version lacks it.
#define POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE 6

// The bundle registered the same contract twice.
#define POLYPLUG_ERROR_DUPLICATE_PROVIDER 7

// A pointer is null or misaligned.
#define POLYPLUG_ERROR_INVALID_POINTER 8

// Not allowed from inside a call, a callback, a constructor or a pin.
#define POLYPLUG_ERROR_REENTRANT_CALL 9

// The call ran past its time limit and was stopped.
#define POLYPLUG_ERROR_TIMED_OUT 10

// The bundle asked for more memory than its limit.
#define POLYPLUG_ERROR_MEMORY_LIMIT 11

// The plugin was built for another version of this ABI.
#define POLYPLUG_ERROR_ABI_MISMATCH 12

// A signature is missing or not by a trusted key.
#define POLYPLUG_ERROR_SIGNATURE_REJECTED 13

// Instances that cannot be handed over are still alive.
#define POLYPLUG_ERROR_INSTANCES_ALIVE 14

// An argument has a value that the function does not take.
#define POLYPLUG_ERROR_INVALID_ARGUMENT 15

// Waiting would close a cycle of bundles that wait for each other.
#define POLYPLUG_ERROR_WOULD_DEADLOCK 16

// What had to become free did not within the drain timeout.
#define POLYPLUG_ERROR_BUSY 17

// The runtime was created with reloading off.
#define POLYPLUG_ERROR_HOT_RELOAD_DISABLED 18

// The bundle is not loaded.
#define POLYPLUG_ERROR_BUNDLE_NOT_LOADED 19

// A bundle of this name is loaded already.
#define POLYPLUG_ERROR_DUPLICATE_BUNDLE 20

// The manifest cannot be read or says something impossible.
#define POLYPLUG_ERROR_MANIFEST_INVALID 21

// A bundle or contract that the bundle needs is missing.
#define POLYPLUG_ERROR_DEPENDENCY_UNMET 22

// The contract is there, but in a version that does not fit.
#define POLYPLUG_ERROR_VERSION_MISMATCH 23

// The loader could not start the bundle.
#define POLYPLUG_ERROR_LOAD_FAILED 24

// The call belongs on another thread.
#define POLYPLUG_ERROR_WRONG_THREAD 25

// An earlier call never came back, so the bundle cannot be entered.
#define POLYPLUG_ERROR_STUCK 26

// Two different names have the same id.
#define POLYPLUG_ERROR_ID_COLLISION 27

// A bug of the runtime itself.
#define POLYPLUG_ERROR_INTERNAL 28

// No loader of the name that the manifest gives is registered.
#define POLYPLUG_ERROR_NO_LOADER 29

// A path leads out of the folder of the bundle.
#define POLYPLUG_ERROR_PATH_ESCAPE 30

// The bundle does not provide what its manifest declares.
#define POLYPLUG_ERROR_CONTRACT_MISMATCH 31

// The two sides describe the contract's functions differently.
#define POLYPLUG_ERROR_SHAPE_MISMATCH 32

// The change must wait until the host declares that no thread is inside a raw native call.
#define POLYPLUG_ERROR_NEEDS_QUIESCENCE 33

// The host registered no contract of this id.
#define POLYPLUG_ERROR_HOST_CONTRACT_NOT_FOUND 100

// The host's contract has a version that does not fit.
#define POLYPLUG_ERROR_HOST_CONTRACT_VERSION_MISMATCH 101

// A function of a host contract failed.
#define POLYPLUG_ERROR_HOST_CONTRACT_CALL_FAILED 102

// The first number that plugins use as they like; it and all above pass through unchanged.
#define POLYPLUG_ERROR_FIRST_OF_PLUGINS 256

// A function or contract that was lost, or a version that does not fit, is an error.
#define POLYPLUG_COMPATIBILITY_STRICT 0

// What was lost is a warning, and calling it is an error.
#define POLYPLUG_COMPATIBILITY_RELAXED 1

// Versions are not compared at all.
#define POLYPLUG_COMPATIBILITY_YOLO 2

// Something failed.
#define POLYPLUG_LOG_ERROR 1

// Something works but needs attention.
#define POLYPLUG_LOG_WARN 2

// A step that a person running the program wants to see.
#define POLYPLUG_LOG_INFO 3

// A detail for the author of a plugin.
#define POLYPLUG_LOG_DEBUG 4

// A detail for the author of the runtime.
#define POLYPLUG_LOG_TRACE 5

// Signatures are not looked at.
#define POLYPLUG_SIGNATURE_OFF 0

// A missing or wrong signature is a log record.
#define POLYPLUG_SIGNATURE_WARN_ONLY 1

// A missing or wrong signature is an error.
#define POLYPLUG_SIGNATURE_REQUIRED 2

// Rust.
#define POLYPLUG_LANGUAGE_RUST 0

// C or C++.
#define POLYPLUG_LANGUAGE_CPP 1

// A language of .NET.
#define POLYPLUG_LANGUAGE_DOTNET 2

// Python.
#define POLYPLUG_LANGUAGE_PYTHON 3

// Lua.
#define POLYPLUG_LANGUAGE_LUA 4

// JavaScript.
#define POLYPLUG_LANGUAGE_JAVASCRIPT 5

// Anything that compiles to WebAssembly components.
#define POLYPLUG_LANGUAGE_WASM 6

// The functions are called through a table of C functions.
#define POLYPLUG_DISPATCH_NATIVE 0

// The functions are called through the one `call` function of a loader.
#define POLYPLUG_DISPATCH_VIRTUAL_MACHINE 1

// The smallest block, in bytes, that an arena asks the host for: one page, so that a run of small
// results costs one allocation.
#define POLYPLUG_ARENA_SMALLEST_BLOCK 4096

// The version of this ABI, which `polyplug_abi_version` of a plugin returns.
#define POLYPLUG_ABI_VERSION 1

// The bundle was started and is not going to run: a check failed, or another bundle of the same
// change did.
#define POLYPLUG_SHUTDOWN_REFUSED 0

// A newer version of the bundle runs.
#define POLYPLUG_SHUTDOWN_REPLACED 1

// The bundle was unloaded.
#define POLYPLUG_SHUTDOWN_UNLOADED 2

// The runtime is being destroyed.
#define POLYPLUG_SHUTDOWN_RUNTIME 3

// A new version is about to be started; the old one still answers.
#define POLYPLUG_RELOAD_PREPARING 0

// The new version answers.
#define POLYPLUG_RELOAD_RELOADED 1

// The new version was refused; the old one still answers.
#define POLYPLUG_RELOAD_FAILED 2

// The bundle is being unloaded.
#define POLYPLUG_RELOAD_UNLOADING 3

// A flag for `poll`: at this moment no thread of the process is inside a raw native call or keeps
// a function pointer that it read from an interface, so that retired code may be closed.
#define POLYPLUG_POLL_QUIESCENT 1

// The export `polyplug_abi_version`. [init-thread]
//
// Called before anything else of the plugin. A result other than the version of the runtime
// refuses the plugin.
typedef uint32_t (*PolyplugAbiVersion)(void);

// The head of a block that an arena got from its host; the memory follows it.
typedef struct PolyplugArenaOverflowBlock {
    // The block that was the newest before; null at the end.
    struct PolyplugArenaOverflowBlock *next;
    // The size of the block in bytes, with this head.
    size_t capacity;
    // The number of those bytes that are taken, with this head.
    size_t used;
} PolyplugArenaOverflowBlock;

// Owned bytes that can grow, from the allocator of the host.
//
// The owner frees it with `host->free(ptr, cap, 1)`.
typedef struct PolyplugBuffer {
    // The first byte; null if `cap` is 0.
    uint8_t *ptr;
    // The number of bytes that are filled.
    size_t len;
    // The number of bytes that were allocated.
    size_t cap;
} PolyplugBuffer;

// A borrowed piece of UTF-8 text, without a terminating NUL.
//
// A null `ptr` means that the text is absent; an empty text has a `ptr` that is not null. The text
// lives as long as the function or field that hands it over says.
typedef struct PolyplugStringView {
    // The first byte, or null for an absent text.
    const uint8_t *ptr;
    // The number of bytes.
    size_t len;
} PolyplugStringView;

// What a bundle learns about itself when it starts. It belongs to the runtime and lives until the
// start returns.
typedef struct PolyplugBundleInitContext {
    // The hash of the bundle's name.
    uint64_t bundle_id;
    // The folder of the bundle; null if it was loaded from memory.
    struct PolyplugStringView bundle_path;
} PolyplugBundleInitContext;

// An object of a host contract. The runtime owns that of a singleton contract; any other belongs
// to whoever looked it up.
typedef struct PolyplugHostContractInstance {
    // The object, as the host knows it; null where there is none.
    void *data;
} PolyplugHostContractInstance;

// Destroys an object that the constructor of the same interface made. [thread-safe]
//
// Its owner calls it once: the runtime, when no bundle can use the object any more, or the bundle.
// Null data is allowed and does nothing.
typedef void (*PolyplugDestroyHostInstance)(void *user_data,
                                            struct PolyplugHostContractInstance instance);

// A semantic version without its labels. Versions compare as they read.
typedef struct PolyplugVersion {
    // Changes when something that worked no longer does.
    uint32_t major;
    // Changes when something was added.
    uint32_t minor;
    // Changes with every other release.
    uint32_t patch;
} PolyplugVersion;

// What a plugin says about itself when it registers a contract. Read during the call only.
typedef struct PolyplugPluginDescriptor {
    // The name of the plugin, for log records and listings; not null.
    struct PolyplugStringView name;
    // The name of the contract, whose hash with the major version is the id; not null.
    struct PolyplugStringView contract_name;
    // The version of the plugin.
    struct PolyplugVersion version;
} PolyplugPluginDescriptor;

// What a loader needs to find the bundle again. Opaque: passed back as it was received.
typedef struct PolyplugVmLoaderData {
    // Known to the loader alone.
    void *data;
} PolyplugVmLoaderData;

// An object of a guest contract, or the stateless default.
//
// Whoever created it destroys it once. It does not survive an unload of its bundle.
typedef struct PolyplugGuestContractInstance {
    // The object, as its bundle knows it (not always an address); null for the stateless default.
    void *data;
    // The contract that the object belongs to; ignored if `data` is null.
    uint64_t contract_id;
} PolyplugGuestContractInstance;

// Makes an object of a guest contract. [thread-safe]
//
// `loader_data` is that of the dispatch, null data for a native bundle. `args` belongs to the
// caller, is read during the call and is null if the constructor takes nothing. `out_instance` is
// never null; on failure the callee writes `{null, 0}` and the reason is the thread's last error.
// The caller owns the new object and destroys it.
typedef void (*PolyplugCreateInstance)(struct PolyplugVmLoaderData loader_data,
                                       const struct PolyplugHostApi *host,
                                       const void *args,
                                       struct PolyplugGuestContractInstance *out_instance);

// Destroys an object that the constructor of the same interface made. [thread-safe]
//
// Null data is allowed and does nothing. Afterwards every copy of the instance is invalid.
typedef void (*PolyplugDestroyInstance)(struct PolyplugVmLoaderData loader_data,
                                        const struct PolyplugHostApi *host,
                                        struct PolyplugGuestContractInstance instance);

// The functions of a contract as a table; a function's id is its place in it.
//
// In an interface that the runtime hands out both fields change while the program runs: a C reader
// fetches an entry with `polyplug_fn`.
typedef struct PolyplugNativeDispatch {
    // The number of entries in `functions`.
    uint32_t function_count;
    // The entries, none of them null; each is a native guest function, or a host function in a
    // host contract. Null if there are none.
    const void *const *functions;
} PolyplugNativeDispatch;

// Memory for the results of one chain of calls on one thread.
//
// Whoever made the arena owns it and alone resets and releases it; everything allocated from it
// dies then. It fills the region that its creator brought along, if any, by moving `cur` up; what
// does not fit goes to blocks from the host. A callee takes memory with `arena_alloc`.
typedef struct PolyplugCallArena {
    // The first free byte of the region.
    uint8_t *cur;
    // One past the last byte of the region.
    uint8_t *end;
    // The first byte of the region; null, like `cur` and `end`, if there is none. The arena never
    // frees it.
    uint8_t *base;
    // The host that further blocks come from; never null.
    const struct PolyplugHostApi *host;
    // The newest block that came from the host; null if there is none.
    struct PolyplugArenaOverflowBlock *first_overflow;
} PolyplugCallArena;

// The outcome of a call.
//
// An `AbiError *out_err` parameter is never null and belongs to the caller; the callee writes it
// on failure and may leave it alone on success, so the caller clears it first. A message that the
// runtime wrote lives until 16 further failures on the same thread; one that a plugin wrote during
// a raw native call lives in the plugin.
typedef struct PolyplugAbiError {
    // An `ERROR_` value: 0 for success, below 256 a failure that the runtime knows, from 256 on
    // one of the plugin. Kept as a number, because a plugin may write any.
    uint32_t code;
    // What went wrong and what to change; null on success.
    struct PolyplugStringView message;
} PolyplugAbiError;

// Calls the function with the id `function` of a bundle that runs in a virtual machine.
// [thread-safe]
//
// `args`, `out` and `out_err` are as for a native function. Whatever is variable in size in the
// result belongs to `arena`, or, if `arena` is null, to the caller, who frees it with
// `host->free`.
typedef void (*PolyplugVmCall)(struct PolyplugVmLoaderData loader_data,
                               struct PolyplugGuestContractInstance instance,
                               uint32_t function,
                               const void *args,
                               void *out,
                               struct PolyplugCallArena *arena,
                               struct PolyplugAbiError *out_err);

// The functions of a contract behind one entrance.
typedef struct PolyplugVmDispatch {
    // The entrance; never null. [thread-safe]
    PolyplugVmCall call;
    // The first argument of every function of the interface.
    struct PolyplugVmLoaderData loader_data;
} PolyplugVmDispatch;

// How the functions are called; the `dispatch_type` beside it says which half is meant.
typedef union PolyplugDispatchMechanisms {
    // Meant if `dispatch_type` is native.
    struct PolyplugNativeDispatch native;
    // Meant if `dispatch_type` is virtual machine.
    struct PolyplugVmDispatch vm;
} PolyplugDispatchMechanisms;

// A contract that a bundle provides.
//
// One that a plugin registers is copied and may live on its stack. One that the runtime hands out
// lives, at the same address, until the runtime is destroyed; a reload changes
// `contract_version`, the native `function_count`, `functions` and their entries in place, so
// that they are read anew for every use.
typedef struct PolyplugGuestContractInterface {
    // The hash of the contract's name and major version.
    uint64_t contract_id;
    // The version that is provided.
    struct PolyplugVersion contract_version;
    // Which half of `dispatch` is meant: a `DISPATCH_` value.
    uint32_t dispatch_type;
    // Makes an object; never null.
    PolyplugCreateInstance create_instance;
    // Destroys an object; never null.
    PolyplugDestroyInstance destroy_instance;
    // The functions of the contract.
    union PolyplugDispatchMechanisms dispatch;
} PolyplugGuestContractInterface;

// Names a contract that a loaded bundle provides.
//
// A handle stays valid over reloads of its bundle and answers `StaleHandle` after an unload. It
// owns nothing and may be copied and dropped freely.
typedef struct PolyplugGuestContractHandle {
    // The place in the registry; `UINT32_MAX` for the null handle.
    uint32_t index;
    // Changes when the place is given to someone else.
    uint32_t generation;
} PolyplugGuestContractHandle;

// A list of `len` values.
//
// One that a function of the host returns belongs to the caller, who frees it with
// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
// the caller and is read only during the call.
typedef struct PolyplugGuestContractHandleArray {
    // The first value; null if `len` is 0.
    struct PolyplugGuestContractHandle *items;
    // The number of values.
    size_t len;
    // The alignment that `items` was allocated with.
    size_t align;
} PolyplugGuestContractHandleArray;

// Makes an object of a host contract. [thread-safe]
//
// `user_data` is that of the interface. `args` is null in version 1. `out_instance` is never null
// and holds null data when the function is entered; leaving it so means that the functions need no
// object. The runtime owns the object of a singleton contract, any other belongs to the bundle
// that asked for it.
typedef void (*PolyplugCreateHostInstance)(void *user_data,
                                           const void *args,
                                           struct PolyplugHostContractInstance *out_instance);

// A contract that the host provides.
//
// The host fills it in to register it; the runtime copies it. The copy that the runtime hands out
// lives until the runtime is destroyed and does not change. `user_data`, the function table and
// the functions stay the property of the host and outlive the runtime.
typedef struct PolyplugHostContractInterface {
    // The hash of the contract's name and major version.
    uint64_t contract_id;
    // The version that is provided.
    struct PolyplugVersion contract_version;
    // Whether all bundles share one object, made on first use; otherwise each look-up makes one.
    bool singleton;
    // Which half of `dispatch` is meant: a `DISPATCH_` value, native in version 1.
    uint32_t dispatch_type;
    // Set by the runtime in the copy that it hands out; ignored, and best null, on registration.
    void *runtime;
    // The first argument of the constructor and the destructor; may be null.
    void *user_data;
    // Makes an object; never null.
    PolyplugCreateHostInstance create_instance;
    // Destroys an object; never null.
    PolyplugDestroyHostInstance destroy_instance;
    // The functions of the contract, each a host function.
    union PolyplugDispatchMechanisms dispatch;
} PolyplugHostContractInterface;

// A list of `len` values.
//
// One that a function of the host returns belongs to the caller, who frees it with
// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
// the caller and is read only during the call.
typedef struct PolyplugBundleIdArray {
    // The first value; null if `len` is 0.
    uint64_t *items;
    // The number of values.
    size_t len;
    // The alignment that `items` was allocated with.
    size_t align;
} PolyplugBundleIdArray;

// A contract that a bundle says it needs.
typedef struct PolyplugDependencyInfo {
    // The contract that is needed.
    uint64_t contract_id;
    // The lowest version that will do: 0 for any, below 65536 a major version, from 65536 on
    // `major << 16 | minor`.
    uint32_t min_version;
    // The bundle that has to provide it; 0 for any.
    uint64_t bundle_id;
} PolyplugDependencyInfo;

// A list of `len` values.
//
// One that a function of the host returns belongs to the caller, who frees it with
// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
// the caller and is read only during the call.
typedef struct PolyplugDependencyInfoArray {
    // The first value; null if `len` is 0.
    struct PolyplugDependencyInfo *items;
    // The number of values.
    size_t len;
    // The alignment that `items` was allocated with.
    size_t align;
} PolyplugDependencyInfoArray;

// Functions of the runtime beyond the fixed table; found at `host->reserved`.
//
// Fields are only ever appended: whoever was built against a newer header compares `struct_size`
// with the end of a field before using it. Every pointer inside `struct_size` is set. `host` is
// the table that this one was found in; `out_err` is never null; a function that fails has changed
// nothing unless it says otherwise.
typedef struct PolyplugHostApiExtensions {
    // The size in bytes of the table that the runtime has.
    uint32_t struct_size;
    // The number of additions to version 1 so far.
    uint32_t abi_minor;
    // Calls a function of a guest contract under the runtime's protection. [thread-safe]
    //
    // The version that is entered cannot be closed before the call returns, a panic or script
    // error becomes a code, and the bundle's limits hold. `iface` is one that the runtime handed
    // out. `instance` may be null data. `args` and `out` are as for a native function and belong
    // to the caller. `arena` belongs to the caller and owns what is variable in size in the
    // result; if it is null, the caller owns that and gives it back with `host->free`. After a
    // failure `out` is not read; what the function did until then stays done.
    void (*call)(const struct PolyplugHostApi *host,
                 const struct PolyplugGuestContractInterface *iface,
                 struct PolyplugGuestContractInstance instance,
                 uint32_t function,
                 const void *args,
                 void *out,
                 struct PolyplugCallArena *arena,
                 struct PolyplugAbiError *out_err);
    // Makes an object of a guest contract and reports why it could not. [thread-safe]
    //
    // `args` is as the contract says, may be null and is read during the call. `out` is not null;
    // on failure it becomes `{null, 0}`. The caller owns the object and destroys it.
    void (*create)(const struct PolyplugHostApi *host,
                   const struct PolyplugGuestContractInterface *iface,
                   const void *args,
                   struct PolyplugGuestContractInstance *out,
                   struct PolyplugAbiError *out_err);
    // Destroys an object of a guest contract. [thread-safe]
    //
    // `iface` is the one it was made with. Null data is allowed and does nothing; an object that
    // is gone already answers `StaleHandle`.
    void (*destroy)(const struct PolyplugHostApi *host,
                    const struct PolyplugGuestContractInterface *iface,
                    struct PolyplugGuestContractInstance instance,
                    struct PolyplugAbiError *out_err);
    // Memory for the result of the call that runs on this thread. [thread-safe]
    //
    // It comes from the arena of the innermost guarded call and belongs to it; without one it
    // comes from `host->alloc` and belongs to the caller of the function. `align` is a power of
    // two. Null only on failure.
    uint8_t *(*result_alloc)(const struct PolyplugHostApi *host, size_t size, size_t align);
    // Asks for a reload that happens later, on the worker or in the next poll. [thread-safe]
    //
    // Success means that the request was queued.
    void (*request_reload)(const struct PolyplugHostApi *host,
                           uint64_t bundle_id,
                           struct PolyplugAbiError *out_err);
    // Holds back every replacement until `unpin`. [thread-safe]
    //
    // `out_token` is not null and receives a token that belongs to this thread; nothing is written
    // on failure. The outermost pin of a thread waits while a replacement is under way. A pin that
    // is held past the drain timeout makes the replacement fail.
    void (*pin)(const struct PolyplugHostApi *host,
                uint64_t *out_token,
                struct PolyplugAbiError *out_err);
    // Gives a pin back. [same-thread]
    //
    // `token` is one that `pin` wrote on this thread and that was not given back yet; any other
    // answers `InvalidArgument`, or `WrongThread` if it belongs elsewhere.
    void (*unpin)(const struct PolyplugHostApi *host,
                  uint64_t token,
                  struct PolyplugAbiError *out_err);
    // Commits the replacements that are ready and calls the callbacks that are due, on this
    // thread. [frame-boundary]
    //
    // `flags` is 0 or a sum of the poll flags. Returns how many replacements were committed; one
    // that fails leaves its old version in place, is reported by its callback, and does not keep
    // the others back.
    uint32_t (*poll)(const struct PolyplugHostApi *host,
                     uint32_t flags,
                     struct PolyplugAbiError *out_err);
    // Finds an addition by its name. [thread-safe]
    //
    // `name` stays the property of the caller. Null if this runtime does not know it; else the
    // runtime owns what is found, which lives as long as this table.
    const void *(*query)(const struct PolyplugHostApi *host, struct PolyplugStringView name);
    // The newest failure on this thread, which is not cleared. [thread-safe]
    //
    // Null if there was none. The runtime owns the text; it lives until 16 further failures on
    // this thread.
    struct PolyplugStringView (*last_error)(const struct PolyplugHostApi *host);
    // Unloads a bundle and, before it, all that need it. [frame-boundary]
    //
    // Either all of them are unloaded or none.
    void (*unload_bundle_cascade)(const struct PolyplugHostApi *host,
                                  uint64_t bundle_id,
                                  struct PolyplugAbiError *out_err);
    // The name of a loaded bundle. [thread-safe]
    //
    // Null if there is none. The runtime owns the text, which lives until the runtime is
    // destroyed.
    struct PolyplugStringView (*bundle_name)(const struct PolyplugHostApi *host, uint64_t bundle_id);
    // The present value of the revision counter. [thread-safe]
    uint64_t (*revision)(const struct PolyplugHostApi *host);
    // Takes memory from an arena. [same-thread]
    //
    // `arena` is not null. The memory belongs to the arena and dies with the next reset or
    // release. `align` is a power of two. Null only on failure; the arena is then unchanged.
    uint8_t *(*arena_alloc)(const struct PolyplugHostApi *host,
                            struct PolyplugCallArena *arena,
                            size_t size,
                            size_t align);
    // Makes all memory of an arena free for the next call, keeping some blocks. [same-thread]
    //
    // `arena` is not null, and only its creator resets it: everything taken from it becomes
    // invalid.
    void (*arena_reset)(const struct PolyplugHostApi *host, struct PolyplugCallArena *arena);
    // Gives the blocks of an arena back to the host. [same-thread]
    //
    // As `arena_reset`; the struct itself stays the property of the caller and is an empty arena
    // that can be used again.
    void (*arena_release)(const struct PolyplugHostApi *host, struct PolyplugCallArena *arena);
    // The interface behind a handle, for `call`, `create` and `destroy` alone. [thread-safe]
    //
    // As `resolve_guest_contract`, but nobody is a raw caller for it: its functions must not be
    // called through the interface, and a replaced version is closed without a word of the host.
    // Null if the handle is stale.
    const struct PolyplugGuestContractInterface *(*bind_guest_contract)(const struct PolyplugHostApi *host,
                                                                        struct PolyplugGuestContractHandle handle);
    // Makes a text the last error of this thread. [thread-safe]
    //
    // How a constructor, which has no `out_err`, says why it made no instance. `message` is UTF-8,
    // stays the property of the caller and is copied; null is allowed.
    void (*set_last_error)(const struct PolyplugHostApi *host, struct PolyplugStringView message);
} PolyplugHostApiExtensions;

// The table of the runtime's functions.
//
// Every pointer is set, and every function takes the table itself first. The host's table lives
// until the runtime is destroyed; a bundle has one of its own, by which the runtime knows who
// asks, and it lives until the bundle is closed. Functions without an `out_err` report the reason
// of a failure as the thread's last error. A function that fails has changed nothing.
typedef struct PolyplugHostApi {
    // Known to the runtime alone.
    void *runtime;
    // Registers a contract for the bundle that is starting. [init-thread]
    //
    // `descriptor` and `iface` are not null, stay the property of the caller and are copied;
    // the functions they name have to live until the bundle is closed. `out_err` is not null.
    void (*register_guest_contract)(const struct PolyplugHostApi *host,
                                    const struct PolyplugPluginDescriptor *descriptor,
                                    const struct PolyplugGuestContractInterface *iface,
                                    struct PolyplugAbiError *out_err);
    // Allocates `size` bytes aligned to `align`, a power of two. [thread-safe]
    //
    // The caller owns the memory and gives it back with `free`. Null only on
    // failure; 0 bytes have an address too.
    uint8_t *(*alloc)(const struct PolyplugHostApi *host, size_t size, size_t align);
    // Gives back what `alloc` returned, with the same `size` and `align`. [thread-safe]
    //
    // Null is allowed and does nothing.
    void (*free)(const struct PolyplugHostApi *host, uint8_t *memory, size_t size, size_t align);
    // Finds a bundle that provides a contract. [thread-safe]
    //
    // `min_version` is 0 for any version, a value below 65536 for that major version or later,
    // from 65536 on `major << 16 | minor` for the same major and at least this minor. The null
    // handle if there is none. The handle is a value and owns nothing.
    struct PolyplugGuestContractHandle (*find_guest_contract)(const struct PolyplugHostApi *host,
                                                              uint64_t contract_id,
                                                              uint32_t min_version);
    // Finds every bundle that provides a contract. [thread-safe]
    //
    // The caller owns the list and gives it back with `free`; it is empty if there is none.
    struct PolyplugGuestContractHandleArray (*find_all_guest_contracts)(const struct PolyplugHostApi *host,
                                                                        uint64_t contract_id,
                                                                        uint32_t min_version);
    // The contract that a handle names. [thread-safe]
    //
    // The runtime owns the interface, which stays at its address until the runtime is destroyed.
    // Null if the handle is null or stale. An interface that was resolved holds back the closing
    // of native code until the host says that it is quiescent.
    const struct PolyplugGuestContractInterface *(*resolve_guest_contract)(const struct PolyplugHostApi *host,
                                                                           struct PolyplugGuestContractHandle handle);
    // An object of a host contract. [thread-safe]
    //
    // That of a singleton contract is made on first use and belongs to the runtime. Any other is
    // made anew; the caller owns it and destroys it through the interface of the contract. Null
    // data on failure, or if the contract needs no object.
    struct PolyplugHostContractInstance (*get_host_contract)(const struct PolyplugHostApi *host,
                                                             uint64_t contract_id,
                                                             uint32_t min_version);
    // The functions of a host contract. [thread-safe]
    //
    // The runtime owns the interface, which lives until the runtime is destroyed and does not
    // change. Null if there is none that fits.
    const struct PolyplugHostContractInterface *(*resolve_host_contract_interface)(const struct PolyplugHostApi *host,
                                                                                   uint64_t contract_id,
                                                                                   uint32_t min_version);
    // The ids of all loaded bundles. [thread-safe]
    //
    // The caller owns the list and gives it back with `free`.
    struct PolyplugBundleIdArray (*list_bundles)(const struct PolyplugHostApi *host);
    // What the bundle that is starting on this thread says it needs. [init-thread]
    //
    // The caller owns the list and gives it back with `free`; it is empty elsewhere.
    struct PolyplugDependencyInfoArray (*get_dependencies)(const struct PolyplugHostApi *host);
    // Loads the bundle in a folder. [thread-safe]
    //
    // `path` is UTF-8 of `len` bytes, not null, and stays the property of the caller. `out_err` is
    // not null. A failure leaves nothing of the bundle behind.
    void (*load_bundle)(const struct PolyplugHostApi *host,
                        const uint8_t *path,
                        size_t len,
                        struct PolyplugAbiError *out_err);
    // Replaces the bundle that was loaded from a folder by what is there now. [frame-boundary]
    //
    // Parameters as for `load_bundle`. After a failure the old version still answers.
    void (*reload_bundle)(const struct PolyplugHostApi *host,
                          const uint8_t *path,
                          size_t len,
                          struct PolyplugAbiError *out_err);
    // Registers a contract of the host. [thread-safe]
    //
    // `iface` is not null, stays the property of the caller and is copied; the functions it
    // names have to outlive the runtime. `out_err` is not null. Refused if the id is taken.
    void (*register_host_contract)(const struct PolyplugHostApi *host,
                                   const struct PolyplugHostContractInterface *iface,
                                   struct PolyplugAbiError *out_err);
    // Registers a loader for one more language. [thread-safe]
    //
    // `loader` was made by this same library, which takes it over on success; anything else is
    // refused and stays with the caller. `out_err` is not null.
    void (*register_loader)(const struct PolyplugHostApi *host,
                            void *loader,
                            struct PolyplugAbiError *out_err);
    // Copies the last error of this thread into `buf` and clears it. [thread-safe]
    //
    // `buf` belongs to the caller and has room for `len` bytes; what does not fit is cut off
    // between two characters, and there is no terminating NUL. Returns the number of bytes that
    // were written, 0 if there is no error or `buf` is null.
    size_t (*get_last_error)(const struct PolyplugHostApi *host, uint8_t *buf, size_t len);
    // The length in bytes of the last error of this thread, 0 if there is none. [thread-safe]
    size_t (*get_error_len)(const struct PolyplugHostApi *host);
    // Unloads a bundle that no other bundle needs. [frame-boundary]
    //
    // Its handles answer `StaleHandle` from then on. `out_err` is not null.
    void (*unload_bundle)(const struct PolyplugHostApi *host,
                          uint64_t bundle_id,
                          struct PolyplugAbiError *out_err);
    // Writes a log record. [thread-safe]
    //
    // An unknown `level` counts as Error. The texts are UTF-8, stay the property of the caller and
    // are read during the call; null counts as empty. It cannot fail.
    void (*log)(const struct PolyplugHostApi *host,
                uint32_t level,
                struct PolyplugStringView scope,
                struct PolyplugStringView message);
    // Makes an object of a guest contract. [thread-safe]
    //
    // `iface` is one that `resolve_guest_contract` returned. `args` is as the contract says,
    // may be null and is read during the call. `out_instance` is not null; on failure it becomes
    // `{null, 0}`. The caller owns the object and destroys it with `destroy_guest_instance`.
    void (*create_guest_instance)(const struct PolyplugHostApi *host,
                                  const struct PolyplugGuestContractInterface *iface,
                                  const void *args,
                                  struct PolyplugGuestContractInstance *out_instance);
    // Destroys an object of a guest contract. [thread-safe]
    //
    // `iface` is the one it was made with. Null data is allowed and does nothing; an object
    // that is gone already is a failure and changes nothing.
    void (*destroy_guest_instance)(const struct PolyplugHostApi *host,
                                   const struct PolyplugGuestContractInterface *iface,
                                   struct PolyplugGuestContractInstance instance);
    // The address of a counter that changes whenever the registry changes. [thread-safe]
    //
    // Never null; the runtime owns it, and it lives until the runtime is destroyed. It is read
    // with one atomic load of 64 bits and never written.
    const uint64_t *(*revision_counter)(const struct PolyplugHostApi *host);
    // Data, not a function: the table of the functions that came later. Never null in this
    // implementation; it lives as long as this table.
    const struct PolyplugHostApiExtensions *reserved;
} PolyplugHostApi;

// A function of a host contract; parameters as for a native guest function. [thread-safe]
typedef void (*PolyplugHostFunction)(struct PolyplugHostContractInstance instance,
                                     const void *args,
                                     void *out,
                                     struct PolyplugAbiError *out_err);

// Takes a log record. [thread-safe]
//
// `user_data` is the pointer that was configured. `level` is one of the log levels. The texts are
// UTF-8, never null, and live until the function returns. Several threads may call it at once.
typedef void (*PolyplugLogSink)(void *user_data,
                                uint32_t level,
                                struct PolyplugStringView scope,
                                struct PolyplugStringView message);

// A function of a native guest contract. [thread-safe]
//
// `args` is null for no argument, points at the value for one, and at a C struct of them in order
// for more. `out` points at the return type, or is null for none. Both belong to the caller and
// live until the call returns. `out_err` is never null. After a failure `out` is not read.
typedef void (*PolyplugNativeFunction)(struct PolyplugGuestContractInstance instance,
                                       const void *args,
                                       void *out,
                                       struct PolyplugAbiError *out_err);

// A step in the reload of one bundle. It belongs to the runtime and lives, with its texts, until
// the callback returns.
typedef struct PolyplugReloadPhase {
    // Which step: a `RELOAD_` value.
    uint32_t phase_type;
    // The hash of the bundle's name.
    uint64_t bundle_id;
    // The name of the bundle; never null.
    struct PolyplugStringView bundle_name;
    // Why the new version was refused; null in every other step.
    struct PolyplugStringView reason;
} PolyplugReloadPhase;

// Hears about each step of a reload. [thread-safe]
//
// `user_data` is the pointer that was configured. `phase` is never null and lives until the
// function returns. With a polling watcher the polling thread calls it, otherwise the thread that
// commits; no lock is held. Load, reload, unload and poll answer `ReentrantCall` from inside.
typedef void (*PolyplugOnReload)(void *user_data, const struct PolyplugReloadPhase *phase);

// The export `polyplug_init`. [init-thread]
//
// The plugin registers its contracts here. `host` is never null, belongs to the runtime and stays
// valid until the plugin is closed; `context` is never null and is valid until the function
// returns. A failure discards what was registered; the message of the returned error is copied
// before the plugin is closed.
typedef struct PolyplugAbiError (*PolyplugPluginInit)(const struct PolyplugHostApi *host,
                                                      const struct PolyplugBundleInitContext *context);

// The public half of an Ed25519 key, as RFC 8032 encodes it.
typedef struct PolyplugEd25519PublicKey {
    // The encoded point.
    uint8_t bytes[32];
} PolyplugEd25519PublicKey;

// A list of `len` values.
//
// One that a function of the host returns belongs to the caller, who frees it with
// `host->free(items, len * sizeof(item), align)`. One that is passed in stays the property of
// the caller and is read only during the call.
typedef struct PolyplugEd25519PublicKeyArray {
    // The first value; null if `len` is 0.
    struct PolyplugEd25519PublicKey *items;
    // The number of values.
    size_t len;
    // The alignment that `items` was allocated with.
    size_t align;
} PolyplugEd25519PublicKeyArray;

// What a host asks of the runtime that it creates.
//
// It is read, and the keys are copied, before the creating function returns. What the two user
// data pointers point at stays the property of the host and outlives the runtime.
typedef struct PolyplugRuntimeConfig {
    // How strictly a new version is held to the old one: a `COMPATIBILITY_` value.
    uint32_t compatibility;
    // Whether bundles may be reloaded at all.
    bool hot_reload_enabled;
    // Hears about reloads, as `OnReload` says; may be null. [thread-safe]
    void (*on_reload)(void *user_data, const struct PolyplugReloadPhase *phase);
    // The first argument of `on_reload`; may be null.
    void *on_reload_user_data;
    // Takes log records, as `LogSink` says; null sends errors and warnings to standard error.
    // [thread-safe]
    void (*log)(void *user_data,
                uint32_t level,
                struct PolyplugStringView scope,
                struct PolyplugStringView message);
    // The first argument of `log`; may be null.
    void *log_user_data;
    // Records with a level above this `LOG_` value do not reach `log`, so that 0 keeps all away.
    uint32_t log_max_level;
    // Whether bundles have to be signed: a `SIGNATURE_` value.
    uint32_t signature_policy;
    // The keys that may sign bundles. The list stays the property of the host.
    struct PolyplugEd25519PublicKeyArray trusted_keys;
} PolyplugRuntimeConfig;

// The function with the id `function` of a native guest contract, or null if the contract has no
// function of this id. [thread-safe]
//
// `iface` is not null, is one that the runtime handed out, and has the dispatch type native. A
// reload replaces entries in place: ask anew for every call. The function does not protect the
// call: its code stays loaded until the host says that it is quiescent.
static inline PolyplugNativeFunction polyplug_fn(const PolyplugGuestContractInterface *iface,
                                                 uint32_t function) {
    const PolyplugNativeDispatch *native = &iface->dispatch.native;
#if defined(__GNUC__) || defined(__clang__)
    // The count is read first: a table is published before the count that it makes room for.
    if (function >= __atomic_load_n(&native->function_count, __ATOMIC_ACQUIRE)) {
        return NULL;
    }
    const void *table = __atomic_load_n(&native->functions, __ATOMIC_ACQUIRE);
    return __atomic_load_n(&((const PolyplugNativeFunction *)table)[function], __ATOMIC_ACQUIRE);
#else
    // Aligned words are loaded whole and in order on the machines these compilers aim at.
    if (function >= *(const volatile uint32_t *)&native->function_count) {
        return NULL;
    }
    const void *table = *(const void *const *const volatile *)&native->functions;
    return ((const volatile PolyplugNativeFunction *)table)[function];
#endif
}

#ifdef __cplusplus
} // extern "C"
#endif

#endif // POLYPLUG_H
