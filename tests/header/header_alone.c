#include <polyplug/polyplug.h>
