/* Texts made of parts: what all parts take together, from what each takes by itself. */
#ifndef SEGCORE_PART_SUMS_H
#define SEGCORE_PART_SUMS_H

#include "kernel.h"

/* One part of every text: a value per text in each array, or where `stride` is 0 the same value for all. */
typedef struct {
    const int64_t *septets;    /* Of no meaning where the part is UCS-2. */
    const int64_t *code_units; /* NULL with `has_septets_only`. */
    const uint8_t *is_ucs2;
    size_t stride;
} segcore_part;

/* Room in a segment, and what the sums of parts do not tell. */
typedef struct {
    int64_t gsm7_single, gsm7_part, ucs2_single, ucs2_part;
    /* Whether grapheme clusters stay whole, so that only texts of one segment are sure. */
    int keeps_clusters;
    /* Whether further 7-bit codings may send a text, so that only those with nothing of two septets, and those of one
     * segment in the first coding are sure. */
    int has_national;
    /* Whether code units are not known, so that texts in UCS-2 are never sure. */
    int has_septets_only;
} segcore_part_rules;

/* Write units, encoding (0 for GSM-7, 1 for UCS-2) and segments of `count` texts; 0 segments where only the whole
 * text can tell.  Each array written has room for `count`. */
void segcore_sum_parts(const segcore_part_rules *rules, const segcore_part *parts, size_t part_count, size_t count,
                       int64_t *units, uint8_t *encodings, int32_t *segments);

#endif
