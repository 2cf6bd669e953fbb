/* Makes the system calls on the database's files fail while a file of the fault's name exists in $CLAIMSPAN_TEST_FAULTS.
 *
 *   full      no room is left
 *   io        writing fails
 *   sync      what was written cannot be made durable
 *   readonly  the file system has become read-only
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int present(const char *fault) {
    const char *folder = getenv("CLAIMSPAN_TEST_FAULTS");
    char path[4096];
    if (!folder) return 0;
    snprintf(path, sizeof path, "%s/%s", folder, fault);
    return access(path, F_OK) == 0;
}

static int is_database(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strstr(path, "claimspan.db") != NULL;
}

static int fails(int fd, int syncing) {
    int error = 0;
    int before = errno;
    if (is_database(fd)) {
        if (!syncing && present("full")) error = ENOSPC;
        else if (present("io") || (syncing && present("sync"))) error = EIO;
        else if (!syncing && present("readonly")) error = EROFS;
    }
    errno = error ? error : before;
    return error != 0;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
    static ssize_t (*real)(int, const void *, size_t, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite");
    return fails(fd, 0) ? -1 : real(fd, bytes, count, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    static ssize_t (*real)(int, const void *, size_t, off64_t);
    if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
    return fails(fd, 0) ? -1 : real(fd, bytes, count, at);
}

int fsync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fsync");
    return fails(fd, 1) ? -1 : real(fd);
}

int fdatasync(int fd) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
    return fails(fd, 1) ? -1 : real(fd);
}

static int cannot_open(const char *path, int flags) {
    if ((flags & O_ACCMODE) == O_RDONLY || !strstr(path, "claimspan.db") || !present("readonly")) return 0;
    errno = EROFS;
    return 1;
}

#define OPEN(name)                                              \
    int name(const char *path, int flags, ...) {                \
        static int (*real)(const char *, int, ...);             \
        va_list rest;                                           \
        va_start(rest, flags);                                  \
        mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0; \
        va_end(rest);                                           \
        if (!real) real = dlsym(RTLD_NEXT, #name);              \
        return cannot_open(path, flags) ? -1 : real(path, flags, mode); \
    }

OPEN(open)
OPEN(open64)
