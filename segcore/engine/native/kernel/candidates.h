/* Code point by code point: for what nothing faster can tell. */
#ifndef SEGCORE_WEIGH_H
#define SEGCORE_WEIGH_H

#include "rules.h"

/* Measure a text as it goes out, in the best coding and with what is to be replaced. */
segcore_measurement segcore_weigh(const segcore_rules *rules, const segcore_text *text);

SEGCORE_INLINE int segcore_has_clusters(const segcore_rules *rules, int is_ucs2)
{
    return rules->classes.page_of && (is_ucs2 || rules->has_septet_clusters);
}

#endif
