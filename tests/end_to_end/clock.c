/* Shifts the clock of the wall, and only that one, as the file says that SHIFTED_CLOCK names: seconds,
   and then, if it is to run faster, how many times as fast since which moment.
   Loaded by LD_PRELOAD; read at each question, so that a running process sees a jump. The embedded
   log keeps the true time: its sessions are those of processes that live in it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void move(struct timespec *now) {
    char text[96] = {0};
    double shift = 0, rate = 1, since = 0;
    const char *path = getenv("SHIFTED_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    if (read(file, text, sizeof text - 1) < 0) text[0] = 0;
    close(file);
    if (sscanf(text, "%lf %lf %lf", &shift, &rate, &since) == 3) {
        if (strncmp(program_invocation_short_name, "tansu", 5) == 0) return;
        shift += (rate - 1) * ((double)now->tv_sec + now->tv_nsec / 1e9 - since);
    }
    long whole = (long)shift;
    now->tv_sec += whole;
    now->tv_nsec += (long)((shift - (double)whole) * 1e9);
    if (now->tv_nsec >= 1000000000) now->tv_sec += 1, now->tv_nsec -= 1000000000;
    if (now->tv_nsec < 0) now->tv_sec -= 1, now->tv_nsec += 1000000000;
}

int clock_gettime(clockid_t id, struct timespec *now) {
    int failed = (int)syscall(SYS_clock_gettime, id, now);
    if (!failed && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) move(now);
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec fine;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &fine);
    now->tv_sec = fine.tv_sec;
    now->tv_usec = fine.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *kept) {
    struct timespec fine;
    clock_gettime(CLOCK_REALTIME, &fine);
    if (kept) *kept = fine.tv_sec;
    return fine.tv_sec;
}
