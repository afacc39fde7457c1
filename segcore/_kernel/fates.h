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

/* What is known of a text of which the foreign code points are all in `foreign`. */
enum { SEGCORE_STAYS_UCS2, SEGCORE_ALL_SINGLE, SEGCORE_UNSURE_FATE };

int segcore_fate_of(const segcore_rules *rules, const segcore_fates *fates, const segcore_foreign *foreign);

#endif
