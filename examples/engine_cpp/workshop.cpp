#include "workshop.hpp"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

// Set by CMakeLists.txt.
#if !defined(MODS) || !defined(COMPILER) || !defined(INCLUDE)
#error "compile with -DMODS, -DCOMPILER and -DINCLUDE"
#endif

namespace fs = std::filesystem;

Workshop::Workshop() {
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    folder_ = fs::temp_directory_path() / ("engine_cpp." + std::to_string(now));
    fs::copy(MODS, folder_, fs::copy_options::recursive);
    if (!build()) {
        throw std::runtime_error("the ship cannot be built with " COMPILER);
    }
}

Workshop::~Workshop() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

std::string Workshop::build_command() const {
    const std::string library = (folder_ / "ship" / "ship.so").string();
    return COMPILER " -std=c++17 -O2 -shared -fPIC -fvisibility=hidden "
#if defined(__GNUC__) && !defined(__clang__)
                    "-fno-gnu-unique "
#endif
                    "-I '" INCLUDE "' -o '" +
           library + ".new' '" + ship().string() + "' && mv '" + library + ".new' '" + library +
           "'";
}

bool Workshop::build() const { return std::system(build_command().c_str()) == 0; }

void Workshop::edit(const fs::path &file, const std::string &from, const std::string &to) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    in.close();
    const auto at = text.find(from);
    if (at == std::string::npos) {
        throw std::runtime_error(file.string() + " does not contain " + from);
    }
    std::ofstream(file, std::ios::binary) << text.replace(at, from.size(), to);
}
