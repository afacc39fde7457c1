/* The effect of smart encoding on single code points, as sets: the code points of a text tell the effect on it. */
#ifndef SEGCORE_REPLACEMENT_SETS_H
#define SEGCORE_REPLACEMENT_SETS_H

#include "rules.h"

typedef struct {
    /* By pages of rules->septets: those that are not GSM-7 with or without what replaces them, and those for which
     * one septet is sent. */
    uint64_t (*lost)[4];
    uint64_t (*single)[4];
    /* By pages of rules->changes: those that change the number of code units. */
    uint64_t (*changed)[4];
} segcore_replacement_sets;

/* Returns 0 if out of memory. */
int segcore_make_replacement_sets(const segcore_rules *rules, segcore_replacement_sets *sets);

void segcore_free_replacement_sets(segcore_replacement_sets *sets);

/* Of a span: what is lost, what is not a septet, and what changes the number of code units. */
typedef struct {
    uint64_t lost[2], others[2], changed[2];
} segcore_span_replacements;

segcore_span_replacements segcore_replacements_of_span(const segcore_rules *rules,
                                                       const segcore_replacement_sets *sets, uint32_t number);

#endif
