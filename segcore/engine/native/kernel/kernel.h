/* Counting kernels: code points in, encoding, units and segments out.
 *
 * Nothing here knows an alphabet or a provider: tables and capacities are arguments (segcore_tables),
 * filled by native/__init__.py from segcore/rules/alphabets.py.  Nothing here touches a Python
 * object.
 */
#ifndef SEGCORE_H
#define SEGCORE_H

#include <stddef.h>
#include <stdint.h>

#if defined(_MSC_VER) && !defined(__clang__)
#define SEGCORE_INLINE static __forceinline
#define SEGCORE_APART static __declspec(noinline)
#else
#define SEGCORE_INLINE static inline __attribute__((always_inline))
#define SEGCORE_APART static __attribute__((noinline))
#endif

/* Instruction sets are enabled per function, so the compiler must know how; else the scalar kernel serves.  Not GCC
 * for Windows, because it spills vectors of 32 octets to a stack aligned to 16 (GCC bug 54412), and not 32-bit x86,
 * on which nothing here is tested.  Some tests need no vectors: SEGCORE_SCALAR_ONLY. */
#if !defined(SEGCORE_SCALAR_ONLY) && defined(__x86_64__)                                                             \
    && (defined(__clang__) || (defined(__GNUC__) && !defined(__MINGW32__)))
#define SEGCORE_X86 1
#endif
/* Little endian only: lanes of two octets are taken apart by their order in memory. */
#if !defined(SEGCORE_SCALAR_ONLY) && defined(__AARCH64EL__) && (defined(__clang__) || defined(__GNUC__))
#define SEGCORE_ARM64 1
#endif

/* From SEGCORE_TARGET to SEGCORE_END_TARGET functions may use these instruction sets. */
#define SEGCORE_PRAGMA(text) _Pragma(#text)
#ifdef __clang__
#define SEGCORE_TARGET(sets) SEGCORE_PRAGMA(clang attribute push(__attribute__((target(sets))), apply_to = function))
#define SEGCORE_END_TARGET _Pragma("clang attribute pop")
#else
#define SEGCORE_TARGET(sets) _Pragma("GCC push_options") SEGCORE_PRAGMA(GCC target(sets))
#define SEGCORE_END_TARGET _Pragma("GCC pop_options")
#endif

/* Weight of a code point that is not in the alphabet; see segcore_tables. */
#define SEGCORE_UNENCODABLE 0x10000u

/* The code points of a page that are in the alphabet, those that take two septets and those that take one, as sets
 * for look-ups by nibble: bit h & 7 of entry [h >> 3][l] stands for low octet h << 4 | l. */
typedef struct {
    uint8_t known[2][16];
    uint8_t two_septets[2][16];
    uint8_t plain[2][16];
    /* The first two bit by bit: bit l & 63 of entry l >> 6 stands for low octet l. */
    uint64_t is_known[4];
    uint64_t has_two_septets[4];
} segcore_sets;

/* Units of a text whose segments are kept in a table. */
#define SEGCORE_SURE 1024

typedef struct {
    /* Septets of each code point of the basic multilingual plane, 0 where it is not in the alphabet:
     * pages[page_of[c >> 8] << 8 | (c & 0xFF)].  Page 0 is all zeros.  Beyond that plane no code point is in any
     * alphabet. */
    const uint8_t *page_of;
    const uint8_t *pages;
    /* Units in the only segment of a message, and in each of several (at least 2). */
    int64_t gsm7_single, gsm7_part;
    int64_t ucs2_single, ucs2_part;

    /* Derived by segcore_prepare: the sets of each page; and the septets of U+0000 to U+00FF, SEGCORE_UNENCODABLE
     * instead of 0, so that one addition per code point sums septets (low 16 bits) and code points that force
     * UCS-2 (high 16 bits). */
    segcore_sets *sets;
    uint32_t weights[256];
    /* Segments by units, for GSM-7 and for UCS-2; see segcore_sure_segments. */
    uint16_t sure[2][SEGCORE_SURE];
    /* Of UTF-8: whether a code point in the alphabet begins with a lead and a continuation, by the low 6 bits of
     * both. */
    uint8_t begun[64][64];
    /* A code point of one septet below U+0080; 0 if there is none. */
    uint8_t filler;
} segcore_tables;

