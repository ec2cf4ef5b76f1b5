// A small engine without a screen: a game loop whose ship is a native bundle in C++ and whose pilot
// is a bundle in Lua. Both are replaced while it runs, and what they know is kept.
//
//     cmake -S examples/engine_cpp -B build/engine_cpp -DCMAKE_PREFIX_PATH=<prefix>
//     cmake --build build/engine_cpp
//     build/engine_cpp/engine_cpp          # edits both by itself, and checks what happens
//     build/engine_cpp/engine_cpp --play   # says what to edit, and flies until it is stopped
//
// For systems with a shell. What is edited is a copy in a temporary folder.

#include "workshop.hpp"

#include <polyplug/host.hpp>

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace {

// What demo.ship@1 answers.
struct Motion {
    float height;
    float speed;
};

class Engine {
  public:
    explicit Engine(const std::string &mods)
        : runtime_(polyplug::Options()
                       .plugin_dir(mods)
                       .watch()
                       .log_level(polyplug::LogLevel::Off) // the events say it too
                       .call_limit(std::chrono::milliseconds(500))),
          pilot_(runtime_.contract("demo.pilot@1")),
          ship_(runtime_.contract("demo.ship@1").create()) {}

    // One sixtieth of a second.
    void frame() {
        // Bundles are replaced here and nowhere else.
        runtime_.poll(polyplug::Quiescent::Yes);
        while (const auto event = runtime_.next_event()) {
            tell(*event);
        }
        motion_ = ship_.call<Motion>(0, thrust(), 1.0F / 60.0F);
        if (++frames_ % 30 == 0) {
            draw();
        }
    }

    float height() const { return motion_.height; }
    std::uint32_t decisions() const { return pilot_.call<std::uint32_t>(1); }
    unsigned reloads() const { return reloads_; }
    unsigned failures() const { return failures_; }

  private:
    // A pilot that fails lets go of the controls; the game goes on.
    float thrust() {
        const auto wanted = pilot_.try_call<float>(0, motion_.height, motion_.speed);
        if (!wanted && wanted.message() != complaint_) {
            complaint_ = wanted.message();
            std::printf("   ! the pilot: %s\n", complaint_.c_str());
        }
        return wanted.value_or(0.0F);
    }

    void tell(const polyplug::Event &event) {
        const char *const bundle = event.bundle.c_str();
        const std::chrono::duration<double, std::milli> took = event.since_change;
        switch (event.kind) {
        case polyplug::EventKind::Reloaded:
            ++reloads_;
            std::printf("   * %s, version %u: %.1f ms after the change\n", bundle, event.to,
                        took.count());
            break;
        case polyplug::EventKind::Failed:
            ++failures_;
            std::printf("   ! %s stays as it is: %s\n", bundle, event.message.c_str());
            break;
        default:
            break;
        }
    }

    void draw() const {
        const auto column = static_cast<std::size_t>(std::lround(motion_.height) + 1);
        std::string sky(32, '.');
        sky[column < sky.size() ? column : sky.size() - 1] = 'A';
        std::printf("%5.1f s |%s| %5.1f m\n", frames_ / 60.0, sky.c_str(),
                    static_cast<double>(motion_.height));
    }

    polyplug::Runtime runtime_;
    polyplug::Contract pilot_;
    polyplug::Instance ship_;
    Motion motion_{0, 0};
    std::string complaint_;
    std::uint32_t frames_ = 0;
    unsigned reloads_ = 0;
    unsigned failures_ = 0;
};

// A frame, in less time than it stands for.
void fly(Engine &engine) {
    engine.frame();
    std::this_thread::sleep_for(std::chrono::milliseconds(4));
}

void fly(Engine &engine, int seconds) {
    for (int frame = 0; frame < seconds * 60; ++frame) {
        fly(engine);
    }
}

// Runs frames until the condition holds; that it does not in a minute is an error.
void run_until(Engine &engine, const char *what, const std::function<bool()> &condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error(std::string("it never happened: ") + what);
        }
        fly(engine);
    }
}

void tour(Engine &engine, const Workshop &workshop) {
    const auto hovers_at = [&](float height) {
        run_until(engine, "the ship hovers",
                  [&engine, height] { return std::abs(engine.height() - height) < 0.5F; });
    };
    auto reloads = [&, before = engine.reloads()]() mutable {
        run_until(engine, "a reload", [&] { return engine.reloads() > before; });
        before = engine.reloads();
    };
    auto fails = [&, before = engine.failures()]() mutable {
        run_until(engine, "a refusal", [&] { return engine.failures() > before; });
        before = engine.failures();
    };
    hovers_at(10);

    std::puts("\n> pilot.lua: HEIGHT = 20");
    const std::uint32_t decisions = engine.decisions();
    Workshop::edit(workshop.pilot(), "HEIGHT = 10", "HEIGHT = 20");
    reloads();
    if (engine.decisions() < decisions) {
        throw std::runtime_error("the pilot has forgotten what it did");
    }
    hovers_at(20);

    std::puts("\n> pilot.lua: a line that is no Lua");
    Workshop::edit(workshop.pilot(), "local HEIGHT", "this is no Lua\nlocal HEIGHT");
    fails();
    fly(engine, 1);

    std::puts("\n> pilot.lua: repaired, HEIGHT = 15");
    Workshop::edit(workshop.pilot(), "this is no Lua\nlocal HEIGHT = 20", "local HEIGHT = 15");
    reloads();
    hovers_at(15);

    std::puts("\n> ship.cpp: gravity = 1.62, built");
    Workshop::edit(workshop.ship(), "gravity = 9.81F", "gravity = 1.62F");
    if (!workshop.build()) {
        throw std::runtime_error("the ship cannot be built");
    }
    reloads();
    if (engine.height() < 10) {
        throw std::runtime_error("the ship has forgotten where it was");
    }
    hovers_at(17); // less weight, the same thrust

    std::puts("\n> ship.cpp: a start that fails, built");
    Workshop::edit(workshop.ship(), "{ bundle.provide",
                   "{ bundle.fail(300, \"no fuel\"); bundle.provide");
    if (!workshop.build()) {
        throw std::runtime_error("the ship cannot be built");
    }
    fails();
    fly(engine, 1);
}

void play(Engine &engine, const Workshop &workshop) {
    std::printf("Edit and save: %s\nEdit:          %s\nand build:     %s\n\n",
                workshop.pilot().c_str(), workshop.ship().c_str(),
                workshop.build_command().c_str());
    for (;;) {
        engine.frame();
        std::this_thread::sleep_for(std::chrono::milliseconds(16));
    }
}

} // namespace

int main(int argc, char **argv) try {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const Workshop workshop;
    Engine engine(workshop.folder().string());
    if (argc > 1 && std::string_view(argv[1]) == "--play") {
        play(engine, workshop);
    } else {
        tour(engine, workshop);
        std::puts("\nall of it happened");
    }
    return 0;
} catch (const std::exception &error) {
    std::fprintf(stderr, "engine_cpp: %s\n", error.what());
    return 1;
}
