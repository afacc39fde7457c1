/* Sums over many messages, by group: segments, and the code points that cost extra.  Nothing here knows money. */
#ifndef SEGCORE_TALLY_H
#define SEGCORE_TALLY_H

#include "arrow.h"
#include "replacement_sets.h"
#include "rules.h"
#include "counter_map.h"

enum {
    SEGCORE_KIND_GSM7,
    SEGCORE_KIND_UCS2,
    SEGCORE_KIND_MMS,
    SEGCORE_KIND_NULL,
    /* Messages of the first and of the second class, where octets are counted. */
    SEGCORE_KIND_OCTETS,
    SEGCORE_KIND_LONG_OCTETS,
    SEGCORE_KINDS
};

/* The rules of a tally. */
typedef struct {
    const segcore_rules *rules;
    /* As if smart encoded; NULL if that is not asked for.  Whether it changes nothing that goes out as GSM-7, and
     * what it makes of single code points, NULL where that does not tell. */
    const segcore_rules *encoded;
    int changes_ucs2_only;
    const segcore_replacement_sets *sets;
    /* The most segments, code points of a text that goes out as GSM-7, and of one that goes out as UCS-2; 0: any. */
    int64_t limits[3];
    /* A code point of one septet, negative where there is none. */
    int32_t septet;
    /* The number of the script of each 16 code points, 0 for none, below 64; NULL if that is not asked for. */
    const uint8_t *scripts;
} segcore_plan_of_tally;

/* Messages by (group, kind, segments), as sent and as if encoded; SMS by group; SMS in UCS-2 by (group, code point)
 * and by (group, bits of the scripts of their unencodable code points);
 * SMS in UCS-2 with one distinct unencodable code point by (group << 32 | code point, segments << 32 | segments with
 * a septet in its place, segments as if encoded). */
enum {
    SEGCORE_COUNTS,
    SEGCORE_ENCODED,
    SEGCORE_EMPTY,
    SEGCORE_OVER,
    SEGCORE_OCCURS,
    SEGCORE_ALONE,
    SEGCORE_SCRIPTS,
    SEGCORE_ALL_SUMS
};

#define SEGCORE_DENSE_GROUPS 256
#define SEGCORE_DENSE_SEGMENTS 16
#define SEGCORE_RECENT 64

/* Messages of a group that each code point of a span occurs in. */
typedef struct {
    uint32_t group, number;
    /* To be added to the counts. */
    size_t pending_count;
    segcore_span_replacements replacements;
    uint64_t pending[SEGCORE_PENDING_SPANS][2];
    int64_t counts[128];
    /* The bit of the script that all of them are in; 0 if there are several, or it is not asked for. */
    uint64_t script;
} segcore_span_count;

/* All zero: empty. */
typedef struct {
    segcore_counter_map sums[SEGCORE_ALL_SUMS];
    /* The same as SEGCORE_COUNTS and SEGCORE_ENCODED, [group][which][kind][segments], for few groups and few
     * segments, which most have. */
    int64_t (*dense)[2][SEGCORE_KINDS][SEGCORE_DENSE_SEGMENTS];
    size_t dense_groups;
    /* The same as SEGCORE_OCCURS, while there are not too many spans; where each is, and those asked for last. */
    segcore_span_count **spans;
    size_t span_count;
    segcore_counter_map span_places;
    segcore_span_count *recent[SEGCORE_RECENT];
    segcore_sum_spans *sum_spans;
    /* The number of the last text that each code point was seen in, by page; NULL until one is looked at closely. */
    uint32_t **stamps;
    uint32_t stamp;
    /* Code points of one text, and those that are unencodable. */
    uint32_t *points, *unencodable;
    size_t points_room;
} segcore_tally;

/* Inputs beside the texts: NULL, or a value for each row before `capacity`, from row 0 on. */
typedef struct {
    const uint8_t *mms;
    const int32_t *groups;
    /* 0 where a row is null; filled by segcore_tally_rows(). */
    uint8_t *valid;
    int64_t capacity;
} segcore_row_inputs;

/* Texts of which `found` is known, from row `start` on.  0 if out of memory or room. */
int segcore_tally_block(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *texts,
                        const segcore_measurement *found, int64_t start, size_t count,
                        const segcore_row_inputs *inputs);

/* Measure and tally rows of a column; with references, those of a dictionary.  *row is the first one that is at
 * fault. */
segcore_fault segcore_tally_rows(segcore_tally *tally, const segcore_plan_of_tally *plan,
                                 const segcore_column *column, const segcore_references *references, int64_t start,
                                 int64_t stop, const segcore_row_inputs *inputs, int64_t *row);

/* Bring everything into the sums; 0 if out of memory. */
int segcore_tally_settle(segcore_tally *tally);

/* Add the sums of another one, which is of no use any more; 0 if out of memory. */
int segcore_tally_merge(segcore_tally *to, segcore_tally *from);

void segcore_tally_free(segcore_tally *tally);

/* --- Between the files of a tally ----------------------------------------------------------- */

/* Texts at a time, at most. */
#define SEGCORE_TALLIED 128

SEGCORE_INLINE int segcore_add_to(segcore_counter_map *sums, uint64_t first, uint64_t second, uint64_t third,
                                  int64_t count)
{
    segcore_counter *entry = segcore_counter_of(sums, first, second, third);
    if (entry)
        entry->count += count;
    return entry != NULL;
}

/* Kind and segments of each text of a block. */
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
    /* The whole block as if encoded. */
    segcore_outcomes *encoded;
} segcore_ucs2_texts;

/* Each answers 0 if out of memory. */

/* A text as if encoded, judged by its unencodable code points. */
enum { SEGCORE_STAYS_UCS2, SEGCORE_ALL_SINGLE, SEGCORE_UNSURE_REPLACED, SEGCORE_NO_MEMORY };

/* In how many texts code points occur (occurrences.c).  Returns what becomes of the text. */
int segcore_count_spans(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group,
                        const segcore_unencodable *unencodable);
int segcore_settle_spans(segcore_tally *tally);
int segcore_merge_spans(segcore_tally *to, segcore_tally *from);
void segcore_free_spans(segcore_tally *tally);
/* The same of code points in tally->unencodable, one by one; returns how many different ones there are, or -1. */
int64_t segcore_count_points(segcore_tally *tally, const segcore_plan_of_tally *plan, uint32_t group, size_t count);

/* Texts that go out as UCS-2 under the first coding alone, and what they are as if encoded (offenders.c). */
int segcore_tally_ucs2(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_ucs2_texts *texts);

/* A text with one unencodable code point. */
SEGCORE_INLINE int segcore_add_alone(segcore_tally *tally, uint32_t group, uint32_t only, int64_t segments,
                                     int64_t septet, int64_t encoded)
{
    return segcore_add_to(&tally->sums[SEGCORE_ALONE], (uint64_t)group << 32 | only,
                          (uint64_t)segments << 32 | (uint64_t)septet, (uint64_t)encoded, 1);
}

/* A look at each code point of a text (offenders.c).  `encoded`: segments as if encoded, or 0. */
int segcore_find_offenders(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                           const segcore_measurement *found, int64_t encoded, uint32_t group);

/* Segments with a septet in place of one code point, the only unencodable one; negative if out of memory. */
int64_t segcore_with_septet(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *text,
                            uint32_t only, int64_t now);

#endif
