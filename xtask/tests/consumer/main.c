// A program outside the tree: loads the bundles of the folders that it is given, and calls them.

#include <polyplug/polyplug.h>
#include <stdio.h>

static int failed(const char *step) {
    fprintf(stderr, "%s: %.*s\n", step, POLYPLUG_SV(polyplug_last_error()));
    return 1;
}

static const PolyplugGuestContractInstance stateless;

static int triple(const PolyplugHostApi *host, const char *name) {
    const PolyplugContract *contract = polyplug_contract(host, name);
    uint32_t number = 14, result = 0;
    if (contract == NULL || polyplug_call(contract, stateless, 0, &number, &result, NULL) != 0) {
        return failed(name);
    }
    printf("%s %u\n", name, result);
    return 0;
}

int main(int count, char **arguments) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    const PolyplugVersion version = polyplug_version();
    const PolyplugContract *add;
    const uint32_t numbers[2] = {20, 22};
    uint32_t sum = 0, broken = 0;
    int argument;
    if (host == NULL) {
        return failed("polyplug_runtime_create");
    }
    for (argument = 1; argument < count; argument++) {
        if (polyplug_load_folder(host, arguments[argument], NULL, &broken) != 0 || broken != 0) {
            return failed(arguments[argument]);
        }
    }
    add = polyplug_contract(host, "math.add@1");
    if (add == NULL || polyplug_call(add, stateless, 0, numbers, &sum, NULL) != 0) {
        return failed("math.add@1");
    }
    printf("polyplug %u.%u.%u\nmath.add@1 %u\n", version.major, version.minor, version.patch, sum);
    if (polyplug_call(add, stateless, 1, NULL, NULL, NULL) != 0) {
        printf("failed %.*s\n", POLYPLUG_SV(polyplug_last_error()));
    }
    if (count > 2 && (triple(host, "math.triple@1") || triple(host, "math.triple_cpp@1"))) {
        return 1;
    }
    polyplug_runtime_destroy(host);
    return 0;
}
