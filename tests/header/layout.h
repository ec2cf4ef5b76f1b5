/*
 * The layout of version 1, written down a second time and by hand: what the compiler of a plugin
 * makes of the header has to be what 64-bit Rust makes of the types.
 */
#ifndef POLYPLUG_TEST_LAYOUT_H
#define POLYPLUG_TEST_LAYOUT_H

#include <polyplug/polyplug.h>

#include <stddef.h>

#if defined(__cplusplus)
#define CHECK(condition) static_assert(condition, #condition)
#elif __STDC_VERSION__ >= 201112L
#define CHECK(condition) _Static_assert(condition, #condition)
#else
/* C99 has no assertion at compile time; an array of negative length stops it too. */
#define CHECK(condition) extern char polyplug_checked[(condition) ? 1 : -1]
#endif

/* C99 has no _Alignof: a byte in front pushes the value to its alignment. */
#define LAYOUT(type, size, align)                                                                  \
    struct type##Alignment {                                                                       \
        char before;                                                                               \
        type value;                                                                                \
    };                                                                                             \
    CHECK(sizeof(type) == (size));                                                                 \
    CHECK(offsetof(struct type##Alignment, value) == (align))

#define FIELD(type, field, offset) CHECK(offsetof(type, field) == (offset))

CHECK(sizeof(void *) == 8);
CHECK(sizeof(size_t) == 8);
CHECK(sizeof(bool) == 1);

LAYOUT(PolyplugStringView, 16, 8);
FIELD(PolyplugStringView, ptr, 0);
FIELD(PolyplugStringView, len, 8);

LAYOUT(PolyplugBuffer, 24, 8);
FIELD(PolyplugBuffer, ptr, 0);
FIELD(PolyplugBuffer, len, 8);
FIELD(PolyplugBuffer, cap, 16);

#define ARRAY(type)                                                                                \
    LAYOUT(type, 24, 8);                                                                           \
    FIELD(type, items, 0);                                                                         \
    FIELD(type, len, 8);                                                                           \
    FIELD(type, align, 16)

ARRAY(PolyplugBundleIdArray);
ARRAY(PolyplugDependencyInfoArray);
ARRAY(PolyplugEd25519PublicKeyArray);
ARRAY(PolyplugGuestContractHandleArray);

LAYOUT(PolyplugAbiError, 24, 8);
FIELD(PolyplugAbiError, code, 0);
FIELD(PolyplugAbiError, message, 8);

LAYOUT(PolyplugVersion, 12, 4);
FIELD(PolyplugVersion, major, 0);
FIELD(PolyplugVersion, minor, 4);
FIELD(PolyplugVersion, patch, 8);

LAYOUT(PolyplugGuestContractHandle, 8, 4);
FIELD(PolyplugGuestContractHandle, index, 0);
FIELD(PolyplugGuestContractHandle, generation, 4);

LAYOUT(PolyplugGuestContractInstance, 16, 8);
FIELD(PolyplugGuestContractInstance, data, 0);
FIELD(PolyplugGuestContractInstance, contract_id, 8);

LAYOUT(PolyplugHostContractInstance, 8, 8);
FIELD(PolyplugHostContractInstance, data, 0);

LAYOUT(PolyplugVmLoaderData, 8, 8);
FIELD(PolyplugVmLoaderData, data, 0);

LAYOUT(PolyplugNativeDispatch, 16, 8);
FIELD(PolyplugNativeDispatch, function_count, 0);
FIELD(PolyplugNativeDispatch, functions, 8);

LAYOUT(PolyplugVmDispatch, 16, 8);
FIELD(PolyplugVmDispatch, call, 0);
FIELD(PolyplugVmDispatch, loader_data, 8);

LAYOUT(PolyplugDispatchMechanisms, 16, 8);
FIELD(PolyplugDispatchMechanisms, native, 0);
FIELD(PolyplugDispatchMechanisms, vm, 0);

LAYOUT(PolyplugGuestContractInterface, 56, 8);
FIELD(PolyplugGuestContractInterface, contract_id, 0);
FIELD(PolyplugGuestContractInterface, contract_version, 8);
FIELD(PolyplugGuestContractInterface, dispatch_type, 20);
FIELD(PolyplugGuestContractInterface, create_instance, 24);
FIELD(PolyplugGuestContractInterface, destroy_instance, 32);
FIELD(PolyplugGuestContractInterface, dispatch, 40);

LAYOUT(PolyplugHostContractInterface, 80, 8);
FIELD(PolyplugHostContractInterface, contract_id, 0);
FIELD(PolyplugHostContractInterface, contract_version, 8);
FIELD(PolyplugHostContractInterface, singleton, 20);
FIELD(PolyplugHostContractInterface, dispatch_type, 24);
FIELD(PolyplugHostContractInterface, runtime, 32);
FIELD(PolyplugHostContractInterface, user_data, 40);
FIELD(PolyplugHostContractInterface, create_instance, 48);
FIELD(PolyplugHostContractInterface, destroy_instance, 56);
FIELD(PolyplugHostContractInterface, dispatch, 64);

LAYOUT(PolyplugPluginDescriptor, 48, 8);
FIELD(PolyplugPluginDescriptor, name, 0);
FIELD(PolyplugPluginDescriptor, contract_name, 16);
FIELD(PolyplugPluginDescriptor, version, 32);

LAYOUT(PolyplugBundleInitContext, 24, 8);
FIELD(PolyplugBundleInitContext, bundle_id, 0);
FIELD(PolyplugBundleInitContext, bundle_path, 8);

LAYOUT(PolyplugDependencyInfo, 24, 8);
FIELD(PolyplugDependencyInfo, contract_id, 0);
FIELD(PolyplugDependencyInfo, min_version, 8);
FIELD(PolyplugDependencyInfo, bundle_id, 16);

LAYOUT(PolyplugEd25519PublicKey, 32, 1);
FIELD(PolyplugEd25519PublicKey, bytes, 0);

LAYOUT(PolyplugRuntimeConfig, 72, 8);
FIELD(PolyplugRuntimeConfig, compatibility, 0);
FIELD(PolyplugRuntimeConfig, hot_reload_enabled, 4);
FIELD(PolyplugRuntimeConfig, on_reload, 8);
FIELD(PolyplugRuntimeConfig, on_reload_user_data, 16);
FIELD(PolyplugRuntimeConfig, log, 24);
FIELD(PolyplugRuntimeConfig, log_user_data, 32);
FIELD(PolyplugRuntimeConfig, log_max_level, 40);
FIELD(PolyplugRuntimeConfig, signature_policy, 44);
FIELD(PolyplugRuntimeConfig, trusted_keys, 48);

LAYOUT(PolyplugReloadPhase, 48, 8);
FIELD(PolyplugReloadPhase, phase_type, 0);
FIELD(PolyplugReloadPhase, bundle_id, 8);
FIELD(PolyplugReloadPhase, bundle_name, 16);
FIELD(PolyplugReloadPhase, reason, 32);

LAYOUT(PolyplugCallArena, 40, 8);
FIELD(PolyplugCallArena, cur, 0);
FIELD(PolyplugCallArena, end, 8);
FIELD(PolyplugCallArena, base, 16);
FIELD(PolyplugCallArena, host, 24);
FIELD(PolyplugCallArena, first_overflow, 32);

LAYOUT(PolyplugArenaOverflowBlock, 24, 8);
FIELD(PolyplugArenaOverflowBlock, next, 0);
FIELD(PolyplugArenaOverflowBlock, capacity, 8);
FIELD(PolyplugArenaOverflowBlock, used, 16);
CHECK(POLYPLUG_ARENA_SMALLEST_BLOCK == 4096);

LAYOUT(PolyplugHostApi, 184, 8);
FIELD(PolyplugHostApi, runtime, 0);
FIELD(PolyplugHostApi, register_guest_contract, 8);
FIELD(PolyplugHostApi, alloc, 16);
FIELD(PolyplugHostApi, free, 24);
FIELD(PolyplugHostApi, find_guest_contract, 32);
FIELD(PolyplugHostApi, find_all_guest_contracts, 40);
FIELD(PolyplugHostApi, resolve_guest_contract, 48);
FIELD(PolyplugHostApi, get_host_contract, 56);
FIELD(PolyplugHostApi, resolve_host_contract_interface, 64);
FIELD(PolyplugHostApi, list_bundles, 72);
FIELD(PolyplugHostApi, get_dependencies, 80);
FIELD(PolyplugHostApi, load_bundle, 88);
FIELD(PolyplugHostApi, reload_bundle, 96);
FIELD(PolyplugHostApi, register_host_contract, 104);
FIELD(PolyplugHostApi, register_loader, 112);
FIELD(PolyplugHostApi, get_last_error, 120);
FIELD(PolyplugHostApi, get_error_len, 128);
FIELD(PolyplugHostApi, unload_bundle, 136);
FIELD(PolyplugHostApi, log, 144);
FIELD(PolyplugHostApi, create_guest_instance, 152);
FIELD(PolyplugHostApi, destroy_guest_instance, 160);
FIELD(PolyplugHostApi, revision_counter, 168);
FIELD(PolyplugHostApi, reserved, 176);

/* Appended to, never reordered; a plugin reads struct_size before it trusts a later field. */
CHECK(sizeof(PolyplugHostApiExtensions) >= 152);
FIELD(PolyplugHostApiExtensions, struct_size, 0);
FIELD(PolyplugHostApiExtensions, abi_minor, 4);
FIELD(PolyplugHostApiExtensions, call, 8);
FIELD(PolyplugHostApiExtensions, create, 16);
FIELD(PolyplugHostApiExtensions, destroy, 24);
FIELD(PolyplugHostApiExtensions, result_alloc, 32);
FIELD(PolyplugHostApiExtensions, request_reload, 40);
FIELD(PolyplugHostApiExtensions, pin, 48);
FIELD(PolyplugHostApiExtensions, unpin, 56);
FIELD(PolyplugHostApiExtensions, poll, 64);
FIELD(PolyplugHostApiExtensions, query, 72);
FIELD(PolyplugHostApiExtensions, last_error, 80);
FIELD(PolyplugHostApiExtensions, unload_bundle_cascade, 88);
FIELD(PolyplugHostApiExtensions, bundle_name, 96);
FIELD(PolyplugHostApiExtensions, revision, 104);
FIELD(PolyplugHostApiExtensions, arena_alloc, 112);
FIELD(PolyplugHostApiExtensions, arena_reset, 120);
FIELD(PolyplugHostApiExtensions, arena_release, 128);
FIELD(PolyplugHostApiExtensions, bind_guest_contract, 136);
FIELD(PolyplugHostApiExtensions, set_last_error, 144);

/* Structs of libpolyplug: those that the library makes have room, or say how large they are. */

LAYOUT(PolyplugRuntimeOptions, 272, 8);
FIELD(PolyplugRuntimeOptions, struct_size, 0);
FIELD(PolyplugRuntimeOptions, reload_mode, 4);
FIELD(PolyplugRuntimeOptions, config, 8);
FIELD(PolyplugRuntimeOptions, plugin_dirs, 80);
FIELD(PolyplugRuntimeOptions, plugin_dir_count, 88);
FIELD(PolyplugRuntimeOptions, watch, 96);
FIELD(PolyplugRuntimeOptions, quiet_ms, 100);
FIELD(PolyplugRuntimeOptions, event_capacity, 104);
FIELD(PolyplugRuntimeOptions, call_ms, 108);
FIELD(PolyplugRuntimeOptions, memory_limit, 112);
FIELD(PolyplugRuntimeOptions, on_event, 120);
FIELD(PolyplugRuntimeOptions, on_event_user_data, 128);
FIELD(PolyplugRuntimeOptions, grants, 136);
FIELD(PolyplugRuntimeOptions, grant_count, 144);
FIELD(PolyplugRuntimeOptions, revoked_keys, 152);
FIELD(PolyplugRuntimeOptions, revoked_key_count, 160);
FIELD(PolyplugRuntimeOptions, trust_store, 168);
FIELD(PolyplugRuntimeOptions, version_floors, 184);
FIELD(PolyplugRuntimeOptions, search_dirs, 200);
FIELD(PolyplugRuntimeOptions, search_dir_count, 208);
FIELD(PolyplugRuntimeOptions, admission, 216);
FIELD(PolyplugRuntimeOptions, admission_user_data, 224);
FIELD(PolyplugRuntimeOptions, minimum_versions, 232);
FIELD(PolyplugRuntimeOptions, minimum_version_count, 240);
FIELD(PolyplugRuntimeOptions, version_floors_read_only, 248);
FIELD(PolyplugRuntimeOptions, floors_padding, 249);
FIELD(PolyplugRuntimeOptions, egress, 256);
FIELD(PolyplugRuntimeOptions, egress_user_data, 264);

LAYOUT(PolyplugHttpHeader, 32, 8);
FIELD(PolyplugHttpHeader, name, 0);
FIELD(PolyplugHttpHeader, value, 16);

LAYOUT(PolyplugEgressRequest, 104, 8);
FIELD(PolyplugEgressRequest, struct_size, 0);
FIELD(PolyplugEgressRequest, port, 4);
FIELD(PolyplugEgressRequest, bundle, 8);
FIELD(PolyplugEgressRequest, method, 24);
FIELD(PolyplugEgressRequest, scheme, 40);
FIELD(PolyplugEgressRequest, host, 56);
FIELD(PolyplugEgressRequest, path, 72);
FIELD(PolyplugEgressRequest, headers, 88);
FIELD(PolyplugEgressRequest, header_count, 96);

LAYOUT(PolyplugEgressAnswer, 48, 8);
FIELD(PolyplugEgressAnswer, headers, 0);
FIELD(PolyplugEgressAnswer, header_count, 8);
FIELD(PolyplugEgressAnswer, reason, 16);
FIELD(PolyplugEgressAnswer, release, 32);
FIELD(PolyplugEgressAnswer, held, 40);

LAYOUT(PolyplugAskedCapability, 32, 8);
FIELD(PolyplugAskedCapability, text, 0);
FIELD(PolyplugAskedCapability, optional, 16);
FIELD(PolyplugAskedCapability, granted, 17);
FIELD(PolyplugAskedCapability, reserved, 24);

LAYOUT(PolyplugBundleOffer, 216, 8);
FIELD(PolyplugBundleOffer, struct_size, 0);
FIELD(PolyplugBundleOffer, prospect, 4);
FIELD(PolyplugBundleOffer, name, 8);
FIELD(PolyplugBundleOffer, path, 24);
FIELD(PolyplugBundleOffer, loader, 40);
FIELD(PolyplugBundleOffer, version, 56);
FIELD(PolyplugBundleOffer, code, 68);
FIELD(PolyplugBundleOffer, contracts, 72);
FIELD(PolyplugBundleOffer, contract_count, 80);
FIELD(PolyplugBundleOffer, dependencies, 88);
FIELD(PolyplugBundleOffer, dependency_count, 96);
FIELD(PolyplugBundleOffer, capabilities, 104);
FIELD(PolyplugBundleOffer, capability_count, 112);
FIELD(PolyplugBundleOffer, signer, 120);
FIELD(PolyplugBundleOffer, signer_id, 136);
FIELD(PolyplugBundleOffer, unsigned_reason, 152);
FIELD(PolyplugBundleOffer, digest, 168);
FIELD(PolyplugBundleOffer, reason, 184);
FIELD(PolyplugBundleOffer, unsigned_code, 200);

LAYOUT(PolyplugKeyId, 8, 1);
FIELD(PolyplugKeyId, bytes, 0);

LAYOUT(PolyplugBundleFile, 32, 8);
FIELD(PolyplugBundleFile, path, 0);
FIELD(PolyplugBundleFile, content, 16);
FIELD(PolyplugBundleFile, len, 24);

LAYOUT(PolyplugTrustRecord, 136, 8);
FIELD(PolyplugTrustRecord, struct_size, 0);
FIELD(PolyplugTrustRecord, decision, 4);
FIELD(PolyplugTrustRecord, policy, 8);
FIELD(PolyplugTrustRecord, version, 12);
FIELD(PolyplugTrustRecord, name, 24);
FIELD(PolyplugTrustRecord, loader, 40);
FIELD(PolyplugTrustRecord, digest, 56);
FIELD(PolyplugTrustRecord, signer, 72);
FIELD(PolyplugTrustRecord, signer_id, 88);
FIELD(PolyplugTrustRecord, reason, 104);
FIELD(PolyplugTrustRecord, refusal_code, 120);

LAYOUT(PolyplugGrant, 32, 8);
FIELD(PolyplugGrant, bundles, 0);
FIELD(PolyplugGrant, capability, 16);

LAYOUT(PolyplugMinimumVersion, 32, 8);
FIELD(PolyplugMinimumVersion, bundle, 0);
FIELD(PolyplugMinimumVersion, version, 16);
FIELD(PolyplugMinimumVersion, padding, 28);

LAYOUT(PolyplugEvent, 192, 8);
FIELD(PolyplugEvent, struct_size, 0);
FIELD(PolyplugEvent, kind, 4);
FIELD(PolyplugEvent, bundle_id, 8);
FIELD(PolyplugEvent, bundle, 16);
FIELD(PolyplugEvent, path, 32);
FIELD(PolyplugEvent, message, 48);
FIELD(PolyplugEvent, from, 64);
FIELD(PolyplugEvent, to, 68);
FIELD(PolyplugEvent, step, 72);
FIELD(PolyplugEvent, cause, 76);
FIELD(PolyplugEvent, code, 80);
FIELD(PolyplugEvent, reason, 84);
FIELD(PolyplugEvent, state, 88);
FIELD(PolyplugEvent, state_kept, 92);
FIELD(PolyplugEvent, state_reset, 96);
FIELD(PolyplugEvent, padding, 100);
FIELD(PolyplugEvent, count, 104);
FIELD(PolyplugEvent, stage_ns, 112);
FIELD(PolyplugEvent, commit_ns, 120);
FIELD(PolyplugEvent, since_change_ns, 128);
FIELD(PolyplugEvent, waited_ns, 136);
FIELD(PolyplugEvent, trust, 144);
FIELD(PolyplugEvent, reserved, 152);

LAYOUT(PolyplugContractInfo, 80, 8);
FIELD(PolyplugContractInfo, id, 0);
FIELD(PolyplugContractInfo, name, 8);
FIELD(PolyplugContractInfo, plugin_name, 24);
FIELD(PolyplugContractInfo, version, 40);
FIELD(PolyplugContractInfo, function_count, 52);
FIELD(PolyplugContractInfo, dispatch_type, 56);
FIELD(PolyplugContractInfo, padding, 60);
FIELD(PolyplugContractInfo, reserved, 64);

LAYOUT(PolyplugBundle, 184, 8);
FIELD(PolyplugBundle, struct_size, 0);
FIELD(PolyplugBundle, state, 4);
FIELD(PolyplugBundle, id, 8);
FIELD(PolyplugBundle, name, 16);
FIELD(PolyplugBundle, path, 32);
FIELD(PolyplugBundle, loader, 48);
FIELD(PolyplugBundle, version, 64);
FIELD(PolyplugBundle, load_number, 76);
FIELD(PolyplugBundle, instances, 80);
FIELD(PolyplugBundle, last_error, 88);
FIELD(PolyplugBundle, contracts, 104);
FIELD(PolyplugBundle, contract_count, 112);
FIELD(PolyplugBundle, dependencies, 120);
FIELD(PolyplugBundle, dependency_count, 128);
FIELD(PolyplugBundle, digest, 136);
FIELD(PolyplugBundle, signer, 152);
FIELD(PolyplugBundle, signer_id, 168);

/* Numbers are never reused, so all of them stand here. */
CHECK(POLYPLUG_ABI_VERSION == 1);

CHECK(POLYPLUG_ERROR_OK == 0);
CHECK(POLYPLUG_ERROR_GENERIC == 1);
CHECK(POLYPLUG_ERROR_BUFFER_TOO_SMALL == 2);
CHECK(POLYPLUG_ERROR_PANIC == 3);
CHECK(POLYPLUG_ERROR_NOT_FOUND == 4);
CHECK(POLYPLUG_ERROR_STALE_HANDLE == 5);
CHECK(POLYPLUG_ERROR_FUNCTION_NOT_AVAILABLE == 6);
CHECK(POLYPLUG_ERROR_DUPLICATE_PROVIDER == 7);
CHECK(POLYPLUG_ERROR_INVALID_POINTER == 8);
CHECK(POLYPLUG_ERROR_REENTRANT_CALL == 9);
CHECK(POLYPLUG_ERROR_TIMED_OUT == 10);
CHECK(POLYPLUG_ERROR_MEMORY_LIMIT == 11);
CHECK(POLYPLUG_ERROR_ABI_MISMATCH == 12);
CHECK(POLYPLUG_ERROR_SIGNATURE_REJECTED == 13);
CHECK(POLYPLUG_ERROR_INSTANCES_ALIVE == 14);
CHECK(POLYPLUG_ERROR_INVALID_ARGUMENT == 15);
CHECK(POLYPLUG_ERROR_WOULD_DEADLOCK == 16);
CHECK(POLYPLUG_ERROR_BUSY == 17);
CHECK(POLYPLUG_ERROR_HOT_RELOAD_DISABLED == 18);
CHECK(POLYPLUG_ERROR_BUNDLE_NOT_LOADED == 19);
CHECK(POLYPLUG_ERROR_DUPLICATE_BUNDLE == 20);
CHECK(POLYPLUG_ERROR_MANIFEST_INVALID == 21);
CHECK(POLYPLUG_ERROR_DEPENDENCY_UNMET == 22);
CHECK(POLYPLUG_ERROR_VERSION_MISMATCH == 23);
CHECK(POLYPLUG_ERROR_LOAD_FAILED == 24);
CHECK(POLYPLUG_ERROR_WRONG_THREAD == 25);
CHECK(POLYPLUG_ERROR_STUCK == 26);
CHECK(POLYPLUG_ERROR_ID_COLLISION == 27);
CHECK(POLYPLUG_ERROR_INTERNAL == 28);
CHECK(POLYPLUG_ERROR_NO_LOADER == 29);
CHECK(POLYPLUG_ERROR_PATH_ESCAPE == 30);
CHECK(POLYPLUG_ERROR_CONTRACT_MISMATCH == 31);
CHECK(POLYPLUG_ERROR_SHAPE_MISMATCH == 32);
CHECK(POLYPLUG_ERROR_NEEDS_QUIESCENCE == 33);
CHECK(POLYPLUG_ERROR_LIBRARY_UNUSABLE == 34);
CHECK(POLYPLUG_ERROR_SYMBOL_MISSING == 35);
CHECK(POLYPLUG_ERROR_COPY_FAILED == 36);
CHECK(POLYPLUG_ERROR_DESCRIPTION_INVALID == 37);
CHECK(POLYPLUG_ERROR_UNDESCRIBED == 38);
CHECK(POLYPLUG_ERROR_VALUE_INVALID == 39);
CHECK(POLYPLUG_ERROR_CAPABILITY_DENIED == 40);
CHECK(POLYPLUG_ERROR_ADMISSION_DENIED == 41);
CHECK(POLYPLUG_ERROR_HOST_CONTRACT_NOT_FOUND == 100);
CHECK(POLYPLUG_ERROR_HOST_CONTRACT_VERSION_MISMATCH == 101);
CHECK(POLYPLUG_ERROR_HOST_CONTRACT_CALL_FAILED == 102);
CHECK(POLYPLUG_ERROR_FIRST_OF_PLUGINS == 256);

CHECK(POLYPLUG_DISPATCH_NATIVE == 0);
CHECK(POLYPLUG_DISPATCH_VIRTUAL_MACHINE == 1);

CHECK(POLYPLUG_COMPATIBILITY_STRICT == 0);
CHECK(POLYPLUG_COMPATIBILITY_RELAXED == 1);
CHECK(POLYPLUG_COMPATIBILITY_YOLO == 2);

CHECK(POLYPLUG_SIGNATURE_OFF == 0);
CHECK(POLYPLUG_SIGNATURE_WARN_ONLY == 1);
CHECK(POLYPLUG_SIGNATURE_REQUIRED == 2);

CHECK(POLYPLUG_TRUST_NOT_CHECKED == 0);
CHECK(POLYPLUG_TRUST_ACCEPTED == 1);
CHECK(POLYPLUG_TRUST_ACCEPTED_WITH_WARNING == 2);
CHECK(POLYPLUG_TRUST_REFUSED == 3);
CHECK(POLYPLUG_TRUST_DENIED == 4);
CHECK(POLYPLUG_TRUST_OTHER == 255);

CHECK(POLYPLUG_ADMISSION_DENY == 0);
CHECK(POLYPLUG_ADMISSION_ALLOW == 1);

CHECK(POLYPLUG_EGRESS_REFUSE == 0);
CHECK(POLYPLUG_EGRESS_SEND == 1);

CHECK(POLYPLUG_PROSPECT_UNKNOWN == 0);
CHECK(POLYPLUG_PROSPECT_WOULD_LOAD == 1);
CHECK(POLYPLUG_PROSPECT_LOADED == 2);
CHECK(POLYPLUG_PROSPECT_DISABLED == 3);
CHECK(POLYPLUG_PROSPECT_SHADOWED == 4);
CHECK(POLYPLUG_PROSPECT_WOULD_FAIL == 5);
CHECK(POLYPLUG_PROSPECT_OTHER == 255);

CHECK(POLYPLUG_RELOAD_PREPARING == 0);
CHECK(POLYPLUG_RELOAD_RELOADED == 1);
CHECK(POLYPLUG_RELOAD_FAILED == 2);
CHECK(POLYPLUG_RELOAD_UNLOADING == 3);

CHECK(POLYPLUG_LOG_ERROR == 1);
CHECK(POLYPLUG_LOG_WARN == 2);
CHECK(POLYPLUG_LOG_INFO == 3);
CHECK(POLYPLUG_LOG_DEBUG == 4);
CHECK(POLYPLUG_LOG_TRACE == 5);

CHECK(POLYPLUG_LANGUAGE_RUST == 0);
CHECK(POLYPLUG_LANGUAGE_CPP == 1);
CHECK(POLYPLUG_LANGUAGE_DOTNET == 2);
CHECK(POLYPLUG_LANGUAGE_PYTHON == 3);
CHECK(POLYPLUG_LANGUAGE_LUA == 4);
CHECK(POLYPLUG_LANGUAGE_JAVASCRIPT == 5);
CHECK(POLYPLUG_LANGUAGE_WASM == 6);

CHECK(POLYPLUG_POLL_QUIESCENT == 1);

CHECK(POLYPLUG_RELOAD_ON_POLL == 0);
CHECK(POLYPLUG_RELOAD_IMMEDIATE == 1);

CHECK(POLYPLUG_EVENT_OTHER == 0);
CHECK(POLYPLUG_EVENT_LOADED == 1);
CHECK(POLYPLUG_EVENT_PREPARING == 2);
CHECK(POLYPLUG_EVENT_RELOADED == 3);
CHECK(POLYPLUG_EVENT_FAILED == 4);
CHECK(POLYPLUG_EVENT_DRAINED == 5);
CHECK(POLYPLUG_EVENT_UNLOADING == 6);
CHECK(POLYPLUG_EVENT_UNLOADED == 7);
CHECK(POLYPLUG_EVENT_PINNED == 8);
CHECK(POLYPLUG_EVENT_PIN_HELD == 9);
CHECK(POLYPLUG_EVENT_WATCH_LOST == 10);
CHECK(POLYPLUG_EVENT_EVENTS_LOST == 11);

CHECK(POLYPLUG_STEP_NONE == 0);
CHECK(POLYPLUG_STEP_STAGE == 1);
CHECK(POLYPLUG_STEP_CHECK == 2);
CHECK(POLYPLUG_STEP_COMMIT == 3);

CHECK(POLYPLUG_CAUSE_NONE == 0);
CHECK(POLYPLUG_CAUSE_REQUEST == 1);
CHECK(POLYPLUG_CAUSE_WATCH == 2);
CHECK(POLYPLUG_CAUSE_DEPENDENCY == 3);
CHECK(POLYPLUG_CAUSE_REBUILD == 4);

CHECK(POLYPLUG_STATE_NONE == 0);
CHECK(POLYPLUG_STATE_KEPT == 1);
CHECK(POLYPLUG_STATE_RESET == 2);

CHECK(POLYPLUG_PIN_NONE == 0);
CHECK(POLYPLUG_PIN_CALL_RUNNING == 1);
CHECK(POLYPLUG_PIN_RAW_POINTERS == 2);
CHECK(POLYPLUG_PIN_KEPT_BY_SYSTEM == 3);

CHECK(POLYPLUG_BUNDLE_LOADED == 1);
CHECK(POLYPLUG_BUNDLE_FAILED == 2);

CHECK(POLYPLUG_SHUTDOWN_REFUSED == 0);
CHECK(POLYPLUG_SHUTDOWN_REPLACED == 1);
CHECK(POLYPLUG_SHUTDOWN_UNLOADED == 2);
CHECK(POLYPLUG_SHUTDOWN_RUNTIME == 3);

CHECK(POLYPLUG_FUNCTION_COUNT_UNKNOWN == 4294967295u);

#endif
