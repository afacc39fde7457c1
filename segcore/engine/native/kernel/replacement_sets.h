/* What smart encoding makes of single code points, as sets: so that what a text is made of tells what becomes of it.
 */
#ifndef SEGCORE_FATES_H
#define SEGCORE_FATES_H

#include "rules.h"

typedef struct {
    /* By pages of rules->septets: those that are not GSM-7 with or without what replaces them, and those for which
     * one septet is sent. */
    uint64_t (*lost)[4];
    uint64_t (*single)[4];
    /* By pages of rules->changes: those that change the number of code units. */
    uint64_t (*changed)[4];
} segcore_fates;

/* Returns 0 without memory. */
int segcore_make_fates(const segcore_rules *rules, segcore_fates *fates);

void segcore_free_fates(segcore_fates *fates);

/* Of a span: what is lost, what is not a septet, and what changes the number of code units. */
typedef struct {
    uint64_t lost[2], others[2], changed[2];
} segcore_span_fates;

segcore_span_fates segcore_fates_of_span(const segcore_rules *rules, const segcore_fates *fates, uint32_t number);

#endif
