/* Messages by kind and segments. */
#include <stdlib.h>
#include <string.h>

#include "tally_parts.h"

#define PLACES (SEGCORE_KINDS * SEGCORE_DENSE_SEGMENTS)

/* Sums side by side, because each addition waits for the one before it in the same sum. */
#define SIDES 4

static int make_dense(segcore_tally *tally, size_t group)
{
    size_t groups = tally->dense_groups ? tally->dense_groups : 1;
    while (groups <= group)
        groups *= 2;
    void *more = realloc(tally->dense, groups * sizeof *tally->dense);
    if (!more)
        return 0;
    tally->dense = more;
    memset(tally->dense + tally->dense_groups, 0, (groups - tally->dense_groups) * sizeof *tally->dense);
    tally->dense_groups = groups;
    return 1;
}

static int count_message(segcore_tally *tally, int which, uint32_t group, int kind, int32_t segments)
{
    if (group >= SEGCORE_DENSE_GROUPS || segments >= SEGCORE_DENSE_SEGMENTS)
        return segcore_add_to(&tally->sums[which], group, (uint64_t)kind, (uint64_t)segments, 1);
    if (group >= tally->dense_groups && !make_dense(tally, group))
        return 0;
    tally->dense[group][which][kind][segments]++;
    return 1;
}

/* All are of the first group, and of few segments. */
static void count_places(segcore_tally *tally, int which, size_t count, const uint8_t *places)
{
    uint8_t sums[SIDES][PLACES] = {{0}};
    const int kinds = which == SEGCORE_COUNTS ? SEGCORE_KINDS : SEGCORE_KIND_UCS2 + 1;
    for (size_t i = 0; i < count; i++)
        sums[i % SIDES][places[i]]++;
    for (int kind = 0; kind < kinds; kind++) {
        int64_t *to = tally->dense[0][which][kind];
        const size_t first = (size_t)kind * SEGCORE_DENSE_SEGMENTS;
        for (size_t i = 0; i < SEGCORE_DENSE_SEGMENTS; i++)
            to[i] += sums[0][first + i] + sums[1][first + i] + sums[2][first + i] + sums[3][first + i];
    }
}

int segcore_count_messages(segcore_tally *tally, int which, size_t count, const int32_t *groups,
                           const segcore_outcomes *found)
{
    uint8_t places[SEGCORE_TALLIED];
    int32_t most = 0;
    for (size_t i = 0; i < count; i++) {
        places[i] = (uint8_t)(found->kinds[i] * SEGCORE_DENSE_SEGMENTS + found->segments[i]);
        most |= found->segments[i];
    }
    if (!groups && most < SEGCORE_DENSE_SEGMENTS && (tally->dense_groups || make_dense(tally, 0))) {
        count_places(tally, which, count, places);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        if (which == SEGCORE_ENCODED && found->kinds[i] > SEGCORE_KIND_UCS2)
            continue;
        if (!count_message(tally, which, groups ? (uint32_t)groups[i] : 0, found->kinds[i], found->segments[i]))
            return 0;
    }
    return 1;
}

static int settle_group(segcore_tally *tally, size_t group, int which, int kind)
{
    int64_t *counts = tally->dense[group][which][kind];
    for (size_t segments = 0; segments < SEGCORE_DENSE_SEGMENTS; segments++) {
        if (counts[segments]
            && !segcore_add_to(&tally->sums[which], group, (uint64_t)kind, segments, counts[segments]))
            return 0;
        counts[segments] = 0;
    }
    return 1;
}

int segcore_settle_counts(segcore_tally *tally)
{
    for (size_t group = 0; group < tally->dense_groups; group++)
        for (int kind = 0; kind < SEGCORE_KINDS; kind++)
            if (!settle_group(tally, group, SEGCORE_COUNTS, kind)
                || !settle_group(tally, group, SEGCORE_ENCODED, kind))
                return 0;
    return 1;
}

int segcore_merge_counts(segcore_tally *to, const segcore_tally *from)
{
    const size_t each = sizeof *from->dense / sizeof(int64_t), all = from->dense_groups * each;
    if (!all)
        return 1;
    if (to->dense_groups < from->dense_groups && !make_dense(to, from->dense_groups - 1))
        return 0;
    int64_t *sums = (int64_t *)to->dense;
    const int64_t *more = (const int64_t *)from->dense;
    for (size_t i = 0; i < all; i++)
        sums[i] += more[i];
    return 1;
}
