// A copy of the bundles to work on, and what a modder does there: edit, build.

#ifndef ENGINE_CPP_WORKSHOP_HPP
#define ENGINE_CPP_WORKSHOP_HPP

#include <filesystem>
#include <string>

class Workshop {
  public:
    // Copies the bundles into a folder of their own and builds the native one.
    Workshop();
    // Removes the folder.
    ~Workshop();
    Workshop(const Workshop &) = delete;
    Workshop &operator=(const Workshop &) = delete;

    const std::filesystem::path &folder() const { return folder_; }
    std::filesystem::path pilot() const { return folder_ / "pilot" / "pilot.lua"; }
    std::filesystem::path ship() const { return folder_ / "ship" / "ship.cpp"; }

    // The command that builds the ship.
    std::string build_command() const;
    // Builds the ship; whether the compiler took it. The library gets its name when it is whole.
    bool build() const;

    // Replaces a piece of a file's text and saves it.
    static void edit(const std::filesystem::path &file, const std::string &from,
                     const std::string &to);

  private:
    std::filesystem::path folder_;
};

#endif // ENGINE_CPP_WORKSHOP_HPP
