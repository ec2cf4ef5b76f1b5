// Says which loaders the library has.

#include <polyplug/polyplug.h>
#include <stdio.h>

int main(void) {
    const PolyplugHostApi *host = polyplug_runtime_create(NULL);
    printf("lua %s\n", polyplug_has_loader(host, "lua") ? "yes" : "no");
    printf("native %s\n", polyplug_has_loader(host, "native") ? "yes" : "no");
    polyplug_runtime_destroy(host);
    return 0;
}
