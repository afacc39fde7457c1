/* What the parts of a tally are to each other. */
#ifndef SEGCORE_TALLY_PARTS_H
#define SEGCORE_TALLY_PARTS_H

#include "tally.h"

/* Texts at a time, at most. */
#define SEGCORE_TALLIED 128

SEGCORE_INLINE int segcore_add_to(segcore_sums *sums, uint64_t first, uint64_t second, uint64_t third, int64_t count)
{
    segcore_sum *entry = segcore_entry(sums, first, second, third);
    if (entry)
        entry->count += count;
    return entry != NULL;
}

/* What the texts of a block are. */
typedef struct {
    uint8_t kinds[SEGCORE_TALLIED];
    int32_t segments[SEGCORE_TALLIED];
} segcore_outcomes;

SEGCORE_INLINE void segcore_put_outcome(segcore_outcomes *to, size_t place, const segcore_measurement *found)
{
    to->kinds[place] = (uint8_t)found->encoding;
    to->segments[place] = (int32_t)found->segments;
}

/* Some of a block of texts, by their places. */
typedef struct {
    const segcore_text *texts;
    const segcore_measurement *found;
    const int32_t *groups; /* or NULL */
    const uint8_t *places;
    size_t count;
    /* What all of the block are as if encoded. */
    segcore_outcomes *encoded;
} segcore_ucs2_texts;

/* Each answers 0 without memory. */

/* Messages by kind and segments (tally_counts.c).  `which` is SEGCORE_COUNTS, or SEGCORE_ENCODED for SMS alone. */
int segcore_count_messages(segcore_tally *tally, int which, size_t count, const int32_t *groups,
                           const segcore_outcomes *found);
int segcore_settle_counts(segcore_tally *tally);
int segcore_merge_counts(segcore_tally *to, const segcore_tally *from);

/* What the unencodable code points of a text tell of it as if encoded. */
enum { SEGCORE_STAYS_UCS2, SEGCORE_ALL_SINGLE, SEGCORE_UNSURE_FATE, SEGCORE_NO_MEMORY };

/* In how many texts code points occur (tally_occurs.c).  Returns what becomes of the text. */
int segcore_count_spans(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group,
                        const segcore_unencodable *unencodable);
int segcore_settle_spans(segcore_tally *tally);
int segcore_merge_spans(segcore_tally *to, segcore_tally *from);
void segcore_free_spans(segcore_tally *tally);
/* The same of code points in tally->unencodable, one by one; returns how many different ones there are, or -1. */
int64_t segcore_count_points(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group, size_t count);

/* Texts that go out as UCS-2 under the first coding alone, and what they are as if encoded (tally_ucs2.c). */
int segcore_tally_ucs2(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_ucs2_texts *texts);

/* A text with one unencodable code point. */
SEGCORE_INLINE int segcore_add_alone(segcore_tally *tally, uint32_t group, uint32_t only, int64_t segments,
                                     int64_t septet, int64_t encoded)
{
    return segcore_add_to(&tally->sums[SEGCORE_ALONE], (uint64_t)group << 32 | only,
                          (uint64_t)segments << 32 | (uint64_t)septet, (uint64_t)encoded, 1);
}

/* A look at each code point of a text (tally_look.c).  `encoded`: segments as if encoded, or 0. */
int segcore_look_closer(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                        const segcore_measurement *found, int64_t encoded, uint32_t group);

/* Segments with a septet in place of one code point, the only unencodable one; negative without memory. */
int64_t segcore_with_septet(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                            uint32_t only, int64_t now);

#endif
