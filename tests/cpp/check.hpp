// What the programs in C++ share: checks that say where and why, and bundles made on the spot.

#ifndef POLYPLUG_TEST_CHECK_HPP
#define POLYPLUG_TEST_CHECK_HPP

#include <polyplug/host.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            std::fprintf(stderr, "%s:%d: %s\nlast error: %s\n", __FILE__, __LINE__, #condition,    \
                         std::string(polyplug::text_of(polyplug_last_error())).c_str());           \
            std::exit(1);                                                                          \
        }                                                                                          \
    } while (false)

// That a Result is this failure.
#define CHECK_FAILS(result, expected, part)                                                        \
    do {                                                                                           \
        const auto &checked_result = (result);                                                     \
        CHECK(!checked_result && checked_result.code() == (expected));                             \
        CHECK(says(checked_result.message(), part));                                               \
    } while (false)

inline bool says(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

inline void write_file(const std::filesystem::path &path, const std::string &text) {
    std::ofstream(path, std::ios::binary) << text;
}

// Writes the code of a Lua bundle whose contract `name`@1 has one function, which answers `number`.
inline void write_value(const std::string &folder, const std::string &name, unsigned number) {
    write_file(folder + "/main.lua",
               "local ffi = require('ffi')\n"
               "local function value(_, _, out) ffi.cast('uint32_t *', out)[0] = " +
                   std::to_string(number) +
                   " end\n"
                   "function polyplug_init()\n"
                   "  return { ['" +
                   name +
                   "'] = { plugin_name = 'made on the spot', factory = function() return {} end,\n"
                   "    functions = { [0] = value } } }, { code = 0 }\n"
                   "end\n");
}

// Makes a bundle called like its contract, and answers its folder.
inline std::string make_value(const std::string &mods, const std::string &name, unsigned number) {
    const std::string folder = mods + "/" + name;
    std::filesystem::create_directory(folder);
    write_file(folder + "/manifest.toml",
               "name = \"" + name + "\"\nloader = \"lua\"\nfile = \"main.lua\"\n");
    write_value(folder, name, number);
    return folder;
}

// A runtime that must come into being.
inline polyplug::Runtime runtime_of(const polyplug::Options &options) {
    return polyplug::Runtime::try_create(options).value();
}

// How many objects are alive.
inline std::size_t objects(const polyplug::Runtime &runtime) {
    std::size_t count = 0;
    const polyplug::Listing listing = runtime.try_listing().value();
    for (const polyplug::BundleInfo bundle : listing) {
        count += bundle.instances();
    }
    return count;
}

// Tries again until the condition holds; the tests give up after a minute.
template <typename Condition> void wait_until(const Condition &condition) {
    for (int round = 0; round < 6000 && !condition(); ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    CHECK(condition());
}

#endif // POLYPLUG_TEST_CHECK_HPP
