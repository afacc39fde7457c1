/* The kernels compiled in, the fastest first. */
#include "kernel.h"

const segcore_kernel *const segcore_kernels[] = {
#ifdef SEGCORE_X86
    &segcore_avx512, &segcore_avx2, &segcore_ssse3,
#endif
#ifdef SEGCORE_ARM64
    &segcore_neon,
#endif
    &segcore_scalar, NULL,
};
