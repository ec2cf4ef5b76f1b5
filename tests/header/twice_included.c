#include <polyplug/polyplug.h>
#include <polyplug/polyplug.h>
