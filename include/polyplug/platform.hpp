// What differs between compilers: the standard, exceptions, visibility, cold code.

#ifndef POLYPLUG_PLATFORM_HPP
#define POLYPLUG_PLATFORM_HPP

// Visual C++ says which standard it follows in a macro of its own.
#if __cplusplus < 201703L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201703L)
#error "polyplug needs C++17 or later: compile with -std=c++17"
#endif

// Defined by the user or by -fno-exceptions: of each function that can fail, only the `try_` form
// exists, which returns a polyplug::Result.
#if !defined(POLYPLUG_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#define POLYPLUG_NO_EXCEPTIONS
#endif

// What a plugin keeps to itself. g++ makes statics of templates and inline functions one for the
// whole process unless they are hidden; a new version would then work with the old one's.
#if defined(__GNUC__) && !defined(_WIN32)
#define POLYPLUG_HIDDEN __attribute__((visibility("hidden")))
#else
#define POLYPLUG_HIDDEN
#endif

// Code that runs on failures only, kept out of the way of the code around it.
#if defined(__GNUC__)
#define POLYPLUG_COLD __attribute__((cold, noinline))
#define POLYPLUG_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#elif defined(_MSC_VER)
#define POLYPLUG_COLD __declspec(noinline)
#define POLYPLUG_UNLIKELY(condition) (condition)
#else
#define POLYPLUG_COLD
#define POLYPLUG_UNLIKELY(condition) (condition)
#endif

#endif // POLYPLUG_PLATFORM_HPP
