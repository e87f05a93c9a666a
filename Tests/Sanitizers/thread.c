// Makes Synchronization.Mutex visible to ThreadSanitizer; only `make tsan` links this file.
//
// An uncontended Mutex is locked and unlocked by atomics that the compiler inlines into our own code, where the
// sanitizer sees them. A contended one is passed on by the kernel, inside the standard library, which is not
// instrumented, so correct programs would be reported. This file therefore wraps the three functions involved, under
// their own names: an executable's symbols take precedence over a library's. The annotations are accurate: unlocking
// releases, and locking acquires.
//
// The implementation: stdlib/public/Synchronization/Mutex/LinuxImpl.swift. The names are part of its ABI.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

extern void __tsan_acquire(void *address);
extern void __tsan_release(void *address);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef __attribute__((swiftcall)) void (*Lock)(uint32_t thread, __attribute__((swift_context)) void *mutex);
typedef __attribute__((swiftcall)) bool (*TryLock)(__attribute__((swift_context)) void *mutex);
typedef __attribute__((swiftcall)) void (*Unlock)(__attribute__((swift_context)) void *mutex);

__attribute__((swiftcall)) void lock(uint32_t thread, __attribute__((swift_context)) void *mutex) __asm__(LOCK);
__attribute__((swiftcall)) bool try_lock(__attribute__((swift_context)) void *mutex) __asm__(TRY_LOCK);
__attribute__((swiftcall)) void unlock(__attribute__((swift_context)) void *mutex) __asm__(UNLOCK);

static void *library_function(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (!function) {
        fprintf(stderr, "thread sanitizer: this standard library has no %s\n", name);
        abort();
    }
    return function;
}

__attribute__((swiftcall)) void lock(uint32_t thread, __attribute__((swift_context)) void *mutex) {
    ((Lock)library_function(LOCK))(thread, mutex);
    __tsan_acquire(mutex);
}

__attribute__((swiftcall)) bool try_lock(__attribute__((swift_context)) void *mutex) {
    bool is_locked = ((TryLock)library_function(TRY_LOCK))(mutex);
    if (is_locked) __tsan_acquire(mutex);
    return is_locked;
}

__attribute__((swiftcall)) void unlock(__attribute__((swift_context)) void *mutex) {
    __tsan_release(mutex);
    ((Unlock)library_function(UNLOCK))(mutex);
}
