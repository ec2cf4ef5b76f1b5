// A program that changes while it runs: it edits ball.c, builds it with cc, and goes on with the
// same ball. What it edits is a copy in a temporary folder.
//
//     cmake -S examples/hot_reload_native -B build/hot_reload_native -DCMAKE_PREFIX_PATH=<prefix>
//     cmake --build build/hot_reload_native && build/hot_reload_native/hot_reload_native
//
// For systems with POSIX and a C compiler called cc.

#define _POSIX_C_SOURCE 200809L
#include <polyplug/polyplug.h>

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

// Set by CMakeLists.txt: the folder of the bundle, and that of the header.
#if !defined(BUNDLE) || !defined(INCLUDE)
#error "compile with -DBUNDLE and -DINCLUDE, both absolute paths"
#endif

static const PolyplugHostApi *host;
static const PolyplugContract *contract;
static PolyplugGuestContractInstance ball;

static void stop(const char *what) {
    fprintf(stderr, "%s: %.*s\n", what, POLYPLUG_SV(polyplug_last_error()));
    exit(1);
}

// Runs a command in the temporary folder; whether it went well.
static bool shell(const char *command) { return system(command) == 0; }

// A new build gets its name when it is whole, and the watcher takes it from there.
static bool build(void) {
    return shell("cc -std=c11 -O2 -shared -fPIC -fvisibility=hidden -I '" INCLUDE
                 "' -o ball/ball.so.new ball/ball.c && mv ball/ball.so.new ball/ball.so");
}

static void tell(void) {
    PolyplugEvent event;
    while (polyplug_next_event(host, &event)) {
        switch (event.kind) {
        case POLYPLUG_EVENT_RELOADED:
            printf("-- build %u runs, %.1f ms after the first change; the ball was handed over\n",
                   event.to, (double)event.since_change_ns / 1e6);
            break;
        case POLYPLUG_EVENT_DRAINED:
            printf("-- build %u is closed\n", event.from);
            break;
        case POLYPLUG_EVENT_FAILED:
            printf("-- refused, the old build runs on: %.*s\n", POLYPLUG_SV(event.message));
            break;
        default:
            break;
        }
    }
}

// One frame: changes happen here and nowhere else, then the ball moves.
static int32_t frame(void) {
    const struct timespec frame_time = {0, 16000000};
    nanosleep(&frame_time, NULL);
    polyplug_poll(host, POLYPLUG_POLL_QUIESCENT, NULL);
    tell();
    int32_t position = 0;
    if (polyplug_call(contract, ball, 0, NULL, &position, NULL)) {
        stop("move");
    }
    return position;
}

// Runs until the ball moves at this speed, at most ten seconds; prints three frames then.
static void run_until(int32_t speed) {
    int32_t before = frame();
    int32_t now = frame();
    for (int waited = 0; now - before != speed; ++waited) {
        if (waited == 600) {
            fprintf(stderr, "the ball never moved by %d\n", speed);
            exit(1);
        }
        before = now;
        now = frame();
    }
    for (int i = 0; i < 3; ++i) {
        printf("ball at %d\n", frame());
    }
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0); // in step with what cc says
    char folder[] = "/tmp/hot_reload_native.XXXXXX";
    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || !shell("cp -R '" BUNDLE "' ball")) {
        perror(folder);
        return 1;
    }
    host = polyplug_runtime_create(NULL);
    if (host == NULL || !build() || polyplug_load_bundle(host, "ball") ||
        polyplug_watch(host, ".")) {
        stop("ball");
    }
    contract = polyplug_contract(host, "demo.ball@1");
    if (contract == NULL || polyplug_create(contract, NULL, &ball)) {
        stop("demo.ball@1");
    }
    run_until(1);

    puts("\n> #define SPEED 7");
    if (!shell("sed 's/SPEED 1/SPEED 7/' ball/ball.c > new && mv new ball/ball.c") || !build()) {
        stop("edit");
    }
    run_until(7);

    puts("\n> a line that is no C");
    if (!shell("cp ball/ball.c good && echo 'this is no C' >> ball/ball.c") || build()) {
        stop("cc takes everything");
    }
    puts("-- cc refuses, so nothing changes");
    run_until(7);

    puts("\n> a library that is cut off");
    if (!shell("head -c 1000 ball/ball.so > new && mv new ball/ball.so")) {
        stop("edit");
    }
    run_until(7);

    puts("\n> #define SPEED -2");
    if (!shell("sed 's/SPEED 7/SPEED -2/' good > ball/ball.c") || !build()) {
        stop("edit");
    }
    run_until(-2);

    polyplug_destroy(contract, ball);
    polyplug_runtime_destroy(host);
    return chdir("/") == 0 && execlp("rm", "rm", "-r", folder, (char *)NULL);
}