/* A text of kind 1, 2 or 4 is `length` code points of that many octets each, as PEP 393 stores them; one of kind
 * SEGCORE_UTF8 is `length` octets, which may be anything: what is not UTF-8 is found out. */
#define SEGCORE_UTF8 0

typedef struct {
    const void *data;
    size_t length;
    int kind;
} segcore_text;

/* Encodings; the kernels know the first two, billing.c those of routes that count octets. */
#define SEGCORE_GSM7 0
#define SEGCORE_UCS2 1
#define SEGCORE_AS_UTF8 2
#define SEGCORE_AS_EUC_KR 3
#define SEGCORE_NOT_UTF8 4

typedef struct {
    int64_t units;
    int64_t segments;
    /* Units less code points: how many take two septets in GSM-7, or stand above U+FFFF in UCS-2. */
    int64_t extra;
    int encoding;
} segcore_measurement;

/* Some of 128 code points that stand side by side: bit p & 63 of points[p >> 6 & 1] stands for p. */
typedef struct {
    uint32_t number; /* p >> 7 */
    uint64_t points[2];
} segcore_span;

#define SEGCORE_MOST_SPANS 6

/* The unencodable code points of a text. */
typedef struct {
    /* How many spans have an unencodable code point; SEGCORE_MANY_SPANS if the text has code points of more spans
     * than there is room for, and then the rest is not said. */
    int count;
    /* Code points of two septets; SEGCORE_UNSURE_TWO_SEPTETS if there are some beyond ASCII, and they are not
     * counted. */
    int64_t two_septets;
    segcore_span spans[SEGCORE_MOST_SPANS];
} segcore_unencodable;

#define SEGCORE_MANY_SPANS (-1)
#define SEGCORE_UNSURE_TWO_SEPTETS (-1)

/* Spans that are summed at a time, at most. */
#define SEGCORE_PENDING_SPANS 64

/* One segment: index of the code point after its last one, and its units. */
typedef struct {
    size_t end;
    int64_t units;
} segcore_segment;

typedef void segcore_measure(const segcore_tables *, const segcore_text *, size_t count, segcore_measurement *);

/* Texts are sound: what is said to be UTF-8 has been measured, and is. */
typedef void segcore_find_spans(const segcore_tables *, const segcore_text *, size_t count, segcore_unencodable *);

/* Add 1 to the count of each code point in each of up to SEGCORE_PENDING_SPANS spans. */
typedef void segcore_sum_spans(const uint64_t (*points)[2], size_t count, int64_t *counts);

/* The links of a text: how many, their code points, those that take two septets, and whether one has none. */
typedef struct {
    size_t count;
    int64_t points, two_septets;
    int has_unencodable;
} segcore_links;

/* Measure up to 128 texts; write the places of those that may have links, all that have some among them, and what
 * those take; and return how many, no more than there is room for.  In the tables of links a code point that a link may
 * have inside takes one septet, and one that it may end with two. */
typedef size_t segcore_measure_links(const segcore_tables *, const segcore_tables *links, const segcore_text *texts,
                                     size_t count, segcore_measurement *found, uint8_t *places, segcore_links *sums,
                                     size_t capacity);

/* A way to measure texts; all ways give the same results. */
typedef struct {
    const char *name;
    int (*is_usable)(void);
    segcore_measure *measure;
    segcore_find_spans *find_spans;
    segcore_sum_spans *sum_spans;
    segcore_measure_links *measure_links;
} segcore_kernel;

/* All kernels compiled in, the fastest first, ended by NULL.  The last, scalar, is always usable. */
extern const segcore_kernel *const segcore_kernels[];

