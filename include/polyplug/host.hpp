// For programs that load bundles; they link libpolyplug.
//
//     #include <polyplug/host.hpp>
//
//     polyplug::Runtime runtime(polyplug::Options().plugin_dir("mods").watch());
//     const polyplug::Contract math = runtime.contract("demo.add@1");
//     const auto add = math.function<std::uint32_t(std::uint32_t, std::uint32_t)>(0);
//     for (;;) {
//         runtime.poll(polyplug::Quiescent::Yes); // the frame boundary
//         std::uint32_t sum = add(20, 22);
//     }

#ifndef POLYPLUG_HOST_HPP
#define POLYPLUG_HOST_HPP

// First: it says which standard the headers need.
#include <polyplug/platform.hpp>

#include <polyplug/admission.hpp>
#include <polyplug/arena.hpp>
#include <polyplug/contract.hpp>
#include <polyplug/discovery.hpp>
#include <polyplug/egress.hpp>
#include <polyplug/error.hpp>
#include <polyplug/event.hpp>
#include <polyplug/listing.hpp>
#include <polyplug/offer.hpp>
#include <polyplug/options.hpp>
#include <polyplug/pin.hpp>
#include <polyplug/runtime.hpp>

#endif // POLYPLUG_HOST_HPP
