/* Boundaries of grapheme clusters (UAX #29; rule GB9c as Unicode 18 has it), one code point after the other. */
#ifndef SEGCORE_CLUSTERS_H
#define SEGCORE_CLUSTERS_H

#include "rules.h"

typedef struct {
    int before;        /* class of the code point before; SEGCORE_CONTROL at the start, which nothing joins */
    int is_linked;     /* a linker, and since then only what may stand between it and a consonant (GB9c) */
    int is_pictograph; /* a pictograph, and since then only Extend (GB11) */
    int is_emoji_zwj;  /* the same, and then a ZWJ */
    int is_odd;        /* an odd number of regional indicators (GB12, GB13) */
} segcore_cluster;

SEGCORE_INLINE int segcore_is_extend(int class)
{
    return class == SEGCORE_LINKER || class == SEGCORE_EXTEND_CONJUNCT || class == SEGCORE_EXTEND;
}

SEGCORE_INLINE int segcore_is_joined_hangul(int before, int class)
{
    switch (before) {
    case SEGCORE_HANGUL_L:
        return class == SEGCORE_HANGUL_L || class == SEGCORE_HANGUL_V || class == SEGCORE_HANGUL_LV
               || class == SEGCORE_HANGUL_LVT;
    case SEGCORE_HANGUL_V:
    case SEGCORE_HANGUL_LV:
        return class == SEGCORE_HANGUL_V || class == SEGCORE_HANGUL_T;
    case SEGCORE_HANGUL_T:
    case SEGCORE_HANGUL_LVT:
        return class == SEGCORE_HANGUL_T;
    default:
        return 0;
    }
}

/* True if a code point of some class belongs to the cluster so far. */
SEGCORE_INLINE int segcore_joins(const segcore_cluster *so_far, int class)
{
    if (so_far->before == SEGCORE_CONTROL || class == SEGCORE_CONTROL)
        return 0;
    if (segcore_is_extend(class) || class == SEGCORE_ZWJ || class == SEGCORE_SPACING_MARK
        || so_far->before == SEGCORE_PREPEND)
        return 1;
    return (class == SEGCORE_CONSONANT && so_far->is_linked)
           || (class == SEGCORE_PICTOGRAPHIC && so_far->is_emoji_zwj)
           || (class == SEGCORE_REGIONAL_INDICATOR && so_far->is_odd)
           || segcore_is_joined_hangul(so_far->before, class);
}

SEGCORE_INLINE segcore_cluster segcore_after(segcore_cluster so_far, int class)
{
    const int is_conjunct = class == SEGCORE_EXTEND_CONJUNCT || class == SEGCORE_ZWJ;
    return (segcore_cluster){
        .before = class,
        .is_linked = class == SEGCORE_LINKER || class == SEGCORE_LINKER_ALONE || (so_far.is_linked && is_conjunct),
        .is_pictograph = class == SEGCORE_PICTOGRAPHIC || (so_far.is_pictograph && segcore_is_extend(class)),
        .is_emoji_zwj = so_far.is_pictograph && class == SEGCORE_ZWJ,
        .is_odd = class == SEGCORE_REGIONAL_INDICATOR && !so_far.is_odd,
    };
}

/* True if a cluster begins with a code point of some class whatever stood before the one before it. */
SEGCORE_INLINE int segcore_begins(int before, int class)
{
    /* All that may be: a code point of another class would have ended it. */
    const segcore_cluster most = {
        .before = before,
        .is_linked = before == SEGCORE_LINKER || before == SEGCORE_LINKER_ALONE || before == SEGCORE_EXTEND_CONJUNCT
                     || before == SEGCORE_ZWJ,
        .is_emoji_zwj = before == SEGCORE_ZWJ,
        .is_odd = before == SEGCORE_REGIONAL_INDICATOR,
    };
    return !segcore_joins(&most, class);
}

/* Segments of a UCS-2 text of several in which no cluster is split; 0 if one may be larger than a segment. */
int64_t segcore_pack_whole(const segcore_rules *rules, const segcore_text *text);

#endif