extern const segcore_kernel segcore_scalar;
#ifdef SEGCORE_X86
extern const segcore_kernel segcore_avx512, segcore_avx2, segcore_ssse3;
#endif
#ifdef SEGCORE_ARM64
extern const segcore_kernel segcore_neon;
#endif

/* Fill the derived part of tables; `sets` has room for each of the pages. */
void segcore_prepare(segcore_tables *tables, size_t page_count);

/* Index of the first code point from `from` on that is not in the alphabet, or the length. */
size_t segcore_find_unencodable(const segcore_tables *tables, const segcore_text *text, size_t from);

/* Sum the links of a text, code point by code point. */
void segcore_sum_links(const segcore_tables *tables, const segcore_tables *links, const segcore_text *text,
                       segcore_links *sums);

/* Greedy, exact packing; returns the number of segments and writes the first `capacity` of them.  An escape with its
 * septet, and a surrogate pair, stay in one segment. */
size_t segcore_pack_gsm7(const segcore_tables *tables, const segcore_text *text, segcore_segment *segments,
                         size_t capacity);
size_t segcore_pack_ucs2(const segcore_tables *tables, const segcore_text *text, segcore_segment *segments,
                         size_t capacity);

SEGCORE_INLINE uint32_t segcore_read(int kind, const void *data, size_t index)
{
    switch (kind) {
    case 1:
        return ((const uint8_t *)data)[index];
    case 2:
        return ((const uint16_t *)data)[index];
    default:
        return ((const uint32_t *)data)[index];
    }
}

/* Septets of a code point, 0 where it is not in the alphabet. */
SEGCORE_INLINE uint32_t segcore_septets(const segcore_tables *tables, uint32_t point)
{
    if (point > 0xFFFF)
        return 0;
    return tables->pages[(size_t)tables->page_of[point >> 8] << 8 | (point & 0xFF)];
}

SEGCORE_INLINE int segcore_is_high_surrogate(uint32_t point) { return (point & 0xFFFFFC00u) == 0xD800; }

SEGCORE_INLINE int segcore_is_low_surrogate(uint32_t point) { return (point & 0xFFFFFC00u) == 0xDC00; }

SEGCORE_INLINE int64_t segcore_divide_up(int64_t units, int64_t part) { return (units + part - 1) / part; }

/* Segments of a text in which nothing takes two units, so that none has a hole at its end. */
SEGCORE_INLINE int64_t segcore_even_segments(int64_t units, int64_t single, int64_t part)
{
    return units <= single ? 1 : segcore_divide_up(units, part);
}

/* Segments of a text, or 0 where only packing can tell: a segment has one unit to spare at most, so that there is
 * often but one answer. */
SEGCORE_INLINE int64_t segcore_only_segments(int64_t units, int64_t single, int64_t part)
{
    const int64_t fewest = segcore_divide_up(units, part);
    return units <= single ? 1 : units + fewest - 1 <= fewest * part ? fewest : 0;
}

/* The same from a table, because whether a message has several segments is what a processor guesses worst. */
SEGCORE_INLINE int64_t segcore_sure_segments(const segcore_tables *tables, int is_ucs2, int64_t units)
{
    if (units < SEGCORE_SURE)
        return tables->sure[is_ucs2][units];
    return is_ucs2 ? segcore_only_segments(units, tables->ucs2_single, tables->ucs2_part)
                   : segcore_only_segments(units, tables->gsm7_single, tables->gsm7_part);
}

/* Segments of a text of one code unit a code point.  Halves of a surrogate pair that stand side by side are
 * one pair over the air, and may not be split. */
SEGCORE_INLINE int64_t segcore_utf16_segments(const segcore_tables *tables, const uint16_t *points, size_t length)
{
    const size_t part = (size_t)tables->ucs2_part;
    int64_t segments = 1;
    if ((int64_t)length <= tables->ucs2_single)
        return 1;
    for (size_t end = part; end < length; end += part) {
        end -= segcore_is_low_surrogate(points[end]) && segcore_is_high_surrogate(points[end - 1]);
        segments++;
    }
    return segments;
}

#endif
