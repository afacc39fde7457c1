/* Allocations of the extension that fail: the one that `segcore_countdown` counts down to, and no other. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);

long segcore_countdown;

static int fails(const void *caller)
{
    Dl_info from;
    return segcore_countdown > 0 && dladdr(caller, &from) && strstr(from.dli_fname, "/binding.") && !--segcore_countdown;
}

void *malloc(size_t size) { return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size); }

void *calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(block, size);
}
