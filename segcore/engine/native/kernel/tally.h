/* Sums over many messages, by group: what they take and what makes them dear.  Nothing here knows money. */
#ifndef SEGCORE_TALLY_H
#define SEGCORE_TALLY_H

#include "arrow.h"
#include "replacement_sets.h"
#include "rules.h"
#include "counter_map.h"

enum { SEGCORE_KIND_GSM7, SEGCORE_KIND_UCS2, SEGCORE_KIND_MMS, SEGCORE_KIND_NULL, SEGCORE_KINDS };

/* What is tallied, and how. */
typedef struct {
    const segcore_rules *rules;
    /* As if smart encoded; NULL if that is not asked for.  Whether it changes nothing that goes out as GSM-7, and
     * what it makes of single code points, NULL where that does not tell. */
    const segcore_rules *encoded;
    int changes_ucs2_only;
    const segcore_fates *fates;
    /* The most segments, code points of a text that goes out as GSM-7, and of one that goes out as UCS-2; 0: any. */
    int64_t limits[3];
    /* A code point of one septet, negative where there is none. */
    int32_t septet;
} segcore_plan_of_tally;

/* Messages by (group, kind, segments), as sent and as if encoded; SMS by group; SMS in UCS-2 by (group, code point);
 * SMS in UCS-2 with one distinct unencodable code point by (group << 32 | code point, segments << 32 | segments with a
 * septet in its place, segments as if encoded). */
enum {
    SEGCORE_COUNTS,
    SEGCORE_ENCODED,
    SEGCORE_EMPTY,
    SEGCORE_OVER,
    SEGCORE_OCCURS,
    SEGCORE_ALONE,
    SEGCORE_ALL_SUMS
};

#define SEGCORE_DENSE_GROUPS 256
#define SEGCORE_DENSE_SEGMENTS 16
#define SEGCORE_RECENT 64

/* How many messages of a group each code point of a span occurs in. */
typedef struct {
    uint32_t group, number;
    /* To be added to the counts. */
    size_t pending_count;
    segcore_span_fates fates;
    uint64_t pending[SEGCORE_PENDING_SPANS][2];
    int64_t counts[128];
} segcore_span_count;

/* All zero: empty. */
typedef struct {
    segcore_sums sums[SEGCORE_ALL_SUMS];
    /* The same as SEGCORE_COUNTS and SEGCORE_ENCODED, [group][which][kind][segments], for few groups and few
     * segments, which most have. */
    int64_t (*dense)[2][SEGCORE_KINDS][SEGCORE_DENSE_SEGMENTS];
    size_t dense_groups;
    /* The same as SEGCORE_OCCURS, while there are not too many spans; where each is, and those asked for last. */
    segcore_span_count **spans;
    size_t span_count;
    segcore_sums span_places;
    segcore_span_count *recent[SEGCORE_RECENT];
    segcore_sum_spans *sum_spans;
    /* The number of the last text that each code point was seen in, by page; NULL until one is looked at closely. */
    uint32_t **stamps;
    uint32_t stamp;
    /* Code points of one text, and those that are unencodable. */
    uint32_t *points, *unencodable;
    size_t points_room;
} segcore_tally;

/* Texts of which `found` is known, from row `start` on.  mms, groups and valid are NULL or have a value per row from
 * row 0 on.  0 without memory. */
int segcore_tally_block(segcore_tally *tally, const segcore_plan_of_tally *plan, const segcore_text *texts,
                        const segcore_measurement *found, int64_t start, size_t count, const uint8_t *mms,
                        const int32_t *groups, const uint8_t *valid);

/* Measure and tally rows of a column.  *row is the first one that is at fault. */
segcore_fault segcore_tally_rows(segcore_tally *tally, const segcore_plan_of_tally *plan,
                                 const segcore_column *column, int64_t start, int64_t stop, const uint8_t *mms,
                                 const int32_t *groups, uint8_t *valid, int64_t *row);

/* The same of the rows of a dictionary. */
segcore_fault segcore_tally_references(segcore_tally *tally, const segcore_plan_of_tally *plan,
                                       const segcore_column *column, const segcore_references *references,
                                       int64_t start, int64_t stop, const uint8_t *mms, const int32_t *groups,
                                       uint8_t *valid, int64_t *row);

/* Bring everything into the sums; 0 without memory. */
int segcore_tally_settle(segcore_tally *tally);

/* Add the sums of another one, which is of no use any more; 0 without memory. */
int segcore_tally_merge(segcore_tally *to, segcore_tally *from);

void segcore_tally_free(segcore_tally *tally);

#endif
