/* The rules of a profile: several 7-bit codings, smart encoding, grapheme clusters kept whole.
 *
 * A kernel measures every text under tables whose answer either stands or tells that more is needed
 * (native/__init__.py):
 *
 *   further codings           What the first alphabet has not takes two septets.  Texts with extra units are measured
 *                             once more under `second`, the first coding alone, whose answer stands if it is one
 *                             segment.
 *   replacements              A code point takes the one or two septets of what replaces it, and is unencodable if
 *                             that is more, nothing, or not in the alphabet.
 *   replacements made where   The first coding alone; texts of several segments in UCS-2 are measured once more under
 *   they save segments        `second`, the tables of the line above.
 *   both, and where what is   What a further coding or a replacement decides takes two septets.
 *   replaced is in the alphabet
 *
 * Where that is not enough, sums over single code points often are (rules.c); the rest goes code point by code point
 * (choose_coding.c). */
#ifndef SEGCORE_RULES_H
#define SEGCORE_RULES_H

#include "billing.h"
#include "kernel.h"

/* Alphabets, and extension tables, that may be chosen from (engine/__init__.py). */
#define SEGCORE_MOST_TABLES 32

/* A value for each code point up to U+10FFFF: pages[page_of[c >> 8] << 8 | (c & 0xFF)]. */
typedef struct {
    const uint16_t *page_of;
    const void *pages;
} segcore_map;

SEGCORE_INLINE size_t segcore_place(const segcore_map *map, uint32_t point)
{
    return (size_t)map->page_of[point >> 8] << 8 | (point & 0xFF);
}

/* A 7-bit coding: which alphabet and which extension table, by their bits, and the room in a segment. */
typedef struct {
    int alphabet, extension;
    int64_t single, part;
} segcore_coding;

/* When replacements are made that may not bring a text to GSM-7. */
enum { SEGCORE_ALWAYS, SEGCORE_ALL_OR_NOTHING, SEGCORE_WHEN_FEWER_SEGMENTS };

/* Class of a code point in grapheme clusters (rules/graphemes.py); 0 for those that only follow others. */
enum {
    SEGCORE_OTHER,
    SEGCORE_CONTROL,
    SEGCORE_LINKER,
    SEGCORE_LINKER_ALONE,
    SEGCORE_ZWJ,
    SEGCORE_EXTEND_CONJUNCT,
    SEGCORE_EXTEND,
    SEGCORE_SPACING_MARK,
    SEGCORE_PREPEND,
    SEGCORE_REGIONAL_INDICATOR,
    SEGCORE_HANGUL_L,
    SEGCORE_HANGUL_V,
    SEGCORE_HANGUL_T,
    SEGCORE_HANGUL_LV,
    SEGCORE_HANGUL_LVT,
    SEGCORE_CONSONANT,
    SEGCORE_PICTOGRAPHIC
};

typedef struct segcore_rules {
    const segcore_kernel *kernel;
    segcore_tables tables;
    /* What is billed beside the text as it is given; NULL if nothing is.  Then `has_more` is set, too. */
    const segcore_billing *billing;
    /* True if there is anything below. */
    int has_more;
    segcore_tables second;
    int has_second;
    /* True if GSM-7 under tables with replacements is sent as measured (third and fourth line above). */
    int is_exact;

    /* The 7-bit codings, the first being that of `tables`, which has the most room.  Of each code point, the
     * alphabets that have it in the low 32 bits, the extension tables in the high ones (uint64_t). */
    const segcore_coding *codings;
    size_t coding_count;
    size_t alphabet_count;
    segcore_map masks;

    /* Smart encoding: 0, or the number of what replaces a code point (uint16_t), which is points[starts[number]] to
     * before points[starts[number + 1]].  No replacements: starts is NULL. */
    segcore_map replaced;
    const uint32_t *starts;
    const uint32_t *points;
    int partly;
    int replaces_beyond_bmp;

    /* Of each code point what is sent for it (uint8_t; SEGCORE_MARKED and so on).  The septets of the first coding;
     * marked if neither it nor what replaces it can be sent as GSM-7. */
    segcore_map septets;
    /* Marked if the code units change, or the clusters where those matter: how many there are more, and
     * SEGCORE_NO_CHANGE. */
    segcore_map changes;
    /* Not 0 for those of the BMP that are marked there, and at 0x10000 if others are; and for the octets that such
     * a code point may begin with in UTF-8. */
    const uint8_t *is_changed;
    const uint8_t *begins_changed;
    /* Long runs of code points that are not, two in the BMP and one beyond: the first, and how many follow. */
    uint16_t quiet_first[2], quiet_more[2];
    uint32_t quiet_emoji, quiet_emoji_more;

    /* The class of each code point (uint8_t); page_of is NULL where clusters may be cut.  Whether there are any in
     * 7-bit text but CR LF, which is not taken for one. */
    segcore_map classes;
    int has_septet_clusters;
} segcore_rules;

/* The alphabets that have a code point in the low 32 bits, the extension tables in the high ones. */
SEGCORE_INLINE uint64_t segcore_tables_with(const segcore_rules *rules, uint32_t point)
{
    return ((const uint64_t *)rules->masks.pages)[segcore_place(&rules->masks, point)];
}

/* The number of what replaces a code point, 0 for nothing. */
SEGCORE_INLINE size_t segcore_replacement(const segcore_rules *rules, uint32_t point)
{
    return ((const uint16_t *)rules->replaced.pages)[segcore_place(&rules->replaced, point)];
}

/* A code point in one octet: an amount, and flags. */
enum { SEGCORE_AMOUNT = 0x3F, SEGCORE_UNSURE = 0x40, SEGCORE_MARKED = 0x80, SEGCORE_NO_CHANGE = 32 };

/* Measure a text as it goes out, code point by code point: in the best coding, and with what is to be replaced. */
segcore_measurement segcore_choose_coding(const segcore_rules *rules, const segcore_text *text);

SEGCORE_INLINE int segcore_has_clusters(const segcore_rules *rules, int is_ucs2)
{
    return rules->classes.page_of && (is_ucs2 || rules->has_septet_clusters);
}

/* Measure texts as they are given, whatever is billed beside them. */
void segcore_measure_given(const segcore_rules *rules, const segcore_text *texts, size_t count,
                           segcore_measurement *found);

/* Measure texts as they go out.  `extra` is as a kernel gives it where no further coding and no replacement is. */
void segcore_measure_texts(const segcore_rules *rules, const segcore_text *texts, size_t count,
                           segcore_measurement *found);

#endif
