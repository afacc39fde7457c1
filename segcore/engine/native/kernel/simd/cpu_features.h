/* Instruction sets of the processor that the operating system supports, read from both, because the compiler's own
 * __builtin_cpu_supports() needs a runtime library that is not everywhere, and answers 0 in some. */
#ifndef SEGCORE_CPU_FEATURES_H
#define SEGCORE_CPU_FEATURES_H

#include <cpuid.h>
#include <stdint.h>

/* The bits of CPUID (Intel's Software Developer's Manual, volume 2, CPUID), leaf 1 ECX, leaf 7 EBX and ECX. */
enum {
    LEAF1_SSSE3 = 1 << 9,
    LEAF1_POPCNT = 1 << 23,
    LEAF1_OSXSAVE = 1 << 27,
};
#define LEAF7_BMI1 (1u << 3)
#define LEAF7_AVX2 (1u << 5)
#define LEAF7_BMI2 (1u << 8)
#define LEAF7_AVX512F (1u << 16)
#define LEAF7_AVX512BW (1u << 30)
#define LEAF7_AVX512VL (1u << 31)
#define LEAF7_ECX_VBMI (1u << 1)
#define LEAF7_ECX_VBMI2 (1u << 6)

/* Registers that the operating system keeps for each thread (volume 1, XCR0):
 *
 *   bit    1 XMM   2 upper YMM   5 masks   6 upper ZMM0 to 15   7 ZMM16 to 31
 *
 * macOS sets the last three at a thread's first use of them, and so they are not asked for there. */
#define STATE_AVX 0x06u
#ifdef __APPLE__
#define STATE_AVX512 STATE_AVX
#else
#define STATE_AVX512 0xE6u
#endif

SEGCORE_INLINE uint32_t kept_state(void)
{
    uint32_t low, high;
    /* xgetbv; older assemblers do not know it. */
    __asm__ volatile(".byte 0x0F, 0x01, 0xD0" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

/* True if all these bits are set and the operating system keeps these registers. */
static inline int has_cpu_features(uint32_t leaf1, uint32_t leaf7, uint32_t leaf7_ecx, uint32_t state)
{
    uint32_t eax, ebx, ecx, edx;
    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || (ecx & leaf1) != leaf1)
        return 0;
    if (state && (!(ecx & LEAF1_OSXSAVE) || (kept_state() & state) != state))
        return 0;
    if (!(leaf7 | leaf7_ecx))
        return 1;
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & leaf7) == leaf7
           && (ecx & leaf7_ecx) == leaf7_ecx;
}

#endif
