// The C++ face of polyplug: plugin.hpp for plugins, host.hpp for programs that load them. C++17,
// header-only.

#ifndef POLYPLUG_HPP
#define POLYPLUG_HPP

#include <polyplug/host.hpp>
#include <polyplug/plugin.hpp>

#endif // POLYPLUG_HPP
