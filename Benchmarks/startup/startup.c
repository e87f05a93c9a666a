// Measures the run time of two commands. They alternate, so that other load on the machine affects both equally.
//
//   cc -O2 -Wall -Wextra -o startup startup.c && ./startup RUNS FIRST SECOND [ARGUMENT...]
//
// Both commands get the same arguments; their output is discarded. Prints one line of JSON with the medians and the
// fastest runs in milliseconds.
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double run(char *command, char **arguments) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    arguments[0] = command;
    pid_t child;
    int status = 0;
    double begin = milliseconds();
    if (posix_spawnp(&child, command, &actions, NULL, arguments, environ) || waitpid(child, &status, 0) != child ||
        status != 0) {
        fprintf(stderr, "startup: %s did not run, or failed\n", command);
        exit(1);
    }
    double elapsed = milliseconds() - begin;
    posix_spawn_file_actions_destroy(&actions);
    return elapsed;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv) {
    long runs = argc > 3 ? atol(argv[1]) : 0;
    if (runs < 1) {
        fprintf(stderr, "usage: startup RUNS FIRST SECOND [ARGUMENT...]\n");
        return 1;
    }
    // The second command's element becomes argument 0.
    char *commands[2] = {argv[2], argv[3]};
    double *times[2];
    for (int side = 0; side < 2; side++) {
        times[side] = malloc((size_t)runs * sizeof(double));
        if (!times[side]) return 1;
        for (int warm = 0; warm < 5; warm++) run(commands[side], argv + 3);
    }
    for (long i = 0; i < runs; i++) {
        for (int turn = 0; turn < 2; turn++) {
            int side = (int)((i + turn) % 2);
            times[side][i] = run(commands[side], argv + 3);
        }
    }
    for (int side = 0; side < 2; side++) qsort(times[side], (size_t)runs, sizeof(double), compare);
    double first = times[0][runs / 2], second = times[1][runs / 2];
    printf("{\"runs\":%ld,\"first_ms\":%.3f,\"second_ms\":%.3f,\"ratio\":%.3f,\"first_fastest_ms\":%.3f,"
           "\"second_fastest_ms\":%.3f}\n",
           runs, first, second, first / second, times[0][0], times[1][0]);
    return 0;
}
