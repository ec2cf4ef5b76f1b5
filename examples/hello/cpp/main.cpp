// The smallest host in C++: a folder of bundles, a contract, a call in every frame.
//
//     cmake -S examples/hello/cpp -B build/hello_cpp -DCMAKE_PREFIX_PATH=<prefix>
//     cmake --build build/hello_cpp
//     build/hello_cpp/hello_cpp examples/hello/mods        # runs for a second
//     build/hello_cpp/hello_cpp examples/hello/mods 6000   # time to edit adder.lua
//
// Without cmake: c++ -std=c++17 main.cpp $(pkg-config --cflags --libs polyplug)

#include <polyplug/host.hpp>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>
#include <thread>

int main(int argc, char **argv) try {
    const std::string mods = argc > 1 ? argv[1] : "examples/hello/mods";
    const int frames = argc > 2 ? std::stoi(argv[2]) : 60;

    const polyplug::Runtime runtime(polyplug::Options().plugin_dir(mods).watch());
    const polyplug::Contract math = runtime.contract("math.add@1");
    const auto add = math.function<std::uint32_t(std::uint32_t, std::uint32_t)>(0);
    for (std::uint32_t frame = 0; frame < static_cast<std::uint32_t>(frames); ++frame) {
        runtime.poll(polyplug::Quiescent::Yes); // saved changes are committed here
        std::cout << frame << " + 2 = " << add(frame, 2) << '\n';
        std::this_thread::sleep_for(std::chrono::milliseconds(16));
    }
    return 0;
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
